//! Texts, their lengths and their labels, over many names.

use super::book_for_tests::base;
use super::notation::{styled, styles};
use super::*;
use crate::settings::{HallucinationPlan, Length, PromptPlan, WordsPlan, WorkloadPlan};
use crate::tokens::count;
use crate::world_for_tests::{call, lane, workload, world};
use rushhour_base::conversation::{FactValue, PER_MESSAGE, REPLY_PRIMING, Role, ToolLink};
use rushhour_base::{AgentId, Instant, Label, LaneId, Ratio};
use std::sync::Arc;

mod cuts;
mod history;

fn percent(n: u64) -> Ratio {
    Ratio::new(n, 100).expect("a share is at most 100 per cent")
}

fn words() -> WordsPlan {
    WordsPlan {
        knowledge: Arc::new(base()),
        languages: vec![3, 2, 1],
        missing: percent(15),
        stale: percent(5),
        structured: percent(10),
        typos: percent(20),
        chat: percent(25),
        recall: percent(0),
        summary_keeps: percent(90),
        questions: None,
        hallucination: HallucinationPlan::default(),
    }
}

fn plan(words: WordsPlan, agents: u32) -> WorldPlan {
    let prompt = PromptPlan {
        shared: 0,
        first: Length::Lognormal { p50: 900, p95: 2_000, max: 6_000 },
        growth: 300,
        turns: 5,
        max: 6_000,
    };
    world(vec![WorkloadPlan { words: Some(words), prompt, ..workload("support", agents) }])
}

/// Everything goes wrong that can.
fn always_wrong() -> WordsPlan {
    let hallucination = HallucinationPlan { rate: Ratio::ONE, ..HallucinationPlan::default() };
    WordsPlan { hallucination, ..words() }
}

/// The calls that some agents make for turns of their own.
fn calls(words: &Words, agents: u32, turns: u32) -> Vec<Call> {
    let each = |agent| {
        (0..turns).map(move |turn| {
            let request = RequestId::new(AgentId(agent), turn);
            Call { request, text: words.own_text(words.turns.place(AgentId(agent)), turn), ..call(turn) }
        })
    };
    (0..agents).flat_map(each).collect()
}

/// The state of the fact that a call asks for, and what a model makes of it.
fn truth(words: &Words, call: &Call) -> Option<(FactState, Label)> {
    words.reply(call).map(|reply| (reply.fact, reply.label))
}

/// Every way in which the language of a call writes a value.
fn ways(words: &Words, call: &Call, value: &FactValue) -> Vec<String> {
    let place = words.turns.place(call.request.agent());
    let language = words.language(place, words.speech(place).expect("it has words"));
    let way = |style| {
        let mut text = String::new();
        styled(value, language, style, &mut text);
        text
    };
    (0..styles(value, language)).map(way).collect()
}

#[test]
fn a_prompt_has_the_tokens_of_its_text_and_about_those_it_is_meant_to_have() {
    let mut plan = plan(words(), 12);
    plan.workloads[0].output = Length::Constant(120);
    let words = Words::new(&plan).expect("it has words");
    let mut traffic = crate::Traffic::new(&plan);
    for agent in (0..12).map(AgentId) {
        let mut before = 0;
        for _ in 0..12 {
            let (ask, _) = traffic.ask(agent, Instant(1));
            let told = words.conversation(ask.request, ask.began, ask.text).expect("it has words");
            for message in &told.messages {
                assert_eq!(u64::from(message.tokens - PER_MESSAGE), count(&message.text), "{}", message.text);
            }
            assert_eq!(
                (ask.input_tokens, ask.characters),
                (told.tokens(), told.characters()),
                "{}",
                ask.request
            );
            if ask.began < ask.request.turn() {
                let grown = ask.input_tokens - before;
                assert!((285..=315).contains(&grown), "grown by {grown}");
            }
            before = ask.input_tokens;
        }
    }
}

