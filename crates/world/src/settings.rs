//! The outside of a fleet as plain data: what a scenario's `[provider]`, `[workload]` and `[trace]` tables become.

mod faults;
mod shape;
mod words;
mod workload;

pub use faults::{CommonCause, FaultKind, FaultPlan, Recurrence};
pub use shape::{BurstPlan, Gaps, LevelPlan, ShapePlan, ShapedPlan};
pub use words::{HallucinationPlan, WordsPlan};
pub use workload::{
    AbusePlan, Arrivals, ComesBackPlan, Duration, GapLaw, Length, PromptPlan, RecordedSessions, SessionTurn,
    SessionsPlan, TaskPlan, TraceRow, UsersPlan, WorkloadPlan,
};

use rushhour_base::{Enforcement, LaneId, Prices, QuotaId, Ratio, Seed, Span};

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
    /// Anthropic Messages: requests, input and output tokens apart; cached input is mostly free of quota; output
    /// counts as it is produced and `max_tokens` plays no part; overload is a 529.
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
    /// How fast its input tokens per minute may grow; `None` for any pace.
    pub growth: Option<GrowthPlan>,
    /// How it is counted. Slices are of requests by the minute; all else is then a fixed window.
    pub enforced: Enforcement,
    /// When output is charged.
    pub output: OutputCharge,
    /// In which steps of time output is charged that is charged as it is produced, counted from the first token of each
    /// reply; zero for all of it at the end. The shorter, the closer to a provider that counts every token at once.
    pub output_every: Span,
    /// Whether a call that is refused or fails still counts as a request, as far as there is room for one.
    pub counts_failed: bool,
    /// Whether tokens of a prompt that the prompt cache knows count like all others.
    pub counts_cached: bool,
    /// The quota that it is a part of: a project's stands within the organisation's, and a call has to pass both. The
    /// outer one has a lower id and charges output in the same way.
    pub within: Option<QuotaId>,
}

/// How fast usage may grow, whatever the amounts granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GrowthPlan {
    /// Input tokens per minute that always pass. Above zero.
    pub floor: u64,
    /// How much more than the busiest minute of one span a minute of the next may hold.
    pub share: Ratio,
    /// How long a span is. A minute or more.
    pub per: Span,
}

/// When a quota is charged for output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OutputCharge {
    /// As it is produced, in steps of [`output_every`](QuotaPlan::output_every). Admission asks only that something be left.
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
    /// The quota it draws on, within which others may stand.
    pub quota: QuotaId,
    /// For a lane of a project, the same model's lane outside any project: whatever befalls the model or what it can
    /// serve is one for both. `None` if it stands for the model itself.
    pub same_model_as: Option<LaneId>,
    /// The provider's prices: what goes on the invoice.
    pub prices: Prices,
    /// How long replies take.
    pub latency: LatencyPlan,
    /// How many calls it serves at full pace; `None` for any number.
    pub capacity: Option<CapacityPlan>,
    /// How often its model is wrong, in thousandths of what a workload's words say.
    pub hallucination_permille: u32,
    /// What it remembers of prompts.
    pub cache: CachePlan,
    /// Tokens that it reasons before an answer; `None` for none.
    pub reasoning: Option<Length>,
    /// The most tokens that prompt and longest reply may have together; [`u64::MAX`] for no limit.
    pub context_tokens: u64,
}

/// What a lane remembers of prompts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CachePlan {
    /// When it does.
    pub keeps: Keeps,
    /// The least tokens of a prompt that are kept.
    pub least_tokens: u64,
    /// What is kept is a multiple of this many tokens. Above zero.
    pub step_tokens: u64,
}

/// When a lane remembers a prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeps {
    /// Never.
    Never,
    /// When the client asks for it, and for as long.
    AsAsked,
    /// Of its own accord, so long from the last use.
    Always(Span),
}

impl CachePlan {
    /// As the client asks, from 1,024 tokens on, to the token (Anthropic, "Prompt caching", 2026; some of its models begin
    /// at 2,048 or 4,096).
    pub const AS_ASKED: CachePlan = CachePlan { keeps: Keeps::AsAsked, least_tokens: 1_024, step_tokens: 1 };
    /// Nothing; were it switched on, from 1,024 tokens on in steps of 128 (OpenAI, "Prompt caching", 2026).
    pub const NEVER: CachePlan = CachePlan { keeps: Keeps::Never, least_tokens: 1_024, step_tokens: 128 };
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

/// How long a reply takes: `base + per_input_token × input` (cached input at a pace of its own) to the first token, then
/// `per_output_token` each, reasoning included, all times one lognormal factor of the given spread.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LatencyPlan {
    /// To the first token of an empty prompt.
    pub base: Span,
    /// Prefill: added to the first token for each input token.
    pub per_input_token: Span,
    /// The same for each input token that is read from the prompt cache.
    pub per_cached_token: Span,
    /// Decode: for each output token.
    pub per_output_token: Span,
    /// The standard deviation of the logarithm of the factor; 0 for none.
    pub spread: f64,
    /// How long a refusal or an error takes.
    pub refusal: Span,
}
