//! What the reader makes of a table: every key of its table of fields, read or by default, each with its place.

use crate::fields::Table;
use crate::notation::Moment;
use crate::source::Place;
use rushhour_base::{Money, Ratio, Span};

/// A table that was read.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) spot: Spot,
    path: &'static str,
    fields: Vec<(&'static str, Got)>,
}

/// A value that was read.
#[derive(Clone, Debug)]
pub(crate) struct Got {
    pub(crate) typed: Typed,
    pub(crate) spot: Spot,
    /// Whether somebody wrote it, rather than left it to its default.
    pub(crate) written: bool,
    /// Whether it is what was written or meant, rather than a stand-in for something wrong.
    pub(crate) sound: bool,
}

/// Where a value stands, and under which path.
#[derive(Clone, Debug)]
pub(crate) struct Spot {
    pub(crate) place: Place,
    pub(crate) path: String,
}

/// A value in the type that its field says.
#[derive(Clone, Debug)]
pub(crate) enum Typed {
    Absent,
    Text(String),
    Flag(bool),
    Count(u64),
    Number(f64),
    Span(Span),
    Share(Ratio),
    Money(Money),
    Moment(Moment),
    TimeOfDay(Span),
    Word(&'static str),
    List(Vec<Got>),
    Table(Record),
    Map(Vec<Named>),
}

/// An entry of a map.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub(crate) name: String,
    /// Where the name stands.
    pub(crate) name_place: Place,
    pub(crate) got: Got,
}

impl Record {
    pub(crate) fn new(table: &'static Table, spot: Spot, fields: Vec<(&'static str, Got)>) -> Record {
        Record { spot, path: table.path, fields }
    }

    pub(crate) fn fields(&self) -> &[(&'static str, Got)] {
        &self.fields
    }

    /// The value of a key, written or by default. Which keys there are is settled by the table of fields, so asking
    /// for another is a bug of this crate, and so is asking for a type that the field does not have.
    pub(crate) fn get(&self, key: &str) -> &Got {
        match self.fields.iter().find(|(known, _)| *known == key) {
            Some((_, got)) => got,
            None => panic!("the table of `{}` has no field `{key}`", self.path),
        }
    }

    /// The value of a key, unless it was left out and has no default.
    pub(crate) fn maybe(&self, key: &str) -> Option<&Got> {
        Some(self.get(key)).filter(|got| !matches!(got.typed, Typed::Absent))
    }

    /// Whether nothing in it stands in for something wrong.
    pub(crate) fn is_sound(&self) -> bool {
        self.fields.iter().all(|(_, got)| got.is_sound())
    }

    pub(crate) fn count(&self, key: &str) -> u64 {
        self.get(key).count()
    }

    /// A count whose field bounds it to 32 bits.
    pub(crate) fn small(&self, key: &str) -> u32 {
        u32::try_from(self.count(key)).unwrap_or(u32::MAX)
    }

    pub(crate) fn number(&self, key: &str) -> f64 {
        match self.get(key).typed {
            Typed::Number(number) => number,
            ref other => wrong_type(key, "a number", other),
        }
    }

    pub(crate) fn flag(&self, key: &str) -> bool {
        match self.get(key).typed {
            Typed::Flag(flag) => flag,
            ref other => wrong_type(key, "a flag", other),
        }
    }

    pub(crate) fn span(&self, key: &str) -> Span {
        self.get(key).span()
    }

    pub(crate) fn share(&self, key: &str) -> Ratio {
        match self.get(key).typed {
            Typed::Share(ratio) => ratio,
            ref other => wrong_type(key, "a share", other),
        }
    }

    pub(crate) fn money(&self, key: &str) -> Money {
        match self.get(key).typed {
            Typed::Money(money) => money,
            ref other => wrong_type(key, "money", other),
        }
    }

    pub(crate) fn word(&self, key: &str) -> &'static str {
        match self.get(key).typed {
            Typed::Word(word) => word,
            ref other => wrong_type(key, "a word", other),
        }
    }

    pub(crate) fn table(&self, key: &str) -> &Record {
        self.get(key).table()
    }

    /// The entries of a map; none if it was left out.
    pub(crate) fn map(&self, key: &str) -> &[Named] {
        match &self.get(key).typed {
            Typed::Map(entries) => entries,
            Typed::Absent => &[],
            other => wrong_type(key, "a map", other),
        }
    }
}

impl Got {
    pub(crate) fn is_sound(&self) -> bool {
        self.sound
            && match &self.typed {
                Typed::Table(record) => record.is_sound(),
                Typed::List(values) => values.iter().all(Got::is_sound),
                Typed::Map(entries) => entries.iter().all(|entry| entry.got.is_sound()),
                _ => true,
            }
    }

    pub(crate) fn count(&self) -> u64 {
        match self.typed {
            Typed::Count(count) => count,
            ref other => wrong_type(&self.spot.path, "a count", other),
        }
    }

    pub(crate) fn span(&self) -> Span {
        match self.typed {
            Typed::Span(span) | Typed::TimeOfDay(span) => span,
            ref other => wrong_type(&self.spot.path, "a length of time", other),
        }
    }

    pub(crate) fn text(&self) -> &str {
        match &self.typed {
            Typed::Text(text) => text,
            other => wrong_type(&self.spot.path, "text", other),
        }
    }

    pub(crate) fn table(&self) -> &Record {
        match &self.typed {
            Typed::Table(record) => record,
            other => wrong_type(&self.spot.path, "a table", other),
        }
    }
}

fn wrong_type(key: &str, wanted: &str, found: &Typed) -> ! {
    panic!("the field `{key}` was asked for as {wanted} but its table makes it {found:?}")
}
