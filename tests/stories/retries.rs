//! Who tries again, and when: layers of retries around one another.

use crate::{PLAIN, check};
use rushhour_tests::story;

/// Everything fails at once for two minutes, and nobody falls to another rung.
const ALL_DOWN: &str = "provider.one.fault.f={kind='server_error', at='9s', for='10m'}";

fn attempts(sets: &[&str]) -> usize {
    let (lines, violations) = story(PLAIN, sets);
    assert_eq!(violations, [], "{sets:?}");
    lines.iter().filter(|line| line.contains(" 0/0 sent ")).count()
}

/// Three attempts here, three in the SDK of whoever asks, and three in whatever calls that: a provider that is down
/// gets 27 calls for one question.
#[test]
fn layers_of_retries_multiply() {
    for (layers, most, expected) in [
        ("[{ max_attempts = 1 }]", 1, 1),
        ("[{ max_attempts = 3 }]", 1, 3),
        ("[{ max_attempts = 3 }]", 3, 9),
        ("[{ max_attempts = 3 }, { max_attempts = 3 }]", 3, 27),
        ("[{ max_attempts = 2 }, { max_attempts = 4 }]", 3, 24),
    ] {
        let (layers, most) = (
            format!("policy.retry.layers={layers}"),
            format!("policy.retry={{max_attempts={most}, budget='none', jitter='none'}}"),
        );
        let sets = [
            "duration=10m",
            ALL_DOWN,
            "policy.chain=['primary', 'fail']",
            "policy.breaker.failures=100",
            &most,
            &layers,
        ];
        assert_eq!(attempts(&sets), expected, "{layers} around {most}");
    }
}

/// The outer layer waits its own wait and begins the chain anew; what it sends first is a retry.
#[test]
fn a_layer_repeats_the_whole_chain() {
    check(
        &[
            "provider.one.fault.f={kind='server_error', at='9s', for='1500ms'}",
            "provider.two.fault.f={kind='server_error', at='9s', for='1500ms'}",
            "policy.retry={max_attempts=1, layers=[{max_attempts=2, base='1s', jitter='none'}]}",
        ],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         10.1s 0/0 attempt_ended server_error
         10.1s 0/0 fell primary->secondary retries_exhausted
         10.1s 0/0 sent fallback two/m
         10.2s 0/0 attempt_ended server_error
         11.2s 0/0 sent retry one/m
         12.2s 0/0 attempt_ended completed
         12.2s 0/0 posted retry $0.004500
         12.2s 0/0 ended answered primary",
    );
}
