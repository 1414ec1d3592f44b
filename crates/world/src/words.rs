//! What agents and models say.
//!
//! A workload with words asks questions about a small knowledge base. Each question is about one fact, which the request
//! carries, lacks, or carries in an old version; each reply is right, or wrong in a way that is known ([`Label`](rushhour_base::Label)).
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
mod recall;
mod reply;
mod scribe;
mod speech;
mod summary;
#[cfg(test)]
mod tests;
mod typo;
mod value;

pub use book::{KnowledgeBase, Language, Tongue, Topic, ValueKind};
pub use phrase::{Phrase, Slot};
pub(crate) use prompt::Turn;
pub use reply::{Claim, ReplyText, ReplyTruth};
pub(crate) use scribe::Told;

use crate::luck::{Luck, Place};
use crate::settings::WorldPlan;
use crate::tokens;
use book::Language as Spoken;
use dice::Dice;
use fact::{FACT, FactName, Known, Question, STRUCTURED, Verdict, WHICH, WORDING};
use page::{Fill, Page};
use rushhour_base::draw::{Words as Draw, below};
use rushhour_base::{Call, Conversation, FactState, Ratio, RequestId};
use scribe::Minutes;
use speech::Speech;
use std::sync::Arc;

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
    summaries: Luck,
}

/// A question, as far as names go.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asking {
    /// The turn with which its conversation began.
    pub(crate) began: u32,
    /// Which turn of the agent asks it first.
    pub(crate) turn: u32,
    /// Its fingerprint.
    pub(crate) text: u64,
}

impl Asking {
    fn of(call: &Call) -> Asking {
        // Who asks again asks the same in the same conversation.
        Asking { began: call.began, turn: call.request.first().turn(), text: call.text }
    }
}

/// What a question is about: a topic, and whose.
type Subject = (Arc<str>, Arc<str>);

/// The fact of a question, and the names under which it was drawn.
struct Source<'a> {
    fact: Known<'a>,
    named: (u64, u64),
    draw: Draw,
}

