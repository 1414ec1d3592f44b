//! Facts and questions: what is known of what, and who asks for it. Each is a pure function of its name.

use super::book::{KnowledgeBase, Language, Topic, ValueKind};
use super::dice::Dice;
use super::page::{Fill, written};
use super::{Speech, value};
use crate::luck::{Luck, Place};
use rushhour_base::conversation::{Fact, FactState, FactValue};
use rushhour_base::{Purpose, Words};
use std::sync::Arc;

/// The name of a fact: of which topic, about which subject, and which of the things that the subject may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FactName {
    topic: usize,
    subject: usize,
    code: u64,
}

/// A fact, with what only the world knows of it.
#[derive(Clone, Debug)]
pub(super) struct Known<'a> {
    pub(super) topic: &'a Topic,
    pub(super) subject: Arc<str>,
    pub(super) state: FactState,
    /// What is true.
    pub(super) value: FactValue,
    /// What the request carries, if that is old.
    pub(super) old: Option<FactValue>,
}

impl FactName {
    pub(super) fn draw(language: &Language, dice: &mut Dice) -> FactName {
        let topic = dice.below(language.topics.len() as u64) as usize;
        let subject = dice.below(language.topics[topic].subjects.len() as u64) as usize;
        FactName { topic, subject, code: dice.between(CODES.0, CODES.1) }
    }

    /// The fact of this name. A subject without a code is one thing, whatever the code of the name.
    pub(super) fn known<'a>(
        &self,
        base: &KnowledgeBase,
        language: &'a Language,
        speech: &Speech,
        (luck, place): (&Luck, Place),
    ) -> Known<'a> {
        let topic = &language.topics[self.topic];
        let phrase = &topic.subjects[self.subject];
        let code = self.code.to_string();
        let subject: Arc<str> = written(phrase, &Fill { code: &code, ..Fill::default() }).into();
        let thing = Purpose::named(&topic.name).key() ^ Purpose::named(&subject).key();
        let words = luck.of_thing(place, thing, 0);
        let value = value::value(topic, base.currency, &mut Dice::new(words.word(VALUE)));
        let state = speech.state(words.word(STATE));
        let old = (state == FactState::Stale)
            .then(|| value::wrong(&value, topic, base.currency, &mut Dice::new(words.word(OLD_VALUE))));
        Known { topic, subject, state, value, old }
    }
}

impl Known<'_> {
    /// The fact as the request carries it; `None` if it does not.
    pub(super) fn carried(&self) -> Option<Fact> {
        let value = match self.state {
            FactState::Missing => return None,
            FactState::Present => self.value.clone(),
            FactState::Stale => self.old.clone()?,
        };
        let stale = self.state == FactState::Stale;
        Some(Fact { topic: Arc::clone(&self.topic.name), subject: Arc::clone(&self.subject), value, stale })
    }

    pub(super) fn is_availability(&self) -> bool {
        self.topic.kind == ValueKind::Availability
    }
}

/// What a request asks.
#[derive(Debug)]
pub(super) struct Question<'a> {
    pub(super) fact: Known<'a>,
    /// Whether the reply is to be read by a machine.
    pub(super) structured: bool,
    /// The choices of how it is asked.
    pub(super) wording: u64,
    /// Whether, and in which way, models are wrong about it.
    pub(super) luck: [u64; 2],
    /// What is wrong with what they say.
    pub(super) wrong: u64,
    /// The earlier turn that told the fact, if it is not looked up for this question.
    pub(super) recalls: Option<u32>,
    /// The state of the fact as far as the prompt goes: one that was cut from it is missing there.
    pub(super) carried: FactState,
}

/// Which words of a question's draw decide what.
pub(super) const FACT: usize = 0;
pub(super) const STRUCTURED: usize = 1;
pub(super) const WORDING: usize = 2;
/// Which of the questions it is, where there are only so many.
pub(super) const WHICH: usize = 3;
/// Whether it asks about what was told before.
pub(super) const RECALLS: usize = 4;
/// In which of the turns that told something.
pub(super) const WHICH_TURN: usize = 5;

/// The words that decide what a model makes of a question.
pub(super) fn mistakes(words: Words) -> ([u64; 2], u64) {
    ([words.word(0), words.word(1)], words.word(2))
}

// Which word of a fact's draw decides what.
const STATE: usize = 0;
const VALUE: usize = 1;
const OLD_VALUE: usize = 2;
/// From which to which number the things of a subject are told apart.
const CODES: (u64, u64) = (1_000, 99_999);
