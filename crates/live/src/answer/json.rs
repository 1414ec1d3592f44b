//! JSON for strangers: a value that conforms to a schema.
//!
//! Known are `type`, `enum`, `const`, `properties`, `required`, `items`, `prefixItems`, `minItems`, `maxItems`, `minimum`,
//! `maximum`, their exclusive forms, `multipleOf`, `minLength`, `maxLength`, the usual `format`s, `anyOf`, `oneOf`, `allOf` and
//! `$ref` into the schema itself: what structured outputs of both providers allow, and more. A `pattern` is not followed. What is
//! not known of a schema limits nothing.
//!
//! A schema comes from outside: depth and number of values are bounded, and what lies beyond is left out.

use crate::filler::{Pieces, mixed};
use rushhour_world::tokens;
use serde_json::{Map, Number, Value, json};

/// The text of a value that conforms to a schema; of an empty object if there is none, or it is no JSON.
pub(crate) fn conforming(schema: Option<&str>, key: u64) -> String {
    let schema: Option<Value> = schema.and_then(|schema| serde_json::from_str(schema).ok());
    let Some(root) = schema else { return "{}".to_owned() };
    let mut maker = Maker { root: &root, key, values: VALUES_MAX };
    maker.value(&root, 0).to_string()
}

/// An object without a schema, of about so many tokens.
pub(crate) fn any_object(key: u64, length: u64) -> String {
    let empty = json!({ "answer": "", "certain": true }).to_string();
    let room = length.saturating_sub(tokens::count(&empty)).max(1);
    json!({ "answer": Pieces::filler(key, room).text(), "certain": true }).to_string()
}

struct Maker<'a> {
    root: &'a Value,
    key: u64,
    /// Values that may still be made.
    values: usize,
}

