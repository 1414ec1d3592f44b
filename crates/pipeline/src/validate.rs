//! Step 10: a whole reply is checked against the facts that its request carries, before it goes out.

use crate::attempt::Whole;
use crate::env::Env;
use crate::fleet::Fleet;
use crate::journey::Journey;
use crate::sends::prompt;
use crate::staff::work;
use rushhour_base::event::{Cause, Event, Reason, ValidationAction};
use rushhour_base::{Ask, Call, CallId, History, Part, Purpose};
use rushhour_core::settings::{ReplyStructure, ReviewPolicy, ValidationPolicy};
use rushhour_core::validator::{Given, ValidationResult, validate};

/// How long a review takes, and whether it is a close one.
const REVIEWERS: Purpose = Purpose::named("reviewers");

/// What becomes of a whole reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Checked {
    /// It goes out.
    Passed,
    /// The model is asked again, under a stricter prompt.
    Regenerate,
}

/// Whether there is somebody who checks replies, and something to check them by.
#[inline]
pub(crate) fn is_asked_for<E: Env>(fleet: &Fleet<E>, journey: &Journey) -> bool {
    fleet.policy.validation.is_some() && journey.history.is_some()
}

/// Checks a reply, and does what the policy says of one that is wrong.
///
/// # Errors
/// Why the rung is given up, if it is: the reply is wrong, and nobody put it right.
pub(crate) async fn check<E: Env>(
    fleet: &Fleet<E>,
    ask: &Ask,
    journey: &Journey,
    (call, whole): (Call, Whole),
) -> Result<Checked, Reason> {
    let (Some(policy), Some(history)) = (&fleet.policy.validation, journey.history.as_deref()) else {
        return Ok(Checked::Passed);
    };
    let Some(said) = fleet.env.said(&call, prompt(journey)) else { return Ok(Checked::Passed) };
    let found = fleet.env.timed(Part::Validator, || validate(&said, &given(policy, history)));
    drop(said);
    let action = action(policy, journey, &found);
    tell(fleet, (&call, whole.call), &found, action);
    match action {
        ValidationAction::Accept => Ok(Checked::Passed),
        ValidationAction::Regenerate => Ok(Checked::Regenerate),
        ValidationAction::Fall => Err(Reason::Invalid),
        ValidationAction::Review => match policy.review {
            Some(review) => look_at(fleet, ask, review, (&call, whole.call)).await,
            None => Err(Reason::Invalid),
        },
    }
}

fn given<'a>(policy: &'a ValidationPolicy, history: &'a History) -> Given<'a> {
    let structure = policy.structure.as_ref().filter(|_| history.structured);
    let asked = history.asked.as_ref().map(|(topic, subject)| (&**topic, &**subject));
    Given { facts: &history.facts, asked, structure: structure.map(ReplyStructure::reader) }
}

fn action(policy: &ValidationPolicy, journey: &Journey, found: &ValidationResult) -> ValidationAction {
    if found.valid && found.confidence >= policy.confidence_min {
        return ValidationAction::Accept;
    }
    match policy.on_invalid {
        ValidationAction::Regenerate if u32::from(journey.regenerations) >= policy.regenerations => {
            policy.then
        }
        action => action,
    }
}

fn tell<E: Env>(
    fleet: &Fleet<E>,
    (call, id): (&Call, CallId),
    found: &ValidationResult,
    action: ValidationAction,
) {
    fleet.env.emit(Event::Validated {
        request: call.request,
        attempt: call.attempt,
        call: id,
        valid: found.valid,
        confidence: found.confidence,
        issue: found.gravest(),
        issues: u16::try_from(found.issues.len()).unwrap_or(u16::MAX),
        claims: u16::try_from(found.claims).unwrap_or(u16::MAX),
        tone: found.tone,
        action,
    });
}

/// Has a person look at a reply. One that nobody has the time to look at does not go out.
async fn look_at<E: Env>(
    fleet: &Fleet<E>,
    ask: &Ask,
    review: ReviewPolicy,
    (call, id): (&Call, CallId),
) -> Result<Checked, Reason> {
    let number = u64::from(ask.request.turn()) << 16 | u64::from(call.attempt);
    let draw = fleet.seed.draw(REVIEWERS, ask.luck, number);
    let service = review.staff.service(draw.word(0));
    let looked = work(fleet, ask, &review.staff, (service, Cause::Review)).await;
    looked.map_err(|reason| match reason {
        Reason::Deadline => Reason::Deadline,
        _ => Reason::Invalid,
    })?;
    let (request, lane, closely) = (ask.request, review.staff.lane, review.finds.holds(draw.word(1)));
    fleet.env.emit(Event::Reviewed { request, lane, call: id, closely });
    Ok(Checked::Passed)
}
