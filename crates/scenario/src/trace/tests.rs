use super::*;

use rushhour_base::time::{HOUR, MILLISECOND, SECOND};

fn read(text: &str) -> Result<Trace, TraceProblem> {
    parse(text.as_bytes(), "trace.csv", None)
}

fn rows(body: &str) -> Result<Trace, TraceProblem> {
    read(&format!("TIMESTAMP,ContextTokens,GeneratedTokens\n{body}"))
}

#[test]
fn times_count_from_the_first_row_to_the_hundredth_of_a_microsecond() {
    let trace =
        rows("2023-11-16 18:15:46.6805900,374,44\n2023-11-16 18:15:50.9951690,396,109\n").expect("sound");
    assert_eq!(trace.rows[0], TraceRow { at: Span(0), input_tokens: 374, output_tokens: 44 });
    assert_eq!(trace.rows[1], TraceRow { at: Span(4_314_579_000), input_tokens: 396, output_tokens: 109 });
}

#[test]
fn columns_are_found_by_name_and_line_ends_do_not_matter() {
    let text = "\u{feff}GeneratedTokens,User,TIMESTAMP,ContextTokens\r\n7,x,2023-11-16 18:15:46,5\r\n8,y,2023-11-16 18:15:46,6";
    let trace = read(text).expect("sound");
    let tokens: Vec<_> =
        trace.rows.iter().map(|row| (row.at.0, row.input_tokens, row.output_tokens)).collect();
    assert_eq!(tokens, [(0, 5, 7), (0, 6, 8)]);
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    for (text, what) in [
        ("", "trace.csv:1 has no column TIMESTAMP; it is empty"),
        (
            "TIMESTAMP,Context,GeneratedTokens\n2023-11-16 18:15:46,1,1",
            "trace.csv:1 has no column ContextTokens; it has TIMESTAMP, Context, GeneratedTokens",
        ),
        ("TIMESTAMP,ContextTokens,GeneratedTokens\n", "trace.csv has no rows"),
        (
            "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46,1,1\n2023-11-16 18:15:47,1",
            "trace.csv:3 has no GeneratedTokens: the row is cut short",
        ),
        (
            "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46,1,\n",
            "trace.csv:2 has no GeneratedTokens: the row is cut short",
        ),
        (
            "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46,many,1\n",
            "trace.csv:2: ContextTokens `many` is no number of tokens",
        ),
        (
            "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46,1,-4\n",
            "trace.csv:2: GeneratedTokens `-4` is no number of tokens",
        ),
        (
            "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46,1000000001,4\n",
            "trace.csv:2: ContextTokens `1000000001` is no number of tokens",
        ),
        (
            "TIMESTAMP,ContextTokens,GeneratedTokens\nyesterday,1,4\n",
            "trace.csv:2: TIMESTAMP `yesterday` is no date and time",
        ),
        (
            "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46,1,4\n2023-11-16 18:15:45,1,4\n",
            "trace.csv:3: TIMESTAMP `2023-11-16 18:15:45` is earlier than the row before",
        ),
    ] {
        let problem = read(text).expect_err(text);
        assert_eq!(problem.what, what);
        assert!(!problem.way_out.is_empty());
    }
}

#[test]
fn a_file_that_is_not_text_is_refused() {
    for (bytes, format) in [
        (b"TIMESTAMP,ContextTokens,GeneratedTokens\n\xff\xfe,1,2\n".as_slice(), None),
        (b"{\"timestamp\": 0, \xff\xfe}\n".as_slice(), Some(Format::Mooncake)),
    ] {
        let problem = parse(bytes, "trace", format).expect_err("not UTF-8");
        assert!(problem.what.to_uppercase().contains("UTF-8"), "{}", problem.what);
    }
    let nowhere = super::read(Path::new("no/such/trace.csv"), None).expect_err("no file");
    assert!(nowhere.what.starts_with("no/such/trace.csv: "));
}

fn plain(trace: &Trace) -> Vec<(u64, u64, u64)> {
    trace.rows.iter().map(|row| (row.at.0 / MILLISECOND, row.input_tokens, row.output_tokens)).collect()
}

#[test]
fn each_format_is_told_from_its_first_line() {
    let mooncake = "{\"timestamp\": 3000, \"input_length\": 6758, \"output_length\": 500, \"hash_ids\": [0, 1]}\n\n\
                    {\"input_length\": 7, \"timestamp\": 5999, \"output_length\": 0}";
    let burstgpt = "Timestamp,Session ID,Model,Request tokens,Response tokens,Total tokens,Log Type\n\
                    5,1,ChatGPT,472,18,490,Conversation log\n45.25,2,GPT-4,1087,0,1087,API log\n\
                    118.000000001,3,GPT-4,417,276,693,Conversation log\n";
    let read_mooncake = read(mooncake).expect("sound");
    assert_eq!(read_mooncake.format, Format::Mooncake);
    assert_eq!(plain(&read_mooncake), [(0, 6_758, 500), (2_999, 7, 0)]);
    let read_burstgpt = read(burstgpt).expect("sound");
    assert_eq!((read_burstgpt.format, read_burstgpt.failed), (Format::BurstGpt, 1));
    assert_eq!(plain(&read_burstgpt), [(0, 472, 18), (113_000, 417, 276)]);
    assert_eq!(read_burstgpt.rows[1].at, Span(113 * SECOND + 1));
}

