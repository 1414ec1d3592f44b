use super::*;
use crate::{Scenario, starter};
use std::path::Path;

const SHIPPED: [&str; 2] = [
    include_str!("../../../../scenarios/peak_hour.toml"),
    include_str!("../../../../scenarios/trace_azure.toml"),
];

/// A scenario's text as the JSON document that a schema judges.
fn json(text: &str) -> Value {
    fn item(item: &toml_edit::Item) -> Value {
        match item.as_value() {
            Some(value) => scalar::as_json(value),
            None => table(item.as_table().expect("a value or a table")),
        }
    }
    fn table(table: &toml_edit::Table) -> Value {
        table.iter().map(|(key, inner)| (key.to_owned(), item(inner))).collect()
    }
    table(toml_edit::Document::parse(text).expect("TOML").as_table())
}

/// The schema is generated from the same table as the reader, but by other code.
#[test]
fn the_schema_accepts_what_the_reader_accepts() {
    let schema = schema();
    jsonschema::meta::validate(&schema).expect("the schema is a schema");
    let validator = jsonschema::validator_for(&schema).expect("the schema compiles");
    let mut texts: Vec<String> = SHIPPED.map(str::to_owned).to_vec();
    texts.push(starter().to_owned());
    for text in texts {
        let json = json(&text);
        let errors: Vec<String> =
            validator.iter_errors(&json).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:#?}\n{text}");
    }
}

#[test]
fn the_schema_refuses_what_the_reader_refuses() {
    let schema = schema();
    let validator = jsonschema::validator_for(&schema).expect("the schema compiles");
    for (right, wrong) in [
        ("duration = \"1h\"", "duraton = \"1h\""),
        ("duration = \"1h\"", "duration = 60"),
        ("duration = \"1h\"", "duration = \"0s\""),
        ("duration = \"1h\"", "duration = \"5 apples\""),
        ("agents = 10", "agents = 0"),
        ("agents = 10", "agents = \"10\""),
        ("share = \"50%\"", "share = 0.5"),
        ("kind = \"overloaded\"", "kind = \"overload\""),
        ("share = \"50%\"", "retry_after = \"5s\""),
        ("anthropic/tier-2", "anthropic/tier-9"),
        ("cap = \"$100\"", "cap = 100"),
        ("limiter.kind = \"none\"", "limiter.knd = \"none\""),
        ("> 95%", "99%"),
    ] {
        let text = starter().replace(right, wrong);
        assert_ne!(text, starter(), "the starter has no {right}");
        let json = json(&text);
        assert!(!validator.is_valid(&json), "the schema accepts {wrong}");
        assert!(
            Scenario::parse(&text, "new.toml", Path::new(""), &[]).is_err(),
            "the reader accepts {wrong}"
        );
    }
}
