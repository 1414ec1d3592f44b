//! The outside of a fleet as plain data: what a scenario's `[provider]`, `[workload]` and `[trace]` tables become.

use rushhour_base::{Enforcement, Instant, LaneId, Prices, QuotaId, Ratio, Seed, Span};
use std::sync::Arc;

/// Everything that a run meets, fixed before any policy acts.
#[derive(Clone, Debug, PartialEq)]
pub struct WorldPlan {
    /// The seed of every draw of the world.
    pub seed: Seed,
    /// When the run ends; nobody arrives from here on.
    pub horizon: Span,
    /// Local time of day at the start of the run, as time since midnight. Day curves read it.
    pub starts_at: Span,
    /// The providers.
    pub providers: Vec<ProviderPlan>,
    /// The quotas of all providers, in the order of their ids.
    pub quotas: Vec<QuotaPlan>,
    /// The lanes that models answer on, in the order of their ids.
    pub lanes: Vec<ModelLane>,
    /// The faults, in the order of their ids.
    pub faults: Vec<FaultPlan>,
    /// The workloads, in the order of their workflow ids.
    pub workloads: Vec<WorkloadPlan>,
}

/// A provider.
#[derive(Clone, Debug, PartialEq)]
pub struct ProviderPlan {
    /// Its name.
    pub name: String,
    /// Whose rules of accounting it follows.
    pub dialect: Dialect,
}

/// Whose rules of accounting and errors a provider follows (see the provider's rate-limit pages).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Anthropic Messages: requests, input and output tokens apart; cached input is free of quota; output counts as
    /// it is produced and `max_tokens` plays no part; overload is a 529.
    Anthropic,
    /// OpenAI Chat Completions: requests and tokens, by the minute and by the day; the longest reply asked for is
    /// charged at admission; overload is a 503.
    OpenAi,
}

/// A quota: what an organisation is granted for one model class, and how that is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QuotaPlan {
    /// Requests.
    pub requests: Option<GrantPlan>,
    /// Input and output tokens together.
    pub tokens: Option<GrantPlan>,
    /// Input tokens.
    pub input_tokens: Option<GrantPlan>,
    /// Output tokens.
    pub output_tokens: Option<GrantPlan>,
    /// Requests by the day.
    pub requests_per_day: Option<GrantPlan>,
    /// Input and output tokens together, by the day.
    pub tokens_per_day: Option<GrantPlan>,
    /// Calls under way at once.
    pub concurrency: Option<u32>,
    /// How it is counted. Slices are of requests by the minute; all else is then a fixed window.
    pub enforced: Enforcement,
    /// When output is charged.
    pub output: OutputCharge,
    /// Whether a call that is refused or fails still counts as a request, as far as there is room for one.
    pub counts_failed: bool,
}

/// When a quota is charged for output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OutputCharge {
    /// As it is produced, here: at the end of the reply. Admission asks only that something be left.
    #[default]
    AsProduced,
    /// At admission: the longest reply asked for.
    UpFront {
        /// What is charged beside the prompt.
        estimate: Estimate,
        /// Whether what was not produced is given back at the end.
        refunds: bool,
    },
}

/// What a quota that charges up front takes for one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Estimate {
    /// The prompt and the longest reply together: what recorded headers fit.
    Sum,
    /// The larger of the two: what OpenAI documents.
    Larger,
}

/// So much per period. `burst` holds where it is refilled continuously.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GrantPlan {
    /// Granted per period. Above zero.
    pub amount: u64,
    /// The period. Above zero.
    pub period: Span,
    /// The most that passes at once. Above zero.
    pub burst: u64,
}

/// A lane that a model answers on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ModelLane {
    /// Index of its provider.
    pub provider: usize,
    /// The quota it draws on.
    pub quota: QuotaId,
    /// The provider's prices: what goes on the invoice.
    pub prices: Prices,
    /// How long replies take.
    pub latency: LatencyPlan,
    /// How many calls it serves at full pace; `None` for any number.
    pub capacity: Option<CapacityPlan>,
}

/// How many calls a lane serves at once. What a quota is not: nobody is told, and nobody is charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CapacityPlan {
    /// Calls under way that are served at full pace; with more of them, each that comes in is slower in proportion.
    /// Above zero.
    pub concurrency: u32,
    /// Calls under way beyond which the next is refused as overloaded; `None` for never.
    pub refuses_beyond: Option<u32>,
}

/// How long a reply takes: `base + per_input_token × input` to the first token, then `per_output_token` each, all
/// times one lognormal factor of the given spread.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LatencyPlan {
    /// To the first token of an empty prompt.
    pub base: Span,
    /// Prefill: added to the first token for each input token.
    pub per_input_token: Span,
    /// Decode: for each output token.
    pub per_output_token: Span,
    /// The standard deviation of the logarithm of the factor; 0 for none.
    pub spread: f64,
    /// How long a refusal or an error takes.
    pub refusal: Span,
}

/// A fault of the script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaultPlan {
    /// Index of the provider that it strikes.
    pub provider: usize,
    /// The lane that it strikes; `None` for all of the provider's.
    pub lane: Option<LaneId>,
    /// What it does.
    pub kind: FaultKind,
    /// When it comes into force.
    pub from: Instant,
    /// When it is over.
    pub until: Instant,
    /// The share of calls that it strikes.
    pub share: Ratio,
}

