//! What a model replies: right, or wrong in the way that its label says.

use super::book::Language;
use super::dice::Dice;
use super::fact::{Known, Question, Verdict};
use super::page::{Fill, Page};
use super::phrase::Phrase;
use super::speech::Speech;
use super::{Words, notation, value};
use crate::hallucination::Circumstances;
use crate::luck::Place;
use rushhour_base::conversation::{FactState, FactValue};
use rushhour_base::{Label, Ratio};
use std::sync::Arc;

/// What is true of a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplyTruth {
    /// Tokens of the whole reply, as if any length had been asked for.
    pub tokens: u64,
    /// Whether the request carries what it asks for.
    pub fact: FactState,
    /// In which way the reply is wrong.
    pub label: Label,
    /// The question is about something that was told earlier in the conversation.
    pub recalls: bool,
}

/// A reply, and what is true of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplyText {
    /// What it says, as far as `max_tokens` of the workload lets it.
    pub text: String,
    /// Tokens of the whole reply.
    pub tokens: u64,
    /// Whether the request carries what it asks for.
    pub fact: FactState,
    /// In which way it is wrong.
    pub label: Label,
    /// The question is about something that was told earlier in the conversation.
    pub recalls: bool,
    /// What it claims, in order.
    pub claims: Vec<Claim>,
}

/// Something that a reply claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// About which topic.
    pub topic: Arc<str>,
    /// About which subject.
    pub subject: Arc<str>,
    /// What it says.
    pub said: FactValue,
    /// What is so; `None` where nobody knows, and the reply should have said that.
    pub right: Option<FactValue>,
    /// Whether the claim is wrong.
    pub wrong: bool,
}

impl Question<'_> {
    pub(super) fn around(&self) -> Circumstances {
        Circumstances {
            fact: self.carried,
            availability: self.fact.is_availability(),
            structured: self.structured,
        }
    }

    /// The value that a wrong reply gives.
    fn wrong_value(&self, verdict: Verdict, speech: &Speech) -> FactValue {
        let (topic, currency) = (self.fact.topic, speech.base.currency);
        let dice = &mut Dice::new(verdict.wrong);
        match verdict.label {
            // Whoever invents what was told and then cut from the prompt does not hit on it.
            Label::InventedFact if self.fact.state == FactState::Missing => {
                value::value(topic, currency, dice)
            }
            _ => value::wrong(&self.fact.value, topic, currency, dice),
        }
    }
}

/// What a reply says of the fact asked for.
enum Says {
    /// These values, one after the other; the second, if there is one, contradicts the first.
    Values(FactValue, Option<FactValue>),
    /// That only an old value is known.
    Old(FactValue),
    /// That nobody knows.
    Unknown,
    /// Nothing.
    Nothing,
}

fn says(question: &Question<'_>, verdict: Verdict, speech: &Speech) -> Says {
    let Known { value, old, .. } = &question.fact;
    match (verdict.label, question.carried) {
        (Label::WrongAmount | Label::WrongAvailability | Label::InventedFact, _) => {
            Says::Values(question.wrong_value(verdict, speech), None)
        }
        (Label::Contradiction, _) => Says::Values(value.clone(), Some(question.wrong_value(verdict, speech))),
        (Label::StaleFact, _) => Says::Values(old.clone().unwrap_or_else(|| value.clone()), None),
        (Label::Omission, _) => Says::Nothing,
        (_, FactState::Missing) => Says::Unknown,
        (_, FactState::Stale) => Says::Old(old.clone().unwrap_or_else(|| value.clone())),
        (_, FactState::Present) => Says::Values(value.clone(), None),
    }
}

