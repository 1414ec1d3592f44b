//! Limits on figures of the report: which paths there are, in which unit, and whether a run kept its limits.
//!
//! A path names a figure as the JSON document does, `latency.response.p95`, and may narrow it to one workload, lane,
//! pool, model or cause with a tag: `latency.response.p95{workload=leads}`. Whoever reads limits from a file asks
//! [`unit_of`] what a path is measured in, and [`nearest`] what a misspelt one may have meant.

mod relative;

pub use relative::{Replicated, settle};

use crate::figures::{Figure, Range, metrics};
use crate::report::Report;
use rushhour_base::RunHeader;
use rushhour_base::header::{Comparison, Reference, Slo};
use std::cmp::Ordering;

/// What a figure is measured in. Limits are compared in this unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Milliseconds.
    Milliseconds,
    /// Seconds.
    Seconds,
    /// A share from 0 to 1.
    Ratio,
    /// US dollars.
    Dollars,
    /// A plain number: a count, or a rate per second.
    Number,
}

/// The names that tags of paths may carry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// The workloads.
    pub workloads: Vec<String>,
    /// The providers' quotas.
    pub pools: Vec<String>,
    /// The lanes.
    pub lanes: Vec<String>,
    /// The models, each once.
    pub models: Vec<String>,
    /// The faults of the script.
    pub faults: Vec<String>,
}

/// How a limit fared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It was kept.
    Held,
    /// It was not.
    Missed,
    /// Nobody can tell: there are no samples, or requests open at the horizon could still decide it either way.
    Inconclusive,
}

/// A limit and how it fared.
#[derive(Clone, Debug, PartialEq)]
pub struct SloResult {
    /// The limit.
    pub slo: Slo,
    /// The figure; its value is `None` without samples.
    pub figure: Figure,
    /// The figure that it is held against, if the limit is relative and there is one.
    pub against: Option<Figure>,
    /// The verdict.
    pub verdict: Verdict,
    /// How it fared over all replications, if there are any.
    pub over: Option<Replicated>,
}

impl Names {
    /// All names that `header` knows.
    pub fn of(header: &RunHeader) -> Names {
        let mut models: Vec<String> = header.lanes.iter().map(|l| l.model.clone()).collect();
        models.sort();
        models.dedup();
        Names {
            workloads: header.workloads.iter().map(|w| w.name.clone()).collect(),
            pools: header.quotas.iter().map(|q| q.name.clone()).collect(),
            lanes: header.lanes.iter().map(|l| l.name.clone()).collect(),
            models,
            faults: header.faults.iter().map(|f| f.name.clone()).collect(),
        }
    }
}

/// Every path of the report, the tagged ones after the plain one.
pub fn paths(names: &Names) -> Vec<String> {
    let spell = |metric: &crate::figures::Metric| {
        let tagged = metric.tags.iter().flat_map(|tag| tag.values(names).into_iter().map(move |v| (tag, v)));
        let tagged = tagged.map(|(tag, value)| format!("{}{{{}={value}}}", metric.path, tag.name()));
        std::iter::once(metric.path.clone()).chain(tagged).collect::<Vec<_>>()
    };
    metrics().iter().flat_map(spell).collect()
}

/// What the figure at `path` is measured in; `None` if there is no such path.
///
/// ```
/// use rushhour_report::slo::{Names, Unit, nearest, unit_of};
/// let names = Names { workloads: vec!["leads".into()], ..Names::default() };
/// assert_eq!(unit_of("latency.response.p95", &names), Some(Unit::Milliseconds));
/// assert_eq!(unit_of("latency.response.p95{workload=leads}", &names), Some(Unit::Milliseconds));
/// assert_eq!(unit_of("latency.response.p95{workload=chat}", &names), None);
/// assert_eq!(nearest("latency.respose.p95", &names).as_deref(), Some("latency.response.p95"));
/// ```
pub fn unit_of(path: &str, names: &Names) -> Option<Unit> {
    let (name, tag) = split(path)?;
    let metric = metrics().into_iter().find(|m| m.path == name)?;
    match tag {
        None => Some(metric.unit),
        Some((key, value)) => {
            let tag = metric.tags.iter().find(|t| t.name() == key)?;
            tag.values(names).iter().any(|v| v == value).then_some(metric.unit)
        }
    }
}

/// The path that looks most like `path`, if any does; the first of equals.
pub fn nearest(path: &str, names: &Names) -> Option<String> {
    let distance = |candidate: &String| strsim::osa_distance(path, candidate);
    let best = paths(names).into_iter().min_by_key(distance)?;
    let tolerated = path.chars().count().max(best.chars().count()) / 2;
    (distance(&best) <= tolerated).then_some(best)
}

