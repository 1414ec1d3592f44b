//! Replies that break off, drip, lie or never begin, and accounts that are none.

use crate::check;

/// A token every 10 ms after the first second, so that a reply ends after two.
const TOKENS: &str = "provider.one.model.m.latency.per_output_token=10ms";

/// What was produced before is paid for, but how much that was is never learned: the reservation stands.
#[test]
fn a_reply_that_breaks_off_is_booked_at_its_reservation_and_asked_for_again() {
    for (kind, result) in [
        ("reset", "disconnected"),
        ("truncated", "truncated"),
        ("stream_error", "stream_error"),
        ("malformed", "malformed"),
    ] {
        let fault = format!("provider.one.fault.f={{kind='{kind}', at='9s', for='1500ms'}}");
        check(
            &[&fault],
            &format!(
                "10s 0/0 arrived
                 10s 0/0 sent first one/m
                 11s 0/0 attempt_ended {result}
                 11s 0/0 posted wasted $0.006000 estimated
                 11.5s 0/0 sent retry one/m
                 12.5s 0/0 attempt_ended completed
                 12.5s 0/0 posted retry $0.004500
                 12.5s 0/0 ended answered primary"
            ),
        );
    }
}

#[test]
fn a_broken_reply_may_end_a_request_by_rule() {
    check(
        &["provider.one.fault.f={kind='malformed', at='9s', for='10s'}", "policy.on_error.malformed=fail"],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         11s 0/0 attempt_ended malformed
         11s 0/0 posted wasted $0.006000 estimated
         11s 0/0 ended failed primary error_rule",
    );
}

/// It fails twice, then succeeds, whenever the third attempt comes.
#[test]
fn a_fault_may_spare_the_third_attempt() {
    check(
        &["provider.one.fault.f={kind='overloaded', at='0s', for='20s', attempts=2}"],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10.1s 0/0 attempt_ended overloaded
         10.6s 0/0 sent retry one/m
         10.7s 0/0 attempt_ended overloaded
         11.7s 0/0 sent retry one/m
         12.7s 0/0 attempt_ended completed
         12.7s 0/0 posted retry $0.004500
         12.7s 0/0 ended answered primary",
    );
}

const LATE: &str = "provider.one.fault.f={kind='slow_first_token', at='9s', for='1s500ms', added='1m'}";

#[test]
fn who_waits_for_the_first_token_hangs_up_in_time() {
    check(
        &[TOKENS, LATE, "policy.first_token_timeout=1500ms"],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         11.5s 0/0 attempt_ended stalled
         11.5s 0/0 posted wasted $0.006000 estimated
         12s 0/0 sent retry one/m
         14s 0/0 attempt_ended completed
         14s 0/0 posted retry $0.004500
         14s 0/0 ended answered primary",
    );
}

/// The first token comes at the very end of the wait for it, and the next within that for the next: all is well.
#[test]
fn a_token_at_the_end_of_a_wait_still_counts() {
    check(
        &[TOKENS, "policy.first_token_timeout=1s", "policy.idle_timeout=10ms"],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         12s 0/0 attempt_ended completed
         12s 0/0 posted answer $0.004500
         12s 0/0 ended answered primary",
    );
}

/// A token a second instead of a hundred: whoever waits less than that for the next hangs up, whoever waits for the whole
/// reply alone learns of it when its time is up.
#[test]
fn a_drip_is_found_by_who_watches_tokens() {
    let drip = "provider.one.fault.f={kind='slow_drip', at='9s', for='2s', factor=100}";
    check(
        &[TOKENS, drip, "policy.idle_timeout=700ms"],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         11.7s 0/0 attempt_ended stalled
         11.7s 0/0 posted wasted $0.006000 estimated
         12.2s 0/0 sent retry one/m
         14.2s 0/0 attempt_ended completed
         14.2s 0/0 posted retry $0.004500
         14.2s 0/0 ended answered primary",
    );
    for idle in ["policy.idle_timeout=1s", "policy.first_token_timeout=2s"] {
        check(
            &[TOKENS, drip, idle, "policy.on_error.timed_out=fall"],
            "10s 0/0 arrived
             10s 0/0 sent first one/m
             15s 0/0 attempt_ended timed_out
             15s 0/0 posted wasted $0.006000 estimated
             15s 0/0 fell primary->secondary rule_fell
             15s 0/0 sent fallback two/m
             17s 0/0 attempt_ended completed
             17s 0/0 posted answer $0.004500
             17s 0/0 ended answered secondary",
        );
    }
}

/// A call that hangs has no first token either.
#[test]
fn a_hang_is_found_by_who_waits_for_the_first_token() {
    check(
        &[
            "provider.one.fault.f={kind='hang', at='9s', for='2s'}",
            "policy.first_token_timeout=2s",
            "policy.on_error.stalled=fall",
        ],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         12s 0/0 attempt_ended stalled
         12s 0/0 posted wasted $0.006000 estimated
         12s 0/0 fell primary->secondary rule_fell
         12s 0/0 sent fallback two/m
         14s 0/0 attempt_ended completed
         14s 0/0 posted answer $0.004500
         14s 0/0 ended answered secondary",
    );
}

/// Half of 1,000 and 100 tokens is what the reply states, and what is booked; the judges know.
#[test]
fn a_wrong_usage_is_booked_as_it_is_stated() {
    check(
        &["provider.one.fault.f={kind='wrong_usage', at='9s', for='2s', factor=0.5}"],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         11s 0/0 attempt_ended completed
         11s 0/0 posted answer $0.002250
         11s 0/0 ended answered primary",
    );
}

