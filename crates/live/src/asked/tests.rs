//! The readers of bodies, tried with what nobody would send. `PROPTEST_CASES` makes them try longer.

use super::anthropic::Endpoint;
use super::{Asked, Invalid, anthropic, openai};
use crate::answer::Answer;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use rushhour_world::tokens;
use rushhour_world::wire::anthropic::Version;
use serde_json::{Value, json};

/// The same cases every time, unless somebody asks for more.
fn cases() -> ProptestConfig {
    let plain = ProptestConfig::default();
    let fixed = std::env::var_os("PROPTEST_CASES").is_none();
    ProptestConfig {
        cases: if fixed { 500 } else { plain.cases },
        failure_persistence: None,
        rng_seed: if fixed { RngSeed::Fixed(20_260_311) } else { plain.rng_seed },
        ..plain
    }
}

/// Reads a body in every way, and answers it where it can be read: nothing may panic, and nothing may be larger than it should.
fn read_all(body: &[u8]) -> Result<(), TestCaseError> {
    let versions = [Version::Of2023, Version::Of2026];
    let of_anthropic = versions.map(|version| anthropic::read(body, Endpoint::Messages, version));
    let counted = anthropic::read(body, Endpoint::CountTokens, Version::Of2023);
    for read in of_anthropic.into_iter().chain([counted, openai::read(body)]) {
        match read {
            Ok(asked) => answer(&asked, body.len())?,
            Err(Invalid { message, .. }) => {
                prop_assert!(!message.is_empty() && message.len() < 1_000 + 2 * body.len());
            }
        }
    }
    Ok(())
}

fn answer(asked: &Asked<'_>, length: usize) -> Result<(), TestCaseError> {
    // A character is at most a token; an image, a message's frame and a call's are what is counted beside characters.
    prop_assert!(asked.input_tokens <= 800 * length as u64 + 100, "{} of {length}", asked.input_tokens);
    prop_assert!(asked.kept_tokens <= asked.input_tokens);
    let mut reply = Answer::to_stranger(asked, 7, 40);
    let whole = reply.tokens();
    reply.cut(20);
    prop_assert_eq!(reply.tokens(), whole.min(20));
    Ok(())
}

/// JSON of the shapes that bodies are made of, with wrong types among the right ones.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        prop::sample::select(WORDS).prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(prop::sample::select(WORDS), inner, 0..6).prop_map(|members| members
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect()),
        ]
    })
}

const WORDS: &[&str] = &[
    "model",
    "messages",
    "role",
    "content",
    "type",
    "text",
    "user",
    "assistant",
    "system",
    "tool",
    "tool_calls",
    "tool_call_id",
    "id",
    "function",
    "name",
    "arguments",
    "stream",
    "stream_options",
    "include_usage",
    "max_tokens",
    "n",
    "stop",
    "tools",
    "tool_choice",
    "required",
    "auto",
    "any",
    "response_format",
    "json_schema",
    "schema",
    "input_schema",
    "parameters",
    "cache_control",
    "ttl",
    "1h",
    "image_url",
    "tool_use",
    "tool_result",
    "input",
    "output_config",
    "format",
    "properties",
    "items",
    "enum",
    "$ref",
    "#",
    "anyOf",
    "minItems",
    "minimum",
    "object",
    "array",
    "string",
    "integer",
    "thinking",
];

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn any_bytes_are_read_or_refused(body in prop::collection::vec(any::<u8>(), 0..300)) {
        read_all(&body)?;
    }

    #[test]
    fn any_json_is_read_or_refused(body in value()) {
        read_all(body.to_string().as_bytes())?;
    }

    /// Bodies that are right but for one member.
    #[test]
    fn any_member_is_read_or_refused(name in prop::sample::select(WORDS), member in value(), cut in 0usize..400) {
        let message = json!({ "role": "user", "content": "What is the weather like?" });
        let mut body = json!({ "model": "m", "max_tokens": 9, "messages": [message], "stream": true });
        body[name] = member;
        let text = body.to_string();
        read_all(text.as_bytes())?;
        read_all(&text.as_bytes()[..cut.min(text.len())])?;
    }

    #[test]
    fn any_tool_and_schema_is_answered_in_bounds(schema in value()) {
        let tools = json!([{ "type": "function", "name": "f", "input_schema": schema, "function": { "name": "f", "parameters": schema } }]);
        let message = json!({ "role": "user", "content": "hello" });
        for choice in [json!("required"), json!({ "type": "any" })] {
            let body = json!({ "model": "m", "max_tokens": 9, "messages": [message], "tools": tools, "tool_choice": choice });
            read_all(body.to_string().as_bytes())?;
        }
        let format = json!({ "type": "json_schema", "json_schema": { "name": "s", "schema": schema } });
        read_all(json!({ "model": "m", "messages": [message], "response_format": format }).to_string().as_bytes())?;
    }
}

#[test]
fn a_prompt_is_counted_by_its_texts() {
    let text = "The quick brown fox";
    let body = json!({ "model": "m", "max_tokens": 9, "messages": [
        { "role": "user", "content": text },
        { "role": "assistant", "content": [{ "type": "text", "text": text }] },
        { "role": "user", "content": [{ "type": "text", "text": text, "cache_control": { "type": "ephemeral", "ttl": "1h" } }, { "type": "image" }] },
    ] })
    .to_string();
    let count = tokens::count(text);
    let read = anthropic::read(body.as_bytes(), Endpoint::Messages, Version::Of2026).expect("it is right");
    assert_eq!(read.input_tokens, 3 * count + super::IMAGE_TOKENS + super::frame(3));
    assert_eq!((read.kept_tokens, read.keep), (3 * count, rushhour_base::Keep::Hour));
    let read = openai::read(body.as_bytes()).expect("it is right");
    assert_eq!(read.input_tokens, 3 * count + super::IMAGE_TOKENS + super::frame(3));
}

#[test]
fn conversations_that_begin_alike_have_one_beginning() {
    let read = |messages: Value| {
        let body = json!({ "model": "m", "messages": messages }).to_string();
        openai::read(body.as_bytes()).expect("it is right").beginning
    };
    let (system, first) =
        (json!({ "role": "system", "content": "s" }), json!({ "role": "user", "content": "a" }));
    let later = json!({ "role": "user", "content": "b" });
    assert_eq!(read(json!([system, first])), read(json!([system, first, later])));
    assert_ne!(read(json!([system, first])), read(json!([system, later])));
}
