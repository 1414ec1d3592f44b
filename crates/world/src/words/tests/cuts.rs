//! What is left of facts in a history that was cut or summarised, and what models make of it.

use super::history::{call_of, recalling};
use super::*;
use crate::world_for_tests::Truths;
use crate::{Progress, Providers, Traffic};
use proptest::prelude::*;
use rushhour_base::history::{Cut, History, Outline, Prompt, Segment, Summary};
use rushhour_base::{Ask, CallPurpose, Truth};

/// A history of four turns or more whose last question is about an earlier one.
fn long_recalls(plan: &WorldPlan) -> Vec<(Ask, History)> {
    let (words, mut traffic) = (Words::new(plan).expect("it has words"), Traffic::new(plan));
    let mut found = Vec::new();
    for turn in 0..30 * 20u32 {
        let (ask, _) = traffic.ask(AgentId(turn % 30), Instant(1));
        let recalls = words.reply(&call_of(&ask)).is_some_and(|reply| reply.recalls);
        if recalls && ask.request.turn() >= ask.began + 3 {
            found.push((ask, traffic.history(&ask).expect("it has words")));
        }
    }
    assert!(found.len() > 40, "{}", found.len());
    found
}

/// The positions of the messages that tell what is asked for.
fn telling(history: &History) -> Vec<u32> {
    let asked = history.asked.as_ref().expect("it asks");
    let mut facts = history.facts.iter();
    let mut tells = |message: &Outline| {
        let told: Vec<_> = facts.by_ref().take(message.facts.into()).collect();
        told.iter().any(|fact| (&fact.topic, &fact.subject) == (&asked.0, &asked.1))
    };
    (0..).zip(history.messages.iter()).filter(|(_, message)| tells(message)).map(|(place, _)| place).collect()
}

fn without(history: &History, gone: impl Fn(u32) -> bool) -> Cut {
    let kept: Vec<u32> = (0..history.messages.len() as u32).filter(|place| !gone(*place)).collect();
    let tokens = kept.iter().map(|place| u64::from(history.messages[*place as usize].tokens)).sum();
    Cut { kept, summary: None, tokens }
}

proptest! {
    #![proptest_config(crate::fixed_cases(12))]

    /// Whatever is cut, the fact is missing exactly where no message is left that tells it.
    #[test]
    fn a_fact_is_missing_where_nothing_tells_it_any_more(seed: u64) {
        let mut plan = plan(WordsPlan { questions: Some(30), ..recalling(50) }, 30);
        plan.seed = rushhour_base::Seed(seed);
        let words = Words::new(&plan).expect("it has words");
        let mut lost = 0;
        for (number, (ask, history)) in long_recalls(&plan).iter().enumerate() {
            let telling = telling(history);
            prop_assert!(!telling.is_empty());
            let dice = Dice::new(seed ^ number as u64).next();
            let spares_telling = number % 3 == 0;
            let gone = |place: u32| {
                place > 0 && !(spares_telling && telling.contains(&place)) && dice >> (place % 64) & 1 == 1
            };
            let cut = without(history, gone);
            let lacks = !telling.iter().any(|place| cut.kept.contains(place));
            prop_assert_eq!(words.lacks_fact(&call_of(ask), &cut), lacks, "{}: {:?}", ask.request, cut.kept);
            lost += u32::from(lacks);
        }
        prop_assert!(lost > 3);
    }
}

/// A summary stands for the messages that it covers; what it keeps is drawn pass by pass.
#[test]
fn facts_survive_each_pass_with_the_stated_share() {
    let mut survived = [0u32; 4];
    let mut asked = 0;
    for keeps in [0, 50, 100] {
        let plan = plan(WordsPlan { summary_keeps: percent(keeps), ..recalling(50) }, 30);
        let words = Words::new(&plan).expect("it has words");
        for (ask, history) in long_recalls(&plan) {
            let telling = telling(&history);
            let end = telling.last().expect("it was told") + 1;
            let mut before = true;
            for passes in 1..=4usize {
                let mut cut = without(&history, |place| (1..end).contains(&place));
                cut.summary = Some(Summary { passes: vec![end; passes].into(), tokens: 100 });
                let tells = !words.lacks_fact(&call_of(&ask), &cut);
                assert!(words.is_summarized(&call_of(&ask), &cut));
                assert!(before || !tells, "what was lost does not come back");
                before = tells;
                if keeps == 50 && telling.len() == 1 {
                    survived[passes - 1] += u32::from(tells);
                } else if keeps != 50 {
                    assert_eq!(tells, keeps == 100);
                }
            }
            asked += u32::from(keeps == 50 && telling.len() == 1);
        }
    }
    // Halved by each pass, within four standard errors of some sixty.
    for (passes, survived) in (1..).zip(survived) {
        let (share, want) = (f64::from(survived) / f64::from(asked), 1.0 / f64::from(1 << passes));
        let band = 4.0 * (want * (1.0 - want) / f64::from(asked)).sqrt();
        assert!((share - want).abs() < band, "{survived} of {asked} after {passes}");
    }
}