const REVOKED: &str = "provider.one.fault.f={kind='revoked_key', at='9s', for='10s'}";
const BROKE: &str = "provider.one.fault.f={kind='exhausted_credit', at='9s', for='10s'}";

/// No time mends it, so nobody waits for that; it costs nothing.
#[test]
fn an_account_that_is_none_leads_to_the_next_rung() {
    for (fault, result) in [(REVOKED, "unauthorized"), (BROKE, "credit_exhausted")] {
        check(
            &[fault],
            &format!(
                "10s 0/0 arrived
                 10s 0/0 sent first one/m
                 10.1s 0/0 attempt_ended {result}
                 10.1s 0/0 fell primary->secondary not_retryable
                 10.1s 0/0 sent fallback two/m
                 12.1s 0/0 attempt_ended completed
                 12.1s 0/0 posted answer $0.004500
                 12.1s 0/0 ended answered secondary"
            ),
        );
    }
}

/// OpenAI's libraries see a 429 and retry it; a 401 they do not, and Anthropic's do not retry a 402 either.
#[test]
fn an_sdk_retries_exhausted_credit_if_it_is_a_429() {
    check(
        &[BROKE, "policy.retry={preset='openai-python', jitter='none', budget='none'}"],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10.1s 0/0 attempt_ended credit_exhausted
         10.6s 0/0 sent retry one/m
         10.7s 0/0 attempt_ended credit_exhausted
         11.7s 0/0 sent retry one/m
         11.8s 0/0 attempt_ended credit_exhausted
         11.8s 0/0 fell primary->secondary retries_exhausted
         11.8s 0/0 sent fallback two/m
         13.8s 0/0 attempt_ended completed
         13.8s 0/0 posted answer $0.004500
         13.8s 0/0 ended answered secondary",
    );
    for (fault, preset, result) in
        [(REVOKED, "openai-python", "unauthorized"), (BROKE, "anthropic-python", "credit_exhausted")]
    {
        let preset = format!("policy.retry={{preset='{preset}', jitter='none', budget='none'}}");
        check(
            &[fault, &preset],
            &format!(
                "10s 0/0 arrived
                 10s 0/0 sent first one/m
                 10.1s 0/0 attempt_ended {result}
                 10.1s 0/0 fell primary->secondary not_retryable
                 10.1s 0/0 sent fallback two/m
                 12.1s 0/0 attempt_ended completed
                 12.1s 0/0 posted answer $0.004500
                 12.1s 0/0 ended answered secondary"
            ),
        );
    }
}

/// Another key of the rung may be good.
#[test]
fn after_a_401_another_lane_may_be_tried_at_once() {
    check(
        &[
            REVOKED,
            "policy.primary={lanes={'one/m'=1, 'two/m'=1}, route='cheapest'}",
            "policy.on_error.unauthorized=reroute",
        ],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10.1s 0/0 attempt_ended unauthorized
         10.1s 0/0 sent retry two/m
         12.1s 0/0 attempt_ended completed
         12.1s 0/0 posted retry $0.004500
         12.1s 0/0 ended answered primary",
    );
}

/// A lane without an account is shut like one that is down, unless the policy says otherwise.
#[test]
fn a_breaker_shuts_a_lane_without_an_account() {
    let shut = "10.1s breaker_moved one/m open until 40.1s\n";
    for (counts, moved) in [("true", shut), ("false", "")] {
        let counts = format!("policy.breaker={{failures=1, count_account={counts}}}");
        check(
            &[REVOKED, &counts],
            &format!(
                "10s 0/0 arrived
                 10s 0/0 sent first one/m
                 10.1s 0/0 attempt_ended unauthorized
                 {moved}10.1s 0/0 fell primary->secondary not_retryable
                 10.1s 0/0 sent fallback two/m
                 12.1s 0/0 attempt_ended completed
                 12.1s 0/0 posted answer $0.004500
                 12.1s 0/0 ended answered secondary"
            ),
        );
    }
}

/// A hundred tokens of a quota of 60 a minute: counted live, whoever asks shortly before the reply ends is refused for
/// it; counted at the end, nothing is used yet.
#[test]
fn a_quota_that_counts_live_refuses_while_a_reply_comes() {
    let later = "workload.v={agents=1, arrivals={kind='closed_loop', think='11850ms'}, output=100, max_tokens=200, \
                 prompt={first=1000, growth=0, turns=1}}";
    let story = |every: &str, meanwhile: &str, lane: &str| {
        let every = format!("provider.one.output_charged_every={every}");
        check(
            &[
                TOKENS,
                later,
                &every,
                "provider.one.model.m.quota.output_tokens_per_minute=60",
                "policy.limiter.kind=none",
                "policy.retry.max_attempts=1",
                "duration=12s",
            ],
            &format!(
                "10s 0/0 arrived
                 10s 0/0 sent first one/m
                 11.85s 1/0 arrived
                 11.85s 1/0 sent first one/m
                 {meanwhile}
                 12s 0/0 attempt_ended cancelled
                 12s 0/0 posted wasted $0.006000 estimated
                 12s 0/0 ended in_flight primary horizon
                 12s 1/0 attempt_ended cancelled
                 12s 1/0 posted wasted $0.006000 estimated
                 12s 1/0 ended in_flight {lane} horizon"
            ),
        );
    };
    story(
        "200ms",
        "11.95s 1/0 attempt_ended rate_limited
         11.95s backed_off one/m until 31.95s
         11.95s 1/0 fell primary->secondary retries_exhausted
         11.95s 1/0 sent fallback two/m",
        "secondary",
    );
    story("0s", "", "primary");
}
