//! Quotas that are counted otherwise than by a refill, and output that is charged up front.

use super::*;
use rushhour_base::time::DAY;

const SLICE: Enforcement = Enforcement::Slices(Span(SECOND));

fn of_requests(amount: u64, enforced: Enforcement) -> Quota {
    let requests = per_minute(amount, amount);
    Quota::full(&QuotaPlan { requests, enforced, ..QuotaPlan::default() })
}

/// Asks at these milliseconds, and says what was answered: `y`, or when to come again.
#[track_caller]
fn check(mut quota: Quota, asks_ms: &[u64], expected: &str) {
    let answers: Vec<String> = asks_ms
        .iter()
        .map(|ms| match admit(&mut quota, 1, Instant(ms * 1_000_000)) {
            Ok(()) => "y".to_owned(),
            Err(refusal) => Span(refusal.retry_at.0).to_string(),
        })
        .collect();
    assert_eq!(answers.join(" "), expected);
}

#[test]
fn a_fixed_window_turns_at_whole_minutes() {
    let two = || of_requests(2, Enforcement::FixedWindow);
    check(two(), &[59_000, 59_000, 59_999, 60_000, 60_000, 60_001], "y y 1m y y 2m");
    check(two(), &[0, 59_999, 59_999, 200_000], "y y 1m y");
}

/// Sixty a minute, taken as one a second; and a slice grants its share rounded up, the minute still no more than its amount.
#[test]
fn slices_are_cut_from_the_minute() {
    check(of_requests(60, SLICE), &[0, 1, 999, 1_000, 1_001], "y 1s 1s y 2s");
    check(of_requests(2, SLICE), &[0, 0, 1_000, 2_000, 59_999, 60_000], "y 1s y 1m 1m y");
    let ten = Enforcement::Slices(Span(10 * SECOND));
    check(of_requests(12, ten), &[9_000, 9_000, 9_000, 10_000], "y y 10s y");
}

/// The other dimensions of such a quota are counted by the minute.
#[test]
fn slices_are_of_requests_alone() {
    let plan = QuotaPlan {
        requests: per_minute(60, 60),
        input_tokens: per_minute(6_000, 6_000),
        requests_per_day: Some(GrantPlan { amount: 3, period: Span(DAY), burst: 3 }),
        enforced: SLICE,
        ..QuotaPlan::default()
    };
    let mut quota = Quota::full(&plan);
    assert_eq!(admit(&mut quota, 6_000, NOW), Ok(()), "a prompt may be larger than the share of a slice");
    assert_eq!(admit(&mut quota, 1, Instant(SECOND)), refused(Dimension::InputTokens, MINUTE));
    assert_eq!(admit(&mut quota, 1, Instant(MINUTE)), Ok(()));
    assert_eq!(admit(&mut quota, 1, Instant(MINUTE + SECOND)), Ok(()));
    assert_eq!(admit(&mut quota, 1, Instant(2 * MINUTE)), refused(Dimension::RequestsPerDay, DAY));
}

#[test]
fn a_sliding_window_forgets_one_by_one() {
    let two = of_requests(2, Enforcement::SlidingWindow);
    check(two, &[0, 30_000, 59_999, 60_000, 60_000, 89_999, 90_000], "y y 1m y 1m30s 1m30s y");
}

#[test]
fn tokens_count_both_ways_and_by_the_day() {
    let per_day = |amount| Some(GrantPlan { amount, period: Span(DAY), burst: amount });
    let plan = QuotaPlan {
        tokens: per_minute(6_000, 6_000),
        tokens_per_day: per_day(8_640),
        ..QuotaPlan::default()
    };
    let mut quota = Quota::full(&plan);
    assert_eq!(admit(&mut quota, 5_000, NOW), Ok(()));
    settle(&mut quota, 2_000, NOW);
    assert_eq!(admit(&mut quota, 1, NOW), refused(Dimension::Tokens, 10 * SECOND + SECOND / 100));
    // 1,640 of the day are left, and it refills by one token in ten seconds.
    assert_eq!(admit(&mut quota, 1_641, Instant(MINUTE)), Ok(()), "six tokens have come in");
    settle(&mut quota, 6, Instant(MINUTE));
    assert_eq!(
        admit(&mut quota, 10, Instant(2 * MINUTE)),
        refused(Dimension::TokensPerDay, 2 * MINUTE + 50 * SECOND)
    );
}

