//! The life of one request, or of two: what is done, in which order, and at which instant of the run.
//!
//! Nothing is left to chance: an agent thinks for ten seconds and asks; `one/m` answers in one second, `two/m` in two;
//! both refuse in a tenth; a prompt has 1,000 tokens and a reply 100, so an answer costs $0.0045 and a reservation
//! $0.006. Every story must also satisfy every checker.

mod limits;
mod modes;
mod paces;
mod parking;
mod patience;
mod people;
mod providers;
mod retries;

use rushhour_tests::story;

const PLAIN: &str = r#"
name = "story"
starts = "2026-03-11T09:00:00Z"
duration = "20s"

[provider.one.model.m]
prices = { input = "$3", output = "$15" }
latency = { base = "1s", per_output_token = "0s", per_input_token = "0s", spread = "0%", refusal = "100ms" }

[provider.two.model.m]
prices = { input = "$3", output = "$15" }
latency = { base = "2s", per_output_token = "0s", per_input_token = "0s", spread = "0%", refusal = "100ms" }

[workload.w]
agents = 1
arrivals = { kind = "closed_loop", think = "10s" }
prompt = { first = 1000, growth = 0, turns = 1 }
output = 100
max_tokens = 200

[policy]
timeout = "5s"
retry = { base = "500ms", jitter = "none" }
primary.lanes = { "one/m" = 1 }
secondary.lanes = { "two/m" = 1 }
"#;

/// Plays the plain scenario with `sets` laid over it and compares what happened, line by line.
#[track_caller]
pub(crate) fn check(sets: &[&str], expected: &str) {
    let (lines, violations) = story(PLAIN, sets);
    let expected: Vec<&str> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert!(
        lines == expected,
        "{sets:?}\nexpected\n  {}\ngot\n  {}",
        expected.join("\n  "),
        lines.join("\n  ")
    );
    assert_eq!(violations, [], "{sets:?}");
}

/// The primary provider is down, and the policy does not insist.
const DOWN: [&str; 2] =
    ["provider.one.fault.f={kind='server_error', at='9s', for='11s'}", "policy.retry.max_attempts=1"];