/// Ends a call and hands back what the world tells of its words.
fn ended(providers: &mut Providers, call: Call, prompt: Prompt<'_>) -> (Vec<Truth>, u64) {
    let mut truths = Truths::default();
    let ticket = providers.on_prompt(call, prompt, Instant(1), &mut truths);
    let Progress::Ended(reply) = providers.poll(&ticket, Instant(u64::MAX), &mut truths) else {
        panic!("it is over")
    };
    let of_words = |truth: &Truth| {
        matches!(truth, Truth::Recalled { .. } | Truth::Labelled { .. } | Truth::Summarized { .. })
    };
    let told = truths.0.into_iter().map(|(_, truth)| truth).filter(of_words).collect();
    (told, reply.result.expect("nothing goes wrong here").usage.output_tokens)
}

/// The model knows only what it is sent: where the fact was cut away, it says that nobody knows, or invents.
#[test]
fn a_reply_goes_by_what_is_left_of_the_prompt() {
    let plan = plan(WordsPlan { structured: percent(0), ..recalling(50) }, 30);
    let mut providers = Providers::new(&plan);
    let words = Words::new(&plan).expect("it has words");
    let mut unknown = 0;
    for (ask, history) in long_recalls(&plan) {
        let call = call_of(&ask);
        let telling = telling(&history);
        let (whole, _) = ended(&mut providers, call, Prompt::Whole);
        let Truth::Recalled { carried: true, summarized: false, .. } = whole[0] else { panic!("{whole:?}") };
        let mut cut = without(&history, |place| telling.contains(&place));
        let (gone, _) = ended(&mut providers, call, Prompt::Cut(&cut));
        let Truth::Recalled { carried: false, summarized: false, .. } = gone[0] else { panic!("{gone:?}") };
        let Truth::Labelled { fact: FactState::Missing, label, .. } = gone[1] else { panic!("{gone:?}") };
        assert!(matches!(label, Label::None | Label::InventedFact), "{label}");
        cut.summary = Some(Summary { passes: [history.messages.len() as u32].into(), tokens: 100 });
        let (summed, _) = ended(&mut providers, call, Prompt::Cut(&cut));
        let Truth::Recalled { summarized: true, carried, .. } = summed[0] else { panic!("{summed:?}") };
        assert_eq!(carried, !providers.lacks_fact(&call, &cut));
        let lacking = Call { lacks_fact: true, ..call };
        let reply = words.reply_text(&lacking).expect("it has words");
        assert_eq!((reply.fact, reply.label), (FactState::Missing, label));
        for claim in &reply.claims {
            assert!(
                claim.wrong && claim.right.is_some() && claim.right.as_ref() != Some(&claim.said),
                "{claim:?}"
            );
        }
        unknown += u32::from(reply.text.contains("Nobody knows"));
        if let Truth::Labelled { label: Label::None, .. } = whole[1] {
            assert_ne!(providers.said(&lacking), providers.said(&call));
        }
    }
    assert!(unknown > 20, "{unknown}");
}

/// A summary has a length of its own, no label, and tells what its passes left of the facts.
#[test]
fn a_summary_keeps_some_of_the_facts() {
    let plan = plan(WordsPlan { summary_keeps: percent(60), ..recalling(20) }, 30);
    let mut providers = Providers::new(&plan);
    let (mut all, mut left) = (0u32, 0u32);
    for (ask, history) in long_recalls(&plan) {
        let facts = |places: &[u32]| {
            places.iter().map(|place| u32::from(history.messages[*place as usize].facts)).sum::<u32>()
        };
        let summary = |segment: &Segment, providers: &mut Providers| {
            let purpose = CallPurpose::Summary;
            let call = Call { purpose, input_tokens: segment.tokens, max_tokens: 200, ..call_of(&ask) };
            let (truths, tokens) = ended(providers, call, Prompt::Summarize(segment));
            assert_eq!(tokens, (segment.tokens / 5).min(200));
            let [Truth::Summarized { facts, kept, .. }] = truths[..] else { panic!("{truths:?}") };
            (facts, kept)
        };
        let half = history.messages.len() as u32 / 2;
        let first = Segment { messages: (1..half).collect(), before: None, end: half, tokens: 700 };
        let (told, kept) = summary(&first, &mut providers);
        assert_eq!(told, facts(&first.messages));
        assert!(kept <= told);
        let before = Some(Summary { passes: [half].into(), tokens: 140 });
        let second = Segment { messages: (half..half + 2).collect(), before, end: half + 2, tokens: 1_500 };
        let (told_then, kept_then) = summary(&second, &mut providers);
        assert_eq!(told_then, kept + facts(&second.messages), "what the first pass kept, and what is new");
        assert!(kept_then <= told_then);
        (all, left) = (all + told + told_then, left + kept + kept_then);
    }
    let share = f64::from(left) / f64::from(all);
    assert!((0.5..0.7).contains(&share), "{left} of {all}");
}
