//! What the phrases of the program come to: a conversation and a few replies for each knowledge base and language.

use rushhour_base::{AgentId, Ask, Call, CallPurpose, Instant, Keep, Label, LaneId};
use rushhour_scenario::Scenario;
use rushhour_world::words::Claim;
use rushhour_world::{Traffic, Words};
use std::fmt::Write;
use std::path::Path;

fn scenario(knowledge: &str, language: &str) -> Scenario {
    let text = format!(
        "seed = 4\n[provider.p.model.m]\nprices = {{ input = \"$3\", output = \"$15\" }}\n[workload.w]\nagents = 6\n\
         arrivals = {{ kind = \"poisson\", per_agent_per_hour = 1 }}\nprompt = {{ first = 110, growth = 90, turns = 2 }}\n\
         output = 30\n[workload.w.words]\nknowledge = \"{knowledge}\"\nlanguages = {{ {language} = 1 }}\ntypos = \"30%\"\n\
         hallucination = {{ rate = \"50%\" }}\n"
    );
    Scenario::parse(&text, "spoken.toml", Path::new(""), &[]).expect("a sound scenario")
}

fn call(ask: &Ask) -> Call {
    Call {
        request: ask.request,
        attempt: 0,
        lane: LaneId(0),
        input_tokens: ask.sent_tokens,
        prefix: ask.prefix,
        keep: Keep::No,
        max_tokens: ask.max_tokens,
        text: ask.text,
        guarded: false,
        began: 0,
        purpose: CallPurpose::Answer,
        lacks_fact: false,
    }
}

/// One conversation of two turns, then the replies of all agents.
fn spoken(scenario: &Scenario) -> String {
    let words = Words::new(&scenario.world).expect("it has words");
    let mut traffic = Traffic::new(&scenario.world);
    let asks: Vec<Ask> = (0..12).map(|turn| traffic.ask(AgentId(turn / 2), Instant::START).0).collect();
    let mut text = String::new();
    let told = words.conversation(asks[1].request, asks[1].began, asks[1].text).expect("it has words");
    for message in &told.messages {
        let _ = writeln!(text, "{} ({}): {}", message.role, message.importance, message.text);
    }
    for ask in &asks {
        let reply = words.reply_text(&call(ask)).expect("it has words");
        let _ = writeln!(text, "\n{} {}: {}", reply.fact, reply.label, reply.text);
        for Claim { topic, subject, said, right, .. } in &reply.claims {
            let right = right.as_ref().map_or("nothing".to_owned(), ToString::to_string);
            let _ = writeln!(text, "  {topic} of {subject}: said {said}, right is {right}");
        }
    }
    text
}

#[test]
fn conversations_and_replies_read_well() {
    for knowledge in ["shop", "bank", "clinic"] {
        for language in ["en", "de", "es"] {
            insta::assert_snapshot!(
                format!("{knowledge}_{language}"),
                spoken(&scenario(knowledge, language))
            );
        }
    }
}

/// Every knowledge base and language gives right and wrong replies, and all of their texts are whole.
#[test]
fn every_language_errs_and_every_reply_says_something() {
    for knowledge in ["shop", "bank", "clinic"] {
        for language in ["en", "de", "es"] {
            let scenario = scenario(knowledge, language);
            let words = Words::new(&scenario.world).expect("it has words");
            let mut traffic = Traffic::new(&scenario.world);
            let mut wrong = 0;
            for turn in 0..600 {
                let ask = traffic.ask(AgentId(turn % 6), Instant::START).0;
                let reply = words.reply_text(&call(&ask)).expect("it has words");
                assert!(
                    !reply.text.is_empty() && !reply.text.contains("{value}") && !reply.text.contains("  ")
                );
                wrong += u32::from(reply.label != Label::None);
            }
            // Half of 600, five standard errors.
            assert!((239..=361).contains(&wrong), "{knowledge} {language}: {wrong}");
        }
    }
}
