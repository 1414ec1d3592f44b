use super::*;
use proptest::prelude::*;
use rushhour_base::{Purpose, Seed};

fn policy() -> RetryPolicy {
    RetryPolicy {
        max_attempts: 3,
        base: Span::secs(1),
        cap: Span::secs(3),
        jitter: Jitter::Full,
        retry_after: RetryAfterUse::Floor,
        retry_after_min: Span::ZERO,
        retry_after_max: Span::secs(60),
        retry_after_beyond: Beyond::Fall,
        exhausted_credit: false,
        budget: None,
    }
}

fn with(jitter: Jitter, base_ms: u64, cap_s: u64) -> RetryPolicy {
    RetryPolicy { jitter, base: Span::millis(base_ms), cap: Span::secs(cap_s), ..policy() }
}

const ALL: [Jitter; 5] = [Jitter::None, Jitter::Full, Jitter::Equal, Jitter::Decorrelated, Jitter::Sdk];

/// The wait after attempt number one and what `told` says, with the longest draw of one second.
fn after(policy: RetryPolicy, kind: ErrorKind, told: Option<Span>, word: u64) -> Result<Span, Reason> {
    match policy.next(1, Span::ZERO, CallError { kind, retry_after: told }, word) {
        Next::Wait(wait) => Ok(wait.span),
        Next::Fall(reason) => Err(reason),
    }
}

#[test]
fn waits_grow_to_the_cap_and_jitter_spreads_them() {
    // Jitter, attempt, then the shortest, middle and longest wait in ms.
    for (jitter, attempt, lowest, middle, highest) in [
        (Jitter::None, 1, 1_000, 1_000, 1_000),
        (Jitter::None, 3, 3_000, 3_000, 3_000),
        (Jitter::Full, 1, 0, 500, 1_000),
        (Jitter::Full, 2, 0, 1_000, 2_000),
        (Jitter::Full, 3, 0, 1_500, 3_000),
        (Jitter::Full, 40, 0, 1_500, 3_000),
        (Jitter::Full, 200, 0, 1_500, 3_000),
        (Jitter::Equal, 1, 500, 750, 1_000),
        (Jitter::Equal, 9, 1_500, 2_250, 3_000),
        (Jitter::Sdk, 1, 750, 875, 1_000),
        (Jitter::Sdk, 9, 2_250, 2_625, 3_000),
    ] {
        let wait = |word| with(jitter, 1_000, 3).backoff(attempt, Span::ZERO, word).0;
        let near = |got: u64, ms: u64| got.abs_diff(ms * 1_000_000) <= 1;
        let mut got = [wait(0), wait(u64::MAX / 2), wait(u64::MAX)];
        got.sort_unstable();
        let fits = near(got[0], lowest) && near(got[1], middle) && near(got[2], highest);
        assert!(fits, "{jitter:?}, attempt {attempt}: {got:?}");
    }
}

#[test]
fn decorrelated_waits_grow_from_the_last_one() {
    let wait = |previous_ms, word| {
        with(Jitter::Decorrelated, 1_000, 60).backoff(7, Span::millis(previous_ms), word).0 / 1_000_000
    };
    for (previous_ms, lowest, highest) in
        [(0, 1_000, 3_000), (500, 1_000, 3_000), (2_000, 1_000, 6_000), (30_000, 1_000, 60_000)]
    {
        assert_eq!((wait(previous_ms, 0), wait(previous_ms, u64::MAX)), (lowest, highest));
    }
    let endless = with(Jitter::Decorrelated, 1_000, 60).backoff(7, Span::MAX, u64::MAX);
    assert_eq!(endless, Span::secs(60));
}

/// The means of VALIDATION's part on jitter: base 1 s, cap 60 s; the fourth to sixth decorrelated ones, where the cap
/// bites, come from an independent simulation.
#[test]
fn means_are_those_of_the_literature() {
    const LUCK: Purpose = Purpose::named("test jitter");
    const CHAINS: u64 = 100_000;
    for (jitter, means) in [
        (Jitter::Full, [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]),
        (Jitter::Equal, [0.75, 1.5, 3.0, 6.0, 12.0, 24.0, 45.0, 45.0]),
        (Jitter::Decorrelated, [2.0, 3.5, 5.75, 9.127, 13.614, 18.051, f64::NAN, f64::NAN]),
        (Jitter::Sdk, [0.875, 1.75, 3.5, 7.0, 14.0, 28.0, 52.5, 52.5]),
    ] {
        let (policy, mut sums) = (with(jitter, 1_000, 60), [0u128; 8]);
        for chain in 0..CHAINS {
            let (words, mut previous) = (Seed(20_260_311).draw(LUCK, chain, jitter as u64), Span::ZERO);
            for (attempt, sum) in (1..).zip(&mut sums) {
                previous = policy.backoff(attempt, previous, words.word(attempt as usize - 1));
                *sum += u128::from(previous.0);
            }
        }
        for (sum, expected) in sums.iter().zip(means).filter(|(_, mean)| mean.is_finite()) {
            let mean = *sum as f64 / CHAINS as f64 / 1e9;
            assert!((mean / expected - 1.0).abs() < 0.01, "{jitter:?}: {mean}, expected {expected}");
        }
    }
}

