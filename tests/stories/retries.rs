//! Who tries again, and when: layers of retries around one another, and agents that ask the same for ever.

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

/// Every answer is paid for and leads nowhere; after the second the guard ends the task, and the agent takes its next.
#[test]
fn the_loop_guard_ends_a_task_that_repeats_itself() {
    check(
        &["duration=56s", "workload.w.task={steps=2, stuck='100%'}", "policy.guard={repeats=2, steps=9}"],
        "10s 0/0 arrived
         10s 0/0 sent first one/m
         11s 0/0 attempt_ended completed
         11s 0/0 posted answer $0.004500
         11s 0/0 ended answered primary
         21s 0/1 arrived
         21s 0/1 sent first one/m
         22s 0/1 attempt_ended completed
         22s 0/1 posted answer $0.004500
         22s 0/1 ended answered primary
         32s 0/2 arrived
         32s 0/2 loop_stopped task 0 by repeats: 2 steps, 2 alike, $0.009000
         32s 0/2 ended refused primary loop_guard
         42s 0/3 arrived
         42s 0/3 sent first one/m
         43s 0/3 attempt_ended completed
         43s 0/3 posted answer $0.004500
         43s 0/3 ended answered primary
         53s 0/4 arrived
         53s 0/4 sent first one/m
         54s 0/4 attempt_ended completed
         54s 0/4 posted answer $0.004500
         54s 0/4 ended answered primary",
    );
}
