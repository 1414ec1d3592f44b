//! The probes of a half-open breaker, each with a lease.

use crate::settings::ProbePolicy;
use rushhour_base::Instant;
use std::collections::VecDeque;

/// The probes of one half-open phase.
#[derive(Clone, Debug, Default)]
pub(super) struct Probes {
    /// Those under way whose place was not given to another: number and end of the lease, the oldest first.
    out: VecDeque<(u32, Instant)>,
    sent: u32,
    succeeded: u32,
}

impl Probes {
    /// Whether another probe may go: fewer are out than may be, or the oldest is presumed lost.
    pub(super) fn has_room(&self, policy: ProbePolicy, now: Instant) -> bool {
        self.out.len() < policy.at_once as usize || self.oldest_lease_end() <= now
    }

    /// Notes a probe that goes, in the place of a lost one if need be, and numbers it.
    pub(super) fn send(&mut self, policy: ProbePolicy, now: Instant) -> u32 {
        if self.out.len() >= policy.at_once as usize {
            self.out.pop_front();
        }
        let number = self.sent;
        self.sent += 1;
        self.out.push_back((number, now + policy.lease));
        number
    }

    /// Notes a success, even of a probe presumed lost, and says how many there were in this phase.
    pub(super) fn succeeded(&mut self, number: u32) -> u32 {
        self.give_back(number);
        self.succeeded += 1;
        self.succeeded
    }

    /// Gives a probe's place back, unless another has it already.
    pub(super) fn give_back(&mut self, number: u32) {
        self.out.retain(|&(other, _)| other != number);
    }

    /// When the oldest probe is presumed lost; the start of the run if none is out.
    pub(super) fn oldest_lease_end(&self) -> Instant {
        self.out.front().map_or(Instant::START, |&(_, end)| end)
    }

    pub(super) fn clear(&mut self) {
        self.out.clear();
        (self.sent, self.succeeded) = (0, 0);
    }
}
