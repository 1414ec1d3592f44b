//! Streams of both dialects.

use crate::raw::{Ending, Wire};
use crate::rig::{ANTHROPIC, OPENAI, PLAIN, chat, message, served, served_with, written};
use rushhour_live::ServerSettings;
use serde_json::{Value, json};

const TOOL: &str = r#"{ "type": "object", "required": ["city", "days"],
    "properties": { "city": { "type": "string" }, "days": { "type": "integer", "minimum": 1, "maximum": 9 } } }"#;

fn openai_tools() -> Value {
    let parameters: Value = serde_json::from_str(TOOL).unwrap();
    json!([{ "type": "function", "function": { "name": "get_weather", "parameters": parameters } }])
}

fn anthropic_tools() -> Value {
    let schema: Value = serde_json::from_str(TOOL).unwrap();
    json!([{ "name": "get_weather", "input_schema": schema }])
}

/// Trap 2: SDKs drop events that have no `event:` line, and deliver an empty stream.
#[test]
fn every_event_of_anthropic_has_its_line_and_they_come_in_order() {
    served(&[], async |client| {
        let raw = client.message(&json!({ "stream": true })).await;
        assert_eq!((raw.status, raw.header("content-type")), (200, "text/event-stream; charset=utf-8"));
        let lines: Vec<&str> = raw.body.lines().collect();
        let mut kinds = Vec::new();
        for event in lines.chunks(3) {
            let kind = event[0].strip_prefix("event: ").expect("an event line");
            let data: Value =
                serde_json::from_str(event[1].strip_prefix("data: ").expect("a data line")).unwrap();
            assert_eq!((data["type"].as_str(), event[2]), (Some(kind), ""));
            kinds.push(kind);
        }
        kinds.dedup();
        let order =
            ["message_start", "content_block_start", "ping", "content_block_delta", "content_block_stop"];
        assert_eq!(kinds, [&order[..], &["message_delta", "message_stop"]].concat());
    });
}

/// Trap 3: the stream helpers of SDKs put strings together, so a repeated role, id or name is one too many.
#[test]
fn role_and_names_of_tools_stand_in_one_delta_alone() {
    served(&[], async |client| {
        let asks = json!({ "stream": true, "tools": openai_tools(), "tool_choice": "required" });
        let raw = client.chat(&asks).await;
        let deltas: Vec<Value> =
            raw.events().iter().map(|event| event["choices"][0]["delta"].clone()).collect();
        assert_eq!(deltas[0], json!({ "role": "assistant", "content": null, "refusal": null }));
        assert!(deltas[1..].iter().all(|delta| delta.get("role").is_none()));
        let calls: Vec<&Value> = deltas.iter().filter_map(|delta| delta.get("tool_calls")).collect();
        assert!(calls.len() > 3 && calls.iter().all(|call| call[0]["index"] == 0), "{calls:?}");
        assert!(calls[0][0]["id"].as_str().is_some_and(|id| id.starts_with("call_") && id.len() == 29));
        assert_eq!(calls[0][0]["function"], json!({ "name": "get_weather", "arguments": "" }));
        let rest: String = calls[1..]
            .iter()
            .map(|call| {
                assert_eq!(
                    call[0].as_object().map(serde_json::Map::len),
                    Some(2),
                    "index and function alone"
                );
                call[0]["function"]["arguments"].as_str().expect("a piece").to_owned()
            })
            .collect();
        let arguments: Value = serde_json::from_str(&rest).expect("the pieces are one object");
        assert!(arguments["days"].as_u64().is_some_and(|days| (1..=9).contains(&days)), "{arguments}");
        assert_eq!(raw.events().last().unwrap()["choices"][0]["finish_reason"], "tool_calls");
    });
}

