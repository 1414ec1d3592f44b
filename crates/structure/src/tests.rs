use super::*;
use proptest::prelude::*;
use rushhour_base::conversation::{Currency, Fact, FactValue};
use rushhour_base::event::IssueKind;
use rushhour_core::validator::{Given, validate};

fn read(reply: &str) -> Result<Read, Broken> {
    Schema::of_answers().read(reply)
}

fn answer(value: &str) -> String {
    format!(r#"{{"topic": "price", "subject": "desk lamp 4417", "value": {value}}}"#)
}

#[test]
fn the_claim_is_the_value() {
    for (value, text) in [
        (r#""$47.15""#, Some("$47.15")),
        ("47.15", Some("47.15")),
        ("true", Some("available")),
        ("false", Some("not available")),
        ("null", None),
        (r#""  ""#, None),
        (r#""47,15 \u20ac""#, Some("47,15 €")),
    ] {
        assert_eq!(read(&answer(value)).expect(value).text.as_deref(), text, "{value}");
    }
    let stale = r#"{"topic": "a", "subject": "b", "value": "$1", "stale": true}"#;
    assert!(read(stale).expect("it is whole").stale);
    let fenced = format!("```json\n{}\n```\n", answer("7"));
    assert_eq!(read(&fenced).expect("a fence is passed over").text.as_deref(), Some("7"));
}

#[test]
fn what_cannot_be_read_says_why() {
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let cut = &answer("7")[..40];
    for (reply, why) in [
        ("", "EOF"),
        ("The lamp costs $47.15.", "expected value"),
        (cut, "EOF"),
        ("{} {}", "trailing characters"),
        (deep.as_str(), "recursion limit"),
        ("[]", "is not of type \"object\""),
        (r#"{"topic": "a", "subject": "b"}"#, "\"value\" is a required property"),
        (r#"{"topic": "a", "subject": "b", "value": {"deep": [1]}}"#, "/value"),
    ] {
        let broken = read(reply).expect_err(reply);
        assert!(broken.why.contains(why) && broken.why.len() < 4 * MESSAGE, "{reply}: {}", broken.why);
    }
}

#[test]
fn a_schema_of_ones_own() {
    let schema = Schema::parse(
        r#"{ "type": "object", "properties": { "price": { "type": "object" }, "code": { "type": "string", "pattern": "^[A-Z]+$" } } }"#,
    )
    .expect("a schema");
    let read =
        schema.read(r#"{"subject": "lamp 9", "price": {"amount": 47.15, "currency": "USD"}, "code": "AB"}"#);
    assert_eq!(read.expect("it meets the schema").text.as_deref(), Some("AB\n47.15 USD"));
    assert!(schema.read(r#"{"code": "ab"}"#).is_err());
    for (text, line, why) in [
        ("{\n \"type\": }", Some(2), "expected value"),
        (r#"{ "type": "shape" }"#, None, "shape"),
        (r#"{ "pattern": "(a)\\1" }"#, None, "regex"),
        (r#"{ "$ref": "https://elsewhere.example/schema.json" }"#, None, "elsewhere.example"),
    ] {
        let error = Schema::parse(text).expect_err(text);
        assert!(error.line == line && error.why.contains(why), "{text}: {error:?}");
    }
}

#[test]
fn a_reply_for_machines_is_held_against_the_facts() {
    let fact = |stale| Fact {
        topic: "price".into(),
        subject: "desk lamp 4417".into(),
        value: FactValue::Money { cents: 4_715, currency: Currency::Usd },
        stale,
    };
    let schema = Schema::of_answers();
    let check = |facts: &[Fact], reply: &str| {
        let given = Given { facts, asked: Some(("price", "desk lamp 4417")), structure: Some(&schema) };
        validate(reply, &given).gravest()
    };
    assert_eq!(check(&[fact(false)], &answer(r#""$47.15""#)), IssueKind::None);
    assert_eq!(check(&[fact(false)], &answer("47.15")), IssueKind::None);
    assert_eq!(check(&[fact(false)], &answer("47.51")), IssueKind::Contradicts);
    assert_eq!(check(&[fact(false)], &answer("null")), IssueKind::WronglyUnknown);
    assert_eq!(check(&[], &answer("null")), IssueKind::None);
    assert_eq!(check(&[], &answer(r#""$47.15""#)), IssueKind::Unsupported);
    assert_eq!(check(&[fact(true)], &answer(r#""$47.15""#)), IssueKind::Stale);
    assert_eq!(check(&[fact(false)], &answer("7")[..30]), IssueKind::Malformed);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_reply_makes_it_panic(text in any::<String>(), json in r#"[\[\]{}",:0-9a-z\\ \n`]{0,60}"#) {
        let _ = (read(&text), read(&json), read(&answer(&json)));
    }
}
