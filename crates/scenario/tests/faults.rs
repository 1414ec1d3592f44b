//! What the keys of faults, of waits for tokens and of errors come to, and what is said where they do not go together.

use rushhour_base::message::ErrorKind;
use rushhour_base::time::MINUTE;
use rushhour_base::{Instant, Span};
use rushhour_core::settings::{OnError, Policy, RetryPolicy, StallPolicy};
use rushhour_scenario::{Override, Scenario};
use rushhour_world::settings::{FaultKind, FaultPlan};
use std::path::Path;

const LEAST: &str = r#"
[provider.p]
[provider.p.model.m]
prices = { input = "$3", output = "$15" }
quota = { output_tokens_per_minute = 90000 }
[workload.w]
agents = 4
arrivals = { kind = "poisson", per_agent_per_hour = 1 }
"#;

fn read(sets: &[&str]) -> Result<Scenario, String> {
    let overrides: Vec<Override> = sets.iter().map(|text| Override::new(*text)).collect();
    Scenario::parse(LEAST, "least.toml", Path::new(""), &overrides).map_err(|errors| errors.to_string())
}

fn with(sets: &[&str]) -> Scenario {
    read(sets).unwrap_or_else(|errors| panic!("{errors}"))
}

fn policy(sets: &[&str]) -> Policy {
    with(sets).variants[0].policy.clone()
}

fn fault(keys: &str) -> FaultPlan {
    with(&[&format!("provider.p.fault.f={{{keys}, at='1m', for='2m'}}")]).world.faults[0]
}

#[track_caller]
fn refused(set: &str, told: &str) {
    let errors = read(&[set]).err().unwrap_or_else(|| panic!("{set} was taken"));
    assert!(errors.contains(told), "{set}: expected `{told}` in\n{errors}");
}

#[test]
fn every_kind_is_read_with_what_goes_with_it() {
    let first = |per_mille, added| FaultKind::SlowFirstToken { per_mille, added };
    for (keys, expected) in [
        ("kind='slow_first_token', added='20s'", first(1_000, Span::secs(20))),
        ("kind='slow_first_token', factor=2.5", first(2_500, Span::ZERO)),
        ("kind='slow_first_token', factor=2, added='1s'", first(2_000, Span::secs(1))),
        ("kind='slow_drip', factor=10", FaultKind::SlowDrip { per_mille: 10_000 }),
        ("kind='reset'", FaultKind::Reset),
        ("kind='truncated'", FaultKind::Truncated),
        ("kind='stream_error'", FaultKind::StreamError),
        ("kind='malformed'", FaultKind::Malformed),
        ("kind='wrong_usage', factor=0.5", FaultKind::WrongUsage { per_mille: 500 }),
        ("kind='wrong_usage', factor=1.001", FaultKind::WrongUsage { per_mille: 1_001 }),
        ("kind='revoked_key'", FaultKind::RevokedKey),
        ("kind='exhausted_credit'", FaultKind::ExhaustedCredit),
    ] {
        let read = fault(keys);
        assert_eq!((read.kind, read.ramp, read.attempts), (expected, Span::ZERO, None), "{keys}");
    }
    let read = fault("kind='reset', share='30%', ramp='90s', attempts=2");
    assert_eq!((read.ramp, read.attempts), (Span::secs(90), Some(2)));
    assert_eq!((read.from, read.until), (Instant(MINUTE), Instant(3 * MINUTE)));
}

#[test]
fn a_fault_that_changes_nothing_is_none() {
    let set = |keys: &str| format!("provider.p.fault.f={{{keys}, at='1m', for='2m'}}");
    for (keys, told) in [
        ("kind='slow_drip'", "`provider.p.fault.f.factor` is missing"),
        ("kind='slow_first_token'", "expected: `factor`, or `added`"),
        ("kind='wrong_usage'", "`provider.p.fault.f.factor` is missing"),
        ("kind='slow_drip', factor=1", "nothing would be slower, or wrong"),
        ("kind='slow_drip', factor=0.5", "a number above 1"),
        ("kind='wrong_usage', factor=1.0", "any number but 1"),
        ("kind='wrong_usage', factor=0", "0.001"),
        ("kind='reset', ramp='3m'", "at most `for`"),
        ("kind='reset', attempts=0", "attempts"),
        ("kind='reset', factor=2", "factor"),
        ("kind='brownout', capacity='10%', ramp='1m'", "ramp"),
        ("kind='brownout', capacity='10%', attempts=1", "attempts"),
        ("kind='slow_drip', factor=2, added='1s'", "added"),
    ] {
        match read(&[&set(keys)]) {
            Err(errors) => assert!(errors.contains(told), "{keys}: expected `{told}` in\n{errors}"),
            Ok(scenario) => {
                let notices: Vec<String> = scenario.notices.iter().map(ToString::to_string).collect();
                let heard = notices.iter().any(|notice| notice.contains(told) && notice.contains("effect"));
                assert!(heard, "{keys} was taken: {notices:?}");
            }
        }
    }
}

