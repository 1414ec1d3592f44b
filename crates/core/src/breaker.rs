//! Whether a lane is healthy: a circuit breaker that trips on failures in a row, or on their share in a window.
//!
//! # Which of the two?
//! Failures in a row are simple, and trigger-happy: a lane that fails three calls in ten is shut 62 % of the time with
//! three in a row and a cool-down of 60 calls, and one that fails one in ten still every 1,110 calls. A share over a
//! window with a least number of calls tells a bad lane from a bad moment. Calls that are slow can count of their own:
//! a lane that hangs is as useless as one that fails.
//!
//! # Why leases
//! Half-open lets a few probes pass. Were their outcome lost (a hung call, a cancelled request) the lane would stay shut
//! for good; after its lease a probe is presumed lost and another may go. Whatever probe of the phase answers still
//! counts, so a lane whose healthy replies take longer than the lease closes all the same. The first probe that fails
//! opens the breaker again; so many successes close it. Each phase is an epoch, and outcomes of older epochs do not
//! count: calls sent before the trip say nothing about the lane of now.
//!
//! # What counts
//! [`BreakerPolicy::verdict`] says it: the caller's own errors never do; a 429 only if the policy says so, since it
//! speaks of the pool's quota and not of the lane's health.
//!
//! # What it does not do
//! A cancelled call says nothing about the lane. Agents whose patience is shorter than the call's timeout therefore hide
//! a provider that hangs: let the timeout be the shorter of the two.

mod probes;
mod window;

use crate::settings::{BreakerPolicy, Trip};
use probes::Probes;
use rushhour_base::draw::below;
use rushhour_base::event::BreakerState;
use rushhour_base::message::AttemptResult;
use rushhour_base::{Instant, Span};
use window::Window;

/// A lane's circuit breaker.
///
/// ```
/// use rushhour_base::{Instant, Span, event::BreakerState};
/// use rushhour_core::{breaker::Breaker, settings::BreakerPolicy};
/// let policy = BreakerPolicy::consecutive(1, Span::secs(30), Span::secs(5));
/// let mut breaker = Breaker::new(Some(policy));
/// let ticket = breaker.enter(Instant::START);
/// assert!(breaker.on_failure(ticket, Span::secs(1), Instant::START, 0)); // it opened
/// assert!(!breaker.passes(Instant::START));
/// assert!(breaker.passes(Instant::START + Span::secs(30))); // the probe
/// ```
#[derive(Clone, Debug)]
pub struct Breaker {
    policy: Option<BreakerPolicy>,
    state: State,
    epoch: u32,
    window: Window,
    probes: Probes,
    /// The last cool-down before jitter; zero while closed.
    cooldown: Span,
    tickets: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Closed,
    Open { until: Instant },
    HalfOpen,
}

/// What the end of a call says about its lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The lane works.
    Success,
    /// The lane failed.
    Failure,
    /// Nothing.
    Nothing,
}

/// The right to make one call on a lane; used up by exactly one `on_*`.
#[must_use = "hand it back through on_success, on_failure or on_neutral"]
#[derive(Debug)]
pub struct Ticket {
    epoch: u32,
    /// Its number among the probes of its phase.
    probe: u32,
}

impl Breaker {
    /// A closed breaker; without a policy it never opens.
    pub fn new(policy: Option<BreakerPolicy>) -> Breaker {
        Breaker {
            policy,
            state: State::Closed,
            epoch: 0,
            window: Window::new(policy.map(|policy| policy.trip)),
            probes: Probes::default(),
            cooldown: Span::ZERO,
            tickets: 0,
        }
    }

    /// Whether a call would pass now: closed, or due for a probe. An open breaker lets one pass at the very end of its
    /// cool-down.
    #[inline]
    pub fn passes(&self, now: Instant) -> bool {
        match self.state {
            State::Closed => true,
            State::Open { until } => now >= until,
            State::HalfOpen => self.policy.is_none_or(|policy| self.probes.has_room(policy.probes, now)),
        }
    }

    /// Takes a ticket after a yes from [`passes`](Self::passes). An open breaker turns half-open: this is a probe.
    #[inline]
    pub fn enter(&mut self, now: Instant) -> Ticket {
        debug_assert!(self.passes(now), "a call entered an open breaker");
        self.tickets += 1;
        let probe = if self.state == State::Closed { 0 } else { self.send_probe(now) };
        Ticket { epoch: self.epoch, probe }
    }

