//! What the keys of `policy.limiter` come to, and which of them contradict each other.

use rushhour_base::{Dimension, Instant, Span};
use rushhour_core::limiter::Limiter;
use rushhour_core::settings::{
    AgentLimits, AimdPolicy, Kinds, LimiterKind, LimiterPolicy, RateLimit, Refund,
};
use rushhour_scenario::{Override, Scenario};
use std::path::Path;

const QUOTA: &str = r#"
[provider.p.model.m]
prices = { input = "$3", output = "$15" }
quota = { requests_per_minute = 50, input_tokens_per_minute = 30000, concurrency = 20 }
[workload.w]
agents = 4
arrivals = { kind = "poisson", per_agent_per_hour = 1 }
"#;

fn read(sets: &[&str]) -> Result<Scenario, String> {
    let sets: Vec<Override> = sets.iter().map(|set| Override::new(format!("policy.limiter.{set}"))).collect();
    Scenario::parse(QUOTA, "quota.toml", Path::new(""), &sets).map_err(|errors| errors.to_string())
}

fn limiter(sets: &[&str]) -> LimiterPolicy {
    read(sets).unwrap_or_else(|errors| panic!("{errors}")).variants[0].policy.limiter
}

/// Which limits the client counts under these keys, and which of them are in force.
#[track_caller]
fn check(sets: &[&str], expected: &[(Dimension, u64)]) {
    let scenario = read(sets).unwrap_or_else(|errors| panic!("{errors}"));
    let pool = &scenario.topology.pools[0];
    let limiter = Limiter::with_policy(pool, &scenario.variants[0].policy.limiter, Instant::START);
    let limits = Dimension::ALL.iter().filter_map(|dimension| Some((*dimension, limiter.limit(*dimension)?)));
    assert_eq!(limits.collect::<Vec<_>>(), expected, "{sets:?}");
}

#[test]
fn what_is_counted() {
    use Dimension::{Concurrency, InputTokens, OutputTokens, Requests, RequestsPerDay, Tokens, TokensPerDay};
    check(&[], &[(Requests, 50), (InputTokens, 30_000), (Concurrency, 20)]);
    check(&["kind=none"], &[]);
    check(&["kind=none", "kinds.requests=sliding_log"], &[(Requests, 50)]);
    check(&["kinds.concurrency=none", "kinds.input_tokens=none"], &[(Requests, 50)]);
    check(&["limits.requests_per_minute=8"], &[(Requests, 8), (InputTokens, 30_000), (Concurrency, 20)]);
    check(
        &[
            "limits.tokens_per_minute=40000",
            "limits.output_tokens_per_minute=9000",
            "limits.requests_per_day=700",
            "limits.tokens_per_day=100000",
            "limits.concurrency=3",
        ],
        &[
            (Requests, 50),
            (Tokens, 40_000),
            (InputTokens, 30_000),
            (OutputTokens, 9_000),
            (Concurrency, 3),
            (RequestsPerDay, 700),
            (TokensPerDay, 100_000),
        ],
    );
    // What is felt for begins where it is told to, and nothing else is believed.
    check(&["kind=aimd"], &[(Requests, 60)]);
    check(&["kind=aimd", "aimd.start=7"], &[(Requests, 7)]);
    check(&["kind=none", "kinds.concurrency=aimd", "aimd.start=4"], &[(Concurrency, 4)]);
}

#[test]
fn how_it_is_counted() {
    let log = LimiterKind::SlidingLog;
    assert_eq!(limiter(&["kind=sliding_log"]).kinds, Kinds::all(log));
    let mixed =
        Kinds { requests: LimiterKind::FixedWindow, tokens: LimiterKind::SlidingCounter, ..Kinds::all(log) };
    let set = ["kind=sliding_log", "kinds.requests=fixed_window", "kinds.tokens=sliding_counter"];
    assert_eq!(limiter(&set).kinds, mixed);
    assert_eq!(limiter(&[]).refund, Refund::Dialect);
    assert_eq!(limiter(&["refund=unused"]).refund, Refund::Unused);
    assert_eq!(limiter(&["refund=never"]).refund, Refund::Never);
    let own = limiter(&["limits.requests_per_day=10", "limits.burst='30%'"]).own.requests_per_day;
    assert_eq!(own, Some(RateLimit { amount: 10, period: Span::secs(86_400), burst: 3 }));
    let aimd = ["aimd={start=30, step=5, every='20s', floor=2, ceiling=90}"];
    let expected = AimdPolicy { start: 30, step: 5, every: Span::secs(20), floor: 2, ceiling: 90 };
    assert_eq!(limiter(&aimd).aimd, expected);
}

#[test]
fn what_each_agent_is_held_to() {
    assert_eq!(limiter(&[]).per_agent, AgentLimits::NONE);
    let eight = RateLimit { amount: 8, period: Span::secs(60), burst: 8 };
    assert_eq!(
        limiter(&["per_agent={requests_per_minute=8, spacing='2s', kind='sliding_log'}"]).per_agent,
        AgentLimits { requests: Some((LimiterKind::SlidingLog, eight)), spacing: Span::secs(2) }
    );
}

#[test]
fn contradictions_are_named() {
    for (sets, expected) in [
        (&["kind=aimd", "kinds.concurrency=aimd"][..], "requests are felt for already"),
        (&["aimd.floor=9", "aimd.ceiling=8"], "floor = 9 and ceiling = 8"),
        (&["kinds.tokens=aimd"], "expected: one of \"token_bucket\""),
        (&["limits.burst='0%'"], "policy.limiter.limits.burst"),
        (&["per_agent.requests_per_minute=0"], "policy.limiter.per_agent.requests_per_minute"),
    ] {
        let errors = read(sets).expect_err("it is not sound");
        assert!(errors.contains(expected), "{sets:?}\n{errors}");
    }
}
