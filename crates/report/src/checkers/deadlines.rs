//! Nothing begins for a request whose answer would come too late, and none leaves a queue for it before its time.

use super::Found;
use crate::open::Open;
use rushhour_base::event::Reason;
use rushhour_base::{Event, Instant, RequestId, Span};

#[derive(Default)]
pub(super) struct Deadlines {
    /// Of open requests that have one, by which their fleets go.
    open: Option<Open<Instant>>,
}

impl Deadlines {
    #[inline]
    pub(super) fn event(&mut self, at: Instant, event: &Event, found: &mut Found) {
        match *event {
            Event::DeadlineSet { request, deadline, obeyed: true } => {
                self.open.get_or_insert_with(Open::new).entry(request.0, || deadline);
            }
            Event::Sent { request, .. } => self.begins(at, request, "a call was sent", found),
            Event::Began { request, .. } => self.begins(at, request, "work began", found),
            Event::Left { request, reason: Reason::Deadline, .. } => self.leaves(at, request, found),
            Event::Ended { request, .. } => {
                if let Some(open) = &mut self.open {
                    open.remove(request.0);
                }
            }
            _ => {}
        }
    }

    #[inline]
    fn of(&mut self, request: RequestId) -> Option<Instant> {
        self.open.as_mut()?.get_mut(request.0).copied()
    }

    fn leaves(&mut self, at: Instant, request: RequestId, found: &mut Found) {
        if self.of(request).is_none_or(|deadline| at < deadline) {
            found.report("deadlines", || {
                format!("request {request} left a queue for its deadline at {}, before it", Span(at.0))
            });
        }
    }

    #[inline]
    fn begins(&mut self, at: Instant, request: RequestId, deed: &str, found: &mut Found) {
        if let Some(deadline) = self.of(request).filter(|deadline| at >= *deadline) {
            found.report("deadlines", || {
                format!(
                    "{deed} for request {request} at {}, whose deadline was {}",
                    Span(at.0),
                    Span(deadline.0)
                )
            });
        }
    }
}
