//! The one table of figures: what can be named by a path, and where it stands in a report.
//!
//! SLOs, comparisons and the tests of the JSON document all look figures up here, so that a path cannot mean one thing
//! to one of them and another to the next.

mod modes;
mod quality;
mod range;
mod rows;
mod tokens;

pub use range::Range;

use crate::latency::{Bounds, Latency, Statistic};
use crate::report::{Back, FaultReport, LaneReport, Latencies, PoolReport, Report, RungReport, Slice};
use crate::slo::{Names, Unit, split};
use quality::{BUSINESS, COMPRESSION, HALLUCINATION, VALIDATION};
use rows::{ABUSE, COUNTS, ESTIMATES, OPEN_REQUESTS, RETURNS, TASKS};
use rushhour_base::event::Cause;
use rushhour_base::{Instant, Money, Rung, Span};
use tokens::TOKENS;

/// A figure of a report.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure {
    /// The figure in its unit, at least; `None` if there was nothing to measure.
    pub value: Option<f64>,
    /// The figure at most. Differs from `value` only where requests were open at the horizon; `None` if there is then
    /// no bound.
    pub at_most: Option<f64>,
    /// The unit.
    pub unit: Unit,
    /// Which direction is better.
    pub better: Better,
}

/// Which direction of a figure is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// Less.
    Lower,
    /// More.
    Higher,
    /// Neither by itself.
    Neither,
}

/// A figure that can be named: its path and where it stands.
pub(crate) struct Metric {
    pub(crate) path: String,
    pub(crate) unit: Unit,
    pub(crate) better: Better,
    pub(crate) tags: &'static [Tag],
    source: Source,
}

/// What a path can be narrowed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tag {
    Workload,
    Pool,
    Lane,
    Model,
    Cause,
    Fault,
}

type Of<T> = fn(&T) -> Option<f64>;

#[derive(Clone, Copy)]
enum Source {
    Slice(Of<Slice>),
    Cost,
    Latency(fn(&Latencies) -> &Latency, Statistic),
    Pool(Of<PoolReport>, Fold),
    Lane(Of<LaneReport>, Fold),
    Rung(Rung, Of<RungReport>),
    RungLatency(Rung, Statistic),
    Recovery,
    Run(Of<Report>),
}

/// What several pools come to.
#[derive(Clone, Copy)]
enum Fold {
    Sum,
    Largest,
    Smallest,
}

impl Figure {
    pub(crate) const UNKNOWN: Figure =
        Figure { value: None, at_most: None, unit: Unit::Number, better: Better::Neither };

    /// Whether requests open at the horizon could still move it.
    pub fn is_lower_bound(self) -> bool {
        Range::from(self).is_lower_bound()
    }
}

impl Tag {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Tag::Workload => "workload",
            Tag::Pool => "pool",
            Tag::Lane => "lane",
            Tag::Model => "model",
            Tag::Cause => "cause",
            Tag::Fault => "fault",
        }
    }

    pub(crate) fn values(self, names: &Names) -> Vec<String> {
        match self {
            Tag::Workload => names.workloads.clone(),
            Tag::Pool => names.pools.clone(),
            Tag::Lane => names.lanes.clone(),
            Tag::Model => names.models.clone(),
            Tag::Fault => names.faults.clone(),
            Tag::Cause => Cause::ALL.iter().map(|c| c.name().to_string()).collect(),
        }
    }
}

impl Report {
    /// The figure at `path`; `None` if there is no such path.
    pub fn figure(&self, path: &str) -> Option<Figure> {
        let (name, tag) = split(path)?;
        let metric = metrics().into_iter().find(|m| m.path == name)?;
        metric.read(self, tag)
    }
}

