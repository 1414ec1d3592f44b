//! How calls are held back on the client's side.

use rushhour_base::{Ratio, Span};

/// How calls are held back on the client's side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimiterPolicy {
    /// Whether there is a limiter.
    pub kind: LimiterKind,
    /// What one bucket stands for.
    pub scope: LimiterScope,
    /// How many output tokens a call reserves before its reply is known.
    pub output_hold: OutputHold,
    /// The share of each quota's limit that the client allows itself.
    pub share: Ratio,
}

/// The client's limiter algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimiterKind {
    /// No limiter: every call goes out at once.
    None,
    /// A token bucket for each dimension.
    TokenBucket,
}

/// What one set of buckets stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimiterScope {
    /// The account: what a quota belongs to. Right.
    Account,
    /// Each agent's key, as if keys had quotas of their own. Wrong, and widespread.
    Key,
}

/// What a call reserves for its reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputHold {
    /// The longest reply asked for: never too little.
    MaxTokens,
    /// A fixed number of tokens, or `max_tokens` if that is less. The rest becomes a debt at settlement.
    Tokens(u64),
}

/// What the client believes a pool to grant. `None` where nothing is limited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PoolLimits {
    /// Requests.
    pub requests: Option<RateLimit>,
    /// Input and output tokens together.
    pub tokens: Option<RateLimit>,
    /// Input tokens.
    pub input_tokens: Option<RateLimit>,
    /// Output tokens.
    pub output_tokens: Option<RateLimit>,
    /// Calls under way at once.
    pub concurrency: Option<u32>,
}

/// So much per period, and so much at once after idling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// Granted per period. Above zero.
    pub amount: u64,
    /// The period. Above zero.
    pub period: Span,
    /// The most that passes at once. Above zero.
    pub burst: u64,
}
