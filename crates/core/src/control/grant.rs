//! What is asked for, what is granted, and how it is handed back.

#[cfg(doc)]
use crate::Control;
use crate::breaker::Ticket;
use crate::ledger::{Payer, Reservation};
use crate::limiter::{Charge, Hold};
use rushhour_base::event::{Blocker, Cause, Reason};
use rushhour_base::message::AttemptResult;
use rushhour_base::{Instant, LaneId, LimitHeaders, Money, RequestId, Span, Usage, UserId, WorkflowId};

/// What a request wants to be granted: one call on one lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Want {
    /// The request.
    pub request: RequestId,
    /// For which end user.
    pub user: UserId,
    /// On whose account the money goes.
    pub workflow: WorkflowId,
    /// Its class of urgency; 0 goes first.
    pub priority: u8,
    /// On which lane.
    pub lane: LaneId,
    /// What it costs the pool.
    pub charge: Charge,
    /// The most that it can cost in money.
    pub worst_case: Money,
    /// From here on nothing is granted to it, since the answer would come too late; [`Instant::NEVER`] for never.
    pub deadline: Instant,
}

impl Want {
    /// On whose account its money goes.
    #[inline]
    pub(super) fn payer(&self) -> Payer {
        Payer { workflow: self.workflow, agent: self.request.agent(), user: self.user }
    }
}

/// The answer to [`Control::enqueue`].
#[must_use]
#[derive(Debug)]
pub enum Entry {
    /// The call may go out now.
    Granted(Grant),
    /// The request waits.
    Waiting(Place),
    /// The call may not go out, and waiting would not help.
    Refused(Reason),
}

/// A place in a queue; give it back through [`Control::verdict`] or [`Control::cancel`].
#[must_use = "a lost place holds up the queue"]
#[derive(Debug, PartialEq, Eq)]
pub struct Place(pub(super) u32);

impl Place {
    /// Its number, which [`Control::drain_woken`] names. Numbers are reused.
    pub fn number(&self) -> u32 {
        self.0
    }
}

/// The right to send one call: breaker ticket, reservation and charge, taken together. A name only; what it holds stays
/// with the control, see [`Control::held`].
#[must_use = "settle or void it: a lost grant starves the fleet"]
#[derive(Debug, PartialEq, Eq)]
pub struct Grant(pub(super) u32);

/// What a grant holds.
#[derive(Debug)]
pub struct Held {
    pub(super) want: Want,
    pub(super) pool: u32,
    pub(super) ticket: Ticket,
    pub(super) reservation: Reservation,
    pub(super) hold: Hold,
    /// What it holds at the outer pool, if there is one.
    pub(super) outer: Option<(u32, Hold)>,
    pub(super) waited: Span,
    pub(super) blocked_on: Blocker,
}

impl Held {
    /// On which lane.
    pub fn lane(&self) -> LaneId {
        self.want.lane
    }

    /// What it holds at the limiter.
    pub fn charge(&self) -> Charge {
        self.hold.charge()
    }

    /// What it holds at the ledger.
    pub fn money(&self) -> Money {
        self.reservation.amount()
    }

    /// How long it waited in the queue.
    pub fn waited(&self) -> Span {
        self.waited
    }

    /// What it waited for.
    pub fn blocked_on(&self) -> Blocker {
        self.blocked_on
    }
}

/// How a granted call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// The result of the attempt.
    pub result: AttemptResult,
    /// What the provider counted; `None` if that was never learned.
    pub usage: Option<Usage>,
    /// How long the provider asks to wait.
    pub retry_after: Option<Span>,
    /// What its headers say of the provider's limits.
    pub limits: LimitHeaders,
    /// What it is booked under, if it answered.
    pub cause: Cause,
    /// How long it took.
    pub took: Span,
    /// A uniform draw for the length of the breaker's cool-down; any number where that has no jitter.
    pub word: u64,
}

/// What a settlement booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posting {
    /// Under which cause.
    pub cause: Cause,
    /// How much.
    pub amount: Money,
    /// The usage was never learned: this is the reservation.
    pub estimated: bool,
}
