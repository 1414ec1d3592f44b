//! What is kept, what is remembered, and what is asked for, by hand. Whatever the history: [`properties`] and
//! [`turns`].

mod properties;
mod turns;

use super::*;
use crate::settings::SummaryPolicy;
use CompressionMethod::{KeepLast, Prune, Summarize};
use rushhour_base::conversation::{Importance, Role, ToolLink};
use rushhour_base::{LaneId, Span, Summary};

const AGENT: AgentId = AgentId(3);

/// A history in a line: `s` system, `u` user, `a` assistant, `c` chatter of the user, `p` a promise of the assistant,
/// `1(` calls tool 1, `1)` its result.
fn told(line: &str) -> Vec<Outline> {
    let outline = |word: &str| {
        let number = || word[..word.len() - 1].parse().expect("a number before a bracket");
        let (role, tool, importance) = match word {
            "s" => (Role::System, ToolLink::None, Importance::Needed),
            "u" => (Role::User, ToolLink::None, Importance::Ordinary),
            "a" => (Role::Assistant, ToolLink::None, Importance::Ordinary),
            "c" => (Role::User, ToolLink::None, Importance::Chatter),
            "p" => (Role::Assistant, ToolLink::None, Importance::Commitment),
            call if call.ends_with('(') => (Role::Assistant, ToolLink::Calls(number()), Importance::Ordinary),
            _ => (Role::Tool, ToolLink::Answers(number()), Importance::Ordinary),
        };
        Outline { role, tool, tokens: 100, importance, facts: 0 }
    };
    line.split_whitespace().map(outline).collect()
}

fn history(messages: Vec<Outline>) -> History {
    History { conversation: 77, messages: messages.into(), ..History::default() }
}

fn summarizing(methods: &[CompressionMethod]) -> CompressionPolicy {
    let by =
        SummaryPolicy { lane: LaneId(0), max_tokens: 150, instruction_tokens: 40, timeout: Span::secs(20) };
    let methods = methods.to_vec();
    CompressionPolicy { methods, above_tokens: 800, to_tokens: 500, keep_last: 2, summary: Some(by) }
}

#[test]
fn what_must_be_kept() {
    for (line, last, kept) in [
        ("s s u a u a u", 2, vec![0, 1, 5, 6]),
        ("s u a s u a", 1, vec![0, 4, 5]), // instructions in the middle are not at the beginning
        ("s u a a a a", 2, vec![0, 1, 4, 5]),
        ("s u 1( 1) a u 2( 2)", 1, vec![0, 5, 6, 7]),
        ("s u 1( 2( 3( 2) 1) 3) a u", 3, vec![0, 4, 7, 8, 9]), // three at once: the result of the third is among the last
        ("s u 1( 1) a u 1( 1)", 1, vec![0, 5, 6, 7]),          // the number is used again
        ("s u 1( a a u a", 1, vec![0, 2, 5, 6]),               // the result is still to come
        ("s u 1) a u", 1, vec![0, 4]),
        ("a 1( 1) 1)", 1, vec![1, 2, 3]), // one call, two results
        ("u", 0, vec![0]),
        ("a a", 0, vec![]),
        ("", 5, vec![]),
        ("u a", 9, vec![0, 1]),
    ] {
        let shorter = keep_last(&told(line), last, 403);
        assert_eq!(shorter.cut.kept, kept, "{line}, the last {last}");
        assert_eq!(shorter.cut.tokens, 100 * kept.len() as u64 + 3, "{line}");
        assert_eq!(shorter.met, kept.len() <= 4, "{line}");
    }
}

#[test]
fn what_is_pruned_first() {
    for (line, to, kept) in [
        ("s c a u a u", 603, vec![0, 1, 2, 3, 4, 5]),
        ("s c a u a u", 602, vec![0, 2, 3, 4, 5]), // small talk, before what the model said
        ("s c c a u", 403, vec![0, 2, 3, 4]),      // of two alike, the older
        ("s p a a u", 403, vec![0, 1, 3, 4]),      // a promise outlives what was said after it
        ("s a 1( 1) u", 403, vec![0, 2, 3, 4]),    // a call is worth what its result is
        ("s 1( 1) a u", 303, vec![0, 3, 4]),       // but there is no room for both
        ("s u a u", 100, vec![0, 3]),              // impossible
    ] {
        let shorter = prune(&told(line), 1, to);
        assert_eq!(shorter.cut.kept, kept, "{line} to {to}");
        assert_eq!(shorter.met, to > 200, "{line} to {to}");
    }
}

