//! One workload: counts and durations. The whole run is the sum of its workloads.

use crate::latency::Recorder;
use crate::report::{Counts, Deadlines, Latencies, Rates, Slice};
use rushhour_base::message::{AttemptResult, Outcome};
use rushhour_base::{Money, Span};

#[derive(Default)]
pub(super) struct SliceTally {
    pub(super) arrived: u64,
    pub(super) outcomes: [u64; Outcome::ALL.len()],
    pub(super) attempts: u64,
    pub(super) retries: u64,
    pub(super) regenerations: u64,
    pub(super) summaries: Summaries,
    pub(super) results: [u64; AttemptResult::ALL.len()],
    pub(super) fallbacks: u64,
    pub(super) good: u64,
    pub(super) deadlines: Deadlines,
    pub(super) cut_by_length: u64,
    /// Requests that made at least one attempt.
    pub(super) tried: u64,
    /// Requests whose latencies count and that waited in a queue at all.
    pub(super) waited: u64,
    pub(super) spent: Money,
    pub(super) response: Recorder,
    pub(super) queue_wait: Recorder,
    pub(super) service: Recorder,
    pub(super) ttft: Recorder,
}

/// Calls that summarise.
#[derive(Clone, Copy, Default)]
pub(super) struct Summaries {
    pub(super) sent: u64,
    pub(super) completed: u64,
}

impl SliceTally {
    pub(super) fn merge(&mut self, other: &SliceTally) {
        self.arrived += other.arrived;
        add_all(&mut self.outcomes, &other.outcomes);
        self.attempts += other.attempts;
        self.retries += other.retries;
        self.regenerations += other.regenerations;
        self.summaries.sent += other.summaries.sent;
        self.summaries.completed += other.summaries.completed;
        add_all(&mut self.results, &other.results);
        self.fallbacks += other.fallbacks;
        self.good += other.good;
        self.cut_by_length += other.cut_by_length;
        self.tried += other.tried;
        self.deadlines.merge(other.deadlines);
        self.waited += other.waited;
        self.spent += other.spent;
        self.response.merge(&other.response);
        self.queue_wait.merge(&other.queue_wait);
        self.service.merge(&other.service);
        self.ttft.merge(&other.ttft);
    }

    pub(super) fn finish(&self, horizon: Span) -> Slice {
        let counts = self.counts();
        let answers = i128::from(counts.answered);
        let queue_wait = self.queue_wait.finish();
        Slice {
            counts,
            rates: Rates { waited: share(self.waited, queue_wait.count), ..self.rates(&counts, horizon) },
            deadlines: Some(self.deadlines).filter(|deadlines| deadlines.set > 0),
            latency: Latencies {
                response: self.response.finish(),
                queue_wait,
                service: self.service.finish(),
                ttft: self.ttft.finish(),
            },
            cost: self.spent,
            cost_per_success: (answers > 0).then(|| Money((self.spent.0 + answers / 2) / answers)),
        }
    }

    fn counts(&self) -> Counts {
        let outcome = |outcome: Outcome| self.outcomes[outcome as usize];
        let result = |result: AttemptResult| self.results[result as usize];
        Counts {
            arrived: self.arrived,
            answered: outcome(Outcome::Answered),
            refused: outcome(Outcome::Refused),
            abandoned: outcome(Outcome::Abandoned),
            failed: outcome(Outcome::Failed),
            parked: outcome(Outcome::Parked),
            in_flight: outcome(Outcome::InFlight),
            attempts: self.attempts,
            retries: self.retries,
            regenerations: self.regenerations,
            summaries: self.summaries.sent,
            rejected_429: result(AttemptResult::RateLimited),
            provider_errors: provider_errors(&self.results),
            timeouts: result(AttemptResult::TimedOut) + result(AttemptResult::Stalled),
            fallbacks: self.fallbacks,
            cut_by_length: self.cut_by_length,
            good: self.good,
            disconnected: result(AttemptResult::Disconnected),
            truncated: result(AttemptResult::Truncated),
            stream_errors: result(AttemptResult::StreamError),
            malformed: result(AttemptResult::Malformed),
            unauthorized: result(AttemptResult::Unauthorized),
            credit_exhausted: result(AttemptResult::CreditExhausted),
            stalled: result(AttemptResult::Stalled),
        }
    }

    fn rates(&self, counts: &Counts, horizon: Span) -> Rates {
        let ended = counts.answered + counts.refused + counts.abandoned + counts.failed;
        let seconds = horizon.as_secs_f64();
        Rates {
            success: share(counts.answered, ended),
            fallback: share(counts.fallbacks, counts.answered),
            rejected_429: share(counts.rejected_429, counts.attempts),
            availability: share(counts.answered + counts.refused, ended),
            goodput_per_s: (seconds > 0.0).then(|| counts.good as f64 / seconds),
            retry_amplification: share(counts.attempts, self.tried),
            waited: None,
        }
    }
}

/// Calls that failed through the provider's fault, of calls counted by result.
pub(super) fn provider_errors(results: &[u64; AttemptResult::ALL.len()]) -> u64 {
    let by_the_provider = |result: &&AttemptResult| {
        matches!(result, AttemptResult::Overloaded | AttemptResult::ServerError) || result.is_broken_reply()
    };
    AttemptResult::ALL.iter().filter(by_the_provider).map(|result| results[*result as usize]).sum()
}

/// `part / whole`; `None` if there is no whole.
pub(super) fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

fn add_all(sums: &mut [u64], parts: &[u64]) {
    sums.iter_mut().zip(parts).for_each(|(sum, part)| *sum += part);
}