#[test]
fn a_later_turn_goes_on_from_the_earlier_ones() {
    let plan = plan(words(), 3);
    let words = Words::new(&plan).expect("it has words");
    let mut traffic = crate::Traffic::new(&plan);
    let (mut before, mut continued) = (None, 0);
    for _ in 0..20 {
        let (ask, _) = traffic.ask(AgentId(2), Instant(1));
        let told = words.conversation(ask.request, ask.began, ask.text).expect("it has words");
        assert_eq!(told.messages[0].role, Role::System);
        let links: Vec<ToolLink> =
            told.messages.iter().map(|m| m.tool).filter(|l| *l != ToolLink::None).collect();
        for (number, pair) in links.chunks(2).enumerate() {
            assert_eq!(pair, [ToolLink::Calls(number as u32), ToolLink::Answers(number as u32)]);
        }
        if let Some((began, earlier)) = before.replace((ask.began, told.messages.clone()))
            && began == ask.began
        {
            assert_eq!(told.messages[..earlier.len()], earlier[..]);
            let reply = &told.messages[earlier.len()];
            assert_eq!(reply.role, Role::Assistant);
            continued += 1;
        }
    }
    assert!(continued > 10);
}

#[test]
fn the_facts_of_a_prompt_are_in_its_text_and_the_one_asked_for_is_there_as_the_label_says() {
    let plan = plan(words(), 30);
    let words = Words::new(&plan).expect("it has words");
    let mut seen = [0; 3];
    for call in calls(&words, 30, 10) {
        let told = words.conversation(call.request, call.request.turn(), call.text).expect("it has words");
        let text: String = told.messages.iter().map(|message| format!("{}\n", message.text)).collect();
        for fact in &told.facts {
            assert!(text.contains(&*fact.subject), "{fact:?} in {text}");
            assert!(
                ways(&words, &call, &fact.value).iter().any(|way| text.contains(way)),
                "{fact:?} in {text}"
            );
        }
        let (state, _) = truth(&words, &call).expect("it has words");
        assert_eq!(told.asked_fact(), Some(state), "{}", call.request);
        seen[state as usize] += 1;
    }
    // 80, 15 and 5 of 100, four standard errors each.
    for (got, want, band) in [(seen[0], 240, 28), (seen[1], 45, 25), (seen[2], 15, 16)] {
        assert!(i32::abs(got - want) <= band, "{seen:?}");
    }
}

#[test]
fn a_right_reply_says_the_fact_and_a_wrong_one_what_is_wrong() {
    for (plan, all_wrong) in [(plan(words(), 60), false), (plan(always_wrong(), 60), true)] {
        let words = Words::new(&plan).expect("it has words");
        let mut labels = [0; Label::ALL.len()];
        for call in calls(&words, 60, 15) {
            let reply = words.reply_text(&call).expect("it has words");
            labels[reply.label as usize] += 1;
            let says =
                |value: &FactValue| ways(&words, &call, value).iter().any(|way| reply.text.contains(way));
            for claim in &reply.claims {
                assert!(says(&claim.said), "{claim:?} in {}", reply.text);
                assert!(!claim.wrong || claim.right.as_ref() != Some(&claim.said), "{claim:?}");
            }
            assert_eq!(
                reply.claims.iter().any(|claim| claim.wrong),
                matches!(
                    reply.label,
                    Label::WrongAmount
                        | Label::InventedFact
                        | Label::Contradiction
                        | Label::StaleFact
                        | Label::WrongAvailability
                )
            );
            if reply.label == Label::None && reply.fact == FactState::Present {
                let right = reply.claims[0].right.as_ref().expect("it is known");
                assert!(says(right), "{right} in {}", reply.text);
            }
            if reply.label == Label::None && reply.fact == FactState::Missing {
                assert!(reply.claims.is_empty(), "{}", reply.text);
            }
            assert_eq!(
                reply.text.starts_with('{') && !reply.text.ends_with('}'),
                reply.label == Label::Malformed
            );
        }
        if all_wrong {
            assert_eq!(labels[0], 0);
            assert!(labels[1..].iter().all(|count| *count > 0), "{labels:?}");
        }
    }
}

