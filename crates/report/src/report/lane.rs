//! What is said of one lane and its breaker.

use super::Bounded;
use rushhour_base::event::BreakerState;
use rushhour_base::{FleetId, Instant, Money, Span};

/// One lane.
#[derive(Clone, Debug, PartialEq)]
pub struct LaneReport {
    /// Its name.
    pub name: String,
    /// Calls sent to it.
    pub attempts: u64,
    /// Calls that brought a whole reply.
    pub completed: u64,
    /// Calls that it refused with a 429.
    pub rejected: u64,
    /// When the client learned of the first of these.
    pub first_429: Option<Instant>,
    /// Overloads, server errors, and replies that broke off or could not be read.
    pub errors: u64,
    /// Calls that the client stopped waiting for, or for the next token of.
    pub timeouts: u64,
    /// Calls that met a 401, a 403 or exhausted credit.
    pub locked_out: u64,
    /// Answers by rules or people.
    pub served: u64,
    /// How often a 429 of this lane made the agents of its pool hold back.
    pub backoffs: u64,
    /// All that was spent on it.
    pub cost: Money,
    /// Its breaker.
    pub breaker: BreakerReport,
}

/// A lane's circuit breaker, over all fleets.
#[derive(Clone, Debug, PartialEq)]
pub struct BreakerReport {
    /// How often it opened.
    pub opens: u64,
    /// How often it went half-open.
    pub half_opens: u64,
    /// For how long it was open, summed over fleets.
    pub open: Span,
    /// Its moves.
    pub moves: Bounded<BreakerMove>,
}

/// A breaker changed its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BreakerMove {
    /// When.
    pub at: Instant,
    /// In which fleet.
    pub fleet: FleetId,
    /// To which state.
    pub state: BreakerState,
}