    /// The call succeeded, after `took`. Returns whether the breaker changed its state by it: closed as the last probe
    /// that it wanted, or opened because it was slow or made the window full enough to be judged. `word` is a uniform
    /// draw for the length of a cool-down; any number does where there is no jitter.
    #[inline]
    pub fn on_success(&mut self, ticket: Ticket, took: Span, now: Instant, word: u64) -> bool {
        let (true, Some(policy)) = (self.hand_back(&ticket), &self.policy) else { return false };
        if self.state == State::Closed {
            return self.window.note(false, took, now) && self.open(now, word);
        }
        if is_slow(policy, took) {
            return self.open(now, word);
        }
        let enough = self.probes.succeeded(ticket.probe) >= policy.probes.successes;
        if enough {
            self.state = State::Closed;
            self.cooldown = Span::ZERO;
            self.turn();
        }
        enough
    }

    /// The call failed in a way that speaks against the lane, after `took`. Returns whether the breaker opened by it;
    /// `word` as for [`on_success`](Self::on_success).
    pub fn on_failure(&mut self, ticket: Ticket, took: Span, now: Instant, word: u64) -> bool {
        let counts = self.hand_back(&ticket) && self.policy.is_some();
        counts && (self.state != State::Closed || self.window.note(true, took, now)) && self.open(now, word)
    }

    /// The call says nothing about the lane: it was never sent, was cancelled, or failed by the caller's own fault.
    /// A probe that ends so leaves its place to another at once.
    pub fn on_neutral(&mut self, ticket: Ticket) {
        if self.hand_back(&ticket) && self.state == State::HalfOpen {
            self.probes.give_back(ticket.probe);
        }
    }

    /// The state, and until when an open one refuses, or a half-open one that has all its probes out.
    pub fn state(&self) -> (BreakerState, Instant) {
        match self.state {
            State::Closed => (BreakerState::Closed, Instant::START),
            State::Open { until } => (BreakerState::Open, until),
            State::HalfOpen => (BreakerState::HalfOpen, self.probes.oldest_lease_end()),
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

    #[cold]
    fn send_probe(&mut self, now: Instant) -> u32 {
        let Some(policy) = self.policy else { return 0 };
        if matches!(self.state, State::Open { .. }) {
            self.state = State::HalfOpen;
            self.turn();
        }
        self.probes.send(policy.probes, now)
    }

    /// Opens; returns `true`.
    #[cold]
    fn open(&mut self, now: Instant, word: u64) -> bool {
        let Some(BreakerPolicy { cooldown, .. }) = self.policy else { return false };
        self.cooldown = match self.state {
            State::Closed => cooldown.first,
            _ => grown(self.cooldown, cooldown.growth_per_mille),
        };
        self.cooldown = self.cooldown.min(cooldown.most);
        let shorter = below(word, cooldown.jitter.of(self.cooldown.0).saturating_add(1));
        self.state = State::Open { until: now + (self.cooldown - Span(shorter)) };
        self.turn();
        true
    }

    /// The next epoch begins, with everything forgotten.
    fn turn(&mut self) {
        self.epoch += 1;
        self.window.clear();
        self.probes.clear();
    }
}

impl BreakerPolicy {
    /// What the end of a call says about its lane.
    pub fn verdict(&self, result: AttemptResult) -> Verdict {
        let fails = match result {
            AttemptResult::Completed => return Verdict::Success,
            AttemptResult::RateLimited => self.counted.rate_limited,
            AttemptResult::Overloaded => self.counted.overloaded,
            AttemptResult::ServerError => self.counted.server_error,
            AttemptResult::TimedOut | AttemptResult::Stalled => self.counted.timed_out,
            AttemptResult::Disconnected
            | AttemptResult::Truncated
            | AttemptResult::StreamError
            | AttemptResult::Malformed => self.counted.broken,
            AttemptResult::Unauthorized | AttemptResult::CreditExhausted => self.counted.account,
            AttemptResult::InvalidRequest | AttemptResult::Cancelled => false,
        };
        if fails { Verdict::Failure } else { Verdict::Nothing }
    }
}

fn is_slow(policy: &BreakerPolicy, took: Span) -> bool {
    match policy.trip {
        Trip::Share(share) => share.slow.is_some_and(|slow| took > slow.after),
        Trip::Consecutive(_) => false,
    }
}

fn grown(cooldown: Span, per_mille: u32) -> Span {
    Span(u64::try_from(u128::from(cooldown.0) * u128::from(per_mille) / 1_000).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests;
