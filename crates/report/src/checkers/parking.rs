//! What is parked holds nothing and does nothing, and nothing parked is lost: each request that was parked was taken up,
//! given up or abandoned, or is still parked at the end.

use super::Found;
use crate::open::Open;
use rushhour_base::event::Reason;
use rushhour_base::{Event, Instant, Outcome, RequestId, Span};

#[derive(Default)]
pub(super) struct Parking {
    /// Requests that were parked, with how they stand.
    known: Option<Open<Stay>>,
    parked: u64,
    unparked: u64,
    /// Stays that ended with the request, by whatever end.
    ended: u64,
}

#[derive(Clone, Copy)]
struct Stay {
    /// Since when it is parked, if it is.
    since: Option<Instant>,
    attempts: u32,
    /// When it became a dead letter, and why.
    dead: Option<(Instant, Reason)>,
}

impl Parking {
    #[inline]
    pub(super) fn event(&mut self, at: Instant, event: &Event, found: &mut Found) {
        match *event {
            Event::Parked { request, attempts, .. } => self.on_parked(at, request, attempts, found),
            Event::Unparked { request, waited } => self.on_unparked(at, request, waited, found),
            Event::DeadLettered { request, reason, attempts, .. } => {
                self.on_dead(at, request, reason, attempts, found);
            }
            Event::Ended { request, outcome, reason, .. } => {
                self.on_ended(at, request, outcome, reason, found);
            }
            Event::Queued { request, .. }
            | Event::Sent { request, .. }
            | Event::Began { request, .. }
            | Event::Served { request, .. }
            | Event::Fell { request, .. } => self.must_be_active(at, request, event, found),
            _ => {}
        }
    }

    pub(super) fn finish(&mut self, found: &mut Found) {
        let (parked, unparked, ended) = (self.parked, self.unparked, self.ended);
        if parked != unparked + ended {
            found.report("parking", || {
                format!("{parked} stays began, {unparked} were taken up and {ended} ended otherwise")
            });
        }
    }

    fn stay(&mut self, request: RequestId) -> Option<&mut Stay> {
        self.known.as_mut()?.get_mut(request.0)
    }

    fn on_parked(&mut self, at: Instant, request: RequestId, attempts: u32, found: &mut Found) {
        self.parked += 1;
        let known = self.known.get_or_insert_with(Open::new);
        let stay = known.entry(request.0, || Stay { since: None, attempts: 0, dead: None });
        if stay.since.is_some() || stay.dead.is_some() || attempts < stay.attempts {
            found.report("parking", || {
                format!(
                    "request {request} was parked at {} with {attempts} attempts, and was so before",
                    Span(at.0)
                )
            });
        }
        (stay.since, stay.attempts) = (Some(at), attempts);
    }

    fn on_unparked(&mut self, at: Instant, request: RequestId, waited: Span, found: &mut Found) {
        self.unparked += 1;
        let since = self.stay(request).and_then(|stay| stay.since.take());
        if since.is_none_or(|since| at.since(since) != waited) {
            found.report("parking", || {
                format!("request {request} was taken up at {} after {waited}, which is not so", Span(at.0))
            });
        }
    }

    fn on_dead(&mut self, at: Instant, request: RequestId, reason: Reason, attempts: u32, found: &mut Found) {
        match self.stay(request) {
            Some(stay) if stay.dead.is_none() && attempts >= stay.attempts => {
                let was_parked = stay.since.take().is_some();
                stay.dead = Some((at, reason));
                self.ended += u64::from(was_parked);
            }
            _ => found.report("parking", || {
                format!(
                    "request {request} became a dead letter at {} and was never parked, or twice",
                    Span(at.0)
                )
            }),
        }
    }

    fn on_ended(
        &mut self,
        at: Instant,
        request: RequestId,
        outcome: Outcome,
        reason: Reason,
        found: &mut Found,
    ) {
        let stay = self.known.as_mut().and_then(|known| known.remove(request.0));
        let is_parked = stay.is_some_and(|stay| stay.since.is_some());
        self.ended += u64::from(is_parked);
        let fits = match stay.and_then(|stay| stay.dead) {
            Some(dead) => dead == (at, reason) && outcome == Outcome::Failed,
            None if is_parked => matches!(outcome, Outcome::Parked | Outcome::Abandoned),
            None => outcome != Outcome::Parked,
        };
        if !fits {
            let how = if is_parked { "was" } else { "was not" };
            found.report("parking", || {
                format!("request {request} ended as {outcome} at {} and {how} parked", Span(at.0))
            });
        }
    }

    #[inline]
    fn must_be_active(&mut self, at: Instant, request: RequestId, event: &Event, found: &mut Found) {
        let Some(stay) = self.stay(request) else { return };
        if stay.since.is_some() || stay.dead.is_some() {
            found.report("parking", || {
                let deed = rushhour_base::record::Record::kind(event);
                format!("request {request} was {deed} at {} while it was parked or dead", Span(at.0))
            });
        }
    }
}
