//! Time never runs backwards, and nobody asks before they mean to.

use super::Found;
use rushhour_base::{Event, Instant, Span};

#[derive(Default)]
pub(super) struct Order {
    last: Instant,
}

impl Order {
    pub(super) fn event(&mut self, at: Instant, event: &Event, found: &mut Found) {
        self.moment(at, found);
        if let Event::Arrived { request, intended, .. } = event
            && *intended > at
        {
            let early = intended.since(at);
            found.report("order", || format!("request {request} arrived {early} before it was meant to"));
        }
    }

    #[inline]
    pub(super) fn moment(&mut self, at: Instant, found: &mut Found) {
        if at < self.last {
            let (at, last) = (Span(at.0), Span(self.last.0));
            found.report("order", || format!("a record of {at} comes after one of {last}"));
        }
        self.last = self.last.max(at);
    }
}
