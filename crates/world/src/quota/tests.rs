mod kinds;
mod nested;

use super::*;
use crate::settings::GrantPlan;
use proptest::prelude::*;
use rushhour_base::Span;
use rushhour_base::time::{MINUTE, SECOND};

fn per_minute(amount: u64, burst: u64) -> Option<GrantPlan> {
    Some(GrantPlan { amount, period: Span(MINUTE), burst })
}

fn quota(requests: Option<GrantPlan>, input: Option<GrantPlan>, output: Option<GrantPlan>) -> Quota {
    Quota::full(&QuotaPlan { requests, input_tokens: input, output_tokens: output, ..QuotaPlan::default() })
}

/// A call that asks for the longest reply of all, which plays no part where output counts as it is produced.
fn admit(quota: &mut Quota, input_tokens: u64, now: Instant) -> Result<(), Refusal> {
    quota.admit(input_tokens, u64::MAX, now).map(drop)
}

fn settle(quota: &mut Quota, output_tokens: u64, now: Instant) {
    let nothing = Charged { output_tokens: 0, at: now };
    assert_eq!(quota.settle(output_tokens, nothing, now), Settled::Charged);
}

fn refused(dimension: Dimension, at_ns: u64) -> Result<(), Refusal> {
    Err(Refusal { dimension, retry_at: Instant(at_ns) })
}

const NOW: Instant = Instant::START;

#[test]
fn what_is_not_limited_always_passes() {
    let mut free = Quota::full(&QuotaPlan::default());
    for _ in 0..1_000 {
        assert_eq!(admit(&mut free, u64::MAX, NOW), Ok(()));
    }
}

#[test]
fn requests_and_input_are_charged_at_admission() {
    let mut q = quota(per_minute(60, 2), per_minute(60_000, 60_000), None);
    assert_eq!(admit(&mut q, 50_000, NOW), Ok(()));
    assert_eq!(admit(&mut q, 20_000, NOW), refused(Dimension::InputTokens, 10 * SECOND));
    assert_eq!(admit(&mut q, 10_000, NOW), Ok(()), "the refused call charged something");
    // Requests lack one second, input two: the longer wait is named.
    assert_eq!(admit(&mut q, 2_000, NOW), refused(Dimension::InputTokens, 2 * SECOND));
    assert_eq!(admit(&mut q, 500, NOW), refused(Dimension::Requests, SECOND));
}

#[test]
fn output_is_charged_at_the_end_and_may_run_into_debt() {
    let mut q = quota(None, None, per_minute(6_000, 6_000)); // 100 a second
    for _ in 0..3 {
        assert_eq!(admit(&mut q, 1, NOW), Ok(()), "calls under way have not been charged yet");
    }
    settle(&mut q, 5_999, NOW);
    assert_eq!(admit(&mut q, 1, NOW), Ok(()), "one token is left, and more is not asked for");
    settle(&mut q, 1, NOW);
    assert_eq!(
        admit(&mut q, 1, NOW),
        refused(Dimension::OutputTokens, 1),
        "a level of zero is not above zero"
    );
    settle(&mut q, 1_000, NOW);
    assert_eq!(admit(&mut q, 1, NOW), refused(Dimension::OutputTokens, 10 * SECOND + 1));
    assert_eq!(admit(&mut q, 1, Instant(10 * SECOND)), refused(Dimension::OutputTokens, 10 * SECOND + 1));
    assert_eq!(admit(&mut q, 1, Instant(10 * SECOND + 1)), Ok(()));
}

/// A level that was full all along has no refill to give to what is charged now.
#[test]
fn output_is_charged_against_the_level_of_its_end() {
    let mut q = quota(None, None, per_minute(6_000, 6_000));
    assert_eq!(admit(&mut q, 1, NOW), Ok(()));
    settle(&mut q, 6_000, Instant(MINUTE));
    assert_eq!(admit(&mut q, 1, Instant(MINUTE)), refused(Dimension::OutputTokens, MINUTE + 1));
}

#[test]
fn concurrency_is_given_back() {
    let mut q = Quota::full(&QuotaPlan { concurrency: Some(2), ..QuotaPlan::default() });
    assert_eq!((admit(&mut q, 1, NOW), admit(&mut q, 1, NOW)), (Ok(()), Ok(())));
    assert_eq!(admit(&mut q, 1, NOW), refused(Dimension::Concurrency, 0));
    settle(&mut q, 10, NOW);
    assert_eq!(admit(&mut q, 1, NOW), Ok(()));
    assert_eq!(admit(&mut q, 1, NOW), refused(Dimension::Concurrency, 0));
}

#[test]
fn a_call_larger_than_the_burst_never_passes() {
    let mut q = quota(None, per_minute(60_000, 30_000), None);
    assert_eq!(admit(&mut q, 30_001, NOW), refused(Dimension::InputTokens, 0));
    assert_eq!(admit(&mut q, 10_000, NOW), Ok(()));
    assert_eq!(admit(&mut q, 30_001, NOW), refused(Dimension::InputTokens, 10 * SECOND));
    assert_eq!(admit(&mut q, 30_001, Instant(MINUTE)), refused(Dimension::InputTokens, MINUTE));
}

