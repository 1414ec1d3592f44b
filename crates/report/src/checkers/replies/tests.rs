use crate::checkers::tests::judge;
use crate::divergence::Entry;
use crate::script::quality_run;
use rushhour_base::event::{AttemptKind, IssueKind, Reason, ValidationAction};
use rushhour_base::*;

/// Tells one lie in a run that is sound, and expects the checker to see it.
fn lie(words: &str, mut tamper: impl FnMut(&mut Event) -> Option<bool>) {
    let mut told = false;
    let keep = |entry: &mut Entry| match entry {
        Entry::Event { event, .. } if !told => {
            let keep = tamper(event);
            told |= keep.is_some();
            keep.unwrap_or(true)
        }
        _ => true,
    };
    let mut entries = quality_run();
    entries.retain_mut(keep);
    assert!(told, "the run has no occasion for the lie");
    let found = judge(&entries);
    let noticed = found.iter().any(|v| v.checker == "replies" && v.sentence.contains(words));
    assert!(noticed, "nobody said '… {words} …' but {found:?}");
}

#[test]
fn a_stopped_reply_that_went_out_all_the_same() {
    lie("a reply that had been stopped", |event| match event {
        Event::Reviewed { .. } => Some(false),
        _ => None,
    });
}

#[test]
fn an_answer_that_a_summary_gave() {
    lie("without a whole reply", |event| match event {
        Event::Sent { attempt: 1, kind, .. } => {
            *kind = AttemptKind::Summary;
            Some(true)
        }
        _ => None,
    });
}

#[test]
fn another_try_that_nobody_asked_for() {
    lie("nobody had said so", |event| match event {
        Event::Validated { action, .. } if *action == ValidationAction::Regenerate => Some(false),
        _ => None,
    });
}

#[test]
fn a_call_after_a_reply_that_had_passed() {
    lie("a reply that nobody stopped", |event| match event {
        Event::Validated { action, .. } if *action == ValidationAction::Regenerate => {
            *action = ValidationAction::Accept;
            Some(true)
        }
        _ => None,
    });
}

#[test]
fn a_check_of_another_call() {
    lie("is no new reply", |event| match event {
        Event::Validated { call, .. } => {
            call.0 += 1_000;
            Some(true)
        }
        _ => None,
    });
}

#[test]
fn a_check_that_finds_nothing_and_says_otherwise() {
    lie("for no reason", |event| match event {
        Event::Validated { issue, valid: false, .. } => {
            *issue = IssueKind::None;
            Some(true)
        }
        _ => None,
    });
}

#[test]
fn a_review_that_nobody_meant() {
    lie("not meant to be", |event| match event {
        Event::Validated { action, .. } if *action == ValidationAction::Review => {
            *action = ValidationAction::Accept;
            Some(true)
        }
        _ => None,
    });
}

#[test]
fn a_fall_for_a_reply_that_had_passed() {
    lie("a reply that was not stopped", |event| match event {
        Event::Fell { reason, .. } if *reason == Reason::Invalid => Some(true),
        Event::Validated { action, .. } if *action == ValidationAction::Fall => {
            *action = ValidationAction::Accept;
            Some(true)
        }
        _ => None,
    });
}
