//! Steps 4 to 6: a lane is picked, the history is cut to it, and the grant is waited for.

use crate::env::Env;
use crate::fit;
use crate::fleet::Fleet;
use crate::journey::Journey;
use crate::route::{Lanes, Shunned, pick};
use crate::sends::Sends;
use rushhour_base::event::Reason;
use rushhour_base::{Ask, LaneId};
use rushhour_core::control::{Control, Entry, Grant, Want};
use rushhour_core::limiter::Charge;
use rushhour_core::settings::OutputHold;

/// Chooses a healthy lane, or stays at one, and waits for its grant. A lane that turns the request away at once, or is
/// shut while it waits, leaves the choice to the others of the rung.
pub(crate) async fn grant_on_some_lane<E: Env>(
    fleet: &Fleet<E>,
    ask: &Ask,
    rung: Lanes<'_>,
    journey: &mut Journey,
    (mut shunned, mut stays_at): (Shunned, Option<usize>),
) -> Result<(Grant, usize), Reason> {
    let mut turned_away = None;
    loop {
        let place = match stays_at.take() {
            Some(place) => place,
            None => pick(fleet, ask, rung, journey, shunned).map_err(|none| turned_away.unwrap_or(none))?,
        };
        shunned.add(place);
        let lane = rung.lanes[place].lane;
        if fit::is_asked_for(fleet, journey) {
            // In a box, so that requests of fleets that cut nothing stay small.
            Box::pin(fit::fit(fleet, ask, lane, journey)).await;
        }
        turned_away = Some(match ask_for(fleet, ask, lane, Sends::answer(fleet, ask, journey)) {
            Ok(Entry::Granted(grant)) => return Ok((grant, place)),
            Ok(Entry::Refused(reason)) | Err(reason) => reason,
            Ok(Entry::Waiting(seat)) => match fleet.wait_at(seat, ask.request, lane).await {
                Err(Reason::BreakerOpen) => Reason::BreakerOpen,
                verdict => return verdict.map(|grant| (grant, place)),
            },
        });
    }
}

/// Asks for the grant of a call, if it fits the lane. A function of its own, so that nothing of this is kept while the request
/// waits.
#[inline]
pub(crate) fn ask_for<E: Env>(
    fleet: &Fleet<E>,
    ask: &Ask,
    lane: LaneId,
    sends: Sends,
) -> Result<Entry, Reason> {
    fleet.with(|control, now| Ok(control.enqueue(want(fleet, ask, lane, sends, control)?, now)))
}

/// What a call wants to be granted; or that it does not fit the lane.
#[inline]
fn want<E: Env>(
    fleet: &Fleet<E>,
    ask: &Ask,
    lane: LaneId,
    sends: Sends,
    control: &Control,
) -> Result<Want, Reason> {
    let Sends { counted_tokens, max_tokens, .. } = sends;
    if !control.fits(lane, counted_tokens, max_tokens) {
        return Err(Reason::ContextLimit);
    }
    let output_tokens = match fleet.policy.limiter.output_hold {
        OutputHold::MaxTokens => max_tokens,
        OutputHold::Tokens(tokens) => tokens.min(max_tokens),
    };
    Ok(Want {
        request: ask.request,
        user: ask.user,
        workflow: ask.workflow,
        priority: ask.priority,
        lane,
        charge: Charge { input_tokens: counted_tokens, output_tokens },
        worst_case: control.worst_case(lane, counted_tokens, max_tokens),
        deadline: ask.deadline,
    })
}
