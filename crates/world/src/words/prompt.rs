//! What a prompt says: instructions, the turns before, the question, and what a tool found about it.

use super::book::Language;
use super::dice::Dice;
use super::fact::{FactName, Known, Question, Verdict};
use super::page::{Fill, Page, written};
use super::scribe::{Facts, Minutes, Scribe, Told};
use super::speech::Speech;
use super::typo::with_typo;
use super::{Asking, Subject, Words, notation, reply, value};
use crate::luck::Place;
use crate::memory::Memory;
use crate::tokens;
use rushhour_base::Ratio;
use rushhour_base::conversation::{
    Currency, FactValue, Importance, PER_MESSAGE, REPLY_PRIMING, Role, ToolLink,
};
use std::rc::Rc;

/// One turn of a conversation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turn {
    /// The turn with which the conversation began.
    pub(crate) began: u32,
    /// Which turn of the agent it is.
    pub(crate) turn: u32,
    /// The fingerprint of what is asked.
    pub(crate) text: u64,
    /// Tokens that the prompt is meant to have. What tools find fills it up, to within a sentence.
    pub(crate) target: u64,
}

impl Turn {
    pub(super) fn asking(self) -> Asking {
        let Turn { began, turn, text, .. } = self;
        Asking { began, turn, text }
    }
}

impl Words {
    /// Tokens and characters of the prompt of a turn, where `told` is how long the conversation was before it, and `memory`
    /// what is kept of it. Without words it is as long as it is meant to be.
    pub(crate) fn prompt_of(
        &self,
        place: Place,
        turn: Turn,
        told: &mut Told,
        memory: Option<&mut Memory>,
    ) -> (u64, u64) {
        let Some(speech) = self.speech(place) else { return (turn.target, turn.target.saturating_mul(4)) };
        let before = if turn.turn == turn.began { Told::default() } else { *told };
        let mut scribe = Scribe::new(before, Minutes::Lengths);
        let own = self.own_text(place, turn.turn);
        match memory.and_then(|memory| memory.ready_for(turn.began, turn.turn)) {
            None => drop(tell(self, place, speech, turn, &mut scribe)),
            Some(memory) => {
                let (messages, facts) = (Rc::make_mut(&mut memory.messages), Rc::make_mut(&mut memory.facts));
                scribe.minutes = Minutes::Outlines(messages, facts);
                memory.asked = Some(tell(self, place, speech, turn, &mut scribe).subject());
                (memory.turn, memory.is_own) = (Some(turn.turn), turn.text == own);
            }
        }
        let prompt = scribe.told;
        *told = prompt;
        if turn.text != own {
            // What comes later goes on from the turn's own question, as `Words::conversation` has it.
            let mut scribe = Scribe::new(before, Minutes::Lengths);
            tell(self, place, speech, Turn { text: own, ..turn }, &mut scribe);
            *told = scribe.told;
        }
        (prompt.tokens + REPLY_PRIMING, prompt.characters)
    }

    /// Takes a conversation down up to its last question, and says what that asks for: topic and subject.
    pub(super) fn take_down(
        &self,
        place: Place,
        speech: &Speech,
        last: Asking,
        minutes: Minutes<'_>,
    ) -> Subject {
        let mut scribe = Scribe::new(Told::default(), minutes);
        let mut turn = Turn {
            began: last.began,
            turn: last.began,
            text: 0,
            target: speech.first_target(self.asks.of_turn(place, last.began)),
        };
        loop {
            let is_last = turn.turn >= last.turn;
            turn.text = if is_last { last.text } else { self.own_text(place, turn.turn) };
            let asked = tell(self, place, speech, turn, &mut scribe);
            if is_last {
                return asked.subject();
            }
            turn = Turn {
                turn: turn.turn + 1,
                target: scribe.told.tokens + REPLY_PRIMING + speech.growth,
                ..turn
            };
        }
    }

