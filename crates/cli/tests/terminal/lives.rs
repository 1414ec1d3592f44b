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
