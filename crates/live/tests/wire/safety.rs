//! What clients may not do to the server: it answers or closes, and nobody else is disturbed.

use crate::raw::{Ending, Wire};
use crate::rig::{ANTHROPIC, Client, OPENAI, PLAIN, chat, served, served_with, written};
use rushhour_live::{ServerReport, ServerSettings};
use serde_json::{Value, json};
use std::time::Duration;

fn served_within(settings: ServerSettings, test: impl AsyncFnOnce(Client)) -> ServerReport {
    served_with(PLAIN, &[], settings, async |client| {
        test(client).await;
        assert_eq!(client.chat(&json!({})).await.status, 200, "others are served as before");
    })
}

#[test]
fn a_body_that_is_too_large_is_refused_stated_or_not() {
    let settings = ServerSettings { body_max: 10_000, ..ServerSettings::default() };
    served_within(settings, async |client| {
        let large = format!("{{\"x\":\"{}\"}}", "x".repeat(300_000));
        let raw = client.send("POST /v1/chat/completions", OPENAI, &large).await;
        assert_eq!((raw.status, raw.json()["error"].get("param")), (413, Some(&Value::Null)));
        let raw = client.send("POST /v1/messages", ANTHROPIC, &large).await;
        assert_eq!((raw.status, raw.json()["error"]["type"].as_str()), (413, Some("request_too_large")));
        // In chunks, whose sum nobody states.
        let mut wire = Wire::open(client.address).await;
        let head = "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer k\r\ntransfer-encoding: chunked\r\n\r\n";
        wire.write(head.as_bytes()).await;
        for _ in 0..20 {
            wire.write(format!("400\r\n{}\r\n", "x".repeat(1_024)).as_bytes()).await;
        }
        wire.write(b"0\r\n\r\n").await;
        assert_eq!(wire.response().await.expect("a response").status, 413);
    });
}

#[test]
fn a_body_that_is_said_to_be_huge_is_refused_before_it_comes() {
    served_within(ServerSettings::default(), async |client| {
        let mut wire = Wire::open(client.address).await;
        let head = "POST /v1/messages HTTP/1.1\r\nhost: x\r\nx-api-key: k\r\nanthropic-version: 2023-06-01\r\ncontent-length: 99999999999\r\n\r\n";
        wire.write(head.as_bytes()).await;
        assert_eq!(wire.response().await.expect("a response").status, 413);
        assert!(wire.is_closed().await);
    });
}

#[test]
fn a_head_that_is_too_large_is_refused() {
    served_within(ServerSettings::default(), async |client| {
        for head in [
            format!("GET /v1/models HTTP/1.1\r\nx: {}\r\n\r\n", "x".repeat(200_000)),
            format!("GET /{} HTTP/1.1\r\n\r\n", "x".repeat(200_000)),
            format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(1_000)),
        ] {
            let mut wire = Wire::open(client.address).await;
            // It may be closed while the rest is on its way.
            drop(wire.try_write(head.as_bytes()).await);
            if let Ok(raw) = wire.response().await {
                assert!((400..500).contains(&raw.status), "{}", raw.status);
            }
        }
    });
}

/// Deep nesting would exhaust the stack of a careless parser; text that is no UTF-8 is no JSON.
#[test]
fn deep_json_and_invalid_utf8_are_bad_requests() {
    served_within(ServerSettings::default(), async |client| {
        let deep =
            |open: &str, close: &str| format!("{{\"x\":{}{}}}", open.repeat(200_000), close.repeat(200_000));
        for body in [deep("[", "]"), deep("{\"a\":", "}"), chat(&json!({})).replace("user", "us\\ud800er")] {
            for (path, headers) in [("/v1/chat/completions", OPENAI), ("/v1/messages", ANTHROPIC)] {
                let raw = client.send(&format!("POST {path}"), headers, &body).await;
                assert!(
                    raw.status == 400 && raw.json()["error"]["type"] == "invalid_request_error",
                    "{}",
                    raw.body
                );
            }
        }
        for (path, headers) in [("/v1/chat/completions", OPENAI), ("/v1/messages", ANTHROPIC)] {
            let mut request = written(&format!("POST {path}"), headers, &chat(&json!({})));
            let place = request.windows(4).rposition(|four| four == b"Good").expect("the message");
            request[place] = 0xff;
            let mut wire = Wire::open(client.address).await;
            wire.write(&request).await;
            assert_eq!(wire.response().await.expect("a response").status, 400);
        }
    });
}