#[test]
fn time_may_run_backwards() {
    let mut q = quota(per_minute(60, 1), None, None);
    assert_eq!(admit(&mut q, 1, Instant(MINUTE)), Ok(()));
    assert_eq!(admit(&mut q, 1, Instant(0)), refused(Dimension::Requests, MINUTE + SECOND));
    assert_eq!(admit(&mut q, 1, Instant(MINUTE + SECOND)), Ok(()));
}

#[test]
#[should_panic(expected = "only a call under way is settled")]
fn nothing_is_settled_twice() {
    let mut q = quota(None, None, None);
    assert_eq!(admit(&mut q, 1, NOW), Ok(()));
    settle(&mut q, 1, NOW);
    settle(&mut q, 1, NOW);
}

#[test]
#[should_panic(expected = "a grant without amount")]
fn a_grant_of_nothing_is_no_plan() {
    quota(per_minute(0, 1), None, None);
}

/// A greedy source at 60 a minute: any half-open minute holds 60, 69 or 119 (burst 1, 10, 60).
#[test]
fn a_bucket_of_one_minute_lets_nearly_two_pass() {
    for (amount, burst, most) in [(60, 1, 60), (60, 10, 69), (60, 60, 119), (50, 50, 99)] {
        let mut q = quota(per_minute(amount, burst), None, None);
        let passed: Vec<u64> =
            (0..180_000).map(|ms| ms * 1_000_000).filter(|&t| admit(&mut q, 1, Instant(t)).is_ok()).collect();
        let busiest = passed.iter().map(|&t| passed.iter().filter(|&&u| u >= t && u < t + MINUTE).count());
        assert_eq!(busiest.max(), Some(most), "{amount} a minute, burst {burst}");
    }
}

/// Every way to spend: a gap before the call, its prompt, and its reply.
fn calls() -> impl Strategy<Value = Vec<(u64, u64, u64)>> {
    let gap = prop_oneof![Just(0), 0..SECOND, 0..30 * SECOND, 0..5 * MINUTE];
    prop::collection::vec((gap, 0..5_000u64, 0..3_000u64), 1..120)
}

fn grants() -> impl Strategy<Value = GrantPlan> {
    (1..100_000u64, 1..2 * MINUTE, 1..20_000u64).prop_map(|(amount, period, burst)| GrantPlan {
        amount,
        period: Span(period),
        burst,
    })
}

proptest! {
    #![proptest_config(crate::fixed_cases(300))]

    /// In no window does more pass than the burst and what comes in meanwhile.
    #[test]
    fn no_window_holds_more_than_its_envelope(grant in grants(), calls in calls()) {
        let mut q = quota(Some(grant), Some(grant), None);
        let (mut now, mut passed) = (0, Vec::new());
        for (gap, input, _) in calls {
            now += gap;
            if admit(&mut q, input, Instant(now)).is_ok() {
                passed.push((now, u128::from(input)));
            }
        }
        let period = u128::from(grant.period.0);
        for from in 0..passed.len() {
            let (mut requests, mut tokens) = (0, 0);
            for &(at, input) in &passed[from..] {
                (requests, tokens) = (requests + 1, tokens + input);
                let came_in = u128::from(at - passed[from].0) * u128::from(grant.amount);
                let envelope = u128::from(grant.burst) * period + came_in;
                prop_assert!(requests * period <= envelope, "{requests} requests");
                prop_assert!(tokens * period <= envelope, "{tokens} tokens");
            }
        }
    }

    /// A refusal names the very nanosecond from which the call passes, unless it never does.
    #[test]
    fn a_refusal_is_tight(requests in grants(), input in grants(), output in grants(), calls in calls()) {
        let mut q = quota(Some(requests), Some(input), Some(output));
        let mut now = 0;
        for (gap, prompt, reply) in calls {
            now += gap;
            let Err(refusal) = admit(&mut q, prompt, Instant(now)) else {
                settle(&mut q, reply, Instant(now));
                continue;
            };
            if refusal.retry_at.0 > now {
                let just_before = Instant(refusal.retry_at.0 - 1);
                prop_assert_eq!(admit(&mut q.clone(), prompt, just_before), Err(refusal));
            }
            let never = prompt > input.burst;
            prop_assert_eq!(admit(&mut q.clone(), prompt, refusal.retry_at).is_err(), never);
        }
    }

    /// Looking at a quota changes nothing: refused calls in between move no decision.
    #[test]
    fn refused_calls_leave_no_trace(grant in grants(), calls in calls()) {
        let mut watched = quota(Some(grant), Some(grant), Some(grant));
        let mut alone = watched.clone();
        let mut now = 0;
        for (gap, prompt, reply) in calls {
            prop_assert!(admit(&mut watched, u64::MAX, Instant(now + gap / 2)).is_err());
            now += gap;
            let verdict = admit(&mut watched, prompt, Instant(now));
            prop_assert_eq!(verdict, admit(&mut alone, prompt, Instant(now)));
            if verdict.is_ok() {
                settle(&mut watched, reply, Instant(now));
                settle(&mut alone, reply, Instant(now));
            }
        }
    }
}
