//! Prompts whose beginning a provider knows, and prompts for which a model has no room.
//!
//! The agent goes on with one conversation, in prompts of 1,500, 2,000 and 2,500 tokens. A million tokens cost $3, $0.30 if
//! they are read from the cache, $3.75 if they are written to it for five minutes, and $6 for an hour; a reply costs $0.0015.

use crate::check;

const CHAT: &str = "workload.w.prompt={first=1500, growth=500, turns=9}";
const ONE: &str =
    "provider.one.model.m.prices={input='$3', cached_read='$0.30', cache_write='$3.75', output='$15'}";
const TWO: &str =
    "provider.two.model.m.prices={input='$3', cached_read='$0.30', cache_write='$3.75', output='$15'}";
const MINUTES: &str = "policy.prompt_cache='5m'";

#[test]
fn a_conversation_pays_a_tenth_for_what_it_has_said_before() {
    check(
        &[CHAT, ONE, MINUTES, "duration='30s'"],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         11s 0/0 attempt_ended completed
         11s 0/0 posted answer $0.007125
         11s 0/0 ended answered primary
         21s 0/1 arrived
         21s 0/1 sent first one/m
         22s 0/1 attempt_ended completed
         22s 0/1 posted answer $0.003825
         22s 0/1 ended answered primary",
    );
}

/// The first reply begins after 301 s, the next question comes five minutes later: too late by an instant, and all of it is
/// written again. Whoever had asked for an hour pays more at first and less now.
#[test]
fn what_nobody_used_for_its_lifetime_is_written_again() {
    let late = "workload.w.arrivals.think='300s'";
    check(
        &[CHAT, ONE, MINUTES, late, "duration='610s'"],
        "5m 0/0 arrived
         5m 0/0 sent first one/m
         5m1s 0/0 attempt_ended completed
         5m1s 0/0 posted answer $0.007125
         5m1s 0/0 ended answered primary
         10m1s 0/1 arrived
         10m1s 0/1 sent first one/m
         10m2s 0/1 attempt_ended completed
         10m2s 0/1 posted answer $0.009000
         10m2s 0/1 ended answered primary",
    );
    check(
        &[CHAT, ONE, "policy.prompt_cache='1h'", late, "duration='610s'"],
        "5m 0/0 arrived
         5m 0/0 sent first one/m
         5m1s 0/0 attempt_ended completed
         5m1s 0/0 posted answer $0.01
         5m1s 0/0 ended answered primary
         10m1s 0/1 arrived
         10m1s 0/1 sent first one/m
         10m2s 0/1 attempt_ended completed
         10m2s 0/1 posted answer $0.004950
         10m2s 0/1 ended answered primary",
    );
}

/// A question each time a second before it would be forgotten: the third comes almost ten minutes after the first.
#[test]
fn whoever_comes_in_time_keeps_the_prompt_alive() {
    check(
        &[CHAT, ONE, MINUTES, "workload.w.arrivals.think='299s'", "duration='910s'"],
        "4m59s 0/0 arrived
         4m59s 0/0 sent first one/m
         5m 0/0 attempt_ended completed
         5m 0/0 posted answer $0.007125
         5m 0/0 ended answered primary
         9m59s 0/1 arrived
         9m59s 0/1 sent first one/m
         10m 0/1 attempt_ended completed
         10m 0/1 posted answer $0.003825
         10m 0/1 ended answered primary
         14m59s 0/2 arrived
         14m59s 0/2 sent first one/m
         15m 0/2 attempt_ended completed
         15m 0/2 posted answer $0.003975
         15m 0/2 ended answered primary",
    );
}

/// The second provider has never seen the conversation and writes all of it; back at the first, what was said meanwhile is
/// new, and the rest is still known.
#[test]
fn a_failover_pays_for_the_whole_history_again() {
    check(
        &[
            CHAT,
            ONE,
            TWO,
            MINUTES,
            "provider.one.fault.f={kind='overloaded', at='15s', for='10s'}",
            "policy.retry.max_attempts=1",
            "duration='40s'",
        ],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         11s 0/0 attempt_ended completed
         11s 0/0 posted answer $0.007125
         11s 0/0 ended answered primary
         21s 0/1 arrived
         21s 0/1 sent first one/m
         21.1s 0/1 attempt_ended overloaded
         21.1s 0/1 fell primary->secondary retries_exhausted
         21.1s 0/1 sent fallback two/m
         23.1s 0/1 attempt_ended completed
         23.1s 0/1 posted answer $0.009000
         23.1s 0/1 ended answered secondary
         33.1s 0/2 arrived
         33.1s 0/2 sent first one/m
         34.1s 0/2 attempt_ended completed
         34.1s 0/2 posted answer $0.005700
         34.1s 0/2 ended answered primary",
    );
}

/// 1,000 tokens and a reply of 200 do not fit 1,199. Who knows it does not send them there; who does not pays with a 400's
/// time, and nothing else.
#[test]
fn what_does_not_fit_goes_to_the_next_rung() {
    let narrow = "provider.one.model.m.context=1199";
    check(
        &[narrow],
        "10s 0/0 arrived
         10s 0/0 fell primary->secondary context_limit
         10s 0/0 sent fallback two/m
         12s 0/0 attempt_ended completed
         12s 0/0 posted answer $0.004500
         12s 0/0 ended answered secondary",
    );
    let refused = "10s 0/0 arrived
         10s 0/0 sent first one/m
         10.1s 0/0 attempt_ended invalid_request
         10.1s 0/0 fell primary->secondary not_retryable
         10.1s 0/0 sent fallback two/m
         12.1s 0/0 attempt_ended completed
         12.1s 0/0 posted answer $0.004500
         12.1s 0/0 ended answered secondary";
    check(&[narrow, "policy.fit=unknown"], refused);
    check(&[narrow, "policy.fit={'one/m'=200000}"], refused);
    check(
        &["provider.one.model.m.context=1200", "policy.fit=unknown"],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         11s 0/0 attempt_ended completed
         11s 0/0 posted answer $0.004500
         11s 0/0 ended answered primary",
    );
}
