//! What a scenario says of end users, of who abuses them, and of what they may ask for.

use rushhour_base::time::HOUR;
use rushhour_base::{AbuseKind, Instant, Span};
use rushhour_core::settings::{PatternPolicy, Policy, RiskPolicy, StandingPolicy};
use rushhour_scenario::{Override, Scenario};
use std::path::Path;

const LEAST: &str = r#"
[provider.p]
[provider.p.model.m]
prices = { input = "$3", output = "$15" }
[workload.w]
agents = 4
arrivals = { kind = "poisson", per_agent_per_hour = 1 }
"#;

fn try_with(overrides: &[&str]) -> Result<Scenario, String> {
    let overrides: Vec<Override> = overrides.iter().map(|text| Override::new(*text)).collect();
    Scenario::parse(LEAST, "least.toml", Path::new(""), &overrides).map_err(|errors| errors.to_string())
}

fn with(overrides: &[&str]) -> Scenario {
    try_with(overrides).unwrap_or_else(|errors| panic!("{errors}"))
}

fn policy(overrides: &[&str]) -> Policy {
    with(overrides).variants[0].policy.clone()
}

#[test]
fn risk_is_off_unless_stated_and_then_as_documented() {
    assert_eq!(policy(&[]).risk, None);
    let whole = RiskPolicy {
        requests_per_minute: Some(10),
        requests_per_day: Some(100),
        prompt_tokens_per_day: None,
        source_requests_per_minute: Some(30),
        standing: Some(StandingPolicy::SOURCED),
        patterns: Some(PatternPolicy::ASSUMED),
    };
    assert_eq!(policy(&["policy.risk={}"]).risk, Some(whole));
    let flat = RiskPolicy { requests_per_minute: Some(7), ..RiskPolicy::NONE };
    let none = "requests_per_day='none', source_requests_per_minute='none', standing='none', patterns='none'";
    let stated = format!("policy.risk={{requests_per_minute=7, {none}}}");
    assert_eq!(policy(&[&stated]).risk, Some(flat));
    let multiplied = policy(&["policy.risk={standing={suspicious=0.07, trusted=12.5}}"]).risk;
    let standing = multiplied.and_then(|risk| risk.standing).expect("standing");
    assert_eq!((standing.new_percent, standing.trusted_percent, standing.suspicious_percent), (50, 1_250, 7));
}

#[test]
fn users_and_abusers_are_numbered_workload_by_workload() {
    let scenario = with(&[
        "duration=10h",
        "workload.w.users={count=100, per_source=4}",
        "workload.w.abuse.many={kind='many_accounts', requests=9, abusers=2, accounts=3, at='1h', for='2h'}",
        "workload.w.abuse.bombs={kind='prompt_bombs', requests=5}",
        "workload.x={agents=7, arrivals={kind='poisson', per_agent_per_hour=1}}",
    ]);
    let header = scenario.header(&scenario.variants[0], scenario.seed, "test");
    let numbers = |n: usize| {
        let w = &header.workloads[n];
        (w.first_agent, w.agents, w.first_user, w.users)
    };
    assert_eq!((numbers(0), numbers(1)), ((0, 7, 0, 107), (7, 7, 107, 7)));
    assert_eq!((scenario.topology.agents, scenario.topology.users), (14, 114));
    let [many, bombs] = scenario.world.workloads[0].abuse.as_slice() else { panic!("two kinds") };
    assert_eq!((many.kind, many.burst, many.gap), (AbuseKind::ManyAccounts, 5, Span::secs(20)));
    assert_eq!((many.from, many.until), (Instant(HOUR), Instant(3 * HOUR)));
    assert_eq!((bombs.prompt, bombs.burst, bombs.until), (Some(32_000), 1, Instant(10 * HOUR)));
}

/// What takes two keys to tell, and what a whole number of per cent cannot say, is refused with the way out.
#[test]
fn risk_that_makes_no_sense_is_refused() {
    for (stated, words) in [
        (
            "policy.risk={standing={known_after=9, trusted_after=8}}",
            "a `trusted_after` of at least `known_after`",
        ),
        ("policy.risk={standing={new=0.333}}", "it has more than two decimals"),
        ("policy.risk={standing={new=0}}", "policy.risk.standing.new"),
        ("policy.risk={patterns={burst=65}}", "a whole number from 0 to 64"),
        ("policy.risk={requests_per_minute=0}", "policy.risk.requests_per_minute"),
        ("workload.w.abuse.x={kind='repeats', requests=1, at='2h'}", "a time before the end of the run"),
        ("workload.w.abuse.x={kind='repeats'}", "`workload.w.abuse.x.requests` is missing"),
        ("workload.w.users={count=0}", "workload.w.users.count"),
    ] {
        let told = try_with(&[stated]).expect_err(stated);
        assert!(told.contains(words), "{stated}: {told}");
    }
}
