//! What can wait parks where others would fall, and is taken up again when there is room.

use crate::check;

const ONCE: &str = "policy.retry.max_attempts=1";
/// The primary provider breaks for two seconds, which the first request meets.
const SHORT: &str = "provider.one.fault.f={kind='server_error', at='9s', for='2s'}";
/// It breaks until the end.
const LONG: &str = "provider.one.fault.f={kind='server_error', at='9s', for='60s'}";
const WAITS: &str = "policy.parking={kind='park', workloads=['w'], backoff='3s', lease='30s'}";

/// It would have fallen to the secondary model; it can wait, so it asks the one it wants again, and its agent thinks on
/// from the answer.
#[test]
fn what_can_wait_does_not_fall() {
    check(
        &[SHORT, ONCE, WAITS],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10.1s 0/0 attempt_ended server_error
         10.1s 0/0 parked retries_exhausted
         13.1s 0/0 unparked after 3s
         13.1s 0/0 sent retry one/m
         14.1s 0/0 attempt_ended completed
         14.1s 0/0 posted retry $0.004500
         14.1s 0/0 ended answered primary",
    );
}

#[test]
fn what_fails_too_often_is_a_dead_letter() {
    check(
        &[LONG, ONCE, WAITS, "policy.parking.max_attempts=2", "policy.parking.backoff=1s"],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10.1s 0/0 attempt_ended server_error
         10.1s 0/0 parked retries_exhausted
         11.1s 0/0 unparked after 1s
         11.1s 0/0 sent retry one/m
         11.2s 0/0 attempt_ended server_error
         11.2s 0/0 parked retries_exhausted attempts 1
         12.2s 0/0 unparked after 1s
         12.2s 0/0 sent retry one/m
         12.3s 0/0 attempt_ended server_error
         12.3s 0/0 dead_lettered attempts_spent attempts 2 age 2.2s
         12.3s 0/0 ended failed primary attempts_spent",
    );
}

#[test]
fn what_can_wait_may_be_parked_before_it_tries_anything_and_waits_for_its_hours() {
    check(
        &[
            WAITS,
            "policy.parking.instead_of=trying",
            "policy.parking.drain={from='09:00:12', until='09:00:15'}",
        ],
        "10s 0/0 arrived
         10s 0/0 parked can_wait
         12s 0/0 unparked after 2s
         12s 0/0 sent first one/m
         13s 0/0 attempt_ended completed
         13s 0/0 posted answer $0.004500
         13s 0/0 ended answered primary",
    );
}

/// Two at once, and room for one.
#[test]
fn for_want_of_room_in_parking_a_request_is_refused() {
    check(
        &[
            WAITS,
            "policy.parking.instead_of=trying",
            "policy.parking.max_parked=1",
            "workload.w.agents=2",
            "policy.parking.drain={from='10:00', until='11:00'}",
        ],
        "10s 0/0 arrived
         10s 0/0 parked can_wait
         10s 1/0 arrived
         10s 1/0 ended refused primary parking_full
         20s 0/0 ended parked primary horizon",
    );
}

#[test]
fn whoever_asked_may_give_up_while_it_is_parked() {
    check(
        &[
            WAITS,
            "policy.parking.instead_of=trying",
            "policy.parking.drain={from='10:00', until='11:00'}",
            "workload.w.patience=4s",
        ],
        "10s 0/0 arrived
         10s 0/0 parked can_wait
         14s 0/0 ended abandoned primary patience",
    );
}

#[test]
fn what_is_parked_for_too_long_is_a_dead_letter() {
    check(
        &[
            WAITS,
            "policy.parking.instead_of=trying",
            "policy.parking.drain={from='10:00', until='11:00'}",
            "policy.parking.max_age=6s",
        ],
        "10s 0/0 arrived
         10s 0/0 parked can_wait
         16s 0/0 dead_lettered too_old attempts 0 age 6s
         16s 0/0 ended failed primary too_old",
    );
}

/// A worker that hangs is not waited for: what it holds is given back, and the next attempt has luck of its own.
#[test]
fn work_that_outlasts_its_lease_is_taken_back() {
    check(
        &[
            WAITS,
            "policy.parking.instead_of=trying",
            "policy.parking.lease=6s",
            "policy.parking.backoff=1s",
            "provider.one.fault.f={kind='hang', at='9s', for='8s'}",
            ONCE,
            "policy.parking.max_attempts=3",
            "policy.timeout=5s",
            "policy.retry={max_attempts=2, base='500ms', jitter='none'}",
        ],
        "10s 0/0 arrived
         10s 0/0 parked can_wait
         10s 0/0 unparked after 0s
         10s 0/0 sent first one/m
         15s 0/0 attempt_ended timed_out
         15s 0/0 posted wasted $0.006000 estimated
         15.5s 0/0 sent retry one/m
         16s 0/0 attempt_ended cancelled
         16s 0/0 posted wasted $0.006000 estimated
         16s 0/0 parked lease_expired attempts 1
         17s 0/0 unparked after 1s
         17s 0/0 sent retry one/m
         18s 0/0 attempt_ended completed
         18s 0/0 posted retry $0.004500
         18s 0/0 ended answered primary",
    );
}

