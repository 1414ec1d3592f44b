//! Whether a lane is healthy: a circuit breaker that trips on consecutive failures and closes on a leased probe.
//!
//! # Why a lease
//! Half-open lets one probe pass. Were its outcome lost (a hung call, a cancelled request) the lane would stay shut for
//! good; after the lease the probe is presumed lost and another may go. Whichever probe of the phase answers first
//! decides, so a lane whose healthy replies take longer than the lease closes all the same. Each phase is an epoch, and
//! outcomes of older epochs do not count: calls sent before the trip say nothing about the lane of now.
//!
//! # What it does not do
//! A cancelled call says nothing about the lane. Agents whose patience is shorter than the call's timeout therefore hide
//! a provider that hangs: let the timeout be the shorter of the two.

use crate::settings::BreakerPolicy;
use rushhour_base::Instant;
use rushhour_base::event::BreakerState;

/// A lane's circuit breaker.
///
/// ```
/// use rushhour_base::{Instant, Span, event::BreakerState};
/// use rushhour_core::{breaker::Breaker, settings::BreakerPolicy};
/// let policy = BreakerPolicy { failures: 1, cooldown: Span::secs(30), probe_lease: Span::secs(5), count_rate_limited: false };
/// let mut breaker = Breaker::new(Some(policy));
/// let ticket = breaker.enter(Instant::START);
/// breaker.on_failure(ticket, Instant::START);
/// assert!(!breaker.passes(Instant::START));
/// assert!(breaker.passes(Instant::START + Span::secs(30))); // the probe
/// ```
#[derive(Clone, Debug)]
pub struct Breaker {
    policy: Option<BreakerPolicy>,
    state: State,
    epoch: u32,
    failures: u32,
    tickets: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Closed,
    Open { until: Instant },
    HalfOpen { lease_until: Instant },
}

/// The right to make one call on a lane; used up by exactly one `on_*`.
#[must_use = "hand it back through on_success, on_failure or on_neutral"]
#[derive(Debug)]
pub struct Ticket {
    epoch: u32,
}

impl Breaker {
    /// A closed breaker; without a policy it never opens.
    pub fn new(policy: Option<BreakerPolicy>) -> Breaker {
        Breaker { policy, state: State::Closed, epoch: 0, failures: 0, tickets: 0 }
    }

    /// Whether a call would pass now: closed, or due for a probe.
    #[inline]
    pub fn passes(&self, now: Instant) -> bool {
        match self.state {
            State::Closed => true,
            State::Open { until } => now >= until,
            State::HalfOpen { lease_until } => now >= lease_until,
        }
    }

    /// Takes a ticket after a yes from [`passes`](Self::passes). An open breaker turns half-open: this is the probe.
    #[inline]
    pub fn enter(&mut self, now: Instant) -> Ticket {
        debug_assert!(self.passes(now), "a call entered an open breaker");
        self.tickets += 1;
        if let (Some(policy), true) = (self.policy, self.state != State::Closed) {
            self.epoch += u32::from(matches!(self.state, State::Open { .. }));
            self.state = State::HalfOpen { lease_until: now + policy.probe_lease };
        }
        Ticket { epoch: self.epoch }
    }

    /// The call succeeded. Returns whether the breaker closed by it.
    #[inline]
    pub fn on_success(&mut self, ticket: Ticket) -> bool {
        if !self.hand_back(&ticket) {
            return false;
        }
        self.failures = 0;
        let closed = self.state != State::Closed;
        if closed {
            self.epoch += 1;
            self.state = State::Closed;
        }
        closed
    }

    /// The call failed in a way that speaks against the lane. Returns whether the breaker opened by it.
    pub fn on_failure(&mut self, ticket: Ticket, now: Instant) -> bool {
        let (true, Some(policy)) = (self.hand_back(&ticket), self.policy) else { return false };
        self.failures += 1;
        let opens = self.state != State::Closed || self.failures >= policy.failures;
        if opens {
            self.failures = 0;
            self.epoch += 1;
            self.state = State::Open { until: now + policy.cooldown };
        }
        opens
    }

    /// The call says nothing about the lane: it was never sent, was cancelled, or failed by the caller's own fault.
    /// A probe that ends so leaves the place to the next one at once.
    pub fn on_neutral(&mut self, ticket: Ticket, now: Instant) {
        if let (true, State::HalfOpen { lease_until }) = (self.hand_back(&ticket), &mut self.state) {
            *lease_until = now;
        }
    }

    /// The state, and until when an open one refuses.
    pub fn state(&self) -> (BreakerState, Instant) {
        match self.state {
            State::Closed => (BreakerState::Closed, Instant::START),
            State::Open { until } => (BreakerState::Open, until),
            State::HalfOpen { lease_until } => (BreakerState::HalfOpen, lease_until),
        }
    }

    /// Tickets not yet handed back.
    pub fn tickets(&self) -> u32 {
        self.tickets
    }

    /// Counts the ticket back in; says whether its outcome still counts.
    #[inline]
    fn hand_back(&mut self, ticket: &Ticket) -> bool {
        self.tickets = self.tickets.checked_sub(1).expect("a ticket was handed back twice");
        ticket.epoch == self.epoch
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rushhour_base::Span;
    use rushhour_base::time::{MILLISECOND, SECOND};

    /// Calls of no duration, one each `every_ms` for 600 s, against a provider that is down from 100 s on. Expected:
    /// calls that succeeded, failed and were short-circuited, and when the breaker opened first and closed last.
    fn check(
        every_ms: u64,
        down_s: u64,
        failures: u32,
        cooldown_s: u64,
        expected: (u32, u32, u32, u64, u64),
    ) {
        let policy = BreakerPolicy {
            failures,
            cooldown: Span::secs(cooldown_s),
            probe_lease: Span::secs(1),
            count_rate_limited: false,
        };
        let mut breaker = Breaker::new(Some(policy));
        let (mut ok, mut failed, mut short, mut opened, mut closed) = (0, 0, 0, 0, 0);
        for now in (0..600 * 1_000).step_by(every_ms as usize).map(|ms| Instant(ms * MILLISECOND)) {
            let second = now.0 / SECOND;
            if !breaker.passes(now) {
                short += 1;
            } else if (100..100 + down_s).contains(&second) {
                let ticket = breaker.enter(now);
                failed += 1;
                if breaker.on_failure(ticket, now) && opened == 0 {
                    opened = second;
                }
            } else {
                let ticket = breaker.enter(now);
                ok += 1;
                if breaker.on_success(ticket) {
                    closed = second;
                }
            }
        }
        assert_eq!((ok, failed, short, opened, closed), expected);
    }

    /// Exact reference values of a deterministic outage. The overhang (closed late after the outage) is the price.
    #[test]
    fn an_outage_is_met_as_the_reference_says() {
        check(1_000, 120, 3, 60, (478, 4, 118, 102, 222));
        check(1_000, 300, 3, 60, (298, 7, 295, 102, 402));
        check(500, 10, 5, 30, (1_136, 5, 59, 102, 132));
    }
}
