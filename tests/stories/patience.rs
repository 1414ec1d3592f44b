//! Those who asked give up, or the run ends before they were answered.

use crate::{DOWN, check};

const ONE_A_MINUTE: &str = "provider.one.model.m.quota.requests_per_minute=1";

/// The provider bills what it produced, which nobody learned; the ledger keeps the reservation.
#[test]
fn while_the_call_is_under_way() {
    check(
        &["workload.w.patience=500ms"],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10.5s 0/0 attempt_ended cancelled
         10.5s 0/0 posted wasted $0.006000 estimated
         10.5s 0/0 ended abandoned primary patience",
    );
}

#[test]
fn while_standing_in_the_queue() {
    check(
        &["workload.w={agents=2, patience='5s'}", ONE_A_MINUTE],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10s 1/0 arrived
         10s 1/0 queued one/m
         11s 0/0 attempt_ended completed
         11s 0/0 posted answer $0.004500
         11s 0/0 ended answered primary
         15s 1/0 left one/m patience
         15s 1/0 ended abandoned primary patience",
    );
}

#[test]
fn while_sleeping_before_a_retry() {
    check(
        &[
            "provider.one.fault.f={kind='overloaded', at='9s', for='2s'}",
            "policy.retry.base=4s",
            "workload.w.patience=2s",
        ],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10.1s 0/0 attempt_ended overloaded
         12s 0/0 ended abandoned primary patience",
    );
}

/// A person who is not waited for is not paid, and is free for the next one.
#[test]
fn while_a_person_works_on_it() {
    check(
        &[
            DOWN[0],
            DOWN[1],
            "workload.w.patience=3s",
            "workload.v={agents=1, arrivals={kind='closed_loop', think='12s'}}",
            "policy.human={service='4s', cost='$2.50', capacity=1}",
            "policy.chain=['primary', 'human']",
        ],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10.1s 0/0 attempt_ended server_error
         10.1s 0/0 fell primary->human retries_exhausted
         10.1s 0/0 began human
         12s 1/0 arrived
         12s 1/0 sent first one/m
         12.1s 1/0 attempt_ended server_error
         12.1s 1/0 fell primary->human retries_exhausted
         12.1s 1/0 queued human
         13s 0/0 ended abandoned human patience
         13s 1/0 began human after 900ms
         17s 1/0 served human in 4s
         17s 1/0 posted human $2.50
         17s 1/0 ended answered human",
    );
}

#[test]
fn at_the_horizon_a_call_is_under_way() {
    check(
        &["duration=10500ms"],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10.5s 0/0 attempt_ended cancelled
         10.5s 0/0 posted wasted $0.006000 estimated
         10.5s 0/0 ended in_flight primary horizon",
    );
}

#[test]
fn at_the_horizon_a_request_sleeps_before_its_retry() {
    check(
        &["duration=10500ms", DOWN[0]],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10.1s 0/0 attempt_ended server_error
         10.5s 0/0 ended in_flight primary horizon",
    );
}

#[test]
fn at_the_horizon_a_person_works_on_it() {
    check(
        &[DOWN[0], DOWN[1], "policy.human={service='1h'}", "policy.chain=['primary', 'human']"],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10.1s 0/0 attempt_ended server_error
         10.1s 0/0 fell primary->human retries_exhausted
         10.1s 0/0 began human
         20s 0/0 ended in_flight human horizon",
    );
}
