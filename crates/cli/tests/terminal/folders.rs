//! `--out`: a folder that is there whole or not at all, and that replaces nothing but an earlier report.

use crate::desk::{Desk, Done};
use std::fs;

const RUN: [&str; 5] = ["run", "tiny.toml", "--quiet", "--out", "report"];

/// What lies on the desk, folders named once; nothing half-written may be among it.
#[track_caller]
fn on_the_desk(desk: &Desk) -> Vec<String> {
    let entries = fs::read_dir(desk.path("")).expect("the desk can be listed");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("it is there").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    assert!(!names.iter().any(|name| name.contains(".partial")), "{names:?}");
    names
}

#[track_caller]
fn refused(desk: &Desk, out: &str) -> Done {
    let before = on_the_desk(desk);
    let done = desk.rushhour(&["run", "tiny.toml", "--quiet", "--out", out]);
    assert_eq!((done.code, done.out.as_str()), (2, ""), "--out {out}\n{}", done.err);
    assert!(done.err.contains("--out"), "{}", done.err);
    assert_eq!(on_the_desk(desk), before, "--out {out}");
    done
}

const OF_A_RUN: [&str; 5] = ["calls.csv", "queue_wait.hgrm", "response.hgrm", "service.hgrm", "ttft.hgrm"];

#[test]
fn several_variants_have_a_folder_each() {
    let desk = Desk::new();
    assert_eq!(desk.rushhour(&RUN).code, 0);
    let mut files: Vec<String> =
        ["base", "hasty"].iter().flat_map(|v| OF_A_RUN.map(|file| format!("{v}/{file}"))).collect();
    files.extend(["report.json".to_owned(), "summary.md".to_owned()]);
    assert_eq!(desk.files("report"), files);
    assert_eq!(on_the_desk(&desk), ["report", "tiny.toml"]);
}

#[test]
fn one_variant_stands_in_the_folder_itself() {
    let desk = Desk::new();
    assert_eq!(desk.rushhour(&[&RUN[..], &["--variant", "hasty"]].concat()).code, 0);
    let mut files = OF_A_RUN.to_vec();
    files.extend(["report.json", "summary.md"]);
    files.sort_unstable();
    assert_eq!(desk.files("report"), files);
}

#[test]
fn events_are_written_where_they_are_asked_for() {
    let desk = Desk::new();
    assert_eq!(desk.rushhour(&[&RUN[..], &["--events"]].concat()).code, 0);
    for variant in ["base", "hasty"] {
        let events = desk.read(&format!("report/{variant}/events.jsonl"));
        let count = |kind: &str| events.matches(&format!("\"event\":\"{kind}\"")).count() as u64;
        let counts = &desk.json("report/report.json")["variants"][variant]["counts"];
        assert_eq!(counts["arrived"], count("arrived"));
        assert_eq!(counts["attempts"], count("sent"));
        for line in events.lines() {
            let _: serde_json::Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
        }
    }
}

#[test]
fn there_is_a_row_for_every_attempt() {
    let desk = Desk::new();
    assert_eq!(desk.rushhour(&RUN).code, 0);
    for variant in ["base", "hasty"] {
        let counts = &desk.json("report/report.json")["variants"][variant]["counts"];
        let calls = desk.read(&format!("report/{variant}/calls.csv"));
        let mut lines = calls.lines();
        let columns = lines.next().expect("a header").split(',').count();
        let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
        assert!(rows.iter().all(|row| row.len() == columns && row[0].starts_with("2026-03-11T09:0")));
        assert_eq!(counts["attempts"], rows.len(), "{variant}");
        let retries = rows.iter().filter(|row| row.contains(&"retry")).count();
        assert_eq!(counts["retries"], retries, "{variant}");
        assert_eq!(retries > 0, variant == "base");
    }
}

/// What is under `--out` depends on scenario, seed and version alone; and it is what `--json` prints.
#[test]
fn the_same_run_leaves_the_same_bytes() {
    let (one, two) = (Desk::new(), Desk::new());
    let run = [&RUN[..], &["--events", "--json"]].concat();
    let (first, second) = (one.rushhour(&run), two.rushhour(&run));
    assert_eq!(first.out, second.out);
    assert_eq!(first.out, one.read("report/report.json"));
    for file in one.files("report") {
        let path = format!("report/{file}");
        assert_eq!(one.read(&path), two.read(&path), "{file}");
    }
}

