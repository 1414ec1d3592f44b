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

use rushhour_tests::{PLAIN, story};

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
