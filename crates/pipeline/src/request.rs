//! The story of one request, top to bottom.

use crate::attempt::Attempt;
use crate::costs;
use crate::end::End;
use crate::env::Env;
use crate::fit;
use crate::fleet::Fleet;
use crate::gate;
use crate::grant::grant_on_some_lane;
use crate::journey::Journey;
use crate::mode::Mode;
use crate::parking::{rather_parks, serve};
use crate::race::{Either, race};
use crate::route::{Lanes, Shunned, elsewhere};
use crate::sends::{Sends, estimate, prompt};
use crate::staff::ask_staff;
use crate::validate::{self, Checked};
use rushhour_base::event::{AttemptKind, Reason};
use rushhour_base::message::{CallError, ErrorKind};
use rushhour_base::{Ask, Event, History, Instant, Outcome, Purpose, Rung, Span};
use rushhour_core::guard::Tripped;
use rushhour_core::retry::{Next, Wait};
use rushhour_core::settings::{Answerer, OnError, RungPolicy};
use std::cell::Cell;
use std::pin::pin;

/// How long a retry waits below its ceiling.
const RETRY_JITTER: Purpose = Purpose::named("retry jitter");
/// Carries one request from its arrival to its end, and says how it ended. With a `history`, what is sent of it may be cut, and
/// replies may be checked by it, as the policy says.
// An `async fn` would keep its argument twice in every request's future; a block that captures it keeps it once.
#[allow(clippy::manual_async_fn)]
pub fn answer<E: Env>(
    fleet: &Fleet<E>,
    mut ask: Ask,
    mut history: Option<Box<History>>,
) -> impl Future<Output = (Outcome, Reason)> {
    async move {
        let request = ask.request;
        fleet.env.emit(Event::Arrived {
            request,
            agent: request.agent(),
            user: ask.user,
            workflow: ask.workflow,
            priority: ask.priority,
            intended: ask.intended,
            input_tokens: ask.sent_tokens,
            max_tokens: ask.max_tokens,
        });
        if ask.deadline < Instant::NEVER {
            let (deadline, obeyed) = (ask.deadline, fleet.policy.queue.obeys_deadlines);
            fleet.env.emit(Event::DeadlineSet { request, deadline, obeyed });
            ask.deadline = if obeyed { deadline } else { Instant::NEVER };
        }
        ask.input_tokens = estimate(fleet, &ask);
        let end = End::of(fleet, request);
        if let Err(reason) = gate::judge(fleet, &ask).and_then(|()| may_go_on(fleet, &ask)) {
            end.tell(Outcome::Refused, reason);
            return (Outcome::Refused, reason);
        }
        costs::on_arrival(fleet, &ask);
        fleet.control.borrow_mut().on_request();
        let (outcome, reason) = if ask.patience == Span::MAX {
            serve(fleet, &ask, &mut history, &end).await
        } else {
            within_patience(fleet, &ask, &mut history, &end).await
        };
        if outcome == Outcome::Answered {
            costs::on_answer(fleet, &ask, end.rung.get());
        }
        end.tell(outcome, reason);
        (outcome, reason)
    }
}

/// Asks the loop guard whether the agent's task may go on.
fn may_go_on<E: Env>(fleet: &Fleet<E>, ask: &Ask) -> Result<(), Reason> {
    let (request, task) = (ask.request, ask.task);
    let Err(tripped) = fleet.control.borrow_mut().guard(request.agent(), task, ask.text) else {
        return Ok(());
    };
    let Tripped { rule, steps, repeats, spent: spent_usd } = tripped;
    fleet.env.emit(Event::LoopStopped { request, task, rule, steps, repeats, spent_usd });
    Err(Reason::LoopGuard)
}

/// Patience goes first: at the very instant at which an agent gives up, nothing more is sent on its behalf.
async fn within_patience<E: Env>(
    fleet: &Fleet<E>,
    ask: &Ask,
    history: &mut Option<Box<History>>,
    end: &End<'_, E>,
) -> (Outcome, Reason) {
    let gives_up = fleet.env.sleep_until(ask.intended + ask.patience);
    match race(pin!(gives_up), pin!(serve(fleet, ask, history, end))).await {
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
        let ends = matches!(ending.0, Outcome::Answered | Outcome::Parked);
        if ends || fleet.policy.layers.is_empty() || journey.over {
            return ending;
        }
        let Some(wait) = journey.again(fleet, ask, journey.hope.unwrap_or(ending.1)) else { return ending };
        if fleet.env.now() + wait >= ask.deadline {
            return (ending.0, Reason::Deadline);
        }
        // Whoever waits for room behind this request may go before it comes back.
        fleet.with(|_, _| ());
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
    journey.set_out();
    rung.set(fleet.policy.chain[0].rung);
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
            Answerer::Models(_) if index == 0 && !fleet.policy.classes.is_empty() => {
                ask_by_class(fleet, ask, step, journey).await
            }
            Answerer::Models(lanes) => {
                ask_models(fleet, ask, Lanes { lanes, route: step.route }, index, journey).await
            }
            Answerer::Staff(staff) => ask_staff(fleet, ask, staff, step.rung).await,
        };
        mode.tell(step.rung, answered);
        match answered {
            Ok(()) => return (Outcome::Answered, Reason::None),
            Err(reason) => last = journey.gave_up(reason),
        }
        if journey.over {
            break;
        }
    }
    let waits_for = journey.hope.unwrap_or(last);
    if rather_parks(fleet, ask, waits_for, None) {
        return (Outcome::Parked, waits_for);
    }
    // Turned away before anything was tried is a refusal; tried in vain is a failure.
    (if journey.attempts == 0 { Outcome::Refused } else { Outcome::Failed }, last)
}

