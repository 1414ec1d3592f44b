//! Requests of the scenario's own world: answered in its words, some of them wrong, and the labels stay here.

use crate::rig::{ANTHROPIC, message, served_with};
use rushhour_base::{AgentId, Instant};
use rushhour_live::ServerSettings;
use rushhour_scenario::Scenario;
use rushhour_world::{Traffic, Words};
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn shipped() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/wrong_figures.toml"))
        .unwrap()
}

/// Replies by turn of an agent, and the labels that the server tells, by turn.
fn told(order: &[u32], guarded: &str) -> (BTreeMap<u32, String>, BTreeMap<String, String>) {
    let (mut replies, mut labels) = (BTreeMap::new(), BTreeMap::new());
    served_with(&shipped(), &[], ServerSettings::default(), async |client| {
        let mut ids = BTreeMap::new();
        for turn in order {
            let name = format!("shop-3/{turn}/0{guarded}");
            let headers = [ANTHROPIC, &[("x-rushhour-draw", &*name)]].concat();
            let raw =
                client.send("POST /v1/messages", &headers, &message(&json!({ "max_tokens": 4000 }))).await;
            let reply = raw.json();
            let text = reply["content"][0]["text"].as_str().unwrap_or_else(|| panic!("{reply}")).to_owned();
            assert_eq!(reply["usage"]["output_tokens"], rushhour_world::tokens::count(&text), "{text}");
            replies.insert(*turn, text);
            ids.insert(raw.header("request-id").to_owned(), format!("shop-3/{turn}"));
        }
        let truths = client.get("/_rushhour/truths").await.json();
        for row in truths["replies"].as_array().expect("rows") {
            let id = row["request_id"].as_str().expect("an id");
            assert_eq!(row["request"].as_str(), ids.get(id).map(String::as_str), "the id names the reply");
            labels.insert(ids[id].clone(), row["label"].as_str().expect("a label").to_owned());
        }
    });
    (replies, labels)
}

/// What the server answers is what the world says, whole and in any order, with labels that a simulation would give.
#[test]
fn our_own_requests_are_answered_from_the_world() {
    let turns: Vec<u32> = (0..40).collect();
    let backwards: Vec<u32> = turns.iter().rev().copied().collect();
    let (replies, labels) = told(&turns, "");
    assert_eq!((&replies, &labels), (&told(&backwards, "").0, &told(&backwards, "").1));
    let scenario = Scenario::parse(&shipped(), "wrong_figures.toml", "".as_ref(), &[]).unwrap();
    let words = Words::new(&scenario.world).expect("it has words");
    let mut traffic = Traffic::new(&scenario.world);
    for turn in turns {
        let (ask, _) = traffic.ask(AgentId(3), Instant::START);
        let call = rushhour_base::Call {
            request: ask.request,
            attempt: 0,
            lane: rushhour_base::LaneId(0),
            input_tokens: ask.sent_tokens,
            prefix: ask.prefix,
            keep: rushhour_base::Keep::No,
            max_tokens: 4_000,
            text: ask.text,
            began: ask.began,
            guarded: false,
            purpose: rushhour_base::CallPurpose::Answer,
            lacks_fact: false,
        };
        let right = words.reply_text(&call).expect("words");
        assert_eq!(replies[&turn], right.text, "turn {turn}");
        assert_eq!(labels[&format!("shop-3/{turn}")], right.label.name(), "turn {turn}");
    }
    let wrong = labels.values().filter(|label| *label != "none").count();
    assert!((1..15).contains(&wrong), "{wrong} of 40 are wrong: {labels:?}");
}

/// A guarded prompt makes some of the wrong replies right, and no right one wrong.
#[test]
fn a_guarded_prompt_is_told_by_the_name() {
    let turns: Vec<u32> = (0..60).collect();
    let wrong = |guarded| -> Vec<String> {
        let (_, labels) = told(&turns, guarded);
        labels.into_iter().filter(|(_, label)| label != "none").map(|(turn, _)| turn).collect()
    };
    let (open, guarded) = (wrong(""), wrong("/guarded"));
    assert!(
        guarded.len() < open.len() && guarded.iter().all(|turn| open.contains(turn)),
        "{open:?} {guarded:?}"
    );
}

#[test]
fn a_name_that_is_none_is_refused_with_the_way_out() {
    served_with(&shipped(), &[], ServerSettings::default(), async |client| {
        for name in ["", "shop-3", "nobody-1/0/0", "shop-30/0/0", "shop-1/999999/0", "1/1/1/1"] {
            let headers = [ANTHROPIC, &[("x-rushhour-draw", name)]].concat();
            let raw = client.send("POST /v1/messages", &headers, &message(&json!({}))).await;
            let error = raw.json()["error"]["message"].clone();
            let told = error.as_str().is_some_and(|error| error.starts_with("x-rushhour-draw: "));
            assert!(raw.status == 400 && told, "{name}: {} {error}", raw.status);
        }
        assert_eq!(client.get("/_rushhour/truths").await.json()["replies"], Value::Array(Vec::new()));
    });
}
