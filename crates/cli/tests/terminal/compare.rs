//! `compare`: what it takes, what it refuses, and the verdict as an exit code.

use crate::desk::Desk;
use serde_json::json;

/// A desk with two reports of the same world: as it is, and with a policy that gives up sooner.
fn desk() -> Desk {
    let desk = Desk::new();
    for (out, set) in [("before", "policy.timeout='60s'"), ("after", "policy.retry.max_attempts=1")] {
        let done = desk.rushhour(&["run", "tiny.toml", "--quiet", "--set", set, "--out", out]);
        assert_eq!(done.code, 0, "{}", done.err);
    }
    desk
}

#[test]
fn two_reports_are_held_against_each_other() {
    let desk = desk();
    let worse = desk.rushhour(&["compare", "before", "after/report.json", "--on", "rates.success"]);
    assert_eq!((worse.code, worse.err.as_str()), (3, ""), "{}", worse.out);
    assert!(worse.out.starts_with("before → after/report.json\n"), "{}", worse.out);
    for text in
        ["one run of each under the same seed", "rates.success fell from", ": regressed", "more with --all"]
    {
        assert!(worse.out.contains(text), "nothing of {text:?} in\n{}", worse.out);
    }
    let better = desk.rushhour(&["compare", "after", "before", "--on", "rates.success"]);
    assert_eq!(better.code, 0, "{}", better.out);
    let same = desk.rushhour(&["compare", "before", "before", "--on", "rates.success"]);
    assert_eq!(same.code, 0, "{}", same.out);
    let wide = desk.rushhour(&["compare", "before", "after", "--on", "rates.success", "--noise", "100%"]);
    assert_eq!(wide.code, 0, "{}", wide.out);
    let unmeasured = desk.rushhour(&["compare", "before", "after", "--on", "hallucination.leaked_rate"]);
    assert_eq!(unmeasured.code, 4, "{}", unmeasured.out);
}

#[test]
fn two_variants_of_one_report_or_scenario() {
    let desk = desk();
    let of_report = desk.rushhour(&["compare", "before", "--on", "counts.retries"]);
    assert_eq!(of_report.code, 0, "{}", of_report.out);
    assert!(of_report.out.starts_with("base → hasty\n"), "{}", of_report.out);
    let turned =
        desk.rushhour(&["compare", "before", "--variants", "hasty", "base", "--on", "counts.retries"]);
    assert_eq!(turned.code, 3, "{}", turned.out);
    let of_scenario =
        desk.rushhour(&["compare", "tiny.toml", "--on", "counts.retries", "--replications", "4"]);
    assert_eq!(of_scenario.code, 0, "{}", of_scenario.out);
    assert!(of_scenario.out.contains("4 runs of each under the same seeds"), "{}", of_scenario.out);
}

#[test]
fn two_versions_of_a_scenario_are_run() {
    let desk = Desk::new();
    desk.write("hasty.toml", desk.read("tiny.toml").replace("[policy]", "[policy]\nretry.max_attempts = 1"));
    desk.write("larger.toml", desk.read("tiny.toml").replace("agents = 2", "agents = 3"));
    let policy = desk.rushhour(&["compare", "tiny.toml", "hasty.toml", "--quiet", "--on", "counts.retries"]);
    assert_eq!(
        (policy.code, policy.err.as_str()),
        (0, ""),
        "another policy meets the same world\n{}",
        policy.out
    );
    assert!(policy.out.contains("10 runs of each under the same seeds"), "{}", policy.out);
    let world = ["compare", "tiny.toml", "larger.toml", "--on", "counts.arrived"];
    let refused = desk.rushhour(&world);
    assert_eq!((refused.code, refused.out.as_str()), (65, ""));
    for text in ["they cannot be compared", "another world", "--different-worlds"] {
        assert!(refused.err.contains(text), "nothing of {text:?} in\n{}", refused.err);
    }
    let wanted = desk.document(&[&world[..], &["--different-worlds"]].concat());
    assert_eq!((&wanted["format"], &wanted["verdict"]), (&json!("rushhour/compare/1"), &json!("moved")));
    let seeds = desk.rushhour(&["compare", "tiny.toml", "tiny.toml", "--seed", "8", "--quiet"]);
    assert_eq!(seeds.code, 0, "both are run under the seed\n{}", seeds.out);
}

