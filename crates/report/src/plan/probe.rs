//! What is kept of each run of a search, and what several runs at one value come to.

use super::search::Edge;
use crate::figures::Figure;
use crate::render::what_binds;
use crate::report::Report;
use crate::slo::{SloResult, Unit, Verdict};
use rushhour_base::header::Comparison;
use rushhour_base::time::HOUR;
use rushhour_base::{Money, Span};

/// What is kept of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Probe {
    /// The limits and how they fared.
    pub slos: Vec<SloResult>,
    /// What held requests back most, in words; `None` if nothing did.
    pub binding: Option<String>,
    /// The figures of [`Curve::PATHS`].
    pub figures: [Figure; 3],
    /// All that the run cost.
    pub cost: Money,
    /// How long the run was.
    pub horizon: Span,
}

/// The runs at one value, one for each replication that came to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// The place of the value on the axis.
    pub place: u64,
    /// By replication, ascending.
    pub probes: Vec<(u32, Probe)>,
}

/// The means of the runs at one value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Curve {
    /// Runs that kept every limit.
    pub held: u32,
    /// How many runs there were.
    pub runs: u32,
    /// The means of the figures of [`Curve::PATHS`]; `None` where a run has no samples.
    pub figures: [Option<f64>; 3],
    /// Whether requests open at a horizon could still raise the mean.
    pub lower_bound: [bool; 3],
    /// The mean cost of an hour.
    pub per_hour: Money,
}

/// What a load costs if every hour is like those that were simulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bill {
    /// An hour.
    pub hour: Money,
    /// 24 such hours.
    pub day: Money,
    /// 30 such days.
    pub month: Money,
}

/// How far a limit is from being broken at a value.
#[derive(Clone, Debug, PartialEq)]
pub struct HeadRoom {
    /// The path.
    pub path: String,
    /// The limit as the scenario writes it.
    pub limit: String,
    /// In which unit the next two are.
    pub unit: Unit,
    /// The mean over the runs; `None` where one has no samples.
    pub mean: Option<f64>,
    /// The figure of the run that is nearest to the limit, or beyond it farthest.
    pub worst: Option<f64>,
    /// The share of the limit that the mean leaves; of a share that must be large, of what it may lack of 100 %.
    /// Negative beyond the limit; `None` of limits that a figure must equal.
    pub left: Option<f64>,
    /// In how many of the runs it was kept.
    pub kept: u32,
}

/// What stood behind the first broken value of each replication that has one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Breaking {
    /// How many replications broke.
    pub replications: u32,
    /// Paths and limits that were missed there and in how many replications; the most frequent first.
    pub missed: Vec<(String, u32)>,
    /// Limits that could not be decided there while none was missed.
    pub undecided: Vec<(String, u32)>,
    /// What held requests back most there.
    pub binding: Vec<(String, u32)>,
}

impl Probe {
    /// What is kept of this run.
    pub fn of(report: &Report) -> Probe {
        Probe {
            slos: report.slo.clone(),
            binding: what_binds(report),
            // Those of a run that a limit ended before its time are no samples of a whole one.
            figures: Curve::PATHS.map(|path| {
                report.figure(path).filter(|_| report.stopped.is_none()).unwrap_or(Figure::UNKNOWN)
            }),
            cost: report.total.cost,
            horizon: report.header.horizon,
        }
    }

    /// Whether it kept every limit. One that cannot be decided is not kept.
    pub fn held(&self) -> bool {
        self.slos.iter().all(|slo| slo.verdict == Verdict::Held)
    }
}

impl Point {
    /// The means at this value.
    pub fn curve(&self) -> Curve {
        let figure = |index: usize| self.probes.iter().map(move |(_, probe)| probe.figures[index]);
        Curve {
            held: self.count(Probe::held),
            runs: self.probes.len() as u32,
            figures: [0, 1, 2].map(|index| mean(figure(index).map(|figure| figure.value))),
            lower_bound: [0, 1, 2].map(|index| figure(index).any(Figure::is_lower_bound)),
            per_hour: self.bill().hour,
        }
    }

    /// The bill of all runs over the time of all runs.
    pub fn bill(&self) -> Bill {
        let total: i128 = self.probes.iter().map(|(_, probe)| probe.cost.0).sum();
        let length: i128 = self.probes.iter().map(|(_, probe)| i128::from(probe.horizon.0)).sum();
        let length = length.max(1);
        let hours = |hours: i128| {
            let nanoseconds = i128::from(HOUR) * hours;
            // Both factors at once could pass 128 bits: whole lengths first, then what is left of one.
            Money(total / length * nanoseconds + total % length * nanoseconds / length)
        };
        Bill { hour: hours(1), day: hours(24), month: hours(24 * 30) }
    }

    /// How far each limit is from being broken here.
    pub fn head_room(&self) -> Vec<HeadRoom> {
        let Some((_, first)) = self.probes.first() else { return Vec::new() };
        (0..first.slos.len()).map(|index| self.head_room_of(index)).collect()
    }