/// The first rung, for a request whose class has lanes of its own: those first, then the rung's.
async fn ask_by_class<E: Env>(
    fleet: &Fleet<E>,
    ask: &Ask,
    step: &RungPolicy,
    journey: &mut Journey,
) -> Result<(), Reason> {
    let class = fleet.policy.classes.iter().find(|class| ask.difficulty <= class.up_to);
    let own = class.map(|class| Lanes { lanes: &class.lanes, route: class.route });
    let Answerer::Models(lanes) = &step.answered_by else { return Err(Reason::NoRule) };
    let all = Lanes { lanes, route: step.route };
    let mut hop = 0;
    if let Some(own) = own {
        let answered = ask_models(fleet, ask, own, 0, journey).await;
        if answered.is_ok() || journey.over {
            return answered;
        }
        hop = usize::from(journey.attempts > 0);
    }
    ask_models(fleet, ask, all, hop, journey).await
}

/// One rung of models: fit, grant, call, settle, validate, and again as the rules for errors, the retry policy and the check of
/// the reply allow. `hop` counts the rungs of models before it.
async fn ask_models<E: Env>(
    fleet: &Fleet<E>,
    ask: &Ask,
    rung: Lanes<'_>,
    hop: usize,
    journey: &mut Journey,
) -> Result<(), Reason> {
    let mut tries = 0;
    let mut drawn = Span::ZERO;
    let (mut shunned, mut stays_at) = (Shunned::default(), None);
    let mut regenerates = false;
    journey.stricter = false;
    loop {
        let (grant, place) = grant_on_some_lane(fleet, ask, rung, journey, (shunned, stays_at)).await?;
        let lane = rung.lanes[place].lane;
        let kind = match (tries, hop, journey.walks) {
            _ if std::mem::take(&mut regenerates) => AttemptKind::Regeneration,
            (0, 0, 0) => AttemptKind::First,
            (0, 1.., _) => AttemptKind::Fallback,
            _ => AttemptKind::Retry,
        };
        fit::tell(fleet, ask, lane, journey);
        let number = journey.attempts;
        let attempt = Attempt::send(fleet, ask, grant, number, kind);
        journey.attempts += 1;
        tries += 1;
        let call = Sends::answer(fleet, ask, journey).call(ask, (number, lane));
        let reply = attempt.reply(call, prompt(journey), attempt.waits()).await;
        (shunned, stays_at) = (Shunned::default(), None);
        let error = match attempt.finish(reply) {
            Err(error) => error,
            Ok(_) if !validate::is_asked_for(fleet, journey) => return Ok(()),
            Ok(whole) => {
                let call = Sends::answer(fleet, ask, journey).call(ask, (number, lane));
                match Box::pin(validate::check(fleet, ask, journey, (call, whole))).await? {
                    Checked::Passed => return Ok(()),
                    Checked::Regenerate => journey.regenerations = journey.regenerations.saturating_add(1),
                }
                (journey.stricter, regenerates) = (true, true);
                continue;
            }
        };
        journey.note(fleet, error.kind, lane);
        match fleet.policy.on_error.of(error.kind) {
            // A fault of the caller's own, or of its account, stays one, whatever the rule: no time mends it.
            OnError::Fall if no_time_mends(error.kind) => return Err(Reason::NotRetryable),
            OnError::Fall => return Err(Reason::RuleFell),
            OnError::Fail => {
                journey.over = true;
                return Err(Reason::ErrorRule);
            }
            OnError::Retry => {}
            OnError::SameLane => stays_at = Some(place),
            OnError::Reroute => {
                if let Some(others) = elsewhere(fleet, ask, rung, journey, (place, error.kind)) {
                    if tries >= fleet.policy.retry.max_attempts {
                        return Err(Reason::RetriesExhausted);
                    }
                    if !fleet.control.borrow_mut().may_retry() {
                        return Err(Reason::RetryBudget);
                    }
                    shunned = others;
                    continue;
                }
            }
        }
        let next = wait_for_retry(fleet, ask, error, (tries, drawn), journey.attempts)?;
        drawn = next.drawn;
        fleet.env.sleep_until(fleet.env.now() + next.span).await;
    }
}

fn no_time_mends(error: ErrorKind) -> bool {
    matches!(error, ErrorKind::InvalidRequest | ErrorKind::Unauthorized | ErrorKind::CreditExhausted)
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
        // Who would come back too late need not wait for it.
        Next::Wait(wait) if fleet.env.now() + wait.span >= ask.deadline => Err(Reason::Deadline),
        Next::Wait(_) if !fleet.control.borrow_mut().may_retry() => Err(Reason::RetryBudget),
        Next::Wait(wait) => Ok(wait),
    }
}
