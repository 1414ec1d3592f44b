//! What is left of facts when a history is cut or summarised.
//!
//! Nothing is kept for this: which messages there are, and which facts each of them tells, follows from names. Whether the
//! facts of a message survive a pass of summarising is drawn by conversation, message and pass, so passes compound, and
//! the same pass under another policy meets the same luck.

use super::scribe::Minutes;
use super::speech::Speech;
use super::{Asking, Dice, OWN, Spoken, Subject, Words, prompt};
use crate::luck::Place;
use rushhour_base::conversation::Fact;
use rushhour_base::history::{Cut, Outline, Segment, Summary};
use rushhour_base::{Call, FactState, Ratio};

/// The conversation of a call.
#[derive(Clone, Copy)]
struct Thread<'a> {
    words: &'a Words,
    place: Place,
    speech: &'a Speech,
    language: &'a Spoken,
    asking: Asking,
}

impl Words {
    fn thread(&self, call: &Call) -> Option<Thread<'_>> {
        let place = self.turns.place(call.request.agent());
        let speech = self.speech(place)?;
        let language = self.language(place, speech);
        Some(Thread { words: self, place, speech, language, asking: Asking::of(call) })
    }

    /// Whether a cut left out of a prompt what its question asks for, although the conversation told it.
    pub(crate) fn lacks_fact(&self, call: &Call, cut: &Cut) -> bool {
        let Some(thread) = self.thread(call) else { return false };
        let question = self.question(thread.place, thread.speech, thread.language, thread.asking);
        if question.fact.state == FactState::Missing {
            return false;
        }
        let told_in = question.recalls.unwrap_or(thread.asking.turn);
        let is_told = |position| {
            cut.kept.binary_search(&position).is_ok() || thread.is_in(cut.summary.as_ref(), position)
        };
        if is_told(thread.result_of(told_in)) {
            return false;
        }
        // Something else may have told it by chance.
        let (messages, facts, asked) = thread.outlines();
        let mut facts = facts.iter();
        let mut tells = |message: &Outline| {
            let told = facts.by_ref().take(message.facts.into());
            told.filter(|fact| (&fact.topic, &fact.subject) == (&asked.0, &asked.1)).count() > 0
        };
        !messages.iter().enumerate().any(|(position, message)| tells(message) && is_told(position as u32))
    }

    /// Whether the prompt of a call has a summary in place of the message that told what its question asks for.
    pub(crate) fn is_summarized(&self, call: &Call, cut: &Cut) -> bool {
        let (Some(thread), Some(summary)) = (self.thread(call), &cut.summary) else { return false };
        let question = self.question(thread.place, thread.speech, thread.language, thread.asking);
        let position = thread.result_of(question.recalls.unwrap_or(thread.asking.turn));
        summary.passes_over(position) > 0 && cut.kept.binary_search(&position).is_err()
    }

    /// How many facts a part of a conversation tells that is summarised, the summary before it included, and how many of
    /// them the new summary tells.
    pub(crate) fn summarized(&self, call: &Call, segment: &Segment) -> (u32, u32) {
        let Some(thread) = self.thread(call) else { return (0, 0) };
        let pass = segment.before.as_ref().map_or(0, |before| before.passes.len() as u32);
        let (mut facts, mut kept) = (0, 0);
        for (position, message) in (0u32..).zip(&thread.outlines().0) {
            let is_new = segment.messages.binary_search(&position).is_ok();
            if is_new || thread.is_in(segment.before.as_ref(), position) {
                facts += u32::from(message.facts);
                kept += if thread.survives(position, pass) { message.facts.into() } else { 0 };
            }
        }
        (facts, kept)
    }
}

impl Thread<'_> {
    /// All messages, without their texts, the facts that they tell, and what the last question asks for.
    fn outlines(self) -> (Vec<Outline>, Vec<Fact>, Subject) {
        let (mut messages, mut facts) = (Vec::new(), Vec::new());
        let minutes = Minutes::Outlines(&mut messages, &mut facts);
        let asked = self.words.take_down(self.place, self.speech, self.asking, minutes);
        (messages, facts, asked)
    }

    /// The position of what a tool found in a turn that looked something up: its last message.
    fn result_of(self, turn: u32) -> u32 {
        let before = |turn| self.messages_of(turn) + if self.looks_up(turn) { 2 } else { 0 };
        (self.asking.began..turn).map(before).sum::<u32>() + self.messages_of(turn) + 1
    }

    /// How many messages a turn adds besides the call of a tool and its result.
    fn messages_of(self, turn: u32) -> u32 {
        let dice = Dice::new(self.words.turns.of_turn(self.place, turn).word(0));
        prompt::messages_of(self.speech, turn == self.asking.began, dice)
    }

    fn looks_up(self, turn: u32) -> bool {
        if self.speech.recall == Ratio::ZERO {
            return true;
        }
        let text = self.words.own_text(self.place, turn);
        let own = self.words.questions.of_thing(self.place, text, OWN);
        let asking = Asking { turn, text, ..self.asking };
        self.words.recalled(self.place, self.speech, self.language, asking, &own).is_none()
    }

    /// Whether a summary tells what the message at `position` told.
    fn is_in(self, summary: Option<&Summary>, position: u32) -> bool {
        let Some(summary) = summary else { return false };
        let (passes, over) = (summary.passes.len() as u32, summary.passes_over(position));
        over > 0 && (passes - over..passes).all(|pass| self.survives(position, pass))
    }

    /// Whether one pass of summarising keeps what the message at `position` told.
    fn survives(self, position: u32, pass: u32) -> bool {
        let thing = u64::from(self.place.agent) << 32 | u64::from(self.asking.began);
        let ordinal = u64::from(pass) << 32 | u64::from(position);
        let luck = self.words.summaries.of_thing(self.place, thing, ordinal);
        self.speech.summary_keeps.holds(luck.word(0))
    }
}
