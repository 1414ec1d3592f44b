mod properties;
mod windows;

use super::*;
use crate::limiter::pace::Pace;
use crate::settings::AgentLimits;
use rushhour_base::AgentId;
use rushhour_base::time::SECOND;

pub(super) const W: Span = Span::secs(10);

pub(super) const ALGORITHMS: [LimiterKind; 4] = [
    LimiterKind::TokenBucket,
    LimiterKind::SlidingLog,
    LimiterKind::FixedWindow,
    LimiterKind::SlidingCounter,
];

/// A meter of `amount` per ten seconds; a bucket has a burst of `burst`.
pub(super) fn meter(kind: LimiterKind, amount: u64, burst: u64) -> Meter {
    let limit = RateLimit { amount, period: W, burst };
    Meter::new(kind, limit, AimdPolicy::default(), Instant::START).expect("it is not none")
}

fn per_minute(amount: u64) -> Option<RateLimit> {
    Some(RateLimit { amount, period: Span::secs(60), burst: amount })
}

fn at(second: u64) -> Instant {
    Instant(second * SECOND)
}

fn charge(input_tokens: u64, output_tokens: u64) -> Charge {
    Charge { input_tokens, output_tokens }
}

/// The dimension that binds at second 0 after one call of 100 input and 10 output tokens has passed.
#[track_caller]
fn check_binding(limits: PoolLimits, expected: Denial) {
    let mut limiter = Limiter::new(&limits, Ratio::ONE, at(0));
    assert_eq!(limiter.ask(charge(100, 10), at(0)), Ok(()));
    let _under_way = limiter.take(charge(100, 10), at(0));
    assert_eq!(limiter.ask(charge(100, 10), at(0)), Err(expected));
}

#[test]
fn each_dimension_can_bind_and_names_itself() {
    let day = |amount| Some(RateLimit { amount, period: Span::secs(86_400), burst: amount });
    let none = PoolLimits::default();
    let retry = |dimension, second| Denial { dimension, when: When::RetryAt(at(second)) };
    check_binding(PoolLimits { requests: per_minute(1), ..none }, retry(Dimension::Requests, 60));
    check_binding(PoolLimits { tokens: per_minute(120), ..none }, retry(Dimension::Tokens, 50));
    check_binding(PoolLimits { input_tokens: per_minute(120), ..none }, retry(Dimension::InputTokens, 40));
    check_binding(PoolLimits { output_tokens: per_minute(12), ..none }, retry(Dimension::OutputTokens, 40));
    check_binding(PoolLimits { requests_per_day: day(1), ..none }, retry(Dimension::RequestsPerDay, 86_400));
    check_binding(PoolLimits { tokens_per_day: day(110), ..none }, retry(Dimension::TokensPerDay, 86_400));
    let on_release = Denial { dimension: Dimension::Concurrency, when: When::OnRelease };
    check_binding(PoolLimits { concurrency: Some(1), ..none }, on_release);
    // Of several the longest; and where a place has to come free, nobody knows when.
    let two = PoolLimits { requests: per_minute(1), tokens: per_minute(120), ..none };
    check_binding(two, retry(Dimension::Requests, 60));
    check_binding(PoolLimits { concurrency: Some(1), ..two }, on_release);
}

#[test]
fn what_never_fits_is_named_before_all_that_passes() {
    let limits = PoolLimits {
        requests: per_minute(1),
        input_tokens: per_minute(50),
        concurrency: Some(1),
        ..PoolLimits::default()
    };
    let mut limiter = Limiter::new(&limits, Ratio::ONE, at(0));
    let _under_way = limiter.take(charge(1, 1), at(0));
    let never = Denial { dimension: Dimension::InputTokens, when: When::NeverFits };
    assert_eq!(limiter.ask(charge(51, 1), at(0)), Err(never));
}

#[test]
fn an_agents_own_limits_hold_nobody_else() {
    let limits = AgentLimits {
        requests: Some((LimiterKind::SlidingLog, RateLimit { amount: 3, period: Span::secs(60), burst: 3 })),
        spacing: Span::secs(2),
    };
    let mut pace = Pace::new(limits, 2, at(0)).unwrap();
    let denial = |dimension, second| Err(Denial { dimension, when: When::RetryAt(at(second)) });
    let (one, two) = (AgentId(0), AgentId(1));
    for second in [0, 2, 4] {
        assert_eq!(pace.ask(one, at(second)), Ok(()));
        pace.take(one, at(second));
    }
    assert_eq!(pace.ask(one, at(4)), denial(Dimension::AgentRequests, 60));
    assert_eq!(pace.ask(two, at(4)), Ok(()));
    pace.take(two, at(4));
    assert_eq!(pace.ask(two, at(5)), denial(Dimension::Spacing, 6));
    // The call was never sent: it counts for neither.
    pace.void(two, at(4), at(5));
    assert_eq!(pace.ask(two, at(5)), Ok(()));
    assert!(Pace::new(AgentLimits::NONE, 2, at(0)).is_none());
}

/// What is left of 1,000 input and 1,000 output tokens after a call that had reserved 400 of each has ended.
#[track_caller]
fn check_refund(refund: Refund, accounting: Accounting, ending: Ending, expected: [i128; 2]) {
    for kind in ALGORITHMS {
        let limits = PoolLimits {
            input_tokens: per_minute(1_000),
            output_tokens: per_minute(1_000),
            accounting,
            ..PoolLimits::default()
        };
        let policy = LimiterPolicy { kinds: Kinds::all(kind), refund, ..LimiterPolicy::default() };
        let mut limiter = Limiter::with_policy(&limits, &policy, at(0));
        let hold = limiter.take(charge(400, 400), at(0));
        limiter.settle(hold, ending, at(0));
        let left =
            [Dimension::InputTokens, Dimension::OutputTokens].map(|d| limiter.level(d, at(0)).unwrap());
        assert_eq!(left, expected, "{kind:?} {refund:?} {ending:?}");
        assert_eq!(limiter.in_flight(), 0);
    }
}

