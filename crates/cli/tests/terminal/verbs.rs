//! `new`, `schema`, `reference`, and the two ways in which a run judges itself.

use crate::desk::Desk;
use serde_json::{Value, json};

#[test]
fn new_writes_a_scenario_that_runs() {
    let desk = Desk::new();
    let done = desk.rushhour(&["new", "mine.toml"]);
    assert_eq!((done.code, done.out.as_str()), (0, ""));
    insta::assert_snapshot!(done.err, @"wrote mine.toml; now: rushhour run mine.toml");
    assert_eq!(desk.read("mine.toml"), desk.rushhour(&["new"]).out, "printed and written alike");
    assert_eq!(desk.rushhour(&["check", "mine.toml"]).code, 0);
    let done = desk.rushhour(&["run", "mine.toml", "--check"]);
    assert_eq!(done.code, 0, "{}{}", done.out, done.err);
    assert!(done.out.contains("mine") && done.out.contains("naive"), "{}", done.out);
}

#[test]
fn new_never_overwrites() {
    let desk = Desk::new();
    let done = desk.rushhour(&["new", "tiny.toml"]);
    assert_eq!((done.code, done.out.as_str()), (2, ""));
    insta::assert_snapshot!(done.err, @"error: tiny.toml exists already; choose another name");
    assert_eq!(desk.read("tiny.toml"), crate::desk::TINY);
    assert_eq!(desk.rushhour(&["new", "no/such/folder/mine.toml"]).code, 2);
    assert_eq!(desk.rushhour(&["new", "."]).code, 2);
}

fn sound() -> Value {
    json!({
        "provider": { "one": { "model": { "m": { "prices": { "input": "$3", "output": "$15" } } } } },
        "workload": { "w": { "agents": 2, "arrivals": { "kind": "closed_loop", "think": "5s" } } },
        "policy": { "timeout": "60s", "chain": ["primary", "fail"] },
    })
}

#[test]
fn the_schema_takes_what_is_sound_and_nothing_that_is_obviously_wrong() {
    let done = Desk::new().rushhour(&["schema"]);
    assert_eq!((done.code, done.err.as_str()), (0, ""));
    let schema: Value = serde_json::from_str(&done.out).expect("it is JSON");
    let validator = jsonschema::validator_for(&schema).expect("it is a schema");
    assert!(validator.is_valid(&sound()));
    for (path, key, value) in [
        ("", "durration", json!("2m")),
        ("", "duration", json!(120)),
        ("", "duration", json!("2 parsecs")),
        ("", "duration", json!("-2m")),
        ("", "workload", json!({})),
        ("", "seed", json!(-1)),
        ("/workload/w", "agents", json!(0)),
        ("/workload/w", "agents", json!("2")),
        ("/workload/w", "agnets", json!(2)),
        ("/workload/w/arrivals", "kind", json!("closed")),
        ("/provider/one", "tier", json!("anthropic/teir-2")),
        ("/policy", "chain", json!(["primary", "oracle"])),
        ("/policy", "chain", json!("primary")),
        ("/policy", "timeout", json!(60)),
    ] {
        let mut wrong = sound();
        wrong.pointer_mut(path).expect("a table")[key] = value.clone();
        assert!(!validator.is_valid(&wrong), "{path}/{key} = {value}");
    }
    for key in ["provider", "workload"] {
        let mut without = sound();
        without.as_object_mut().expect("a table").remove(key);
        assert!(!validator.is_valid(&without), "without {key}");
    }
    assert!(!validator.is_valid(&json!([])));
}

#[test]
fn the_reference_names_what_the_schema_knows() {
    let desk = Desk::new();
    let page = desk.rushhour(&["reference"]);
    assert_eq!((page.code, page.err.as_str()), (0, ""));
    let schema: Value = serde_json::from_str(&desk.rushhour(&["schema"]).out).expect("it is JSON");
    let keys = schema["properties"].as_object().expect("the outermost keys");
    assert!(keys.len() > 8);
    for key in keys.keys().filter(|key| !key.starts_with('$')) {
        assert!(page.out.contains(&format!("`{key}`")), "{key}");
    }
}

#[test]
fn check_says_that_a_scenario_is_sound() {
    let done = Desk::new().rushhour(&["check", "tiny.toml"]);
    assert_eq!((done.code, done.out.as_str()), (0, ""));
    insta::assert_snapshot!(done.err, @"tiny.toml: sound; 2 agents, variants: base, hasty");
}

#[test]
fn a_setting_without_effect_is_noted() {
    let set = ["--set", "policy.queue={discipline='fifo', ageing='5s'}"];
    for verb in ["run", "check"] {
        let done = Desk::new().rushhour(&[&[verb, "tiny.toml"], &set[..]].concat());
        assert_eq!(done.code, 0);
        assert!(done.err.contains("note: policy.queue.ageing: it is without effect"), "{verb}\n{}", done.err);
    }
    let quiet = Desk::new().rushhour(&[&["run", "tiny.toml", "--quiet"], &set[..]].concat());
    assert_eq!(quiet.err, "");
}

#[test]
fn a_run_judges_itself() {
    let done = Desk::new().rushhour(&["run", "tiny.toml", "--check", "--check-determinism"]);
    assert_eq!(done.code, 0);
    insta::assert_snapshot!(done.err, @r"
    checked base: every identity holds
    checked hasty: every identity holds
    checked base: two runs at once, the same records
    checked hasty: two runs at once, the same records
    ");
}

/// To judge a run is not to change it.
#[test]
fn judging_changes_nothing() {
    let desk = Desk::new();
    let judged = desk.rushhour(&["run", "tiny.toml", "--json", "--check", "--check-determinism"]);
    assert_eq!(judged.out, desk.rushhour(&["run", "tiny.toml", "--json"]).out);
}

/// The other shipped scenario takes longer and is run by the tests that cross crates.
#[test]
fn the_shipped_trace_is_found_from_anywhere() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/trace_azure.toml");
    let desk = Desk::new();
    let report = desk.document(&["run", path, "--variant", "base"]);
    assert_eq!(report["counts"]["arrived"], 600);
}
