//! What a run comes to, as plain data. Times are spans or instants, money is exact, and `None` means that nothing
//! was there to measure, never zero.

mod abuse;
mod bounded;
mod business;
mod compression;
mod cost;
mod deadlines;
mod hallucination;
mod ladder;
mod lane;
mod open_requests;
mod parking;
mod pool;
mod recovery;
mod returns;
mod share;
mod tasks;
mod tokens;
mod validation;

pub use abuse::{AbuseOfKind, AbuseReport, KnownAbuse, Standings, ThrottledBy};
pub use bounded::Bounded;
pub use business::BusinessReport;
pub use compression::{CompressionReport, RecallReport};
pub use cost::{CostReport, Counted, Reconciliation};
pub use deadlines::Deadlines;
pub use hallucination::{EstimateReport, HallucinationReport};
pub use ladder::{LadderReport, ModeMove, ModeReport};
pub use lane::{BreakerMove, BreakerReport, LaneReport};
pub use open_requests::OpenRequests;
pub use parking::ParkingReport;
pub use pool::{Binding, Constraint, Evidence, FeltLimit, LimitReport, PoolReport};
pub use recovery::{Back, Recovery};
pub use returns::Returns;
pub use share::Share;
pub use tasks::{KnownTasks, TaskReport};
pub use tokens::TokenReport;
pub use validation::{Confusion, ValidationReport};

use crate::latency::Latency;
use crate::replication::Replications;
use crate::slo::SloResult;
use rushhour_base::event::Reason;
use rushhour_base::{Instant, Money, Outcome, Ratio, RequestId, RunHeader, Rung, Span};

/// Everything that is said about one run.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// What was run.
    pub header: RunHeader,
    /// The hash over all events and truths.
    pub digest: u128,
    /// The whole run.
    pub total: Slice,
    /// The same for each workload, in the order of the header.
    pub workloads: Vec<Slice>,
    /// How many requests were open at once.
    pub open_requests: OpenRequests,
    /// Answers by rung, all five, in the order of [`Rung::ALL`].
    pub rungs: Vec<RungReport>,
    /// How many requests fell from which rung to which, and why; only those that happened.
    pub falls: Vec<Fall>,
    /// How requests ended, and why; only what happened.
    pub endings: Vec<Ending>,
    /// Where the money went.
    pub cost: CostReport,
    /// The providers' quotas, in the order of the header.
    pub pools: Vec<PoolReport>,
    /// The lanes, in the order of the header.
    pub lanes: Vec<LaneReport>,
    /// How evenly agents were served.
    pub fairness: Fairness,
    /// How many attempts requests needed.
    pub amplification: Amplification,
    /// Whoever got no answer and came back; `None` if nobody did, or the run holds no truths.
    pub returns: Option<Returns>,
    /// What became of agents' tasks.
    pub tasks: TaskReport,
    /// What became of tokens; `None` if the run holds no truths.
    pub tokens: Option<TokenReport>,
    /// The faults of the script, in the order of the header.
    pub faults: Vec<FaultReport>,
    /// What became of abuse.
    pub abuse: AbuseReport,
    /// What models said that is not so; `None` if no workload has words.
    pub hallucination: Option<HallucinationReport>,
    /// How the check of replies fared; `None` if none was checked.
    pub validation: Option<ValidationReport>,
    /// What shorter histories saved and lost; `None` if none was cut, and nobody asked for anything told earlier.
    pub compression: Option<CompressionReport>,
    /// How wrong the client was about the tokens of its prompts; `None` if it counts them as the provider does.
    pub token_estimate: Option<EstimateReport>,
    /// What the run was worth to those who asked: a model; `None` if the scenario has no weights for it.
    pub business: Option<BusinessReport>,
    /// Alerts of caps on spending.
    pub alerts: Bounded<Alert>,
    /// Caps that refused.
    pub caps_reached: Bounded<CapReached>,
    /// The fleet's modes; `None` if it has no ladder.
    pub ladder: Option<LadderReport>,
    /// Requests that were set aside; `None` if none could be.
    pub parking: Option<ParkingReport>,
    /// The limits of the scenario and how they fared, in its order; without those that hold it against itself.
    pub slo: Vec<SloResult>,
    /// Where a limit stopped it before its time; all figures are those until then.
    pub stopped: Option<Stopped>,
    /// The same variant under other seeds; `None` if it was run once.
    pub replications: Option<Replications>,
}

