//! Whoever a model answers gets a whole reply that nobody stopped.
//!
//! A check looks at the last whole reply to a request, once. If it stops the reply, what it said follows: the model is asked again, the
//! request falls, or a person looks at it; and only then may a reply go out. What summarises a history answers nobody.

use super::Found;
use crate::open::Open;
use rushhour_base::event::{AttemptKind, IssueKind, Reason, ValidationAction};
use rushhour_base::message::AttemptResult;
use rushhour_base::{CallId, Event, Instant, Outcome, RequestId, Span};

pub(super) struct Replies {
    open: Open<Reply>,
}

/// The last whole reply to an open request.
#[derive(Clone, Copy, Default)]
struct Reply {
    /// The call under way summarises.
    summarizes: bool,
    /// Its attempt and its call; `None` if there is none, or another call went out since.
    of: Option<(u16, CallId)>,
    /// What the check said is to follow.
    follows: Option<ValidationAction>,
    /// A person looked at it.
    reviewed: bool,
}

impl Replies {
    pub(super) fn new() -> Replies {
        Replies { open: Open::new() }
    }

    #[inline]
    pub(super) fn event(&mut self, at: Instant, event: &Event, found: &mut Found) {
        match *event {
            Event::Sent { request, kind, .. } => self.sent(at, request, kind, found),
            Event::AttemptEnded { request, attempt, call, result, .. } => {
                self.came(request, result == AttemptResult::Completed, (attempt, call));
            }
            Event::Validated { request, attempt, call, valid, issue, issues, action, .. } => {
                if valid || issue != IssueKind::None && issues > 0 {
                    self.checked(at, request, (attempt, call), action, found);
                } else {
                    found.report("replies", || {
                        format!("call {call} is said not to be valid at {} for no reason", Span(at.0))
                    });
                }
            }
            Event::Reviewed { request, call, .. } => self.reviewed(at, request, call, found),
            Event::Fell { request, reason: Reason::Invalid, .. } => {
                let to_blame = self.open.get_mut(request.0).is_some_and(|reply| {
                    let meant =
                        matches!(reply.follows, Some(ValidationAction::Fall | ValidationAction::Review));
                    meant && !reply.reviewed
                });
                if !to_blame {
                    found.report("replies", || {
                        format!("request {request} fell at {} for a reply that was not stopped", Span(at.0))
                    });
                }
            }
            Event::Ended { request, outcome, rung, .. } => {
                let reply = self.open.remove(request.0).unwrap_or_default();
                if outcome == Outcome::Answered && rung.is_ai() {
                    went_out(at, request, reply, found);
                }
            }
            _ => {}
        }
    }

    #[inline]
    fn sent(&mut self, at: Instant, request: RequestId, kind: AttemptKind, found: &mut Found) {
        let before = match kind {
            AttemptKind::Summary | AttemptKind::Regeneration => self.open.entry(request.0, Reply::default),
            _ => match self.open.get_mut(request.0) {
                Some(reply) => reply,
                None => return,
            },
        };
        if kind == AttemptKind::Summary {
            before.summarizes = true;
            return;
        }
        let before = std::mem::take(before);
        let stopped = before.follows == Some(ValidationAction::Regenerate);
        if kind == AttemptKind::Regeneration && !stopped {
            found.report("replies", || {
                format!("request {request} was asked again at {}, and nobody had said so", Span(at.0))
            });
        }
        if before.of.is_some() && !before.was_stopped() {
            found.report("replies", || {
                format!(
                    "request {request} went on at {} although it had a reply that nobody stopped",
                    Span(at.0)
                )
            });
        }
    }

    #[inline]
    fn came(&mut self, request: RequestId, whole: bool, of: (u16, CallId)) {
        if !whole {
            if let Some(reply) = self.open.get_mut(request.0) {
                reply.summarizes = false;
            }
            return;
        }
        let reply = self.open.entry(request.0, Reply::default);
        if !std::mem::take(&mut reply.summarizes) {
            *reply = Reply { of: Some(of), ..Reply::default() };
        }
    }

    fn checked(
        &mut self,
        at: Instant,
        request: RequestId,
        of: (u16, CallId),
        action: ValidationAction,
        found: &mut Found,
    ) {
        match self.open.get_mut(request.0) {
            Some(reply) if reply.of == Some(of) && reply.follows.is_none() => reply.follows = Some(action),
            _ => found.report("replies", || {
                let (attempt, call) = of;
                format!(
                    "attempt {attempt} of request {request}, call {call}, was checked at {} and is no new reply to it",
                    Span(at.0)
                )
            }),
        }
    }

    fn reviewed(&mut self, at: Instant, request: RequestId, call: CallId, found: &mut Found) {
        let meant = |reply: &&mut Reply| {
            reply.of.is_some_and(|(_, of)| of == call)
                && reply.follows == Some(ValidationAction::Review)
                && !reply.reviewed
        };
        match self.open.get_mut(request.0).filter(meant) {
            Some(reply) => reply.reviewed = true,
            None => found.report("replies", || {
                format!("call {call} of request {request} was reviewed at {} and not meant to be", Span(at.0))
            }),
        }
    }
}

impl Reply {
    /// Whether the check did not let it go out as it was.
    fn was_stopped(&self) -> bool {
        self.follows.is_some_and(|follows| follows != ValidationAction::Accept)
    }
}

#[inline]
fn went_out(at: Instant, request: RequestId, reply: Reply, found: &mut Found) {
    if reply.of.is_none() {
        found.report("replies", || {
            format!("request {request} was answered by a model at {} without a whole reply", Span(at.0))
        });
    }
    if reply.was_stopped() && !reply.reviewed {
        found.report("replies", || {
            format!("request {request} was answered at {} with a reply that had been stopped", Span(at.0))
        });
    }
}

#[cfg(test)]
mod tests;
