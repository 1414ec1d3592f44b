//! Reads the held-out replies.

use rushhour_base::conversation::Conversation;
use rushhour_base::conversation::{Currency, Date, Fact, FactState, FactValue};
use rushhour_tests::root;
use std::fs;
use std::path::{Path, PathBuf};
use toml_edit::{ArrayOfTables, DocumentMut, InlineTable, Table, Value};

/// What a reply is. The README of the folder has the meanings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    Right,
    RightUnknown,
    WrongAmount,
    InventedFact,
    Contradiction,
    StaleFact,
    WrongAvailability,
    Omission,
    WronglyUnknown,
    Malformed,
}

impl Class {
    pub const ALL: [(Class, &'static str); 10] = [
        (Class::Right, "right"),
        (Class::RightUnknown, "right_unknown"),
        (Class::WrongAmount, "wrong_amount"),
        (Class::InventedFact, "invented_fact"),
        (Class::Contradiction, "contradiction"),
        (Class::StaleFact, "stale_fact"),
        (Class::WrongAvailability, "wrong_availability"),
        (Class::Omission, "omission"),
        (Class::WronglyUnknown, "wrongly_unknown"),
        (Class::Malformed, "malformed"),
    ];

    pub fn is_right(self) -> bool {
        matches!(self, Class::Right | Class::RightUnknown)
    }

    /// Whether a reply of this class can be given to a question in this state.
    pub fn fits(self, state: FactState, structured: bool) -> bool {
        match self {
            Class::RightUnknown => state != FactState::Present,
            Class::InventedFact => state != FactState::Present,
            Class::StaleFact => state == FactState::Stale,
            Class::Malformed => structured,
            Class::WrongAmount => state != FactState::Missing,
            Class::Right
            | Class::Contradiction
            | Class::WrongAvailability
            | Class::Omission
            | Class::WronglyUnknown => state == FactState::Present,
        }
    }
}

/// What was asked, what was known, and what was replied.
pub struct Question {
    /// The file that it stands in, without its ending.
    pub file: String,
    pub id: String,
    pub facts: Vec<Fact>,
    pub asked: (String, String),
    pub structured: bool,
    pub replies: Vec<(Class, String)>,
}

impl Question {
    /// Whether the facts hold what is asked.
    pub fn state(&self) -> FactState {
        let asked = Some((self.asked.0.as_str().into(), self.asked.1.as_str().into()));
        let facts = self.facts.clone();
        let conversation = Conversation { facts, asked, ..Conversation::default() };
        conversation.asked_fact().expect("something is asked")
    }
}

/// Every question of the folder, in the order of files and lines.
///
/// # Panics
/// If a file is not as the README says, with its name, the question and what is wrong.
pub fn all() -> Vec<Question> {
    let folder = root().join("tests/heldout");
    let entries = fs::read_dir(&folder).expect("the folder of held-out replies is there");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
    files.sort();
    files.iter().flat_map(|path| questions(path)).collect()
}

fn questions(path: &Path) -> Vec<Question> {
    let file = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{file}: {error}"));
    let document: DocumentMut = text.parse().unwrap_or_else(|error| panic!("{file}: {error}"));
    let list = document["question"].as_array_of_tables().map(ArrayOfTables::iter);
    list.unwrap_or_else(|| panic!("{file}: no `[[question]]`")).map(|table| question(&file, table)).collect()
}

fn question(file: &str, table: &Table) -> Question {
    let id = table["id"].as_str().unwrap_or_else(|| panic!("{file}: a question has no `id`")).to_owned();
    let wrong = |what: &str| -> ! { panic!("{file}, \"{id}\": {what}") };
    let mut question = Question {
        file: file.to_owned(),
        id: id.clone(),
        facts: Vec::new(),
        asked: Default::default(),
        structured: false,
        replies: Vec::new(),
    };
    for (key, item) in table {
        let texts = || -> Vec<&str> {
            let list = item.as_array().and_then(|list| list.iter().map(Value::as_str).collect());
            list.unwrap_or_else(|| wrong(&format!("`{key}` is no list of texts")))
        };
        match key {
            "id" => {}
            "today" if item.as_datetime().is_some_and(|day| day.date.is_some()) => {}
            "structured" => question.structured = item.as_bool() == Some(true),
            "asked" => match texts()[..] {
                [topic, subject] => question.asked = (topic.to_owned(), subject.to_owned()),
                _ => wrong("`asked` is no topic with a subject"),
            },
            "facts" => {
                for value in item.as_array().unwrap_or_else(|| wrong("`facts` is no list")) {
                    let fact = value.as_inline_table().ok_or("a fact is no table".to_owned()).and_then(fact);
                    question.facts.push(fact.unwrap_or_else(|what| wrong(&what)));
                }
            }
            _ => match Class::ALL.iter().find(|(_, name)| *name == key) {
                Some((class, _)) => {
                    question.replies.extend(texts().into_iter().map(|text| (*class, text.to_owned())));
                }
                None => wrong(&format!("there is no class `{key}`")),
            },
        }
    }
    question
}

/// `{ topic = …, subject = …, KIND = VALUE, stale = … }`.
fn fact(table: &InlineTable) -> Result<Fact, String> {
    let text =
        |key: &str| table.get(key).and_then(Value::as_str).ok_or_else(|| format!("a fact has no `{key}`"));
    let (topic, subject) = (text("topic")?.into(), text("subject")?.into());
    let stale = table.get("stale").and_then(Value::as_bool).unwrap_or(false);
    let mut values = table.iter().filter(|(key, _)| !["topic", "subject", "stale"].contains(key));
    match (values.next(), values.next()) {
        (Some((kind, value)), None) => {
            let read = value_of(kind, value);
            let value = read.ok_or_else(|| format!("a fact says `{kind} = {value}`, which is no value"))?;
            Ok(Fact { topic, subject, value, stale })
        }
        _ => Err(format!("a fact has not exactly one value: {table}")),
    }
}

fn value_of(kind: &str, value: &Value) -> Option<FactValue> {
    let whole = |value: &Value| value.as_integer().and_then(|number| u32::try_from(number).ok());
    match kind {
        "money" => {
            let (amount, currency) = value.as_str()?.split_once(' ')?;
            let currency = *Currency::ALL.iter().find(|known| known.name() == currency)?;
            Some(FactValue::Money { cents: i64::from(hundredths(amount)?), currency })
        }
        "percentage" => hundredths(value.as_str()?).map(FactValue::Percentage),
        "date" => {
            let date = value.as_datetime()?.date?;
            Some(FactValue::Date(Date { year: date.year, month: date.month, day: date.day }))
        }
        "time" => {
            let time = value.as_datetime()?.time?;
            Some(FactValue::Time(u16::from(time.hour) * 60 + u16::from(time.minute)))
        }
        "availability" => value.as_bool().map(FactValue::Availability),
        "count" => whole(value).map(FactValue::Count),
        "range" => match value.as_array()?.iter().map(whole).collect::<Option<Vec<u32>>>()?[..] {
            [low, high] if low <= high => Some(FactValue::Range(low, high)),
            _ => None,
        },
        "identifier" => value.as_str().map(|name| FactValue::Identifier(name.into())),
        _ => None,
    }
}

/// A decimal of at most two places, in hundredths.
fn hundredths(text: &str) -> Option<u32> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let padded = format!("{whole}{part:0<2}");
    (part.len() <= 2).then(|| padded.parse().ok()).flatten()
}
