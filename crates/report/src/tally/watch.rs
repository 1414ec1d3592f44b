//! Limits that end a run as soon as they are missed: on figures that only grow.

use super::Tally;
use super::slice::{SliceTally, provider_errors};
use rushhour_base::header::{Comparison, Slo};
use rushhour_base::message::{AttemptResult, Outcome};
use rushhour_base::{Money, RunHeader};

/// A figure that only grows, and how much it may come to.
pub(super) struct Watched {
    figure: Growing,
    /// The workload that it is narrowed to.
    workload: Option<usize>,
    comparison: Comparison,
    limit: f64,
}

#[derive(Clone, Copy)]
enum Growing {
    Count(fn(&SliceTally) -> u64),
    Cost,
    CostOfCause(usize),
}

/// Whether a limit on `path` can end a run: its figure only grows, and outgrowing the limit is what misses it.
///
/// ```
/// use rushhour_base::header::Comparison;
/// use rushhour_report::tally::can_abort;
/// assert!(can_abort("counts.failed", Comparison::Below));
/// assert!(can_abort("cost_usd.total{workload=leads}", Comparison::AtMost));
/// assert!(!can_abort("counts.answered", Comparison::AtLeast)); // known only at the end
/// assert!(!can_abort("rates.fallback", Comparison::Below)); // may fall again
/// ```
pub fn can_abort(path: &str, comparison: Comparison) -> bool {
    let upper = matches!(comparison, Comparison::Below | Comparison::AtMost | Comparison::Exactly);
    let Some((name, tag)) = crate::slo::split(path) else { return false };
    let counted = COUNTS.iter().any(|(count, _)| *count == name);
    upper && (counted || name == COST && tag.is_none_or(|(key, _)| key == "workload" || key == "cause"))
}

/// The paths of figures that only grow.
pub fn growing() -> impl Iterator<Item = &'static str> {
    COUNTS.iter().map(|(path, _)| *path).chain([COST])
}

/// The limits of a run that end it.
pub(super) fn watched(header: &RunHeader) -> Vec<Watched> {
    let ending = header.slos.iter().filter(|slo| slo.abort && can_abort(&slo.path, slo.comparison));
    ending.filter_map(|slo| one(header, slo)).collect()
}

fn one(header: &RunHeader, slo: &Slo) -> Option<Watched> {
    let (name, tag) = crate::slo::split(&slo.path)?;
    let count = COUNTS.iter().find(|(count, _)| *count == name).map(|(_, of)| Growing::Count(*of));
    let (figure, workload) = match tag {
        Some(("cause", cause)) => {
            let cause = rushhour_base::event::Cause::ALL.iter().position(|c| c.name() == cause)?;
            (Growing::CostOfCause(cause), None)
        }
        Some((_, name)) => {
            let workload = header.workloads.iter().position(|workload| workload.name == name)?;
            (count.unwrap_or(Growing::Cost), Some(workload))
        }
        None => (count.unwrap_or(Growing::Cost), None),
    };
    Some(Watched { figure, workload, comparison: slo.comparison, limit: slo.limit })
}

impl Watched {
    /// Whether the figure has outgrown its limit.
    pub(super) fn is_missed(&self, tally: &Tally) -> bool {
        let now = self.now(tally);
        match self.comparison {
            Comparison::Below => now >= self.limit,
            _ => now > self.limit,
        }
    }

    fn now(&self, tally: &Tally) -> f64 {
        let slices = match self.workload {
            Some(workload) => &tally.slices[workload..=workload],
            None => &tally.slices[..],
        };
        match self.figure {
            Growing::Count(of) => slices.iter().map(of).sum::<u64>() as f64,
            Growing::CostOfCause(cause) => tally.by_cause[cause].as_usd_f64(),
            Growing::Cost => {
                let shared = if self.workload.is_none() { tally.shared } else { Money::ZERO };
                slices.iter().fold(shared, |sum, slice| sum + slice.spent).as_usd_f64()
            }
        }
    }
}