#[test]
fn an_earlier_report_is_replaced_whole() {
    let desk = Desk::new();
    assert_eq!(desk.rushhour(&RUN).code, 0);
    assert_eq!(desk.rushhour(&[&RUN[..], &["--variant", "base", "--seed", "8"]].concat()).code, 0);
    assert_eq!(desk.json("report/report.json")["scenario"]["seed"], "8");
    assert!(!desk.path("report/base").exists(), "something of the earlier report is left");
    assert_eq!(on_the_desk(&desk), ["report", "tiny.toml"]);
}

#[test]
fn a_report_is_kept_while_the_next_one_fails() {
    let desk = Desk::new();
    assert_eq!(desk.rushhour(&RUN).code, 0);
    let before = desk.read("report/report.json");
    assert_eq!(desk.rushhour(&[&RUN[..], &["--set", "sede=8"]].concat()).code, 65);
    assert_eq!(desk.rushhour(&[&RUN[..], &["--variant", "nobody"]].concat()).code, 2);
    assert_eq!(desk.read("report/report.json"), before);
    assert_eq!(on_the_desk(&desk), ["report", "tiny.toml"]);
}

/// An SLO that was missed is a result like any other.
#[test]
fn a_missed_slo_leaves_its_report() {
    let desk = Desk::new();
    let done = desk.rushhour(&[&RUN[..], &["--set", "slo={'counts.arrived'='== 0'}"]].concat());
    assert_eq!(done.code, 3);
    assert_eq!(desk.json("report/report.json")["variants"]["base"]["slo"][0]["verdict"], "missed");
}

#[test]
fn an_empty_folder_and_a_deep_one_will_do() {
    let desk = Desk::new();
    fs::create_dir(desk.path("report")).expect("the desk is ours");
    assert_eq!(desk.rushhour(&RUN).code, 0);
    assert_eq!(desk.rushhour(&["run", "tiny.toml", "--out", "a/b/c/"]).code, 0);
    assert!(desk.path("a/b/c/report.json").is_file());
}

#[test]
fn what_is_no_report_is_left_alone() {
    let desk = Desk::new();
    fs::create_dir(desk.path("report")).expect("the desk is ours");
    desk.write("report/precious.txt", "years of work");
    insta::assert_snapshot!(refused(&desk, "report").err, @r"
    error: --out report is there already and is no report of ours
      choose a new folder; an earlier report, with nothing else beside it, would be replaced; anything else is left alone
    ");
    assert_eq!(desk.files("report"), ["precious.txt"]);
    refused(&desk, "tiny.toml");
    assert_eq!(desk.read("tiny.toml"), crate::desk::TINY);
}

/// A folder with any file called report.json once counted as a report of ours, and went with all that was in it.
#[test]
fn what_only_looks_like_a_report_is_left_alone() {
    let desk = Desk::new();
    fs::create_dir(desk.path("report")).expect("the desk is ours");
    desk.write("report/report.json", "{}");
    refused(&desk, "report");
    fs::remove_dir_all(desk.path("report")).expect("the desk is ours");
    assert_eq!(desk.rushhour(&RUN).code, 0);
    desk.write("report/base/notes.txt", "what I thought of it");
    refused(&desk, "report");
    assert_eq!(desk.read("report/base/notes.txt"), "what I thought of it");
}

/// The folder of a variant called `..` once lay outside the report.
#[test]
fn a_variant_cannot_write_outside_the_report() {
    let desk = Desk::new();
    for name in ["..", ".", "-x", "a.b"] {
        let set = format!("variant.\"{name}\".policy.timeout=\"9s\"");
        let done = desk.rushhour(&["run", "tiny.toml", "--out", "d/report", "--set", &set]);
        assert_eq!(done.code, 65, "{name}: {}", done.err);
        assert_eq!(on_the_desk(&desk), ["tiny.toml"]);
    }
}

#[test]
fn what_cannot_be_written_leaves_nothing_behind() {
    let desk = Desk::new();
    refused(&desk, "tiny.toml/report");
    refused(&desk, ".");
    refused(&desk, "..");
    refused(&desk, "/");
}

/// The files of this variant stand where the report has to go, which shows only when everything was run. Whether that
/// is refused or the name itself is, nothing is left of it.
#[test]
fn a_folder_that_fails_at_the_end_leaves_nothing_behind() {
    let desk = Desk::new();
    let set = "variant.\"report.json\".policy.timeout=\"9s\"";
    let done = desk.rushhour(&[&RUN[..], &["--set", set]].concat());
    assert_ne!(done.code, 0, "{}", done.out);
    assert_eq!(on_the_desk(&desk), ["tiny.toml"]);
}