impl Metric {
    /// The figure in `report`, narrowed to `tag`; `None` if the tag names nothing that it has.
    pub(crate) fn read(&self, report: &Report, tag: Option<(&str, &str)>) -> Option<Figure> {
        let tag = match tag {
            None => None,
            Some((key, value)) => Some((*self.tags.iter().find(|t| t.name() == key)?, value)),
        };
        let known = |value: Option<f64>| (value, value);
        let (value, at_most) = match self.source {
            Source::Slice(of) => known(of(slice(report, tag)?)),
            Source::Cost => known(Some(cost(report, tag)?.as_usd_f64())),
            Source::Latency(of, statistic) => timing(of(&slice(report, tag)?.latency), statistic),
            Source::Pool(of, fold) => known(fold.over(&selected(&report.pools, tag, |p| &p.name)?, of)),
            Source::Lane(of, fold) => known(fold.over(&selected(&report.lanes, tag, |l| &l.name)?, of)),
            Source::Rung(rung, of) => known(of(&report.rungs[rung as usize])),
            Source::RungLatency(rung, statistic) => timing(&report.rungs[rung as usize].response, statistic),
            Source::Recovery => recovery(&selected(&report.faults, tag, |f| &f.name)?),
            Source::Run(of) => known(of(report)),
        };
        // What is no number was not measured.
        let value = value.filter(|value| value.is_finite());
        Some(Figure { value, at_most, unit: self.unit, better: self.better })
    }
}

impl Fold {
    fn over<T>(self, parts: &[&T], of: Of<T>) -> Option<f64> {
        let values = parts.iter().filter_map(|part| of(part));
        match self {
            Fold::Sum => values.reduce(|a, b| a + b),
            Fold::Largest => values.reduce(f64::max),
            Fold::Smallest => values.reduce(f64::min),
        }
    }
}

fn slice<'r>(report: &'r Report, tag: Option<(Tag, &str)>) -> Option<&'r Slice> {
    let Some((_, name)) = tag else { return Some(&report.total) };
    report.workloads.get(report.header.workloads.iter().position(|w| w.name == name)?)
}

fn cost(report: &Report, tag: Option<(Tag, &str)>) -> Option<Money> {
    match tag {
        Some((Tag::Model, name)) => Some(report.cost.by_model.iter().find(|(model, _)| model == name)?.1),
        Some((Tag::Cause, name)) => {
            Some(report.cost.by_cause.iter().find(|(cause, _)| cause.name() == name)?.1)
        }
        other => Some(slice(report, other)?.cost),
    }
}

fn selected<'r, T>(all: &'r [T], tag: Option<(Tag, &str)>, name: fn(&T) -> &String) -> Option<Vec<&'r T>> {
    let chosen: Vec<&T> =
        all.iter().filter(|part| tag.is_none_or(|(_, wanted)| name(part) == wanted)).collect();
    (tag.is_none() || !chosen.is_empty()).then_some(chosen)
}

/// The slowest recovery; without an upper bound if one did not come about before the horizon.
fn recovery(faults: &[&FaultReport]) -> (Option<f64>, Option<f64>) {
    let known = faults.iter().filter_map(|fault| match fault.recovery.back {
        Back::Unknown => None,
        Back::After(span) => Some((span, false)),
        Back::Not { at_least, .. } => Some((at_least, true)),
    });
    let slowest = known.reduce(|(a, open), (b, also)| (a.max(b), open || also));
    let value = slowest.map(|(span, _)| span.as_secs_f64());
    (value, value.filter(|_| slowest.is_some_and(|(_, open)| !open)))
}

fn timing(latency: &Latency, statistic: Statistic) -> (Option<f64>, Option<f64>) {
    if statistic == Statistic::Count {
        return (Some(latency.count as f64), Some(latency.count as f64));
    }
    let bounds: Option<Bounds> = latency.get(statistic);
    (
        bounds.map(|b| b.at_least.as_millis_f64()),
        bounds.and_then(|b| b.at_most).map(|most| most.as_millis_f64()),
    )
}

