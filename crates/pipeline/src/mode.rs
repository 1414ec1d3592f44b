//! Step 3: what the fleet's mode allows a request, and what the request's fate says about the mode.

use crate::env::Env;
use crate::fleet::Fleet;
use crate::journey::Journey;
use rushhour_base::event::Reason;
use rushhour_base::{AgentId, Ask, Purpose, Rung, Span};
use rushhour_core::control::Control;
use rushhour_core::ladder::{Passage, Pressure};
use rushhour_core::settings::{Answerer, LadderPolicy};

/// Whether a request is a probe of the mode above.
const PROBE: Purpose = Purpose::named("probe of the mode above");

/// What the fleet's mode says about one walk along the chain.
pub(crate) struct Mode<'a, E: Env> {
    fleet: &'a Fleet<E>,
    /// Nothing where there is no ladder: then everything is allowed.
    passage: Option<Passage>,
}

impl<'a, E: Env> Mode<'a, E> {
    /// Asks the ladder, which looks at the state of the fleet as it is now.
    pub(crate) fn enter(fleet: &'a Fleet<E>, ask: &Ask, journey: &Journey) -> Mode<'a, E> {
        let Some(ladder) = &fleet.ladder else { return Mode { fleet, passage: None } };
        let mut ladder = ladder.borrow_mut();
        let pressure = pressure(fleet, ladder.policy(), ask.request.agent());
        let number = u64::from(ask.request.turn()) << 16 | u64::from(journey.walks + journey.stays);
        let word = || fleet.seed.draw(PROBE, ask.luck, number).word(0);
        let (passage, moved) = ladder.enter(pressure, fleet.env.now(), word);
        moved.into_iter().for_each(|event| fleet.env.emit(event));
        Mode { fleet, passage: Some(passage) }
    }

    /// Whether the request may ask a rung.
    #[inline]
    pub(crate) fn allows(&self, rung: Rung) -> bool {
        self.passage.is_none_or(|passage| passage.step().allows(rung))
    }

    /// A rung answered the request, or failed to.
    #[inline]
    pub(crate) fn tell(&self, rung: Rung, answered: Result<(), Reason>) {
        let (Some(passage), Some(ladder)) = (self.passage, &self.fleet.ladder) else { return };
        if passage.step().first != rung {
            return;
        }
        let mut ladder = ladder.borrow_mut();
        let failed = match answered {
            Ok(()) => false,
            Err(reason) if speaks_against(reason, rung, ladder.policy().count_queue) => true,
            Err(_) => return,
        };
        let moved = ladder.on_outcome(passage, failed, self.fleet.env.now());
        moved.into_iter().for_each(|event| self.fleet.env.emit(event));
    }
}

/// Whether a request that a rung gave up for this reason speaks against the rung. Money, the caller's own faults and what
/// rules do not know say nothing about it; a full queue speaks against rules and people, who have no other limit, and
/// against models if the policy says so.
fn speaks_against(reason: Reason, rung: Rung, count_queue: bool) -> bool {
    match reason {
        Reason::BreakerOpen
        | Reason::Correlated
        | Reason::RetriesExhausted
        | Reason::RetryBudget
        | Reason::RuleFell
        | Reason::ToldToWait => true,
        Reason::QueueFull | Reason::QueueTimeout | Reason::Deadline => count_queue || !rung.is_ai(),
        _ => false,
    }
}

fn pressure<E: Env>(fleet: &Fleet<E>, policy: &LadderPolicy, agent: AgentId) -> Pressure {
    if policy.budget_at.is_none() && policy.queue_wait.is_none() {
        return Pressure::default();
    }
    let (control, now) = (fleet.control.borrow(), fleet.env.now());
    Pressure {
        budget: policy.budget_at.is_some_and(|share| control.has_spent(share, now)),
        queue: policy.queue_wait.is_some_and(|longest| longest_wait(fleet, &control, agent) >= longest),
    }
}

fn longest_wait<E: Env>(fleet: &Fleet<E>, control: &Control, agent: AgentId) -> Span {
    let Answerer::Models(lanes) = &fleet.policy.chain[0].answered_by else { return Span::ZERO };
    let waits = lanes.iter().filter(|lane| lane.weight > 0);
    let waits = waits.map(|lane| control.longest_wait(lane.lane, agent, fleet.env.now()));
    waits.max().unwrap_or(Span::ZERO)
}