/// Trap 4: an event without the empty line behind it is lost. Trap 16: a client may close at `[DONE]`, which is no abort.
#[test]
fn the_last_event_is_followed_by_an_empty_line_and_closing_at_it_is_no_abort() {
    let report = served(&[], async |client| {
        let raw = client.chat(&json!({ "stream": true })).await;
        assert!(raw.body.ends_with("data: [DONE]\n\n"), "{}", raw.body);
        let raw = client.message(&json!({ "stream": true })).await;
        assert!(raw.body.ends_with("{\"type\":\"message_stop\"}\n\n"), "{}", raw.body);
        // Everything but the last chunk's terminator is read, then the client goes.
        let mut wire = Wire::open(client.address).await;
        wire.write(&written(
            "POST /v1/chat/completions",
            OPENAI,
            &chat(&json!({ "stream": true, "max_tokens": 1 })),
        ))
        .await;
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        drop(wire);
    });
    assert_eq!((report.hung_up, report.broken), (0, 0));
    assert_eq!(report.lanes.iter().map(|lane| lane.answered).sum::<u64>(), 3);
}

/// Trap 5: usage stands in a chunk without choices, and as null in all before, if it is asked for; else nowhere.
#[test]
fn usage_comes_only_when_asked_for_and_then_in_a_chunk_of_its_own() {
    served(&[], async |client| {
        let raw = client.chat(&json!({ "stream": true, "stream_options": { "include_usage": true } })).await;
        let events = raw.events();
        let (last, others) = events.split_last().expect("events");
        assert_eq!(last["choices"], json!([]));
        assert_eq!(last["usage"]["completion_tokens"], 30);
        let sum = last["usage"]["prompt_tokens"].as_u64().unwrap() + 30;
        assert_eq!(last["usage"]["total_tokens"], sum);
        assert!(others.iter().all(|event| event.get("usage") == Some(&Value::Null)));
        let raw = client.chat(&json!({ "stream": true })).await;
        assert!(raw.events().iter().all(|event| event.get("usage").is_none()));
    });
}

/// Trap 6: usage at the start has a token of output and the prompt; at the end it counts from the beginning.
#[test]
fn usage_of_anthropic_is_a_running_total() {
    served(&[], async |client| {
        for (version, stated) in [("2023-06-01", Value::Null), ("2026-10-21", json!(9))] {
            let headers = [("x-api-key", "k"), ("anthropic-version", version)];
            let raw = client.send("POST /v1/messages", &headers, &message(&json!({ "stream": true }))).await;
            let events = raw.events();
            let start = &events[0]["message"]["usage"];
            assert_eq!((&start["input_tokens"], &start["output_tokens"]), (&json!(9), &json!(1)));
            let end = events.iter().find(|event| event["type"] == "message_delta").expect("the end");
            assert_eq!(end["usage"]["output_tokens"], 30);
            assert_eq!(end["usage"].get("input_tokens").unwrap_or(&Value::Null), &stated, "{version}");
        }
    });
}

/// Trap 18: OpenAI's `arguments` are the text of an object, Anthropic's `input` is the object, streamed as text.
#[test]
fn arguments_of_tools_are_text_there_and_an_object_here() {
    served(&[], async |client| {
        let raw = client.chat(&json!({ "tools": openai_tools(), "tool_choice": "required" })).await;
        let message = &raw.json()["choices"][0]["message"];
        assert_eq!(message["content"], Value::Null);
        let arguments = message["tool_calls"][0]["function"]["arguments"].as_str().expect("text");
        assert!(serde_json::from_str::<Value>(arguments).unwrap()["city"].is_string());
        let asks = json!({ "tools": anthropic_tools(), "tool_choice": { "type": "any" } });
        let block = client.message(&asks).await.json()["content"][0].clone();
        assert!(block["input"]["city"].is_string() && block["input"]["days"].is_u64(), "{block}");
        assert!(block["id"].as_str().is_some_and(|id| id.starts_with("toolu_")));
        let mut asks = asks;
        asks["stream"] = json!(true);
        let events = client.message(&asks).await.events();
        let begun = events.iter().find(|event| event["type"] == "content_block_start").expect("a block");
        assert_eq!(begun["content_block"]["input"], json!({}));
        let pieces: Vec<&str> =
            events.iter().filter_map(|event| event["delta"]["partial_json"].as_str()).collect();
        assert_eq!(pieces[0], "", "the first piece is empty");
        assert!(serde_json::from_str::<Value>(&pieces.concat()).unwrap()["city"].is_string());
        let end = events.iter().find(|event| event["type"] == "message_delta").expect("the end");
        assert_eq!(end["delta"]["stop_reason"], "tool_use");
    });
}

