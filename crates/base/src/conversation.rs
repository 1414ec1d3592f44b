//! What a request says in words: messages, and the facts that it carries.
//!
//! A run needs none of this while nobody reads text; lengths and labels are enough. Whoever does read it (a compressor, a
//! validator, a mock provider over HTTP) gets a [`Conversation`] made for the one request, and drops it afterwards.
//!
//! Texts are shared, not copied: cutting a history clones pointers.

use crate::record::words;
use std::fmt;
use std::sync::Arc;

words! {
    /// Who speaks in a message.
    pub enum Role {
        /// Whoever built the agent: its instructions.
        System = "system",
        /// Whoever asks.
        User = "user",
        /// The model.
        Assistant = "assistant",
        /// A tool that the model called.
        Tool = "tool",
    }
}

words! {
    /// How much a message matters to what comes later, as far as its author knows. A hint, for whoever cuts a history.
    pub enum Importance {
        /// Small talk: nobody will miss it.
        Chatter = "chatter",
        /// An exchange like any other.
        Ordinary = "ordinary",
        /// Something that was promised or agreed.
        Commitment = "commitment",
        /// Without it the conversation makes no sense: instructions, and the facts asked for.
        Needed = "needed",
    }
}

words! {
    /// Whether a request carries the fact that it asks for.
    pub enum FactState {
        /// It does.
        Present = "present",
        /// It does not: the right answer is that nobody knows.
        Missing = "missing",
        /// It carries what was true once.
        Stale = "stale",
    }
}

words! {
    /// A currency.
    pub enum Currency {
        /// US dollars.
        Usd = "USD",
        /// Euros.
        Eur = "EUR",
    }
}

/// How a message belongs to a tool. A call and its result have the same number and must not be parted: providers refuse
/// one without the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ToolLink {
    /// It does not.
    #[default]
    None,
    /// It calls a tool.
    Calls(u32),
    /// It is what the tool gave back.
    Answers(u32),
}

/// One message of a conversation.
///
/// ```
/// use rushhour_base::conversation::{Importance, Message, Role, ToolLink};
/// let greeting = Message {
///     role: Role::User, text: "Good morning!".into(), tool: ToolLink::None, tokens: 8,
///     importance: Importance::Chatter,
/// };
/// assert!(greeting.importance < Importance::Commitment);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// What is said.
    pub text: Arc<str>,
    /// Whether it belongs to a tool.
    pub tool: ToolLink,
    /// Its tokens as the provider counts them, what frames a message included.
    pub tokens: u32,
    /// How much it matters to what comes later.
    pub importance: Importance,
}

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// The year.
    pub year: u16,
    /// The month, from 1 to 12.
    pub month: u8,
    /// The day, from 1 to 31.
    pub day: u8,
}

/// What a fact says, with its type and unit. Exact: no float.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FactValue {
    /// An amount in cents of its currency.
    Money {
        /// Cents.
        cents: i64,
        /// The currency.
        currency: Currency,
    },
    /// A percentage in hundredths of a per cent: 425 is 4.25 %.
    Percentage(u32),
    /// A day.
    Date(Date),
    /// A time of day in minutes since midnight.
    Time(u16),
    /// Whether something can be had.
    Availability(bool),
    /// A number of things.
    Count(u32),
    /// From so many to so many things, such as days.
    Range(u32, u32),
    /// A name that must be spelt exactly, such as the number of an order.
    Identifier(Arc<str>),
}

/// Something that a request carries and a reply may claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What it is about, such as `price`.
    pub topic: Arc<str>,
    /// Whose it is, in the words of the conversation, such as `the espresso machine 4417`.
    pub subject: Arc<str>,
    /// What it says.
    pub value: FactValue,
    /// It was true once, and the request says so.
    pub stale: bool,
}