impl Maker<'_> {
    fn draw(&mut self, bound: u64) -> u64 {
        self.key = mixed(self.key);
        (self.key >> 16) % bound.max(1)
    }

    fn value(&mut self, schema: &Value, depth: usize) -> Value {
        self.values = self.values.saturating_sub(1);
        if depth > DEPTH_MAX || self.values == 0 {
            return Value::Null;
        }
        if let Some(constant) = schema.get("const") {
            return constant.clone();
        }
        if let Some(Value::Array(choices)) = schema.get("enum") {
            let place = self.draw(choices.len() as u64) as usize;
            return choices.get(place).cloned().unwrap_or(Value::Null);
        }
        if let Some(pointer) = schema.get("$ref").and_then(Value::as_str) {
            let target = pointer.strip_prefix('#').and_then(|pointer| self.root.pointer(pointer));
            return target.map_or(Value::Null, |target| self.value(target, depth + 1));
        }
        if let Some(Value::Array(schemas)) = schema.get("anyOf").or_else(|| schema.get("oneOf")) {
            // The first that is not null: deep down, null if it is allowed, so that recursion ends.
            let null = schemas.iter().find(|schema| is_null(schema));
            let other = schemas.iter().find(|schema| !is_null(schema));
            let chosen = if depth > DEPTH_OPTIONAL { null.or(other) } else { other.or(null) };
            return chosen.map_or(Value::Null, |chosen| self.value(chosen, depth + 1));
        }
        if let Some(Value::Array(schemas)) = schema.get("allOf") {
            return self.all_of(schema, schemas, depth);
        }
        match kind(schema) {
            "object" => self.object(schema, depth),
            "array" => self.array(schema, depth),
            "string" => Value::String(self.string(schema)),
            "integer" => self.number(schema, true),
            "number" => self.number(schema, false),
            "boolean" => Value::Bool(self.draw(2) == 0),
            _ => Value::Null,
        }
    }

    fn all_of(&mut self, schema: &Value, schemas: &[Value], depth: usize) -> Value {
        let mut all = Map::new();
        if schema.get("properties").is_some()
            && let Value::Object(own) = self.object(schema, depth)
        {
            all.extend(own);
        }
        for part in schemas {
            match self.value(part, depth + 1) {
                Value::Object(members) => all.extend(members),
                other if all.is_empty() => return other,
                _ => {}
            }
        }
        Value::Object(all)
    }

    fn object(&mut self, schema: &Value, depth: usize) -> Value {
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let mut object = Map::new();
        for (name, member) in schema["properties"].as_object().into_iter().flatten() {
            if required.contains(&name.as_str()) || depth < DEPTH_OPTIONAL {
                object.insert(name.clone(), self.value(member, depth + 1));
            }
        }
        for name in required.into_iter().filter(|name| schema["properties"].get(name).is_none()) {
            object.insert(name.to_owned(), Value::String(String::new()));
        }
        Value::Object(object)
    }

    fn array(&mut self, schema: &Value, depth: usize) -> Value {
        let least = schema["minItems"].as_u64().unwrap_or(0);
        let most = schema["maxItems"].as_u64().unwrap_or(u64::MAX);
        let wanted = if depth > DEPTH_OPTIONAL { least } else { (1 + self.draw(3)).max(least).min(most) };
        let first = schema["prefixItems"].as_array();
        let mut items = Vec::new();
        for place in 0..wanted {
            if self.values == 0 {
                break;
            }
            let own = first.and_then(|first| first.get(place as usize));
            items.push(match (own, schema.get("items")) {
                (Some(schema), _) | (None, Some(schema @ Value::Object(_))) => self.value(schema, depth + 1),
                _ => self.value(&json!({ "type": "string" }), depth + 1),
            });
        }
        Value::Array(items)
    }

    fn string(&mut self, schema: &Value) -> String {
        let number = self.draw(1 << 32);
        let day = 1 + number % 28;
        match schema["format"].as_str().unwrap_or_default() {
            "date-time" => format!("2026-03-{day:02}T09:30:00Z"),
            "date" => format!("2026-03-{day:02}"),
            "time" => format!("{:02}:30:00Z", number % 24),
            "email" => format!("someone{}@example.com", number % 1_000),
            "uri" | "url" => format!("https://example.com/{}", number % 1_000),
            "uuid" => format!("{number:08x}-0000-4000-8000-{:012x}", number / 7),
            "ipv4" => format!("192.0.2.{}", number % 256),
            "hostname" => "example.com".to_owned(),
            _ => {
                let least = schema["minLength"].as_u64().unwrap_or(0).min(STRING_MAX);
                let most = schema["maxLength"].as_u64().unwrap_or(u64::MAX);
                let text = Pieces::filler(number, 3 + number % 5 + least);
                let characters = usize::try_from(most.min(least.max(48))).unwrap_or(48);
                text.text().chars().take(characters).collect()
            }
        }
    }

    fn number(&mut self, schema: &Value, whole: bool) -> Value {
        let bound = |plain: &str, exclusive: &str, inward: f64| {
            let strictly = schema[exclusive].as_f64().map(|bound| bound + inward);
            match (schema[plain].as_f64(), strictly) {
                (Some(a), Some(b)) => Some(if inward > 0.0 { a.max(b) } else { a.min(b) }),
                (a, b) => a.or(b),
            }
        };
        let step = schema["multipleOf"].as_f64().filter(|step| *step > 0.0);
        let inward = if whole { 1.0 } else { 1e-6 };
        let (least, most) =
            (bound("minimum", "exclusiveMinimum", inward), bound("maximum", "exclusiveMaximum", -inward));
        let (least, most) = match (least, most) {
            (Some(least), Some(most)) => (least, most),
            (Some(least), None) => (least, least + 100.0),
            (None, Some(most)) => (most - 100.0, most),
            (None, None) => (0.0, 100.0),
        };
        let grain = step.unwrap_or(if whole { 1.0 } else { 0.25 });
        let from = (least / grain).ceil();
        let count = ((most / grain).floor() - from).clamp(0.0, 1e9) as u64 + 1;
        let value = (from + self.draw(count) as f64) * grain;
        // Between two bounds that are closer than a grain lies the lower one.
        let value = if step.is_none() && !(least..=most).contains(&value) { least } else { value };
        if whole {
            Value::from(value as i64)
        } else {
            Number::from_f64(value).map_or(Value::Null, Value::Number)
        }
    }
}

