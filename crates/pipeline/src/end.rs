//! Where a request ends.

use crate::env::Env;
use crate::fleet::Fleet;
use rushhour_base::event::Reason;
use rushhour_base::{Event, Outcome, RequestId, Rung};
use std::cell::Cell;

/// The end of a request, told exactly once: a request that is dropped before its end was under way at the horizon, or
/// parked.
pub(crate) struct End<'a, E: Env> {
    fleet: &'a Fleet<E>,
    pub(crate) request: RequestId,
    /// The rung that was tried last.
    pub(crate) rung: Cell<Rung>,
    /// Whether it is parked.
    pub(crate) parked: Cell<bool>,
    told: bool,
}

impl<E: Env> End<'_, E> {
    /// The end of a request that has just arrived.
    pub(crate) fn of(fleet: &Fleet<E>, request: RequestId) -> End<'_, E> {
        let rung = Cell::new(fleet.policy.chain[0].rung);
        End { fleet, request, rung, parked: Cell::new(false), told: false }
    }

    pub(crate) fn tell(mut self, outcome: Outcome, reason: Reason) {
        self.told = true;
        self.fleet.env.emit(Event::Ended { request: self.request, outcome, rung: self.rung.get(), reason });
    }
}

impl<E: Env> Drop for End<'_, E> {
    fn drop(&mut self) {
        if !self.told {
            let (request, rung) = (self.request, self.rung.get());
            let outcome = if self.parked.get() { Outcome::Parked } else { Outcome::InFlight };
            let reason = Reason::Horizon;
            self.fleet.env.emit(Event::Ended { request, outcome, rung, reason });
        }
    }
}
