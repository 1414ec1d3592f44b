use crate::checkers::tests::judge;
use crate::divergence::Entry;
use crate::script::quality_run;
use rushhour_base::*;

/// Changes the one cut of a run that is sound, or what follows from it, and expects the checker to see it.
fn lie(words: &str, mut tamper: impl FnMut(&mut Event) -> bool) {
    let mut entries = quality_run();
    entries.retain_mut(|entry| match entry {
        Entry::Event { event, .. } => tamper(event),
        Entry::Truth { .. } => true,
    });
    let found = judge(&entries);
    let noticed = found.iter().any(|v| v.checker == "prompts" && v.sentence.contains(words));
    assert!(noticed, "nobody said '… {words} …' but {found:?}");
}

#[test]
fn a_cut_that_went_to_another_lane() {
    lie("was cut for lane 1 and sent to lane 0", |event| {
        if let Event::Compressed { lane, .. } = event {
            *lane = LaneId(1);
        }
        true
    });
}

#[test]
fn a_cut_that_held_what_the_whole_would_have_held() {
    lie("was cut to 1000 tokens and held 5000", |event| {
        if let Event::Sent { attempt: 1, held_input_tokens, .. } = event {
            *held_input_tokens = 5_000;
        }
        true
    });
}

#[test]
fn a_cut_that_was_billed_as_more() {
    lie("sent 1000 tokens, and used 1001", |event| {
        if let Event::AttemptEnded { attempt: 1, cached_tokens, .. } = event {
            *cached_tokens = 1;
        }
        true
    });
}

#[test]
fn a_cut_with_which_no_call_went_out() {
    lie("a call that had not gone out", |event| !matches!(event, Event::Sent { attempt: 1, .. }));
}

#[test]
fn a_cut_that_is_longer_than_the_whole() {
    lie("from 30 messages with 900 tokens to 6 with 1000", |event| {
        if let Event::Compressed { whole_tokens, .. } = event {
            *whole_tokens = 900;
        }
        true
    });
}

/// A reply that is wrong about what it used is not the prompt's fault.
#[test]
fn a_wrong_usage_is_no_lie_about_the_prompt() {
    let mut entries = quality_run();
    let ended =
        |entry: &Entry| matches!(entry, Entry::Event { event: Event::AttemptEnded { attempt: 1, .. }, .. });
    let place = entries.iter().position(ended).expect("the cut call ended");
    let Entry::Event { at, event: Event::AttemptEnded { call, lane, cached_tokens, .. }, .. } =
        &mut entries[place]
    else {
        panic!("it is an end");
    };
    *cached_tokens = 77;
    let truth = Truth::Misstated {
        call: *call,
        lane: *lane,
        input_tokens: 1_000,
        cached_tokens: 77,
        cache_write_tokens: 0,
        output_tokens: 200,
    };
    let misstated = Entry::Truth { at: *at, truth };
    entries.insert(place, misstated);
    assert!(judge(&entries).iter().all(|violation| violation.checker != "prompts"));
}