#[test]
fn the_parts_of_what_a_message_is_worth() {
    let base = told("a")[0];
    let points = |change: &dyn Fn(&mut Outline), after| {
        let mut message = base;
        change(&mut message);
        worth(&message, after)
    };
    assert_eq!(points(&|_| (), 0), 400 + 100);
    assert_eq!(points(&|_| (), 16), 200 + 100, "half of its recency");
    assert_eq!(points(&|_| (), u32::MAX), 100);
    assert_eq!(points(&|message| message.role = Role::User, 0), 600);
    assert_eq!(points(&|message| message.importance = Importance::Commitment, 0), 700);
    assert_eq!(points(&|message| message.facts = 3, 0), 650);
    assert_eq!(points(&|message| message.facts = u16::MAX, 0), 700, "no more than four facts count");
}

#[test]
fn a_summary_takes_in_what_is_older_and_is_extended() {
    let (mut compressor, policy) = (Compressor::default(), summarizing(&[Summarize]));
    let first = history(told("s u a u a u a u"));
    let Fit::Summarize(segment) = compressor.fit(AGENT, &first, &policy, u64::MAX) else {
        panic!("803 tokens are above 800")
    };
    assert_eq!((segment.messages.clone(), segment.end), (vec![1, 2, 3, 4, 5], 6));
    assert_eq!((segment.tokens, segment.before.clone()), (500 + 40 + 3, None));
    compressor.summarized(AGENT, &first, &segment, 96);
    let Fit::Send { cut, met, method, prefix_conversation } =
        compressor.fit(AGENT, &first, &policy, u64::MAX)
    else {
        panic!("it was summarised")
    };
    let summary = cut.summary.expect("a summary");
    assert_eq!((cut.kept, cut.tokens, met, method), (vec![0, 6, 7], 403, true, Summarize));
    assert_eq!((&*summary.passes, summary.tokens), (&[6][..], 100));
    assert_ne!(prefix_conversation, 77);

    let longer = history(told("s u a u a u a u a u a"));
    let Fit::Send { cut, met, .. } = compressor.fit(AGENT, &longer, &policy, u64::MAX) else {
        panic!("703 tokens are more than the target, but not above")
    };
    assert_eq!((cut.kept, met), (vec![0, 6, 7, 8, 9, 10], true));

    let longest = history(told("s u a u a u a u a u a u a u"));
    let Fit::Summarize(segment) = compressor.fit(AGENT, &longest, &policy, u64::MAX) else {
        panic!("1003 tokens")
    };
    assert_eq!((segment.messages.clone(), segment.end), ((6..12).collect(), 12));
    assert_eq!((segment.before.clone(), segment.tokens), (Some(summary), 600 + 100 + 40 + 3));
    compressor.summarized(AGENT, &longest, &segment, 96);
    let Fit::Send { cut, .. } = compressor.fit(AGENT, &longest, &policy, u64::MAX) else { panic!() };
    assert_eq!(&*cut.summary.expect("a summary").passes, [6, 12]);
}

#[test]
fn the_question_is_in_the_summary_of_the_work_on_it_too() {
    let work = history(told("s u 1( 1) 2( 2) 3( 3) 4( 4)"));
    let (mut compressor, policy) = (Compressor::default(), summarizing(&[Summarize]));
    let Fit::Summarize(segment) = compressor.fit(AGENT, &work, &policy, u64::MAX) else { panic!() };
    assert_eq!(segment.messages, (1..8).collect::<Vec<u32>>());
    compressor.summarized(AGENT, &work, &segment, 96);
    let Fit::Send { cut, .. } = compressor.fit(AGENT, &work, &policy, u64::MAX) else { panic!() };
    assert_eq!(cut.kept, [0, 1, 8, 9], "it is sent itself as well, for it is still the last question");
}

#[test]
fn a_summary_that_fails_gives_way_to_the_next_method_until_the_history_has_grown() {
    let (mut compressor, policy) = (Compressor::default(), summarizing(&[Summarize, Prune]));
    let first = history(told("s u a u a u a u"));
    assert!(matches!(compressor.fit(AGENT, &first, &policy, u64::MAX), Fit::Summarize(_)));
    compressor.failed(AGENT, &first);
    let Fit::Send { cut, met, method, .. } = compressor.fit(AGENT, &first, &policy, u64::MAX) else {
        panic!("it failed")
    };
    assert_eq!((cut.kept, met, method), (vec![0, 5, 6, 7], true, Prune));
    let grown = history(told("s u a u a u a u a u a u a"));
    let Fit::Summarize(segment) = compressor.fit(AGENT, &grown, &policy, u64::MAX) else {
        panic!("a new try")
    };
    assert_eq!(segment.messages, (1..11).collect::<Vec<u32>>(), "what was pruned is in it");
}

