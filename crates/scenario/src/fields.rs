//! The one table of the scenario language: what may be written where, in which unit, with which default and meaning.
//!
//! The reader works from it, and the schema and the reference page are generated from it, so none of the three can
//! know a key that the others do not, or another default.

mod abuse;
mod business;
mod faults;
mod outages;
mod policy;
mod prices;
mod prompts;
mod provider;
mod quota;
mod run;
mod rungs;
mod shape;
mod spreads;
mod words;
mod workload;

use rushhour_base::time::{DAY, HOUR};
use rushhour_base::{Rung, Span};

pub(crate) use policy::POLICY;
pub(crate) use run::SCENARIO;

/// A table of the language.
pub(crate) struct Table {
    /// Its path, with `NAME` where a name is chosen freely.
    pub(crate) path: &'static str,
    /// What it is for, in whole sentences.
    pub(crate) meaning: &'static str,
    /// Its keys.
    pub(crate) fields: &'static [Field],
}

/// A key of a table.
pub(crate) struct Field {
    pub(crate) key: &'static str,
    pub(crate) kind: Kind,
    pub(crate) default: Default,
    /// What it decides, in whole sentences.
    pub(crate) meaning: &'static str,
    /// A value as a file would write it. It also stands in for a wrong value while the rest of the file is read.
    pub(crate) example: &'static str,
    /// The values of the table's `kind` with which it goes; empty for all.
    pub(crate) with: &'static [&'static str],
}

/// What holds where a key is left out.
#[derive(Clone, Copy)]
pub(crate) enum Default {
    /// It cannot be left out.
    Required,
    /// This value, as a file would write it.
    Is(&'static str),
    /// Nothing is assumed here; what follows from that, in words.
    Without(&'static str),
}

/// What kind of value a key takes, and in which unit.
pub(crate) enum Kind {
    /// Any text but the empty one.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number within bounds.
    Count { least: u64, most: u64 },
    /// A number within bounds; `above` leaves the lower bound itself out.
    Number { least: f64, above: bool, most: f64 },
    /// A length of time within bounds.
    Span { least: Span, most: Span },
    /// A share in per cent; `some` leaves 0 % out.
    Share { some: bool },
    /// US dollars; `some` leaves $0 out.
    Money { some: bool },
    /// A date and time with its offset from UTC.
    Moment,
    /// A time of day.
    TimeOfDay,
    /// One of a few words.
    Word(&'static [Choice]),
    /// One of the names that `presets` knows.
    Preset { what: &'static str, names: fn() -> Vec<&'static str> },
    /// A limit on a figure of the report.
    Limit,
    /// Several values of one kind, with an example of `each`.
    List { of: &'static Kind, each: &'static str, least: usize, most: usize },
    /// A table with fixed keys.
    Table(&'static Table),
    /// A table whose keys are names, with an example of `each` value.
    Map { of: &'static Kind, each: &'static str, names: Names, least: usize },
    /// One of several kinds, told apart by the type of the value.
    Either(&'static [Kind]),
}

/// A word and what it means.
pub(crate) struct Choice {
    pub(crate) word: &'static str,
    pub(crate) meaning: &'static str,
}

/// What may be the keys of a map.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Names {
    /// A name that can stand in a path of the report. What it names, for messages.
    Free(&'static str),
    /// `provider/model`.
    Lanes,
    /// Paths of the report.
    Paths,
}

/// The most entries of any map, so that every id fits its type.
pub(crate) const MOST_NAMES: usize = 1_000;
/// The most tokens of anything, so that no sum of prices or levels can overflow.
pub(crate) const MOST_TOKENS: u64 = 1_000_000_000;
/// The longest length of time.
pub(crate) const LONGEST: Span = Span(366 * DAY);

const fn field(
    key: &'static str,
    kind: Kind,
    default: Default,
    example: &'static str,
    meaning: &'static str,
) -> Field {
    Field { key, kind, default, meaning, example, with: &[] }
}

impl Field {
    const fn with(mut self, kinds: &'static [&'static str]) -> Field {
        self.with = kinds;
        self
    }

    /// Whether the key goes with this value of the table's `kind`.
    pub(crate) fn goes_with(&self, kind: Option<&str>) -> bool {
        self.with.is_empty() || kind.is_none_or(|kind| self.with.contains(&kind))
    }
}

impl Table {
    /// The field of a key. A panic here means that the code asks for a key that its table does not have.
    pub(crate) fn field(&self, key: &str) -> &'static Field {
        match self.fields.iter().find(|field| field.key == key) {
            Some(field) => field,
            None => panic!("the table of `{}` has no field `{key}`", self.path),
        }
    }

    /// The words of `kind` on which other keys depend, if there are such.
    pub(crate) fn kinds(&self) -> Option<&'static [Choice]> {
        if self.fields.iter().all(|field| field.with.is_empty()) {
            return None;
        }
        match self.field("kind").kind {
            Kind::Word(choices) => Some(choices),
            _ => None,
        }
    }
}

const fn choice(word: &'static str, meaning: &'static str) -> Choice {
    Choice { word, meaning }
}

const ANY_SPAN: Kind = Kind::Span { least: Span::ZERO, most: LONGEST };
const SOME_SPAN: Kind = Kind::Span { least: Span(1), most: LONGEST };
const SHORT_SPAN: Kind = Kind::Span { least: Span::ZERO, most: Span(HOUR) };
const SOME_TOKENS: Kind = Kind::Count { least: 1, most: MOST_TOKENS };
const ANY_TOKENS: Kind = Kind::Count { least: 0, most: MOST_TOKENS };

/// The word of a rung in `chain`.
pub(crate) fn rung(word: &str) -> Option<Rung> {
    [Rung::Primary, Rung::Secondary, Rung::Tertiary, Rung::Rules, Rung::Human]
        .into_iter()
        .find(|r| r.name() == word)
}

#[cfg(test)]
mod tests;
