//! Whatever a file says, the reader answers: with a scenario, or with errors that have a place and a message.

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, RngSeed};
use rushhour_scenario::{Override, Scenario, starter};
use std::path::Path;

const PEAK_HOUR: &str = include_str!("../../../scenarios/peak_hour.toml");

/// Values that do not belong where they will stand, among them some that do.
const VALUES: [&str; 24] = [
    "0",
    "-1",
    "1",
    "1.5",
    "9223372036854775807",
    "true",
    "\"\"",
    "\"x\"",
    "\"90\"",
    "\"0s\"",
    "\"1h\"",
    "\"99999999d\"",
    "\"0%\"",
    "\"100%\"",
    "\"$0\"",
    "\"$1\"",
    "\"none\"",
    "[]",
    "[1]",
    "[\"1s\", \"2s\"]",
    "{}",
    "{ p50 = 1 }",
    "18:00:00",
    "\"é\u{1F600}\"",
];

fn config() -> Config {
    Config {
        cases: 1_500,
        failure_persistence: None,
        rng_algorithm: RngAlgorithm::ChaCha,
        rng_seed: RngSeed::Fixed(7),
        ..Config::default()
    }
}

/// One way to spoil a text: what to do, on which line, and with which value.
fn spoil(text: &str, (what, at, value): (u8, usize, usize)) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let at = at % lines.len();
    let line = lines[at].clone();
    match (what % 5, line.split_once(" = ")) {
        (0, _) => drop(lines.remove(at)),
        (1, Some((key, _))) => lines[at] = format!("{key} = {}", VALUES[value % VALUES.len()]),
        (2, Some((key, rest))) => lines[at] = format!("{}{key} = {rest}", &key[..1]),
        (3, _) => lines[at] = line.replacen(VALUES[value % 3], "7", 1),
        _ => lines.insert(at, VALUES[value % VALUES.len()].to_owned()),
    }
    lines.join("\n")
}

fn answers(text: &str, overrides: &[Override]) -> Result<(), TestCaseError> {
    let read = Scenario::parse(text, "spoilt.toml", Path::new("no/such/folder"), overrides);
    let Err(errors) = read else { return Ok(()) };
    prop_assert!(errors.iter().count() > 0);
    for error in errors.iter() {
        prop_assert!(!error.message.is_empty(), "{error:?}");
        prop_assert!(error.origin == "--set" || error.line.is_some(), "{error:?}");
    }
    prop_assert!(!errors.to_string().contains("panicked"));
    Ok(())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_spoilt_file_is_answered(spoilings in prop::collection::vec((any::<u8>(), any::<usize>(), any::<usize>()), 1..4)) {
        for text in [PEAK_HOUR, starter()] {
            let spoilt = spoilings.iter().fold(text.to_owned(), |text, spoiling| spoil(&text, *spoiling));
            answers(&spoilt, &[])?;
        }
    }

    #[test]
    fn any_override_is_answered(key in "[a-z_.\"= ]{0,24}", value in any::<usize>(), junk in ".{0,12}") {
        answers(starter(), &[Override::new(format!("{key}={}", VALUES[value % VALUES.len()]))])?;
        answers(starter(), &[Override::new(format!("{key}={junk}")), Override::new(junk)])?;
    }

    #[test]
    fn any_text_is_answered(text in "(\\PC|\n|=|\\[|\\]|\"|#){0,60}") {
        answers(&text, &[])?;
    }
}

/// Every key of a table, overridden with every value: the many ways to be wrong in one place.
#[test]
fn every_value_in_every_place_is_answered() {
    let keys =
        PEAK_HOUR.lines().filter_map(|line| line.strip_prefix('[')?.split_once(']')).map(|(table, _)| table);
    let keys: Vec<&str> = keys
        .chain([
            "duration",
            "starts",
            "provider",
            "workload",
            "policy",
            "variant",
            "slo",
            "policy.chain",
            "trace",
        ])
        .chain([
            "workload.leads.arrivals",
            "workload.leads.arrivals.kind",
            "workload.leads.output",
            "policy.retry",
        ])
        .chain([
            "policy.human.service",
            "policy.retry.budget",
            "policy.budget.fleet.alerts",
            "policy.primary.lanes",
        ])
        .chain(["variant.naive", "variant.naive.policy", "provider.anthropic.model", "slo.\"rates.success\""])
        .collect();
    for key in keys {
        for value in VALUES {
            let overrides = [Override::new(format!("{key}={value}"))];
            answers(PEAK_HOUR, &overrides).unwrap_or_else(|error| panic!("{key}={value}: {error}"));
        }
    }
}