/// Writes the reply to a request of a turn, and says how many tokens the whole of it has.
pub(super) fn write(
    words: &Words,
    (place, speech, language): (Place, &Speech, &Language),
    question: &Question<'_>,
    (verdict, turn): (Verdict, u32),
    page: &mut Page,
) -> u64 {
    let luck = words.replies.of_turn(place, turn);
    let dice = &mut Dice::new(luck.word(1));
    let said = says(question, verdict, speech);
    if question.structured {
        page.plain(&for_machines(question, &said, verdict.label, language, dice));
        return page.tokens;
    }
    let target = speech.output.value(|| luck.unit(0));
    if matches!(said, Says::Nothing) || dice.holds(OPENS) {
        page.phrase(dice.pick(&language.opening), &Fill::default());
    }
    tell(page, &said, &question.fact, language, dice);
    let until = target.min(speech.max_tokens);
    while page.tokens + HALF_A_SENTENCE < until {
        page.phrase(dice.pick(&language.detail), &Fill::default());
    }
    // A reply that is cut off says no more than it was let.
    if target > speech.max_tokens { target.max(page.tokens) } else { page.tokens }
}

fn tell(page: &mut Page, said: &Says, fact: &Known<'_>, language: &Language, dice: &mut Dice) {
    match said {
        Says::Values(value, other) => {
            sentence(page, (value, &fact.topic.answer), fact, language, dice);
            if let Some(other) = other {
                page.phrase(dice.pick(&language.detail), &Fill::default());
                sentence(page, (other, &fact.topic.answer), fact, language, dice);
            }
        }
        Says::Old(old) => sentence(page, (old, &fact.topic.stale), fact, language, dice),
        Says::Unknown => {
            let subject = Some(&fact.name);
            page.phrase(dice.pick(&fact.topic.unknown), &Fill { subject, ..Fill::default() });
        }
        Says::Nothing => {}
    }
}

/// States a value of a fact in one of several phrases.
pub(super) fn sentence(
    page: &mut Page,
    (value, phrases): (&FactValue, &[Phrase]),
    fact: &Known<'_>,
    language: &Language,
    dice: &mut Dice,
) {
    let mut written = std::mem::take(&mut page.scratch);
    written.clear();
    notation::write(value, language, dice, &mut written);
    let fill = Fill { subject: Some(&fact.name), value: &written, ..Fill::default() };
    page.phrase(dice.pick(phrases), &fill);
    page.scratch = written;
}

/// A reply for a machine, as JSON; cut off in the middle if it is malformed.
fn for_machines(
    question: &Question<'_>,
    said: &Says,
    label: Label,
    language: &Language,
    dice: &mut Dice,
) -> String {
    let written = |value: &FactValue, dice: &mut Dice| {
        let mut text = String::new();
        notation::write(value, language, dice, &mut text);
        text
    };
    let value = match said {
        Says::Values(value, _) => format!("{:?}", written(value, dice)),
        Says::Old(old) => format!("{:?}, \"stale\": true", written(old, dice)),
        Says::Unknown | Says::Nothing => "null".to_owned(),
    };
    let (topic, subject) = question.fact.subject();
    let whole = format!("{{\"topic\": {topic:?}, \"subject\": {subject:?}, \"value\": {value}}}");
    if label != Label::Malformed {
        return whole;
    }
    let kept = whole.chars().count() / 2 + dice.below(whole.chars().count() as u64 / 3) as usize;
    whole.chars().take(kept).collect()
}

/// What the reply to a question claims.
pub(super) fn claims(question: &Question<'_>, verdict: Verdict, speech: &Speech) -> Vec<Claim> {
    let Known { state, value, .. } = &question.fact;
    let (topic, subject) = question.fact.subject();
    if verdict.label == Label::Malformed {
        return Vec::new();
    }
    let right = (*state != FactState::Missing).then(|| value.clone());
    let claim = |said: FactValue, wrong: bool| Claim {
        topic: Arc::clone(&topic),
        subject: Arc::clone(&subject),
        said,
        right: right.clone(),
        wrong,
    };
    match says(question, verdict, speech) {
        Says::Values(first, None) => vec![claim(first, verdict.label != Label::None)],
        Says::Values(first, Some(second)) => vec![claim(first, false), claim(second, true)],
        Says::Old(old) => vec![claim(old, false)],
        Says::Unknown | Says::Nothing => Vec::new(),
    }
}

/// The share of replies that begin with a word of welcome.
const OPENS: Ratio = match Ratio::new(1, 2) {
    Some(ratio) => ratio,
    None => Ratio::ZERO,
};
/// A text ends where another sentence would on the average pass its length.
const HALF_A_SENTENCE: u64 = 7;
