//! Every exit code that can be reached from outside. Code 1 is a bug of the program itself; the checkers that would
//! raise it are proven elsewhere.

use crate::desk::Desk;

const HELD: i32 = 0;
const USAGE: i32 = 2;
const MISSED: i32 = 3;
const INCONCLUSIVE: i32 = 4;
const BAD_SCENARIO: i32 = 65;

#[track_caller]
fn check(code: i32, arguments: &[&str]) {
    let done = Desk::new().rushhour(arguments);
    assert_eq!(done.code, code, "{arguments:?}\n{}", done.err);
}

#[test]
fn a_run_ends_with_the_verdict_on_its_slos() {
    let run = |slo: &'static str| ["run", "tiny.toml", "--quiet", "--set", slo];
    check(HELD, &["run", "tiny.toml"]);
    check(HELD, &run("slo={'rates.success'='>= 0%'}"));
    check(MISSED, &run("slo={'latency.response.p50'='< 1ms'}"));
    check(INCONCLUSIVE, &run("slo={'hallucination.leaked_rate'='< 1%'}"));
    check(MISSED, &run("slo={'latency.response.p50'='< 1ms', 'hallucination.leaked_rate'='< 1%'}"));
}

/// A limit on a figure without samples is never held.
#[test]
fn a_run_without_a_request_decides_nothing() {
    let slo = "slo={'latency.response.p50'='< 1m'}";
    check(INCONCLUSIVE, &["run", "tiny.toml", "--set", "workload.w.arrivals.think=1h", "--set", slo]);
}

/// The scenario's own policy is on trial; its variants are there to be compared. Asked for alone, a variant is.
#[test]
fn the_first_variant_is_judged() {
    let insists = ["--set", "slo={'counts.retries'='== 0'}"];
    check(MISSED, &[&["run", "tiny.toml", "--quiet"], &insists[..]].concat());
    check(HELD, &[&["run", "tiny.toml", "--quiet", "--variant", "hasty"], &insists[..]].concat());
}

#[test]
fn a_wrong_command_line_is_told_apart_from_a_wrong_scenario() {
    check(HELD, &["--help"]);
    check(HELD, &["run", "--help"]);
    check(HELD, &["--version"]);
    check(USAGE, &[]);
    check(USAGE, &["frobnicate"]);
    check(USAGE, &["run"]);
    check(USAGE, &["check"]);
    check(USAGE, &["run", "tiny.toml", "--frobnicate"]);
    check(USAGE, &["run", "tiny.toml", "--seed", "x"]);
    check(USAGE, &["run", "tiny.toml", "--seed=-1"]);
    check(USAGE, &["run", "tiny.toml", "--seed", "18446744073709551616"]);
    check(USAGE, &["run", "tiny.toml", "--events"]);
    check(USAGE, &["run", "tiny.toml", "--variant", "nobody"]);
    check(USAGE, &["run", "tiny.toml", "--out", ""]);
    check(BAD_SCENARIO, &["run", "nobody.toml"]);
    check(BAD_SCENARIO, &["check", "nobody.toml"]);
    check(BAD_SCENARIO, &["check", "tiny.toml", "nobody.toml"]);
    check(BAD_SCENARIO, &["run", "tiny.toml", "--set", "seed"]);
}

#[test]
fn the_help_names_every_code() {
    for arguments in [&["--help"][..], &["run", "--help"]] {
        let help = Desk::new().rushhour(arguments).out;
        for code in ["  0   ", "  1   ", "  2   ", "  3   ", "  4   ", "  65  "] {
            assert!(help.contains(code), "{code} is missing:\n{help}");
        }
    }
}
