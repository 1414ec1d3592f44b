//! The life of one request, or of two: what is done, in which order, and at which instant of the run.
//!
//! Nothing is left to chance: an agent thinks for ten seconds and asks; `one/m` answers in one second, `two/m` in two;
//! both refuse in a tenth; a prompt has 1,000 tokens and a reply 100, so an answer costs $0.0045 and a reservation
//! $0.006. Every story must also satisfy every checker.

mod abuse;
mod deadlines;
mod faults;
mod histories;
mod limits;
mod modes;
mod paces;
mod parking;
mod patience;
mod people;
mod prompts;
mod providers;
mod replies;
mod retries;
mod routes;

use rushhour_tests::{PLAIN, story};

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
