//! What a prompt says: instructions, the turns before, the question, and what a tool found about it.

use super::book::Language;
use super::dice::Dice;
use super::fact::{FactName, Known, Question};
use super::page::{Fill, Page, written};
use super::speech::Speech;
use super::typo::with_typo;
use super::{Words, notation, reply, value};
use crate::luck::Place;
use rushhour_base::conversation::{
    Conversation, Currency, Fact, FactValue, Importance, Message, PER_MESSAGE, REPLY_PRIMING, Role, ToolLink,
};
use rushhour_base::{Label, Ratio};
use std::sync::Arc;

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

/// How long an agent's conversation is.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Told {
    tokens: u64,
    characters: u64,
}

impl Words {
    /// Tokens and characters of the prompt of a turn, where `told` is how long the conversation was before it. Without
    /// words it is as long as it is meant to be.
    pub(crate) fn prompt_of(&self, place: Place, turn: Turn, told: &mut Told) -> (u64, u64) {
        let Some(speech) = self.speech(place) else { return (turn.target, turn.target.saturating_mul(4)) };
        let before = if turn.turn == turn.began { Told::default() } else { *told };
        let mut scribe = Scribe { told: before, conversation: None };
        tell(self, place, speech, turn, &mut scribe);
        *told = scribe.told;
        (told.tokens + REPLY_PRIMING, told.characters)
    }
}

/// The whole conversation of some turns, each with the fingerprint of what it asks.
pub(super) fn conversation(
    words: &Words,
    place: Place,
    speech: &Speech,
    turns: impl Iterator<Item = (u32, u64)>,
) -> Conversation {
    let mut scribe = Scribe { told: Told::default(), conversation: Some(Conversation::default()) };
    let mut began = None;
    for (turn, text) in turns {
        let target = match began {
            None => speech.first_target(words.asks.of_turn(place, turn)),
            Some(_) => scribe.told.tokens + REPLY_PRIMING + speech.growth,
        };
        let turn = Turn { began: *began.get_or_insert(turn), turn, text, target };
        tell(words, place, speech, turn, &mut scribe);
    }
    scribe.conversation.unwrap_or_default()
}

/// Takes messages down, or only their lengths.
struct Scribe {
    told: Told,
    conversation: Option<Conversation>,
}

impl Scribe {
    fn message(
        &mut self,
        role: Role,
        importance: Importance,
        tool: ToolLink,
        say: impl FnOnce(&mut Page, Told),
    ) {
        let mut page = Page::new(self.conversation.is_some());
        say(&mut page, self.told);
        let tokens = page.tokens + u64::from(PER_MESSAGE);
        self.told.tokens += tokens;
        self.told.characters += page.characters;
        if let Some(conversation) = &mut self.conversation {
            let (text, tokens) = (page.finish().into(), u32::try_from(tokens).unwrap_or(u32::MAX));
            conversation.messages.push(Message { role, text, tool, tokens, importance });
        }
    }
}

