//! Files of phrases: knowledge bases in TOML. Those of the program are read as anybody's are.
//!
//! A file has a table for each knowledge base, in it `currency`, the `topics` with the kind and the bounds of their values,
//! and a table for each language with its lists of phrases. Every error names file, line and key.

mod topics;

use crate::errors::Problem;
use crate::reader::Reader;
use crate::record::Got;
use crate::suggest;
use crate::tree::{self, Entry, Node, Value};
use rushhour_base::conversation::Currency;
use rushhour_world::words::{KnowledgeBase, Language, Phrase, Slot, Tongue};
use std::path::Path;

/// The program's own files, with their names.
const OWN: [(&str, &str); 3] = [
    ("shop.toml", include_str!("phrases/shop.toml")),
    ("bank.toml", include_str!("phrases/bank.toml")),
    ("clinic.toml", include_str!("phrases/clinic.toml")),
];

/// Reads somebody's file of phrases as a tree. `None` if it cannot be read, which is told.
pub(crate) fn own(reader: &mut Reader, path: &Got, dir: &Path) -> Option<(Node, String)> {
    let file = dir.join(path.text());
    let text = match std::fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) => {
            let message = format!("`{}` cannot be read: {error}", path.spot.path);
            let hint = "a file of phrases is TOML, relative to the scenario's folder".to_owned();
            reader
                .tell(path.spot.place, Problem::new(&path.spot.path, message).hint(Some(hint)).about_value());
            return None;
        }
    };
    let source = reader.sources.add(&file.display().to_string(), &text, false);
    let tree = tree::parse(&reader.sources, source, &text, &mut reader.errors)?;
    Some((tree, text))
}

/// The knowledge base of a name, `own` phrases laid over the program's. `None` if there is none or it is not sound, which
/// is told.
pub(crate) fn knowledge(reader: &mut Reader, own: Option<Node>, name: &Got) -> Option<KnowledgeBase> {
    let mut all = Vec::new();
    for (file, text) in OWN {
        let source = reader.sources.add(file, text, false);
        let tree = tree::parse(&reader.sources, source, text, &mut reader.errors)?;
        all.extend(into_entries(tree));
    }
    for entry in own.into_iter().flat_map(into_entries) {
        lay_over(&mut all, entry);
    }
    let known: Vec<&str> = all.iter().map(|entry| entry.key.as_str()).collect();
    let Some(entry) = all.iter().find(|entry| entry.key == name.text()) else {
        let hint = suggest::nearest(name.text(), &known);
        reader.reject(&name.spot, "there is no such knowledge base", suggest::one_of_quoted(&known), hint);
        return None;
    };
    base(reader, entry)
}

fn into_entries(node: Node) -> Vec<Entry> {
    match node.value {
        Value::Table(entries) => entries,
        _ => Vec::new(),
    }
}

/// Adds a knowledge base to those known: to the lists of one of the same name, unless it replaces it.
fn lay_over(all: &mut Vec<Entry>, mut own: Entry) {
    let replaces = own.node.take("replaces").is_some_and(|flag| matches!(flag.node.value, Value::Flag(true)));
    match all.iter_mut().find(|entry| entry.key == own.key) {
        Some(known) if !replaces => extend(&mut known.node, own.node),
        Some(known) => *known = own,
        None => all.push(own),
    }
}

/// Tables are laid over each other, lists one behind the other; of all else the later counts.
fn extend(known: &mut Node, own: Node) {
    match (&mut known.value, own.value) {
        (Value::Table(entries), Value::Table(more)) => {
            known.place = own.place;
            for entry in more {
                match entries.iter_mut().find(|known| known.key == entry.key) {
                    Some(known) => extend(&mut known.node, entry.node),
                    None => entries.push(entry),
                }
            }
        }
        (Value::List(nodes), Value::List(more)) => nodes.extend(more),
        (value, own_value) => {
            *value = own_value;
            (known.place, known.path) = (own.place, own.path);
        }
    }
}

fn base(reader: &mut Reader, entry: &Entry) -> Option<KnowledgeBase> {
    let node = &entry.node;
    let currencies: Vec<&str> = Currency::ALL.iter().map(|currency| currency.name()).collect();
    let currency = word(reader, node, "currency", &currencies)?;
    let kinds = topics::kinds(reader, node)?;
    let is_language = |entry: &&Entry| !["currency", "topics"].contains(&entry.key.as_str());
    let mut languages = Vec::new();
    for entry in node.entries()?.iter().filter(is_language) {
        languages.push(language(reader, entry, &kinds)?);
    }
    if languages.is_empty() {
        let problem = Problem::new(&node.path, format!("`{}` speaks no language", node.path));
        reader.tell(entry.key_place, problem.expected("a table for each language, such as [shop.en]"));
        return None;
    }
    Some(KnowledgeBase { name: entry.key.clone(), currency: Currency::ALL[currency], languages })
}

