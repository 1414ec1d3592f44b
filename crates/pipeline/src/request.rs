//! The story of one request, top to bottom.

use crate::attempt::Attempt;
use crate::env::Env;
use crate::fleet::Fleet;
use crate::race::{Either, race};
use rushhour_base::event::{AttemptKind, Cause, Reason};
use rushhour_base::message::CallError;
use rushhour_base::{Ask, CallId, Event, LaneId, Outcome, Purpose, Rung, Span};
use rushhour_core::control::{Grant, Want};
use rushhour_core::limiter::Charge;
use rushhour_core::retry::Next;
use rushhour_core::router::choose;
use rushhour_core::settings::{Answerer, OutputHold, Staff, WeightedLane};

/// Which lane of a rung a request takes.
const ROUTE: Purpose = Purpose::named("route");
/// How long a retry waits below its ceiling.
const RETRY_JITTER: Purpose = Purpose::named("retry jitter");
/// Whether rules or people can answer a request, and how long they take.
const STAFF: Purpose = Purpose::named("staff");

/// How a request ended: its outcome, the rung that answered or was tried last, and why there is no answer.
type Ending = (Outcome, Rung, Reason);

/// Carries one request from its arrival to its end.
pub async fn answer<E: Env>(fleet: &Fleet<E>, ask: Ask) {
    let request = ask.request;
    fleet.env.emit(Event::Arrived {
        request,
        agent: request.agent(),
        workflow: ask.workflow,
        priority: ask.priority,
        intended: ask.intended,
        input_tokens: ask.input_tokens,
        max_tokens: ask.max_tokens,
    });
    fleet.control.borrow_mut().on_request();
    let (outcome, rung, reason) = if ask.patience == Span::MAX {
        walk_the_chain(fleet, &ask).await
    } else {
        within_patience(fleet, &ask).await
    };
    fleet.env.emit(Event::Ended { request, outcome, rung, reason });
}

async fn within_patience<E: Env>(fleet: &Fleet<E>, ask: &Ask) -> Ending {
    let gives_up = fleet.env.sleep_until(ask.intended + ask.patience);
    match race(walk_the_chain(fleet, ask), gives_up).await {
        Either::First(ending) => ending,
        Either::Second(()) => (Outcome::Abandoned, fleet.policy.chain[0].rung, Reason::Patience),
    }
}

/// Asks rung after rung until one answers. Every hop checks context, budget and quota anew, because every hop asks
/// for a grant of its own.
async fn walk_the_chain<E: Env>(fleet: &Fleet<E>, ask: &Ask) -> Ending {
    let mut attempts = 0;
    let mut last = (Rung::Primary, Reason::ChainEnd);
    for (index, step) in fleet.policy.chain.iter().enumerate() {
        if index > 0 {
            fleet.env.emit(Event::Fell { request: ask.request, from: last.0, to: step.rung, reason: last.1 });
        }
        let answered = match &step.answered_by {
            Answerer::Models(lanes) => ask_models(fleet, ask, lanes, index, &mut attempts).await,
            Answerer::Staff(staff) => ask_staff(fleet, ask, staff, step.rung).await,
        };
        match answered {
            Ok(()) => return (Outcome::Answered, step.rung, Reason::None),
            Err(reason) => last = (step.rung, reason),
        }
    }
    // Turned away before anything was tried is a refusal; tried in vain is a failure.
    let outcome = if attempts == 0 { Outcome::Refused } else { Outcome::Failed };
    (outcome, last.0, last.1)
}

/// One rung of models: grant, call, settle, and again as the retry policy allows.
async fn ask_models<E: Env>(
    fleet: &Fleet<E>,
    ask: &Ask,
    lanes: &[WeightedLane],
    rung_index: usize,
    attempts: &mut u16,
) -> Result<(), Reason> {
    let mut tries = 0;
    loop {
        let (lane, grant) = grant_on_some_lane(fleet, ask, lanes, *attempts).await?;
        let kind = match (tries, rung_index) {
            (0, 0) => AttemptKind::First,
            (0, _) => AttemptKind::Fallback,
            _ => AttemptKind::Retry,
        };
        let number = *attempts;
        *attempts += 1;
        tries += 1;
        match Attempt::send(fleet, ask, grant, number, kind).outcome(lane).await {
            Ok(()) => return Ok(()),
            Err(error) => wait_for_retry(fleet, ask, error, tries, number).await?,
        }
    }
}