/// A limit that aborts was missed, and ended the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// When: the horizon of the report.
    pub at: Instant,
    /// When the run would have ended.
    pub planned: Span,
    /// The path of the figure that missed its limit.
    pub path: String,
    /// The limit as the scenario wrote it.
    pub limit: String,
}

/// The figures that exist for a whole run and for each of its workloads.
#[derive(Clone, Debug, PartialEq)]
pub struct Slice {
    /// How often things happened.
    pub counts: Counts,
    /// Shares and rates.
    pub rates: Rates,
    /// What became of requests with a deadline; `None` if none had one.
    pub deadlines: Option<Deadlines>,
    /// Durations of requests that a model answered.
    pub latency: Latencies,
    /// All that the ledger booked.
    pub cost: Money,
    /// Cost per answered request; `None` without answers.
    pub cost_per_success: Option<Money>,
}

/// How often things happened, over the whole run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Requests that arrived: the sum of the six outcomes.
    pub arrived: u64,
    /// Requests that got an answer, from whatever rung.
    pub answered: u64,
    /// Requests turned away on purpose.
    pub refused: u64,
    /// Requests whose asker gave up.
    pub abandoned: u64,
    /// Requests that no rung could answer.
    pub failed: u64,
    /// Requests set aside and not yet resumed at the horizon.
    pub parked: u64,
    /// Requests under way at the horizon.
    pub in_flight: u64,
    /// Calls sent that could bring an answer. What summarises a history is counted apart.
    pub attempts: u64,
    /// Calls sent again on the same rung.
    pub retries: u64,
    /// Calls sent again because a reply did not stand up to validation.
    pub regenerations: u64,
    /// Calls sent to summarise a history. They are no attempts, and their results are counted by lane alone.
    pub summaries: u64,
    /// Calls refused with a 429.
    pub rejected_429: u64,
    /// Calls that met an overload or a server error, or whose reply broke off or could not be read.
    pub provider_errors: u64,
    /// Calls that the client stopped waiting for, or for the next token of.
    pub timeouts: u64,
    /// Replies that ended because they reached `max_tokens`.
    pub cut_by_length: u64,
    /// Answers from a rung below the primary one.
    pub fallbacks: u64,
    /// Answers by a model within the scenario's loosest limit on response times, or all of them if it sets none; but none
    /// that came after its deadline.
    pub good: u64,
    /// Calls whose reply was lost with its connection; with the next three, a part of the provider's errors.
    pub disconnected: u64,
    /// Calls whose reply lacked its last part.
    pub truncated: u64,
    /// Calls in the middle of whose reply an error was told.
    pub stream_errors: u64,
    /// Calls whose reply nobody could read.
    pub malformed: u64,
    /// Calls refused with a 401 or 403.
    pub unauthorized: u64,
    /// Calls refused because the money at the provider was spent.
    pub credit_exhausted: u64,
    /// Calls that the client stopped waiting for because no token came; a part of the timeouts.
    pub stalled: u64,
}

/// Shares and rates. Each is `None` where its denominator is zero.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rates {
    /// Answered requests among those that came to an end.
    pub success: Option<f64>,
    /// Answers from a rung below the primary one, among answers.
    pub fallback: Option<f64>,
    /// Calls refused with a 429, among calls.
    pub rejected_429: Option<f64>,
    /// Requests neither failed nor abandoned, among those that came to an end.
    pub availability: Option<f64>,
    /// Good answers ([`Counts::good`]) per second of the run.
    pub goodput_per_s: Option<f64>,
    /// Calls per request that made any, regenerations included, summaries not.
    pub retry_amplification: Option<f64>,
    /// Requests that waited in a queue at all, among those whose latencies count.
    pub waited: Option<f64>,
}

/// Durations of requests that a model answered and that were meant to be sent in [warm-up, horizon).
#[derive(Clone, Debug, PartialEq)]
pub struct Latencies {
    /// From the intended start to the answer. Requests open at the horizon count at their age.
    pub response: Latency,
    /// In queues, over all attempts.
    pub queue_wait: Latency,
    /// The call that answered, from its send to its end.
    pub service: Latency,
    /// The call that answered, from its send to its first token.
    pub ttft: Latency,
}

