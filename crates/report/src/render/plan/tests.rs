use super::*;
use crate::figures::{Better, Figure};
use crate::plan::{Edge, Island, Method, Point, Probe, WhatIf};
use crate::render::Style;
use crate::script;
use crate::slo::{SloResult, Unit};
use rushhour_base::header::Comparison;
use rushhour_base::time::HOUR;
use rushhour_base::{Money, Span};

fn milliseconds(value: Option<f64>) -> Figure {
    Figure { value, at_most: value, unit: Unit::Milliseconds, better: Better::Lower }
}

/// A run of an hour at $2 with this 95th percentile of response times, of which 3 s are allowed.
fn probe(p95: Option<f64>) -> Probe {
    let slo = script::slo("latency.response.p95", Comparison::Below, 3_000.0, "< 3s");
    let verdict = crate::slo::verdict(milliseconds(p95), slo.comparison, slo.limit);
    Probe {
        slos: vec![SloResult { slo, figure: milliseconds(p95), verdict, against: None, over: None }],
        binding: Some("one/m: requests per minute bind first".to_owned()),
        figures: [milliseconds(p95), Figure::UNKNOWN, Figure::UNKNOWN],
        cost: Money(2 * rushhour_base::money::DOLLAR),
        horizon: Span(HOUR),
    }
}

fn point(place: u64, p95: [Option<f64>; 2]) -> Point {
    Point { place, probes: vec![(0, probe(p95[0])), (1, probe(p95[1]))] }
}

/// Two replications that hold up to 4 and 6, and one value beyond that holds again.
fn outcome() -> Outcome {
    let found = Found {
        place: 5,
        at_least: false,
        spread: Some(Spread { easier: Some(4), harder: 9, open: true, level: 0.5 }),
        method: Method::Median,
        safe: Some(4),
    };
    Outcome {
        answer: Answer::Found(found),
        edges: vec![Edge::Between { held: 4, broken: 5 }, Edge::Between { held: 6, broken: 7 }],
        islands: vec![Island { place: 8, replications: 1 }],
        points: vec![
            point(4, [Some(1_000.0), Some(1_500.0)]),
            point(5, [Some(3_100.0), Some(2_000.0)]),
            Point { place: 6, probes: vec![(1, probe(Some(2_900.0)))] },
            point(7, [None, Some(3_500.0)]),
            point(8, [Some(2_000.0), Some(3_600.0)]),
        ],
    }
}

fn with_plan<T>(seek: Seek, check: impl FnOnce(&Plan<'_>) -> T) -> T {
    let header = script::header();
    let label = |place: u64| format!("{}s", place + 10);
    check(&Plan {
        scenario: &header,
        key: "policy.timeout",
        seek,
        last: 9,
        label: &label,
        found: outcome(),
        what_if: vec![WhatIf {
            provider: "one".to_owned(),
            from: "low".to_owned(),
            to: "high".to_owned(),
            outcome: Outcome { answer: Answer::Everything { place: 9 }, ..outcome() },
        }],
        runs: 9,
        command: "rushhour plan".to_owned(),
    })
}

#[test]
fn the_page_says_what_was_found_and_where_it_is_not_monotone() {
    let text = with_plan(Seek::Largest, |plan| plan_text(plan, Style { colour: false }));
    for part in [
        "the largest policy.timeout that holds is 15s (50 % CI 14s–≥19s)",
        "the lower median of the replications, under common random numbers: 14s, 16s; every one of them holds at 14s",
        "latency.response.p95 < 3s breaks first, in 2 of 2",
        "one/m: requests per minute bind first, in 2 of 2",
        "latency.response.p95 < 3s  2.55 s  3.10 s  15.0 %  1 of 2",
        "$2.00 an hour · $48.00 a day · $1,440.00 in 30 days",
        "NOT MONOTONE",
        "these values held although a smaller one broke: 18s (in 1 replication).",
        "one on high instead of low: at least 19s",
    ] {
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(part) || flat.contains(part), "no `{part}` in\n{text}");
    }
    let smallest = with_plan(Seek::Smallest, |plan| plan_text(plan, Style { colour: false }));
    assert!(smallest.contains("(50 % CI ≤19s–14s)"), "{smallest}");
    assert!(smallest.contains("although a larger one broke"), "{smallest}");
}

/// A value that one replication never came to is no mean, and neither is one without samples.
#[test]
fn the_curve_mixes_no_luck_with_load() {
    let csv = with_plan(Seek::Largest, plan_csv);
    let rows: Vec<&str> = csv.lines().skip(1).collect();
    assert_eq!(rows[0], "14s,2,2,1250.000000,,,2.000000");
    assert_eq!(rows[2], "17s,2,0,,,,2.000000");
    assert_eq!(rows.len(), 4, "{csv}");
}

#[test]
fn the_document_is_json_and_names_values_as_scenarios_do() {
    let text = with_plan(Seek::Largest, plan_json);
    let document: serde_json::Value = serde_json::from_str(&text).expect(&text);
    assert_eq!(document["answer"]["value"], "15s");
    assert_eq!(document["answer"]["every_replication"], "14s");
    assert_eq!(document["replications"][1]["broken"], "17s");
    assert_eq!(document["islands"][0]["value"], "18s");
    assert_eq!(document["head_room"][0]["left"], 0.15);
    assert_eq!(document["what_if"][0]["answer"]["kind"], "everything");
    assert!(document["curve"][2]["latency.response.p95"].is_null(), "{text}");
}
