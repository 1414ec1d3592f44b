//! A scenario's text as a tree whose every key and value knows where it was written.
//!
//! The reader works on this tree and not on the parser's, so that overrides, variants and defaults go the same way
//! as the file, and each error still points at what somebody wrote.

use crate::errors::{Gathered, Problem};
use crate::source::{Place, Sources};
use toml_edit::{Item, Key, TableLike};

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) value: Value,
    pub(crate) place: Place,
    /// The dotted path under which it was written.
    pub(crate) path: String,
}

/// What TOML can say.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Text(String),
    Integer(i64),
    Float(f64),
    Flag(bool),
    /// A date, a time of day, or both, as TOML writes it without quotes.
    Moment(String),
    List(Vec<Node>),
    Table(Vec<Entry>),
}

/// A key and its value.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_place: Place,
    pub(crate) node: Node,
}

impl Node {
    /// The entries, if this is a table.
    pub(crate) fn entries(&self) -> Option<&[Entry]> {
        match &self.value {
            Value::Table(entries) => Some(entries),
            _ => None,
        }
    }

    /// The entry of a key, if this is a table that has it.
    pub(crate) fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries()?.iter().find(|entry| entry.key == key)
    }

    /// Takes an entry out of a table.
    pub(crate) fn take(&mut self, key: &str) -> Option<Entry> {
        let Value::Table(entries) = &mut self.value else { return None };
        let at = entries.iter().position(|entry| entry.key == key)?;
        Some(entries.remove(at))
    }
}

/// The path of `key` within the table at `path`, with quotes where TOML needs them.
pub(crate) fn join(path: &str, key: &str) -> String {
    let bare = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    match (path.is_empty(), bare) {
        (true, true) => key.to_owned(),
        (true, false) => format!("{key:?}"),
        (false, true) => format!("{path}.{key}"),
        (false, false) => format!("{path}.{key:?}"),
    }
}

/// Parses one text. TOML's own errors, duplicate keys among them, end the reading: after them nothing is certain.
pub(crate) fn parse(sources: &Sources, source: usize, text: &str, errors: &mut Gathered) -> Option<Node> {
    match toml_edit::Document::parse(text) {
        Ok(document) => {
            let whole = Place::new(source, &(0..0));
            Some(table(source, document.as_table(), whole, ""))
        }
        Err(error) => {
            let place = Place::new(source, &error.span().unwrap_or(0..0));
            let message = format!("this is not TOML: {}", error.message().trim().replace('\n', ", "));
            let hint = match error.message() {
                known if known.contains("duplicate key") => {
                    Some("every key stands once; remove or rename one of the two")
                }
                known if known.contains("must be quoted") => Some("write it in quotes, such as \"1h\""),
                _ => None,
            };
            errors.add(sources, place, Problem::new("", message).hint(hint.map(str::to_owned)));
            None
        }
    }
}

fn table(source: usize, table: &dyn TableLike, place: Place, path: &str) -> Node {
    let entries = table.iter().filter_map(|(name, _)| {
        let (key, item) = table.get_key_value(name)?;
        entry(source, key, item, place, path)
    });
    Node { value: Value::Table(entries.collect()), place, path: path.to_owned() }
}

fn entry(source: usize, key: &Key, item: &Item, parent: Place, path: &str) -> Option<Entry> {
    let key_place = key.span().map_or(parent, |span| Place::new(source, &span));
    let path = join(path, key.get());
    let place = item.span().map_or(key_place, |span| Place::new(source, &span));
    let node = match item {
        Item::None => return None,
        // A table is written over many lines; its name is what can be pointed at.
        Item::Table(inner) => table(source, inner, key_place, &path),
        Item::ArrayOfTables(tables) => {
            let nodes = tables.iter().map(|inner| table(source, inner, key_place, &path));
            Node { value: Value::List(nodes.collect()), place: key_place, path }
        }
        Item::Value(value) => node(source, value, place, path),
    };
    Some(Entry { key: key.get().to_owned(), key_place, node })
}

fn node(source: usize, value: &toml_edit::Value, place: Place, path: String) -> Node {
    let value = match value {
        toml_edit::Value::String(text) => Value::Text(text.value().clone()),
        toml_edit::Value::Integer(number) => Value::Integer(*number.value()),
        toml_edit::Value::Float(number) => Value::Float(*number.value()),
        toml_edit::Value::Boolean(flag) => Value::Flag(*flag.value()),
        toml_edit::Value::Datetime(moment) => Value::Moment(moment.value().to_string()),
        toml_edit::Value::Array(values) => Value::List(
            values
                .iter()
                .map(|value| {
                    let place = value.span().map_or(place, |span| Place::new(source, &span));
                    node(source, value, place, path.clone())
                })
                .collect(),
        ),
        toml_edit::Value::InlineTable(inner) => return table(source, inner, place, &path),
    };
    Node { value, place, path }
}
