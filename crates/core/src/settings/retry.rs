//! How failed attempts are repeated.

use rushhour_base::{Ratio, Span};

/// How failed attempts are repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Attempts on one rung, the first included. Above zero.
    pub max_attempts: u32,
    /// Ceiling of the first wait; it doubles with each retry.
    pub base: Span,
    /// Ceiling of any wait.
    pub cap: Span,
    /// How the wait is drawn below its ceiling.
    pub jitter: Jitter,
    /// The longest `Retry-After` that is obeyed; a longer one falls to the next rung. Zero ignores the header.
    pub retry_after_max: Span,
    /// Bounds retries to a share of traffic; `None` for no bound.
    pub budget: Option<RetryBudgetPolicy>,
}

/// How a wait is drawn below its ceiling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Jitter {
    /// The ceiling itself.
    None,
    /// Uniform from zero to the ceiling.
    Full,
}

/// Retries as a share of traffic: each request deposits, each retry withdraws one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryBudgetPolicy {
    /// Retries earned by one request.
    pub per_request: Ratio,
    /// The most that can be saved up; also the balance at the start.
    pub burst: u32,
}
