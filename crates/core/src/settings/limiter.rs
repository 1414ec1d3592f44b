//! How calls are held back on the client's side.

use rushhour_base::{Ratio, Span};

/// How calls are held back on the client's side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimiterPolicy {
    /// How each dimension is counted, if it is.
    pub kinds: Kinds,
    /// What one set of counts stands for.
    pub scope: LimiterScope,
    /// How many output tokens a call reserves before its reply is known.
    pub output_hold: OutputHold,
    /// The share of each quota's limit that the client allows itself.
    pub share: Ratio,
    /// Limits of the client's own, for each pool, in place of those of the quota; `None` to take the quota's.
    pub own: PoolLimits,
    /// What each agent is held to, over all pools.
    pub per_agent: AgentLimits,
    /// What is believed to come back when a call used less than it had reserved.
    pub refund: Refund,
    /// How a limit is looked for that nobody states.
    pub aimd: AimdPolicy,
    /// Whether the rate-limit headers of replies correct what the client believes.
    pub headers: bool,
}

/// A dimension's algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimiterKind {
    /// It is not limited: every call goes out at once.
    None,
    /// A token bucket: [`TokenBucket`](crate::bucket::TokenBucket).
    TokenBucket,
    /// A log of what passed: [`SlidingLog`](crate::limiter::SlidingLog).
    SlidingLog,
    /// A count that begins anew with each window: [`FixedWindow`](crate::limiter::FixedWindow).
    FixedWindow,
    /// A count with the last window's in proportion: [`SlidingCounter`](crate::limiter::SlidingCounter).
    SlidingCounter,
    /// The limit counts as unknown and is felt for: [`Aimd`](crate::limiter::Aimd).
    Aimd,
}

/// How each dimension of a pool is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kinds {
    /// Requests per minute.
    pub requests: LimiterKind,
    /// Input and output tokens per minute.
    pub tokens: LimiterKind,
    /// Input tokens per minute.
    pub input_tokens: LimiterKind,
    /// Output tokens per minute.
    pub output_tokens: LimiterKind,
    /// Requests per day.
    pub requests_per_day: LimiterKind,
    /// Input and output tokens per day.
    pub tokens_per_day: LimiterKind,
    /// Calls under way at once: [`None`](LimiterKind::None), [`Aimd`](LimiterKind::Aimd), or any other for the limit as
    /// it is stated.
    pub concurrency: LimiterKind,
}

/// What one set of counts stands for.
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
    /// Requests per day.
    pub requests_per_day: Option<RateLimit>,
    /// Input and output tokens together, per day.
    pub tokens_per_day: Option<RateLimit>,
    /// Calls under way at once.
    pub concurrency: Option<u32>,
    /// How the provider counts.
    pub accounting: Accounting,
}

/// So much per period, and so much at once after idling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// Granted per period. Above zero.
    pub amount: u64,
    /// The period. Above zero.
    pub period: Span,
    /// The most that passes at once. Above zero. A window, log or counter lets its whole amount pass at once, whatever
    /// this says.
    pub burst: u64,
}

/// What a provider counts and gives back, as far as a client may rely on it.
///
/// A client that believes back what the provider keeps runs into 429s; one that does not believe back what the provider
/// returns leaves quota unused. The default is Anthropic's way; OpenAI's is [`Accounting::AT_ADMISSION`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accounting {
    /// Output counts while it is produced, and `max_tokens` plays no part; otherwise it counts when a call is admitted.
    pub output_as_produced: bool,
    /// What a reply did not use of its reservation comes back.
    pub gives_back_unused: bool,
    /// The tokens of a call that was refused, or failed, come back.
    pub gives_back_failed: bool,
    /// Input that the prompt cache knew counts like other input.
    pub counts_cached: bool,
}

/// What is believed to come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refund {
    /// What the provider is known to give back: its [`Accounting`].
    Dialect,
    /// All that a call did not use.
    Unused,
    /// Nothing.
    Never,
}

/// What each agent is held to, whichever pool its calls draw on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgentLimits {
    /// Requests, and how they are counted; `None` for no such limit.
    pub requests: Option<(LimiterKind, RateLimit)>,
    /// The least time from one call to the next; zero for none.
    pub spacing: Span,
}

/// How an unknown limit is felt for: up by a step in each interval in which it held somebody back and no 429 came, down by half at
/// a 429. All in units of the dimension: requests or tokens per minute (or day), or calls at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AimdPolicy {
    /// Where it begins. Above zero.
    pub start: u64,
    /// What is added for an interval. Above zero.
    pub step: u64,
    /// The interval. Above zero.
    pub every: Span,
    /// It never falls below. Above zero.
    pub floor: u64,
    /// It never rises above.
    pub ceiling: u64,
}

impl Kinds {
    /// Every dimension counted in the same way.
    pub const fn all(kind: LimiterKind) -> Kinds {
        Kinds {
            requests: kind,
            tokens: kind,
            input_tokens: kind,
            output_tokens: kind,
            requests_per_day: kind,
            tokens_per_day: kind,
            concurrency: kind,
        }
    }
}

impl Accounting {
    /// A provider that charges prompt and longest reply when it admits a call, and of which it is not known that it
    /// gives anything back. OpenAI documents the charge, and that unsuccessful requests count; a refund of what a
    /// reply did not use is nowhere promised.
    pub const AT_ADMISSION: Accounting = Accounting {
        output_as_produced: false,
        gives_back_unused: false,
        gives_back_failed: false,
        counts_cached: true,
    };
}

impl Default for Accounting {
    fn default() -> Accounting {
        Accounting {
            output_as_produced: true,
            gives_back_unused: true,
            gives_back_failed: true,
            counts_cached: false,
        }
    }
}

impl AgentLimits {
    /// No agent is held to anything of its own.
    pub const NONE: AgentLimits = AgentLimits { requests: None, spacing: Span::ZERO };
}

impl Default for AimdPolicy {
    /// One a second, six more each ten seconds.
    fn default() -> AimdPolicy {
        AimdPolicy { start: 60, step: 6, every: Span::secs(10), floor: 1, ceiling: 1_000_000 }
    }
}

impl Default for LimiterPolicy {
    /// A token bucket for each limit of the account, and worst cases reserved.
    fn default() -> LimiterPolicy {
        LimiterPolicy {
            kinds: Kinds::all(LimiterKind::TokenBucket),
            scope: LimiterScope::Account,
            output_hold: OutputHold::MaxTokens,
            share: Ratio::ONE,
            own: PoolLimits::default(),
            per_agent: AgentLimits::NONE,
            refund: Refund::Dialect,
            aimd: AimdPolicy::default(),
            headers: true,
        }
    }
}