/// Trap 19: the model of a reply is the dated snapshot, identifiers have their prefixes, all chunks are of one time.
#[test]
fn the_model_is_echoed_as_its_snapshot_and_identifiers_have_their_shape() {
    served(&[], async |client| {
        for model in ["mini", "gpt-4o-mini", "gpt-4o-mini-2024-07-18"] {
            let reply = client.chat(&json!({ "model": model })).await;
            assert_eq!(reply.json()["model"], "gpt-4o-mini-2024-07-18");
            assert!(reply.json()["id"].as_str().is_some_and(|id| id.starts_with("chatcmpl-")));
            assert!(reply.header("x-request-id").starts_with("req_"));
        }
        let reply = client.message(&json!({})).await;
        assert_eq!(reply.json()["model"], "claude-sonnet-4-5-20250929");
        assert!(reply.json()["id"].as_str().is_some_and(|id| id.starts_with("msg_01")));
        assert!(reply.header("request-id").starts_with("req_011"));
        let events = client.chat(&json!({ "stream": true })).await.events();
        let named = |event: &Value| (event["id"].clone(), event["created"].clone(), event["model"].clone());
        assert!(events.iter().all(|event| named(event) == named(&events[0])));
    });
}

/// Trap 20: clients accept JSON even when they stream; the body decides, and an error before the first byte is plain JSON.
#[test]
fn the_body_decides_whether_a_reply_is_streamed_and_errors_never_are() {
    served(&["provider.acme.model.mini.quota.requests_per_minute=1"], async |client| {
        let accepts = [OPENAI, &[("accept", "text/event-stream")]].concat();
        let raw = client.send("POST /v1/chat/completions", &accepts, &chat(&json!({}))).await;
        assert_eq!(raw.header("content-type"), "application/json");
        assert_eq!(raw.json()["choices"][0]["finish_reason"], "stop");
        let raw = client.chat(&json!({ "stream": true })).await;
        assert_eq!((raw.status, raw.header("content-type")), (429, "application/json"));
        assert!(raw.json()["error"]["message"].is_string());
    });
}

/// Tokens come at the pace of the scenario, one by one; the head comes with the first of them.
#[test]
fn a_stream_is_paced() {
    served(&[], async |client| {
        let mut wire = Wire::open(client.address).await;
        let begun = tokio::time::Instant::now();
        wire.write(&written("POST /v1/messages", ANTHROPIC, &message(&json!({ "stream": true })))).await;
        let raw = wire.response().await.expect("a response");
        let took = begun.elapsed().as_millis();
        assert_eq!(raw.ending, Ending::Whole);
        assert!(raw.chunks.len() > 25, "{} chunks", raw.chunks.len());
        assert!((400..=450).contains(&took), "{took} ms for 100 ms and 30 tokens of 10 ms");
    });
}

/// A caller who hangs up in the middle is billed for what was produced, and counted.
#[test]
fn hanging_up_in_the_middle_is_billed_and_counted() {
    let report = served_with(PLAIN, &[], ServerSettings::default(), async |client| {
        let mut wire = Wire::open(client.address).await;
        wire.write(&written("POST /v1/messages", ANTHROPIC, &message(&json!({ "stream": true })))).await;
        tokio::time::sleep(std::time::Duration::from_millis(251)).await;
        drop(wire);
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        assert_eq!(client.get("/_rushhour/stats").await.json()["calls_under_way"], 0);
    });
    let lane = &report.lanes[0];
    assert_eq!((report.hung_up, lane.answered), (1, 0));
    assert!((14..=18).contains(&lane.output_tokens), "{} tokens by then", lane.output_tokens);
}
