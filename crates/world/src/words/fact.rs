//! Facts and questions: what is known of what, and who asks for it. Each is a pure function of its name.

use super::book::{KnowledgeBase, Language, Topic, ValueKind};
use super::dice::Dice;
use super::phrase::{Phrase, Piece, Slot, key_of};
use super::{Speech, Subject, value};
use crate::luck::{Luck, Place};
use rushhour_base::conversation::{Fact, FactState, FactValue};
use rushhour_base::{Label, Purpose};
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
    pub(super) name: Name<'a>,
    pub(super) state: FactState,
    /// What is true.
    pub(super) value: FactValue,
    /// What the request carries, if that is old.
    pub(super) old: Option<FactValue>,
}

/// What a fact is about, in words: a phrase, and the number that tells things of one kind apart. Written only where
/// somebody reads it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Name<'a> {
    phrase: &'a Phrase,
    /// The digits of the number, from `begins` on.
    digits: [u8; 5],
    begins: u8,
}

impl<'a> Name<'a> {
    fn new(phrase: &'a Phrase, code: u64) -> Name<'a> {
        let (mut digits, mut begins, mut rest) = ([b'0'; 5], 5, code);
        while rest > 0 && begins > 0 {
            begins -= 1;
            digits[begins] += (rest % 10) as u8;
            rest /= 10;
        }
        Name { phrase, digits, begins: begins as u8 }
    }

    fn code(&self) -> &[u8] {
        &self.digits[self.begins.into()..]
    }

    fn codes(&self) -> u64 {
        self.phrase.pieces.iter().filter(|piece| **piece == Piece::Slot(Slot::Code)).count() as u64
    }

    pub(super) fn tokens(&self) -> u64 {
        self.phrase.tokens + self.codes() * (self.code().len() as u64).div_ceil(DIGITS_OF_A_TOKEN)
    }

    pub(super) fn characters(&self) -> u64 {
        self.phrase.characters + self.codes() * self.code().len() as u64
    }

    pub(super) fn write(&self, to: &mut String) {
        for piece in &self.phrase.pieces {
            match piece {
                Piece::Text(text) => to.push_str(text),
                Piece::Slot(Slot::Code) => to.extend(self.code().iter().map(|digit| char::from(*digit))),
                Piece::Slot(_) => {}
            }
        }
    }

    pub(super) fn text(&self) -> Arc<str> {
        let bytes = |piece: &Piece| match piece {
            Piece::Text(text) => text.len(),
            Piece::Slot(_) => self.digits.len(),
        };
        let mut text = String::with_capacity(self.phrase.pieces.iter().map(bytes).sum());
        self.write(&mut text);
        text.into()
    }

    /// Whether it looks the same between quotes.
    pub(super) fn is_quotable(&self) -> bool {
        self.phrase.is_quotable
    }

    /// The hash of its text, as that of any name: [`Purpose::key`].
    fn key(&self) -> u64 {
        let starts_with_text = matches!(self.phrase.pieces.first(), Some(Piece::Text(_)));
        let rest = &self.phrase.pieces[usize::from(starts_with_text)..];
        rest.iter().fold(self.phrase.key, |hash, piece| match piece {
            Piece::Text(text) => key_of(hash, text.as_bytes()),
            Piece::Slot(Slot::Code) => key_of(hash, self.code()),
            Piece::Slot(_) => hash,
        })
    }
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
        let name = Name::new(&topic.subjects[self.subject], self.code);
        let thing = Purpose::named(&topic.name).key() ^ name.key();
        let words = luck.of_thing(place, thing, 0);
        let value = value::value(topic, base.currency, &mut Dice::new(words.word(VALUE)));
        let state = speech.state(words.word(STATE));
        let old = (state == FactState::Stale)
            .then(|| value::wrong(&value, topic, base.currency, &mut Dice::new(words.word(OLD_VALUE))));
        Known { topic, name, state, value, old }
    }
}

impl Known<'_> {
    /// The value that the request carries, and whether it is an old one; `None` if it carries none.
    pub(super) fn carried(&self) -> Option<(&FactValue, bool)> {
        match self.state {
            FactState::Missing => None,
            FactState::Present => Some((&self.value, false)),
            FactState::Stale => Some((self.old.as_ref()?, true)),
        }
    }

    /// The fact as the request carries it; `None` if it does not.
    pub(super) fn fact(&self) -> Option<Fact> {
        let (value, stale) = self.carried()?;
        Some(Fact {
            topic: Arc::clone(&self.topic.name),
            subject: self.name.text(),
            value: value.clone(),
            stale,
        })
    }

    /// Topic and subject.
    pub(super) fn subject(&self) -> Subject {
        (Arc::clone(&self.topic.name), self.name.text())
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
    /// Under which names its mistakes are drawn: a thing and an ordinal.
    pub(super) named: (u64, u64),
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

/// What a model makes of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    /// In which way it is wrong.
    pub(super) label: Label,
    /// The choices of what is wrong with what it says.
    pub(super) wrong: u64,
}

impl Verdict {
    /// That of the right reply.
    pub(super) const RIGHT: Verdict = Verdict { label: Label::None, wrong: 0 };
}

// Which word of a fact's draw decides what.
const STATE: usize = 0;
const VALUE: usize = 1;
const OLD_VALUE: usize = 2;
/// See [`tokens`](crate::tokens).
const DIGITS_OF_A_TOKEN: u64 = 3;
/// From which to which number the things of a subject are told apart.
const CODES: (u64, u64) = (1_000, 99_999);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::count;

    #[test]
    fn a_name_is_counted_and_hashed_as_it_is_written() {
        for text in ["lamp {code}", "the \"große\" lamp {code} of {code}", "{code}", "opening hours"] {
            let phrase = Phrase::parse(text).expect("a phrase");
            for code in [1_000, 9_999, 10_000, 99_999] {
                let name = Name::new(&phrase, code);
                let written = name.text();
                assert_eq!(*written, text.replace("{code}", &code.to_string()));
                assert_eq!(name.tokens(), count(&written));
                assert_eq!(name.characters(), written.chars().count() as u64);
                assert_eq!(name.key(), Purpose::named(&written).key());
                assert_eq!(name.is_quotable(), format!("{written:?}") == format!("\"{written}\""));
            }
        }
    }
}
