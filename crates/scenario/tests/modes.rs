//! What the keys of the ladder and of parking come to, and what is said where they do not go together.

use rushhour_base::time::HOUR;
use rushhour_base::{Ratio, Rung, Span, WorkflowId};
use rushhour_core::settings::{Climb, ClimbProbes, DrainHours, InsteadOf, Policy};
use rushhour_scenario::{Override, Scenario};
use std::path::Path;

const LEAST: &str = r#"
starts = "2026-04-14T20:00:00+02:00"
[provider.p]
[provider.p.model.m]
prices = { input = "$3", output = "$15" }
[workload.chat]
agents = 4
arrivals = { kind = "poisson", per_agent_per_hour = 1 }
[workload.documents]
agents = 1
arrivals = { kind = "batch", at = "1h", each = 500 }
[policy.rules]
answers = "100%"
"#;

fn read(sets: &[&str]) -> Result<Scenario, String> {
    let overrides: Vec<Override> = sets.iter().map(|text| Override::new(*text)).collect();
    Scenario::parse(LEAST, "least.toml", Path::new(""), &overrides).map_err(|errors| errors.to_string())
}

fn policy(sets: &[&str]) -> Policy {
    read(sets).unwrap_or_else(|errors| panic!("{errors}")).variants[0].policy.clone()
}

#[track_caller]
fn refused(set: &str, told: &str) {
    let errors = read(&[set]).err().unwrap_or_else(|| panic!("{set} was taken"));
    assert!(errors.contains(told), "{set}: expected `{told}` in\n{errors}");
}

#[test]
fn without_a_word_nobody_climbs_and_nothing_parks() {
    let policy = policy(&[]);
    assert_eq!((policy.ladder, policy.parking), (None, None));
}

#[test]
fn a_ladder_is_read_to_the_letter() {
    let ladder =
        policy(&["policy.ladder={kind='failures', budget_at='80%', queue_wait='20s'}"]).ladder.unwrap();
    let percent = |n| Ratio::new(n, 100).unwrap();
    let Climb::Probe(ClimbProbes { share, min_samples: 5, up_at }) = ladder.climb else { panic!("probes") };
    assert_eq!((share.to_string(), up_at.to_string()), (percent(5).to_string(), percent(10).to_string()));
    assert_eq!(ladder.economy, [Rung::Secondary, Rung::Tertiary]);
    assert_eq!((ladder.window, ladder.min_samples, ladder.window_span), (100, 20, Span::secs(300)));
    assert_eq!((ladder.dwell, ladder.dwell_growth_percent), (Span::secs(60), 200));
    assert_eq!(ladder.dwell_max, Span::secs(900));
    assert!(ladder.down_at.is_reached(50, 100) && !ladder.down_at.is_reached(49, 100));
    assert!(ladder.budget_at.is_some_and(|share| share.is_reached(80, 100) && !share.is_reached(79, 100)));
    assert_eq!(ladder.queue_wait, Some(Span::secs(20)));
    let trial = policy(&["policy.ladder={kind='failures', climb='trial'}"]).ladder.unwrap();
    assert_eq!(trial.climb, Climb::Trial);
}

#[test]
fn the_header_names_the_modes_that_the_chain_gives() {
    let scenario = read(&["policy.ladder.kind='failures'"]).unwrap();
    let header = scenario.header(&scenario.variants[0], scenario.seed, "test");
    let modes: Vec<&str> = header.modes.iter().map(|mode| mode.name()).collect();
    assert_eq!(modes, ["full", "rules"]);
}

#[test]
fn parking_is_read_to_the_letter() {
    let parking = policy(&[
        "policy.parking={kind='park', workloads=['documents'], from_priority=3, instead_of='trying'}",
        "policy.parking.drain={from='22:00', until='06:00'}",
    ])
    .parking
    .unwrap();
    assert_eq!((parking.workflows.as_slice(), parking.from_class), ([WorkflowId(1)].as_slice(), Some(3)));
    assert_eq!(parking.instead_of, InsteadOf::Trying);
    assert_eq!((parking.max_attempts, parking.max_age, parking.lease), (5, Span(24 * HOUR), Span::secs(600)));
    let hours = DrainHours { starts_at: Span(20 * HOUR), from: Span(22 * HOUR), until: Span(6 * HOUR) };
    assert_eq!(parking.drain.hours, Some(hours));
    assert_eq!((parking.drain.at_once, parking.drain.amount, parking.drain.queue_below), (10, 60, 1));
}

#[test]
fn what_does_not_go_together_is_told_with_the_way_out() {
    refused("policy.ladder={kind='failures', down_at='20%', up_at='20%'}", "an `up_at` below `down_at`");
    refused("policy.ladder={kind='failures', window=10}", "at most `window` samples");
    refused("policy.ladder={kind='failures', dwell='20m'}", "a `dwell_max` of at least `dwell`");
    refused("policy={chain=['primary', 'fail'], ladder={kind='failures'}}", "there is no mode to go down to");
    refused("policy.parking={kind='park'}", "`workloads` or `from_priority`");
    refused("policy.parking={kind='park', workloads=['document']}", "there is no workload `document`");
    refused("policy.parking={kind='park', from_priority=1, lease='60s'}", "a `lease` longer than one call");
    refused(
        "policy.parking={kind='park', from_priority=1, drain={from='22:00'}}",
        "`from` and `until` together",
    );
    refused(
        "policy.parking={kind='park', from_priority=1, drain={from='22:00', until='22:00'}}",
        "two times of day",
    );
}

#[test]
fn what_is_without_effect_is_noticed() {
    for set in [
        "policy.ladder.dwell='2m'",
        "policy.ladder={kind='failures', climb='trial', up_at='5%'}",
        "policy.parking.max_age='2h'",
    ] {
        let scenario = read(&[set]).unwrap_or_else(|errors| panic!("{errors}"));
        assert!(scenario.notices.iter().any(|notice| notice.text.contains("without effect")), "{set}");
    }
}
