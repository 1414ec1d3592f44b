//! Costs that are no tokens: what falls due when a request arrives, and when its answer is reviewed.

use crate::env::Env;
use crate::fleet::Fleet;
use rushhour_base::{Ask, Event, Purpose, Rung};
use rushhour_core::ledger::Payer;
use rushhour_core::settings::{CostLine, CostPer};

/// Which answers a person reviews.
const REVIEW: Purpose = Purpose::named("review");

/// A request arrived.
#[inline]
pub(crate) fn on_arrival<E: Env>(fleet: &Fleet<E>, ask: &Ask) {
    if !fleet.policy.costs.is_empty() {
        book(fleet, ask, |_, line| line.per == CostPer::Message);
    }
}

/// A request was answered on a rung. Of answers by models some are reviewed.
#[inline]
pub(crate) fn on_answer<E: Env>(fleet: &Fleet<E>, ask: &Ask, rung: Rung) {
    if rung.is_ai() && !fleet.policy.costs.is_empty() {
        book(fleet, ask, |number, line| match line.per {
            CostPer::Review { share } => {
                let ordinal = u64::from(ask.request.turn()) << 16 | number as u64;
                share.holds(fleet.seed.draw(REVIEW, ask.luck, ordinal).word(0))
            }
            _ => false,
        });
    }
}

fn book<E: Env>(fleet: &Fleet<E>, ask: &Ask, falls_due: impl Fn(usize, &CostLine) -> bool) {
    let (request, workflow) = (ask.request, ask.workflow);
    let payer = Payer { workflow, agent: request.agent(), user: ask.user };
    for (number, line) in fleet.policy.costs.iter().enumerate() {
        if line.covers(payer) && falls_due(number, line) {
            fleet.control.borrow_mut().expense(number, payer);
            let (cause, amount) = (line.cause(), line.amount);
            fleet.env.emit(Event::Expensed { request, workflow, line: number as u16, cause, amount });
        }
    }
}
