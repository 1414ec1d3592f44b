//! Quotas over the wire: the provider model's own state, in the syntax of each dialect.

use crate::rig::{OPENAI, PLAIN, chat, served, served_with};
use rushhour_live::ServerSettings;
use serde_json::json;
use std::time::Duration;

/// Traps 7 and 9: OpenAI says Go durations, Anthropic RFC 3339; Anthropic rounds tokens to thousands.
#[test]
fn headers_are_in_the_syntax_of_their_dialect() {
    let sets = [
        "provider.acme.model.mini.quota={ requests_per_minute = 500, tokens_per_minute = 200000 }",
        "provider.main.model.sonnet.quota={ requests_per_minute = 50, input_tokens_per_minute = 30000, output_tokens_per_minute = 8000 }",
    ];
    served(&sets, async |client| {
        let raw = client.chat(&json!({ "max_tokens": 100 })).await;
        let of = |name: &str| raw.header(&format!("x-ratelimit-{name}")).to_owned();
        assert_eq!(
            ["limit-requests", "remaining-requests", "reset-requests", "limit-tokens"].map(of),
            ["500", "499", "120ms", "200000"]
        );
        let left: u64 = of("remaining-tokens").parse().expect("a number");
        assert_eq!(of("reset-tokens"), format!("{}ms", (200_000 - left) * 60_000 / 200_000));
        let raw = client.message(&json!({})).await;
        let of = |name: &str| raw.header(&format!("anthropic-ratelimit-{name}")).to_owned();
        assert_eq!(["requests-limit", "requests-remaining"].map(of), ["50", "49"]);
        assert_eq!(
            ["input-tokens-remaining", "output-tokens-remaining"].map(of),
            ["30000", "8000"],
            "in thousands"
        );
        assert_eq!(of("tokens-limit"), "38000");
        let reset = of("requests-reset");
        assert!(reset.len() == 20 && reset.ends_with('Z') && reset.as_bytes()[10] == b'T', "{reset}");
    });
}

/// Traps 8 and 9: a bucket refills all the time, so a refused call passes after what `retry-after` says and not before; when
/// the bucket is full is another matter.
#[test]
fn a_refused_call_passes_when_it_was_told_and_not_before() {
    let report = served(
        &["provider.main.model.sonnet.quota={ requests_per_minute = 20, burst = \"5%\" }"],
        async |client| {
            assert_eq!(client.message(&json!({})).await.status, 200);
            let refused = client.message(&json!({})).await;
            assert_eq!(refused.status, 429, "{}", refused.body);
            let wait: u64 = refused.header("retry-after").parse().expect("whole seconds");
            assert!((1..=3).contains(&wait), "{wait} s: the next of 20 a minute, not the turn of a minute");
            assert_eq!(refused.header("x-should-retry"), "true");
            tokio::time::sleep(Duration::from_secs(wait)).await;
            assert_eq!(client.message(&json!({})).await.status, 200);
        },
    );
    assert_eq!((report.rejected_429(), report.quotas[0].refused), (1, 1));
}

/// A 429 of OpenAI names limit, use and request, and how long to wait to the millisecond.
#[test]
fn a_429_of_openai_names_its_numbers() {
    served(&["provider.acme.model.mini.quota.tokens_per_minute=1000"], async |client| {
        assert_eq!(client.chat(&json!({ "max_tokens": 700 })).await.status, 200);
        let refused = client.chat(&json!({ "max_tokens": 701 })).await;
        let error = &refused.json()["error"];
        assert_eq!(
            (refused.status, &error["type"], &error["code"]),
            (429, &json!("tokens"), &json!("rate_limit_exceeded"))
        );
        let message = error["message"].as_str().unwrap();
        assert!(message.contains("Limit 1000, Used ") && message.contains("Requested 710"), "{message}");
        assert!(message.contains("Please try again in 2"), "{message}");
        let never = client.chat(&json!({ "max_tokens": 2000 })).await;
        assert!(
            never.json()["error"]["message"].as_str().unwrap().starts_with("Request too large"),
            "{}",
            never.body
        );
    });
}

