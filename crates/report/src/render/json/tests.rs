use super::*;
use crate::figures::metrics;
use crate::latency::Recorder;
use crate::report::{AbuseOfKind, Alert, CapReached, Evidence, Standings, ThrottledBy};
use crate::script::{business, header, modes_run, quality_run, report, report_of};
use rushhour_base::event::{Reason, RiskRule};
use rushhour_base::{AbuseKind, Money, Span};
use serde_json::Value;

fn schema() -> jsonschema::Validator {
    let text = include_str!("../../../../../reports/report.schema.json");
    let schema: Value = serde_json::from_str(text).expect("the schema is JSON");
    jsonschema::validator_for(&schema).expect("the schema is a schema")
}

fn check(reports: &[Report]) -> Value {
    let text = json(reports);
    let document: Value = serde_json::from_str(&text).expect(&text);
    let faults: Vec<String> =
        schema().iter_errors(&document).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert_eq!(faults, Vec::<String>::new());
    document
}

#[test]
fn the_document_keeps_to_the_schema() {
    check(&[report()]);
    check(&[report_of(&header(), &[])]);
    let mut other = report();
    other.header.variant = "naive".into();
    let document = check(&[report(), other]);
    assert!(document["variants"]["naive"]["latency"]["response"]["p95"].is_number());
    assert!(document["differences"]["naive"].as_array().is_some_and(|all| all.len() > 50));
}

#[test]
fn every_kind_of_entry_keeps_to_the_schema() {
    let mut full = report();
    full.alerts.push(Alert {
        at: Instant(1),
        cap: "fleet".into(),
        of: None,
        percent: Some(80),
        level: rushhour_base::Money(1),
    });
    full.caps_reached.push(CapReached { at: Instant(1), cap: "fleet".into(), of: None, until: None });
    full.pools[0].binding.as_mut().expect("somebody waited").evidence = Evidence::Refused(3);
    full.abuse.by_rule.push(ThrottledBy { rule: RiskRule::Burst, requests: 3, honest: None });
    full.abuse.standings.push(Standings { at: Instant(5), users: [1, 2, 3, 4] });
    let known = full.abuse.known.as_mut().expect("the run holds truths");
    let (kind, cost) = (AbuseKind::SlowCreep, Money::from_micros(7));
    known.by_kind.push(AbuseOfKind { kind, attempts: 5, admitted: 2, cost });
    let mut open = Recorder::default();
    open.record_open(Span::secs(1));
    full.total.latency.response = open.finish();
    check(&[full]);
    check(&[report_of(&header(), &modes_run())]);
    let mut header = header();
    header.business.push(business());
    let document = check(&[report_of(&header, &quality_run())]);
    assert_eq!(document["business"]["modelled"], true);
}

/// A schema that lets everything pass would prove nothing.
#[test]
fn the_schema_refuses_what_the_design_does_not_know() {
    let refuse = |change: fn(&mut Value)| {
        let mut document: Value = serde_json::from_str(&json(&[report()])).expect("it is JSON");
        change(&mut document);
        assert!(!schema().is_valid(&document));
    };
    refuse(|d| d["extra"] = 1.into());
    refuse(|d| d["counts"]["extra"] = 1.into());
    refuse(|d| d["pools"][0]["limit"][0]["extra"] = 1.into());
    refuse(|d| d["counts"]["arrived"] = (-1).into());
    refuse(|d| d["digest"] = "short".into());
    refuse(|d| d["slo"][0]["verdict"] = "passed".into());
    refuse(|d| drop(d.as_object_mut().map(|d| d.remove("latency"))));
}

/// A word that an event can say is one that the schema knows.
#[test]
fn the_schema_knows_every_reason() {
    let text = include_str!("../../../../../reports/report.schema.json");
    let schema: Value = serde_json::from_str(text).expect("the schema is JSON");
    let members = &schema["$defs"]["members"]["properties"];
    let lists =
        [&members["falls"], &members["endings"], &members["parking"]["properties"]["dead"]].map(|list| {
            list["items"]["properties"]["reason"]["enum"].as_array().expect("reasons are listed").clone()
        });
    for reason in Reason::ALL {
        assert!(lists.iter().all(|list| list.contains(&reason.name().into())), "{reason} is missing");
    }
}

/// A path means the same to an SLO and to a reader of the document.
#[test]
fn every_plain_path_names_the_same_figure_in_the_document() {
    compared(&report(), 60);
    compared(&report_of(&header(), &modes_run()), 75);
    let mut header = header();
    header.business.push(business());
    compared(&report_of(&header, &quality_run()), 115);
}

fn compared(report: &Report, least: usize) {
    let document = check(std::slice::from_ref(report));
    let mut compared = 0;
    for metric in
        metrics().into_iter().filter(|m| !m.path.starts_with("pools.") && !m.path.starts_with("lanes."))
    {
        let pointer = format!("/{}", metric.path.replace('.', "/"));
        let written = document.pointer(&pointer).and_then(Value::as_f64);
        let known = report.figure(&metric.path).unwrap_or_else(|| panic!("{} is unknown", metric.path)).value;
        assert_eq!(written.is_some(), known.is_some(), "{}", metric.path);
        if let (Some(written), Some(known)) = (written, known) {
            assert!((written - known).abs() <= 0.000_51, "{}: {written} and {known}", metric.path);
            compared += 1;
        }
    }
    assert!(compared > least, "{compared} figures were compared");
}

#[test]
fn a_figure_with_a_tag_is_the_part_it_names() {
    let report = report();
    let value = |path: &str| report.figure(path).and_then(|f| f.value);
    let parts = value("counts.arrived{workload=leads}").zip(value("counts.arrived{workload=support}"));
    assert_eq!(parts.map(|(a, b)| a + b), value("counts.arrived"));
    let money = |cause: &str| value(&format!("cost_usd.total{{cause={cause}}}"));
    let causes =
        ["answer", "retry", "wasted", "rules", "human"].map(|c| money(c).expect("all causes are known"));
    assert!((causes.iter().sum::<f64>() - report.total.cost.as_usd_f64()).abs() < 1e-9);
    assert_eq!(value("lanes.attempts{lane=anthropic/sonnet}"), value("lanes.attempts"));
    assert_eq!(value("lanes.attempts{lane=nobody}"), None);
    assert!(report.figure("lanes.attempts{lane=nobody}").is_none());
}
