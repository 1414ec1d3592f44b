//! `/_rushhour/…` and `/metrics`.

use crate::raw::Ending;
use crate::rig::{OPENAI, chat, served};
use serde_json::json;
use std::time::Duration;

/// The clock stands until the first request or `start`, and faults come by it.
#[test]
fn the_clock_starts_with_the_first_request_or_when_told() {
    let fault = "provider.acme.fault.later={ kind = \"overloaded\", at = \"1m\", for = \"1m\" }";
    served(&[fault], async |client| {
        tokio::time::sleep(Duration::from_secs(70)).await;
        assert_eq!(client.get("/_rushhour/stats").await.json()["running"], false);
        let started = client.send("POST /_rushhour/start", &[], "").await.json();
        assert_eq!((&started["running"], &started["elapsed_s"]), (&json!(true), &json!(0.0)));
        assert_eq!(client.chat(&json!({})).await.status, 200, "the fault is a minute after the start");
        tokio::time::sleep(Duration::from_secs(60)).await;
        assert_eq!(client.chat(&json!({})).await.status, 503);
        let begun = client.send("POST /_rushhour/reset", &[], "").await.json();
        assert_eq!((&begun["running"], &begun["counts"]["attempts"]), (&json!(false), &json!(0)));
        assert_eq!(client.chat(&json!({})).await.status, 200, "all begins anew");
        assert_eq!(client.get("/_rushhour/stats").await.json()["counts"]["attempts"], 1);
    });
}

/// A reset in the middle of a call breaks it off, and it is not taken for the next one, which has the same number.
#[test]
fn a_reset_breaks_off_what_is_under_way() {
    let report = served(&[], async |client| {
        let asks = json!({ "stream": true });
        let whole = json!({});
        let (before, after) = tokio::join!(client.message(&whole), async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            client.send("POST /_rushhour/reset", &[], "").await;
            client.message(&asks).await
        });
        assert!(before.status == 200 && before.ending != Ending::Whole, "{}", before.body);
        assert!(after.ending == Ending::Whole && after.body.contains("message_stop"), "{}", after.body);
    });
    assert_eq!((report.hung_up, report.lanes[0].attempts, report.lanes[0].answered), (0, 1, 1));
}

#[test]
fn a_wrong_method_or_path_of_control_is_told() {
    served(&[], async |client| {
        let raw = client.get("/_rushhour/reset").await;
        assert_eq!((raw.status, raw.header("allow")), (405, "POST"));
        assert_eq!(client.send("POST /metrics", &[], "").await.status, 405);
        let raw = client.get("/_rushhour/nothing").await;
        assert!(raw.status == 404 && raw.body.contains("truths"), "{}", raw.body);
    });
}

/// Every line is a comment or `name{labels} value`, histograms are cumulative, and the names are the conventions'.
#[test]
fn metrics_are_what_prometheus_reads() {
    let sets = ["provider.acme.model.mini.quota.requests_per_minute=2", "provider.acme.counts_failed=false"];
    served(&sets, async |client| {
        for _ in 0..3 {
            let headers = [OPENAI, &[("x-stainless-retry-count", "1")]].concat();
            client.send("POST /v1/chat/completions", &headers, &chat(&json!({}))).await;
        }
        let raw = client.get("/metrics").await;
        assert_eq!(raw.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
        for line in raw.body.lines().filter(|line| !line.starts_with('#')) {
            let (name, value) = line.rsplit_once(' ').expect("a value");
            assert!(value.parse::<f64>().is_ok(), "{line}");
            assert!(name.starts_with("gen_ai_") || name.starts_with("rushhour_"), "{line}");
            assert_eq!(name.contains('{'), name.ends_with('}'), "{line}");
        }
        for line in [
            "rushhour_requests_total 3",
            "rushhour_retries_total{number=\"1\"} 3",
            "rushhour_responses_total{status=\"429\"} 1",
            "rushhour_quota_used_total{quota=\"acme/gpt-4o-mini\",dimension=\"requests\"} 2",
        ] {
            assert!(raw.body.lines().any(|own| own == line), "{line} is not in\n{}", raw.body);
        }
        let labels = "gen_ai_operation_name=\"chat\",gen_ai_provider_name=\"openai\",gen_ai_request_model=\"gpt-4o-mini\",\
                      rushhour_lane=\"acme/mini\"";
        for (name, bound, count) in [
            ("gen_ai_server_request_duration_seconds", "0.32", 0),
            ("gen_ai_server_request_duration_seconds", "0.64", 2),
            ("gen_ai_server_time_to_first_token_seconds", "0.16", 2),
            ("gen_ai_server_time_per_output_token_seconds", "0.025", 2),
        ] {
            let line = format!("{name}_bucket{{{labels},le=\"{bound}\"}} {count}");
            assert!(raw.body.contains(&line), "{line} is not in\n{}", raw.body);
        }
        assert!(!raw.body.contains("sk-any"), "no key in a metric");
    });
}

/// The page that a person sees at the end.
#[test]
fn the_report_says_what_was_seen() {
    let sets = [
        "provider.main.model.sonnet.quota={ requests_per_minute = 2 }",
        "provider.acme.fault.now={ kind = \"overloaded\", at = \"0s\", for = \"5m\" }",
    ];
    let report = served(&sets, async |client| {
        for _ in 0..3 {
            client.message(&json!({})).await;
        }
        client.chat(&json!({})).await;
        tokio::time::sleep(Duration::from_secs(58)).await;
    });
    let text = report.text();
    for part in [
        "requests    4, of which retries 0",
        "responses   200: 2, 429: 1, 503: 1",
        "lane        main/sonnet: 2 of 3 answered; tokens in 18, cached 0, out 60",
        "requests 2 per 1m: used 2 of 3 granted, 1 unused; refused 1",
        "fault       now (overloaded) struck 1",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    let document = report.json();
    assert_eq!(document["counts"]["rejected_429"], 1);
    assert_eq!(document["quotas"][0]["unused"], 1);
    // 18 tokens in at $3 and 60 out at $15 a million.
    assert_eq!(document["spend_usd"], json!(0.000954));
}
