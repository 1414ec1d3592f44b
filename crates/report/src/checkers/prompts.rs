//! A history that is cut goes out as it was cut: to the lane it was cut for, no longer than it was, and billed for what it is.
//!
//! The call that follows a cut holds at the limiter what the cut left, if the client counts as the provider does; and what the
//! reply says that it used is that too, unless the world says that the reply is wrong about it.

use super::Found;
use crate::open::Open;
use rushhour_base::event::AttemptKind;
use rushhour_base::message::AttemptResult;
use rushhour_base::{CallId, Event, Instant, LaneId, RequestId, RunHeader, Span, Truth};

pub(super) struct Prompts {
    open: Open<Cut>,
    exact: bool,
    /// Calls whose replies are wrong about what they used.
    misstated: Open<()>,
    seen: bool,
}

/// The last cut of an open request.
#[derive(Clone, Copy)]
struct Cut {
    lane: LaneId,
    sent_tokens: u64,
    /// The call that it was made for is under way, or ended.
    went_out: bool,
}

impl Prompts {
    pub(super) fn new(header: &RunHeader) -> Prompts {
        Prompts { open: Open::new(), exact: header.exact_tokens, misstated: Open::new(), seen: false }
    }

    #[inline]
    pub(super) fn event(&mut self, at: Instant, event: &Event, found: &mut Found) {
        if let Event::Compressed { request, lane, sent_tokens, .. } = *event {
            self.seen = true;
            sane(at, event, found);
            let cut = Cut { lane, sent_tokens, went_out: false };
            let before = self.open.remove(request.0);
            self.open.entry(request.0, || cut);
            return in_time(at, request, before, found);
        }
        if !self.seen {
            return;
        }
        match *event {
            Event::Sent { request, lane, kind, held_input_tokens, .. } => {
                self.sent(at, (request, lane, kind), held_input_tokens, found);
            }
            Event::AttemptEnded { request, call, result, input_tokens, cached_tokens, .. } => {
                let misstated = self.misstated.remove(call.0).is_some();
                if result == AttemptResult::Completed && !misstated {
                    self.billed(at, (request, call), input_tokens + cached_tokens, found);
                }
            }
            Event::Ended { request, .. } => in_time(at, request, self.open.remove(request.0), found),
            _ => {}
        }
    }

    #[inline]
    pub(super) fn truth(&mut self, truth: &Truth) {
        if let Truth::Misstated { call, .. } = *truth
            && self.seen
        {
            self.misstated.entry(call.0, || ());
        }
    }

    fn sent(
        &mut self,
        at: Instant,
        (request, lane, kind): (RequestId, LaneId, AttemptKind),
        held_tokens: u64,
        found: &mut Found,
    ) {
        let Some(cut) = self.open.get_mut(request.0) else { return };
        // A call without a cut of its own sends the whole history.
        if cut.went_out {
            self.open.remove(request.0);
            return;
        }
        let cut = *cut;
        if kind == AttemptKind::Summary || cut.lane != lane {
            found.report("prompts", || {
                format!(
                    "request {request} was cut for lane {} and sent to lane {lane} at {}",
                    cut.lane,
                    Span(at.0)
                )
            });
        }
        if self.exact && held_tokens != cut.sent_tokens {
            found.report("prompts", || {
                format!(
                    "request {request} was cut to {} tokens and held {held_tokens} at {}",
                    cut.sent_tokens,
                    Span(at.0)
                )
            });
        }
        self.open.entry(request.0, || cut).went_out = true;
    }

    fn billed(&mut self, at: Instant, (request, call): (RequestId, CallId), tokens: u64, found: &mut Found) {
        let Some(cut) = self.open.get_mut(request.0).filter(|cut| cut.went_out) else { return };
        if tokens != cut.sent_tokens {
            let cut = *cut;
            found.report("prompts", || {
                format!("call {call} sent {} tokens, and used {tokens} by {}", cut.sent_tokens, Span(at.0))
            });
        }
    }
}

/// A cut that no call went out with.
fn in_time(at: Instant, request: RequestId, before: Option<Cut>, found: &mut Found) {
    if before.is_some_and(|cut| !cut.went_out) {
        found.report("prompts", || {
            format!("request {request} was cut for a call that had not gone out by {}", Span(at.0))
        });
    }
}

/// What a cut leaves is a part of what there was, and a summary a part of that.
fn sane(at: Instant, event: &Event, found: &mut Found) {
    let Event::Compressed { request, messages, kept, whole_tokens, sent_tokens, summary_tokens, .. } = *event
    else {
        return;
    };
    if kept > messages || sent_tokens > whole_tokens || summary_tokens > sent_tokens {
        found.report("prompts", || {
            format!(
                "request {request} was cut at {} from {messages} messages with {whole_tokens} tokens to {kept} with \
                 {sent_tokens}, {summary_tokens} of them a summary",
                Span(at.0)
            )
        });
    }
}

#[cfg(test)]
mod tests;
