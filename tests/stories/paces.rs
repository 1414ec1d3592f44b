//! What each agent is held to, and how the client counts.

use crate::check;

#[test]
fn the_least_time_between_two_calls_of_an_agent() {
    check(
        &["policy.limiter.per_agent.spacing='12s'", "duration='23500ms'"],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         11s 0/0 attempt_ended completed
         11s 0/0 posted answer $0.004500
         11s 0/0 ended answered primary
         21s 0/1 arrived
         21s 0/1 queued one/m
         22s 0/1 sent first one/m after 1s for spacing
         23s 0/1 attempt_ended completed
         23s 0/1 posted answer $0.004500
         23s 0/1 ended answered primary",
    );
}

/// The second attempt counts too; that the agent is held to one a minute holds up nobody but itself.
#[test]
fn requests_per_minute_of_an_agent_count_its_retries() {
    check(
        &[
            "policy.limiter.per_agent.requests_per_minute=2",
            "provider.one.fault.f={kind='server_error', at='9s', for='2s'}",
            "policy.queue.max_wait='5s'",
            "policy.chain=['primary', 'fail']",
            "policy.retry.budget='none'",
            "duration='28s'",
        ],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10.1s 0/0 attempt_ended server_error
         10.6s 0/0 sent retry one/m
         10.7s 0/0 attempt_ended server_error
         11.7s 0/0 queued one/m
         16.7s 0/0 left one/m queue_timeout
         16.7s 0/0 ended failed primary queue_timeout
         26.7s 0/1 arrived
         26.7s 0/1 queued one/m
         28s 0/1 left one/m horizon
         28s 0/1 ended in_flight primary horizon",
    );
}

/// A bucket of one a minute would let the second go a minute after the first; a window lets it go at its edge.
#[test]
fn a_limit_of_the_clients_own_counted_in_windows() {
    check(
        &[
            "workload.w.agents=2",
            "workload.w.arrivals.think='55s'",
            "policy.limiter={kind='fixed_window', limits={requests_per_minute=1}}",
            "duration='62s'",
        ],
        "55s 0/0 arrived
         55s 0/0 sent first one/m
         55s 1/0 arrived
         55s 1/0 queued one/m
         56s 0/0 attempt_ended completed
         56s 0/0 posted answer $0.004500
         56s 0/0 ended answered primary
         1m 1/0 sent first one/m after 5s for requests
         1m1s 1/0 attempt_ended completed
         1m1s 1/0 posted answer $0.004500
         1m1s 1/0 ended answered primary",
    );
}
