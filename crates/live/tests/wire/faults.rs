//! Faults on the wire: what a client sees of replies that go wrong.

use crate::raw::{Ending, Raw};
use crate::rig::{Client, served};
use serde_json::{Value, json};
use std::time::Duration;

/// Replies of both dialects under a fault, whole and streamed, several of each.
async fn replies(client: &Client, stream: bool) -> Vec<(bool, Raw)> {
    let mut all = Vec::new();
    for number in 0..12 {
        let asks = json!({ "stream": stream, "metadata": { "number": number.to_string() } });
        all.push((true, client.chat(&asks).await));
        all.push((false, client.message(&asks).await));
    }
    all
}

fn under(kind: &str, more: &str, check: impl Fn(bool, bool, &Raw)) -> rushhour_live::ServerReport {
    let at = |provider: &str| {
        format!("provider.{provider}.fault.now={{ kind = \"{kind}\", at = \"0s\", for = \"5m\"{more} }}")
    };
    let sets = [at("acme"), at("main")];
    served(&[&sets[0], &sets[1]], async |client| {
        for stream in [false, true] {
            for (openai, raw) in replies(&client, stream).await {
                check(openai, stream, &raw);
            }
        }
    })
}

/// Trap 14: a connection that is lost shows as that, by FIN or by RST, and never as an end in good order.
#[test]
fn a_lost_connection_is_closed_or_reset_in_the_middle() {
    let (closed, reset) = (std::cell::Cell::new(0), std::cell::Cell::new(0));
    let report = under("reset", "", |_, stream, raw| {
        assert_eq!(raw.status, 200);
        match raw.ending {
            Ending::Closed => closed.set(closed.get() + 1),
            Ending::Reset => reset.set(reset.get() + 1),
            Ending::Whole => panic!("it came whole: {}", raw.body),
        }
        if !stream {
            let stated: usize = raw.header("content-length").parse().expect("a length");
            assert!(raw.body.len() < stated, "shorter than it says, so that clients retry");
        }
    });
    assert!(closed.get() > 5 && reset.get() > 5, "{} closed, {} reset", closed.get(), reset.get());
    assert_eq!(report.broken, 48);
    assert!(report.spend().0 > 0, "what was produced is billed");
}

/// Trap 14: a truncated stream that ends in good order is a silent success for the SDKs.
#[test]
fn a_truncated_reply_ends_in_good_order_without_its_last_part() {
    under("truncated", "", |openai, stream, raw| {
        assert_eq!((raw.status, raw.ending), (200, Ending::Whole));
        match (openai, stream) {
            (_, false) => assert!(serde_json::from_str::<Value>(&raw.body).is_err(), "{}", raw.body),
            (true, true) => {
                assert!(!raw.body.contains("[DONE]") && !raw.body.contains("\"finish_reason\":\""));
            }
            (false, true) => {
                assert!(!raw.body.contains("message_delta") && raw.body.contains("message_start"));
            }
        }
    });
}

/// Trap 12: an error in the middle of a stream has status 200; a whole reply fails with 500 instead.
#[test]
fn an_error_in_the_middle_of_a_stream_is_an_event() {
    under("stream_error", "", |openai, stream, raw| {
        let status = if stream { 200 } else { 500 };
        assert_eq!((raw.status, raw.ending), (status, Ending::Whole));
        if stream {
            let events = raw.events();
            let last = events.last().expect("an event");
            let kind = if openai { "server_error" } else { "overloaded_error" };
            assert_eq!(last["error"]["type"], kind);
            assert!(openai || raw.body.contains("event: error\n"));
            assert!(!raw.body.contains("[DONE]") && !raw.body.contains("message_stop"));
        }
    });
}

#[test]
fn a_malformed_reply_cannot_be_read() {
    under("malformed", "", |_, stream, raw| {
        assert_eq!((raw.status, raw.ending), (200, Ending::Whole));
        let unreadable = |text: &str| serde_json::from_str::<Value>(text).is_err();
        match stream {
            false => assert!(unreadable(&raw.body)),
            true => {
                let bad = raw.body.lines().filter_map(|line| line.strip_prefix("data: ")).any(unreadable);
                assert!(bad && raw.body.ends_with("\n\n"), "{}", raw.body);
            }
        }
    });
}

#[test]
fn a_wrong_usage_is_stated_and_the_invoice_is_right() {
    let report = under("wrong_usage", ", factor = 3.0", |openai, stream, raw| {
        if !stream {
            let usage = &raw.json()["usage"];
            let output = if openai { &usage["completion_tokens"] } else { &usage["output_tokens"] };
            assert_eq!(output, &json!(90));
        }
    });
    assert!(report.lanes.iter().all(|lane| lane.output_tokens == 24 * 30));
}

#[test]
fn a_slow_drip_drips_slowly() {
    let sets = ["provider.main.fault.now={ kind = \"slow_drip\", at = \"0s\", for = \"5m\", factor = 10.0 }"];
    served(&sets, async |client| {
        let begun = tokio::time::Instant::now();
        client.message(&json!({ "stream": true })).await;
        let took = begun.elapsed().as_millis();
        assert!((3_100..3_200).contains(&took), "{took} ms for 30 tokens of 100 ms");
    });
}

/// A call that hangs never answers; its caller gives up, and the place is free again.
#[test]
fn a_hanging_call_waits_for_its_caller_to_give_up() {
    let report =
        served(&["provider.acme.fault.now={ kind = \"hang\", at = \"0s\", for = \"5m\" }"], async |client| {
            let asks = json!({});
            let waits = tokio::time::timeout(Duration::from_secs(3_600), client.chat(&asks));
            assert!(waits.await.is_err(), "it answered");
            tokio::time::sleep(Duration::from_millis(10)).await;
            assert_eq!(client.get("/_rushhour/stats").await.json()["calls_under_way"], 0);
        });
    assert_eq!((report.hung_up, report.lanes[0].answered), (1, 0));
}
