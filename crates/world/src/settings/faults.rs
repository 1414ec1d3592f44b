//! Faults as plain data: when they come, whom they strike, and what they do.

use super::Duration;
use rushhour_base::{Instant, LaneId, Ratio, Span};

/// A fault of the script.
#[derive(Clone, Copy, Debug, PartialEq)]
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
    /// Over how long the share grows from nothing to that, from the beginning of each spell, in a straight line.
    pub ramp: Span,
    /// Which attempts of a request it strikes: those with numbers below this; `None` for any.
    pub attempts: Option<u16>,
    /// If it comes and goes at random between `from` and `until`; `None` if it is in force all that time.
    pub recurrence: Option<Recurrence>,
}

/// How a random fault comes and goes: up and down times in turn, drawn by name before any policy acts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recurrence {
    /// From the end of one spell, or the start of the run, to the next.
    pub up: Duration,
    /// How long a spell lasts.
    pub down: Duration,
    /// The subject of its draws: a hash of its name.
    pub luck: u64,
    /// A cause that it shares with other faults.
    pub common: Option<CommonCause>,
}

/// A cause that several faults share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommonCause {
    /// The subject of the cause's draws: a hash of its name.
    pub luck: u64,
    /// The share of spells that come from it.
    pub beta: Ratio,
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
    /// The key is no good any more: 401 or 403.
    RevokedKey,
    /// The money at the provider is spent: 429 `insufficient_quota` at OpenAI, 402 at Anthropic; no Retry-After.
    ExhaustedCredit,
    /// The first token takes longer, and all that follow come so much later.
    SlowFirstToken {
        /// Thousandths by which the time to it is multiplied.
        per_mille: u32,
        /// What comes on top.
        added: Span,
    },
    /// Tokens come more slowly after the first.
    SlowDrip {
        /// Thousandths by which the time between them is multiplied.
        per_mille: u32,
    },
    /// The connection is reset at a random point of the reply.
    Reset,
    /// The reply ends in good order at a random point, without its last part.
    Truncated,
    /// An error event comes at a random point of the reply, whose status was 200.
    StreamError,
    /// The whole reply comes, and nobody can read it.
    Malformed,
    /// The reply states a wrong usage; the invoice is right.
    WrongUsage {
        /// Thousandths by which the true numbers of tokens are multiplied.
        per_mille: u32,
    },
}

impl FaultKind {
    /// Whether it lets a call in and spoils its reply, instead of turning the call away.
    pub const fn spoils_the_reply(self) -> bool {
        match self {
            FaultKind::SlowFirstToken { .. }
            | FaultKind::SlowDrip { .. }
            | FaultKind::Reset
            | FaultKind::Truncated
            | FaultKind::StreamError
            | FaultKind::Malformed
            | FaultKind::WrongUsage { .. } => true,
            FaultKind::Overloaded
            | FaultKind::ServerError
            | FaultKind::RateLimitStorm { .. }
            | FaultKind::Hang
            | FaultKind::Brownout { .. }
            | FaultKind::RevokedKey
            | FaultKind::ExhaustedCredit => false,
        }
    }
}