/// All that a request says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conversation {
    /// The messages, oldest first. The first is the system's.
    pub messages: Vec<Message>,
    /// The facts that they carry, in the order in which they are told.
    pub facts: Vec<Fact>,
    /// The topic and the subject that the last question asks for.
    pub asked: Option<(Arc<str>, Arc<str>)>,
}

impl Conversation {
    /// Tokens of the whole prompt as the provider counts them, what frames the messages included.
    pub fn tokens(&self) -> u64 {
        let messages: u64 = self.messages.iter().map(|message| u64::from(message.tokens)).sum();
        messages + REPLY_PRIMING
    }

    /// Characters of all messages.
    pub fn characters(&self) -> u64 {
        self.messages.iter().map(|message| message.text.chars().count() as u64).sum()
    }

    /// Whether it carries what its last question asks for. A fresh value goes before a stale one; `None` if nothing is
    /// asked for.
    pub fn asked_fact(&self) -> Option<FactState> {
        let (topic, subject) = self.asked.as_ref()?;
        let about = self.facts.iter().filter(|fact| fact.topic == *topic && fact.subject == *subject);
        Some(about.fold(FactState::Missing, |state, fact| match (state, fact.stale) {
            (FactState::Present, _) | (_, false) => FactState::Present,
            _ => FactState::Stale,
        }))
    }
}

/// Tokens that a provider adds to each message for its role and its ends, and once for the beginning of the reply (OpenAI
/// Cookbook, "How to count tokens with tiktoken": 3 and 1 for a role, and 3).
pub const PER_MESSAGE: u32 = 4;
/// See [`PER_MESSAGE`].
pub const REPLY_PRIMING: u64 = 3;

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl fmt::Display for FactValue {
    /// In a plain notation that is the same in every language.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FactValue::Money { cents, currency } => {
                let sign = if *cents < 0 { "-" } else { "" };
                let cents = cents.unsigned_abs();
                write!(f, "{sign}{}.{:02} {currency}", cents / 100, cents % 100)
            }
            FactValue::Percentage(hundredths) => {
                write!(f, "{}.{:02} %", hundredths / 100, hundredths % 100)
            }
            FactValue::Date(date) => date.fmt(f),
            FactValue::Time(minutes) => write!(f, "{:02}:{:02}", minutes / 60, minutes % 60),
            FactValue::Availability(there) => f.write_str(if *there { "available" } else { "not available" }),
            FactValue::Count(count) => count.fmt(f),
            FactValue::Range(low, high) => write!(f, "{low} to {high}"),
            FactValue::Identifier(name) => f.write_str(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(subject: &str, stale: bool) -> Fact {
        Fact { topic: "price".into(), subject: subject.into(), value: FactValue::Count(7), stale }
    }

    #[test]
    fn a_fresh_fact_goes_before_a_stale_one() {
        for (facts, state) in [
            (vec![], FactState::Missing),
            (vec![fact("b", false)], FactState::Missing),
            (vec![fact("a", true), fact("b", false)], FactState::Stale),
            (vec![fact("a", true), fact("a", false)], FactState::Present),
            (vec![fact("a", false), fact("a", true)], FactState::Present),
        ] {
            let asked = Some(("price".into(), "a".into()));
            let conversation = Conversation { facts, asked, ..Conversation::default() };
            assert_eq!(conversation.asked_fact(), Some(state), "{conversation:?}");
        }
        assert_eq!(Conversation::default().asked_fact(), None);
    }

    #[test]
    fn values_print_plainly() {
        let money = |cents| FactValue::Money { cents, currency: Currency::Usd };
        for (value, text) in [
            (money(123_450), "1234.50 USD"),
            (money(-5), "-0.05 USD"),
            (FactValue::Percentage(425), "4.25 %"),
            (FactValue::Date(Date { year: 2026, month: 3, day: 1 }), "2026-03-01"),
            (FactValue::Time(905), "15:05"),
            (FactValue::Range(3, 5), "3 to 5"),
        ] {
            assert_eq!(value.to_string(), text);
        }
    }
}
