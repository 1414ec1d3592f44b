//! What is known and how it is said: knowledge bases as plain data. The scenario reader makes them from phrase files.

use super::phrase::Phrase;
use rushhour_base::conversation::Currency;
use std::sync::Arc;

/// A knowledge base: what the agents of a workload are asked about, in one or several languages.
#[derive(Clone, Debug, PartialEq)]
pub struct KnowledgeBase {
    /// Its name, such as `shop`.
    pub name: String,
    /// The currency of its amounts.
    pub currency: Currency,
    /// The languages that it can be asked in. Never empty.
    pub languages: Vec<Language>,
}

/// The phrases of one language. No list is empty unless it says so.
#[derive(Clone, Debug, PartialEq)]
pub struct Language {
    /// Its name, such as `en`.
    pub name: String,
    /// How it writes numbers, dates and money.
    pub notation: Tongue,
    /// What the system message says.
    pub system: Vec<Phrase>,
    /// What users say besides asking.
    pub chat: Vec<Phrase>,
    /// What the assistant says to that.
    pub chat_reply: Vec<Phrase>,
    /// What users say before they ask about something that they were told earlier. May be empty: then they just ask.
    pub recall: Vec<Phrase>,
    /// What users commit themselves to, with slots for a date, a time and an amount.
    pub commitment: Vec<Phrase>,
    /// How replies begin.
    pub opening: Vec<Phrase>,
    /// What fills replies.
    pub detail: Vec<Phrase>,
    /// What fills the results of tools.
    pub passage: Vec<Phrase>,
    /// How it says that something can be had.
    pub available: Vec<String>,
    /// How it says that something cannot be had.
    pub unavailable: Vec<String>,
    /// What can be asked. Never empty.
    pub topics: Vec<Topic>,
}

/// One thing that can be asked of many subjects. No list is empty.
#[derive(Clone, Debug, PartialEq)]
pub struct Topic {
    /// Its name, such as `price`: the same in all languages.
    pub name: Arc<str>,
    /// What kind of value it has.
    pub kind: ValueKind,
    /// The least of its values, in the unit of the kind.
    pub least: u64,
    /// The most of its values; at least `least`.
    pub most: u64,
    /// What identifiers begin with.
    pub prefix: String,
    /// Of what it can be asked.
    pub subjects: Vec<Phrase>,
    /// How it is asked.
    pub question: Vec<Phrase>,
    /// How a record states it.
    pub statement: Vec<Phrase>,
    /// How a record states what was true once.
    pub stale_statement: Vec<Phrase>,
    /// How a reply states it.
    pub answer: Vec<Phrase>,
    /// How a reply says that nobody knows.
    pub unknown: Vec<Phrase>,
    /// How a reply says that only an old value is known.
    pub stale: Vec<Phrase>,
}

/// How a language writes numbers, dates and money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tongue {
    /// `$1,234.50`, `March 11th`, `3 pm`.
    English,
    /// `1.234,50 €`, `11.03.2026`, `15 Uhr`.
    German,
    /// `1.234,50 €`, `11 de marzo`, `15:00 h`.
    Spanish,
}

impl Tongue {
    /// All of them, with the names that phrase files use.
    pub const ALL: [(&'static str, Tongue); 3] =
        [("en", Tongue::English), ("de", Tongue::German), ("es", Tongue::Spanish)];
}

/// What kind of value a topic has, and in which unit `least` and `most` are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    /// An amount, in cents.
    Money,
    /// A percentage, in hundredths of a per cent.
    Percentage,
    /// A day, in days from the first of January 2026.
    Date,
    /// A time of day, in minutes since midnight; in steps of a quarter of an hour.
    Time,
    /// Yes or no; the bounds play no part.
    Availability,
    /// A number of things.
    Count,
    /// From so many to so many things.
    Range,
    /// A name that begins with the topic's prefix and ends with a number.
    Identifier,
}

impl ValueKind {
    /// All of them, with the names that phrase files use and the largest value that `most` may have.
    pub const ALL: [(&'static str, ValueKind, u64); 8] = [
        ("money", ValueKind::Money, 100_000_000),
        ("percentage", ValueKind::Percentage, 10_000),
        ("date", ValueKind::Date, 364),
        ("time", ValueKind::Time, 1_439),
        ("availability", ValueKind::Availability, 1),
        ("count", ValueKind::Count, 999_999),
        ("range", ValueKind::Range, 999),
        ("identifier", ValueKind::Identifier, 9_999_999),
    ];
}
