//! Quotas, queues and caps: who waits, for how long, and who falls.

use crate::check;

const TWO: &str = "workload.w.agents=2";
const ONE_A_MINUTE: &str = "provider.one.model.m.quota.requests_per_minute=1";

#[test]
fn the_second_waits_until_the_quota_has_refilled() {
    check(
        &[TWO, "provider.one.model.m.quota={requests_per_minute=12, burst='9%'}"],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10s 1/0 arrived
         10s 1/0 queued one/m
         11s 0/0 attempt_ended completed
         11s 0/0 posted answer $0.004500
         11s 0/0 ended answered primary
         15s 1/0 sent first one/m after 5s for requests
         16s 1/0 attempt_ended completed
         16s 1/0 posted answer $0.004500
         16s 1/0 ended answered primary",
    );
}

#[test]
fn the_second_waits_until_the_first_call_is_over() {
    check(
        &[TWO, "provider.one.model.m.quota.concurrency=1"],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10s 1/0 arrived
         10s 1/0 queued one/m
         11s 0/0 attempt_ended completed
         11s 0/0 posted answer $0.004500
         11s 0/0 ended answered primary
         11s 1/0 sent first one/m after 1s for concurrency
         12s 1/0 attempt_ended completed
         12s 1/0 posted answer $0.004500
         12s 1/0 ended answered primary",
    );
}

#[test]
fn the_more_urgent_class_goes_first() {
    check(
        &[
            TWO,
            "workload.w.priority=1",
            "workload.v={agents=1, arrivals={kind='closed_loop', think='10500ms'}, output=100, prompt.first=1000}",
            "provider.one.model.m.quota.concurrency=1",
            "policy.queue.discipline=priority",
        ],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10s 1/0 arrived
         10s 1/0 queued one/m
         10.5s 2/0 arrived
         10.5s 2/0 queued one/m
         11s 0/0 attempt_ended completed
         11s 0/0 posted answer $0.004500
         11s 0/0 ended answered primary
         11s 2/0 sent first one/m after 500ms for concurrency
         12s 2/0 attempt_ended completed
         12s 2/0 posted answer $0.004500
         12s 2/0 ended answered primary
         12s 1/0 sent first one/m after 2s for concurrency
         13s 1/0 attempt_ended completed
         13s 1/0 posted answer $0.004500
         13s 1/0 ended answered primary",
    );
}

/// The next lane may have more room, or less: each hop looks for itself.
#[test]
fn what_exceeds_the_context_falls_to_a_lane_with_more_room() {
    check(
        &["provider.one.model.m.context=600"],
        "10s 0/0 arrived
         10s 0/0 fell primary->secondary context_limit
         10s 0/0 sent fallback two/m
         12s 0/0 attempt_ended completed
         12s 0/0 posted answer $0.004500
         12s 0/0 ended answered secondary",
    );
    check(
        &["provider.one.model.m.context=600", "provider.two.model.m.context=600"],
        "10s 0/0 arrived
         10s 0/0 fell primary->secondary context_limit
         10s 0/0 ended refused secondary context_limit",
    );
}

#[test]
fn who_waits_too_long_falls() {
    check(
        &[TWO, ONE_A_MINUTE, "policy.queue.max_wait=3s"],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10s 1/0 arrived
         10s 1/0 queued one/m
         11s 0/0 attempt_ended completed
         11s 0/0 posted answer $0.004500
         11s 0/0 ended answered primary
         13s 1/0 left one/m queue_timeout
         13s 1/0 fell primary->secondary queue_timeout
         13s 1/0 sent fallback two/m
         15s 1/0 attempt_ended completed
         15s 1/0 posted answer $0.004500
         15s 1/0 ended answered secondary",
    );
}

#[test]
fn who_finds_the_queue_full_falls_at_once() {
    check(
        &[TWO, ONE_A_MINUTE, "policy.queue.max_waiting=0"],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10s 1/0 arrived
         10s 1/0 fell primary->secondary queue_full
         10s 1/0 sent fallback two/m
         11s 0/0 attempt_ended completed
         11s 0/0 posted answer $0.004500
         11s 0/0 ended answered primary
         12s 1/0 attempt_ended completed
         12s 1/0 posted answer $0.004500
         12s 1/0 ended answered secondary",
    );
}

