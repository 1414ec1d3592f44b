//! Limits that hold a figure against another run's, and limits over many replications: what can be judged only when all
//! runs are over.

use super::{SloResult, Verdict, verdict};
use crate::figures::{Figure, Range};
use crate::gate::Baseline;
use crate::interval::Interval;
use crate::replication::{LEVEL, Spread};
use crate::report::Report;
use rushhour_base::header::{Reference, Slo};

/// How a limit fared over all replications.
#[derive(Clone, Debug, PartialEq)]
pub struct Replicated {
    /// How many replications there are.
    pub of: usize,
    /// In how many of them the limit held.
    pub held: usize,
    /// In how many it was missed.
    pub missed: usize,
    /// What the figure came to; `None` if no replication had samples.
    pub spread: Option<Spread>,
    /// Held if the confidence interval of the mean lies on the good side of the limit, missed if on the bad one.
    pub verdict: Verdict,
}

/// Judges what had to wait until all variants ran: relative limits, and every limit over the replications. Whoever
/// holds runs against a committed baseline gives it; where it is needed and missing, the limit is inconclusive.
pub fn settle(reports: &mut [Report], baseline: Option<&Baseline>) {
    let settled: Vec<Vec<SloResult>> =
        reports.iter().map(|report| of_report(report, reports, baseline)).collect();
    for (report, slo) in reports.iter_mut().zip(settled) {
        report.slo = slo;
    }
}

fn of_report(report: &Report, all: &[Report], baseline: Option<&Baseline>) -> Vec<SloResult> {
    let one = |result: &SloResult| {
        let mut result = result.clone();
        let slo = result.slo.clone();
        if slo.of.is_some() && report.stopped.is_none() {
            result.against = reference(report, &slo, all, baseline);
            result.verdict = relative(result.figure.into(), &slo, result.against.map(Range::from));
        }
        result.over = over_replications(report, &slo, all, result.against);
        result
    };
    report.slo.iter().map(one).collect()
}

/// The figure that a relative limit is relative to. A run that was stopped is no measure for another.
fn reference(report: &Report, slo: &Slo, all: &[Report], baseline: Option<&Baseline>) -> Option<Figure> {
    match slo.of.as_ref()? {
        Reference::Variant(name) => {
            let other = all.iter().find(|other| other.header.variant == *name)?;
            other.figure(&slo.path).filter(|_| other.stopped.is_none())
        }
        Reference::Baseline => {
            let header = &report.header;
            let baseline =
                baseline.filter(|known| known.hash == header.scenario_hash && known.seed == header.seed)?;
            let range = baseline.variant(&header.variant)?.figure(&slo.path)?;
            Some(Figure { value: range.value, at_most: range.at_most, ..report.figure(&slo.path)? })
        }
    }
}

/// Whether a figure keeps to a multiple of another: wherever in its range the other is.
fn relative(figure: Range, slo: &Slo, against: Option<Range>) -> Verdict {
    let Some(Range { value: Some(low), at_most }) = against else { return Verdict::Inconclusive };
    let at = |reference: f64| verdict(figure, slo.comparison, slo.limit * reference);
    match at_most {
        None => Verdict::Inconclusive,
        Some(high) if at(low) == at(high) => at(low),
        Some(_) => Verdict::Inconclusive,
    }
}

fn over_replications(
    report: &Report,
    slo: &Slo,
    all: &[Report],
    against: Option<Figure>,
) -> Option<Replicated> {
    let own = report.replications.as_ref()?;
    let values = &own.of_path(&slo.path)?.values;
    let references: Option<Vec<Range>> = match &slo.of {
        None => None,
        Some(Reference::Baseline) => Some(vec![against.map(Range::from).unwrap_or_default(); values.len()]),
        Some(Reference::Variant(name)) => {
            let other = all.iter().find(|other| other.header.variant == *name);
            let series = other.and_then(|other| other.replications.as_ref()?.of_path(&slo.path));
            Some(series.map_or(vec![Range::default(); values.len()], |series| series.values.clone()))
        }
    };
    let each = values.iter().enumerate().map(|(run, value)| match &references {
        None => verdict(*value, slo.comparison, slo.limit),
        Some(references) => relative(*value, slo, Some(references[run])),
    });
    let each: Vec<Verdict> = each.collect();
    let count = |wanted| each.iter().filter(|verdict| **verdict == wanted).count();
    let missed = count(Verdict::Missed);
    let mean = match &references {
        None => verdict(mean_range(values), slo.comparison, slo.limit),
        Some(references) => {
            let beyond: Vec<Range> = values
                .iter()
                .zip(references)
                .map(|(value, other)| beyond(*value, *other, slo.limit))
                .collect();
            verdict(mean_range(&beyond), slo.comparison, 0.0)
        }
    };
    Some(Replicated {
        of: values.len(),
        held: count(Verdict::Held),
        missed,
        spread: Spread::over(values),
        // What must never happen happened; a mean over runs that were cut short says nothing against that.
        verdict: if slo.abort && missed > 0 { Verdict::Missed } else { mean },
    })
}

/// How far a figure lies beyond a multiple of another in the same replication.
fn beyond(value: Range, other: Range, limit: f64) -> Range {
    let (Some(low), Some(other_low)) = (value.value, other.value) else { return Range::default() };
    let bound = |bound: f64| Some(bound).filter(|bound| bound.is_finite());
    match bound(low - limit * other.most()) {
        // A negative limit does not exist, so the largest multiple gives the least distance.
        Some(least) => Range { value: Some(least), at_most: bound(value.most() - limit * other_low) },
        None => Range::default(),
    }
}

/// The confidence interval of the mean, as the range in which it lies; nothing if any run has no samples.
fn mean_range(values: &[Range]) -> Range {
    let Some(low) = values.iter().map(|range| range.value).collect::<Option<Vec<f64>>>() else {
        return Range::default();
    };
    let high: Option<Vec<f64>> = values.iter().map(|range| range.at_most).collect();
    let interval = |values: &[f64]| Interval::over(values, LEVEL);
    let at_most = high.and_then(|high| interval(&high)).map(|interval| interval.mean + interval.half_width);
    Range { value: interval(&low).map(|interval| interval.mean - interval.half_width), at_most }
}

#[cfg(test)]
mod tests;