/// What a fault does to a call that it strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The provider is overloaded: 529 or 503, no Retry-After.
    Overloaded,
    /// The provider breaks: 500.
    ServerError,
    /// A 429 whatever the quota says, with this Retry-After.
    RateLimitStorm {
        /// What the header says.
        retry_after: Span,
    },
    /// No answer ever comes.
    Hang,
    /// Less of each lane's capacity is left. It refuses nobody by itself; calls that share what is left are slower.
    Brownout {
        /// The share of the capacity that is left.
        capacity: Ratio,
    },
}

/// A workload: agents of one kind.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkloadPlan {
    /// Its name.
    pub name: String,
    /// How many agents. Above zero.
    pub agents: u32,
    /// For whom they ask; `None` if each agent is its own end user.
    pub users: Option<UsersPlan>,
    /// When they ask.
    pub arrivals: Arrivals,
    /// How long their prompts are.
    pub prompt: PromptPlan,
    /// How long the replies are.
    pub output: Length,
    /// The longest reply asked for.
    pub max_tokens: u64,
    /// How long an agent waits for an answer; [`Span::MAX`] for ever.
    pub patience: Span,
    /// The class of urgency of its requests; 0 goes first.
    pub priority: u8,
}

impl WorkloadPlan {
    /// How many end users it has.
    pub fn user_count(&self) -> u32 {
        self.users.map_or(self.agents, |users| users.count)
    }
}

/// The end users for whom the agents of a workload ask: each request is for one of them, drawn by the request's name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UsersPlan {
    /// How many there are. Above zero.
    pub count: u32,
    /// How unevenly they ask: the user of rank r comes up in proportion to `r^-skew`. 0 for all alike; at most 4.
    pub skew: f64,
    /// How many of them share a source, as people behind one address do. Above zero.
    pub per_source: u32,
}

/// When the agents of a workload ask.
#[derive(Clone, Debug, PartialEq)]
pub enum Arrivals {
    /// Open loop: a Poisson process for each agent.
    Poisson {
        /// Requests of one agent per hour. Above zero.
        per_agent_per_hour: f64,
    },
    /// Open loop: a Poisson process for each agent whose rate follows the time of day, `exp(κ·cos)` around the peak.
    DayCurve {
        /// Requests of one agent per hour, on the average of a day. Above zero.
        per_agent_per_hour: f64,
        /// Local time of day of the peak.
        peak: Span,
        /// The rate at the peak over the average of the day; at least 1, and at most 288: the curve is a staircase
        /// of five-minute steps.
        peak_to_mean: f64,
    },
    /// Open loop: a renewal process for each agent, burstier or steadier than a Poisson process.
    Renewal {
        /// Requests of one agent per hour. Above zero.
        per_agent_per_hour: f64,
        /// The law of the gaps.
        law: GapLaw,
        /// Standard deviation over mean of the gaps; 1 is a Poisson process under either law. From 0.1 to 10.
        cv: f64,
    },
    /// Closed loop: an agent thinks, asks, waits for the outcome, and thinks again.
    ClosedLoop {
        /// How long it thinks.
        think: Duration,
    },
    /// Open loop: the rows of a trace, dealt to the agents in turn; their token counts replace `prompt` and `output`.
    Trace {
        /// The rows, in the order of the file, which is that of time; equal times are normal. Shared, not copied, by
        /// all that reads them.
        rows: Arc<[TraceRow]>,
    },
}

/// How the gaps of a renewal process are distributed. Measured tenants of a large provider fit one or the other
/// (ServeGen, 2025).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GapLaw {
    /// Gamma: at a high variation many gaps are next to nothing.
    Gamma,
    /// Weibull: at a high variation the long gaps are longer.
    Weibull,
}

/// A random length of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Duration {
    /// Always the same.
    Constant(Span),
    /// Exponential with this mean.
    Exponential(Span),
    /// Lognormal with this median and 95th percentile.
    Lognormal {
        /// Half of all are shorter.
        p50: Span,
        /// 95 of 100 are shorter.
        p95: Span,
    },
}

/// A random number of tokens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Length {
    /// Always the same.
    Constant(u64),
    /// Lognormal with this median and 95th percentile, cut off at `max`.
    Lognormal {
        /// Half of all are shorter.
        p50: u64,
        /// 95 of 100 are shorter.
        p95: u64,
        /// None is longer.
        max: u64,
    },
    /// Gamma with this mean and coefficient of variation (1 is exponential), cut off at `max`.
    Gamma {
        /// The mean before the cut. Above zero.
        mean: u64,
        /// Standard deviation over mean. Above zero.
        cv: f64,
        /// None is longer.
        max: u64,
    },
}

/// How long prompts are: the first of a session has `first` tokens, each later turn adds `growth`, and after `turns`
/// turns (or at `max`) the session starts afresh.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PromptPlan {
    /// Tokens of a session's first prompt.
    pub first: Length,
    /// Tokens that each turn adds.
    pub growth: u64,
    /// Turns of a session. Above zero.
    pub turns: u32,
    /// No prompt is longer.
    pub max: u64,
}

/// One row of a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceRow {
    /// When it arrived, from the first row.
    pub at: Span,
    /// Tokens of the prompt.
    pub input_tokens: u64,
    /// Tokens of the reply.
    pub output_tokens: u64,
}
