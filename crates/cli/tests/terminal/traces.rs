//! Traces that are wrong, and one that is right in a way that some editors write.

use crate::desk::Desk;

const REPLAY: &str = r#"# Does the recording fit?
duration = "2m"

[provider.one.model.m]
prices = { input = "$3", output = "$15" }

[trace]
path = "rows.csv"

[workload.w]
agents = 2
arrivals = { kind = "trace" }
"#;

const HEADER: &str = "TIMESTAMP,ContextTokens,GeneratedTokens\n";

fn desk_with(rows: impl AsRef<[u8]>) -> Desk {
    let desk = Desk::new();
    desk.write("replay.toml", REPLAY);
    desk.write("rows.csv", rows);
    desk
}

#[track_caller]
fn refused(rows: impl AsRef<[u8]>, said: &str) {
    let done = desk_with(rows).rushhour(&["run", "replay.toml"]);
    assert_eq!((done.code, done.out.as_str()), (65, ""), "{said}\n{}", done.err);
    assert!(done.err.contains(said), "nothing of {said:?} in\n{}", done.err);
    assert!(done.err.contains("replay.toml:8:8"), "the place in the scenario is missing in\n{}", done.err);
}

#[test]
fn what_is_wrong_with_a_trace_is_told_with_its_line() {
    refused("", "rows.csv:1 has no column TIMESTAMP; it is empty");
    refused(HEADER, "rows.csv has no rows");
    refused("when,ContextTokens,GeneratedTokens\n", "rows.csv:1 has no column TIMESTAMP; it has when");
    refused("when,what\n1,2\n", "rows.csv is in no known format; it begins with `when,what`");
    let rows = |text: &str| format!("{HEADER}2023-11-16 18:15:46.5,374,44\n{text}\n");
    refused(rows("2023-11-16 18:15:46.4,374,44"), "rows.csv:3: TIMESTAMP `2023-11-16 18:15:46.4` is earlier");
    refused(rows("2023-11-16 18:15:47.5,374"), "rows.csv:3 has no GeneratedTokens: the row is cut short");
    refused(rows("2023-11-16 18:15:47.5,374,"), "rows.csv:3 has no GeneratedTokens: the row is cut short");
    refused(rows("2023-11-16 18:15:47.5,many,44"), "rows.csv:3: ContextTokens `many` is no number of tokens");
    refused(rows("2023-11-16 18:15:47.5,374,-1"), "rows.csv:3: GeneratedTokens `-1` is no number of tokens");
    refused(rows("2023-11-16 18:15:47.5,3.5,44"), "rows.csv:3: ContextTokens `3.5` is no number of tokens");
    refused(rows("soon,374,44"), "rows.csv:3: TIMESTAMP `soon` is no date and time");
    refused([HEADER.as_bytes(), b"\xff,374,44\n"].concat(), "rows.csv");
}

#[test]
fn a_trace_that_is_not_there_is_told_with_where_it_was_looked_for() {
    let desk = desk_with("");
    let missing = desk.rushhour(&["run", "replay.toml", "--set", "trace.path=nowhere.csv"]);
    assert_eq!(missing.code, 65);
    assert!(missing.err.contains("nowhere.csv") && missing.err.contains("relative to"), "{}", missing.err);
    let folder = desk.rushhour(&["run", "replay.toml", "--set", "trace.path=."]);
    assert_eq!(folder.code, 65, "{}", folder.err);
}

#[test]
fn line_ends_do_not_change_the_run() {
    let rows = format!("{HEADER}2023-11-16 18:15:46.68,374,44\n2023-11-16 18:15:50.99,396,109\n");
    let digest = |rows: &str| {
        let report = desk_with(rows).document(&["run", "replay.toml"]);
        assert_eq!(report["counts"]["arrived"], 2);
        report["digest"].clone()
    };
    let plain = digest(&rows);
    assert_eq!(plain, digest(&rows.replace('\n', "\r\n")), "CRLF");
    assert_eq!(plain, digest(rows.trim_end()), "no line end at the end");
    assert_eq!(plain, digest(&format!("\u{feff}{rows}")), "byte order mark");
    assert_ne!(plain, digest(&rows.replace("396", "397")), "another row");
}

/// In a scenario a trace's path is relative to the scenario, wherever the program is started.
#[test]
fn a_trace_is_found_beside_its_scenario() {
    let desk = desk_with("");
    std::fs::create_dir(desk.path("deep")).expect("the desk is ours");
    desk.write("deep/replay.toml", REPLAY);
    desk.write("deep/rows.csv", format!("{HEADER}2023-11-16 18:15:46,5,7\n"));
    assert_eq!(desk.document(&["run", "deep/replay.toml"])["counts"]["arrived"], 1);
    let set = ["run", "replay.toml", "--set", "trace.path=deep/rows.csv"];
    assert_eq!(desk.document(&set)["counts"]["arrived"], 1);
}

const MOONCAKE: &str = "{\"timestamp\": 0, \"input_length\": 700, \"output_length\": 50}\n\
                        {\"timestamp\": 30000, \"input_length\": 900, \"output_length\": 70}\n";

