//! Errors before the first byte: status, body and headers of both dialects.

use crate::raw::Raw;
use crate::rig::{ANTHROPIC, OPENAI, chat, message, served};
use serde_json::{Value, json};

/// A body, and what of its error must be in which field.
fn check_openai(raw: &Raw, status: u16, kind: &str, code: Value, param: Value) {
    let error = &raw.json()["error"];
    assert_eq!(
        (raw.status, &error["type"], &error["code"], &error["param"]),
        (status, &json!(kind), &code, &param)
    );
    let all = ["message", "type", "param", "code"];
    assert!(all.iter().all(|key| error.get(key).is_some()), "trap 13: null, not absent: {error}");
    assert!(raw.header("x-request-id").starts_with("req_"));
}

fn check_anthropic(raw: &Raw, status: u16, kind: &str, says: &str) {
    let body = raw.json();
    assert_eq!((raw.status, &body["type"], &body["error"]["type"]), (status, &json!("error"), &json!(kind)));
    assert_eq!(body["request_id"], raw.header("request-id"), "trap 13: the same in body and header");
    let message = body["error"]["message"].as_str().expect("a message");
    assert!(message.contains(says), "{message}");
}

/// Trap 1: since 2026 the SDKs send `Authorization: Bearer` and the new version; before they sent `x-api-key` and the old one.
#[test]
fn keys_and_versions_of_anthropic_are_taken_both_ways() {
    served(&[], async |client| {
        for key in [("x-api-key", "sk-any"), ("authorization", "Bearer sk-any")] {
            for version in ["2023-06-01", "2026-10-21"] {
                let headers = [key, ("anthropic-version", version)];
                let raw = client.send("POST /v1/messages", &headers, &message(&json!({}))).await;
                assert_eq!(raw.status, 200, "{key:?} {version}: {}", raw.body);
            }
        }
        let version = ("anthropic-version", "2023-06-01");
        let post = "POST /v1/messages";
        check_anthropic(&client.send(post, &[version], "{}").await, 401, "authentication_error", "x-api-key");
        let key = ("x-api-key", "k");
        check_anthropic(
            &client.send(post, &[key], "{}").await,
            400,
            "invalid_request_error",
            "header is required",
        );
        let other = ("anthropic-version", "2025-01-01");
        check_anthropic(
            &client.send(post, &[key, other], "{}").await,
            400,
            "invalid_request_error",
            "valid version",
        );
    });
}

/// The new version of Anthropic's API takes no sampling parameters, even at their defaults.
#[test]
fn the_new_version_refuses_what_it_dropped() {
    served(&[], async |client| {
        for (version, status) in [("2023-06-01", 200), ("2026-10-21", 400)] {
            for name in ["temperature", "top_p", "top_k"] {
                let headers = [("x-api-key", "k"), ("anthropic-version", version)];
                let raw = client.send("POST /v1/messages", &headers, &message(&json!({ name: 1 }))).await;
                assert_eq!(raw.status, status, "{name} in {version}");
            }
        }
    });
}

#[test]
fn what_is_wrong_with_a_body_is_told_in_the_words_of_openai() {
    served(&[], async |client| {
        let invalid = "invalid_request_error";
        let post = "POST /v1/chat/completions";
        check_openai(&client.send(post, &[], "{}").await, 401, invalid, Value::Null, Value::Null);
        for (body, param) in [
            ("{}".to_owned(), Value::Null),
            ("[1]".to_owned(), Value::Null),
            ("{\"model\":\"gpt-4o-mini\",".to_owned(), Value::Null),
            ("{\"model\":\"gpt-4o-mini\"}".to_owned(), json!("messages")),
            (chat(&json!({ "messages": [] })), json!("messages")),
            (chat(&json!({ "messages": [{ "role": "robot", "content": "x" }] })), json!("messages[0].role")),
            (
                chat(&json!({ "messages": [{ "role": "tool", "content": "x", "tool_call_id": "a" }] })),
                json!("messages[0].role"),
            ),
            (
                chat(&json!({ "messages": [
                    { "role": "assistant", "tool_calls": [{ "id": "a", "type": "function", "function": { "name": "f", "arguments": "{}" } }] },
                    { "role": "user", "content": "and?" },
                ] })),
                json!("messages"),
            ),
            (chat(&json!({ "n": 0 })), json!("n")),
            (chat(&json!({ "n": 129 })), json!("n")),
            (chat(&json!({ "max_tokens": 0 })), json!("max_tokens")),
            (chat(&json!({ "max_completion_tokens": -1 })), json!("max_completion_tokens")),
            (chat(&json!({ "temperature": 2.1 })), json!("temperature")),
            (chat(&json!({ "stop": ["a", "b", "c", "d", "e"] })), json!("stop")),
            (chat(&json!({ "tool_choice": "required" })), json!("tool_choice")),
            (
                chat(&json!({ "response_format": { "type": "json_schema" } })),
                json!("response_format.json_schema"),
            ),
            (chat(&json!({ "response_format": { "type": "xml" } })), json!("response_format.type")),
        ] {
            let raw = client.send(post, OPENAI, &body).await;
            check_openai(&raw, 400, invalid, Value::Null, param);
        }
        let raw = client.chat(&json!({ "model": "gpt-9" })).await;
        check_openai(&raw, 404, invalid, json!("model_not_found"), Value::Null);
        check_openai(&client.get("/v1/nothing").await, 404, invalid, Value::Null, Value::Null);
    });
}