    /// What a client remembers of a conversation up to its last question. `None` without words.
    pub(crate) fn memory(&self, place: Place, last: Asking) -> Option<Memory> {
        let speech = self.speech(place)?;
        let (mut messages, mut facts) = (Vec::new(), Vec::new());
        let asked = self.take_down(place, speech, last, Minutes::Outlines(&mut messages, &mut facts));
        Some(Memory {
            began: last.began,
            turn: Some(last.turn),
            is_own: last.text == self.own_text(place, last.turn),
            messages: Rc::new(messages),
            facts: Rc::new(facts),
            asked: Some(asked),
        })
    }
}

/// Takes down what a turn adds to its conversation, and says what it asks for: topic and subject.
fn tell<'a>(
    words: &Words,
    place: Place,
    speech: &'a Speech,
    turn: Turn,
    scribe: &mut Scribe<'_>,
) -> Known<'a> {
    let language = words.language(place, speech);
    let question = words.question(place, speech, language, turn.asking());
    let dice = &mut Dice::new(words.turns.of_turn(place, turn.turn).word(0));
    if turn.turn == turn.began {
        scribe.message(Role::System, Importance::Needed, ToolLink::None, |page| {
            page.phrase(dice.pick(&language.system), &Fill::default());
        });
    } else {
        told_before(words, place, (speech, language), turn, scribe);
    }
    if dice.holds(speech.chat) {
        for (role, list) in [(Role::User, &language.chat), (Role::Assistant, &language.chat_reply)] {
            let phrase = dice.pick(list);
            scribe.message(role, Importance::Chatter, ToolLink::None, |page| {
                page.phrase(phrase, &Fill::default());
            });
        }
    }
    if dice.holds(COMMITS) {
        scribe.message(Role::User, Importance::Commitment, ToolLink::None, |page| {
            commit(page, language, speech.base.currency, dice);
        });
    }
    scribe.message(Role::User, Importance::Needed, ToolLink::None, |page| {
        ask(page, &question, (speech, language), dice);
    });
    if question.recalls.is_none() {
        let link = turn.turn - turn.began;
        scribe.message(Role::Assistant, Importance::Ordinary, ToolLink::Calls(link), |page| {
            look_up(page, &question.fact);
        });
        let result = (Role::Tool, Importance::Needed, ToolLink::Answers(link));
        scribe.result(result, |page, told, facts| {
            let find = Find { words, place, speech, language, asked: &question.fact };
            find.all(page, turn.target.saturating_sub(told.tokens + FRAME), dice, facts);
        });
    }
    question.fact
}

/// The call of a tool.
fn look_up(page: &mut Page, fact: &Known<'_>) {
    let Known { topic, name, .. } = fact;
    if page.is_written() || !name.is_quotable() {
        return page.plain(&format!("lookup {} {:?}", topic.name, name.text()));
    }
    // The same without writing it.
    let (tokens, characters) = tokens::lengths(&topic.name);
    page.counted(AROUND.0 + tokens + name.tokens(), AROUND.1 + characters + name.characters());
}

/// How many messages [`tell`] takes down for a turn, besides the call of a tool and its result. `dice` are the turn's.
pub(super) fn messages_of(speech: &Speech, is_first: bool, mut dice: Dice) -> u32 {
    if is_first {
        dice.next();
    }
    let chats = dice.holds(speech.chat);
    if chats {
        dice.next();
        dice.next();
    }
    // Instructions or the reply before, and the question.
    2 + if chats { 2 } else { 0 } + u32::from(dice.holds(COMMITS))
}

/// What the model said to the turn before: the right thing.
fn told_before(
    words: &Words,
    place: Place,
    (speech, language): (&Speech, &Language),
    turn: Turn,
    scribe: &mut Scribe<'_>,
) {
    let last = turn.turn - 1;
    let before = Asking { began: turn.began, turn: last, text: words.own_text(place, last) };
    let question = words.question(place, speech, language, before);
    scribe.message(Role::Assistant, Importance::Ordinary, ToolLink::None, |page| {
        reply::write(words, (place, speech, language), &question, (Verdict::RIGHT, last), page);
    });
}

