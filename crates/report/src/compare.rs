//! Variants beside each other. They meet the same world under the same seed, so each difference is paired: it is what
//! the policy did, not what luck did. How far it would carry to another seed is what replications are for:
//! [`compare()`] holds two sides against each other over all their runs.

mod difference;
mod side;

use difference::judge;
pub use difference::{Difference, Shift};
pub use side::{Compared, Comparison, HEADLINES, Incomparable, Method, Question, Side, compare};

use crate::figures::{Better, Figure, metrics};
use crate::report::Report;
use crate::slo::Unit;

/// How one variant differs from the first.
#[derive(Clone, Debug, PartialEq)]
pub struct VariantDifferences {
    /// The variant.
    pub variant: String,
    /// The one it is compared with.
    pub against: String,
    /// Every plain figure that at least one of the two has, in the order of the report.
    pub figures: Vec<FigureDifference>,
}

/// One figure in two variants.
#[derive(Clone, Debug, PartialEq)]
pub struct FigureDifference {
    /// The figure's path.
    pub path: String,
    /// Its unit.
    pub unit: Unit,
    /// In the first variant.
    pub base: Figure,
    /// In this one.
    pub value: Figure,
    /// This one less the first; `None` if either has no samples.
    pub difference: Option<f64>,
    /// What the difference means.
    pub change: Change,
    /// The same over all replications, if there are any: the mean paired difference and what it means.
    pub replicated: Option<(Difference, Shift)>,
}

/// What a difference means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is better.
    Better,
    /// It is worse.
    Worse,
    /// There is none.
    Same,
    /// It is neither better nor worse by itself.
    Different,
    /// Nobody can tell: one has no samples, or open requests could turn it round.
    Unknown,
}

impl Change {
    /// The word as files and reports write it.
    pub const fn name(self) -> &'static str {
        match self {
            Change::Better => "better",
            Change::Worse => "worse",
            Change::Same => "same",
            Change::Different => "different",
            Change::Unknown => "unknown",
        }
    }
}

/// How each report after the first differs from the first.
pub fn differences(reports: &[Report]) -> Vec<VariantDifferences> {
    let Some((base, others)) = reports.split_first() else { return Vec::new() };
    let of = |report: &Report| VariantDifferences {
        variant: report.header.variant.clone(),
        against: base.header.variant.clone(),
        figures: figures(base, report),
    };
    others.iter().map(of).collect()
}

fn figures(base_report: &Report, report: &Report) -> Vec<FigureDifference> {
    // A run that was stopped has figures of a part.
    let parts = base_report.header.horizon != report.header.horizon;
    let pair = |metric: crate::figures::Metric| {
        let (base, value) = (metric.read(base_report, None)?, metric.read(report, None)?);
        if base.value.is_none() && value.value.is_none() {
            return None;
        }
        let difference = base.value.zip(value.value).map(|(base, value)| value - base);
        Some(FigureDifference {
            replicated: replicated(base_report, report, &metric.path),
            path: metric.path,
            unit: metric.unit,
            base,
            value,
            difference,
            change: if parts { Change::Unknown } else { change(&base, &value) },
        })
    };
    metrics().into_iter().filter_map(pair).collect()
}

fn replicated(base: &Report, report: &Report, path: &str) -> Option<(Difference, Shift)> {
    let (here, there) = (base.replications.as_ref()?, report.replications.as_ref()?);
    let (before, after) = (here.of_path(path)?, there.of_path(path)?);
    let (difference, shift) = judge(&before.values, &after.values, true, before.better, here.noise);
    Some((difference?, shift))
}

/// What it means that a figure went from `base` to `value`.
pub fn change(base: &Figure, value: &Figure) -> Change {
    let (Some(before), Some(after)) = (base.value, value.value) else { return Change::Unknown };
    let (before_most, after_most) =
        (base.at_most.unwrap_or(f64::INFINITY), value.at_most.unwrap_or(f64::INFINITY));
    let rose = after > before_most;
    let fell = after_most < before;
    match (rose, fell, base.better) {
        (false, false, _) if base.is_lower_bound() || value.is_lower_bound() => Change::Unknown,
        (false, false, _) => Change::Same,
        (_, _, Better::Neither) => Change::Different,
        (true, _, Better::Higher) | (_, true, Better::Lower) => Change::Better,
        _ => Change::Worse,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::report;

    #[test]
    fn what_a_change_means() {
        let figure = |low: f64, high: Option<f64>, better| Figure {
            value: Some(low),
            at_most: high,
            unit: Unit::Number,
            better,
        };
        for (base, value, better, expected) in [
            ((1.0, Some(1.0)), (2.0, Some(2.0)), Better::Lower, Change::Worse),
            ((1.0, Some(1.0)), (2.0, Some(2.0)), Better::Higher, Change::Better),
            ((2.0, Some(2.0)), (1.0, Some(1.0)), Better::Lower, Change::Better),
            ((2.0, Some(2.0)), (1.0, Some(1.0)), Better::Higher, Change::Worse),
            ((2.0, Some(2.0)), (1.0, Some(1.0)), Better::Neither, Change::Different),
            ((2.0, Some(2.0)), (2.0, Some(2.0)), Better::Lower, Change::Same),
            ((2.0, None), (1.0, None), Better::Lower, Change::Unknown),
            ((2.0, Some(2.0)), (1.0, None), Better::Lower, Change::Unknown),
            ((2.0, Some(2.0)), (3.0, None), Better::Lower, Change::Worse),
        ] {
            let (base, value) = (figure(base.0, base.1, better), figure(value.0, value.1, better));
            assert_eq!(change(&base, &value), expected, "{base:?} → {value:?}");
        }
    }

    #[test]
    fn a_report_does_not_differ_from_itself() {
        let twice = [report(), report()];
        let found = differences(&twice);
        assert_eq!(found.len(), 1);
        assert!(found[0].figures.iter().all(|f| matches!(f.change, Change::Same | Change::Unknown)));
        assert!(found[0].figures.iter().any(|f| f.path == "latency.response.p95"));
        assert_eq!(differences(&[]), []);
    }
}
