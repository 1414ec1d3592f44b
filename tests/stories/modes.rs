//! The ladder: what the fleet allows itself while its first rung fails.

use crate::check;

const ONCE: &str = "policy.retry.max_attempts=1";
const LADDER: &str = "policy.ladder={kind='failures', min_samples=2, window=4, dwell='5s', climb='trial'}";

/// The first two failures move the fleet; whoever comes after it asks the secondary model at once.
#[test]
fn in_economy_mode_nobody_asks_the_model_that_fails() {
    check(
        &[
            "provider.one.fault.f={kind='server_error', at='9s', for='3s'}",
            ONCE,
            LADDER,
            "workload.w.agents=2",
            "duration=24s",
        ],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10s 1/0 arrived
         10s 1/0 sent first one/m
         10.1s 0/0 attempt_ended server_error
         10.1s 0/0 fell primary->secondary retries_exhausted
         10.1s 0/0 sent fallback two/m
         10.1s 1/0 attempt_ended server_error
         10.1s mode_moved full->economy failures
         10.1s 1/0 fell primary->secondary retries_exhausted
         10.1s 1/0 sent fallback two/m
         12.1s 0/0 attempt_ended completed
         12.1s 0/0 posted answer $0.004500
         12.1s 0/0 ended answered secondary
         12.1s 1/0 attempt_ended completed
         12.1s 1/0 posted answer $0.004500
         12.1s 1/0 ended answered secondary
         22.1s 0/1 arrived
         22.1s mode_moved economy->full trial
         22.1s 0/1 sent first one/m
         22.1s 1/1 arrived
         22.1s 1/1 sent first one/m
         23.1s 0/1 attempt_ended completed
         23.1s 0/1 posted answer $0.004500
         23.1s 0/1 ended answered primary
         23.1s 1/1 attempt_ended completed
         23.1s 1/1 posted answer $0.004500
         23.1s 1/1 ended answered primary",
    );
}

/// A rule that sends an error on to the next rung once hid it from the ladder: every request met a dead model first, and
/// the fleet never moved.
#[test]
fn an_error_that_a_rule_sends_on_speaks_against_the_mode_too() {
    check(
        &[
            "provider.one.fault.f={kind='server_error', at='9s', for='3s'}",
            "policy.on_error.server_error=fall",
            LADDER,
            "workload.w.agents=2",
            "duration=14s",
        ],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10s 1/0 arrived
         10s 1/0 sent first one/m
         10.1s 0/0 attempt_ended server_error
         10.1s 0/0 fell primary->secondary rule_fell
         10.1s 0/0 sent fallback two/m
         10.1s 1/0 attempt_ended server_error
         10.1s mode_moved full->economy failures
         10.1s 1/0 fell primary->secondary rule_fell
         10.1s 1/0 sent fallback two/m
         12.1s 0/0 attempt_ended completed
         12.1s 0/0 posted answer $0.004500
         12.1s 0/0 ended answered secondary
         12.1s 1/0 attempt_ended completed
         12.1s 1/0 posted answer $0.004500
         12.1s 1/0 ended answered secondary",
    );
}

#[test]
fn rules_mode_asks_no_model() {
    check(
        &[
            "provider.one.fault.f={kind='server_error', at='9s', for='60s'}",
            "provider.two.fault.f={kind='server_error', at='9s', for='60s'}",
            ONCE,
            LADDER,
            "workload.w.agents=2",
            "duration=34s",
            "policy.ladder.dwell=1s",
            "policy.ladder.climb=probe",
            "policy.ladder.probe_share=1%",
            "policy.rules={answers='100%', service='20ms'}",
            "policy.chain=['primary', 'secondary', 'rules']",
        ],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10s 1/0 arrived
         10s 1/0 sent first one/m
         10.1s 0/0 attempt_ended server_error
         10.1s 0/0 fell primary->secondary retries_exhausted
         10.1s 0/0 sent fallback two/m
         10.1s 1/0 attempt_ended server_error
         10.1s mode_moved full->economy failures
         10.1s 1/0 fell primary->secondary retries_exhausted
         10.1s 1/0 sent fallback two/m
         10.2s 0/0 attempt_ended server_error
         10.2s 0/0 fell secondary->rules retries_exhausted
         10.2s 0/0 began rules
         10.2s 1/0 attempt_ended server_error
         10.2s 1/0 fell secondary->rules retries_exhausted
         10.2s 1/0 began rules
         10.22s 0/0 served rules in 20ms
         10.22s 0/0 ended answered rules
         10.22s 1/0 served rules in 20ms
         10.22s 1/0 ended answered rules
         20.22s 0/1 arrived
         20.22s 0/1 fell primary->secondary mode
         20.22s 0/1 sent fallback two/m
         20.22s 1/1 arrived
         20.22s 1/1 fell primary->secondary mode
         20.22s 1/1 sent fallback two/m
         20.32s 0/1 attempt_ended server_error
         20.32s 0/1 fell secondary->rules retries_exhausted
         20.32s 0/1 began rules
         20.32s 1/1 attempt_ended server_error
         20.32s mode_moved economy->rules failures
         20.32s 1/1 fell secondary->rules retries_exhausted
         20.32s 1/1 began rules
         20.34s 0/1 served rules in 20ms
         20.34s 0/1 ended answered rules
         20.34s 1/1 served rules in 20ms
         20.34s 1/1 ended answered rules
         30.34s 0/2 arrived
         30.34s 0/2 fell primary->rules mode
         30.34s 0/2 began rules
         30.34s 1/2 arrived
         30.34s 1/2 fell primary->rules mode
         30.34s 1/2 began rules
         30.36s 0/2 served rules in 20ms
         30.36s 0/2 ended answered rules
         30.36s 1/2 served rules in 20ms
         30.36s 1/2 ended answered rules",
    );
}

#[test]
fn money_spent_near_the_cap_is_enough_to_save() {
    check(
        &[
            LADDER,
            "policy.budget.fleet={cap='$0.012', alerts=[]}",
            "policy.ladder.budget_at=30%",
            "duration=34s",
        ],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         11s 0/0 attempt_ended completed
         11s 0/0 posted answer $0.004500
         11s 0/0 ended answered primary
         21s 0/1 arrived
         21s mode_moved full->economy budget
         21s 0/1 fell primary->secondary mode
         21s 0/1 sent fallback two/m
         23s 0/1 attempt_ended completed
         23s 0/1 posted answer $0.004500
         23s 0/1 ended answered secondary
         33s 0/2 arrived
         33s 0/2 fell primary->secondary mode
         33s cap_reached fleet until 15h
         33s 0/2 queued two/m
         34s 0/2 left two/m horizon
         34s 0/2 ended in_flight secondary horizon",
    );
}
