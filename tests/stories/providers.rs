//! Errors of providers: retried, fallen from, shut out.

use crate::{DOWN, check};

#[test]
fn all_is_well() {
    check(
        &[],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         11s 0/0 attempt_ended completed
         11s 0/0 posted answer $0.004500
         11s 0/0 ended answered primary",
    );
}

#[test]
fn a_529_is_retried_and_answered() {
    check(
        &["provider.one.fault.f={kind='overloaded', at='9s', for='1300ms'}"],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10.1s 0/0 attempt_ended overloaded
         10.6s 0/0 sent retry one/m
         11.6s 0/0 attempt_ended completed
         11.6s 0/0 posted retry $0.004500
         11.6s 0/0 ended answered primary",
    );
}

/// The second wait is twice the first.
#[test]
fn a_5xx_on_all_attempts_falls_to_the_secondary() {
    check(
        &["provider.one.fault.f={kind='server_error', at='9s', for='10s'}"],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10.1s 0/0 attempt_ended server_error
         10.6s 0/0 sent retry one/m
         10.7s 0/0 attempt_ended server_error
         11.7s 0/0 sent retry one/m
         11.8s 0/0 attempt_ended server_error
         11.8s 0/0 fell primary->secondary retries_exhausted
         11.8s 0/0 sent fallback two/m
         13.8s 0/0 attempt_ended completed
         13.8s 0/0 posted answer $0.004500
         13.8s 0/0 ended answered secondary",
    );
}

#[test]
fn a_request_that_no_rung_answers_fails() {
    check(
        &[
            "provider.one.fault.f={kind='server_error', at='9s', for='10s'}",
            "provider.two.fault.f={kind='overloaded', at='9s', for='10s'}",
            "policy.retry.max_attempts=1",
        ],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10.1s 0/0 attempt_ended server_error
         10.1s 0/0 fell primary->secondary retries_exhausted
         10.1s 0/0 sent fallback two/m
         10.2s 0/0 attempt_ended overloaded
         10.2s 0/0 ended failed secondary retries_exhausted",
    );
}

#[test]
fn behind_an_open_breaker_nothing_is_attempted() {
    check(
        &[
            "duration=25s",
            "provider.one.fault.f={kind='server_error', at='9s', for='20s'}",
            "policy.breaker={failures=2, cooldown='30s'}",
            "policy.retry.max_attempts=2",
        ],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10.1s 0/0 attempt_ended server_error
         10.6s 0/0 sent retry one/m
         10.7s 0/0 attempt_ended server_error
         10.7s breaker_moved one/m open until 40.7s
         10.7s 0/0 fell primary->secondary retries_exhausted
         10.7s 0/0 sent fallback two/m
         12.7s 0/0 attempt_ended completed
         12.7s 0/0 posted answer $0.004500
         12.7s 0/0 ended answered secondary
         22.7s 0/1 arrived
         22.7s 0/1 fell primary->secondary breaker_open
         22.7s 0/1 sent fallback two/m
         24.7s 0/1 attempt_ended completed
         24.7s 0/1 posted answer $0.004500
         24.7s 0/1 ended answered secondary",
    );
}

#[test]
fn after_the_cooldown_a_probe_closes_the_breaker() {
    check(
        &[
            "duration=25s",
            "provider.one.fault.f={kind='server_error', at='9s', for='2s'}",
            "policy.breaker={failures=1, cooldown='5s', probe_lease='7s'}",
            "policy.retry.max_attempts=1",
        ],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10.1s 0/0 attempt_ended server_error
         10.1s breaker_moved one/m open until 15.1s
         10.1s 0/0 fell primary->secondary retries_exhausted
         10.1s 0/0 sent fallback two/m
         12.1s 0/0 attempt_ended completed
         12.1s 0/0 posted answer $0.004500
         12.1s 0/0 ended answered secondary
         22.1s 0/1 arrived
         22.1s breaker_moved one/m half_open until 29.1s
         22.1s 0/1 sent first one/m
         23.1s 0/1 attempt_ended completed
         23.1s 0/1 posted answer $0.004500
         23.1s breaker_moved one/m closed
         23.1s 0/1 ended answered primary",
    );
}

/// It had waited for a call to end; the end of that call is what shut the lane.
#[test]
fn who_stands_in_the_queue_falls_when_the_breaker_opens() {
    check(
        &[
            DOWN[0],
            DOWN[1],
            "workload.w.agents=2",
            "provider.one.model.m.quota.concurrency=1",
            "policy.breaker.failures=1",
        ],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10s 1/0 arrived
         10s 1/0 queued one/m
         10.1s 0/0 attempt_ended server_error
         10.1s breaker_moved one/m open until 40.1s
         10.1s 0/0 fell primary->secondary retries_exhausted
         10.1s 0/0 sent fallback two/m
         10.1s 1/0 left one/m breaker_open
         10.1s 1/0 fell primary->secondary breaker_open
         10.1s 1/0 sent fallback two/m
         12.1s 0/0 attempt_ended completed
         12.1s 0/0 posted answer $0.004500
         12.1s 0/0 ended answered secondary
         12.1s 1/0 attempt_ended completed
         12.1s 1/0 posted answer $0.004500
         12.1s 1/0 ended answered secondary",
    );
}

