//! The story of one request, top to bottom.

use crate::attempt::Attempt;
use crate::env::Env;
use crate::fleet::Fleet;
use crate::journey::Journey;
use crate::mode::Mode;
use crate::parking::{rather_parks, serve};
use crate::race::{Either, race};
use crate::staff::ask_staff;
use rushhour_base::event::{AttemptKind, Reason};
use rushhour_base::message::CallError;
use rushhour_base::{Ask, Event, LaneId, Outcome, Purpose, RequestId, Rung, Span};
use rushhour_core::control::{Entry, Grant, Want};
use rushhour_core::limiter::Charge;
use rushhour_core::retry::{Next, Wait};
use rushhour_core::router::choose;
use rushhour_core::settings::{Answerer, OutputHold, WeightedLane};
use std::cell::Cell;
use std::pin::pin;

/// Which lane of a rung a request takes.
const ROUTE: Purpose = Purpose::named("route");
/// How long a retry waits below its ceiling.
const RETRY_JITTER: Purpose = Purpose::named("retry jitter");

/// Carries one request from its arrival to its end.
// An `async fn` would keep its argument twice in every request's future; a block that captures it keeps it once.
#[allow(clippy::manual_async_fn)]
pub fn answer<E: Env>(fleet: &Fleet<E>, ask: Ask) -> impl Future<Output = ()> {
    async move {
        let request = ask.request;
        fleet.env.emit(Event::Arrived {
            request,
            agent: request.agent(),
            user: ask.user,
            workflow: ask.workflow,
            priority: ask.priority,
            intended: ask.intended,
            input_tokens: ask.input_tokens,
            max_tokens: ask.max_tokens,
        });
        fleet.control.borrow_mut().on_request();
        let rung = Cell::new(fleet.policy.chain[0].rung);
        let end = End { fleet, request, rung, parked: Cell::new(false), told: false };
        let (outcome, reason) = if ask.patience == Span::MAX {
            serve(fleet, &ask, &end).await
        } else {
            within_patience(fleet, &ask, &end).await
        };
        end.tell(outcome, reason);
    }
}

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
    fn tell(mut self, outcome: Outcome, reason: Reason) {
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

/// Patience goes first: at the very instant at which an agent gives up, nothing more is sent on its behalf.
async fn within_patience<E: Env>(fleet: &Fleet<E>, ask: &Ask, end: &End<'_, E>) -> (Outcome, Reason) {
    let gives_up = fleet.env.sleep_until(ask.intended + ask.patience);
    match race(pin!(gives_up), pin!(serve(fleet, ask, end))).await {
        Either::First(()) => (Outcome::Abandoned, Reason::Patience),
        Either::Second(ending) => ending,
    }
}

/// Walks the chain, and again as the layers of retries around it allow.
pub(crate) async fn walk_the_chain<E: Env>(
    fleet: &Fleet<E>,
    ask: &Ask,
    rung: &Cell<Rung>,
    journey: &mut Journey,
) -> (Outcome, Reason) {
    loop {
        let ending = walk_once(fleet, ask, rung, journey).await;
        if matches!(ending.0, Outcome::Answered | Outcome::Parked) || fleet.policy.layers.is_empty() {
            return ending;
        }
        let Some(wait) = journey.again(fleet, ask, ending.1) else { return ending };
        fleet.env.sleep_until(fleet.env.now() + wait).await;
        fleet.control.borrow_mut().on_request();
    }
}

/// Asks rung after rung until one answers. Every hop checks context, budget and quota anew, because every hop asks for a grant of
/// its own. A request that rather parks than goes on ends its walk as parked.
async fn walk_once<E: Env>(
    fleet: &Fleet<E>,
    ask: &Ask,
    rung: &Cell<Rung>,
    journey: &mut Journey,
) -> (Outcome, Reason) {
    let mode = Mode::enter(fleet, ask, journey);
    let mut last = Reason::None;
    for (index, step) in fleet.policy.chain.iter().enumerate() {
        if !mode.allows(step.rung) {
            last = if last == Reason::None { Reason::Mode } else { last };
            continue;
        }
        if rather_parks(fleet, ask, last, Some(step.rung)) {
            return (Outcome::Parked, last);
        }
        if index > 0 {
            fleet.env.emit(Event::Fell {
                request: ask.request,
                from: rung.get(),
                to: step.rung,
                reason: last,
            });
        }
        rung.set(step.rung);
        let answered = match &step.answered_by {
            Answerer::Models(lanes) => ask_models(fleet, ask, lanes, index, journey).await,
            Answerer::Staff(staff) => ask_staff(fleet, ask, staff, step.rung).await,
        };
        mode.tell(step.rung, answered);
        match answered {
            Ok(()) => return (Outcome::Answered, Reason::None),
            Err(reason) => last = reason,
        }
    }
    if rather_parks(fleet, ask, last, None) {
        return (Outcome::Parked, last);
    }
    // Turned away before anything was tried is a refusal; tried in vain is a failure.
    (if journey.attempts == 0 { Outcome::Refused } else { Outcome::Failed }, last)
}

/// One rung of models: grant, call, settle, and again as the retry policy allows.
async fn ask_models<E: Env>(
    fleet: &Fleet<E>,
    ask: &Ask,
    lanes: &[WeightedLane],
    rung_index: usize,
    journey: &mut Journey,
) -> Result<(), Reason> {
    let mut tries = 0;
    let mut drawn = Span::ZERO;
    loop {
        let grant = grant_on_some_lane(fleet, ask, lanes, journey.attempts).await?;
        let kind = match (tries, rung_index, journey.walks) {
            (0, 0, 0) => AttemptKind::First,
            (0, 1.., _) => AttemptKind::Fallback,
            _ => AttemptKind::Retry,
        };
        let attempt = Attempt::send(fleet, ask, grant, journey.attempts, kind);
        journey.attempts += 1;
        tries += 1;
        let reply = attempt.reply().await;
        match attempt.finish(reply) {
            Ok(()) => return Ok(()),
            Err(error) => {
                journey.error = Some(error.kind);
                let next = wait_for_retry(fleet, ask, error, (tries, drawn), journey.attempts)?;
                drawn = next.drawn;
                fleet.env.sleep_until(fleet.env.now() + next.span).await;
            }
        }
    }
}

/// Chooses a healthy lane and waits for its grant. A lane that turns the request away at once, or is shut while it
/// waits, leaves the choice to the others of the rung.
async fn grant_on_some_lane<E: Env>(
    fleet: &Fleet<E>,
    ask: &Ask,
    lanes: &[WeightedLane],
    attempt: u16,
) -> Result<Grant, Reason> {
    let mut turned_away = Reason::BreakerOpen;
    let mut tried = 0u64;
    loop {
        let place = pick(fleet, ask, lanes, attempt, tried).ok_or(turned_away)?;
        tried |= 1 << place.min(63);
        let lane = lanes[place].lane;
        turned_away = match fleet.with(|control, now| {
            if !control.fits(lane, ask.input_tokens, ask.max_tokens) {
                return Entry::Refused(Reason::ContextLimit);
            }
            let want = want(fleet, ask, lane, control.worst_case(lane, ask.input_tokens, ask.max_tokens));
            control.enqueue(want, now)
        }) {
            Entry::Granted(grant) => return Ok(grant),
            Entry::Refused(reason) => reason,
            Entry::Waiting(place) => match fleet.wait_at(place, ask.request, lane).await {
                Err(Reason::BreakerOpen) => Reason::BreakerOpen,
                verdict => return verdict,
            },
        };
    }
}

/// The place in `lanes` of a healthy lane that was not tried yet.
fn pick<E: Env>(
    fleet: &Fleet<E>,
    ask: &Ask,
    lanes: &[WeightedLane],
    attempt: u16,
    tried: u64,
) -> Option<usize> {
    let (control, now) = (fleet.control.borrow(), fleet.env.now());
    let open = |place: usize| tried >> place.min(63) & 1 == 0 && control.healthy(lanes[place].lane, now);
    if lanes.len() == 1 {
        return open(0).then_some(0);
    }
    let number = u64::from(ask.request.turn()) << 16 | u64::from(attempt);
    choose(lanes, open, fleet.seed.draw(ROUTE, ask.luck, number).word(0))
}

fn want<E: Env>(fleet: &Fleet<E>, ask: &Ask, lane: LaneId, worst_case: rushhour_base::Money) -> Want {
    let output_tokens = match fleet.policy.limiter.output_hold {
        OutputHold::MaxTokens => ask.max_tokens,
        OutputHold::Tokens(tokens) => tokens.min(ask.max_tokens),
    };
    let charge = Charge { input_tokens: ask.input_tokens, output_tokens };
    Want {
        request: ask.request,
        user: ask.user,
        workflow: ask.workflow,
        priority: ask.priority,
        lane,
        charge,
        worst_case,
    }
}

/// How long to wait before the rung is tried again, holding nothing; or why it is given up. `tries` were made on the
/// rung, and `drawn` was the wait before the last of them.
fn wait_for_retry<E: Env>(
    fleet: &Fleet<E>,
    ask: &Ask,
    error: CallError,
    (tries, drawn): (u32, Span),
    attempts: u16,
) -> Result<Wait, Reason> {
    let number = u64::from(ask.request.turn()) << 16 | u64::from(attempts);
    let word = fleet.seed.draw(RETRY_JITTER, ask.luck, number).word(0);
    match fleet.policy.retry.next(tries, drawn, error, word) {
        Next::Fall(reason) => Err(reason),
        Next::Wait(_) if !fleet.control.borrow_mut().may_retry() => Err(Reason::RetryBudget),
        Next::Wait(wait) => Ok(wait),
    }
}
