//! A fleet's policy as plain data. The scenario reader makes it; nothing here decides.

use rushhour_base::{LaneId, Money, Prices, Ratio, Rung, Span};

/// Everything about a fleet that a variant may change.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// How calls are held back before a provider refuses them.
    pub limiter: LimiterPolicy,
    /// In which order requests wait, and for how long.
    pub queue: QueuePolicy,
    /// One agent's 429 slows all agents of the pool.
    pub shared_backoff: bool,
    /// When a lane is shut; `None` for never.
    pub breaker: Option<BreakerPolicy>,
    /// How often and when a failed attempt is made again.
    pub retry: RetryPolicy,
    /// Who answers, in order. Never empty.
    pub chain: Vec<RungPolicy>,
    /// Caps on spending. Their position is their [`CapId`](rushhour_base::CapId).
    pub caps: Vec<CapPolicy>,
    /// How long a call may take before the client stops waiting.
    pub timeout: Span,
    /// How many fleets (processes) share the agents, each with a limiter, queue, breakers and ledger of its own.
    pub processes: u16,
}

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

/// Who goes first and who must not wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueuePolicy {
    /// The order of the queue.
    pub discipline: Discipline,
    /// How many requests may wait for a pool at once.
    pub max_waiting: u32,
    /// How long a request waits for a pool before it tries the next rung.
    pub max_wait: Span,
}

/// The order in which a queue is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Discipline {
    /// First come, first served.
    Fifo,
    /// The more urgent class first, always; within a class first come, first served.
    Priority,
    /// Agents share tokens fairly; a less urgent class yields, but gains one class for each `ageing` of waiting.
    Fair {
        /// How long a request waits to make up for one class of priority.
        ageing: Span,
    },
}

/// When a lane's breaker opens and closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BreakerPolicy {
    /// Consecutive failures that open it. Above zero.
    pub failures: u32,
    /// How long it stays open.
    pub cooldown: Span,
    /// After which time a silent probe is presumed lost.
    pub probe_lease: Span,
    /// Whether a 429 is a failure. The caller's own errors never are.
    pub count_rate_limited: bool,
}

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

/// One rung of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RungPolicy {
    /// Which rung.
    pub rung: Rung,
    /// Who answers there.
    pub answered_by: Answerer,
}

/// Who answers on a rung.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answerer {
    /// Lanes, chosen at random by weight among the healthy ones. At least one weight is above zero.
    Models(Vec<WeightedLane>),
    /// Rules or people.
    Staff(Staff),
}

/// A lane and how often it is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WeightedLane {
    /// Which lane.
    pub lane: LaneId,
    /// Its weight among the lanes of the rung.
    pub weight: u32,
}

/// Rules or people: they too have a price, a capacity and a pace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Staff {
    /// Their place in the list of lanes.
    pub lane: LaneId,
    /// What one answer costs.
    pub cost: Money,
    /// How many answers they work on at once. Above zero.
    pub capacity: u32,
    /// The shortest time an answer takes.
    pub service_min: Span,
    /// The longest; in between it is uniform.
    pub service_max: Span,
    /// The share of requests that they can answer at all.
    pub answers: Ratio,
    /// How many requests may wait for them.
    pub max_waiting: u32,
    /// How long a request waits for them.
    pub max_wait: Span,
}

/// A cap on spending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapPolicy {
    /// Whose spending.
    pub scope: CapScope,
    /// The cap: spent and reserved money together never pass it.
    pub amount: Money,
    /// Over which window.
    pub window: CapWindow,
    /// Levels, in per cent of the cap, at which an alert is raised once per window. Ascending.
    pub alerts_percent: Vec<u32>,
    /// What happens to requests at the cap.
    pub at_cap: AtCap,
}

/// Whose spending a cap bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CapScope {
    /// The whole fleet's.
    Fleet,
    /// One workflow's, by its index.
    Workflow(u16),
}

/// Over which window a cap counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CapWindow {
    /// A day, which turns at the given instant of the run for the first time and every 24 hours after it.
    Day {
        /// From the start of the run to its first midnight.
        first_turn: Span,
    },
    /// The whole run.
    Total,
}

/// What happens to a request that a cap leaves no room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtCap {
    /// It waits until money comes back or the window turns, but no longer than the queue lets anyone wait. Where neither
    /// can help it falls at once.
    Pause,
    /// It falls to the next rung at once.
    Fall,
}

/// What the fleet stands on: the same for every variant of a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topology {
    /// The pools that the client believes in: one for each provider quota.
    pub pools: Vec<PoolLimits>,
    /// The lanes, models first, in the order of their ids.
    pub lanes: Vec<LanePlan>,
    /// How many workflows there are.
    pub workflows: u16,
    /// How many agents there are.
    pub agents: u32,
}

/// A model's lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LanePlan {
    /// The index of the pool that it draws on; `None` for rules and people.
    pub pool: Option<u16>,
    /// What its tokens cost.
    pub prices: Prices,
    /// The most tokens that prompt and longest reply may have together; [`u64::MAX`] for no limit.
    pub context_tokens: u64,
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
