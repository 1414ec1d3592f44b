//! The client's limiter and the provider's quota are written apart, by different arithmetic. Where they mean the same
//! they must decide the same, to the nanosecond; where they differ, one of them is wrong.

use proptest::prelude::*;
use rushhour_base::{Enforcement, Instant, Span};
use rushhour_core::limiter::{Charge, Ending, Limiter, When};
use rushhour_core::settings::{Accounting, Kinds, LimiterKind, LimiterPolicy, PoolLimits, RateLimit};
use rushhour_world::quota::Quota;
use rushhour_world::settings::{Estimate, GrantPlan, OutputCharge, QuotaPlan};
use std::collections::VecDeque;

#[derive(Clone, Copy, Debug)]
struct Grant {
    amount: u64,
    period_s: u64,
    burst: u64,
}

/// Both sides of one quota, and the size from which a call never fits.
#[derive(Clone, Copy, Debug)]
struct Terms {
    requests: Option<Grant>,
    tokens: Option<Grant>,
    input: Option<Grant>,
    requests_per_day: Option<Grant>,
    tokens_per_day: Option<Grant>,
    counted: (LimiterKind, Enforcement),
    refunds: bool,
}

fn grant(least: u64, most: u64) -> impl Strategy<Value = Option<Grant>> {
    let grant = (least..most, 1u64..86_400, least..most).prop_map(|(amount, period_s, burst)| Grant {
        amount,
        period_s,
        burst,
    });
    prop::option::weighted(0.7, grant)
}

fn terms() -> impl Strategy<Value = Terms> {
    let counted = prop_oneof![
        3 => Just((LimiterKind::TokenBucket, Enforcement::Continuous)),
        1 => Just((LimiterKind::FixedWindow, Enforcement::FixedWindow)),
        1 => Just((LimiterKind::SlidingLog, Enforcement::SlidingWindow)),
    ];
    let grants = (
        grant(1, 1_000),
        grant(1_000, 2_000_000),
        grant(1_000, 1_000_000),
        grant(1, 1_000),
        grant(1_000, 3_000_000),
    );
    (grants, counted, any::<bool>()).prop_map(
        |((requests, tokens, input, requests_per_day, tokens_per_day), counted, refunds)| Terms {
            requests,
            tokens,
            input,
            requests_per_day,
            tokens_per_day,
            counted,
            refunds,
        },
    )
}

fn client(terms: &Terms) -> Limiter {
    let limit = |grant: Option<Grant>| {
        grant.map(|g| RateLimit { amount: g.amount, period: Span::secs(g.period_s), burst: g.burst })
    };
    let limits = PoolLimits {
        requests: limit(terms.requests),
        tokens: limit(terms.tokens),
        input_tokens: limit(terms.input),
        requests_per_day: limit(terms.requests_per_day),
        tokens_per_day: limit(terms.tokens_per_day),
        accounting: Accounting { gives_back_unused: terms.refunds, ..Accounting::AT_ADMISSION },
        ..PoolLimits::default()
    };
    let policy = LimiterPolicy { kinds: Kinds::all(terms.counted.0), ..LimiterPolicy::default() };
    Limiter::with_policy(&limits, &policy, Instant::START)
}

fn provider(terms: &Terms) -> Quota {
    let limit = |grant: Option<Grant>| {
        grant.map(|g| GrantPlan { amount: g.amount, period: Span::secs(g.period_s), burst: g.burst })
    };
    Quota::full(&QuotaPlan {
        requests: limit(terms.requests),
        tokens: limit(terms.tokens),
        input_tokens: limit(terms.input),
        requests_per_day: limit(terms.requests_per_day),
        tokens_per_day: limit(terms.tokens_per_day),
        enforced: terms.counted.1,
        output: OutputCharge::UpFront { estimate: Estimate::Sum, refunds: terms.refunds },
        ..QuotaPlan::default()
    })
}

impl Terms {
    fn never_fits(&self, input: u64, both: u64) -> bool {
        let larger = |grant: Option<Grant>, cost: u64| {
            grant.is_some_and(|g| {
                cost > if self.counted.1 == Enforcement::Continuous { g.burst } else { g.amount }
            })
        };
        larger(self.input, input) || larger(self.tokens, both) || larger(self.tokens_per_day, both)
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(20_260_311),
        ..ProptestConfig::default()
    })]

    /// Over all dimensions, by refill, fixed and sliding window, with and without refunds: the same calls pass, and a refused one is
    /// told the same instant for the same reason.
    #[test]
    fn limiter_and_quota_decide_alike(
        terms in terms(),
        asks in prop::collection::vec((0u64..20_000_000_000, 1u64..300_000, 0u64..100_000, 0u64..4), 1..120),
    ) {
        let (mut limiter, mut quota) = (client(&terms), provider(&terms));
        let (mut now, mut under_way) = (0, VecDeque::new());
        for (gap, input_tokens, output_tokens, end) in asks {
            now += gap;
            if end > 0 && let Some((hold, charged, charge)) = under_way.pop_front() {
                let Charge { input_tokens, output_tokens } = charge;
                let used = Charge { input_tokens, output_tokens: output_tokens * (end - 1) / 2 };
                limiter.settle(hold, Ending::Answered(used), Instant(now));
                quota.settle(used.output_tokens, charged, Instant(now));
            }
            let charge = Charge { input_tokens, output_tokens };
            let mine = limiter.ask(charge, Instant(now));
            let theirs = quota.admit(input_tokens, output_tokens, Instant(now));
            match (mine, theirs) {
                (Ok(()), Ok(charged)) => under_way.push_back((limiter.take(charge, Instant(now)), charged, charge)),
                (Err(mine), Err(theirs)) => match mine.when {
                    When::RetryAt(at) => {
                        prop_assert_eq!(at, theirs.retry_at);
                        prop_assert_eq!(mine.dimension, theirs.dimension);
                    }
                    When::NeverFits => prop_assert!(terms.never_fits(input_tokens, input_tokens + output_tokens)),
                    When::OnRelease => prop_assert!(false, "nothing limits concurrency here"),
                },
                (mine, theirs) => prop_assert!(false, "{:?} but {:?}", mine, theirs),
            }
        }
    }
}