/// The type that a value of a schema has: of several, the first that is not null.
fn kind(schema: &Value) -> &str {
    match &schema["type"] {
        Value::String(kind) => kind,
        Value::Array(kinds) => {
            let mut named = kinds.iter().filter_map(Value::as_str);
            named.find(|kind| *kind != "null").unwrap_or("null")
        }
        _ if schema.get("properties").is_some() => "object",
        _ if schema.get("items").is_some() => "array",
        _ => "string",
    }
}

fn is_null(schema: &Value) -> bool {
    schema["type"] == "null" || schema.get("const").is_some_and(Value::is_null)
}

/// No value lies deeper.
const DEPTH_MAX: usize = 32;
/// Below this depth only what is required is there.
const DEPTH_OPTIONAL: usize = 6;
/// No reply has more values.
const VALUES_MAX: usize = 10_000;
/// No string is longer, whatever a schema says.
const STRING_MAX: u64 = 10_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(schema: &Value) {
        let validator = jsonschema::options().should_validate_formats(true).build(schema).expect("a schema");
        for key in 0..50 {
            let text = conforming(Some(&schema.to_string()), key);
            let value: Value = serde_json::from_str(&text).expect("JSON");
            let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{text}: {errors:?}");
        }
    }

    #[test]
    fn values_conform_to_their_schema() {
        check(
            &json!({ "type": "object", "required": ["name", "age", "tags"], "additionalProperties": false, "properties": {
            "name": { "type": "string", "minLength": 4, "maxLength": 6 },
            "age": { "type": "integer", "minimum": 18, "maximum": 19 },
            "tags": { "type": "array", "minItems": 2, "maxItems": 2, "items": { "enum": ["a", "b"] } },
            "when": { "type": ["string", "null"], "format": "date-time" },
            "mail": { "type": "string", "format": "email" },
            "site": { "type": "string", "format": "uri" },
            "id": { "type": "string", "format": "uuid" },
        } }),
        );
        check(&json!({ "type": "number", "exclusiveMinimum": 1, "exclusiveMaximum": 1.125 }));
        check(&json!({ "type": "integer", "multipleOf": 7, "minimum": -20, "maximum": -10 }));
        check(&json!({ "type": "integer", "exclusiveMinimum": 3, "exclusiveMaximum": 5 }));
        check(&json!({ "const": { "a": [1] } }));
        check(
            &json!({ "type": "array", "minItems": 3, "prefixItems": [{ "type": "boolean" }], "items": { "type": "null" } }),
        );
        check(&json!({ "allOf": [
            { "type": "object", "required": ["a"], "properties": { "a": { "type": "string" } } },
            { "type": "object", "required": ["b"], "properties": { "b": { "type": "integer" } } },
        ] }));
        check(
            &json!({ "$ref": "#/$defs/node", "$defs": { "node": { "type": "object", "required": ["next"], "properties": {
            "next": { "anyOf": [{ "$ref": "#/$defs/node" }, { "type": "null" }] }
        } } } }),
        );
    }

    #[test]
    fn hostile_schemas_are_bounded() {
        for schema in [
            json!({ "type": "array", "minItems": 1u64 << 40, "items": { "type": "array", "minItems": 1u64 << 40 } }),
            json!({ "$ref": "#" }),
            json!({ "type": "object", "required": ["me"], "properties": { "me": { "$ref": "#" } } }),
            json!({ "type": "string", "minLength": 1u64 << 40 }),
            json!({ "type": "integer", "minimum": 1e300, "multipleOf": 1e-300 }),
            json!({ "enum": [] }),
            json!([]),
        ] {
            let text = conforming(Some(&schema.to_string()), 7);
            assert!(text.len() < 1 << 20 && serde_json::from_str::<Value>(&text).is_ok(), "{schema}");
        }
        assert_eq!(conforming(Some("no schema"), 7), "{}");
    }

    #[test]
    fn an_object_is_about_as_long_as_asked_for() {
        for length in [1, 20, 300] {
            let tokens = tokens::count(&any_object(5, length));
            assert!(tokens >= length && tokens <= length.max(14) + 1, "{tokens} for {length}");
        }
    }
}