/// Every figure that can be named, in the order of the report.
pub(crate) fn metrics() -> Vec<Metric> {
    let mut all = Vec::with_capacity(128);
    COUNTS.iter().for_each(|(path, better, of)| all.push(of_slices(path, Unit::Number, *better, *of)));
    RATES.iter().for_each(|(path, unit, better, of)| all.push(of_slices(path, *unit, *better, *of)));
    for (family, of) in FAMILIES {
        let path = format!("latency.{family}");
        all.extend(timings(&path, WORKLOAD, |statistic| Source::Latency(of, statistic)));
    }
    OPEN_REQUESTS.iter().for_each(|(path, of)| all.push(of_runs(path, Unit::Number, Better::Neither, *of)));
    all.extend(costs());
    for rows in [HALLUCINATION, VALIDATION, COMPRESSION] {
        all.extend(rows.iter().map(|(path, unit, better, of)| of_runs(path, *unit, *better, *of)));
    }
    ESTIMATES.iter().for_each(|(path, unit, better, of)| all.push(of_runs(path, *unit, *better, *of)));
    for (path, unit, better, of, fold) in POOLS {
        all.push(Metric {
            path: path.into(),
            unit,
            better,
            tags: &[Tag::Pool],
            source: Source::Pool(of, fold),
        });
    }
    for (path, unit, better, of) in LANES {
        all.push(of_lanes(path, unit, better, of, Fold::Sum));
    }
    let told: Of<LaneReport> = |l| l.first_429.map(seconds);
    all.push(of_lanes("lanes.first_429_s", Unit::Seconds, Better::Higher, told, Fold::Smallest));
    Rung::ALL.iter().for_each(|rung| all.extend(of_rung(*rung)));
    ABUSE.iter().for_each(|(path, unit, better, of)| all.push(of_runs(path, *unit, *better, *of)));
    all.push(of_runs("fairness.jain", Unit::Ratio, Better::Higher, |r| r.fairness.jain));
    all.push(of_runs("fairness.longest_wait_ms", Unit::Milliseconds, Better::Lower, |r| {
        r.fairness.longest_wait.map(|w| w.waited.as_millis_f64())
    }));
    all.push(Metric {
        path: "recovery.back_after_s".into(),
        unit: Unit::Seconds,
        better: Better::Lower,
        tags: &[Tag::Fault],
        source: Source::Recovery,
    });
    RETURNS.iter().for_each(|(path, unit, better, of)| all.push(of_runs(path, *unit, *better, *of)));
    TOKENS.iter().for_each(|(path, unit, better, of)| all.push(of_runs(path, *unit, *better, *of)));
    TASKS.iter().for_each(|(path, unit, better, of)| all.push(of_runs(path, *unit, *better, *of)));
    all.push(of_runs("amplification.p99", Unit::Number, Better::Lower, |r| {
        r.amplification.p99.map(|n| n as f64)
    }));
    all.push(of_runs("amplification.max", Unit::Number, Better::Lower, |r| {
        r.amplification.max.map(|n| n as f64)
    }));
    all.extend(modes::of_ladder());
    all.extend(modes::of_parking());
    all.extend(BUSINESS.iter().map(|(path, unit, better, of)| of_runs(path, *unit, *better, *of)));
    all
}

fn of_slices(path: &str, unit: Unit, better: Better, of: Of<Slice>) -> Metric {
    Metric { path: path.into(), unit, better, tags: WORKLOAD, source: Source::Slice(of) }
}

fn of_lanes(path: &str, unit: Unit, better: Better, of: Of<LaneReport>, fold: Fold) -> Metric {
    Metric { path: path.into(), unit, better, tags: &[Tag::Lane], source: Source::Lane(of, fold) }
}

fn seconds(at: Instant) -> f64 {
    Span(at.0).as_secs_f64()
}

fn of_runs(path: &str, unit: Unit, better: Better, of: Of<Report>) -> Metric {
    Metric { path: path.into(), unit, better, tags: &[], source: Source::Run(of) }
}

fn costs() -> Vec<Metric> {
    let total = Metric {
        path: "cost_usd.total".into(),
        unit: Unit::Dollars,
        better: Better::Lower,
        tags: &[Tag::Workload, Tag::Model, Tag::Cause],
        source: Source::Cost,
    };
    vec![
        total,
        of_slices("cost_usd.per_success", Unit::Dollars, Better::Lower, |s| {
            s.cost_per_success.map(Money::as_usd_f64)
        }),
        of_runs("cost_usd.invoiced", Unit::Dollars, Better::Lower, |r| {
            r.cost.invoiced.map(Money::as_usd_f64)
        }),
        of_runs("cost_usd.estimated", Unit::Dollars, Better::Lower, |r| Some(r.cost.estimated.as_usd_f64())),
        of_runs("cost_usd.saved_by_compression", Unit::Dollars, Better::Higher, |r| {
            Some(r.compression.filter(|c| c.cut_any())?.saved().as_usd_f64())
        }),
    ]
}