fn up_front(estimate: Estimate, refunds: bool, enforced: Enforcement) -> Quota {
    let output = OutputCharge::UpFront { estimate, refunds };
    Quota::full(&QuotaPlan { tokens: per_minute(600, 600), output, enforced, ..QuotaPlan::default() })
}

#[test]
fn the_longest_reply_is_charged_at_admission() {
    let mut sum = up_front(Estimate::Sum, false, Enforcement::Continuous);
    let held = sum.admit(200, 300, NOW).expect("500 of 600");
    assert_eq!(held, Charged { output_tokens: 300, at: NOW });
    assert_eq!(
        sum.admit(100, 1, NOW),
        Err(Refusal { dimension: Dimension::Tokens, retry_at: Instant(SECOND / 10) })
    );
    assert_eq!(sum.settle(10, held, NOW), Settled::Nothing);
    assert!(sum.admit(101, 0, NOW).is_err(), "what was not produced is not given back");
    let mut larger = up_front(Estimate::Larger, false, Enforcement::Continuous);
    assert_eq!(larger.admit(200, 300, NOW).map(|held| held.output_tokens), Ok(100));
    assert_eq!(larger.admit(300, 200, NOW).map(|held| held.output_tokens), Ok(0));
    assert!(larger.admit(1, 0, NOW).is_err());
}

/// 500 are taken at ten seconds and 290 given back at some time: what passes then tells where they went.
#[test]
fn what_is_given_back_goes_where_it_was_taken() {
    let passes_after = |enforced, at: u64, tokens: u64| {
        let mut quota = up_front(Estimate::Sum, true, enforced);
        let held = quota.admit(200, 300, Instant(10 * SECOND)).expect("500 of 600");
        assert_eq!(quota.settle(10, held, Instant(at * SECOND)), Settled::Refunded(290));
        let passes = |tokens| quota.clone().admit(tokens, 0, Instant(at * SECOND)).is_ok();
        passes(tokens) && !passes(tokens + 1)
    };
    assert!(passes_after(Enforcement::Continuous, 11, 400));
    assert!(passes_after(Enforcement::Continuous, 59, 600), "never more than the burst");
    assert!(passes_after(Enforcement::FixedWindow, 59, 390));
    assert!(passes_after(Enforcement::FixedWindow, 60, 600), "the new window has counted nothing yet");
    assert!(passes_after(Enforcement::SlidingWindow, 69, 390));
    assert!(passes_after(Enforcement::SlidingWindow, 70, 600));
}

#[test]
fn a_window_that_has_turned_gets_nothing_back() {
    let mut quota = up_front(Estimate::Sum, true, Enforcement::FixedWindow);
    let early = quota.admit(200, 300, Instant(10 * SECOND)).expect("500 of 600");
    assert!(quota.admit(500, 0, Instant(MINUTE)).is_ok(), "the next window has its own 600");
    quota.settle(10, early, Instant(MINUTE));
    assert!(quota.admit(101, 0, Instant(MINUTE)).is_err());
    assert!(quota.admit(100, 0, Instant(MINUTE)).is_ok());
}

/// "Unsuccessful requests contribute to your per-minute limit, so continuously resending a request won't work": whoever asks twice
/// a second at a quota of one a second never passes, and whoever waits a second does.
#[test]
fn refused_calls_count_where_the_provider_counts_them() {
    for enforced in [Enforcement::Continuous, Enforcement::SlidingWindow] {
        let plan = QuotaPlan {
            requests: per_minute(60, 1),
            tokens: per_minute(60, 60),
            counts_failed: true,
            enforced,
            ..QuotaPlan::default()
        };
        let mut quota = Quota::full(&plan);
        assert!(quota.admit(61, 0, NOW).is_err(), "too large for the tokens, and counted as a request");
        if enforced == Enforcement::Continuous {
            for half in 1..100 {
                assert!(quota.admit(1, 0, Instant(half * SECOND / 2)).is_err(), "{half}");
            }
            let refusal = quota.admit(1, 0, Instant(50 * SECOND)).expect_err("it asked half a second ago");
            assert_eq!((refusal.dimension, refusal.retry_at), (Dimension::Requests, Instant(51 * SECOND)));
            assert!(quota.admit(1, 0, refusal.retry_at).is_ok());
        }
    }
    let mut quota = of_requests(2, Enforcement::FixedWindow);
    quota.count_failed(NOW);
    check(quota, &[0, 0], "y 1m");
}