/// Chooses a healthy lane and waits for its grant; chooses again if the lane turned unhealthy meanwhile.
async fn grant_on_some_lane<E: Env>(
    fleet: &Fleet<E>,
    ask: &Ask,
    lanes: &[WeightedLane],
    attempt: u16,
) -> Result<(LaneId, Grant), Reason> {
    loop {
        let lane = pick(fleet, ask, lanes, attempt).ok_or(Reason::BreakerOpen)?;
        match fleet.grant(want(fleet, ask, lane)).await {
            Ok(grant) => return Ok((lane, grant)),
            Err(Reason::BreakerOpen) if lanes.len() > 1 => {}
            Err(reason) => return Err(reason),
        }
    }
}

fn pick<E: Env>(fleet: &Fleet<E>, ask: &Ask, lanes: &[WeightedLane], attempt: u16) -> Option<LaneId> {
    let (control, now) = (fleet.control.borrow(), fleet.env.now());
    let healthy = |lane| control.healthy(lane, now);
    match lanes {
        [only] => healthy(only.lane).then_some(only.lane),
        _ => choose(lanes, healthy, fleet.seed.draw(ROUTE, ask.request.0, u64::from(attempt)).word(0)),
    }
}

fn want<E: Env>(fleet: &Fleet<E>, ask: &Ask, lane: LaneId) -> Want {
    let output_tokens = match fleet.policy.limiter.output_hold {
        OutputHold::MaxTokens => ask.max_tokens,
        OutputHold::Tokens(tokens) => tokens.min(ask.max_tokens),
    };
    let charge = Charge { input_tokens: ask.input_tokens, output_tokens };
    let worst_case = fleet.control.borrow().worst_case(lane, charge, ask.max_tokens);
    Want { request: ask.request, workflow: ask.workflow, priority: ask.priority, lane, charge, worst_case }
}

/// Sleeps until the retry is due, holding nothing; or says why the rung is given up.
async fn wait_for_retry<E: Env>(
    fleet: &Fleet<E>,
    ask: &Ask,
    error: CallError,
    tries: u32,
    attempt: u16,
) -> Result<(), Reason> {
    let word = fleet.seed.draw(RETRY_JITTER, ask.request.0, u64::from(attempt)).word(0);
    match fleet.policy.retry.next(tries, error, word) {
        Next::Fall(reason) => Err(reason),
        Next::Wait(_) if !fleet.control.borrow_mut().may_retry() => Err(Reason::RetryBudget),
        Next::Wait(span) => {
            fleet.env.sleep_until(fleet.env.now() + span).await;
            Ok(())
        }
    }
}

/// Rules or people: they wait for a free hand, take their time, and cost money.
async fn ask_staff<E: Env>(fleet: &Fleet<E>, ask: &Ask, staff: &Staff, rung: Rung) -> Result<(), Reason> {
    let draw = fleet.seed.draw(STAFF, ask.request.0, rung as u64);
    if !staff.answers.holds(draw.word(0)) {
        return Err(Reason::NoRule);
    }
    let grant = fleet
        .grant(Want {
            request: ask.request,
            workflow: ask.workflow,
            priority: ask.priority,
            lane: staff.lane,
            charge: Charge::default(),
            worst_case: staff.cost,
        })
        .await?;
    let service = staff.service(draw.word(1));
    let mut shift = Shift { fleet, waited: grant.waited(), grant: Some(grant) };
    fleet.env.sleep_until(fleet.env.now() + service).await;
    shift.finish(ask, rung, service);
    Ok(())
}

/// Somebody at work on a request. If the request is cancelled, the work so far is not paid.
struct Shift<'a, E: Env> {
    fleet: &'a Fleet<E>,
    waited: Span,
    grant: Option<Grant>,
}

impl<E: Env> Shift<'_, E> {
    fn finish(&mut self, ask: &Ask, rung: Rung, service: Span) {
        let Some(grant) = self.grant.take() else { return };
        let (fleet, request, workflow, lane) = (self.fleet, ask.request, ask.workflow, grant.lane());
        fleet.env.emit(Event::Served { request, lane, waited: self.waited, service });
        let cause = if rung == Rung::Human { Cause::Human } else { Cause::Rules };
        if let Some(posting) = fleet.with(|control, now| control.settle_staff(grant, cause, now)) {
            let (amount, estimated, call) = (posting.amount, posting.estimated, CallId::default());
            fleet.env.emit(Event::Posted { request, workflow, lane, call, cause, amount, estimated });
        }
    }
}

impl<E: Env> Drop for Shift<'_, E> {
    fn drop(&mut self) {
        if let Some(grant) = self.grant.take() {
            self.fleet.with(|control, now| control.void(grant, now));
        }
    }
}
