//! What was reserved when a call was sent covers what it came to.
//!
//! A cap on spending holds only if the worst case is reserved with the grant. So where a call used no more tokens than its
//! client had counted on, it may not cost more than its client had set aside.

use super::Found;
use crate::open::Open;
use rushhour_base::event::Cause;
use rushhour_base::{Event, Money};

/// The attempts under way, one for each request.
pub(super) struct Holds {
    open: Open<Held>,
}

#[derive(Clone, Copy)]
struct Held {
    input_tokens: u64,
    output_tokens: u64,
    amount: Money,
    /// It ended, and used no more tokens than these.
    fits: bool,
}

impl Holds {
    pub(super) fn new() -> Holds {
        Holds { open: Open::new() }
    }

    #[inline]
    pub(super) fn event(&mut self, event: &Event, found: &mut Found) {
        match *event {
            Event::Sent { request, held_input_tokens, held_output_tokens, held_usd, .. } => {
                self.open.remove(request.0);
                self.open.entry(request.0, || Held {
                    input_tokens: held_input_tokens,
                    output_tokens: held_output_tokens,
                    amount: held_usd,
                    fits: false,
                });
            }
            Event::AttemptEnded { request, input_tokens, cached_tokens, output_tokens, .. } => {
                if let Some(held) = self.open.get_mut(request.0) {
                    held.fits = input_tokens + cached_tokens <= held.input_tokens
                        && output_tokens <= held.output_tokens;
                }
            }
            // Rules and people have no call, and what they cost was reserved without one.
            Event::Posted { cause: Cause::Rules | Cause::Human | Cause::Review, .. } => {}
            Event::Posted { request, lane, amount, .. } => {
                if let Some(held) = self.open.remove(request.0)
                    && held.fits
                    && amount > held.amount
                {
                    found.report("holds", || {
                        format!("request {request} held {} on lane {lane} and came to {amount}", held.amount)
                    });
                }
            }
            // A call that failed cost nothing; what is booked from here on is for the work of rules or people.
            Event::Began { request, .. } | Event::Ended { request, .. } => drop(self.open.remove(request.0)),
            _ => {}
        }
    }
}
