//! Histories that are made shorter before they are sent.

use crate::check;

/// The second prompt has 1,600 tokens: 748 of the system's, 249 of the first question, then 175 of the reply, 88 of the
/// second question, 37 of a tool's call and 303 of its result, and three that begin the reply.
const GROWS: [&str; 2] = ["workload.w.prompt={first=1000, growth=600, turns=9}", "duration='24s'"];
const PRUNE: &str = "policy.compression={method='prune', above=1200, to=1200, keep_last=1}";
const SUMMARIZE: &str = "policy.compression={method=['summarize', 'prune'], above=1200, to=1200, keep_last=1, \
                         summary={model='two/m', max_tokens=100, instructions=20, timeout='3s'}}";

#[test]
fn what_matters_least_is_left_out() {
    check(
        &[GROWS[0], GROWS[1], PRUNE],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         11s 0/0 attempt_ended completed
         11s 0/0 posted answer $0.004500
         11s 0/0 ended answered primary
         21s 0/1 arrived
         21s 0/1 compressed prune: 4 of 6 messages, 1201 of 1600 tokens
         21s 0/1 sent first one/m
         22s 0/1 attempt_ended completed
         22s 0/1 posted answer $0.005103
         22s 0/1 ended answered primary",
    );
}

#[test]
fn a_model_summarises_what_is_older() {
    check(
        &[
            GROWS[0],
            "duration='26s'",
            SUMMARIZE,
            "policy.compression.to=1300",
            "policy.compression.above=1300",
        ],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         11s 0/0 attempt_ended completed
         11s 0/0 posted answer $0.004500
         11s 0/0 ended answered primary
         21s 0/1 arrived
         21s 0/1 sent summary two/m
         23s 0/1 attempt_ended completed
         23s 0/1 posted summary $0.002526
         23s 0/1 compressed summarize: 4 of 6 messages, 1289 of 1600 tokens
         23s 0/1 sent first one/m
         24s 0/1 attempt_ended completed
         24s 0/1 posted answer $0.005367
         24s 0/1 ended answered primary",
    );
}

#[test]
fn where_the_summary_fails_the_history_is_pruned() {
    check(
        &[GROWS[0], GROWS[1], SUMMARIZE, "provider.two.fault.f={kind='server_error', at='9s', for='15s'}"],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         11s 0/0 attempt_ended completed
         11s 0/0 posted answer $0.004500
         11s 0/0 ended answered primary
         21s 0/1 arrived
         21s 0/1 sent summary two/m
         21.1s 0/1 attempt_ended server_error
         21.1s 0/1 compressed prune: 4 of 6 messages, 1201 of 1600 tokens
         21.1s 0/1 sent first one/m
         22.1s 0/1 attempt_ended completed
         22.1s 0/1 posted answer $0.005103
         22.1s 0/1 ended answered primary",
    );
}

#[test]
fn a_summary_that_takes_too_long_is_done_without() {
    check(
        &[GROWS[0], GROWS[1], SUMMARIZE, "policy.compression.summary.timeout=500ms"],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         11s 0/0 attempt_ended completed
         11s 0/0 posted answer $0.004500
         11s 0/0 ended answered primary
         21s 0/1 arrived
         21s 0/1 sent summary two/m
         21.5s 0/1 attempt_ended timed_out
         21.5s 0/1 posted wasted $0.002766 estimated
         21.5s 0/1 compressed prune: 4 of 6 messages, 1201 of 1600 tokens
         21.5s 0/1 sent first one/m
         22.5s 0/1 attempt_ended completed
         22.5s 0/1 posted answer $0.005103
         22.5s 0/1 ended answered primary",
    );
}

/// The quota of the lane that summarises has no room for the prompt of a summary.
#[test]
fn a_summary_that_waits_too_long_for_its_quota_is_done_without() {
    let busy = "provider.two.model.m.quota={requests_per_minute=60000, input_tokens_per_minute=450, output_tokens_per_minute=90000}";
    check(
        &[
            GROWS[0],
            GROWS[1],
            SUMMARIZE,
            "policy.compression.summary.timeout=500ms",
            "workload.w.agents=2",
            busy,
        ],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10s 1/0 arrived
         10s 1/0 sent first one/m
         11s 0/0 attempt_ended completed
         11s 0/0 posted answer $0.004500
         11s 0/0 ended answered primary
         11s 1/0 attempt_ended completed
         11s 1/0 posted answer $0.004500
         11s 1/0 ended answered primary
         21s 0/1 arrived
         21s 0/1 sent summary two/m
         21s 1/1 arrived
         21s 1/1 queued two/m
         21.5s 0/1 attempt_ended timed_out
         21.5s 0/1 posted wasted $0.002766 estimated
         21.5s 0/1 compressed prune: 4 of 6 messages, 1201 of 1600 tokens
         21.5s 0/1 sent first one/m
         21.5s 1/1 left two/m queue_timeout
         21.5s 1/1 compressed prune: 4 of 6 messages, 1201 of 1600 tokens
         21.5s 1/1 sent first one/m
         22.5s 0/1 attempt_ended completed
         22.5s 0/1 posted answer $0.005103
         22.5s 0/1 ended answered primary
         22.5s 1/1 attempt_ended completed
         22.5s 1/1 posted answer $0.005103
         22.5s 1/1 ended answered primary",
    );
}

#[test]
fn a_smaller_lane_gets_less() {
    check(
        &[
            GROWS[0],
            GROWS[1],
            "policy.compression={method='prune', above=8000, keep_last=1}",
            "provider.two.model.m.context=1500",
            "provider.one.fault.f={kind='server_error', at='15s', for='9s'}",
            "policy.retry.max_attempts=1",
        ],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         11s 0/0 attempt_ended completed
         11s 0/0 posted answer $0.004500
         11s 0/0 ended answered primary
         21s 0/1 arrived
         21s 0/1 sent first one/m
         21.1s 0/1 attempt_ended server_error
         21.1s 0/1 fell primary->secondary retries_exhausted
         21.1s 0/1 compressed prune: 4 of 6 messages, 1201 of 1600 tokens
         21.1s 0/1 sent fallback two/m
         23.1s 0/1 attempt_ended completed
         23.1s 0/1 posted answer $0.005103
         23.1s 0/1 ended answered secondary",
    );
}

#[test]
fn who_gives_up_during_a_summary_gets_everything_back() {
    check(
        &[GROWS[0], GROWS[1], SUMMARIZE, "workload.w.patience=1500ms"],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         11s 0/0 attempt_ended completed
         11s 0/0 posted answer $0.004500
         11s 0/0 ended answered primary
         21s 0/1 arrived
         21s 0/1 sent summary two/m
         22.5s 0/1 attempt_ended cancelled
         22.5s 0/1 posted wasted $0.002766 estimated
         22.5s 0/1 ended abandoned primary patience",
    );
}

/// A summary answers nobody: a request that was turned away after one was refused, not tried in vain.
#[test]
fn a_summary_is_no_attempt() {
    check(
        &[
            GROWS[0],
            GROWS[1],
            SUMMARIZE,
            "provider.one.model.m.context=1300",
            "workload.w.max_tokens=300",
            "policy.chain=['primary', 'fail']",
        ],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         11s 0/0 attempt_ended completed
         11s 0/0 posted answer $0.004500
         11s 0/0 ended answered primary
         21s 0/1 arrived
         21s 0/1 sent summary two/m
         23s 0/1 attempt_ended completed
         23s 0/1 posted summary $0.002526
         23s 0/1 ended refused primary context_limit",
    );
}