#[test]
fn what_time_cannot_mend_is_a_dead_letter_at_once() {
    check(
        &[
            WAITS,
            "policy.parking.instead_of=trying",
            "provider.one.model.m.context=1100",
            "policy.chain=['primary', 'fail']",
        ],
        "10s 0/0 arrived
         10s 0/0 parked can_wait
         10s 0/0 unparked after 0s
         10s 0/0 dead_lettered context_limit attempts 0 age 0s
         10s 0/0 ended failed primary context_limit",
    );
}

/// `falling` parks before the secondary model, `failing` behind it, and never goes to people.
#[test]
fn failing_tries_the_cheaper_models_first() {
    check(
        &[
            LONG,
            ONCE,
            WAITS,
            "policy.parking.instead_of=failing",
            "policy.human={capacity=1}",
            "policy.chain=['primary', 'secondary', 'human']",
            "provider.two.fault.f={kind='server_error', at='9s', for='4s'}",
        ],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10.1s 0/0 attempt_ended server_error
         10.1s 0/0 fell primary->secondary retries_exhausted
         10.1s 0/0 sent fallback two/m
         10.2s 0/0 attempt_ended server_error
         10.2s 0/0 parked retries_exhausted
         13.2s 0/0 unparked after 3s
         13.2s 0/0 sent retry one/m
         13.3s 0/0 attempt_ended server_error
         13.3s 0/0 fell primary->secondary retries_exhausted
         13.3s 0/0 sent fallback two/m
         15.3s 0/0 attempt_ended completed
         15.3s 0/0 posted answer $0.004500
         15.3s 0/0 ended answered secondary",
    );
}

/// One under way at a time, one in three seconds: the older goes first.
#[test]
fn they_are_taken_up_by_age_at_their_pace() {
    check(
        &[
            WAITS,
            "policy.parking.instead_of=trying",
            "workload.w.agents=3",
            "policy.parking.drain={at_once=1, amount=1, period='3s'}",
        ],
        "10s 0/0 arrived
         10s 0/0 parked can_wait
         10s 0/0 unparked after 0s
         10s 0/0 sent first one/m
         10s 1/0 arrived
         10s 1/0 parked can_wait
         10s 2/0 arrived
         10s 2/0 parked can_wait
         11s 0/0 attempt_ended completed
         11s 0/0 posted answer $0.004500
         11s 0/0 ended answered primary
         13s 1/0 unparked after 3s
         13s 1/0 sent first one/m
         14s 1/0 attempt_ended completed
         14s 1/0 posted answer $0.004500
         14s 1/0 ended answered primary
         16s 2/0 unparked after 6s
         16s 2/0 sent first one/m
         17s 2/0 attempt_ended completed
         17s 2/0 posted answer $0.004500
         17s 2/0 ended answered primary",
    );
}

/// A long `Retry-After` and a rule that sends an error on were once taken for the caller's own fault, and lanes left out with
/// a shut one for a lane that no time opens: what could have waited failed, or became a dead letter, in the very outage
/// that parking is there for.
#[test]
fn what_time_mends_parks_whatever_it_is_called() {
    let told = "provider.one.fault.f={kind='rate_limit_storm', at='9s', for='1s100ms', retry_after='3s'}";
    check(
        &[told, WAITS, "policy.retry.retry_after_max=2s", "policy.chain=['primary', 'fail']"],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10.1s 0/0 attempt_ended rate_limited
         10.1s backed_off one/m until 12.1s
         10.1s 0/0 parked told_to_wait
         13.1s 0/0 unparked after 3s
         13.1s 0/0 sent retry one/m
         14.1s 0/0 attempt_ended completed
         14.1s 0/0 posted retry $0.004500
         14.1s 0/0 ended answered primary",
    );
    check(
        &[SHORT, WAITS, "policy.on_error.server_error=fall"],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10.1s 0/0 attempt_ended server_error
         10.1s 0/0 parked rule_fell
         13.1s 0/0 unparked after 3s
         13.1s 0/0 sent retry one/m
         14.1s 0/0 attempt_ended completed
         14.1s 0/0 posted retry $0.004500
         14.1s 0/0 ended answered primary",
    );
}

/// What a lower rung says of itself does not hide that the one above it will be back: this prompt is too long for the
/// secondary model only.
#[test]
fn a_rung_that_cannot_help_does_not_hide_one_that_will() {
    check(
        &[
            SHORT,
            ONCE,
            WAITS,
            "policy.parking.instead_of=failing",
            "policy.chain=['primary', 'secondary', 'fail']",
            "provider.two.model.m.context=100",
        ],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10.1s 0/0 attempt_ended server_error
         10.1s 0/0 fell primary->secondary retries_exhausted
         10.1s 0/0 parked retries_exhausted
         13.1s 0/0 unparked after 3s
         13.1s 0/0 sent retry one/m
         14.1s 0/0 attempt_ended completed
         14.1s 0/0 posted retry $0.004500
         14.1s 0/0 ended answered primary",
    );
}
