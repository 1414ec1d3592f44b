use super::*;
use crate::replication::{Fold, Replications};
use crate::script::{header, report, report_of, slo};
use crate::slo::{Names, judge, paths};
use rushhour_base::header::Comparison;

const ALL: [Comparison; 5] =
    [Comparison::Below, Comparison::AtMost, Comparison::Above, Comparison::AtLeast, Comparison::Exactly];

fn against(name: &str, path: &str, comparison: Comparison, limit: f64) -> Slo {
    Slo { of: Some(Reference::Variant(name.into())), ..slo(path, comparison, limit, "relative") }
}

/// A report that limits one thing.
fn limited(variant: &str, limit: &Slo) -> Report {
    let mut header = header();
    header.variant = variant.into();
    header.slos = vec![limit.clone()];
    report_of(&header, &crate::script::clean_run())
}

/// A k6 threshold passes without samples. Here nothing on any path does, whatever the comparison: of a run in which
/// nothing happened every figure is a count, or is not there and decides nothing.
#[test]
fn no_path_holds_without_samples() {
    let names = Names::of(&header());
    let mut without = 0;
    for path in paths(&names) {
        for comparison in ALL {
            let mut header = header();
            header.slos = vec![slo(&path, comparison, 0.0, "0")];
            let report = report_of(&header, &[]);
            let result = &judge(&report)[0];
            if result.figure.value.is_none() {
                assert_eq!(result.verdict, Verdict::Inconclusive, "{path} {comparison:?}");
                without += 1;
            }
        }
    }
    assert!(without > 300, "only {without} limits had no samples");
}

#[test]
fn what_is_no_number_decides_nothing() {
    let nan = f64::NAN;
    for comparison in ALL {
        for (value, at_most, limit) in [(nan, Some(nan), 1.0), (nan, None, 1.0), (1.0, Some(1.0), nan)] {
            let range = Range { value: Some(value), at_most };
            assert_eq!(
                verdict(range, comparison, limit),
                Verdict::Inconclusive,
                "{range:?} {comparison:?} {limit}"
            );
        }
    }
    // And no NaN comes out of a report in the first place.
    let mut report = report();
    report.total.rates.success = Some(nan);
    assert_eq!(report.figure("rates.success").and_then(|figure| figure.value), None);
}

#[test]
fn a_limit_relative_to_a_range_must_keep_to_all_of_it() {
    use Verdict::{Held, Inconclusive, Missed};
    let range = |low: f64, high: Option<f64>| Range { value: Some(low), at_most: high };
    for (value, other, expected) in [
        (range(10.9, Some(10.9)), Some(range(10.0, Some(10.0))), Held),
        (range(11.1, Some(11.1)), Some(range(10.0, Some(10.0))), Missed),
        (range(11.1, Some(11.1)), Some(range(10.0, Some(11.0))), Inconclusive),
        (range(10.9, Some(10.9)), Some(range(10.0, Some(12.0))), Held),
        (range(10.9, None), Some(range(10.0, Some(10.0))), Inconclusive),
        (range(11.1, None), Some(range(10.0, Some(10.0))), Missed),
        (range(10.9, Some(10.9)), Some(range(10.0, None)), Inconclusive),
        (range(10.9, Some(10.9)), Some(Range::default()), Inconclusive),
        (range(10.9, Some(10.9)), None, Inconclusive),
        (Range::default(), Some(range(10.0, Some(10.0))), Inconclusive),
        // Nothing is less than 110 % of nothing; `<=` says what is meant.
        (range(0.0, Some(0.0)), Some(range(0.0, Some(0.0))), Missed),
    ] {
        let limit = against("base", "counts.failed", Comparison::Below, 1.1);
        assert_eq!(relative(value, &limit, other), expected, "{value:?} < 110 % of {other:?}");
    }
}

#[test]
fn the_other_variants_are_held_against_the_one_that_is_named_and_it_is_not_held_against_itself() {
    let limit = against("base", "counts.attempts", Comparison::AtMost, 1.0);
    let mut reports = [limited("base", &limit), limited("naive", &limit)];
    assert_eq!(reports[1].verdict(true), Verdict::Inconclusive, "before both ran nobody knows");
    settle(&mut reports, None);
    assert_eq!(reports[0].slo, []);
    assert_eq!(reports[1].slo[0].verdict, Verdict::Held);
    reports[1].total.counts.attempts += 1;
    reports[1].slo = judge(&reports[1]);
    settle(&mut reports, None);
    assert_eq!((reports[1].verdict(true), reports[1].verdict(false)), (Verdict::Missed, Verdict::Missed));
    settle(&mut reports[1..], None);
    assert_eq!(reports[1].verdict(true), Verdict::Inconclusive, "without the other nobody knows");
}

#[test]
fn a_baseline_of_another_scenario_or_seed_is_no_measure() {
    let limit =
        Slo { of: Some(Reference::Baseline), ..slo("counts.attempts", Comparison::AtMost, 1.0, "relative") };
    let judged = |change: fn(&mut Baseline)| {
        let mut reports = [limited("base", &limit)];
        let hash = reports[0].header.scenario_hash.clone();
        let mut baseline = Baseline::of(&reports, &hash).expect("there is a report");
        change(&mut baseline);
        settle(&mut reports, Some(&baseline));
        reports[0].slo[0].verdict
    };
    assert_eq!(judged(|_| {}), Verdict::Held);
    assert_eq!(judged(|baseline| baseline.seed += 1), Verdict::Inconclusive);
    assert_eq!(judged(|baseline| baseline.hash.push('0')), Verdict::Inconclusive);
    assert_eq!(judged(|baseline| baseline.variants[0].name.push('0')), Verdict::Inconclusive);
}