#[test]
fn replications_in_reports_are_paired_by_seed_or_taken_as_strangers() {
    let desk = Desk::new();
    for (out, more) in [
        ("six", &["--replications", "6"][..]),
        ("four", &["--replications", "4"]),
        ("other", &["--replications", "5", "--seed", "99"]),
    ] {
        let done = desk.rushhour(&[&["run", "tiny.toml", "--quiet", "--out", out], more].concat());
        assert_eq!(done.code, 0, "{}", done.err);
    }
    let compare = |arguments: &[&str]| desk.document(&[&["compare"], arguments].concat());
    let paired = compare(&["six", "four", "--variants", "base", "hasty"]);
    assert_eq!((&paired["method"], &paired["pairs"]), (&json!("paired"), &json!(4)));
    let refused = desk.rushhour(&["compare", "six", "other"]);
    assert_eq!(refused.code, 65);
    assert!(refused.err.contains("no seed in common"), "{}", refused.err);
    let strangers = compare(&["six", "other", "--different-worlds"]);
    assert_eq!((&strangers["method"], &strangers["pairs"]), (&json!("unpaired"), &json!(null)));
    // What is read from files is what was run: comparing the scenario itself says the same.
    let read = compare(&["six", "--variants", "base", "hasty"]);
    let run = compare(&["tiny.toml", "--variants", "base", "hasty", "--replications", "6"]);
    assert_eq!(read["figures"], run["figures"]);
}

#[test]
fn every_form_says_the_same() {
    let desk = desk();
    let arguments =
        ["compare", "before", "after", "--on", "rates.success", "--markdown", "difference.md", "--json"];
    let done = desk.rushhour(&arguments);
    assert_eq!(done.code, 3, "{}", done.err);
    assert!(done.out.contains("\"verdict\": \"regressed\""), "{}", done.out);
    for text in [&done.err, &desk.read("difference.md")] {
        assert!(text.contains("rates.success fell from"), "{text}");
    }
}

#[test]
fn what_is_no_report_is_refused_with_the_file_what_was_found_and_a_way_out() {
    let desk = desk();
    let whole = desk.read("before/report.json");
    desk.write("cut.json", &whole[..whole.len() / 2]);
    desk.write("older.json", whole.replace("rushhour/report/1", "rushhour/report/0"));
    desk.write("newer.json", whole.replace("rushhour/report/1", "rushhour/report/2"));
    desk.write("foreign.json", "{ \"metrics\": {} }");
    desk.write("binary.json", [0xff, 0xfe, 0x00]);
    for (file, told) in [
        ("cut.json", "it breaks off in line"),
        ("older.json", "an older rushhour wrote it; run the scenario again"),
        ("newer.json", "a newer rushhour wrote it; use that one"),
        ("foreign.json", "it is no report of rushhour: it has no `format`"),
        ("binary.json", "it is no text"),
        ("nothing.json", "give a report.json, the folder of one, or a scenario"),
    ] {
        let done = desk.rushhour(&["compare", "before", file]);
        assert_eq!((done.code, done.out.as_str()), (65, ""), "{file}");
        assert!(
            done.err.contains(&format!("error: {file}: ")) && done.err.contains(told),
            "{file}: {}",
            done.err
        );
    }
}

#[test]
fn what_makes_no_sense_is_refused() {
    let desk = desk();
    let one = desk.rushhour(&["run", "tiny.toml", "--variant", "base", "--quiet", "--out", "one"]);
    assert_eq!(one.code, 0, "{}", one.err);
    for (arguments, told) in [
        (&["one"][..], "one holds but one run"),
        (&["before", "--variants", "base"], "needs two variants"),
        (&["before", "after", "--variants", "nobody"], "before/report.json has base, hasty"),
        (&["tiny.toml", "--variants", "base", "nobody"], "tiny has base, hasty"),
        (&["before", "after", "--set", "seed=8"], "--set has no effect on reports"),
        (&["before", "after", "--replications", "3"], "--replications has no effect on reports"),
        (&["before", "after", "--noise", "5"], "a noise band is a share in per cent"),
    ] {
        let done = desk.rushhour(&[&["compare"], arguments].concat());
        assert_eq!((done.code, done.out.as_str()), (2, ""), "{arguments:?}\n{}", done.err);
        assert!(done.err.contains(told), "{arguments:?}: nothing of {told:?} in\n{}", done.err);
    }
    let path = desk.rushhour(&["compare", "before", "after", "--on", "rates.sucess"]);
    assert_eq!(path.code, 65, "{}", path.err);
    assert!(path.err.contains("no figure `rates.sucess` in common"), "{}", path.err);
}