    fn head_room_of(&self, index: usize) -> HeadRoom {
        let slos: Vec<&SloResult> = self.probes.iter().map(|(_, probe)| &probe.slos[index]).collect();
        let SloResult { slo, figure, .. } = slos[0];
        let unit = figure.unit;
        let left = |value: f64| left(value, slo.limit, slo.comparison, unit);
        let mean = mean(slos.iter().map(|slo| slo.figure.value));
        let values = slos.iter().filter_map(|slo| slo.figure.value);
        let worst = values.min_by(|a, b| {
            let (a, b) = (left(*a).unwrap_or(0.0), left(*b).unwrap_or(0.0));
            a.total_cmp(&b)
        });
        HeadRoom {
            path: slo.path.clone(),
            limit: slo.text.clone(),
            unit,
            mean,
            worst,
            left: mean.and_then(left),
            kept: slos.iter().filter(|slo| slo.verdict == Verdict::Held).count() as u32,
        }
    }

    fn count(&self, is: impl Fn(&Probe) -> bool) -> u32 {
        self.probes.iter().filter(|(_, probe)| is(probe)).count() as u32
    }
}

impl Curve {
    /// The figures of the curve, by path; cost per hour stands beside them.
    pub const PATHS: [&str; 3] = ["latency.response.p95", "rates.goodput_per_s", "rates.fallback"];
}

impl Breaking {
    pub(super) fn of(edges: &[Edge], points: &[Point]) -> Breaking {
        let mut breaking = Breaking::default();
        for (replication, edge) in edges.iter().enumerate() {
            let (Edge::Nothing { broken } | Edge::Between { broken, .. }) = edge else { continue };
            let probes = points.iter().filter(|point| point.place == *broken).flat_map(|point| &point.probes);
            let Some((_, probe)) = probes.into_iter().find(|(of, _)| *of as usize == replication) else {
                continue;
            };
            breaking.replications += 1;
            let with = |verdict| probe.slos.iter().filter(move |slo| slo.verdict == verdict);
            let named = |slo: &SloResult| format!("{} {}", slo.slo.path, slo.slo.text);
            with(Verdict::Missed).for_each(|slo| add(&mut breaking.missed, named(slo)));
            if with(Verdict::Missed).next().is_none() {
                with(Verdict::Inconclusive).for_each(|slo| add(&mut breaking.undecided, named(slo)));
            }
            if let Some(binding) = &probe.binding {
                add(&mut breaking.binding, binding.clone());
            }
        }
        for counted in [&mut breaking.missed, &mut breaking.undecided, &mut breaking.binding] {
            counted.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        }
        breaking
    }
}

/// Counts one more of `name`; in the order in which names first came.
fn add(counted: &mut Vec<(String, u32)>, name: String) {
    match counted.iter_mut().find(|(known, _)| *known == name) {
        Some((_, count)) => *count += 1,
        None => counted.push((name, 1)),
    }
}

fn mean(values: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let values: Vec<f64> = values.collect::<Option<_>>()?;
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

fn left(value: f64, limit: f64, comparison: Comparison, unit: Unit) -> Option<f64> {
    let (room, whole) = match comparison {
        Comparison::Below | Comparison::AtMost => (limit - value, limit),
        Comparison::Above | Comparison::AtLeast if unit == Unit::Ratio => (value - limit, 1.0 - limit),
        Comparison::Above | Comparison::AtLeast => (value - limit, limit),
        Comparison::Exactly => return None,
    };
    (whole > 0.0).then(|| room / whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn head_room_is_a_share_of_what_the_limit_allows() {
        use Comparison::{AtLeast, Below, Exactly};
        for (value, limit, comparison, unit, expected) in [
            (2_000.0, 3_000.0, Below, Unit::Milliseconds, Some("0.33")),
            (3_300.0, 3_000.0, Below, Unit::Milliseconds, Some("-0.10")),
            (0.995, 0.99, AtLeast, Unit::Ratio, Some("0.50")),
            (0.98, 0.99, AtLeast, Unit::Ratio, Some("-1.00")),
            (6.0, 5.0, AtLeast, Unit::Number, Some("0.20")),
            (0.0, 0.0, Below, Unit::Number, None),
            (1.0, 1.0, AtLeast, Unit::Ratio, None),
            (1.0, 1.0, Exactly, Unit::Number, None),
        ] {
            let got = left(value, limit, comparison, unit).map(|left| format!("{left:.2}"));
            assert_eq!(got.as_deref(), expected, "{value} against {limit}");
        }
    }

    #[test]
    fn a_bill_is_that_of_an_hour_like_the_runs() {
        let probe = |dollars: i128, horizon: u64| Probe {
            slos: Vec::new(),
            binding: None,
            figures: [Figure::UNKNOWN; 3],
            cost: Money(dollars * rushhour_base::money::DOLLAR),
            horizon: Span(horizon),
        };
        let point = Point { place: 0, probes: vec![(0, probe(10, HOUR / 2)), (1, probe(20, HOUR / 2))] };
        let Bill { hour, day, month } = point.bill();
        assert_eq!([hour, day, month].map(|m| m.to_string()), ["$30.00", "$720.00", "$21600.00"]);
        let year = Point { place: 0, probes: vec![(0, probe(12_000_000, 24 * 360 * HOUR))] };
        assert_eq!(year.bill().month.to_string(), "$1000000.00");
    }
}
