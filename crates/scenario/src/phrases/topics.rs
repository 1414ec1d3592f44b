//! What can be asked: topics with the kind and the bounds of their values, and how each language asks and answers.

use super::{list, refuse_unknown, word};
use crate::errors::Problem;
use crate::reader::Reader;
use crate::tree::{Node, Value};
use rushhour_world::words::{Slot, Topic, ValueKind};
use std::sync::Arc;

/// A topic, whatever the language.
pub(super) struct Kind {
    name: Arc<str>,
    kind: ValueKind,
    least: u64,
    most: u64,
    prefix: String,
}

/// The topics of a knowledge base.
pub(super) fn kinds(reader: &mut Reader, base: &Node) -> Option<Vec<Kind>> {
    let entries = base.entry("topics").and_then(|entry| entry.node.entries()).unwrap_or_default();
    if entries.is_empty() {
        let problem = Problem::new(&base.path, format!("`{}` has no topics", base.path));
        reader.tell(
            base.place,
            problem.expected("a table [NAME.topics.TOPIC] for each thing that can be asked"),
        );
        return None;
    }
    let mut kinds = Vec::with_capacity(entries.len());
    for entry in entries {
        let node = &entry.node;
        refuse_unknown(reader, node, &["kind", "least", "most", "prefix"])?;
        let names = ValueKind::ALL.map(|(name, ..)| name);
        let (_, kind, largest) = ValueKind::ALL[word(reader, node, "kind", &names)?];
        let bounded = kind != ValueKind::Availability;
        let least = if bounded { number(reader, node, "least", 1, largest)? } else { 0 };
        let most = if bounded { number(reader, node, "most", least, largest)? } else { 1 };
        let prefix = match node.entry("prefix").map(|entry| &entry.node.value) {
            Some(Value::Text(prefix)) => prefix.clone(),
            _ => "NO".to_owned(),
        };
        kinds.push(Kind { name: entry.key.as_str().into(), kind, least, most, prefix });
    }
    Some(kinds)
}

/// A whole number from `least` to `most`.
fn number(reader: &mut Reader, node: &Node, key: &str, least: u64, most: u64) -> Option<u64> {
    let entry = node.entry(key);
    let found = entry.and_then(|entry| match entry.node.value {
        Value::Integer(number) => u64::try_from(number).ok().filter(|number| (least..=most).contains(number)),
        _ => None,
    });
    if found.is_none() {
        let path = crate::tree::join(&node.path, key);
        let place = entry.map_or(node.place, |entry| entry.node.place);
        let what = if entry.is_some() { "is out of bounds" } else { "is missing" };
        let problem = Problem::new(&path, format!("`{path}` {what}"));
        reader.tell(
            place,
            problem.expected(format!("a whole number from {least} to {most}, in the unit of the kind")),
        );
    }
    found
}

const KEYS: [&str; 7] =
    ["subjects", "question", "statement", "stale_statement", "answer", "unknown", "stale"];

/// The topics of a language, in the order of the knowledge base.
pub(super) fn topics(reader: &mut Reader, language: &Node, kinds: &[Kind]) -> Option<Vec<Topic>> {
    let names: Vec<&str> = kinds.iter().map(|kind| &*kind.name).collect();
    if let Some(entry) = language.entry("topics") {
        refuse_unknown(reader, &entry.node, &names)?;
    }
    let mut topics = Vec::with_capacity(kinds.len());
    for kind in kinds {
        let Some(node) = language.entry("topics").and_then(|topics| topics.node.entry(&kind.name)) else {
            let path = format!("{}.topics.{}", language.path, kind.name);
            let problem = Problem::new(&path, format!("`{path}` is missing"));
            reader.tell(language.place, problem.expected(format!("a table with {}", KEYS.join(", "))));
            return None;
        };
        topics.push(topic(reader, language, &node.node, kind)?);
    }
    Some(topics)
}

fn topic(reader: &mut Reader, language: &Node, node: &Node, kind: &Kind) -> Option<Topic> {
    refuse_unknown(reader, node, &KEYS)?;
    let both = &[Slot::Subject, Slot::Value];
    let subject = &both[..1];
    // The subjects of a language serve all its topics that have none of their own.
    let subjects = if node.entry("subjects").is_some() { node } else { language };
    Some(Topic {
        name: Arc::clone(&kind.name),
        kind: kind.kind,
        least: kind.least,
        most: kind.most,
        prefix: kind.prefix.clone(),
        subjects: list(reader, subjects, "subjects", &[Slot::Code], &[])?,
        question: list(reader, node, "question", subject, subject)?,
        statement: list(reader, node, "statement", both, both)?,
        stale_statement: list(reader, node, "stale_statement", both, both)?,
        answer: list(reader, node, "answer", both, &both[1..])?,
        unknown: list(reader, node, "unknown", subject, &[])?,
        stale: list(reader, node, "stale", both, &both[1..])?,
    })
}
