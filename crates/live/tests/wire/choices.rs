//! What strangers are answered: several choices, JSON, tools that fit, stop sequences.

use crate::rig::{Client, served};
use serde_json::{Value, json};

#[test]
fn several_choices_are_numbered_and_billed_together() {
    served(&[], async |client| {
        let whole = client.chat(&json!({ "n": 3 })).await.json();
        let choices = whole["choices"].as_array().expect("choices");
        let numbers: Vec<&Value> = choices.iter().map(|choice| &choice["index"]).collect();
        assert_eq!(numbers, [0, 1, 2]);
        let texts: Vec<&Value> = choices.iter().map(|choice| &choice["message"]["content"]).collect();
        assert!(texts[0] != texts[1] && texts[1] != texts[2]);
        assert_eq!(whole["usage"]["completion_tokens"], 90);
        // Streamed, they come in turn and end each for itself; put together they say what the whole reply says.
        let raw = client.chat(&json!({ "n": 2, "stream": true, "max_tokens": 20 })).await;
        let of = |number: u64| -> String {
            let all = raw.events();
            let own = all.iter().filter(|event| event["choices"][0]["index"] == number);
            own.filter_map(|event| event["choices"][0]["delta"]["content"].as_str()).collect()
        };
        assert!(of(0).split(' ').count() > 15 && of(1).split(' ').count() > 15 && of(0) != of(1));
        let ends: Vec<Value> = raw
            .events()
            .iter()
            .filter(|event| !event["choices"][0]["finish_reason"].is_null())
            .map(|event| event["choices"][0]["finish_reason"].clone())
            .collect();
        assert_eq!(ends, ["length", "length"]);
    });
}

#[test]
fn a_schema_is_answered_with_json_that_conforms() {
    served(&[], async |client| {
        let schema = json!({
            "type": "object", "required": ["mood", "score"], "additionalProperties": false,
            "properties": { "mood": { "enum": ["good", "bad"] }, "score": { "type": "integer", "minimum": 3, "maximum": 4 } },
        });
        let validator = jsonschema::validator_for(&schema).unwrap();
        let format = json!({ "type": "json_schema", "json_schema": { "name": "mood", "strict": true, "schema": schema } });
        let reply = client.chat(&json!({ "response_format": format })).await.json();
        let text = reply["choices"][0]["message"]["content"].as_str().unwrap();
        let answer: Value = serde_json::from_str(text).unwrap();
        assert!(validator.is_valid(&answer), "{text}");
        let config = json!({ "format": { "type": "json_schema", "schema": schema } });
        let reply = client.message(&json!({ "output_config": config })).await.json();
        let text = reply["content"][0]["text"].as_str().unwrap();
        assert!(validator.is_valid(&serde_json::from_str(text).unwrap()), "{text}");
        let reply = client.chat(&json!({ "response_format": { "type": "json_object" } })).await.json();
        let text = reply["choices"][0]["message"]["content"].as_str().unwrap();
        assert!(serde_json::from_str::<Value>(text).unwrap().is_object());
    });
}

/// An agent's loop turns and ends: a tool whose name is spoken of is called, and after its result comes text.
#[test]
fn a_tool_is_called_when_it_fits_and_not_after_its_result() {
    served(&[], async |client: Client| {
        let tools = json!([{ "type": "function", "function": { "name": "get_weather" } }]);
        let ask = async |messages: Value| {
            client.chat(&json!({ "tools": tools, "messages": messages })).await.json()
        };
        let user = json!({ "role": "user", "content": "What is the Weather like?" });
        let called = ask(json!([user])).await;
        assert_eq!(called["choices"][0]["finish_reason"], "tool_calls");
        let message = &called["choices"][0]["message"];
        let id = &message["tool_calls"][0]["id"];
        let result = json!({ "role": "tool", "tool_call_id": id, "content": "rain" });
        let told = ask(json!([user, message, result])).await;
        assert_eq!(told["choices"][0]["finish_reason"], "stop");
        let other = ask(json!([{ "role": "user", "content": "Good morning" }])).await;
        assert_eq!(other["choices"][0]["finish_reason"], "stop");
    });
}

#[test]
fn a_reply_ends_before_a_stop_sequence_and_at_its_longest() {
    served(&[], async |client| {
        let text = |reply: &Value| reply["content"][0]["text"].as_str().unwrap_or_default().to_owned();
        let whole = client.message(&json!({})).await.json();
        let cut = client.message(&json!({ "max_tokens": 7 })).await.json();
        assert_eq!((&cut["stop_reason"], &cut["usage"]["output_tokens"]), (&json!("max_tokens"), &json!(7)));
        assert_eq!(text(&cut).split(' ').count(), 7, "{}", text(&cut));
        assert_eq!(whole["stop_reason"], "end_turn");
        let stopped = client.message(&json!({ "stop_sequences": ["nowhere", " "] })).await.json();
        assert_eq!(
            (&stopped["stop_reason"], &stopped["stop_sequence"]),
            (&json!("stop_sequence"), &json!(" "))
        );
        assert!(!text(&stopped).contains(' '));
        let warm = client.message(&json!({ "max_tokens": 0 })).await;
        assert_eq!((warm.status, &warm.json()["content"]), (200, &json!([])));
    });
}

/// The same request has the same answer, whatever came before it; and another seed another one.
#[test]
fn answers_hang_on_the_request_and_the_seed_alone() {
    let said = |set: &str, order: [u32; 3]| {
        let mut all = std::collections::BTreeMap::new();
        served(&[set], async |client| {
            for number in order {
                let reply = client.chat(&json!({ "user": number.to_string() })).await.json();
                all.insert(number, reply["choices"][0]["message"]["content"].clone());
            }
        });
        all
    };
    let plain = said("seed=7", [1, 2, 3]);
    assert_eq!(plain, said("seed=7", [3, 1, 2]));
    assert_ne!(plain[&1], plain[&2]);
    assert_ne!(plain, said("seed=8", [1, 2, 3]));
}