fn kinds() -> impl Strategy<Value = Enforcement> {
    prop_oneof![
        Just(Enforcement::FixedWindow),
        Just(Enforcement::SlidingWindow),
        (1..2 * MINUTE).prop_map(|slice| Enforcement::Slices(Span(slice))),
    ]
}

proptest! {
    #![proptest_config(crate::fixed_cases(300))]

    /// No window of the kind that is counted holds more than its amount: aligned ones of a fixed window, any of a sliding
    /// one, and with slices both the slice and the period.
    #[test]
    fn no_window_holds_more_than_its_amount(grant in grants(), enforced in kinds(), calls in calls()) {
        let mut q = Quota::full(&QuotaPlan { requests: Some(grant), enforced, ..QuotaPlan::default() });
        let (mut now, mut passed) = (0, Vec::new());
        for (gap, input, _) in calls {
            now += gap / 100;
            if admit(&mut q, input, Instant(now)).is_ok() {
                passed.push(now);
            }
        }
        let aligned = |length: u64, most: u64| passed.iter().all(|&t| {
            let held = passed.iter().filter(|&&u| u / length == t / length).count() as u64;
            held <= most
        });
        let period = grant.period.0;
        match enforced {
            Enforcement::SlidingWindow => {
                let held = |from: u64| passed.iter().filter(|&&t| t >= from && t - from < period).count() as u64;
                prop_assert!(passed.iter().all(|&t| held(t) <= grant.amount));
            }
            Enforcement::Slices(slice) => {
                let share = u128::from(grant.amount) * u128::from(slice.0);
                prop_assert!(aligned(slice.0, share.div_ceil(u128::from(period)) as u64));
                prop_assert!(aligned(period, grant.amount));
            }
            _ => prop_assert!(aligned(period, grant.amount)),
        }
    }

    /// As with a refill: a refusal names the very nanosecond from which the call passes.
    #[test]
    fn a_refusal_of_any_kind_is_tight(
        requests in grants(), input in grants(), output in grants(), enforced in kinds(), calls in calls(),
    ) {
        let grants = (Some(requests), Some(input), Some(output));
        let plan = QuotaPlan { requests: grants.0, input_tokens: grants.1, output_tokens: grants.2, enforced, ..QuotaPlan::default() };
        let mut q = Quota::full(&plan);
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
            let never = prompt > input.amount;
            prop_assert_eq!(admit(&mut q.clone(), prompt, refusal.retry_at).is_err(), never);
        }
    }

    /// Giving everything back leaves what never taking it would have left.
    #[test]
    fn a_whole_refund_is_as_if_nothing_was_taken(grant in grants(), enforced in kinds(), calls in calls()) {
        let output = OutputCharge::UpFront { estimate: Estimate::Sum, refunds: true };
        let tokens = Some(grant);
        let mut q = Quota::full(&QuotaPlan { tokens, enforced, output, ..QuotaPlan::default() });
        let mut untouched = q.clone();
        let mut now = 0;
        for (gap, prompt, reply) in calls {
            now += gap;
            if let Ok(charged) = q.admit(0, prompt, Instant(now)) {
                now += gap / 2;
                prop_assert_eq!(q.settle(0, charged, Instant(now)), Settled::Refunded(prompt));
            }
            let mine = q.clone().admit(reply, 0, Instant(now));
            prop_assert_eq!(mine.is_ok(), untouched.admit(reply, 0, Instant(now)).is_ok());
            if let Ok(charged) = mine {
                prop_assert_eq!(q.admit(reply, 0, Instant(now)), Ok(charged));
            }
        }
    }
}
