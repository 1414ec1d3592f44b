//! What is said of one provider's quota.

use rushhour_base::header::LimitHeader;
use rushhour_base::{Dimension, Instant, Span};

/// A provider's quota, what was made of it, and what it held back.
#[derive(Clone, Debug, PartialEq)]
pub struct PoolReport {
    /// Its name.
    pub name: String,
    /// Each dimension that it limits.
    pub limits: Vec<LimitReport>,
    /// Calls that it refused, by dimension: 429s that the client caused; only those that happened.
    pub overruns: Vec<(Dimension, u64)>,
    /// When it refused the first of these calls.
    pub first_429: Option<Instant>,
    /// Calls that it refused or that failed and that it counted as requests all the same, as far as it had room.
    pub counted_failed: u64,
    /// A limit of it that the client felt for, if it did and that moved.
    pub felt: Option<FeltLimit>,
    /// How often the headers of a reply corrected what a client believed of it.
    pub corrections: u64,
    /// The share of the quota left unused while requests waited for it; `None` if none ever did. Minute by minute,
    /// the busiest dimension's use is its charge over what the minute grants, at most 1; the minutes count in
    /// proportion to the time in which someone waited.
    pub undershoot: Option<f64>,
    /// Time that requests waited for it, in sum.
    pub waited: Span,
    /// What held requests back most.
    pub binding: Option<Binding>,
}

/// One dimension of a quota.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LimitReport {
    /// The limit.
    pub limit: LimitHeader,
    /// What was charged over the run; for concurrency, the most calls under way at once.
    pub charged: u64,
    /// The charge over what the run's length, or one period if that is longer, grants; for concurrency, the mean of calls under way over the limit.
    pub utilisation: f64,
}

/// A limit that the client was not told and felt for. Of several processes, whichever moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeltLimit {
    /// Of what.
    pub dimension: Dimension,
    /// How often it moved.
    pub moves: u64,
    /// How often it fell.
    pub cuts: u64,
    /// Where it stood at the end.
    pub last: u64,
}

/// What held requests back most.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Binding {
    /// What: a dimension of the quota, the shared backoff, or a budget.
    pub constraint: Constraint,
    /// How that is known.
    pub evidence: Evidence,
    /// Its share of all waiting, or of all refusals.
    pub share: f64,
}

/// What can hold requests back, in the words of the report.
pub type Constraint = &'static str;

/// How a binding constraint is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Requests waited for it so long, in sum.
    Waited(Span),
    /// There was no waiting, and the provider refused so many calls for it.
    Refused(u64),
}

impl PoolReport {
    /// All calls that the quota refused because an amount was used up. Those refused for growth are none of them: no
    /// client can count that.
    pub fn overshoot(&self) -> u64 {
        let counted = self.overruns.iter().filter(|(dimension, _)| *dimension != Dimension::Growth);
        counted.map(|(_, count)| count).sum()
    }

    /// Calls that the quota refused because usage grew too fast.
    pub fn outgrown(&self) -> u64 {
        self.overruns
            .iter()
            .find(|(dimension, _)| *dimension == Dimension::Growth)
            .map_or(0, |(_, count)| *count)
    }

    /// The use of its busiest dimension; `None` if it limits nothing.
    pub fn utilisation(&self) -> Option<f64> {
        self.limits.iter().map(|l| l.utilisation).reduce(f64::max)
    }
}
