//! A fleet's policy as plain data. The scenario reader makes it; nothing here decides.

mod breaker;
mod chain;
mod compression;
mod costs;
mod errors;
mod estimate;
mod guard;
mod ladder;
mod ledger;
mod limiter;
mod parking;
mod queue;
mod retry;
mod risk;
mod validation;

pub use breaker::{
    BreakerPolicy, BreakerWindow, CooldownPolicy, Counted, ProbePolicy, SharePolicy, SlowPolicy, Trip,
};
pub use chain::{Answerer, ClassPolicy, Route, RungPolicy, Staff, WeightedLane};
pub use compression::{CompressionPolicy, SummaryPolicy};
pub use costs::{CostLine, CostPer};
pub use errors::{ErrorRules, OnError};
pub use estimate::TokenEstimate;
pub use guard::GuardPolicy;
pub use ladder::{Climb, ClimbProbes, LadderPolicy};
pub use ledger::{AlertLevel, AtCap, CapPolicy, CapScope, CapWindow, Resume};
pub use limiter::{
    Accounting, AgentLimits, AimdPolicy, Kinds, LimiterKind, LimiterPolicy, LimiterScope, OutputHold,
    PoolLimits, RateLimit, Refund,
};
pub use parking::{DrainHours, DrainPolicy, InsteadOf, ParkingPolicy};
pub use queue::{Discipline, QueuePolicy};
pub use retry::{Beyond, Jitter, RetryAfterUse, RetryBudgetPolicy, RetryPolicy};
pub use risk::{PatternPolicy, RiskPolicy, StandingPolicy};
pub use validation::{ReplyStructure, ReviewPolicy, ValidationPolicy};

use rushhour_base::{Keep, LaneId, Prices, Span};

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
    /// Further layers of retries around the whole chain, from the inside out; their budgets and what they say of
    /// `Retry-After` play no part.
    pub layers: Vec<RetryPolicy>,
    /// What one task of an agent may come to; `None` for anything.
    pub guard: Option<GuardPolicy>,
    /// Who answers, in order. Never empty.
    pub chain: Vec<RungPolicy>,
    /// What one end user may ask for; `None` for no limit.
    pub risk: Option<RiskPolicy>,
    /// What follows from each kind of error on a rung of models.
    pub on_error: ErrorRules,
    /// Lanes that share a fate are left out together: as soon as so many of a group are shut, and for a request that
    /// met a failure on one of them. `None` if each lane stands for itself.
    pub correlated: Option<u32>,
    /// Requests that try lanes of their own first, the easiest class first.
    pub classes: Vec<ClassPolicy>,
    /// Caps on spending. Their position is their [`CapId`](rushhour_base::CapId).
    pub caps: Vec<CapPolicy>,
    /// Costs that are no tokens.
    pub costs: Vec<CostLine>,
    /// How long a call may take before the client stops waiting.
    pub timeout: Span,
    /// How long it waits for a token, where it streams the reply; `None` if it only waits for the whole.
    pub stall: Option<StallPolicy>,
    /// For how long providers are asked to keep prompts.
    pub prompt_cache: Keep,
    /// What is believed of the models' context windows.
    pub windows: Windows,
    /// What the fleet falls back to as a whole, and when; `None` for full mode always.
    pub ladder: Option<LadderPolicy>,
    /// What becomes of requests that can wait; `None` if they are treated like all others.
    pub parking: Option<ParkingPolicy>,
    /// How the client counts the tokens of its prompts.
    pub token_estimate: TokenEstimate,
    /// Prompts tell the model to say nothing that it cannot know from them.
    pub guarded: bool,
    /// Tokens by which such a prompt is longer; those of a regeneration are, too.
    pub guard_tokens: u64,
    /// How long histories are made shorter; `None` if they are sent whole.
    pub compression: Option<CompressionPolicy>,
    /// How replies are checked before they go out; `None` if they are not.
    pub validation: Option<ValidationPolicy>,
    /// How many fleets (processes) share the agents, each with a limiter, queue, breakers and ledger of its own.
    pub processes: u16,
}

/// How long a client waits for a token before it takes a call for dead. Tokens count, not bytes: the pings with which a
/// provider keeps a connection alive are no sign of progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StallPolicy {
    /// For the first token; [`Span::MAX`] for any length of time.
    pub first_token: Span,
    /// From one token to the next; [`Span::MAX`] for any length of time.
    pub idle: Span,
}

impl StallPolicy {
    /// It waits for tokens for any length of time.
    pub const NONE: StallPolicy = StallPolicy { first_token: Span::MAX, idle: Span::MAX };
}

/// What a client believes of the models' context windows. What it believes to fit and does not, the provider refuses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Windows {
    /// What is true.
    #[default]
    Known,
    /// Nothing: whatever it is, it is sent.
    Unknown,
    /// So many tokens for these lanes; of all others, what is true.
    Stated(Vec<(LaneId, u64)>),
}

impl Windows {
    /// The tokens that are believed to fit a lane, whose window is truly `true_tokens`.
    pub fn believed(&self, lane: LaneId, true_tokens: u64) -> u64 {
        match self {
            Windows::Known => true_tokens,
            Windows::Unknown => u64::MAX,
            Windows::Stated(stated) => {
                stated.iter().find(|(of, _)| *of == lane).map_or(true_tokens, |(_, tokens)| *tokens)
            }
        }
    }
}

/// What the fleet stands on: the same for every variant of a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topology {
    /// The pools that the client believes in: one for each provider quota.
    pub pools: Vec<PoolLimits>,
    /// By pool, the one that it stands within, whose limits hold for its calls too: the organisation's, for a project's. Pools
    /// that are not listed stand within none, and so must an outer pool.
    pub within: Vec<Option<u16>>,
    /// The lanes, models first, in the order of their ids.
    pub lanes: Vec<LanePlan>,
    /// How many workflows there are.
    pub workflows: u16,
    /// How many agents there are.
    pub agents: u32,
    /// How many end users there are, over all workflows; an agent without users of its own is one itself.
    pub users: u32,
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
    /// The number of the group of lanes with which it shares its fate.
    pub group: u16,
}
