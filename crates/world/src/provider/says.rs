//! The words of a reply: what is true of them, and what they are.

use super::calls::UnderWay;
use super::reply::{Ending, UnderWayReply};
use super::{Providers, Ticket};
use crate::words::ReplyTruth;
use rushhour_base::history::{Cut, Prompt};
use rushhour_base::{Call, CallPurpose, FactState, Instant, Label, Sink, Truth};

/// What is true of the words of a reply. Told when it has come whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Says {
    /// There are none.
    Nothing,
    /// An answer.
    Answer {
        fact: FactState,
        label: Label,
        /// Whether it is to a question about something told earlier.
        recalls: bool,
        /// Whether a summary stood for the message that told what was asked for.
        summarized: bool,
    },
    /// A summary of so many facts, which tells so many of them.
    Summary { facts: u32, kept: u32 },
}

impl Says {
    pub(super) fn of(call: &Call, truth: Option<ReplyTruth>) -> Says {
        match (call.purpose, truth) {
            (CallPurpose::Summary, _) => Says::Summary { facts: 0, kept: 0 },
            (_, None) => Says::Nothing,
            (_, Some(ReplyTruth { fact, label, recalls, .. })) => {
                Says::Answer { fact, label, recalls, summarized: false }
            }
        }
    }

    /// Tells what is true of a whole reply.
    #[inline]
    pub(super) fn tell<S: Sink>(
        self,
        under_way: &UnderWay,
        reply: &UnderWayReply,
        now: Instant,
        truths: &mut S,
    ) {
        let (call, request) = (under_way.id, under_way.call.request);
        match self {
            Says::Nothing => {}
            Says::Answer { fact, label, recalls, summarized } => {
                if recalls {
                    let carried = !under_way.call.lacks_fact;
                    truths.truth(now, &Truth::Recalled { call, request, carried, summarized });
                }
                truths.truth(now, &Truth::Labelled { call, request, fact, label });
            }
            // One that its length cut off before it began, behind all that was reasoned, is none.
            Says::Summary { .. } if matches!(reply.ending, Ending::Whole { cut_by_length: true, .. }) => {}
            Says::Summary { facts, kept } => {
                truths.truth(now, &Truth::Summarized { call, request, facts, kept });
            }
        }
    }
}

impl Providers {
    /// A call comes in that sends what is left of a conversation, or a part of it to be summarised. The same as
    /// [`on_request`](Providers::on_request), but for what the words of the reply depend on: whether the prompt still tells
    /// what is asked for, and what a summary keeps.
    ///
    /// # Panics
    /// If no model answers on the call's lane, or the plan has no such agent.
    pub fn on_prompt<S: Sink>(
        &mut self,
        mut call: Call,
        prompt: Prompt<'_>,
        now: Instant,
        truths: &mut S,
    ) -> Ticket {
        if let Prompt::Cut(cut) = prompt {
            call.lacks_fact = call.lacks_fact || self.lacks_fact(&call, cut);
        }
        let ticket = self.on_request(call, now, truths);
        let (Some(words), under_way) = (self.script.words(), self.calls.get_mut(&ticket)) else {
            return ticket;
        };
        match (&mut under_way.says, prompt) {
            (Says::Answer { recalls: true, summarized, .. }, Prompt::Cut(cut)) => {
                *summarized = words.is_summarized(&call, cut);
            }
            (Says::Summary { facts, kept }, Prompt::Summarize(segment)) => {
                (*facts, *kept) = words.summarized(&call, segment);
            }
            _ => {}
        }
        ticket
    }

    /// Whether a cut left out of a call's prompt what its question asks for, although the conversation told it: neither a
    /// message that is kept tells it, nor a summary still does. `false` without words, and where nobody ever told it.
    ///
    /// # Panics
    /// If the plan has no such agent.
    pub fn lacks_fact(&self, call: &Call, cut: &Cut) -> bool {
        self.script.words().is_some_and(|words| words.lacks_fact(call, cut))
    }

    /// What a whole reply to a call says, as its client gets it: with the tokens that it is billed for, those of reasoning
    /// apart, so cut off where `max_tokens` cuts it. Of a call whose prompt was cut,
    /// [`lacks_fact`](Call::lacks_fact) has to be set. `None` if the workload has no words, and for a summary, of which
    /// nobody reads more than its length.
    ///
    /// # Panics
    /// If the plan has no such agent or lane.
    pub fn said(&self, call: &Call) -> Option<String> {
        if call.purpose == CallPurpose::Summary {
            return None;
        }
        let of_model = self.lanes[call.lane.index()].same_model_as.unwrap_or(call.lane);
        let reasoning = self.script.reasoning_tokens(of_model, call.request);
        let visible = call.max_tokens.saturating_sub(reasoning);
        self.script.words()?.said(call, visible)
    }
}