fn commit(page: &mut Page, language: &Language, currency: Currency, dice: &mut Dice) {
    let phrase = dice.pick(&language.commitment);
    let of = |value: FactValue, dice: &mut Dice| {
        let mut text = String::new();
        notation::write(&value, language, dice, &mut text);
        text
    };
    let date = of(FactValue::Date(value::day_of_2026(dice.below(365) as u32)), dice);
    let time = of(FactValue::Time(15 * (32 + dice.below(40) as u16)), dice);
    let money = of(FactValue::Money { cents: 500 * (1 + dice.below(200) as i64), currency }, dice);
    page.phrase(phrase, &Fill { date: &date, time: &time, money: &money, ..Fill::default() });
}

/// The question, as it is typed.
fn ask(page: &mut Page, question: &Question<'_>, (speech, language): (&Speech, &Language), dice: &mut Dice) {
    let wording = &mut Dice::new(question.wording);
    if question.recalls.is_some() && !language.recall.is_empty() {
        page.phrase(wording.pick(&language.recall), &Fill::default());
    }
    let phrase = wording.pick(&question.fact.topic.question);
    let fill = Fill { subject: Some(&question.fact.name), ..Fill::default() };
    if dice.holds(speech.typos) {
        page.plain(&with_typo(&written(phrase, &fill), dice));
    } else {
        page.phrase(phrase, &fill);
    }
    if question.structured {
        page.plain(FOR_MACHINES);
    }
}

/// What a tool finds.
struct Find<'a> {
    words: &'a Words,
    place: Place,
    speech: &'a Speech,
    language: &'a Language,
    asked: &'a Known<'a>,
}

impl Find<'_> {
    /// The fact that was asked for, if it is there, among other facts and passages until the prompt is as long as it is
    /// meant to be.
    fn all(&self, page: &mut Page, tokens: u64, dice: &mut Dice, facts: &mut Facts<'_>) {
        let asked_at = dice.below(4);
        let mut is_told = false;
        for sentence in 0.. {
            let is_full = page.tokens + HALF_A_SENTENCE >= tokens;
            if !is_told && (sentence == asked_at || is_full) {
                is_told = true;
                self.state(page, self.asked, dice, facts);
            } else if is_full {
                return;
            } else {
                self.beside(page, dice, facts);
            }
        }
    }

    /// Something that was not asked for.
    fn beside(&self, page: &mut Page, dice: &mut Dice, facts: &mut Facts<'_>) {
        if !dice.holds(STATES_A_FACT) {
            return page.phrase(dice.pick(&self.language.passage), &Fill::default());
        }
        let name = FactName::draw(self.language, dice);
        let luck = (&self.words.facts, self.place);
        let other = name.known(&self.speech.base, self.language, self.speech, luck);
        self.state(page, &other, dice, facts);
    }

    /// States a fact as a record does; a passage stands for one that is missing.
    fn state(&self, page: &mut Page, known: &Known<'_>, dice: &mut Dice, facts: &mut Facts<'_>) {
        let Some((value, stale)) = known.carried() else {
            return page.phrase(dice.pick(&self.language.passage), &Fill::default());
        };
        let phrases = if stale { &known.topic.stale_statement } else { &known.topic.statement };
        reply::sentence(page, (value, phrases), known, self.language, dice);
        if let Some(facts) = facts {
            facts.extend(known.fact());
        }
    }
}

/// Tokens and characters of a call besides the topic and the name: `lookup`, two spaces and two quotes.
const AROUND: (u64, u64) = (3, 10);
/// How a question asks for a reply that a machine can read.
const FOR_MACHINES: &str = "Reply as JSON with topic, subject and value.";
/// The share of turns in which a user commits to something.
const COMMITS: Ratio = match Ratio::new(1, 8) {
    Some(ratio) => ratio,
    None => Ratio::ZERO,
};
/// The share of sentences of a tool's result that state a fact.
const STATES_A_FACT: Ratio = match Ratio::new(1, 3) {
    Some(ratio) => ratio,
    None => Ratio::ZERO,
};
/// What the last message and the prompt have besides their text.
const FRAME: u64 = PER_MESSAGE as u64 + REPLY_PRIMING;
/// A text ends where another sentence would on the average pass its length.
const HALF_A_SENTENCE: u64 = 7;