const TOO_SMALL: &str = "provider.one.model.m.quota.input_tokens_per_minute=999";

#[test]
fn what_never_fits_falls_without_waiting() {
    check(
        &[TOO_SMALL],
        "10s 0/0 arrived
         10s 0/0 fell primary->secondary never_fits
         10s 0/0 sent fallback two/m
         12s 0/0 attempt_ended completed
         12s 0/0 posted answer $0.004500
         12s 0/0 ended answered secondary",
    );
}

/// Turned away before anything was tried: a refusal, not a failure.
#[test]
fn what_never_fits_anywhere_is_refused() {
    check(
        &[TOO_SMALL, "policy.chain=['primary', 'fail']"],
        "10s 0/0 arrived
         10s 0/0 ended refused primary never_fits",
    );
}

/// The start is ninety seconds before midnight; a cent a day is enough for one reservation of $0.006 at a time, and
/// after the first answer of $0.0045 not for another.
const A_CENT_A_DAY: [&str; 4] = [
    "starts=2026-03-11T23:58:30Z",
    "duration=100s",
    "workload.w.arrivals.think='1m'",
    "policy.budget.fleet={cap='$0.010', per='day', alerts=['45%', '46%']}",
];

#[test]
fn at_a_cap_that_pauses_a_request_waits_for_midnight() {
    let [starts, duration, think, cap] = A_CENT_A_DAY;
    check(
        &[starts, duration, think, cap, TWO, "policy.queue.max_wait=1h"],
        "1m 0/0 arrived
         1m 0/0 sent first one/m
         1m 1/0 arrived
         1m cap_reached fleet until 1m30s
         1m 1/0 queued one/m
         1m1s 0/0 attempt_ended completed
         1m1s 0/0 posted answer $0.004500
         1m1s alerted fleet 45 %
         1m1s 0/0 ended answered primary
         1m30s 1/0 sent first one/m after 30s for budget
         1m31s 1/0 attempt_ended completed
         1m31s 1/0 posted answer $0.004500
         1m31s alerted fleet 45 %
         1m31s 1/0 ended answered primary",
    );
}

#[test]
fn at_a_cap_that_pauses_nobody_waits_longer_than_the_queue_allows() {
    let [starts, duration, think, cap] = A_CENT_A_DAY;
    check(
        &[starts, duration, think, cap, TWO, "policy.queue.max_wait=20s", "policy.chain=['primary', 'fail']"],
        "1m 0/0 arrived
         1m 0/0 sent first one/m
         1m 1/0 arrived
         1m cap_reached fleet until 1m30s
         1m 1/0 queued one/m
         1m1s 0/0 attempt_ended completed
         1m1s 0/0 posted answer $0.004500
         1m1s alerted fleet 45 %
         1m1s 0/0 ended answered primary
         1m20s 1/0 left one/m budget
         1m20s 1/0 ended refused primary budget",
    );
}

#[test]
fn at_a_cap_that_falls_a_request_goes_to_the_rules() {
    let [starts, duration, think, cap] = A_CENT_A_DAY;
    let rules = "policy.rules={answers='100%', service='20ms'}";
    check(
        &[
            starts,
            duration,
            think,
            cap,
            TWO,
            "policy.budget.fleet.at_cap=fall",
            rules,
            "policy.chain=['primary', 'rules']",
        ],
        "1m 0/0 arrived
         1m 0/0 sent first one/m
         1m 1/0 arrived
         1m cap_reached fleet until 1m30s
         1m 1/0 fell primary->rules budget
         1m 1/0 began rules
         1m0.02s 1/0 served rules in 20ms
         1m0.02s 1/0 ended answered rules
         1m1s 0/0 attempt_ended completed
         1m1s 0/0 posted answer $0.004500
         1m1s alerted fleet 45 %
         1m1s 0/0 ended answered primary",
    );
}

/// One reservation alone is larger than the cap: no midnight helps.
#[test]
fn a_cap_below_one_reservation_pauses_nobody() {
    check(
        &["policy.budget.fleet={cap='$0.005', per='total'}", "policy.chain=['primary', 'fail']"],
        "10s 0/0 arrived
         10s cap_reached fleet
         10s 0/0 ended refused primary budget",
    );
}