/// Uniform between zero and the ceiling, so the standard deviation is the ceiling over the root of twelve.
#[test]
fn full_jitter_is_spread_evenly() {
    const LUCK: Purpose = Purpose::named("test spread");
    let waits = (0..100_000).map(|n| {
        let wait = with(Jitter::Full, 1_000, 60).backoff(3, Span::ZERO, Seed(7).draw(LUCK, n, 0).word(0));
        wait.as_secs_f64()
    });
    let (sum, squares) = waits.fold((0.0, 0.0), |(sum, squares), w| (sum + w, squares + w * w));
    let deviation = (squares / 1e5 - (sum / 1e5) * (sum / 1e5)).sqrt();
    assert!((deviation / 1.154_700 - 1.0).abs() < 0.01, "{deviation}");
}

/// Which `Retry-After` is obeyed, refused or passed over, in milliseconds; the waits of the SDKs without one lie
/// between 375 and 500 ms.
#[test]
fn retry_after_by_sdk() {
    let (old, new) = (RetryPolicy::OPENAI_PYTHON_2_51, RetryPolicy::OPENAI_PYTHON);
    let (anthropic, node) = (RetryPolicy::ANTHROPIC_PYTHON, RetryPolicy::OPENAI_NODE);
    let anthropic_node = RetryPolicy::ANTHROPIC_NODE;
    for (name, sdk, told_ms, expected) in [
        ("openai-python 2.51", old, 60_000, Ok(60_000)),
        ("openai-python 2.51", old, 60_001, Ok(500)),
        ("openai-python 2.51", old, 0, Ok(500)),
        ("openai-python", new, 120_000, Ok(120_000)),
        ("openai-python", new, 120_001, Err(Reason::ToldToWait)),
        ("openai-python", new, 0, Ok(500)),
        ("anthropic-python", anthropic, 3_600_000, Ok(3_600_000)),
        ("anthropic-python", anthropic, 4_294_967_000, Ok(4_294_967_000)),
        ("anthropic-python", anthropic, 4_294_967_001, Ok(500)),
        ("anthropic-python", anthropic, 0, Ok(500)),
        ("openai-node", node, 0, Ok(0)),
        ("openai-node", node, 60_001, Ok(500)),
        ("anthropic-node", anthropic_node, 2_147_483_647, Ok(2_147_483_647)),
        ("anthropic-node", anthropic_node, 2_147_483_648, Ok(500)),
    ] {
        let got = after(sdk, ErrorKind::RateLimited, Some(Span::millis(told_ms)), 0);
        assert_eq!(got, expected.map(Span::millis), "{name} told to wait {told_ms} ms");
    }
}

/// First retry 0.375–0.5 s, second 0.75–1 s, and no third.
#[test]
fn the_sdks_wait_twice() {
    let failed = CallError { kind: ErrorKind::Overloaded, retry_after: None };
    for (attempt, shortest_ms, longest_ms) in [(1, 375, 500), (2, 750, 1_000)] {
        let at = |word| match RetryPolicy::OPENAI_PYTHON.next(attempt, Span::ZERO, failed, word) {
            Next::Wait(wait) => wait.span,
            Next::Fall(reason) => panic!("attempt {attempt} falls: {reason:?}"),
        };
        assert_eq!(at(0), Span::millis(longest_ms));
        assert!(at(u64::MAX) > Span::millis(shortest_ms) && at(u64::MAX).0 < shortest_ms * 1_000_000 + 2);
    }
    let third = RetryPolicy::OPENAI_PYTHON.next(3, Span::ZERO, failed, 0);
    assert_eq!(third, Next::Fall(Reason::RetriesExhausted));
}