#[test]
fn without_a_word_nobody_watches_tokens() {
    assert_eq!(policy(&[]).stall, None);
    let stall = |first_token, idle| Some(StallPolicy { first_token, idle });
    assert_eq!(policy(&["policy.first_token_timeout=8s"]).stall, stall(Span::secs(8), Span::MAX));
    assert_eq!(policy(&["policy.idle_timeout=2s"]).stall, stall(Span::MAX, Span::secs(2)));
    refused("policy.idle_timeout=60s", "less than `timeout`");
    refused("policy.first_token_timeout=2m", "the client stops waiting after timeout = 1m");
    refused("policy.idle_timeout=0s", "idle_timeout");
}

#[test]
fn every_error_has_its_rule() {
    let rules = policy(&[]).on_error;
    for kind in ErrorKind::ALL {
        let falls = matches!(kind, ErrorKind::InvalidRequest | ErrorKind::Unauthorized);
        let rule = if falls { OnError::Fall } else { OnError::Retry };
        assert_eq!(rules.of(*kind), rule, "{kind}");
        let written = policy(&[&format!("policy.on_error.{kind}=fail")]).on_error;
        assert_eq!(written.of(*kind), OnError::Fail, "{kind}");
    }
    refused("policy.on_error.unauthorized=retry", "\"reroute\", \"fall\", \"fail\"");
    let reroute = policy(&["policy.on_error.unauthorized=reroute"]).on_error;
    assert_eq!(reroute.of(ErrorKind::Unauthorized), OnError::Reroute);
}

#[test]
fn only_the_sdks_of_openai_retry_exhausted_credit() {
    for (set, retries) in [
        ("policy.retry.max_attempts=2", false),
        ("policy.retry.exhausted_credit=true", true),
        ("policy.retry.preset=openai-python", true),
        ("policy.retry.preset=openai-node", true),
        ("policy.retry.preset=anthropic-python", false),
        ("policy.retry.preset=anthropic-node", false),
        ("policy.retry={preset='openai-python', exhausted_credit=false}", false),
    ] {
        assert_eq!(policy(&[set]).retry.exhausted_credit, retries, "{set}");
    }
    assert_eq!(policy(&["policy.retry.preset=anthropic-python"]).retry, RetryPolicy::ANTHROPIC_PYTHON);
}

#[test]
fn the_breaker_counts_what_it_is_told_to() {
    let counted = |set: &str| policy(&[set]).breaker.expect("there is one by default").counted;
    let by_default = counted("policy.breaker.failures=5");
    assert!(by_default.broken && by_default.account);
    assert!(!counted("policy.breaker.count_broken=false").broken);
    assert!(!counted("policy.breaker.count_account=false").account);
}

/// Anthropic counts output live; where nothing limits it there is nothing to count.
#[test]
fn output_is_counted_in_steps_where_it_is_limited() {
    let every = |sets: &[&str]| with(sets).world.quotas[0].output_every;
    assert_eq!(every(&[]), Span::secs(1));
    assert_eq!(every(&["provider.p.output_charged_every=250ms"]), Span::millis(250));
    assert_eq!(every(&["provider.p.output_charged_every=0s"]), Span::ZERO);
    assert_eq!(every(&["provider.p.model.m.quota={tokens_per_day=1000000}"]), Span::secs(1));
    assert_eq!(every(&["provider.p.dialect=openai"]), Span::ZERO);
}

#[test]
fn steps_of_output_that_nobody_counts_are_told() {
    let notices = |more: &str, quota: &str| {
        let text =
            LEAST.replace("[provider.p]\n", &format!("[provider.p]\noutput_charged_every = \"1s\"\n{more}"));
        let text = text.replace("output_tokens_per_minute = 90000", quota);
        let scenario = Scenario::parse(&text, "least.toml", Path::new(""), &[]).expect("it is sound");
        assert_eq!(scenario.world.quotas[0].output_every, Span::ZERO);
        scenario.notices.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let path = "provider.p.output_charged_every: it is without effect: ";
    let up_front = notices("dialect = \"openai\"\n", "tokens_per_minute = 90000");
    assert_eq!(up_front, [format!("{path}the openai dialect charges output when a call is admitted")]);
    let unlimited = notices("", "requests_per_minute = 60");
    assert_eq!(unlimited, [format!("{path}no quota of the provider limits output")]);
}