#[test]
fn no_summary_is_asked_for_that_would_not_be_shorter() {
    let (mut compressor, mut policy) = (Compressor::default(), summarizing(&[Summarize, Prune]));
    policy.keep_last = 6;
    let short = history(told("s u a u a u a u"));
    let Fit::Send { method, .. } = compressor.fit(AGENT, &short, &policy, u64::MAX) else {
        panic!("100 tokens are not worth a summary of 150")
    };
    assert_eq!(method, Prune);
}

#[test]
fn what_nobody_can_shorten_is_sent_whole_and_said_to_be_too_long() {
    let mut compressor = Compressor::default();
    let mut policy = summarizing(&[KeepLast]);
    policy.keep_last = 20;
    let long = history(told("s u a u a u a u a"));
    let Fit::Send { cut, prefix_conversation, met, .. } = compressor.fit(AGENT, &long, &policy, u64::MAX)
    else {
        panic!("it passed the limit")
    };
    assert_eq!((cut.kept.len(), prefix_conversation, met), (9, 77, false));
    assert_eq!(compressor.remembered(), 0);
}

#[test]
fn a_summary_goes_before_what_must_be_kept_but_for_one_hop_only() {
    let (mut compressor, policy) = (Compressor::default(), summarizing(&[Summarize]));
    let first = history(told("s u a u a u a u"));
    let Fit::Summarize(segment) = compressor.fit(AGENT, &first, &policy, u64::MAX) else { panic!() };
    compressor.summarized(AGENT, &first, &segment, 96);
    let Fit::Send { cut: whole, prefix_conversation: name, .. } =
        compressor.fit(AGENT, &first, &policy, u64::MAX)
    else {
        panic!()
    };
    for (window, summary, met) in [(403, true, true), (402, false, true), (302, false, false)] {
        let Fit::Send { cut, met: is_met, prefix_conversation, .. } =
            compressor.fit(AGENT, &first, &policy, window)
        else {
            panic!()
        };
        assert_eq!((cut.summary.is_some(), is_met), (summary, met), "{window}");
        assert_eq!(cut.kept, [0, 6, 7], "{window}");
        assert_eq!(prefix_conversation == name, summary, "{window}");
    }
    let Fit::Send { cut, .. } = compressor.fit(AGENT, &first, &policy, u64::MAX) else { panic!() };
    assert_eq!(cut, whole);
}

#[test]
fn a_late_result_brings_its_call_back() {
    let (mut compressor, mut policy) = (Compressor::default(), summarizing(&[Prune]));
    policy.to_tokens = 403;
    let first = history(told("s 1( 1) u a u a u"));
    let Fit::Send { cut, prefix_conversation: before, .. } = compressor.fit(AGENT, &first, &policy, u64::MAX)
    else {
        panic!()
    };
    assert_eq!(cut.kept, [0, 5, 6, 7], "the call is gone");
    let late = history(told("s 1( 1) u a u a u 1)"));
    let Fit::Send { cut, prefix_conversation, .. } = compressor.fit(AGENT, &late, &policy, u64::MAX) else {
        panic!()
    };
    assert_eq!(cut.kept, [0, 1, 2, 5, 6, 7, 8]);
    assert_ne!(prefix_conversation, before, "prompts no longer begin alike");
}

#[test]
fn a_conversation_is_forgotten_when_another_begins() {
    let (mut compressor, policy) = (Compressor::default(), summarizing(&[Prune]));
    let long = history(told("s u a u a u a u a"));
    assert!(matches!(compressor.fit(AGENT, &long, &policy, u64::MAX), Fit::Send { .. }));
    assert_eq!(compressor.remembered(), 1);
    let other = History { conversation: 78, ..history(told("s u")) };
    assert_eq!(compressor.fit(AGENT, &other, &policy, u64::MAX), Fit::Whole);
    assert_eq!(compressor.remembered(), 0);
}

#[test]
fn of_two_summaries_the_one_that_reaches_further_stays() {
    let (mut compressor, policy) = (Compressor::default(), summarizing(&[Summarize]));
    let [early, late] = ["s u a u a u a u", "s u a u a u a u a u"].map(|line| history(told(line)));
    let mut segment = |history: &History| match compressor.fit(AGENT, history, &policy, u64::MAX) {
        Fit::Summarize(segment) => segment,
        other => panic!("{other:?}"),
    };
    let (short, long) = (segment(&early), segment(&late));
    compressor.summarized(AGENT, &late, &long, 96);
    compressor.summarized(AGENT, &early, &short, 96);
    let Fit::Send { cut, .. } = compressor.fit(AGENT, &late, &policy, u64::MAX) else { panic!() };
    assert_eq!(cut.summary.as_ref().map(Summary::end), Some(8));
    let Fit::Send { cut, .. } = compressor.fit(AGENT, &early, &policy, u64::MAX) else {
        panic!("an earlier turn is never asked to wait for a summary of its own")
    };
    assert_eq!((cut.summary, cut.kept.len()), (None, 8));
}
