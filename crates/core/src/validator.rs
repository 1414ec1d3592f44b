//! What a reply claims, and whether the facts of its request carry it.
//!
//! A reply that reads well may still say what is not so. [`validate`] reads the claims out of a reply (amounts of money,
//! percentages, days, times, availability, counts, ranges and names, in figures and in words, in English, German and
//! Spanish) and holds them against the facts that the request carries:
//!
//! | the request carries what was asked for | right | wrong |
//! |---|---|---|
//! | yes | that value, and no other | another value, two values, that nobody knows, nothing |
//! | an old value | that nobody knows, or the value said to be an old one | the old value as if it still held, another value |
//! | no | that nobody knows | any value |
//!
//! [`claims`] reads without judging. The language is the one that has most of the reply's words; a notation that two
//! readers would read differently (`1,234`, `11/03`, `3:05`) keeps both readings, and is right if one of them is.
//!
//! # Why no list of patterns
//! A pattern with choices tries them again from every place, and a hostile reply makes it try for hours. Here the reply is
//! cut into tokens once, from left to right (`scan.rs`), and the tokens are walked once (`reading.rs`), each try looking at a
//! bounded number of neighbours: the work grows with the reply's length and, where claims are held against facts, with
//! claims × facts. Nothing is recursive in the text, and no reply makes it panic.
//!
//! # What it does not do
//! It knows no language: a claim in a wording that it does not know is no claim to it. Days of the week, `tomorrow`, sums
//! (`twice as much`) and conversions are not read; nor is a claim that a value belongs to another thing, unless that
//! thing is named by its code. What it misses on phrases that it was not written for is measured beside the claims of
//! the README.
//!
//! # How sure it is
//! Each claim of what was asked for weighs four, each other amount, share, day, time or name one. The weight that facts
//! carry (half of it for a value that is only about right), as a share of all of it, gives `confidence`: from 500 to 1,000
//! for a valid reply, from 0 to 499 for one that is not. A reply without a claim has 1,000 if it says that nobody knows
//! and that is so, 500 if there is nothing to hold it against, and 0 if it is not valid.

mod check;
mod compare;
mod compound;
mod figure;
mod letters;
mod lexicon;
mod reading;
mod scan;
mod subject;
#[cfg(test)]
mod tests;

pub use reading::Kind;

use rushhour_base::conversation::{Fact, FactValue};
use rushhour_base::event::{IssueKind, Tone};
use std::ops::Range;

/// What is known where a reply is checked.
#[derive(Clone, Copy, Default)]
pub struct Given<'a> {
    /// The facts that the request carries.
    pub facts: &'a [Fact],
    /// The topic and the subject that the last question asks for.
    pub asked: Option<(&'a str, &'a str)>,
    /// How the reply is to be read, if it is for a machine.
    pub structure: Option<&'a dyn Structure>,
}

/// How a reply for a machine is read.
pub trait Structure {
    /// What a reply says where it makes its claim.
    ///
    /// # Errors
    /// Why it cannot be read.
    fn read(&self, reply: &str) -> Result<Read, Broken>;
}

/// What a structured reply says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Read {
    /// Its claim, as text; `None` where it says that nobody knows.
    pub text: Option<String>,
    /// It says itself that the claim is an old one.
    pub stale: bool,
}

/// Why a structured reply cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// In words, as a fragment.
    pub why: String,
}

/// What came of checking a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidationResult {
    /// Nothing is wrong with it.
    pub valid: bool,
    /// How far facts carry it, in thousandths; below 500 if it is not valid.
    pub confidence: u16,
    /// What is wrong, in the order of the reply; at most [`ISSUES_MAX`].
    pub issues: Vec<Issue>,
    /// How many claims it makes.
    pub claims: u32,
    /// How it speaks.
    pub tone: Tone,
}

impl ValidationResult {
    /// The gravest of what is wrong.
    pub fn gravest(&self) -> IssueKind {
        self.issues.iter().map(|issue| issue.kind).max_by_key(|kind| *kind as u8).unwrap_or(IssueKind::None)
    }
}

