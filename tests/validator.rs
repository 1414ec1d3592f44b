//! The validator on the program's own phrases, in every knowledge base and language: of each label how many replies are
//! caught, and how many right ones are called wrong.
//!
//! These are the phrases that its author could read. What it makes of phrases that it was not written for is measured
//! elsewhere, and is less.

use rushhour_base::conversation::{Conversation, Role};
use rushhour_base::event::IssueKind;
use rushhour_base::{AgentId, Ask, Call, CallPurpose, Instant, Keep, Label, LaneId};
use rushhour_core::validator::{Given, Structure, ValidationResult, validate};
use rushhour_scenario::Scenario;
use rushhour_structure::Schema;
use rushhour_world::words::ReplyText;
use rushhour_world::{Traffic, Words};
use std::collections::BTreeMap;
use std::path::Path;

/// How many replies of a label have which gravest issue.
type Table = BTreeMap<(Label, IssueKind), u32>;

/// Exact counts: the draws are named, so a difference means that phrases, notations or the validator changed.
#[test]
fn every_label_is_caught_and_right_replies_are_left_in_peace() {
    let (table, strays) = table();
    let counted: Vec<String> =
        table.iter().map(|((label, issue), count)| format!("{label} {issue} {count}")).collect();
    assert_eq!(counted, COUNTS, "\n{counted:#?}\n{}", strays.join("\n"));
    let sum = |of: &dyn Fn(Label, IssueKind) -> bool| -> u32 {
        table.iter().filter(|((label, issue), _)| of(*label, *issue)).map(|(_, count)| count).sum()
    };
    let right = sum(&|label, _| label == Label::None);
    let alarms = sum(&|label, issue| label == Label::None && issue != IssueKind::None);
    assert!(alarms * 1_000 <= right, "{alarms} false alarms among {right} right replies");
    for label in Label::ALL.iter().copied().filter(|label| *label != Label::None) {
        let all = sum(&|other, _| other == label);
        let missed = sum(&|other, issue| other == label && issue == IssueKind::None);
        assert!(all > 100, "{label}: only {all}");
        assert!(missed * 1_000 <= all, "{label}: {missed} of {all} missed");
    }
}

/// The table of all replies, and a few of those that came out wrong, to be read.
fn table() -> (Table, Vec<String>) {
    let schema = Schema::of_answers();
    let (mut table, mut strays) = (Table::new(), Vec::new());
    for knowledge in ["shop", "bank", "clinic"] {
        for language in ["en", "de", "es"] {
            let scenario = scenario(knowledge, language);
            replies(&scenario, 2_000, &mut |told, reply| {
                let result = check(told, reply, &schema);
                let issue = result.gravest();
                *table.entry((reply.label, issue)).or_default() += 1;
                if (issue == IssueKind::None) != (reply.label == Label::None) && strays.len() < 20 {
                    strays.push(format!(
                        "{knowledge} {language} {}: {}\n  {result:?}",
                        reply.label, reply.text
                    ));
                }
            });
        }
    }
    (table, strays)
}

fn check(told: &Conversation, reply: &ReplyText, schema: &dyn Structure) -> ValidationResult {
    let asked = told.asked.as_ref().map(|(topic, subject)| (&**topic, &**subject));
    // The last question says whether a machine is to read the reply.
    let question = told.messages.iter().rev().find(|message| message.role == Role::User);
    let structured = question.is_some_and(|question| question.text.contains(FOR_MACHINES));
    validate(&reply.text, &Given { facts: &told.facts, asked, structure: structured.then_some(schema) })
}

/// Shows each of so many replies, with the conversation that it belongs to.
fn replies(scenario: &Scenario, count: u32, see: &mut dyn FnMut(&Conversation, &ReplyText)) {
    let words = Words::new(&scenario.world).expect("it has words");
    let mut traffic = Traffic::new(&scenario.world);
    for turn in 0..count {
        let ask = traffic.ask(AgentId(turn % AGENTS), Instant::START).0;
        let told = words.conversation(ask.request, ask.began, ask.text).expect("it has words");
        see(&told, &words.reply_text(&call(&ask)).expect("it has words"));
    }
}

fn scenario(knowledge: &str, language: &str) -> Scenario {
    let text = format!(
        "seed = 4\n[provider.p.model.m]\nprices = {{ input = \"$3\", output = \"$15\" }}\n[workload.w]\nagents = {AGENTS}\n\
         arrivals = {{ kind = \"poisson\", per_agent_per_hour = 1 }}\nprompt = {{ first = 400, growth = 90, turns = 2 }}\n\
         output = 60\n[workload.w.words]\nknowledge = \"{knowledge}\"\nlanguages = {{ {language} = 1 }}\n\
         structured = \"25%\"\nhallucination = {{ rate = \"50%\" }}\n"
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
        began: ask.began,
        guarded: false,
        purpose: CallPurpose::Answer,
        lacks_fact: false,
    }
}

const AGENTS: u32 = 40;
/// How a question asks for a reply that a machine can read.
const FOR_MACHINES: &str = "Reply as JSON";
/// Label, gravest issue found, replies. Each wrong reply is caught and each right one is left in peace: a precision and a
/// recall of one, on phrases that the validator's author had before him.
const COUNTS: [&str; 10] = [
    "none none 9048",
    "wrong_amount contradicts 2986",
    "invented_fact unsupported 2660",
    "contradiction self_contradiction 590",
    "stale_fact stale 855",
    "wrong_availability self_contradiction 13",
    "wrong_availability contradicts 417",
    "omission unanswered 1011",
    "omission contradicts 32",
    "malformed malformed 388",
];