const COST: &str = "cost_usd.total";

type Count = (&'static str, fn(&SliceTally) -> u64);

const COUNTS: [Count; 14] = [
    ("counts.arrived", |s| s.arrived),
    ("counts.answered", |s| s.outcomes[Outcome::Answered as usize]),
    ("counts.refused", |s| s.outcomes[Outcome::Refused as usize]),
    ("counts.abandoned", |s| s.outcomes[Outcome::Abandoned as usize]),
    ("counts.failed", |s| s.outcomes[Outcome::Failed as usize]),
    ("counts.attempts", |s| s.attempts),
    ("counts.regenerations", |s| s.regenerations),
    ("counts.summaries", |s| s.summaries.sent),
    ("counts.retries", |s| s.retries),
    ("counts.rejected_429", |s| s.results[AttemptResult::RateLimited as usize]),
    ("counts.provider_errors", |s| provider_errors(&s.results)),
    ("counts.timeouts", |s| {
        s.results[AttemptResult::TimedOut as usize] + s.results[AttemptResult::Stalled as usize]
    }),
    ("counts.fallbacks", |s| s.fallbacks),
    ("counts.good", |s| s.good),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::divergence::Entry;
    use crate::script::{Script, Try, clean_run, header, replay, report_of, slo};
    use rushhour_base::event::AttemptKind;
    use rushhour_base::{AgentId, RequestId, Sink};

    /// What is watched is what the report will say: no limit can end a run that the report then calls held.
    #[test]
    fn a_watched_figure_is_the_reports() {
        compared(&clean_run(), 10);
        compared(&troubled_run(), 15);
    }

    /// A call for each way in which one can end, and then one more.
    fn troubled_run() -> Vec<Entry> {
        let mut script = Script::default();
        let request = RequestId::new(AgentId(0), 0);
        script.at(0).arrive(request);
        for (attempt, result) in (0..).zip(AttemptResult::ALL) {
            let kind = AttemptKind::ALL[usize::from(attempt) % AttemptKind::ALL.len()];
            script.call(request, Try { attempt, kind, result: *result, ..Try::default() });
        }
        script.call(request, Try { attempt: 99, ..Try::default() }).answered(request);
        script.entries
    }

    fn compared(run: &[Entry], least: u32) {
        let report = report_of(&header(), run);
        let mut compared = 0;
        let workloads = ["", "{workload=leads}", "{workload=support}"];
        let paths = growing().flat_map(|path| workloads.map(|tag| format!("{path}{tag}")));
        for path in paths.chain(["cost_usd.total{cause=answer}".to_owned()]) {
            let mut header = header();
            header.slos.push(Slo { abort: true, ..slo(&path, Comparison::AtMost, 0.0, "<= 0") });
            let mut tally = Tally::new(&header);
            replay(run, &mut tally);
            let figure = report.figure(&path).and_then(|figure| figure.value).expect(&path);
            assert!((tally.watched[0].now(&tally) - figure).abs() < 1e-9, "{path}");
            assert_eq!(tally.heard_enough(), figure > 0.0, "{path}");
            compared += u32::from(figure > 0.0);
        }
        assert!(compared > least, "{compared} figures were not zero");
    }

    #[test]
    fn what_may_fall_again_or_must_be_reached_cannot_end_a_run() {
        for (path, comparison) in [
            ("counts.in_flight", Comparison::Below),
            ("counts.parked", Comparison::Below),
            ("rates.fallback", Comparison::Below),
            ("latency.response.p95", Comparison::Below),
            ("cost_usd.per_success", Comparison::Below),
            ("cost_usd.total{model=claude}", Comparison::Below),
            ("counts.failed", Comparison::AtLeast),
            ("counts.failed", Comparison::Above),
        ] {
            assert!(!can_abort(path, comparison), "{path} {comparison:?}");
        }
    }
}
