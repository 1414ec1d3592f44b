//! Replies for machines: JSON, held against a JSON Schema.
//!
//! `core` may depend on nothing from elsewhere, so the reader of JSON and the schema library stand here; what a reply
//! claims is still judged there, by [`validate`](rushhour_core::validator::validate).
//!
//! # What is read where
//! A reply is one JSON document, bare or in a Markdown fence, as models like to give it. If the schema holds, its claim is:
//!
//! | the document | the claim |
//! |---|---|
//! | has a key `value` at its top | what stands there |
//! | has none | all texts and numbers in it but those of `topic` and `subject`, one a line |
//!
//! `null` and an empty text say that nobody knows; `true` and `false` that something can be had or not; `"stale": true` at
//! the top says that the claim is an old one.
//!
//! # Safe
//! Documents deeper than 128 levels are refused by the reader before they can exhaust a stack. Patterns of the schema run on
//! the `regex` engine, which never backtracks; one that needs more is an error of the schema. Nothing is fetched.

use rushhour_core::validator::{Broken, Read, Structure};
use serde_json::Value;
use std::fmt;

/// A JSON Schema that replies have to meet.
///
/// ```
/// use rushhour_core::validator::Structure;
/// use rushhour_structure::Schema;
/// let schema = Schema::of_answers();
/// let read = schema.read(r#"{"topic": "price", "subject": "desk lamp 4417", "value": "$47.15"}"#).unwrap();
/// assert_eq!((read.text.as_deref(), read.stale), (Some("$47.15"), false));
/// let cut = schema.read(r#"{"topic": "price", "subj"#).unwrap_err();
/// assert!(cut.why.contains("EOF"), "{}", cut.why);
/// ```
pub struct Schema {
    validator: jsonschema::Validator,
}

/// What is wrong with a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaError {
    /// The line, from 1, if the text is no JSON.
    pub line: Option<usize>,
    /// In words, as a fragment.
    pub why: String,
}

impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.why),
            None => f.write_str(&self.why),
        }
    }
}

impl std::error::Error for SchemaError {}

impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Schema").finish_non_exhaustive()
    }
}

impl Schema {
    /// Reads a schema from its text.
    ///
    /// # Errors
    /// What is wrong with it: it is no JSON, no JSON Schema, refers to another document, or has a pattern that only a
    /// backtracking engine could match.
    pub fn parse(text: &str) -> Result<Schema, SchemaError> {
        let schema: Value = serde_json::from_str(text)
            .map_err(|error| SchemaError { line: Some(error.line()), why: error.to_string() })?;
        let options = jsonschema::options().with_pattern_options(jsonschema::PatternOptions::regex());
        match options.build(&schema) {
            Ok(validator) => Ok(Schema { validator }),
            Err(error) => Err(SchemaError { line: None, why: error.to_string() }),
        }
    }

    /// The schema of replies with `topic`, `subject` and `value`: what the program's own workloads ask for.
    pub fn of_answers() -> Schema {
        Schema::parse(OF_ANSWERS).expect("the program's own schema is a schema")
    }
}

impl Structure for Schema {
    fn read(&self, reply: &str) -> Result<Read, Broken> {
        let broken = |why: String| Broken { why };
        let document: Value =
            serde_json::from_str(unfenced(reply)).map_err(|error| broken(error.to_string()))?;
        if let Err(error) = self.validator.validate(&document) {
            let place = error.instance_path().to_string();
            let place = if place.is_empty() { "the document" } else { &place };
            return Err(broken(short(&format!("{place}: {error}"))));
        }
        let text = match document.get("value") {
            Some(value) => said(value),
            None => said(&document),
        };
        let stale = document.get("stale") == Some(&Value::Bool(true));
        Ok(Read { text: Some(text).filter(|text| !text.trim().is_empty()), stale })
    }
}

/// A reply without the Markdown fence around it.
fn unfenced(reply: &str) -> &str {
    let reply = reply.trim();
    let Some(inner) = reply.strip_prefix("```").and_then(|rest| rest.strip_suffix("```")) else {
        return reply;
    };
    match inner.split_once('\n') {
        // The rest of the first line names the language.
        Some((name, body)) if name.trim().bytes().all(|byte| byte.is_ascii_alphabetic()) => body,
        _ => inner,
    }
}

/// What a value says, as text; nothing for `null`. An amount may be an object of number and currency, so those of one
/// object stand on one line.
fn said(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(there) => if *there { "available" } else { "not available" }.to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(values) => lines(values.iter(), "\n"),
        Value::Object(entries) => {
            let flat = entries.values().all(|value| !value.is_object() && !value.is_array());
            let named = |key: &str| ["topic", "subject", "stale"].contains(&key);
            let values = entries.iter().filter(|(key, _)| !named(key)).map(|(_, value)| value);
            lines(values, if flat && entries.len() <= 2 { " " } else { "\n" })
        }
    }
}

fn lines<'v>(values: impl Iterator<Item = &'v Value>, apart: &str) -> String {
    let texts = values.map(said).filter(|text| !text.is_empty());
    texts.collect::<Vec<_>>().join(apart)
}

/// The beginning of a message: it may quote a whole document.
fn short(text: &str) -> String {
    match text.char_indices().nth(MESSAGE) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// The most characters of a message.
const MESSAGE: usize = 300;

/// What a reply to a question for one fact looks like.
const OF_ANSWERS: &str = r#"{
    "type": "object",
    "required": ["topic", "subject", "value"],
    "properties": {
        "topic": { "type": "string" },
        "subject": { "type": "string" },
        "value": { "type": ["string", "number", "boolean", "null"] },
        "stale": { "type": "boolean" }
    }
}"#;

#[cfg(test)]
mod tests;