#[test]
fn other_formats_are_replayed_and_scaled() {
    let desk = desk_with(MOONCAKE);
    let arrived = |sets: &[&str]| {
        let mut arguments = vec!["run", "replay.toml"];
        arguments.extend(sets.iter().flat_map(|set| ["--set", set]));
        desk.document(&arguments)["counts"]["arrived"].clone()
    };
    assert_eq!(arrived(&[]), 2);
    assert_eq!(arrived(&["trace.rate=2"]), 4);
    assert_eq!(arrived(&["trace.speed=0.2", "trace.format=mooncake"]), 1, "the second comes after the end");
    let wrong = desk.rushhour(&["run", "replay.toml", "--set", "trace.format=burstgpt"]);
    assert_eq!(wrong.code, 65);
    assert!(wrong.err.contains("rows.csv:1 has no column Timestamp"), "{}", wrong.err);
}

#[test]
fn a_trace_tells_what_it_holds() {
    let desk = desk_with(MOONCAKE);
    let page = desk.rushhour(&["trace", "rows.csv"]);
    assert_eq!(page.code, 0, "{}", page.err);
    for said in
        ["rows.csv · mooncake · 2 requests in 30.0 s", "2 in the busiest 60 s", "1,720 in the busiest 60 s"]
    {
        assert!(page.out.contains(said), "nothing of {said:?} in\n{}", page.out);
    }
    let document = desk.document(&["trace", "rows.csv"]);
    assert_eq!((&document["format"], &document["requests"]), (&"rushhour/trace/1".into(), &2.into()));
    assert_eq!(document["input_tokens"]["max"], 900);
    assert!(document["dispersion"].is_null(), "half a minute has no counts of minutes");
    let suspect: String = (0..40)
        .map(|n| MOONCAKE.lines().next().unwrap().replace(": 0", &format!(": {}", n / 30)) + "\n")
        .collect();
    desk.write("seconds.jsonl", suspect);
    desk.write("notes.txt", REPLAY);
    let told = desk.rushhour(&["trace", "seconds.jsonl"]);
    assert_eq!(told.code, 0);
    assert!(told.err.contains("note: ") && told.err.contains("multiply them by 1000"), "{}", told.err);
    for (arguments, code, said) in [
        (["trace", "notes.txt"], 65, "in no known format; it begins with `# Does the recording fit?`"),
        (["trace", "nowhere.csv"], 65, "nowhere.csv: "),
        (["trace", "."], 65, "error: .: "),
    ] {
        let refused = desk.rushhour(&arguments);
        assert_eq!((refused.code, refused.out.as_str()), (code, ""), "{arguments:?}");
        assert!(refused.err.contains(said), "nothing of {said:?} in\n{}", refused.err);
    }
}

const GENERATED: &str = r#"# How bursty is it?
starts = "2026-03-09T08:00:00+01:00"
duration = "2h"

[provider.one.model.m]
prices = { input = "$3", output = "$15" }

[workload.leads]
agents = 20
arrivals = { kind = "poisson", per_agent_per_hour = 30 }

[workload.coders]
agents = 2
arrivals = { kind = "closed_loop", think = "10s" }
"#;

/// What a scenario makes is measured as a recording is; written down, it is one.
#[test]
fn a_scenario_tells_what_it_makes() {
    let desk = Desk::new();
    desk.write("made.toml", GENERATED);
    let page = desk.rushhour(&["trace", "made.toml"]);
    assert_eq!(page.code, 0, "{}", page.err);
    assert!(page.out.contains("made.toml · generated, seed 1 · "), "{}", page.out);
    assert!(page.err.contains("note: workload coders is left out"), "{}", page.err);
    let made = desk.document(&["trace", "made.toml", "--workload", "leads", "--azure", "made.csv"]);
    assert!((1_050..1_350).contains(&made["requests"].as_u64().unwrap()), "{}", made["requests"]);
    assert!(made["notes"].as_array().unwrap().is_empty());
    let read = desk.document(&["trace", "made.csv"]);
    for figure in
        ["requests", "span_s", "per_minute", "dispersion", "input_tokens", "output_tokens", "silent_from_s"]
    {
        let same = match (made[figure].as_f64(), read[figure].as_f64()) {
            (Some(one), Some(other)) => (one - other).abs() < 1e-5 * one,
            _ => made[figure] == read[figure],
        };
        assert!(same, "{figure}: {} made, {} read", made[figure], read[figure]);
    }
    let text = std::fs::read_to_string(desk.path("made.csv")).expect("it was written");
    assert!(text.lines().nth(1).unwrap().starts_with("2026-03-09 08:0"), "{text:.200}");
    let other = desk.document(&["trace", "made.toml", "--workload", "leads", "--seed", "2"]);
    assert_ne!(other["requests"], made["requests"]);
    let fewer =
        desk.document(&["trace", "made.toml", "--workload=leads", "--set", "workload.leads.agents=2"]);
    assert!(fewer["requests"].as_u64().unwrap() < 200);
    for (arguments, code, said) in [
        (vec!["trace", "made.toml", "--azure", "made.csv"], 2, "cannot write made.csv"),
        (vec!["trace", "made.toml", "--workload", "lead"], 2, "no workload `lead`; there is leads, coders"),
        (vec!["trace", "made.toml", "--format", "azure"], 2, "--format goes with a trace"),
        (vec!["trace", "made.csv", "--seed", "3"], 2, "--seed goes with a scenario"),
    ] {
        let refused = desk.rushhour(&arguments);
        assert_eq!((refused.code, refused.out.as_str()), (code, ""), "{arguments:?}\n{}", refused.err);
        assert!(refused.err.contains(said), "nothing of {said:?} in\n{}", refused.err);
    }
}
