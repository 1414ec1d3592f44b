//! What is said of a length of time is the time that passed: in a queue, on the wire, at a desk.
//!
//! Each is held to the instants of the two records around it. Summed up, that is Little's law (J. D. C. Little, "A Proof
//! for the Queuing Formula L = λW", 1961) for every queue and every lane: the waits and services that a report adds up
//! are the areas under the numbers that wait and are served.

use super::Found;
use crate::open::Open;
use rushhour_base::{Event, Instant, RequestId, Span};

pub(super) struct Spans {
    open: Open<Since>,
}

/// Since when a request stands in a queue, has a call under way, or is worked on.
#[derive(Clone, Copy, Default)]
struct Since {
    queued: Option<Instant>,
    sent: Option<Instant>,
    began: Option<Instant>,
    ended: bool,
}

impl Default for Spans {
    fn default() -> Spans {
        Spans { open: Open::new() }
    }
}

impl Spans {
    #[inline]
    pub(super) fn event(&mut self, at: Instant, event: &Event, found: &mut Found) {
        match *event {
            Event::Arrived { request, .. } => drop(self.open.entry(request.0, Since::default)),
            Event::Queued { request, .. } => self.note(request, |since| since.queued = Some(at)),
            Event::Left { request, .. } => self.note(request, |since| since.queued = None),
            Event::Sent { request, waited, .. } => {
                let Some(since) = self.open.get_mut(request.0) else { return };
                since.sent = Some(at);
                let passed = since.queued.take().map_or(Span::ZERO, |queued| at.since(queued));
                same(at, request, "waited", waited, passed, found);
            }
            Event::Began { request, waited, .. } => {
                let Some(since) = self.open.get_mut(request.0) else { return };
                since.began = Some(at);
                let passed = since.queued.take().map_or(Span::ZERO, |queued| at.since(queued));
                same(at, request, "waited", waited, passed, found);
            }
            Event::Served { request, service, .. } => {
                let Some(since) = self.open.get_mut(request.0) else { return };
                let Some(began) = since.began.take() else { return };
                same(at, request, "was worked on", service, at.since(began), found);
            }
            Event::AttemptEnded { request, service, .. } => self.call_ended(at, request, service, found),
            Event::Ended { request, .. } => self.ended(request),
            _ => {}
        }
    }

    fn note(&mut self, request: RequestId, change: impl FnOnce(&mut Since)) {
        if let Some(since) = self.open.get_mut(request.0) {
            change(since);
        }
    }

    fn call_ended(&mut self, at: Instant, request: RequestId, service: Span, found: &mut Found) {
        let Some(since) = self.open.get_mut(request.0) else { return };
        let Some(sent) = since.sent.take() else { return };
        same(at, request, "had a call under way", service, at.since(sent), found);
        if since.ended {
            self.open.remove(request.0);
        }
    }

    /// A call that is cancelled together with its request may end after it.
    fn ended(&mut self, request: RequestId) {
        let Some(since) = self.open.get_mut(request.0) else { return };
        since.ended = true;
        if since.sent.is_none() {
            self.open.remove(request.0);
        }
    }
}

fn same(at: Instant, request: RequestId, deed: &str, said: Span, passed: Span, found: &mut Found) {
    if said != passed {
        found.report("spans", || {
            format!("request {request} {deed} for {passed} until {}, and {said} is said", Span(at.0))
        });
    }
}