/// Schemas are read deep down, and tools may have any: what they hold is bounded too.
#[test]
fn a_hostile_schema_is_answered_in_bounds() {
    served_within(ServerSettings::default(), async |client| {
        let schema = json!({ "type": "array", "minItems": 1u64 << 40, "items": { "$ref": "#" } });
        let tools = json!([{ "type": "function", "function": { "name": "f", "parameters": schema } }]);
        let raw = client.chat(&json!({ "tools": tools, "tool_choice": "required" })).await;
        assert!(raw.status == 200 && raw.body.len() < 1 << 20, "{} bytes", raw.body.len());
    });
}

/// Somebody who sends a head byte by byte holds a connection only for a while; so does who sends none, or half a body.
#[test]
fn slow_clients_are_closed() {
    served_within(ServerSettings::default(), async |client| {
        let mut loris = Wire::open(client.address).await;
        loris.write(b"POST /v1/messages HT").await;
        let mut idle = Wire::open(client.address).await;
        let mut half = Wire::open(client.address).await;
        let request = written("POST /v1/chat/completions", OPENAI, &chat(&json!({})));
        half.write(&request[..request.len() - 9]).await;
        let mut kept = Wire::open(client.address).await;
        kept.write(&request).await;
        assert_eq!(kept.response().await.expect("a response").status, 200);
        let begun = tokio::time::Instant::now();
        assert_eq!(half.response().await.expect("a response").status, 408);
        assert!(begun.elapsed() <= Duration::from_secs(31));
        assert!(loris.is_closed().await || loris.is_closed().await, "closed, perhaps after a 408");
        assert!(idle.is_closed().await || idle.is_closed().await);
        assert!(kept.is_closed().await || kept.is_closed().await, "one that is kept alive idles no longer");
        assert!(begun.elapsed() <= Duration::from_secs(62), "{:?}", begun.elapsed());
    });
}

#[test]
fn one_connection_too_many_is_turned_away() {
    let settings = ServerSettings { connections_max: 3, ..ServerSettings::default() };
    let report = served_with(PLAIN, &[], settings, async |client| {
        let mut open = Vec::new();
        for _ in 0..3 {
            let mut wire = Wire::open(client.address).await;
            wire.write(&written("GET /v1/models", OPENAI, "")).await;
            assert_eq!(wire.response().await.expect("a response").status, 200);
            open.push(wire);
        }
        assert!(Wire::open(client.address).await.is_closed().await);
        drop(open);
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert_eq!(client.get("/v1/models").await.status, 200, "there is room again");
    });
    assert_eq!(report.connections_refused, 1);
}

/// Told to stop, the server lets open replies come to their end, and takes no new connection.
#[test]
fn a_graceful_stop_ends_what_is_open() {
    let rest = std::cell::RefCell::new(None);
    let report = served(&[], async |client| {
        let mut wire = Wire::open(client.address).await;
        wire.write(&written("POST /v1/chat/completions", OPENAI, &chat(&json!({ "stream": true })))).await;
        tokio::time::sleep(Duration::from_millis(150)).await;
        *rest.borrow_mut() = Some(wire);
    });
    assert_eq!((report.lanes[0].answered, report.hung_up), (1, 0), "it ended after it was told to stop");
}

/// What no client of an API would send.
#[test]
fn garbage_is_answered_or_closed() {
    served_within(ServerSettings::default(), async |client| {
        for garbage in [
            "\0\0\0\0\r\n\r\n",
            "GET\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "\u{16}\u{3}\u{1}\r\n\r\n",
            "GET / HTTP/9.9\r\n\r\n",
        ] {
            let mut wire = Wire::open(client.address).await;
            wire.write(garbage.as_bytes()).await;
            match wire.response().await {
                Ok(raw) => assert!((400..506).contains(&raw.status), "{garbage:?}: {}", raw.status),
                Err(ended) => assert!(ended == Ending::Closed || ended == Ending::Reset),
            }
        }
        let raw = client.send("DELETE /v1/models", OPENAI, "").await;
        assert_eq!(raw.status, 404);
        let raw = client.send("POST /v1/chat/completions", &[("authorization", "Basic eDp5")], "{}").await;
        assert_eq!(raw.status, 401);
    });
}