/// A reply, written.
struct Written<'a> {
    text: String,
    /// Tokens of the whole of it.
    tokens: u64,
    speech: &'a Speech,
    question: Question<'a>,
    verdict: Verdict,
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
            summaries: Luck::new(plan, "summary"),
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
        let mut conversation = Conversation::default();
        let asking = Asking { began, turn: request.first().turn(), text };
        conversation.asked = Some(self.take_down(place, speech, asking, Minutes::Texts(&mut conversation)));
        Some(conversation)
    }

    /// What a model answers to a call, as far as lengths and labels go. `None` if the workload has no words.
    ///
    /// # Panics
    /// If the plan has no such agent or lane.
    #[inline]
    pub fn reply(&self, call: &Call) -> Option<ReplyTruth> {
        let place = self.turns.place(call.request.agent());
        let speech = self.speech(place)?;
        let (language, question, verdict) = self.question_of(place, speech, call);
        let mut page = Page::new(false);
        let tokens =
            reply::write(self, (place, speech, language), &question, (verdict, turn_of(call)), &mut page);
        let (fact, recalls) = (question.carried, question.recalls.is_some());
        Some(ReplyTruth { tokens, fact, label: verdict.label, recalls })
    }

    /// What a model answers to a call. `None` if the workload has no words.
    ///
    /// # Panics
    /// If the plan has no such agent or lane.
    pub fn reply_text(&self, call: &Call) -> Option<ReplyText> {
        self.reply_text_of(call, 0)
    }

    /// The same, and of a reply that is cut off by its length at least so many tokens.
    ///
    /// # Panics
    /// If the plan has no such agent or lane.
    pub fn reply_text_of(&self, call: &Call, least: u64) -> Option<ReplyText> {
        let Written { text, tokens, speech, question, verdict } = self.written(call, least)?;
        let claims = reply::claims(&question, verdict, speech);
        let (fact, recalls) = (question.carried, question.recalls.is_some());
        Some(ReplyText { text, tokens, fact, label: verdict.label, recalls, claims })
    }

    /// The text of the reply to a call, cut off after so many tokens.
    pub(crate) fn said(&self, call: &Call, most: u64) -> Option<String> {
        let Written { mut text, tokens, .. } = self.written(call, most)?;
        if tokens > most {
            let end = tokens::prefix(&text, most).len();
            text.truncate(end);
        }
        Some(text)
    }

    /// A reply, written; of one that is longer than it was asked to be, at least so many tokens.
    fn written(&self, call: &Call, least: u64) -> Option<Written<'_>> {
        let place = self.turns.place(call.request.agent());
        let speech = self.speech(place)?;
        let (language, question, verdict) = self.question_of(place, speech, call);
        let mut page = Page::new(true);
        let names = (place, speech, language);
        let tokens = reply::write(self, names, &question, (verdict, turn_of(call)), &mut page);
        for phrase in language.detail.iter().cycle() {
            if page.tokens >= least.min(tokens) {
                break;
            }
            page.phrase(phrase, &Fill::default());
        }
        Some(Written { text: page.finish(), tokens, speech, question, verdict })
    }

    /// The words at `place`; abusers have none.
    #[inline]
    pub(crate) fn speech(&self, place: Place) -> Option<&Speech> {
        self.speeches[place.workload].as_ref().filter(|_| place.abuse.is_none())
    }

    /// In which language a call asks, what, and what its model makes of it.
    fn question_of<'a>(
        &self,
        place: Place,
        speech: &'a Speech,
        call: &Call,
    ) -> (&'a Spoken, Question<'a>, Verdict) {
        let language = self.language(place, speech);
        let mut question = self.question(place, speech, language, Asking::of(call));
        if call.lacks_fact {
            question.carried = FactState::Missing;
        }
        let (thing, ordinal) = question.named;
        let verdict = speech.verdict(&question, call, &self.mistakes.of_thing(place, thing, ordinal));
        (language, question, verdict)
    }

    /// What is asked.
    fn question<'a>(
        &self,
        place: Place,
        speech: &'a Speech,
        language: &'a Spoken,
        asking: Asking,
    ) -> Question<'a> {
        let own = self.questions.of_thing(place, asking.text, OWN);
        let recalls = self.recalled(place, speech, language, asking, &own);
        let Source { fact, named, draw } = match recalls {
            None => self.fact_of(place, speech, language, asking.text, own),
            // The fact is that of the earlier turn; how it is asked, and whether models err, is the question's own.
            Some(turn) => {
                let text = self.own_text(place, turn);
                let draw = self.questions.of_thing(place, text, OWN);
                let told = self.fact_of(place, speech, language, text, draw);
                Source { fact: told.fact, named: (asking.text, OWN), draw: own }
            }
        };
        let structured = speech.structured.holds(draw.word(STRUCTURED));
        let (wording, carried) = (draw.word(WORDING), fact.state);
        Question { fact, structured, wording, named, recalls, carried }
    }

    /// The fact that is looked up for a fingerprint, of which `own` is the draw.
    fn fact_of<'a>(
        &self,
        place: Place,
        speech: &'a Speech,
        language: &'a Spoken,
        text: u64,
        own: Draw,
    ) -> Source<'a> {
        let (named, draw) = self.draw_of(place, speech, text, own);
        let name = FactName::draw(language, &mut Dice::new(draw.word(FACT)));
        let fact = name.known(&speech.base, language, speech, (&self.facts, place));
        Source { fact, named, draw }
    }

    /// The question that is drawn for a fingerprint, of which `own` is the draw: its name, and its own draw.
    fn draw_of(&self, place: Place, speech: &Speech, text: u64, own: Draw) -> ((u64, u64), Draw) {
        let Some(questions) = speech.questions else { return ((text, OWN), own) };
        let thing = below(own.word(WHICH), questions.into());
        ((thing, NUMBERED), self.questions.of_thing(place, thing, NUMBERED))
    }

    /// Whether a question wants a reply that a machine can read.
    pub(crate) fn wants_structure(&self, place: Place, asking: Asking) -> bool {
        let Some(speech) = self.speech(place).filter(|speech| speech.structured != Ratio::ZERO) else {
            return false;
        };
        let own = self.questions.of_thing(place, asking.text, OWN);
        let recalls = self.recalled(place, speech, self.language(place, speech), asking, &own).is_some();
        let draw = if recalls { own } else { self.draw_of(place, speech, asking.text, own).1 };
        speech.structured.holds(draw.word(STRUCTURED))
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

/// In which turn a call was asked for first: whoever asks again gets the same answer.
fn turn_of(call: &Call) -> u32 {
    call.request.first().turn()
}

// Which draw of a thing it is.
/// A question that one request asks.
const OWN: u64 = 0;
/// A question by its number.
const NUMBERED: u64 = 1;
/// The language of an agent; turns have smaller ordinals.
const LANGUAGE: u64 = u64::MAX;