/// Trap 15: a quota is the organisation's; another key adds nothing, and neither does another name of the model.
#[test]
fn more_keys_are_no_more_quota() {
    served(&["provider.acme.model.mini.quota={ requests_per_minute = 2 }"], async |client| {
        let mut statuses = Vec::new();
        for (key, model) in
            [("Bearer a", "mini"), ("Bearer b", "gpt-4o-mini"), ("Bearer c", "gpt-4o-mini-2024-07-18")]
        {
            let body = chat(&json!({ "model": model }));
            statuses.push(
                client.send("POST /v1/chat/completions", &[("authorization", key)], &body).await.status,
            );
        }
        assert_eq!(statuses, [200, 200, 429]);
    });
}

/// Keys are the names of projects where there are any: each has its own quota within the organisation's.
#[test]
fn keys_name_projects_where_there_are_any() {
    let projects = format!(
        "{PLAIN}\n[provider.acme.project.web]\nquota = {{ requests_per_minute = 1 }}\n\
         [provider.acme.project.batch]\nquota = {{ requests_per_minute = 1 }}\n"
    );
    served_with(&projects, &[], ServerSettings::default(), async |client| {
        let ask = async |key: &str| {
            let key = format!("Bearer {key}");
            let headers = [("authorization", key.as_str())];
            client.send("POST /v1/chat/completions", &headers, &chat(&json!({}))).await
        };
        assert_eq!(ask("web").await.status, 200);
        assert_eq!(ask("sk-proj-web").await.status, 429, "the same project");
        assert_eq!(ask("batch").await.status, 200);
        assert_eq!(ask("acme").await.status, 200, "the organisation's own");
        let unknown = ask("sk-0123456789-unknown").await;
        assert_eq!(
            (unknown.status, unknown.json()["error"]["code"].as_str()),
            (401, Some("invalid_api_key"))
        );
        assert!(!unknown.body.contains("0123456789"), "a key is masked: {}", unknown.body);
    });
}

/// Trap 17: no idempotency key tells attempts from calls; what the libraries number is counted.
#[test]
fn retries_are_counted_by_their_number() {
    let report = served(&[], async |client| {
        for number in ["0", "1", "1", "2", "many"] {
            let headers = [OPENAI, &[("x-stainless-retry-count", number)]].concat();
            client.send("POST /v1/chat/completions", &headers, &chat(&json!({}))).await;
        }
    });
    assert_eq!((report.attempts, report.retries), (5, vec![(1, 2), (2, 1)]));
}

/// What a prompt marks to be kept is read from the cache by the next that begins alike, and neither counts nor costs as much.
#[test]
fn a_prompt_that_is_kept_is_read_from_the_cache() {
    served(&[], async |client| {
        let long = "A rule of the house. ".repeat(400);
        let system = json!([{ "type": "text", "text": long, "cache_control": { "type": "ephemeral" } }]);
        let mut usages = Vec::new();
        for question in ["Good morning", "Good morning", "Good evening"] {
            let messages = json!([{ "role": "user", "content": question }]);
            let reply = client.message(&json!({ "system": system, "messages": messages })).await.json();
            let usage = &reply["usage"];
            let of = |name: &str| usage[name].as_u64().expect("a number");
            usages.push((
                of("cache_creation_input_tokens"),
                of("cache_read_input_tokens"),
                of("input_tokens"),
            ));
        }
        let (written, nothing, rest) = usages[0];
        assert!(written > 2_000 && nothing == 0 && rest < 40, "{usages:?}");
        assert_eq!(usages[1], (0, written, rest), "the same once more");
        assert_eq!((usages[2].0, usages[2].1), (0, written), "another question under the same system prompt");
    });
}
