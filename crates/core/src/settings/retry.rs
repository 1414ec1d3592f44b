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
    /// How the wait is drawn.
    pub jitter: Jitter,
    /// What an accepted `Retry-After` does to the wait.
    pub retry_after: RetryAfterUse,
    /// The shortest `Retry-After` that is accepted; a shorter one counts as none.
    pub retry_after_min: Span,
    /// The longest `Retry-After` that is accepted. Zero ignores the header.
    pub retry_after_max: Span,
    /// What a longer one leads to.
    pub retry_after_beyond: Beyond,
    /// Whether exhausted credit is retried: only by a client that reads the status, a 429, and not the code beside it.
    pub exhausted_credit: bool,
    /// Bounds retries to a share of traffic; `None` for no bound.
    pub budget: Option<RetryBudgetPolicy>,
}

/// How a wait is drawn. The ceiling of retry number `n` (from 1) is `min(cap, base × 2ⁿ⁻¹)`.
///
/// `Full`, `Equal` and `Decorrelated` are those of M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog,
/// 2015. `Sdk` is what the official Python and Node libraries of OpenAI and Anthropic do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Jitter {
    /// The ceiling itself: who failed together comes back together.
    None,
    /// Uniform from zero to the ceiling.
    Full,
    /// Uniform from half the ceiling to the ceiling.
    Equal,
    /// Uniform from `base` to three times the previous wait (at first, three times `base`), cut at `cap`.
    Decorrelated,
    /// The ceiling, shortened by up to a quarter: `ceiling × (1 − U/4)`.
    Sdk,
}

/// What an accepted `Retry-After` does to the wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfterUse {
    /// It is a floor: the drawn wait comes on top of it.
    Floor,
    /// It is the wait, exactly, as in the official SDKs: whoever was told the same comes back together.
    Exact,
}

/// What a `Retry-After` beyond the longest accepted one leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beyond {
    /// The rung is given up.
    Fall,
    /// The header counts as none, and the drawn wait holds.
    BackOff,
}

/// Retries as a share of traffic: each request deposits, each retry withdraws one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryBudgetPolicy {
    /// Retries earned by one request.
    pub per_request: Ratio,
    /// The most that can be saved up; also the balance at the start.
    pub burst: u32,
}

/// How the official SDKs retry, read from their sources in November 2026: two retries (three attempts) after 408, 409,
/// 429, any 5xx, a timeout or a lost connection; waits of `min(0.5 s × 2ᵏ, 8 s) × (1 − U/4)`; a `Retry-After` within
/// the accepted range is slept exactly; no budget. They differ in that range, and in what exhausted credit comes to: OpenAI says
/// it with a 429, which its libraries retry without a look at the code (`insufficient_quota`), Anthropic with a 402, which
/// nobody retries. A 401 or 403 is not retried by any of them.
impl RetryPolicy {
    /// `openai` for Python from 2.52.0 on: above 120 s it raises at once.
    pub const OPENAI_PYTHON: RetryPolicy = RetryPolicy {
        max_attempts: 3,
        base: Span::millis(500),
        cap: Span::secs(8),
        jitter: Jitter::Sdk,
        retry_after: RetryAfterUse::Exact,
        retry_after_min: Span(1),
        retry_after_max: Span::secs(120),
        retry_after_beyond: Beyond::Fall,
        exhausted_credit: true,
        budget: None,
    };
    /// `openai` for Python up to 2.51, and `anthropic` for Python up to 1.3 but for exhausted credit: above 60 s it draws its own wait.
    pub const OPENAI_PYTHON_2_51: RetryPolicy = RetryPolicy {
        retry_after_max: Span::secs(60),
        retry_after_beyond: Beyond::BackOff,
        ..RetryPolicy::OPENAI_PYTHON
    };
    /// `anthropic` for Python 2.x: sleeps whatever it is told, an hour too, up to 4,294,967 s.
    pub const ANTHROPIC_PYTHON: RetryPolicy = RetryPolicy {
        retry_after_max: Span::secs(4_294_967),
        exhausted_credit: false,
        ..RetryPolicy::OPENAI_PYTHON_2_51
    };
    /// `openai` for Node 7.57: zero is accepted too, and means at once.
    pub const OPENAI_NODE: RetryPolicy =
        RetryPolicy { retry_after_min: Span::ZERO, ..RetryPolicy::OPENAI_PYTHON_2_51 };
    /// `@anthropic-ai/sdk` for Node from 0.126.0 on: up to 2³¹ − 1 ms.
    pub const ANTHROPIC_NODE: RetryPolicy = RetryPolicy {
        retry_after_max: Span::millis(2_147_483_647),
        exhausted_credit: false,
        ..RetryPolicy::OPENAI_PYTHON_2_51
    };
}