fn of_rung(rung: Rung) -> Vec<Metric> {
    let at = |field: &str| format!("rungs.{rung}.{field}");
    let (more, share): (Of<RungReport>, Of<RungReport>) = (|r| Some(r.answers as f64), |r| r.share);
    let metric = |path, unit, of| Metric {
        path,
        unit,
        better: Better::Neither,
        tags: &[],
        source: Source::Rung(rung, of),
    };
    let (reached, reach): (Of<RungReport>, Of<RungReport>) = (|r| Some(r.reached as f64), |r| r.reach);
    let mut all = vec![
        metric(at("answers"), Unit::Number, more),
        metric(at("share"), Unit::Ratio, share),
        metric(at("reached"), Unit::Number, reached),
        metric(at("reach"), Unit::Ratio, reach),
    ];
    all.extend(timings(&at("response"), &[], |statistic| Source::RungLatency(rung, statistic)));
    all
}

fn timings(path: &str, tags: &'static [Tag], source: impl Fn(Statistic) -> Source) -> Vec<Metric> {
    let metric = |statistic: Statistic| {
        let (unit, better) = match statistic {
            Statistic::Count => (Unit::Number, Better::Neither),
            _ => (Unit::Milliseconds, Better::Lower),
        };
        Metric { path: format!("{path}.{}", statistic.name()), unit, better, tags, source: source(statistic) }
    };
    Statistic::ALL.into_iter().map(metric).collect()
}

const WORKLOAD: &[Tag] = &[Tag::Workload];

const RATES: &[(&str, Unit, Better, Of<Slice>)] = &[
    ("rates.success", Unit::Ratio, Better::Higher, |s| s.rates.success),
    ("rates.fallback", Unit::Ratio, Better::Lower, |s| s.rates.fallback),
    ("rates.rejected_429", Unit::Ratio, Better::Lower, |s| s.rates.rejected_429),
    ("rates.availability", Unit::Ratio, Better::Higher, |s| s.rates.availability),
    ("rates.goodput_per_s", Unit::Number, Better::Higher, |s| s.rates.goodput_per_s),
    ("rates.retry_amplification", Unit::Number, Better::Lower, |s| s.rates.retry_amplification),
    ("rates.deadline_missed", Unit::Ratio, Better::Lower, |s| Some(s.deadlines?.missed_share())),
    ("rates.waited", Unit::Ratio, Better::Lower, |s| s.rates.waited),
];

type Family = (&'static str, fn(&Latencies) -> &Latency);

/// The durations that a report distinguishes.
pub(crate) const FAMILIES: [Family; 4] = [
    ("response", |l| &l.response),
    ("queue_wait", |l| &l.queue_wait),
    ("service", |l| &l.service),
    ("ttft", |l| &l.ttft),
];

const POOLS: [(&str, Unit, Better, Of<PoolReport>, Fold); 5] = [
    ("pools.utilisation", Unit::Ratio, Better::Neither, PoolReport::utilisation, Fold::Largest),
    ("pools.overshoot", Unit::Number, Better::Lower, |p| Some(p.overshoot() as f64), Fold::Sum),
    ("pools.corrections", Unit::Number, Better::Neither, |p| Some(p.corrections as f64), Fold::Sum),
    ("pools.undershoot", Unit::Ratio, Better::Lower, |p| p.undershoot, Fold::Largest),
    ("pools.first_429_s", Unit::Seconds, Better::Higher, |p| p.first_429.map(seconds), Fold::Smallest),
];

const LANES: [(&str, Unit, Better, Of<LaneReport>); 9] = [
    ("lanes.attempts", Unit::Number, Better::Neither, |l| Some(l.attempts as f64)),
    ("lanes.rejected", Unit::Number, Better::Lower, |l| Some(l.rejected as f64)),
    ("lanes.errors", Unit::Number, Better::Lower, |l| Some(l.errors as f64)),
    ("lanes.timeouts", Unit::Number, Better::Lower, |l| Some(l.timeouts as f64)),
    ("lanes.locked_out", Unit::Number, Better::Lower, |l| Some(l.locked_out as f64)),
    ("lanes.backoffs", Unit::Number, Better::Lower, |l| Some(l.backoffs as f64)),
    ("lanes.breaker.opens", Unit::Number, Better::Lower, |l| Some(l.breaker.opens as f64)),
    ("lanes.breaker.half_opens", Unit::Number, Better::Neither, |l| Some(l.breaker.half_opens as f64)),
    ("lanes.breaker.open_s", Unit::Seconds, Better::Lower, |l| Some(l.breaker.open.as_secs_f64())),
];