/// Compares every limit of the header with its figure, but for those that hold the run against itself. Relative limits
/// wait for [`settle`]. Of a run that was stopped only that is known: what missed its limit.
pub fn judge(report: &Report) -> Vec<SloResult> {
    let header = &report.header;
    let of_itself = |slo: &&Slo| slo.of != Some(Reference::Variant(header.variant.clone()));
    let judged = |slo: &Slo| {
        let figure = report.figure(&slo.path).unwrap_or(Figure::UNKNOWN);
        let verdict = match verdict(figure, slo.comparison, slo.limit) {
            _ if slo.of.is_some() => Verdict::Inconclusive,
            Verdict::Missed if slo.abort => Verdict::Missed,
            _ if report.stopped.is_some() => Verdict::Inconclusive,
            verdict => verdict,
        };
        SloResult { slo: slo.clone(), figure, against: None, verdict, over: None }
    };
    header.slos.iter().filter(of_itself).map(judged).collect()
}

/// Whether a figure keeps to a limit. Where open requests leave it a range, the whole range must. A figure that is no
/// number was not measured.
pub fn verdict(figure: impl Into<Range>, comparison: Comparison, limit: f64) -> Verdict {
    let figure = figure.into();
    let Some(low) = figure.value.filter(|low| !low.is_nan() && !limit.is_nan()) else {
        return Verdict::Inconclusive;
    };
    let keeps = |value: f64| keeps(value, comparison, limit);
    if !figure.is_lower_bound() {
        return if keeps(low) { Verdict::Held } else { Verdict::Missed };
    }
    let high = figure.at_most.unwrap_or(f64::INFINITY);
    match (keeps(low), keeps(high), comparison) {
        (true, true, Comparison::Below | Comparison::AtMost | Comparison::Above | Comparison::AtLeast) => {
            Verdict::Held
        }
        (false, false, Comparison::Exactly) if low <= limit && limit <= high => Verdict::Inconclusive,
        (false, false, _) => Verdict::Missed,
        _ => Verdict::Inconclusive,
    }
}

impl Report {
    /// What the run comes to: missed if a limit of it was, else inconclusive if one is; over all replications if there
    /// are any. `relative` looks only at limits that hold it against another variant.
    pub fn verdict(&self, relative: bool) -> Verdict {
        let looked_at =
            |result: &&SloResult| !relative || matches!(result.slo.of, Some(Reference::Variant(_)));
        let verdicts: Vec<Verdict> =
            self.slo.iter().filter(looked_at).map(SloResult::final_verdict).collect();
        let worst =
            [Verdict::Missed, Verdict::Inconclusive].into_iter().find(|verdict| verdicts.contains(verdict));
        worst.unwrap_or(Verdict::Held)
    }

    /// Notes that a limit stopped the run, which would have gone on until `planned`, and judges it as such. Nothing
    /// happens if no limit that can do so was missed.
    pub fn stop(&mut self, planned: rushhour_base::Span) {
        let breach = self.slo.iter().find(|result| result.slo.abort && result.verdict == Verdict::Missed);
        self.stopped = breach.map(|result| crate::report::Stopped {
            at: rushhour_base::Instant(self.header.horizon.0),
            planned,
            path: result.slo.path.clone(),
            limit: result.slo.text.clone(),
        });
        self.slo = judge(self);
    }
}

impl SloResult {
    /// The verdict over all replications, or that of the one run.
    pub fn final_verdict(&self) -> Verdict {
        self.over.as_ref().map_or(self.verdict, |over| over.verdict)
    }
}

/// A path's name and its tag, `name{key=value}`; `None` if it is neither.
pub(crate) fn split(path: &str) -> Option<(&str, Option<(&str, &str)>)> {
    let Some((name, rest)) = path.split_once('{') else { return Some((path, None)) };
    let (key, value) = rest.strip_suffix('}')?.split_once('=')?;
    Some((name, Some((key.trim(), value.trim()))))
}

impl Verdict {
    /// The word as files and reports write it.
    pub const fn name(self) -> &'static str {
        match self {
            Verdict::Held => "held",
            Verdict::Missed => "missed",
            Verdict::Inconclusive => "inconclusive",
        }
    }
}

fn keeps(value: f64, comparison: Comparison, limit: f64) -> bool {
    let order = value.partial_cmp(&limit);
    match comparison {
        Comparison::Below => order == Some(Ordering::Less),
        Comparison::AtMost => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        Comparison::Above => order == Some(Ordering::Greater),
        Comparison::AtLeast => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        Comparison::Exactly => order == Some(Ordering::Equal),
    }
}

#[cfg(test)]
mod tests;
