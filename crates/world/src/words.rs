//! What agents and models say.
//!
//! A workload with words asks questions about a small knowledge base. Each question is about one fact, which the request
//! carries, lacks, or carries in an old version; each reply is right, or wrong in a way that is known ([`Label`]).
//!
//! Everything is a pure function of names: a question of the fingerprint of what is asked, a prompt of the agent, the turn
//! and the turn with which its conversation began, a reply of its request, its question and whether the model errs. So
//! nothing has to be kept, and nothing is written while nobody reads it: tokens are counted phrase by phrase, and a label
//! needs no text at all. [`Words::conversation`] and [`Words::reply_text`] write it down.
//!
//! The earlier turns of a conversation are those of the agent's own turns since it began, each with the right reply, so
//! that no policy moves what a later turn costs. An agent with tasks asks the same again where a step failed; its history
//! holds the questions of its turns all the same.

mod book;
#[cfg(test)]
mod book_for_tests;
mod dice;
mod fact;
mod notation;
mod page;
mod phrase;
mod prompt;
mod reply;
mod speech;
#[cfg(test)]
mod tests;
mod typo;
mod value;

pub use book::{KnowledgeBase, Language, Tongue, Topic, ValueKind};
pub use phrase::{Phrase, Slot};
pub(crate) use prompt::{Told, Turn};
pub use reply::{Claim, ReplyText, ReplyTruth};

use crate::luck::{Luck, Place};
use crate::settings::WorldPlan;
use book::Language as Spoken;
use dice::Dice;
use fact::{FACT, FactName, Question, STRUCTURED, WHICH, WORDING, mistakes};
use rushhour_base::draw::below;
use rushhour_base::{Call, Conversation, FactState, Label, RequestId};
use speech::Speech;

/// The words of all workloads that have any.
#[derive(Clone, Debug)]
pub struct Words {
    /// By workload; `None` for one without words.
    speeches: Vec<Option<Speech>>,
    facts: Luck,
    questions: Luck,
    mistakes: Luck,
    turns: Luck,
    replies: Luck,
    asks: Luck,
}

impl Words {
    /// The words of `plan`; `None` if no workload has any.
    pub fn new(plan: &WorldPlan) -> Option<Words> {
        plan.workloads.iter().any(|workload| workload.words.is_some()).then(|| Words {
            speeches: plan.workloads.iter().map(|workload| Speech::new(plan, workload)).collect(),
            facts: Luck::new(plan, "fact"),
            questions: Luck::new(plan, "question"),
            mistakes: Luck::new(plan, "hallucination"),
            turns: Luck::new(plan, "words"),
            replies: Luck::new(plan, "reply"),
            asks: Luck::new(plan, "ask"),
        })
    }

    /// What a request says: all of its conversation up to its question. `began` and `text` are those of its
    /// [`Ask`](rushhour_base::Ask). `None` if its workload has no words.
    ///
    /// # Panics
    /// If the plan has no such agent.
    pub fn conversation(&self, request: RequestId, began: u32, text: u64) -> Option<Conversation> {
        let place = self.turns.place(request.agent());
        let speech = self.speech(place)?;
        // Whoever asks again asks in the same conversation.
        let last = request.first().turn();
        let own = |turn| if turn == last { text } else { self.own_text(place, turn) };
        let turns = (began..=last).map(|turn| (turn, own(turn)));
        Some(prompt::conversation(self, place, speech, turns))
    }

    /// What a model answers to a call, as far as lengths and labels go. `None` if the workload has no words.
    ///
    /// # Panics
    /// If the plan has no such agent or lane.
    #[inline]
    pub fn reply(&self, call: &Call) -> Option<ReplyTruth> {
        let place = self.turns.place(call.request.agent());
        let speech = self.speech(place)?;
        let (language, question) = self.question(place, speech, call.text);
        let label = speech.label(&question, call);
        let mut page = page::Page::new(false);
        let tokens =
            reply::write(self, (place, speech, language), &question, label, call.request.turn(), &mut page);
        Some(ReplyTruth { tokens, fact: question.fact.state, label })
    }

    /// What a model answers to a call. `None` if the workload has no words.
    ///
    /// # Panics
    /// If the plan has no such agent or lane.
    pub fn reply_text(&self, call: &Call) -> Option<ReplyText> {
        let place = self.turns.place(call.request.agent());
        let speech = self.speech(place)?;
        let (language, question) = self.question(place, speech, call.text);
        let label = speech.label(&question, call);
        let mut page = page::Page::new(true);
        let tokens =
            reply::write(self, (place, speech, language), &question, label, call.request.turn(), &mut page);
        let claims = reply::claims(&question, label, speech);
        Some(ReplyText { text: page.finish(), tokens, fact: question.fact.state, label, claims })
    }

    /// The state of the fact that a call asks for, and what a model makes of it.
    pub(crate) fn truth(&self, call: &Call) -> Option<(FactState, Label)> {
        let place = self.turns.place(call.request.agent());
        let speech = self.speech(place)?;
        let (_, question) = self.question(place, speech, call.text);
        Some((question.fact.state, speech.label(&question, call)))
    }

    /// The words at `place`; abusers have none.
    #[inline]
    pub(crate) fn speech(&self, place: Place) -> Option<&Speech> {
        self.speeches[place.workload].as_ref().filter(|_| place.abuse.is_none())
    }

    /// What is asked by a fingerprint, and in which language.
    fn question<'a>(&self, place: Place, speech: &'a Speech, text: u64) -> (&'a Spoken, Question<'a>) {
        let language = self.language(place, speech);
        let (mut thing, mut ordinal) = (text, OWN);
        let mut words = self.questions.of_thing(place, thing, ordinal);
        if let Some(questions) = speech.questions {
            (thing, ordinal) = (below(words.word(WHICH), questions.into()), NUMBERED);
            words = self.questions.of_thing(place, thing, ordinal);
        }
        let name = FactName::draw(language, &mut Dice::new(words.word(FACT)));
        let fact = name.known(&speech.base, language, speech, (&self.facts, place));
        let (luck, wrong) = mistakes(self.mistakes.of_thing(place, thing, ordinal));
        let structured = speech.structured.holds(words.word(STRUCTURED));
        (language, Question { fact, structured, wording: words.word(WORDING), luck, wrong })
    }

    /// The language of an agent.
    fn language<'a>(&self, place: Place, speech: &'a Speech) -> &'a Spoken {
        match speech.base.languages.as_slice() {
            [only] => only,
            _ => speech.language(self.turns.of_thing(place, place.agent.into(), LANGUAGE).word(0)),
        }
    }

    /// The fingerprint of what an agent asks in a turn of its own.
    fn own_text(&self, place: Place, turn: u32) -> u64 {
        self.turns.text(place, turn)
    }
}

// Which draw of a thing it is.
/// A question that one request asks.
const OWN: u64 = 0;
/// A question by its number.
const NUMBERED: u64 = 1;
/// The language of an agent; turns have smaller ordinals.
const LANGUAGE: u64 = u64::MAX;
