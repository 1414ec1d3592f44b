//! Every fleet was shut once, and gave back all that it held.

use super::Found;
use rushhour_base::{Event, FleetId, Instant, Money, Span};

#[derive(Default)]
pub(super) struct Leaks {
    fleets: Vec<Fleet>,
}

#[derive(Clone, Copy, Default)]
struct Fleet {
    seen: bool,
    closed: u32,
    booked: Money,
}

impl Leaks {
    #[inline]
    pub(super) fn event(&mut self, at: Instant, fleet: FleetId, event: &Event, found: &mut Found) {
        if self.fleets.len() <= fleet.index() {
            self.fleets.resize(fleet.index() + 1, Fleet::default());
        }
        let known = &mut self.fleets[fleet.index()];
        known.seen = true;
        match *event {
            Event::Posted { amount, .. } | Event::Expensed { amount, .. } | Event::Accrued { amount, .. } => {
                known.booked += amount;
            }
            Event::Closed { waiting, in_flight, held_usd, tickets, booked_usd } => {
                known.closed += 1;
                if (waiting, in_flight, held_usd, tickets) != (0, 0, Money::ZERO, 0) {
                    found.report("leaks", || {
                        format!(
                            "fleet {fleet} closed at {} with {waiting} in queues, {in_flight} calls, {held_usd} and \
                             {tickets} breaker tickets still held",
                            Span(at.0)
                        )
                    });
                }
                let booked = known.booked;
                if booked != booked_usd {
                    found.report("leaks", || {
                        format!("fleet {fleet} says it booked {booked_usd}, its postings sum to {booked}")
                    });
                }
            }
            _ => {}
        }
    }

    pub(super) fn finish(&self, found: &mut Found) {
        for (number, fleet) in
            self.fleets.iter().enumerate().filter(|(_, fleet)| fleet.seen && fleet.closed != 1)
        {
            found.report("leaks", || format!("fleet {number} was closed {} times", fleet.closed));
        }
    }
}