/// One rung of the chain.
#[derive(Clone, Debug, PartialEq)]
pub struct RungReport {
    /// Which.
    pub rung: Rung,
    /// Requests that it answered, over the whole run.
    pub answers: u64,
    /// Their share of all answers; `None` without answers.
    pub share: Option<f64>,
    /// How often a request came to it: all that arrived at the first of the chain, then those that fell to it.
    pub reached: u64,
    /// That over all that arrived: the product of what the rungs above it could not answer. `None` without arrivals.
    pub reach: Option<f64>,
    /// Response times of its answers after the warm-up.
    pub response: Latency,
}

/// Requests that fell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fall {
    /// From this rung.
    pub from: Rung,
    /// To this one.
    pub to: Rung,
    /// Why.
    pub reason: Reason,
    /// How many times.
    pub count: u64,
}

/// Requests that ended alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    /// How.
    pub outcome: Outcome,
    /// Why.
    pub reason: Reason,
    /// How many.
    pub count: u64,
}

/// How evenly agents were served.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fairness {
    /// Jain's index over the agents that asked and are no abusers, of each one's answered share of its requests: 1 if all fared alike,
    /// 1/n if one got everything. `None` if nobody got an answer.
    pub jain: Option<f64>,
    /// The longest single wait in a queue.
    pub longest_wait: Option<LongestWait>,
}

/// The longest single wait in a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LongestWait {
    /// How long.
    pub waited: Span,
    /// Whose.
    pub request: RequestId,
}

/// Attempts per request, over requests that made any.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Amplification {
    /// Requests that made any.
    pub requests: u64,
    /// The mean; `None` without requests.
    pub mean: Option<f64>,
    /// The 99th percentile by nearest rank.
    pub p99: Option<u64>,
    /// The most.
    pub max: Option<u64>,
}

/// A fault of the script.
#[derive(Clone, Debug, PartialEq)]
pub struct FaultReport {
    /// Its name.
    pub name: String,
    /// Whom it strikes.
    pub provider: String,
    /// Its kind.
    pub kind: String,
    /// From when it was in force.
    pub from: Instant,
    /// Until when.
    pub until: Instant,
    /// The share of calls that it strikes.
    pub share: Ratio,
    /// Calls that it struck; `None` if the run holds no truths.
    pub struck: Option<u64>,
    /// When it was in force; empty if the run holds no truths.
    pub spells: Bounded<Spell>,
    /// For how long it was in force, in sum.
    pub in_force: Span,
    /// How goodput fared around it.
    pub recovery: Recovery,
}

/// A time in which a fault was in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spell {
    /// From when.
    pub from: Instant,
    /// Until when, or the end of the run.
    pub until: Instant,
}

/// Spending passed an alert level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// When.
    pub at: Instant,
    /// Of which cap.
    pub cap: String,
    /// The agent or user whose cap it is, where each has one.
    pub of: Option<String>,
    /// Which level, in per cent of the cap; `None` for one in dollars.
    pub percent: Option<u32>,
    /// The same in dollars.
    pub level: Money,
}

/// A cap refused for the first time in its window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapReached {
    /// When.
    pub at: Instant,
    /// Which cap.
    pub cap: String,
    /// The agent or user whose cap it is, where each has one.
    pub of: Option<String>,
    /// Until when; `None` if it never lets money pass again.
    pub until: Option<Instant>,
}

impl Report {
    /// The constraint that bound first: of the quota for which requests waited longest, or else of the one that
    /// refused most calls.
    pub fn binding(&self) -> Option<(&PoolReport, &Binding)> {
        let bound = self.pools.iter().filter_map(|pool| Some((pool, pool.binding.as_ref()?)));
        bound.reduce(|best, next| if weight(next) > weight(best) { next } else { best })
    }
}

fn weight((_, binding): (&PoolReport, &Binding)) -> (u64, u64) {
    match binding.evidence {
        Evidence::Waited(span) => (span.0, 0),
        Evidence::Refused(calls) => (0, calls),
    }
}