/// The report of a variant whose success rate was this in its replications; `None` for no samples.
fn replicated(variant: &str, limit: &Slo, rates: &[Option<f64>]) -> Report {
    let mut first = limited(variant, limit);
    let folds: Vec<Fold> = rates
        .iter()
        .map(|rate| {
            let mut run = limited(variant, limit);
            run.total.rates.success = *rate;
            Fold::of(&run)
        })
        .collect();
    first.replications = Some(Replications::of(&first, &folds, 0.01));
    first
}

#[test]
fn over_replications_the_interval_decides() {
    let limit = slo("rates.success", Comparison::Above, 0.9, "> 90%");
    for (rates, held, expected) in [
        (vec![Some(0.95), Some(0.96), Some(0.97)], 3, Verdict::Held),
        (vec![Some(0.85), Some(0.86), Some(0.87)], 0, Verdict::Missed),
        (vec![Some(0.95), Some(0.85), Some(0.97)], 2, Verdict::Inconclusive),
        (vec![Some(0.95), None, Some(0.95)], 2, Verdict::Inconclusive),
        (vec![None, None, None], 0, Verdict::Inconclusive),
        (vec![Some(0.95), Some(0.95)], 2, Verdict::Held),
        // One alone has no interval.
        (vec![Some(0.95)], 1, Verdict::Inconclusive),
    ] {
        let mut reports = [replicated("base", &limit, &rates)];
        settle(&mut reports, None);
        let over = reports[0].slo[0].over.clone().expect("it was replicated");
        assert_eq!((over.held, over.of, over.verdict), (held, rates.len(), expected), "{rates:?}");
        assert_eq!(reports[0].verdict(false), expected, "{rates:?}");
    }
}

/// What both variants suffer alike cancels, since each replication is held against its own.
#[test]
fn over_replications_a_relative_limit_is_paired() {
    let limit = against("base", "rates.success", Comparison::Above, 0.9);
    let base: Vec<Option<f64>> = [0.2, 0.5, 0.9].map(Some).to_vec();
    let naive: Vec<Option<f64>> = [0.19, 0.47, 0.85].map(Some).to_vec();
    let mut reports = [replicated("base", &limit, &base), replicated("naive", &limit, &naive)];
    settle(&mut reports, None);
    let over = reports[1].slo[0].over.clone().expect("it was replicated");
    assert_eq!((over.held, over.verdict), (3, Verdict::Inconclusive), "{over:?}");
    let close: Vec<Option<f64>> = [0.198, 0.495, 0.889].map(Some).to_vec();
    let mut reports = [replicated("base", &limit, &base), replicated("naive", &limit, &close)];
    settle(&mut reports, None);
    assert_eq!(reports[1].slo[0].over.clone().map(|over| over.held), Some(3));
}

#[test]
fn a_limit_that_aborts_is_missed_if_any_replication_was_stopped() {
    let limit = Slo { abort: true, ..slo("counts.attempts", Comparison::AtMost, 1_000.0, "<= 1000") };
    let mut stopped = limited("base", &limit);
    stopped.total.counts.attempts = 1_001;
    stopped.slo = judge(&stopped);
    stopped.stop(stopped.header.horizon);
    assert_eq!(stopped.stopped.as_ref().map(|stopped| stopped.path.as_str()), Some("counts.attempts"));
    let mut first = limited("base", &limit);
    let folds = [Fold::of(&first), Fold::of(&first), Fold::of(&stopped)];
    first.replications = Some(Replications::of(&first, &folds, 0.01));
    let spread = |path: &str| {
        Spread::over(&first.replications.as_ref().expect("it is").of_path(path).expect("it is").values)
    };
    assert_eq!(spread("rates.success").map(|spread| spread.count), Some(2), "a part of a run is no sample");
    assert_eq!(spread("counts.attempts").map(|spread| spread.lower_bound), Some(true));
    let mut reports = [first];
    settle(&mut reports, None);
    assert_eq!(reports[0].verdict(false), Verdict::Missed);
}

/// Of a run that was cut short nobody knows what the rest would have been.
#[test]
fn a_stopped_run_decides_nothing_but_what_stopped_it() {
    let mut report = report();
    report.header.slos.push(slo("counts.answered", Comparison::AtLeast, 0.0, ">= 0"));
    report.header.slos.push(Slo { abort: true, ..slo("counts.attempts", Comparison::Below, 1.0, "< 1") });
    report.slo = judge(&report);
    report.stop(report.header.horizon);
    let verdicts: Vec<Verdict> = report.slo.iter().map(|result| result.verdict).collect();
    assert_eq!(verdicts.last(), Some(&Verdict::Missed));
    assert!(
        verdicts[..verdicts.len() - 1].iter().all(|verdict| *verdict == Verdict::Inconclusive),
        "{verdicts:?}"
    );
}
