//! Retries without end, without jitter, multiplied by layers, or frozen by one header.

use crate::{count, told};
use rushhour_base::draw::below;
use rushhour_base::message::{CallError, ErrorKind};
use rushhour_base::{Purpose, Seed, Span};
use rushhour_core::retry::{Next, RetryBudget, Wait};
use rushhour_core::settings::{Jitter, RetryBudgetPolicy, RetryPolicy};
use std::collections::BTreeSet;

const DOWN: &str = "provider.one.fault.f={kind='rate_limit_storm', at='9s', for='100s', retry_after='5s'}";

/// The guide called itself again on every 429, for ever, and took from its limiter anew each time: a retry storm that starves its own
/// limiter. 101,000 requests in 90 minutes came of such a loop elsewhere (ProbOS 201). Attempts are counted, and then
/// the request goes on to the next rung.
#[test]
fn a_429_is_not_retried_for_ever() {
    let lines = told(&["duration=100s", DOWN, "policy.retry.max_attempts=3", "policy.shared_backoff=false"]);
    let first: Vec<&String> = lines.iter().filter(|line| line.contains("0/0 ")).collect();
    assert_eq!(first.iter().filter(|line| line.contains("sent") && line.contains("one/m")).count(), 3);
    assert!(first.iter().any(|line| line.contains("fell primary->secondary")), "{lines:#?}");
}

/// Without jitter all who were told the same second come back in it (002; claim 33). Under a floor the drawn wait comes on top
/// of what the header says.
#[test]
fn who_was_told_the_same_does_not_come_back_together() {
    let policy = RetryPolicy {
        jitter: Jitter::Full,
        retry_after: rushhour_core::settings::RetryAfterUse::Floor,
        base: Span::secs(4),
        cap: Span::secs(60),
        ..RetryPolicy::OPENAI_PYTHON
    };
    let error = CallError { kind: ErrorKind::RateLimited, retry_after: Some(Span::secs(5)) };
    let waits: BTreeSet<u64> = (0..100)
        .map(|agent| {
            let word = Seed(7).draw(Purpose::named("herd"), agent, 0).word(0);
            let Next::Wait(Wait { span, .. }) = policy.next(1, Span::ZERO, error, word) else {
                panic!("it retries")
            };
            assert!(span >= Span::secs(5) && span <= Span::secs(9));
            span.0
        })
        .collect();
    assert!(waits.len() > 95, "{} different waits of 100 agents", waits.len());
}

/// A `Retry-After` of an hour froze the fallback for an hour (timbal 117). Beyond the longest accepted wait the rung is given up.
#[test]
fn a_huge_retry_after_does_not_freeze_the_fallback() {
    let lines = told(&[
        "duration=60s",
        "provider.one.fault.f={kind='rate_limit_storm', at='9s', for='30s', retry_after='300s'}",
        "policy.shared_backoff=false",
        "policy.retry.retry_after_max=60s",
    ]);
    assert_eq!(count(&lines, "10.1s 0/0 fell primary->secondary"), 1, "{lines:#?}");
    assert!(count(&lines, "0/0 ended answered secondary") == 1, "{lines:#?}");
}

/// `num_retries × max_retries` multiplied in silence (LiteLLM 25285, 7221): 12 attempts where 4 were meant (nanobot 2759), 45 for
/// 15 (code_puppy 317). By default nobody else retries; who adds a layer finds it in the scenario.
#[test]
fn layers_of_retries_are_stated_not_inherited() {
    let fault = "provider.one.fault.f={kind='server_error', at='9s', for='300s'}";
    let alone = ["duration=100s", fault, "policy.chain=['primary', 'fail']", "policy.breaker.failures=1000"];
    let of_the_first = |lines: &[String]| lines.iter().filter(|line| line.contains(" 0/0 sent")).count();
    let sets = [&alone[..], &["policy.retry.budget=none"]].concat();
    assert_eq!(of_the_first(&told(&sets)), 3);
    let layered = [&sets[..], &["policy.retry.layers=[{max_attempts=3}]"]].concat();
    assert_eq!(of_the_first(&told(&layered)), 9);
}

/// No timeout: a provider that never answered kept the guide's agent for ever.
#[test]
fn a_provider_that_hangs_is_given_up() {
    let lines = told(&[
        "duration=60s",
        "provider.one.fault.f={kind='hang', at='9s', for='5s'}",
        "policy.retry.max_attempts=1",
    ]);
    assert_eq!(count(&lines, "15s 0/0 attempt_ended timed_out"), 1, "{lines:#?}");
    assert_eq!(count(&lines, "0/0 ended answered secondary"), 1, "{lines:#?}");
}

/// Unbounded retries burned $40 within minutes (000). Whatever fails, and in whatever order, attempts stay below
/// (1 + r) × requests + K.
#[test]
fn a_retry_budget_bounds_the_bill() {
    let per_request = rushhour_base::Ratio::new(1, 10).expect("a share");
    for failing in [100u64, 500, 900, 1_000] {
        let mut budget = RetryBudget::full(RetryBudgetPolicy { per_request, burst: 10 });
        let (mut attempts, requests) = (0u64, 100_000u64);
        for request in 0..requests {
            budget.deposit();
            attempts += 1;
            let fails = |attempt| {
                below(Seed(3).draw(Purpose::named("fails"), request, attempt).word(0), 1_000) < failing
            };
            let mut attempt = 0;
            while fails(attempt) && budget.withdraw() {
                (attempts, attempt) = (attempts + 1, attempt + 1);
            }
        }
        assert!(attempts <= requests + requests / 10 + 10, "{failing} of 1,000 fail: {attempts} attempts");
    }
}