#[test]
fn only_what_the_provider_gives_back_is_believed_back() {
    let (as_produced, at_admission) = (Accounting::default(), Accounting::AT_ADMISSION);
    let less = Ending::Answered(charge(400, 100));
    let more = Ending::Answered(charge(450, 500));
    for (ending, anthropic, openai) in [
        (less, [600, 900], [600, 600]),
        (more, [550, 500], [550, 500]),
        (Ending::RateLimited, [1_000, 1_000], [600, 600]),
        (Ending::Failed, [1_000, 1_000], [600, 600]),
        (Ending::Unknown, [600, 600], [600, 600]),
    ] {
        check_refund(Refund::Dialect, as_produced, ending, anthropic);
        check_refund(Refund::Dialect, at_admission, ending, openai);
        check_refund(Refund::Unused, at_admission, ending, anthropic);
        check_refund(Refund::Never, as_produced, ending, openai);
    }
}

#[test]
fn told_levels_only_ever_lower_ones_own() {
    for kind in ALGORITHMS {
        let limits = PoolLimits { output_tokens: per_minute(1_000), ..PoolLimits::default() };
        let policy = LimiterPolicy { kinds: Kinds::all(kind), ..LimiterPolicy::default() };
        let mut limiter = Limiter::with_policy(&limits, &policy, at(0));
        let observe = |limiter: &mut Limiter, limit, remaining| {
            limiter.observe(Dimension::OutputTokens, limit, remaining, at(0));
            limiter.level(Dimension::OutputTokens, at(0)).unwrap()
        };
        let _under_way = limiter.take(charge(0, 300), at(0));
        assert_eq!(observe(&mut limiter, None, Some(1_000)), 700, "{kind:?}");
        // The provider has not counted the 300 yet.
        assert_eq!(observe(&mut limiter, None, Some(500)), 200, "{kind:?}");
        assert_eq!(observe(&mut limiter, None, Some(900)), 200, "{kind:?}");
        assert_eq!(observe(&mut limiter, Some(1_000), None), 200, "{kind:?}");
    }
}

#[test]
fn a_changed_limit_is_learned_and_gives_nothing_at_once() {
    let share = Ratio::new(9, 10).unwrap();
    for kind in ALGORITHMS {
        let requests = Some(RateLimit { amount: 100, period: W, burst: 50 });
        let policy = LimiterPolicy { kinds: Kinds::all(kind), share, ..LimiterPolicy::default() };
        let mut limiter =
            Limiter::with_policy(&PoolLimits { requests, ..PoolLimits::default() }, &policy, at(0));
        assert_eq!(limiter.limit(Dimension::Requests), Some(90));
        let before = limiter.level(Dimension::Requests, at(0)).unwrap();
        assert!(!limiter.observe(Dimension::Requests, Some(100), None, at(0)), "nothing new");
        assert!(limiter.observe(Dimension::Requests, Some(40), None, at(0)));
        assert_eq!(limiter.limit(Dimension::Requests), Some(36));
        assert!(limiter.level(Dimension::Requests, at(0)).unwrap() <= before.min(36));
        if kind == LimiterKind::TokenBucket {
            assert_eq!(limiter.level(Dimension::Requests, at(0)), Some(18), "the burst keeps its proportion");
            assert!(limiter.observe(Dimension::Requests, Some(100), None, at(0)));
            assert_eq!(
                limiter.level(Dimension::Requests, at(0)),
                Some(18),
                "a larger burst has to fill first"
            );
            assert_eq!(limiter.level(Dimension::Requests, at(10)), Some(45));
        }
    }
}

#[test]
fn what_is_told_never_raises_the_clients_own_limit() {
    let (stated, own) = (per_minute(50), per_minute(8));
    let policy = LimiterPolicy {
        own: PoolLimits { requests: own, ..PoolLimits::default() },
        ..LimiterPolicy::default()
    };
    let limits = PoolLimits { requests: stated, ..PoolLimits::default() };
    let mut limiter = Limiter::with_policy(&limits, &policy, at(0));
    for (told, expected) in [(50, 8), (5, 5), (60, 8)] {
        limiter.observe(Dimension::Requests, Some(told), None, at(0));
        assert_eq!(limiter.limit(Dimension::Requests), Some(expected), "told {told}");
    }
}

/// Believing whole tokens must not cost the fraction that has come in, again and again.
#[test]
fn being_told_the_same_level_over_and_over_starves_nobody() {
    let requests = Some(RateLimit { amount: 10, period: W, burst: 1 });
    let mut limiter = Limiter::new(&PoolLimits { requests, ..PoolLimits::default() }, Ratio::ONE, at(0));
    let _under_way = limiter.take(charge(0, 0), at(0));
    for tenth in 1..10 {
        let now = Instant(tenth * SECOND / 10);
        limiter.observe(Dimension::Requests, Some(10), Some(0), now);
        assert!(limiter.ask(charge(0, 0), now).is_err());
    }
    assert_eq!(limiter.ask(charge(0, 0), at(1)), Ok(()));
}
