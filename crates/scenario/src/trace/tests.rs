use super::*;

const HOUR: Span = Span(rushhour_base::time::HOUR);

fn read(text: &str) -> Result<Trace, TraceProblem> {
    azure_rows(text.as_bytes(), "trace.csv", HOUR)
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
fn rows_beyond_the_run_are_counted() {
    let trace = rows("2023-11-16 18:00:00,1,1\n2023-11-16 18:59:59.9999999,2,2\n2023-11-16 19:00:00,3,3\n")
        .expect("sound");
    assert_eq!((trace.rows.len(), trace.beyond), (2, 1));
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
    let bytes = b"TIMESTAMP,ContextTokens,GeneratedTokens\n\xff\xfe,1,2\n";
    let problem = azure_rows(bytes, "trace.csv", HOUR).expect_err("not UTF-8");
    assert!(problem.what.contains("UTF-8") || problem.what.contains("utf-8"), "{}", problem.what);
    assert!(
        azure(Path::new("no/such/trace.csv"), HOUR)
            .expect_err("no file")
            .what
            .starts_with("no/such/trace.csv: ")
    );
}
