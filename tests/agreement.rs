//! The client's limiter and the provider's quota are written apart, by different arithmetic. Where they mean the same
//! they must decide the same, to the nanosecond; where they differ, one of them is wrong.

use proptest::prelude::*;
use rushhour_base::{Instant, Ratio, Span};
use rushhour_core::limiter::{Charge, Limiter, When};
use rushhour_core::settings::{PoolLimits, RateLimit};
use rushhour_world::quota::Quota;
use rushhour_world::settings::{GrantPlan, QuotaPlan};

#[derive(Clone, Copy, Debug)]
struct Grant {
    amount: u64,
    period_s: u64,
    burst: u64,
}

fn grants() -> impl Strategy<Value = Grant> {
    (1u64..1_000_000, 1u64..86_400, 1u64..1_000_000).prop_map(|(amount, period_s, burst)| Grant {
        amount,
        period_s,
        burst,
    })
}

fn client(requests: Grant, input: Grant) -> Limiter {
    let limit =
        |g: Grant| Some(RateLimit { amount: g.amount, period: Span::secs(g.period_s), burst: g.burst });
    let limits =
        PoolLimits { requests: limit(requests), input_tokens: limit(input), ..PoolLimits::default() };
    Limiter::new(&limits, Ratio::ONE, Instant::START)
}

fn provider(requests: Grant, input: Grant) -> Quota {
    let grant =
        |g: Grant| Some(GrantPlan { amount: g.amount, period: Span::secs(g.period_s), burst: g.burst });
    Quota::full(&QuotaPlan { requests: grant(requests), input_tokens: grant(input), ..QuotaPlan::default() })
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(20_260_311),
        ..ProptestConfig::default()
    })]

    #[test]
    fn limiter_and_quota_decide_alike(
        requests in grants(),
        input in grants(),
        asks in prop::collection::vec((0u64..2_000_000_000, 1u64..1_000_000), 1..80),
    ) {
        let (mut limiter, mut quota) = (client(requests, input), provider(requests, input));
        let mut now = 0;
        for (gap, input_tokens) in asks {
            now += gap;
            let charge = Charge { input_tokens, output_tokens: 0 };
            let mine = limiter.ask(charge, Instant(now));
            let theirs = quota.admit(input_tokens, Instant(now));
            match (mine, theirs) {
                (Ok(()), Ok(())) => {
                    let _under_way = limiter.take(charge, Instant(now));
                }
                (Err(mine), Err(theirs)) => match mine.when {
                    When::RetryAt(at) => {
                        prop_assert_eq!(at, theirs.retry_at);
                        prop_assert_eq!(mine.dimension, theirs.dimension);
                    }
                    When::NeverFits => prop_assert!(input_tokens > input.burst),
                    When::OnRelease => prop_assert!(false, "nothing limits concurrency here"),
                },
                (mine, theirs) => prop_assert!(false, "{:?} but {:?}", mine, theirs),
            }
        }
    }
}