/// What a hung call used is never learned, so the ledger keeps the whole reservation.
#[test]
fn a_call_that_hangs_is_paid_for_at_its_reservation() {
    check(
        &["provider.one.fault.f={kind='hang', at='9s', for='2s'}", "policy.retry.max_attempts=1"],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         15s 0/0 attempt_ended timed_out
         15s 0/0 posted wasted $0.006000 estimated
         15s 0/0 fell primary->secondary retries_exhausted
         15s 0/0 sent fallback two/m
         17s 0/0 attempt_ended completed
         17s 0/0 posted answer $0.004500
         17s 0/0 ended answered secondary",
    );
}

const STORM: &str =
    "provider.one.fault.f={kind='rate_limit_storm', at='9s', for='1s100ms', retry_after='3s'}";
const A_SECOND_LATER: &str = "workload.v={agents=1, arrivals={kind='closed_loop', think='11s'}, output=100, \
                              max_tokens=200, prompt={first=1000, growth=0, turns=1}}";

/// The retry waits for Retry-After and its own backoff on top; whoever else draws on the quota waits for the former.
#[test]
fn one_429_slows_all_who_share_the_quota() {
    check(
        &[STORM, A_SECOND_LATER],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10.1s 0/0 attempt_ended rate_limited
         10.1s backed_off one/m until 13.1s
         11s 1/0 arrived
         11s 1/0 queued one/m
         13.1s 1/0 sent first one/m after 2.1s for backoff
         13.6s 0/0 sent retry one/m
         14.1s 1/0 attempt_ended completed
         14.1s 1/0 posted answer $0.004500
         14.1s 1/0 ended answered primary
         14.6s 0/0 attempt_ended completed
         14.6s 0/0 posted retry $0.004500
         14.6s 0/0 ended answered primary",
    );
}

#[test]
fn without_shared_backoff_only_the_refused_request_waits() {
    check(
        &[STORM, A_SECOND_LATER, "policy.shared_backoff=false"],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10.1s 0/0 attempt_ended rate_limited
         11s 1/0 arrived
         11s 1/0 sent first one/m
         12s 1/0 attempt_ended completed
         12s 1/0 posted answer $0.004500
         12s 1/0 ended answered primary
         13.6s 0/0 sent retry one/m
         14.6s 0/0 attempt_ended completed
         14.6s 0/0 posted retry $0.004500
         14.6s 0/0 ended answered primary",
    );
}

#[test]
fn a_retry_after_beyond_the_policy_falls_at_once() {
    check(
        &[STORM, "policy.retry.retry_after_max=2s"],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10.1s 0/0 attempt_ended rate_limited
         10.1s backed_off one/m until 12.1s
         10.1s 0/0 fell primary->secondary told_to_wait
         10.1s 0/0 sent fallback two/m
         12.1s 0/0 attempt_ended completed
         12.1s 0/0 posted answer $0.004500
         12.1s 0/0 ended answered secondary",
    );
}

/// Without a limiter of its own the client learns of the quota by running into it.
#[test]
fn without_a_limiter_the_provider_does_the_refusing() {
    check(
        &[
            "workload.w.agents=2",
            "policy.limiter.kind=none",
            "provider.one.model.m.quota={requests_per_minute=12, burst='9%'}",
        ],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10s 1/0 arrived
         10s 1/0 sent first one/m
         10.1s 1/0 attempt_ended rate_limited
         10.1s backed_off one/m until 15.1s
         11s 0/0 attempt_ended completed
         11s 0/0 posted answer $0.004500
         11s 0/0 ended answered primary
         15.6s 1/0 sent retry one/m
         16.6s 1/0 attempt_ended completed
         16.6s 1/0 posted retry $0.004500
         16.6s 1/0 ended answered primary",
    );
}

#[test]
fn an_empty_retry_budget_falls_at_the_first_failure() {
    check(
        &[
            "provider.one.fault.f={kind='overloaded', at='9s', for='2s'}",
            "policy.retry.budget={per_request='0%', burst=0}",
        ],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10.1s 0/0 attempt_ended overloaded
         10.1s 0/0 fell primary->secondary retry_budget
         10.1s 0/0 sent fallback two/m
         12.1s 0/0 attempt_ended completed
         12.1s 0/0 posted answer $0.004500
         12.1s 0/0 ended answered secondary",
    );
}
