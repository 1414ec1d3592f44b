//! The JSON Schema of scenario files, generated from the table of fields, for editors and other tools.

use crate::fields::{Default, Field, Kind, SCENARIO, Table};
use crate::scalar;
use rushhour_base::Span;
use serde_json::{Map, Value, json};

/// The JSON Schema (draft 2020-12) of a scenario file.
///
/// It knows keys, types and words, but not what takes two keys to tell, such as that `warmup` is shorter than
/// `duration`; the reader checks that too.
///
/// ```
/// let schema = rushhour_scenario::schema();
/// assert_eq!(schema["properties"]["warmup"]["default"], "0s");
/// ```
pub fn schema() -> Value {
    let mut schema = of_table(&SCENARIO, false);
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!("Rushhour scenario");
    schema
}

/// `partial` leaves out what is required: a variant states only what differs.
fn of_table(table: &Table, partial: bool) -> Value {
    let Some(kinds) = table.kinds() else { return of_fields(table, None, partial) };
    let cases: Vec<Value> = kinds.iter().map(|kind| of_fields(table, Some(kind.word), partial)).collect();
    json!({ "description": table.meaning, "type": "object", "oneOf": cases })
}

/// The fields of a table, where its `kind`, if it has one, is the given word.
fn of_fields(table: &Table, kind: Option<&str>, partial: bool) -> Value {
    let fields = table.fields.iter().filter(|field| field.goes_with(kind));
    let mut properties = Map::new();
    let mut required = Vec::new();
    for field in fields {
        let partial = partial || table.path == "variant.NAME";
        let mut value = of_field(field, partial);
        if let (Some(word), "kind") = (kind, field.key) {
            value = json!({ "description": field.meaning, "const": word });
        }
        properties.insert(field.key.to_owned(), value);
        if matches!(field.default, Default::Required) && !partial {
            required.push(field.key);
        }
    }
    json!({
        "description": table.meaning,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn of_field(field: &Field, partial: bool) -> Value {
    let mut value = of_kind(&field.kind, partial);
    value["description"] = json!(field.meaning);
    if let Some(example) = as_json(field.example) {
        value["examples"] = json!([example]);
    }
    if let Default::Is(text) = field.default {
        value["default"] = as_json(text).unwrap_or(Value::Null);
    }
    value
}

fn of_kind(kind: &Kind, partial: bool) -> Value {
    const SPAN: &str = r"^\s*([0-9]+(\.[0-9]+)?(d|h|ms|us|µs|ns|m|s))+\s*$";
    match kind {
        Kind::Text => json!({ "type": "string", "pattern": r"\S" }),
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Count { least, most } => json!({ "type": "integer", "minimum": least, "maximum": most }),
        Kind::Number { least, above: true, most } => {
            json!({ "type": "number", "exclusiveMinimum": least, "maximum": most })
        }
        Kind::Number { least, above: false, most } => {
            json!({ "type": "number", "minimum": least, "maximum": most })
        }
        Kind::Span { least: Span::ZERO, .. } => json!({ "type": "string", "pattern": SPAN }),
        Kind::Span { .. } => {
            json!({ "type": "string", "allOf": [{ "pattern": SPAN }, { "pattern": "[1-9]" }] })
        }
        Kind::Share { .. } => json!({ "type": "string", "pattern": r"^\s*[0-9]+(\.[0-9]+)?\s*%\s*$" }),
        Kind::Money { .. } => json!({ "type": "string", "pattern": r"^\s*\$\s*[0-9]+(\.[0-9]+)?\s*$" }),
        Kind::Moment => json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:" }),
        Kind::TimeOfDay => json!({ "type": "string", "pattern": "^[0-9]{2}:[0-9]{2}(:[0-9]{2})?$" }),
        Kind::Word(choices) => {
            json!({ "enum": choices.iter().map(|choice| choice.word).collect::<Vec<_>>() })
        }
        Kind::Preset { names, .. } => json!({ "enum": names() }),
        Kind::Limit => json!({ "type": "string", "pattern": r"^\s*(<=?|>=?|==)\s*\S" }),
        Kind::List { of, least, most, .. } => {
            json!({ "type": "array", "items": of_kind(of, partial), "minItems": least, "maxItems": most })
        }
        Kind::Table(table) => of_table(table, partial),
        Kind::Map { of, least, .. } => {
            let least = if partial { 0 } else { *least };
            json!({ "type": "object", "additionalProperties": of_kind(of, partial), "minProperties": least })
        }
        Kind::Either(kinds) => {
            let kinds: Vec<Value> = kinds.iter().map(|kind| of_kind(kind, partial)).collect();
            json!({ "anyOf": kinds })
        }
    }
}

/// A value in TOML's notation as JSON; times without quotes become text.
fn as_json(text: &str) -> Option<Value> {
    let value: toml_edit::Value = text.parse().ok()?;
    Some(scalar::as_json(&value))
}

#[cfg(test)]
mod tests;