#[test]
fn what_is_wrong_with_a_body_is_told_in_the_words_of_anthropic() {
    served(&[], async |client| {
        let invalid = "invalid_request_error";
        let used = json!([
            { "role": "assistant", "content": [{ "type": "tool_use", "id": "toolu_1", "name": "f", "input": {} }] },
            { "role": "user", "content": "and?" },
        ]);
        for (body, says) in [
            ("{".to_owned(), "not valid JSON"),
            ("{}".to_owned(), "max_tokens: Field required"),
            (json!({ "max_tokens": 1 }).to_string(), "messages: Field required"),
            (json!({ "max_tokens": 1, "messages": [] }).to_string(), "model: Field required"),
            (message(&json!({ "messages": [] })), "at least one message"),
            (message(&json!({ "max_tokens": -1 })), "greater than or equal to 0"),
            (message(&json!({ "messages": [{ "role": "tool", "content": "x" }] })), "messages.0.role"),
            (message(&json!({ "messages": used })), "toolu_1"),
            (message(&json!({ "tool_choice": { "type": "any" } })), "tools must be provided"),
        ] {
            let raw = client.send("POST /v1/messages", ANTHROPIC, &body).await;
            check_anthropic(&raw, 400, invalid, says);
        }
        check_anthropic(
            &client.message(&json!({ "model": "claude-9" })).await,
            404,
            "not_found_error",
            "model: claude-9",
        );
        let raw = client.send("POST /v1/messages/batches", ANTHROPIC, "{}").await;
        check_anthropic(&raw, 404, "not_found_error", "Not Found");
    });
}

/// Traps 10, 12 and 13: which status an error has in which dialect, what its body says, and whether it says when to come again.
#[test]
fn faults_have_the_status_and_words_of_their_dialect() {
    for (kind, openai, anthropic) in [
        (
            "overloaded",
            (503, "service_unavailable_error", json!("server_is_overloaded")),
            (529, "overloaded_error"),
        ),
        ("server_error", (500, "server_error", Value::Null), (500, "api_error")),
        (
            "revoked_key",
            (401, "invalid_request_error", json!("invalid_api_key")),
            (401, "authentication_error"),
        ),
        (
            "exhausted_credit",
            (429, "insufficient_quota", json!("credit_balance_exhausted")),
            (402, "billing_error"),
        ),
    ] {
        let at = |provider: &str| {
            format!("provider.{provider}.fault.now={{ kind = \"{kind}\", at = \"0s\", for = \"5m\" }}")
        };
        let sets = [at("acme"), at("main")];
        let report = served(&[&sets[0], &sets[1]], async |client| {
            let raw = client.chat(&json!({ "stream": true })).await;
            check_openai(&raw, openai.0, openai.1, openai.2, Value::Null);
            assert_eq!(raw.header("retry-after"), "", "{kind}: nobody knows when it ends");
            let raw = client.message(&json!({ "stream": true })).await;
            check_anthropic(&raw, anthropic.0, anthropic.1, "");
            assert_eq!(raw.header("retry-after"), "", "{kind}: nobody knows when it ends");
            let never = if kind == "exhausted_credit" { "false" } else { "" };
            assert_eq!(raw.header("x-should-retry"), never);
        });
        let struck: Vec<(&str, u64)> =
            report.faults.iter().map(|(_, kind, struck)| (kind.as_str(), *struck)).collect();
        assert_eq!(struck, [(kind, 1), (kind, 1)]);
        assert!(
            !report.text().contains("sk-any") && !report.json().to_string().contains("sk-any"),
            "no key in a report"
        );
    }
}