#[test]
fn retry_after_is_a_floor_under_the_jitter() {
    let (kind, told) = (ErrorKind::RateLimited, |seconds| Some(Span::secs(seconds)));
    assert_eq!(after(policy(), kind, told(5), 0), Ok(Span::secs(5)));
    assert_eq!(after(policy(), kind, told(5), u64::MAX), Ok(Span::secs(6)));
    assert_eq!(after(policy(), kind, told(61), 0), Err(Reason::ToldToWait));
    let deaf = RetryPolicy { retry_after_max: Span::ZERO, ..policy() };
    assert_eq!(after(deaf, kind, told(61), u64::MAX), Ok(Span::secs(1)));
}

/// A wait that a `Retry-After` lengthened must not lengthen the decorrelated ones after it.
#[test]
fn what_was_told_is_not_taken_for_what_was_drawn() {
    let error = CallError { kind: ErrorKind::RateLimited, retry_after: Some(Span::secs(50)) };
    let next = with(Jitter::Decorrelated, 1_000, 60).next(1, Span::ZERO, error, 0);
    assert_eq!(next, Next::Wait(Wait { span: Span::secs(51), drawn: Span::secs(1) }));
}

#[test]
fn what_a_retry_cannot_mend_is_not_retried() {
    for kind in [ErrorKind::InvalidRequest, ErrorKind::Unauthorized, ErrorKind::CreditExhausted] {
        assert_eq!(after(policy(), kind, None, 0), Err(Reason::NotRetryable), "{kind}");
    }
    let by_status = RetryPolicy { exhausted_credit: true, ..policy() };
    assert!(after(by_status, ErrorKind::CreditExhausted, None, 0).is_ok());
    assert_eq!(after(by_status, ErrorKind::Unauthorized, None, 0), Err(Reason::NotRetryable));
    for kind in [ErrorKind::Disconnected, ErrorKind::Malformed, ErrorKind::Stalled] {
        assert!(after(policy(), kind, None, 0).is_ok(), "{kind}");
    }
    let last = RetryPolicy { max_attempts: 1, ..policy() };
    assert_eq!(after(last, ErrorKind::Overloaded, None, 0), Err(Reason::RetriesExhausted));
}

fn steady() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(20_260_311),
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(steady())]

    /// No wait exceeds the cap, whatever is drawn; jitter other than the decorrelated one never exceeds the ceiling,
    /// and all but the full one leave a floor.
    #[test]
    fn no_wait_exceeds_its_cap(
        base in 0u64..=1 << 40, more in 0u64..=1 << 50, attempt in 1u32..=100, previous: u64, word: u64,
    ) {
        for jitter in ALL {
            let policy = RetryPolicy { jitter, base: Span(base), cap: Span(base + more), ..policy() };
            let wait = policy.backoff(attempt, Span(previous), word).0;
            let ceiling = policy.ceiling(attempt);
            prop_assert!(wait <= policy.cap.0, "{jitter:?}");
            let (least, most) = match jitter {
                Jitter::None => (ceiling, ceiling),
                Jitter::Full => (0, ceiling),
                Jitter::Equal => (ceiling / 2, ceiling),
                Jitter::Decorrelated => (base, policy.cap.0),
                Jitter::Sdk => (ceiling - ceiling / 4, ceiling),
            };
            prop_assert!((least..=most).contains(&wait), "{jitter:?}: {wait} not in {least}..={most}");
        }
    }

    /// The bound holds at every moment, whatever fails: attempts ≤ (1 + r) × requests + burst.
    #[test]
    fn a_budget_bounds_amplification(
        part in 0u64..=20, burst in 0u32..=30, wanted in proptest::collection::vec(0u8..=5, 1..400),
    ) {
        let per_request = Ratio::new(part, 20).unwrap();
        let mut budget = RetryBudget::full(RetryBudgetPolicy { per_request, burst });
        let (mut requests, mut attempts) = (0u64, 0u64);
        for retries in wanted {
            requests += 1;
            budget.deposit();
            attempts += 1 + (0..retries).take_while(|_| budget.withdraw()).count() as u64;
            prop_assert!(20 * attempts <= (20 + part) * requests + 20 * u64::from(burst));
        }
    }
}

/// If every call fails and retries without end, the budget is used up to the bound and not beyond.
#[test]
fn a_budget_is_used_to_its_bound() {
    let per_request = Ratio::new(1, 10).unwrap();
    let mut budget = RetryBudget::full(RetryBudgetPolicy { per_request, burst: 5 });
    let mut attempts = 0;
    for _ in 0..10_000 {
        budget.deposit();
        attempts += 1;
        while budget.withdraw() {
            attempts += 1;
        }
    }
    assert!((10_000 + 1_000..=10_000 + 1_000 + 5).contains(&attempts), "{attempts}");
}
