use super::*;
use crate::figures::Better;
use proptest::prelude::*;

fn names() -> Names {
    let list = |names: &[&str]| names.iter().map(|n| n.to_string()).collect();
    Names {
        workloads: list(&["leads", "support"]),
        pools: list(&["anthropic/sonnet"]),
        lanes: list(&["anthropic/claude-sonnet-4.5", "human"]),
        models: list(&["claude-sonnet-4.5", "human"]),
        faults: list(&["lunch_dip"]),
    }
}

fn figure(low: f64, high: Option<f64>) -> Figure {
    Figure { value: Some(low), at_most: high, unit: Unit::Number, better: Better::Lower }
}

#[test]
fn every_path_has_a_unit() {
    for path in paths(&names()) {
        assert!(unit_of(&path, &names()).is_some(), "{path} is listed and has no unit");
    }
}

#[test]
fn paths_are_listed_once() {
    let mut all = paths(&names());
    let count = all.len();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), count);
}

#[test]
fn the_paths_of_the_design_are_known() {
    for (path, unit) in [
        ("counts.arrived", Unit::Number),
        ("counts.regenerations", Unit::Number),
        ("rates.fallback", Unit::Ratio),
        ("rates.goodput_per_s", Unit::Number),
        ("latency.ttft.p999", Unit::Milliseconds),
        ("latency.response.count", Unit::Number),
        ("cost_usd.total", Unit::Dollars),
        ("cost_usd.per_success", Unit::Dollars),
        ("cost_usd.total{cause=wasted}", Unit::Dollars),
        ("cost_usd.total{model=claude-sonnet-4.5}", Unit::Dollars),
        ("hallucination.leaked_rate", Unit::Ratio),
        ("pools.overshoot", Unit::Number),
        ("pools.utilisation{pool=anthropic/sonnet}", Unit::Ratio),
        ("lanes.breaker.open_s{lane=human}", Unit::Seconds),
        ("rungs.human.response.p95", Unit::Milliseconds),
        ("fairness.jain", Unit::Ratio),
    ] {
        assert_eq!(unit_of(path, &names()), Some(unit), "{path}");
    }
}

#[test]
fn a_misspelt_path_is_refused_with_the_nearest_one() {
    for (wrong, right) in [
        ("latency.respnse.p95", Some("latency.response.p95")),
        ("rates.falback", Some("rates.fallback")),
        ("latency.response.p95{workload=lead}", Some("latency.response.p95{workload=leads}")),
        ("cost_usd.per_sucess", Some("cost_usd.per_success")),
        ("qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq", None),
    ] {
        assert_eq!(unit_of(wrong, &names()), None, "{wrong}");
        assert_eq!(nearest(wrong, &names()).as_deref(), right, "{wrong}");
    }
}

#[test]
fn a_broken_tag_is_no_path() {
    for wrong in
        ["latency.response.p95{workload}", "latency.response.p95{workload=leads", "rates.success{lane=x}"]
    {
        assert_eq!(unit_of(wrong, &names()), None, "{wrong}");
    }
}

#[test]
fn verdicts() {
    use Comparison::*;
    use Verdict::*;
    for (low, high, comparison, limit, expected) in [
        (2.0, Some(2.0), Below, 3.0, Held),
        (3.0, Some(3.0), Below, 3.0, Missed),
        (3.0, Some(3.0), AtMost, 3.0, Held),
        (3.0, Some(3.0), Exactly, 3.0, Held),
        (2.0, Some(2.0), Exactly, 3.0, Missed),
        (3.0, Some(3.0), AtLeast, 3.0, Held),
        (3.0, Some(3.0), Above, 3.0, Missed),
        // With requests still open: a range, or a range without an end.
        (2.0, None, Below, 3.0, Inconclusive),
        (2.0, Some(2.5), Below, 3.0, Held),
        (2.0, Some(3.5), Below, 3.0, Inconclusive),
        (4.0, None, Below, 3.0, Missed),
        (4.0, None, Above, 3.0, Held),
        (2.0, None, Above, 3.0, Inconclusive),
        (2.0, None, Exactly, 3.0, Inconclusive),
        (4.0, None, Exactly, 3.0, Missed),
        (3.0, None, Exactly, 3.0, Inconclusive),
    ] {
        let got = verdict(figure(low, high), comparison, limit);
        assert_eq!(got, expected, "[{low}, {high:?}] {comparison:?} {limit}");
    }
    let nothing = Figure { value: None, at_most: None, unit: Unit::Number, better: Better::Lower };
    assert_eq!(verdict(nothing, Below, 3.0), Inconclusive, "no samples are no success");
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        cases: 256,
        rng_seed: proptest::test_runner::RngSeed::Fixed(1),
        ..ProptestConfig::default()
    })]
    /// Whatever the open requests turn out to be, a verdict that was given stands.
    #[test]
    fn a_verdict_survives_what_was_not_yet_known(low in 0.0..10.0f64, more in 0.0..10.0f64, share in 0.0..=1.0f64,
                                                limit in 0.0..20.0f64, kind in 0usize..5) {
        let comparison =
            [Comparison::Below, Comparison::AtMost, Comparison::Above, Comparison::AtLeast, Comparison::Exactly][kind];
        let final_value = low + more * share;
        let told = verdict(figure(low, Some(low + more)), comparison, limit);
        let known = verdict(figure(final_value, Some(final_value)), comparison, limit);
        prop_assert!(told == known || told == Verdict::Inconclusive);
    }
}
