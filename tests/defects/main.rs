//! Defects of published code that must not return. Each test opens with its story: whose defect it was, and what came of it.
//! All drive the real parts, alone or in a whole run.
//!
//! Sources: a guide, two articles and a sample, whose code was run unmodified in virtual time, and the issue trackers of gateways
//! and agent frameworks (the number is the issue's).

mod breakers;
mod limits;
mod money;
mod queues;
mod retries;

use rushhour_tests::story;

/// An agent that thinks for ten seconds and asks; `one/m` answers in a second, `two/m` in two, and both refuse in a tenth.
/// A prompt has 1,000 tokens and a reply 100: an answer costs $0.0045, its reservation is $0.006.
const PLAIN: &str = r#"
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

/// What happened, line by line, with `sets` laid over the plain scenario. Every checker must be content with it.
#[track_caller]
fn told(sets: &[&str]) -> Vec<String> {
    let (lines, violations) = story(PLAIN, sets);
    assert_eq!(violations, [], "{sets:?}");
    lines
}

/// How many lines say `what`.
fn count(lines: &[String], what: &str) -> usize {
    lines.iter().filter(|line| line.contains(what)).count()
}