const LANGUAGE_KEYS: [&str; 13] = [
    "notation",
    "subjects",
    "topics",
    "system",
    "chat",
    "chat_reply",
    "recall",
    "commitment",
    "opening",
    "detail",
    "passage",
    "available",
    "unavailable",
];

fn language(reader: &mut Reader, entry: &Entry, kinds: &[topics::Kind]) -> Option<Language> {
    let node = &entry.node;
    refuse_unknown(reader, node, &LANGUAGE_KEYS)?;
    let names = Tongue::ALL.map(|(name, _)| name);
    let notation = match node.entry("notation") {
        Some(_) => word(reader, node, "notation", &names)?,
        // A language without rules of its own writes as English does.
        None => names.iter().position(|name| *name == entry.key).unwrap_or(0),
    };
    let plain = |reader: &mut Reader, key: &str| list(reader, node, key, &[], &[]);
    let dated = &[Slot::Date, Slot::Time, Slot::Money];
    Some(Language {
        name: entry.key.clone(),
        notation: Tongue::ALL[notation].1,
        system: plain(reader, "system")?,
        chat: plain(reader, "chat")?,
        chat_reply: plain(reader, "chat_reply")?,
        // Whoever wrote a language before there were such questions need not know of them.
        recall: if node.entry("recall").is_some() { plain(reader, "recall")? } else { Vec::new() },
        commitment: list(reader, node, "commitment", dated, &[])?,
        opening: plain(reader, "opening")?,
        detail: plain(reader, "detail")?,
        passage: plain(reader, "passage")?,
        available: plain(reader, "available")?.iter().map(Phrase::to_string).collect(),
        unavailable: plain(reader, "unavailable")?.iter().map(Phrase::to_string).collect(),
        topics: topics::topics(reader, node, kinds)?,
    })
}

/// A list of phrases with the slots that they may and must have. `None` if it is missing or not sound, which is told.
fn list(reader: &mut Reader, node: &Node, key: &str, may: &[Slot], must: &[Slot]) -> Option<Vec<Phrase>> {
    let path = tree::join(&node.path, key);
    let nodes = match node.entry(key).map(|entry| &entry.node.value) {
        Some(Value::List(nodes)) if !nodes.is_empty() => nodes,
        found => {
            let message = if found.is_some() { "is no list of phrases" } else { "is missing" };
            let place = node.entry(key).map_or(node.place, |entry| entry.node.place);
            let problem = Problem::new(&path, format!("`{path}` {message}"));
            reader.tell(place, problem.expected("a list of phrases in quotes, at least one"));
            return None;
        }
    };
    let mut phrases = Vec::with_capacity(nodes.len());
    for node in nodes {
        match phrase(node, may, must) {
            Ok(phrase) => phrases.push(phrase),
            Err(why) => {
                reader.tell(node.place, Problem::new(&path, format!("`{path}`: {why}")).about_value());
                return None;
            }
        }
    }
    Some(phrases)
}

fn phrase(node: &Node, may: &[Slot], must: &[Slot]) -> Result<Phrase, String> {
    let Value::Text(text) = &node.value else { return Err("a phrase is text in quotes".to_owned()) };
    let phrase = Phrase::parse(text)?;
    if let Some(stray) = phrase.stray(may) {
        return Err(format!("nothing fills the slot `{{{}}}` here", stray.name()));
    }
    match must.iter().find(|slot| !phrase.has(**slot)) {
        Some(missing) => Err(format!("the slot `{{{}}}` is missing", missing.name())),
        None => Ok(phrase),
    }
}

/// The place of a word among those that it may be. `None` if it is none of them, which is told.
fn word(reader: &mut Reader, node: &Node, key: &str, words: &[&str]) -> Option<usize> {
    let entry = node.entry(key);
    let found = entry.and_then(|entry| match &entry.node.value {
        Value::Text(text) => words.iter().position(|word| word == text),
        _ => None,
    });
    if found.is_none() {
        let path = tree::join(&node.path, key);
        let place = entry.map_or(node.place, |entry| entry.node.place);
        let what = if entry.is_some() { "is unknown" } else { "is missing" };
        let problem = Problem::new(&path, format!("`{path}` {what}"));
        reader.tell(place, problem.expected(suggest::one_of_quoted(words)));
    }
    found
}

/// Refuses what is no table, and the first key that is none of those known.
fn refuse_unknown(reader: &mut Reader, node: &Node, known: &[&str]) -> Option<()> {
    let Some(entries) = node.entries() else {
        let problem = Problem::new(&node.path, format!("`{}` is no table", node.path));
        reader.tell(node.place, problem.expected(format!("a table with {}", known.join(", "))));
        return None;
    };
    match entries.iter().find(|entry| !known.contains(&entry.key.as_str())) {
        Some(entry) => {
            let problem = Problem::new(&entry.node.path, format!("unknown key `{}`", entry.node.path));
            let hint = suggest::nearest(&entry.key, known);
            reader.tell(entry.key_place, problem.expected(suggest::one_of(known)).hint(hint));
            None
        }
        None => Some(()),
    }
}