#[test]
fn a_reply_has_the_tokens_of_its_text() {
    let mut plan = plan(words(), 40);
    plan.workloads[0].max_tokens = 300;
    let words = Words::new(&plan).expect("it has words");
    let (mut cut, mut whole) = (0, 0);
    for call in calls(&words, 40, 10) {
        let (truth, reply) = (words.reply(&call).expect("words"), words.reply_text(&call).expect("words"));
        assert_eq!((truth.tokens, truth.fact, truth.label), (reply.tokens, reply.fact, reply.label));
        if reply.tokens > 300 {
            assert!(count(&reply.text) < 340, "{}", reply.text);
            cut += 1;
        } else {
            assert_eq!(count(&reply.text), reply.tokens, "{}", reply.text);
            whole += 1;
        }
    }
    assert!(cut > 50 && whole > 50, "{cut} were cut, {whole} were not");
}

/// 8 % of questions go wrong, and with a guarded prompt 2 %, within four standard errors of 12,000; and those are among the
/// former.
#[test]
fn labels_follow_the_rates_and_a_guard_only_mends() {
    let words = Words::new(&plan(words(), 200)).expect("it has words");
    let (mut plain, mut guarded) = (0u64, 0u64);
    for call in calls(&words, 200, 60) {
        let (_, without) = truth(&words, &call).expect("words");
        let (_, with) = truth(&words, &Call { guarded: true, ..call }).expect("words");
        assert!(with == Label::None || with == without);
        plain += u64::from(without != Label::None);
        guarded += u64::from(with != Label::None);
    }
    assert!(plain.abs_diff(960) < 119 && guarded.abs_diff(240) < 62, "{plain} and {guarded} of 12,000");
}

/// Asking again, in another turn, on another lane of the same quality or by another attempt, does not roll the dice again.
#[test]
fn the_same_question_has_the_same_label() {
    let mut plan = plan(words(), 40);
    plan.lanes = vec![lane(), lane()];
    let words = Words::new(&plan).expect("it has words");
    for call in calls(&words, 40, 20) {
        let first = truth(&words, &call);
        let later = RequestId::new(call.request.agent(), call.request.turn() + 900);
        for again in [
            Call { attempt: 3, ..call },
            Call { lane: LaneId(1), ..call },
            Call { request: later, ..call },
            Call { input_tokens: 7, max_tokens: 9, ..call },
        ] {
            assert_eq!(truth(&words, &again), first);
        }
    }
}

/// Where there are only so many questions, whoever asks one meets the same facts and the same mistakes.
#[test]
fn numbered_questions_are_the_same_for_all_who_ask() {
    let plan = plan(WordsPlan { questions: Some(7), languages: vec![1, 0, 0], ..words() }, 50);
    let words = Words::new(&plan).expect("it has words");
    let mut known = std::collections::BTreeMap::new();
    for call in calls(&words, 50, 10) {
        let asked = words.conversation(call.request, call.request.turn(), call.text).and_then(|c| c.asked);
        let truth = truth(&words, &call).expect("words");
        assert_eq!(*known.entry(asked.expect("it asks")).or_insert(truth), truth);
    }
    assert_eq!(known.len(), 7);
}

#[test]
fn more_agents_and_a_further_workload_move_no_word() {
    let alone = Words::new(&plan(words(), 5)).expect("words");
    let mut crowded = plan(words(), 9);
    crowded.workloads.insert(0, workload("leads", 70));
    let crowded = Words::new(&crowded).expect("words");
    for call in calls(&alone, 5, 4) {
        let there = RequestId::new(AgentId(70 + call.request.agent().0), call.request.turn());
        let told = |words: &Words, request| words.conversation(request, 0, call.text);
        assert_eq!(told(&alone, call.request), told(&crowded, there));
        assert_eq!(alone.reply_text(&call), crowded.reply_text(&Call { request: there, ..call }));
    }
    assert_eq!(crowded.reply(&call(0)), None, "leads have no words");
}
