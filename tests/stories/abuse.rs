//! Who asks too much is turned away before anything is spent, and told until when.

use crate::check;

const EAGER: &str = "workload.w.arrivals={kind='closed_loop', think='2s'}";
const QUICK: &str = "provider.one.model.m.latency.base=100ms";

/// A base of two a minute is one for a new user. The limit is a window of a minute, not a bucket that drips.
#[test]
fn a_new_user_has_half_of_the_limit() {
    check(
        &["policy.risk={requests_per_minute=2, patterns='none'}", EAGER, QUICK, "duration=5s"],
        "2s 0/0 arrived
         2s 0/0 sent first one/m
         2.1s 0/0 attempt_ended completed
         2.1s 0/0 posted answer $0.004500
         2.1s 0/0 ended answered primary
         4.1s 0/1 arrived
         4.1s 0/1 throttled new requests_per_minute until 1m2s
         4.1s 0/1 ended refused primary user_limit",
    );
}

/// The third request within ten seconds is a burst: it is refused, and the user stands as suspicious from then on.
#[test]
fn a_burst_is_stopped_at_once() {
    check(
        &["policy.risk={patterns={burst=3}}", EAGER, QUICK, "duration=9s"],
        "2s 0/0 arrived
         2s 0/0 sent first one/m
         2.1s 0/0 attempt_ended completed
         2.1s 0/0 posted answer $0.004500
         2.1s 0/0 ended answered primary
         4.1s 0/1 arrived
         4.1s 0/1 sent first one/m
         4.2s 0/1 attempt_ended completed
         4.2s 0/1 posted answer $0.004500
         4.2s 0/1 ended answered primary
         6.2s 0/2 arrived
         6.2s standing of 0 new to suspicious by burst
         6.2s 0/2 throttled suspicious burst until 14.1s
         6.2s 0/2 ended refused primary suspected_abuse
         8.2s 0/3 arrived
         8.2s 0/3 throttled suspicious burst until 16.2s
         8.2s 0/3 ended refused primary suspected_abuse",
    );
}

/// The same words a second time are one too many here; the abuser has an agent, and a user, of its own.
#[test]
fn a_repeated_message_is_stopped() {
    check(
        &[
            "policy.risk={patterns={repeats=1}}",
            "workload.w.arrivals={kind='closed_loop', think='30s'}",
            "workload.w.abuse.echo={kind='repeats', requests=2, gap='4s', at='2s', for='6s'}",
            QUICK,
            "duration=9s",
        ],
        "4.237488469s 1/0 arrived
         4.237488469s 1/0 sent first one/m
         4.337488469s 1/0 attempt_ended completed
         4.337488469s 1/0 posted answer $0.004500
         4.337488469s 1/0 ended answered primary
         7.237488469s 1/1 arrived
         7.237488469s 1/1 throttled new repeat until 10m7.237488469s
         7.237488469s 1/1 ended refused primary suspected_abuse",
    );
}
