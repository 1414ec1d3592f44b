//! One lane: its calls by result, its money, and its breaker in every fleet.

use super::slice::provider_errors;
use crate::report::{Bounded, BreakerMove, BreakerReport, LaneReport};
use rushhour_base::event::BreakerState;
use rushhour_base::message::AttemptResult;
use rushhour_base::{FleetId, Instant, Money, Span};

#[derive(Default)]
pub(super) struct LaneTally {
    pub(super) attempts: u64,
    results: [u64; AttemptResult::ALL.len()],
    first_429: Option<Instant>,
    pub(super) served: u64,
    pub(super) backoffs: u64,
    pub(super) spent: Money,
    opens: u64,
    half_opens: u64,
    open: Span,
    moves: Bounded<BreakerMove>,
    /// Since when the breaker is open, by fleet.
    open_since: Vec<Option<Instant>>,
}

impl LaneTally {
    #[inline]
    pub(super) fn attempt_ended(&mut self, at: Instant, result: AttemptResult) {
        self.results[result as usize] += 1;
        if result == AttemptResult::RateLimited {
            self.first_429.get_or_insert(at);
        }
    }

    pub(super) fn breaker_moved(&mut self, at: Instant, fleet: FleetId, state: BreakerState) {
        self.moves.push(BreakerMove { at, fleet, state });
        if self.open_since.len() <= fleet.index() {
            self.open_since.resize(fleet.index() + 1, None);
        }
        let since = &mut self.open_since[fleet.index()];
        if let Some(since) = since.take() {
            self.open += at.since(since);
        }
        match state {
            BreakerState::Open => {
                self.opens += 1;
                *since = Some(at);
            }
            BreakerState::HalfOpen => self.half_opens += 1,
            BreakerState::Closed => {}
        }
    }

    pub(super) fn finish(mut self, name: &str, horizon: Span) -> LaneReport {
        for since in self.open_since.iter().flatten() {
            self.open += Instant(horizon.0).since(*since);
        }
        let of = |result: AttemptResult| self.results[result as usize];
        LaneReport {
            name: name.to_string(),
            attempts: self.attempts,
            completed: of(AttemptResult::Completed),
            rejected: of(AttemptResult::RateLimited),
            first_429: self.first_429,
            errors: provider_errors(&self.results),
            timeouts: of(AttemptResult::TimedOut) + of(AttemptResult::Stalled),
            locked_out: of(AttemptResult::Unauthorized) + of(AttemptResult::CreditExhausted),
            served: self.served,
            backoffs: self.backoffs,
            cost: self.spent,
            breaker: BreakerReport {
                opens: self.opens,
                half_opens: self.half_opens,
                open: self.open,
                moves: self.moves,
            },
        }
    }
}
