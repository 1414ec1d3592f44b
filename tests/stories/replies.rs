//! Replies that do not agree with the facts: asked for again, passed on, looked at by a person.

use crate::check;

/// Every reply of `one/m` is wrong, unless the prompt is guarded; then none is. `two/m` is never wrong.
const WRONG: [&str; 3] = [
    "workload.w.words={knowledge='shop', missing='0%', stale='0%', structured='0%', chat='0%', typos='0%', \
     hallucination={rate='100%', guarded='0%', weights={omission=0, contradiction=0}}}",
    "provider.two.model.m.hallucination=0.0",
    "policy.guard_tokens=60",
];
/// As wrong as the others: no prompt helps.
const HOPELESS: &str = "workload.w.words.hallucination.guarded='100%'";

#[track_caller]
fn wrong(sets: &[&str], expected: &str) {
    check(&[&WRONG[..], sets].concat(), expected);
}

#[test]
fn a_stricter_prompt_mends_a_wrong_reply() {
    wrong(
        &["policy.validation.on_invalid='regenerate'"],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         11s 0/0 attempt_ended completed
         11s 0/0 posted answer $0.004467
         11s 0/0 validated contradicts: regenerate
         11s 0/0 sent regeneration one/m
         12s 0/0 attempt_ended completed
         12s 0/0 posted regeneration $0.004647
         12s 0/0 validated none: accept
         12s 0/0 ended answered primary",
    );
}

#[test]
fn a_wrong_reply_is_only_counted() {
    wrong(
        &["policy.validation.on_invalid='accept'"],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         11s 0/0 attempt_ended completed
         11s 0/0 posted answer $0.004467
         11s 0/0 validated contradicts: accept
         11s 0/0 ended answered primary",
    );
}

#[test]
fn a_wrong_reply_falls_to_the_next_model() {
    wrong(
        &["policy.validation.on_invalid='fall'"],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         11s 0/0 attempt_ended completed
         11s 0/0 posted answer $0.004467
         11s 0/0 validated contradicts: fall
         11s 0/0 fell primary->secondary invalid
         11s 0/0 sent fallback two/m
         13s 0/0 attempt_ended completed
         13s 0/0 posted answer $0.004467
         13s 0/0 validated none: accept
         13s 0/0 ended answered secondary",
    );
}

#[test]
fn a_person_looks_at_what_is_wrong_again_and_again() {
    let review = "policy.validation={on_invalid='regenerate', regenerations=2, then='review', review={service='3s', finds='100%'}}";
    wrong(
        &[HOPELESS, review],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         11s 0/0 attempt_ended completed
         11s 0/0 posted answer $0.004467
         11s 0/0 validated contradicts: regenerate
         11s 0/0 sent regeneration one/m
         12s 0/0 attempt_ended completed
         12s 0/0 posted regeneration $0.004647
         12s 0/0 validated contradicts: regenerate
         12s 0/0 sent regeneration one/m
         13s 0/0 attempt_ended completed
         13s 0/0 posted regeneration $0.004647
         13s 0/0 validated contradicts: review
         13s 0/0 began reviewers
         16s 0/0 served reviewers in 3s
         16s 0/0 posted review $0.50
         16s 0/0 reviewed reviewers closely
         16s 0/0 ended answered primary",
    );
}

const FEW: &str =
    "policy.validation={on_invalid='review', review={capacity=1, max_waiting=0, service='3s', finds='0%'}}";

#[test]
fn a_reply_that_nobody_has_time_to_look_at_does_not_go_out() {
    wrong(
        &[FEW, "workload.w.agents=2"],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10s 1/0 arrived
         10s 1/0 sent first one/m
         11s 0/0 attempt_ended completed
         11s 0/0 posted answer $0.004467
         11s 0/0 validated contradicts: review
         11s 0/0 began reviewers
         11s 1/0 attempt_ended completed
         11s 1/0 posted answer $0.004509
         11s 1/0 validated contradicts: review
         11s 1/0 fell primary->secondary invalid
         11s 1/0 sent fallback two/m
         13s 1/0 attempt_ended completed
         13s 1/0 posted answer $0.004509
         13s 1/0 validated none: accept
         13s 1/0 ended answered secondary
         14s 0/0 served reviewers in 3s
         14s 0/0 posted review $0.50
         14s 0/0 reviewed reviewers
         14s 0/0 ended answered primary",
    );
}

#[test]
fn a_reply_waits_for_the_only_reviewer() {
    wrong(
        &[
            FEW,
            "workload.w.agents=2",
            "policy.validation.review.max_waiting=1",
            "policy.validation.review.cost='$1'",
        ],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10s 1/0 arrived
         10s 1/0 sent first one/m
         11s 0/0 attempt_ended completed
         11s 0/0 posted answer $0.004467
         11s 0/0 validated contradicts: review
         11s 0/0 began reviewers
         11s 1/0 attempt_ended completed
         11s 1/0 posted answer $0.004509
         11s 1/0 validated contradicts: review
         11s 1/0 queued reviewers
         14s 0/0 served reviewers in 3s
         14s 0/0 posted review $1.00
         14s 0/0 reviewed reviewers
         14s 0/0 ended answered primary
         14s 1/0 began reviewers after 3s
         17s 1/0 served reviewers in 3s
         17s 1/0 posted review $1.00
         17s 1/0 reviewed reviewers
         17s 1/0 ended answered primary",
    );
}

/// The first reply cost so much that there is no money for a second.
#[test]
fn a_regeneration_needs_money() {
    wrong(
        &[
            "policy.validation.on_invalid='regenerate'",
            "policy.budget.fleet={cap='$0.0061', per='day', at_cap='fall'}",
        ],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         11s 0/0 attempt_ended completed
         11s 0/0 posted answer $0.004467
         11s alerted fleet 50 %
         11s 0/0 validated contradicts: regenerate
         11s cap_reached fleet until 15h
         11s 0/0 fell primary->secondary budget
         11s 0/0 ended failed secondary budget",
    );
}

#[test]
fn who_gives_up_during_a_review_pays_for_none() {
    wrong(
        &[FEW, "workload.w.patience=2s"],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         11s 0/0 attempt_ended completed
         11s 0/0 posted answer $0.004467
         11s 0/0 validated contradicts: review
         11s 0/0 began reviewers
         12s 0/0 ended abandoned primary patience",
    );
}

/// A reply in JSON that its length cut off cannot be read, whatever it says.
#[test]
fn json_that_its_length_cuts_off_cannot_be_read() {
    wrong(
        &[
            "workload.w.words.structured='100%'",
            "workload.w.words.hallucination.rate='0%'",
            "workload.w.max_tokens=12",
            "policy.validation.on_invalid='accept'",
        ],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         11s 0/0 attempt_ended completed
         11s 0/0 posted answer $0.003186
         11s 0/0 validated malformed: accept
         11s 0/0 ended answered primary",
    );
}
