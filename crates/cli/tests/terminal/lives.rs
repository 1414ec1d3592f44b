//! `explain`: whose life, and what it says when there is none.

use crate::desk::Desk;

fn check(arguments: &[&str], code: i32, out: &[&str], err: &[&str]) {
    let done = Desk::new().rushhour(arguments);
    assert_eq!(done.code, code, "{arguments:?}: {}{}", done.out, done.err);
    for want in out {
        assert!(done.out.contains(want), "{arguments:?} should print {want:?}:\n{}", done.out);
    }
    for want in err {
        assert!(done.err.contains(want), "{arguments:?} should tell {want:?}:\n{}", done.err);
    }
}

#[test]
fn a_request_is_found_by_name_or_by_rank() {
    let life = ["tiny · base · seed 7", "stands in line", "sent to one/m, attempt 1", "answered, by primary"];
    check(&["explain", "tiny.toml", "--request", "0/0"], 0, &["0/0 · w-0, turn 0 · "], &[]);
    check(&["explain", "tiny.toml", "--request", "w-1/2"], 0, &["1/2 · w-1, turn 2 · "], &[]);
    check(&["explain", "tiny.toml"], 0, &life[2..], &[]);
    check(&["explain", "tiny.toml", "--slowest", "2", "--costliest"], 0, &life[..1], &[]);
    check(
        &["explain", "tiny.toml", "--variant", "hasty", "--failed"],
        0,
        &["tiny · hasty · seed 7", "struck by the fault dip", "overloaded", "failed, on the rung primary"],
        &[],
    );
}

#[test]
fn as_a_document() {
    let done = Desk::new().rushhour(&["explain", "tiny.toml", "--slowest", "2", "--json"]);
    let document: serde_json::Value = serde_json::from_str(&done.out).expect(&done.out);
    assert_eq!(document["format"], "rushhour/explain/1");
    let requests = document["requests"].as_array().expect("a list");
    assert_eq!(requests.len(), 2);
    let took = |place: usize| requests[place]["response_ms"].as_f64().expect("a time");
    assert!(took(0) >= took(1), "the slowest goes first: {}", done.out);
    assert_eq!(requests[0]["steps"][0]["kind"], "arrived");
}

/// A report names its run; the run is made again, and its digest says whether it is the same.
#[test]
fn of_a_report_that_was_kept() {
    let desk = Desk::new();
    desk.rushhour(&["run", "tiny.toml", "--seed", "9", "--out", "kept", "--quiet"]);
    let asked = ["explain", "kept", "--scenario", "tiny.toml", "--variant", "hasty", "--request", "0/0"];
    let told = desk.rushhour(&asked);
    assert_eq!(told.code, 0, "{}", told.err);
    assert!(
        told.out.contains("tiny · hasty · seed 9") && told.out.contains("0/0 · w-0, turn 0"),
        "{}",
        told.out
    );
    let other = desk.rushhour(&[&asked[..], &["--set", "policy.retry.max_attempts=1"]].concat());
    assert_eq!(other.code, 0, "what the variant says itself does not change it: {}", other.err);
    let other = desk.rushhour(&[&asked[..], &["--set", "workload.w.agents=3"]].concat());
    assert_eq!(other.code, 65, "{}", other.out);
    assert!(other.err.contains("tiny.toml does not give its run any more: its digest is"), "{}", other.err);
    for (more, code, want) in [
        (&["kept"][..], 65, "scenarios/tiny.toml"),
        (&["kept", "--seed", "3"], 2, "--seed has no effect"),
        (&["tiny.toml", "--scenario", "tiny.toml"], 2, "--scenario has no effect"),
        (&["kept", "--variant", "slow"], 2, "kept/report.json has base, hasty"),
        (&["none.json"], 65, "none.json"),
    ] {
        let done = desk.rushhour(&[&["explain"][..], more].concat());
        assert_eq!(done.code, code, "{more:?}: {}", done.err);
        assert!(done.err.contains(want), "{more:?} should tell {want:?}: {}", done.err);
    }
}

#[test]
fn what_cannot_be_explained() {
    let usage = 2;
    check(&["explain", "tiny.toml", "--request", "seven"], usage, &[], &["AGENT/TURN", "w-0/7"]);
    check(&["explain", "tiny.toml", "--request", "2/0"], usage, &[], &["numbered from 0 to 1"]);
    check(
        &["explain", "tiny.toml", "--request", "0/9999"],
        usage,
        &[],
        &["w-0 makes no turn 9999 within 2m"],
    );
    check(&["explain", "tiny.toml", "--variant", "slow"], usage, &[], &["tiny has base, hasty"]);
    check(&["explain", "none.toml"], 65, &[], &["none.toml"]);
}
