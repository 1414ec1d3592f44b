//! The first gate: who asks, before anything is spent.

use crate::env::Env;
use crate::fleet::Fleet;
use rushhour_base::event::{Reason, RiskRule};
use rushhour_base::{Ask, Event};
use rushhour_core::risk::{Decision, Incoming};

/// Judges who asks and how, and tells what was decided. Why a request may not go on, if it may not.
pub(crate) fn judge<E: Env>(fleet: &Fleet<E>, ask: &Ask) -> Result<(), Reason> {
    let Some(risk) = &fleet.risk else { return Ok(()) };
    let Ask { request, user, source, text, input_tokens, .. } = *ask;
    let mut risk = risk.borrow_mut();
    let verdict = risk.judge(Incoming { user, source, text, input_tokens }, fleet.env.now());
    for change in risk.drain_changes() {
        let (user, from, to, rule) = (change.user, change.from, change.to, change.rule);
        fleet.env.emit(Event::StandingChanged { user, from, to, rule });
    }
    let Decision::Throttled { rule, until } = verdict.decision else { return Ok(()) };
    fleet.env.emit(Event::Throttled { request, user, source, standing: verdict.standing, rule, until });
    Err(match rule {
        RiskRule::UserMinute | RiskRule::UserDay | RiskRule::UserTokens | RiskRule::Source => {
            Reason::UserLimit
        }
        _ => Reason::SuspectedAbuse,
    })
}