/// Takes down what a turn adds to its conversation.
fn tell(words: &Words, place: Place, speech: &Speech, turn: Turn, scribe: &mut Scribe) {
    let (language, question) = words.question(place, speech, turn.text);
    let dice = &mut Dice::new(words.turns.of_turn(place, turn.turn).word(0));
    if turn.turn == turn.began {
        scribe.message(Role::System, Importance::Needed, ToolLink::None, |page, _| {
            page.phrase(dice.pick(&language.system), &Fill::default());
        });
    } else {
        told_before(words, place, speech, turn.turn - 1, scribe);
    }
    if dice.holds(speech.chat) {
        for (role, list) in [(Role::User, &language.chat), (Role::Assistant, &language.chat_reply)] {
            let phrase = dice.pick(list);
            scribe.message(role, Importance::Chatter, ToolLink::None, |page, _| {
                page.phrase(phrase, &Fill::default());
            });
        }
    }
    if dice.holds(COMMITS) {
        scribe.message(Role::User, Importance::Commitment, ToolLink::None, |page, _| {
            commit(page, language, speech.base.currency, dice);
        });
    }
    scribe.message(Role::User, Importance::Needed, ToolLink::None, |page, _| {
        ask(page, &question, speech, dice);
    });
    let link = turn.turn - turn.began;
    scribe.message(Role::Assistant, Importance::Ordinary, ToolLink::Calls(link), |page, _| {
        page.plain(&format!("lookup {} {:?}", question.fact.topic.name, &*question.fact.subject));
    });
    let mut facts = scribe.conversation.is_some().then(Vec::new);
    scribe.message(Role::Tool, Importance::Needed, ToolLink::Answers(link), |page, told| {
        let find = Find { words, place, speech, language, asked: &question.fact };
        find.all(page, turn.target.saturating_sub(told.tokens + FRAME), dice, &mut facts);
    });
    if let Some(conversation) = &mut scribe.conversation {
        conversation.facts.extend(facts.into_iter().flatten());
        let Known { topic, subject, .. } = &question.fact;
        conversation.asked = Some((Arc::clone(&topic.name), Arc::clone(subject)));
    }
}

/// What the model said to the turn before: the right thing.
fn told_before(words: &Words, place: Place, speech: &Speech, turn: u32, scribe: &mut Scribe) {
    let (language, question) = words.question(place, speech, words.own_text(place, turn));
    scribe.message(Role::Assistant, Importance::Ordinary, ToolLink::None, |page, _| {
        reply::write(words, (place, speech, language), &question, Label::None, turn, page);
    });
}

fn commit(page: &mut Page, language: &Language, currency: Currency, dice: &mut Dice) {
    let phrase = dice.pick(&language.commitment);
    let of = |value: FactValue, dice: &mut Dice| notation::write(&value, language, dice);
    let date = of(FactValue::Date(value::day_of_2026(dice.below(365) as u32)), dice);
    let time = of(FactValue::Time(15 * (32 + dice.below(40) as u16)), dice);
    let money = of(FactValue::Money { cents: 500 * (1 + dice.below(200) as i64), currency }, dice);
    page.phrase(phrase, &Fill { date: &date, time: &time, money: &money, ..Fill::default() });
}

/// The question, as it is typed.
fn ask(page: &mut Page, question: &Question<'_>, speech: &Speech, dice: &mut Dice) {
    let wording = &mut Dice::new(question.wording);
    let phrase = wording.pick(&question.fact.topic.question);
    let fill = Fill { subject: &question.fact.subject, ..Fill::default() };
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
    fn all(&self, page: &mut Page, tokens: u64, dice: &mut Dice, facts: &mut Option<Vec<Fact>>) {
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
    fn beside(&self, page: &mut Page, dice: &mut Dice, facts: &mut Option<Vec<Fact>>) {
        if !dice.holds(STATES_A_FACT) {
            return page.phrase(dice.pick(&self.language.passage), &Fill::default());
        }
        let name = FactName::draw(self.language, dice);
        let luck = (&self.words.facts, self.place);
        let other = name.known(&self.speech.base, self.language, self.speech, luck);
        self.state(page, &other, dice, facts);
    }

    /// States a fact as a record does; a passage stands for one that is missing.
    fn state(&self, page: &mut Page, known: &Known<'_>, dice: &mut Dice, facts: &mut Option<Vec<Fact>>) {
        let Some(fact) = known.carried() else {
            return page.phrase(dice.pick(&self.language.passage), &Fill::default());
        };
        let phrases = if fact.stale { &known.topic.stale_statement } else { &known.topic.statement };
        let value = notation::write(&fact.value, self.language, dice);
        page.phrase(dice.pick(phrases), &Fill { subject: &known.subject, value: &value, ..Fill::default() });
        if let Some(facts) = facts {
            facts.push(fact);
        }
    }
}

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
