//! Several lanes on a rung: which takes a call, where an error leads, and who is left out together.

use crate::check;

const TWIN: &str = "provider.one.model.n={prices={input='$1', output='$5'}, latency={base='1s', per_output_token='0s', \
                    per_input_token='0s', spread='0%', refusal='100ms'}}";
const DOWN: &str = "provider.one.fault.f={kind='overloaded', at='9s', for='10s'}";

#[test]
fn the_cheapest_lane_takes_the_call() {
    check(
        &[TWIN, "policy.primary={lanes={'one/m'=1, 'one/n'=1}, route='cheapest'}"],
        "10s 0/0 arrived
         10s 0/0 sent first one/n
         11s 0/0 attempt_ended completed
         11s 0/0 posted answer $0.001500
         11s 0/0 ended answered primary",
    );
}

/// A fallback to the second model of a dead provider: it is tried, and cannot help.
#[test]
fn a_second_model_of_a_dead_provider_is_tried_in_vain() {
    check(
        &[
            TWIN,
            DOWN,
            "policy.retry.max_attempts=1",
            "policy.secondary.lanes={'one/n'=1, 'two/m'=0}",
            "policy.tertiary.lanes={'two/m'=1}",
        ],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10.1s 0/0 attempt_ended overloaded
         10.1s 0/0 fell primary->secondary retries_exhausted
         10.1s 0/0 sent fallback one/n
         10.2s 0/0 attempt_ended overloaded
         10.2s 0/0 fell secondary->tertiary retries_exhausted
         10.2s 0/0 sent fallback two/m
         12.2s 0/0 attempt_ended completed
         12.2s 0/0 posted answer $0.004500
         12.2s 0/0 ended answered tertiary",
    );
}

#[test]
fn lanes_of_one_fate_are_left_out_together() {
    check(
        &[
            TWIN,
            DOWN,
            "policy.correlated=provider",
            "policy.retry.max_attempts=1",
            "policy.secondary.lanes={'one/n'=1, 'two/m'=0}",
            "policy.tertiary.lanes={'two/m'=1}",
        ],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10.1s 0/0 attempt_ended overloaded
         10.1s 0/0 fell primary->secondary retries_exhausted
         10.1s 0/0 fell secondary->tertiary correlated
         10.1s 0/0 sent fallback two/m
         12.1s 0/0 attempt_ended completed
         12.1s 0/0 posted answer $0.004500
         12.1s 0/0 ended answered tertiary",
    );
}

/// Two providers behind one cloud share its fate.
#[test]
fn a_fate_can_span_providers() {
    check(
        &[
            DOWN,
            "provider.one.fate=cloud",
            "provider.two.fate=cloud",
            "policy.correlated=provider",
            "policy.retry.max_attempts=1",
        ],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10.1s 0/0 attempt_ended overloaded
         10.1s 0/0 fell primary->secondary retries_exhausted
         10.1s 0/0 ended failed secondary correlated",
    );
}

#[test]
fn each_rule_for_an_error_leads_elsewhere() {
    let lanes = "policy.primary={lanes={'one/m'=1, 'two/m'=1}, route='least_in_flight'}";
    check(
        &[DOWN, lanes, "policy.on_error.overloaded=reroute"],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10.1s 0/0 attempt_ended overloaded
         10.1s 0/0 sent retry two/m
         12.1s 0/0 attempt_ended completed
         12.1s 0/0 posted retry $0.004500
         12.1s 0/0 ended answered primary",
    );
    check(
        &[DOWN, "policy.on_error.overloaded=fall"],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10.1s 0/0 attempt_ended overloaded
         10.1s 0/0 fell primary->secondary rule_fell
         10.1s 0/0 sent fallback two/m
         12.1s 0/0 attempt_ended completed
         12.1s 0/0 posted answer $0.004500
         12.1s 0/0 ended answered secondary",
    );
    check(
        &[DOWN, "policy.on_error.overloaded=fail"],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10.1s 0/0 attempt_ended overloaded
         10.1s 0/0 ended failed primary error_rule",
    );
    check(
        &[
            "provider.one.fault.f={kind='server_error', at='9s', for='1300ms'}",
            lanes,
            "policy.on_error.server_error=same_lane",
        ],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10.1s 0/0 attempt_ended server_error
         10.6s 0/0 sent retry one/m
         11.6s 0/0 attempt_ended completed
         11.6s 0/0 posted retry $0.004500
         11.6s 0/0 ended answered primary",
    );
}

#[test]
fn an_easy_request_tries_the_cheap_lane_and_then_the_rungs_own() {
    let class = "policy.classes.easy={up_to=40, lanes={'one/n'=1}}";
    check(
        &[TWIN, class, "workload.w.difficulty=40"],
        "10s 0/0 arrived
         10s 0/0 sent first one/n
         11s 0/0 attempt_ended completed
         11s 0/0 posted answer $0.001500
         11s 0/0 ended answered primary",
    );
    check(
        &[TWIN, class, "workload.w.difficulty=41"],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         11s 0/0 attempt_ended completed
         11s 0/0 posted answer $0.004500
         11s 0/0 ended answered primary",
    );
    check(
        &[
            TWIN,
            class,
            "workload.w.difficulty=0",
            "provider.one.fault.f={kind='overloaded', at='9s', for='10s', model='n'}",
            "policy.retry.max_attempts=1",
        ],
        "10s 0/0 arrived
         10s 0/0 sent first one/n
         10.1s 0/0 attempt_ended overloaded
         10.1s 0/0 sent fallback one/m
         11.1s 0/0 attempt_ended completed
         11.1s 0/0 posted answer $0.004500
         11.1s 0/0 ended answered primary",
    );
}
