//! Answers that are worth something only for so long: what is too late leaves its queue, is not tried again and falls to
//! nobody. And those who got no answer ask again.

use crate::{DOWN, check};

const ONE_A_MINUTE: &str = "provider.one.model.m.quota.requests_per_minute=1";
/// Two agents that ask once each, at ten seconds.
const TWICE: &str = "workload.w={agents=2, arrivals={kind='batch', at='10s', each=1}, deadline='5s'}";

#[test]
fn in_a_queue_its_time_runs_out() {
    check(
        &[TWICE, ONE_A_MINUTE],
        "10s 0/0 arrived
         10s 0/0 deadline 15s
         10s 0/0 sent first one/m
         10s 1/0 arrived
         10s 1/0 deadline 15s
         10s 1/0 queued one/m
         11s 0/0 attempt_ended completed
         11s 0/0 posted answer $0.004500
         11s 0/0 ended answered primary
         15s 1/0 left one/m deadline
         15s 1/0 ended refused primary deadline",
    );
}

/// The retry would come at 14.6 s, half a second before the deadline, and the next at 15.7 s: nobody waits for that one. And
/// nobody falls to a slower model that could not be in time either.
#[test]
fn a_retry_that_would_come_too_late_is_not_waited_for() {
    check(
        &[
            "provider.one.fault.f={kind='server_error', at='9s', for='11s'}",
            "policy.retry={base='4s', max_attempts=4, jitter='none'}",
            "workload.w={agents=1, deadline='5s'}",
        ],
        "10s 0/0 arrived
         10s 0/0 deadline 15s
         10s 0/0 sent first one/m
         10.1s 0/0 attempt_ended server_error
         14.1s 0/0 sent retry one/m
         14.2s 0/0 attempt_ended server_error
         14.2s 0/0 ended failed primary deadline",
    );
}

/// A call that is under way is not cut: its answer comes, late as it is.
#[test]
fn a_call_under_way_is_not_cut() {
    check(
        &["workload.w={agents=1, deadline='700ms'}"],
        "10s 0/0 arrived
         10s 0/0 deadline 10.7s
         10s 0/0 sent first one/m
         11s 0/0 attempt_ended completed
         11s 0/0 posted answer $0.004500
         11s 0/0 ended answered primary",
    );
}

/// A fleet that does not look at deadlines sends a call whose answer nobody wants, and the next one waits for it.
#[test]
fn a_fleet_that_ignores_deadlines_answers_too_late() {
    check(
        &[
            "provider.one.model.m.quota.concurrency=1",
            "policy.queue={discipline='fifo', deadlines='ignored'}",
            "workload.w={agents=2, arrivals={kind='batch', at='10s', each=1}, deadline='900ms'}",
        ],
        "10s 0/0 arrived
         10s 0/0 deadline 10.9s
         10s 0/0 sent first one/m
         10s 1/0 arrived
         10s 1/0 deadline 10.9s
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

/// What is parked is given up at its deadline, before it would have been too old.
#[test]
fn what_is_parked_is_given_up() {
    check(
        &[
            DOWN[0],
            DOWN[1],
            "policy.parking={kind='park', workloads=['w'], backoff='30s', lease='30s'}",
            "workload.w={agents=1, deadline='4s'}",
        ],
        "10s 0/0 arrived
         10s 0/0 deadline 14s
         10s 0/0 sent first one/m
         10.1s 0/0 attempt_ended server_error
         10.1s 0/0 parked retries_exhausted
         14s 0/0 dead_lettered deadline attempts 0 age 3.9s
         14s 0/0 ended failed primary deadline",
    );
}

/// Three agents ask at the same time on a quota of one at once. By deadline the last of them goes second.
#[test]
fn who_has_least_time_left_goes_first() {
    check(
        &[
            "provider.one.model.m.quota.concurrency=1",
            "policy.queue={discipline='earliest_deadline', max_wait='1m'}",
            "workload.w={agents=2, arrivals={kind='batch', at='10s', each=1}, deadline='9s'}",
            "workload.v={agents=1, arrivals={kind='batch', at='10s', each=1}, deadline='3s'}",
            "workload.v={output=100, max_tokens=200, prompt={first=1000, growth=0, turns=1}}",
        ],
        "10s 0/0 arrived
         10s 0/0 deadline 19s
         10s 0/0 sent first one/m
         10s 1/0 arrived
         10s 1/0 deadline 19s
         10s 1/0 queued one/m
         10s 2/0 arrived
         10s 2/0 deadline 13s
         10s 2/0 queued one/m
         11s 0/0 attempt_ended completed
         11s 0/0 posted answer $0.004500
         11s 0/0 ended answered primary
         11s 2/0 sent first one/m after 1s for concurrency
         12s 2/0 attempt_ended completed
         12s 2/0 posted answer $0.004500
         12s 2/0 ended answered primary
         12s 1/0 sent first one/m after 2s for concurrency
         13s 1/0 attempt_ended completed
         13s 1/0 posted answer $0.004500
         13s 1/0 ended answered primary",
    );
}

/// Its patience ends at 12 s; five seconds later the same is asked again, under its own name and with patience of its own.
#[test]
fn who_gave_up_asks_again() {
    check(
        &[
            "provider.one.fault.f={kind='hang', at='9s', for='4s'}",
            "workload.w={agents=1, arrivals={kind='batch', at='10s', each=1}, patience='2s'}",
            "workload.w.comes_back={share='100%', after='5s', times=1}",
        ],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         12s 0/0 attempt_ended cancelled
         12s 0/0 posted wasted $0.006000 estimated
         12s 0/0 ended abandoned primary patience
         17s 0/0+1 arrived
         17s 0/0+1 sent first one/m
         18s 0/0+1 attempt_ended completed
         18s 0/0+1 posted answer $0.004500
         18s 0/0+1 ended answered primary",
    );
}
