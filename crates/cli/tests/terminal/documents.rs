//! `--json`: one document on standard output, whatever happens; what is for people goes to standard error.

use crate::desk::{Desk, Done};
use serde_json::{Value, json};
use std::path::Path;

fn validator() -> jsonschema::Validator {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../reports/report.schema.json");
    let schema = std::fs::read_to_string(path).expect("the schema of reports is committed");
    let schema: Value = serde_json::from_str(&schema).expect("it is JSON");
    jsonschema::validator_for(&schema).expect("it is a schema")
}

fn run(arguments: &[&str]) -> (Done, Value) {
    let done = Desk::new().rushhour(&[&["run", "tiny.toml", "--json"], arguments].concat());
    let document = serde_json::from_str(&done.out).unwrap_or_else(|error| panic!("{error}\n{}", done.out));
    (done, document)
}

/// Faults, rules, people, caps and a quota that binds, so that few members of the report are empty.
const EVERYTHING: [&str; 12] = [
    "--set",
    "policy.rules={answers='50%', cost='$0.001'}",
    "--set",
    "policy.human={capacity=1, service='20s'}",
    "--set",
    "policy.chain=['primary', 'rules', 'human']",
    "--set",
    "policy.budget.fleet={cap='$0.10', at_cap='fall'}",
    "--set",
    "workload.w={agents=20, patience='30s'}",
    "--set",
    "policy.breaker.failures=2",
];

#[test]
fn every_report_is_valid_by_the_committed_schema() {
    let validator = validator();
    for arguments in [
        &[][..],
        &["--variant", "base"],
        &["--set", "workload.w.arrivals.think=1h"],
        &["--set", "slo={'latency.response.p95'='< 1ms', 'hallucination.leaked_rate'='< 1%'}"],
        &EVERYTHING,
    ] {
        let (_, document) = run(arguments);
        let errors: Vec<String> = validator
            .iter_errors(&document)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{arguments:?}\n{}", errors.join("\n"));
    }
}

/// Or the test above would show nothing.
#[test]
fn the_schema_refuses_what_is_no_report() {
    let (_, report) = run(&["--variant", "base"]);
    let validator = validator();
    for (path, value) in [
        ("/format", json!("rushhour/report/0")),
        ("/counts/arrived", json!(-1)),
        ("/counts/arrived", json!("13")),
        ("/rates", json!({})),
        ("/slo/0/verdict", json!("perhaps")),
    ] {
        let mut wrong = report.clone();
        *wrong.pointer_mut(path).unwrap_or_else(|| panic!("a report has {path}")) = value;
        assert!(!validator.is_valid(&wrong), "{path}");
    }
    assert!(!validator.is_valid(&json!({})));
}

#[test]
fn people_are_told_on_standard_error() {
    let (done, _) = run(&["--check"]);
    assert_eq!(done.code, 0);
    for text in ["tiny", "checked base: every identity holds", "rushhour run tiny.toml --seed 7"] {
        assert!(done.err.contains(text), "nothing of {text:?} in\n{}", done.err);
    }
}

#[test]
fn a_verdict_comes_with_its_document() {
    let (done, document) = run(&["--variant", "base", "--set", "slo={'counts.arrived'='== 0'}"]);
    assert_eq!((done.code, &document["slo"][0]["verdict"]), (3, &json!("missed")));
    let (done, document) = run(&["--variant", "base", "--set", "slo={'hallucination.leaked_rate'='< 1%'}"]);
    assert_eq!((done.code, &document["slo"][1]["verdict"]), (4, &json!("inconclusive")));
}

#[test]
fn errors_are_a_document_too() {
    let (done, document) = run(&["--set", "sede=8"]);
    assert_eq!(done.code, 65);
    let expected = "one of name, seed, starts, duration, warmup, provider, trace, sessions, workload, policy, variant, slo, business, gate";
    let error = json!({
        "file": "--set", "line": null, "column": null, "key": "sede", "value": null,
        "message": "unknown key `sede`", "expected": expected, "hint": "did you mean `seed`?",
    });
    assert_eq!(document, json!({ "format": "rushhour/errors/1", "errors": [error] }));
    assert!(done.err.contains("did you mean `seed`?"), "{}", done.err);
}

#[test]
fn an_unreadable_scenario_is_a_document_too() {
    let done = Desk::new().rushhour(&["run", "nobody.toml", "--json"]);
    let document: Value = serde_json::from_str(&done.out).expect("a document");
    assert_eq!((done.code, &document["errors"][0]["file"]), (65, &json!("nobody.toml")));
}

#[test]
fn check_tells_of_all_files_in_one_document() {
    let desk = Desk::new();
    desk.write("wrong.toml", desk.read("tiny.toml").replace("agents = 2", "agents = 0"));
    let done = desk.rushhour(&["check", "tiny.toml", "wrong.toml", "--json"]);
    let document: Value = serde_json::from_str(&done.out).expect("a document");
    assert_eq!(done.code, 65);
    assert_eq!(document["format"], "rushhour/check/1");
    let [sound, wrong] = &document["scenarios"].as_array().expect("a list")[..] else { panic!("two files") };
    assert_eq!((&sound["file"], &sound["valid"]), (&json!("tiny.toml"), &json!(true)));
    assert_eq!((&sound["agents"], &sound["variants"]), (&json!(2), &json!(["base", "hasty"])));
    assert_eq!((&wrong["file"], &wrong["valid"]), (&json!("wrong.toml"), &json!(false)));
    let error = &wrong["errors"][0];
    assert_eq!((&error["line"], &error["column"], &error["value"]), (&json!(18), &json!(10), &json!("0")));
    let report = desk.document(&["run", "tiny.toml", "--variant", "base"]);
    assert_eq!(sound["hash"], report["scenario"]["hash"], "check and run name a scenario alike");
}