/// A key that is revoked for one model is good for the others: 403 is about what, 401 about who.
#[test]
fn a_key_may_be_barred_from_one_model() {
    let barred = |provider: &str, model: &str| {
        format!(
            "provider.{provider}.fault.now={{ kind = \"revoked_key\", at = \"0s\", for = \"5m\", model = \"{model}\" }}"
        )
    };
    let other = "provider.acme.model.large={ preset = \"gpt-4o\" }";
    served(&[other, &barred("acme", "mini"), &barred("main", "sonnet")], async |client| {
        check_openai(&client.chat(&json!({})).await, 403, "invalid_request_error", Value::Null, Value::Null);
        assert_eq!(client.chat(&json!({ "model": "gpt-4o" })).await.status, 200);
        check_anthropic(&client.message(&json!({})).await, 403, "permission_error", "no permission");
    });
}

/// Trap 11: a storm of 429s says what the scenario lets it say, however long.
#[test]
fn a_storm_says_when_to_come_again() {
    let storm = "provider.acme.fault.now={ kind = \"rate_limit_storm\", at = \"0s\", for = \"5m\", retry_after = \"1h\" }";
    served(&[storm], async |client| {
        let raw = client.chat(&json!({})).await;
        assert_eq!((raw.status, raw.header("retry-after")), (429, "3600"));
    });
}

/// A prompt that does not fit its model's window, before anything is charged.
#[test]
fn a_prompt_that_is_too_long_is_told_so() {
    let sets = ["provider.acme.model.mini.context=100", "provider.main.model.sonnet.context=100"];
    served(&sets, async |client| {
        let long = "many words ".repeat(200);
        let messages = json!([{ "role": "user", "content": long }]);
        let raw = client.chat(&json!({ "messages": messages })).await;
        let code = json!("context_length_exceeded");
        check_openai(&raw, 400, "invalid_request_error", code, json!("messages"));
        let raw = client.message(&json!({ "messages": messages })).await;
        check_anthropic(&raw, 400, "invalid_request_error", "prompt is too long: ");
    });
}

#[test]
fn models_are_listed_and_shown() {
    served(&[], async |client| {
        let list = client.get("/v1/models").await.json();
        assert_eq!((&list["object"], &list["data"][0]["id"]), (&json!("list"), &json!("gpt-4o-mini")));
        assert_eq!(client.get("/v1/models/gpt-4o-mini").await.json()["object"], "model");
        check_openai(
            &client.get("/v1/models/x").await,
            404,
            "invalid_request_error",
            json!("model_not_found"),
            Value::Null,
        );
        let list = client.send("GET /v1/models?limit=5", ANTHROPIC, "").await.json();
        assert_eq!((&list["has_more"], &list["data"][0]["type"]), (&json!(false), &json!("model")));
        assert_eq!(list["last_id"], "claude-sonnet-4-5-20250929");
        let after =
            client.send("GET /v1/models?after_id=claude-sonnet-4-5-20250929", ANTHROPIC, "").await.json();
        assert_eq!((&after["data"], &after["last_id"]), (&json!([]), &Value::Null));
        let one = client.send("GET /v1/models/claude-sonnet-4-5", ANTHROPIC, "").await.json();
        assert_eq!(one["display_name"], "sonnet");
    });
}

/// Counting is free: no quota is charged, and no call is made.
#[test]
fn tokens_are_counted_as_they_are_billed() {
    let report = served(&[], async |client| {
        let body = json!({ "model": "claude-sonnet-4-5", "system": "Be brief.", "messages": [{ "role": "user", "content": "Good morning" }] });
        let counted = client.send("POST /v1/messages/count_tokens", ANTHROPIC, &body.to_string()).await;
        let billed =
            client.message(&json!({ "system": "Be brief." })).await.json()["usage"]["input_tokens"].clone();
        assert_eq!(counted.json(), json!({ "input_tokens": billed }));
    });
    assert_eq!(report.lanes[0].attempts, 1);
}