/// Something that is wrong with a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// What.
    pub kind: IssueKind,
    /// Where, in bytes; on boundaries of characters.
    pub at: Range<usize>,
    /// What the reply claims there.
    pub said: Option<FactValue>,
    /// What the request carries.
    pub should_be: Option<FactValue>,
}

/// Something that a reply claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// What it is about.
    pub kind: Kind,
    /// What it says, in the reading of the reply's language. `None` for what no fact could say, such as an amount in a
    /// third currency. A day has year 0 if no year is said.
    pub value: Option<FactValue>,
    /// Where, in bytes; on boundaries of characters.
    pub at: Range<usize>,
    /// The sentence says that it was so once.
    pub old: bool,
    /// The sentence says that nobody knows.
    pub unsure: bool,
}

/// Checks a reply against what its request carries.
///
/// ```
/// use rushhour_base::conversation::{Currency, Fact, FactValue};
/// use rushhour_base::event::IssueKind;
/// use rushhour_core::validator::{Given, validate};
/// let price = Fact {
///     topic: "price".into(),
///     subject: "desk lamp 4417".into(),
///     value: FactValue::Money { cents: 4_715, currency: Currency::Usd },
///     stale: false,
/// };
/// let given = Given {
///     facts: &[price], asked: Some(("price", "desk lamp 4417")), ..Given::default()
/// };
/// assert!(validate("The desk lamp 4417 costs forty-seven dollars and fifteen cents.", &given).valid);
/// let wrong = validate("You pay $127,549 for the desk lamp 4417.", &given);
/// assert_eq!(wrong.issues[0].kind, IssueKind::Contradicts);
/// assert_eq!(wrong.issues[0].should_be.as_ref().unwrap().to_string(), "47.15 USD");
/// assert_eq!(validate("I do not know.", &given).gravest(), IssueKind::WronglyUnknown);
/// ```
pub fn validate(reply: &str, given: &Given<'_>) -> ValidationResult {
    let Some(structure) = given.structure else { return check::check(reply, given, false) };
    match structure.read(reply) {
        Err(_) => malformed(reply),
        Ok(Read { text: None, .. }) => check::unknown(reply, given),
        Ok(Read { text: Some(text), stale }) => {
            let mut result = check::check(&text, given, stale);
            // Where the claim stands in the reply, if it stands there as it was read.
            let offset = reply.find(&text);
            for issue in &mut result.issues {
                issue.at = match offset {
                    Some(offset) => issue.at.start + offset..issue.at.end + offset,
                    None => 0..reply.len(),
                };
            }
            result
        }
    }
}

/// Reads what a text claims, in its order.
///
/// ```
/// use rushhour_core::validator::claims;
/// let said = |text: &str| {
///     let values = claims(text).into_iter().filter_map(|claim| claim.value);
///     values.map(|value| value.to_string()).collect::<Vec<_>>()
/// };
/// assert_eq!(said("Es kostet siebenundvierzig Euro und kommt am 11. März."), ["47.00 EUR", "0-03-11"]);
/// assert_eq!(said("Cuesta 1.234,50 € y tarda entre 3 y 5 días."), ["1234.50 EUR", "3 to 5"]);
/// ```
pub fn claims(text: &str) -> Vec<Claim> {
    let reading = reading::read(text, &scan::scan(text));
    let claim = |found: &reading::Found| {
        let sentence = reading.sentences.get(found.sentence as usize).copied().unwrap_or_default();
        Claim {
            kind: found.kind,
            value: compare::said(found, text, None),
            at: found.at as usize..found.end as usize,
            old: sentence.old,
            unsure: sentence.unsure,
        }
    };
    reading.found.iter().map(claim).collect()
}

fn malformed(reply: &str) -> ValidationResult {
    let issue = Issue { kind: IssueKind::Malformed, at: 0..reply.len(), said: None, should_be: None };
    ValidationResult { valid: false, confidence: 0, issues: vec![issue], claims: 0, tone: Tone::Plain }
}

/// The most issues that a result lists.
pub const ISSUES_MAX: usize = 64;