#[test]
fn a_wrong_line_of_the_other_formats_is_named_with_its_place() {
    for (text, what) in [
        (
            "arrived_at,num_prefill_tokens\n",
            "trace.csv is in no known format; it begins with `arrived_at,num_prefill_tokens`",
        ),
        (
            "{\"timestamp\": 0, \"input_length\": 1}",
            "trace.csv:1 has no output_length; it has input_length, timestamp",
        ),
        (
            "{\"timestamp\": 1.5, \"input_length\": 1, \"output_length\": 1}",
            "trace.csv:1: timestamp `1.5` is out of range",
        ),
        (
            "{\"timestamp\": 1, \"input_length\": -1, \"output_length\": 1}",
            "trace.csv:1: input_length `-1` is out of range",
        ),
        (
            "{\"timestamp\": 9, \"input_length\": 1, \"output_length\": 1}\n{\"timestamp\": 8, \"input_length\": 1, \"output_length\": 1}",
            "trace.csv:2: timestamp `8` is earlier than the line before",
        ),
        ("{\"timestamp\": 1,", "trace.csv:1:16 is no JSON: EOF while parsing a value at line 1 column 16"),
        (
            "Timestamp,Request tokens\n1,1\n",
            "trace.csv:1 has no column Response tokens; it has Timestamp, Request tokens",
        ),
        (
            "Timestamp,Request tokens,Response tokens\n1e3,1,1\n",
            "trace.csv:2: Timestamp `1e3` is no number of seconds",
        ),
        (
            "Timestamp,Request tokens,Response tokens\n2,1,1\n1.9,1,1\n",
            "trace.csv:3: Timestamp `1.9` is earlier than the row before",
        ),
    ] {
        let problem = read(text).expect_err(text);
        assert_eq!(problem.what, what);
        assert!(!problem.way_out.is_empty());
    }
}

/// Files are converted from one format to another by hand, and the unit of time is forgotten: an hour of requests then
/// passes in four seconds, or takes weeks.
#[test]
fn a_wrong_unit_is_suspected() {
    let lines = |unit: u64| {
        let line =
            |n: u64| format!("{{\"timestamp\": {}, \"input_length\": 1, \"output_length\": 1}}\n", n * unit);
        read(&(0..200).map(line).collect::<String>()).expect("sound").suspicion
    };
    assert_eq!(lines(300), None, "three a second in milliseconds");
    assert!(lines(0).is_some_and(|text| text.contains("look like seconds")), "200 rows in no time at all");
    let rows = |unit: u64| {
        let row = |n: u64| format!("{},1,1\n", n * unit);
        let body: String = (0..200).map(row).collect();
        read(&format!("Timestamp,Request tokens,Response tokens\n{body}")).expect("sound").suspicion
    };
    assert_eq!(rows(4), None, "one in four seconds, in seconds");
    assert!(
        rows(60_000).is_some_and(|text| text.contains("divide them by 1000")),
        "one a minute, in milliseconds"
    );
}

#[test]
fn a_trace_scales_in_time_and_in_rate() {
    let row = |s: u64| TraceRow { at: Span(s * SECOND), input_tokens: s, output_tokens: 1 };
    let rows = || (0..1_000).map(row).collect::<Vec<_>>();
    let scaled = |speed, rate| Scale { speed, rate }.apply(rows());
    assert_eq!(scaled(1.0, 1.0), rows());
    let fast = scaled(2.0, 1.0);
    assert_eq!((fast.len(), fast[999].at), (1_000, Span(999 * SECOND / 2)));
    assert_eq!(fast[999].input_tokens, 999, "only the clock is another");
    let twice = scaled(1.0, 2.0);
    assert_eq!(twice.len(), 2_000);
    assert!(twice.is_sorted_by_key(|row| row.at) && twice[1_999].at <= Span(999 * SECOND));
    let half = scaled(1.0, 0.5);
    assert!((450..550).contains(&half.len()), "{}", half.len());
    assert!(
        half.iter().all(|row| row.at == Span(row.input_tokens * SECOND)),
        "the kept rows stay where they were"
    );
    let more = scaled(1.0, 2.5).len();
    assert!((2_450..2_550).contains(&more), "{more}");
    assert_eq!(scaled(1.0, 2.5), scaled(1.0, 2.5));
    assert!(Scale { speed: 0.001, rate: 1.0 }.apply(rows())[999].at > Span(11 * HOUR));
}
