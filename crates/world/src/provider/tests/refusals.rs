//! Calls that a quota refuses.

use super::*;
use crate::settings::GrantPlan;
use crate::world_for_tests::call;
use proptest::prelude::*;
use rushhour_base::time::{MILLISECOND, MINUTE};
use rushhour_base::{Dimension, LimitState, QuotaId};
use std::num::NonZeroU64;

fn per_minute(amount: u64, burst: u64) -> Option<GrantPlan> {
    Some(GrantPlan { amount, period: Span(MINUTE), burst })
}

fn refused_for(seconds: u64) -> Result<Completion, CallError> {
    Err(CallError { kind: ErrorKind::RateLimited, retry_after: Some(Span::secs(seconds)) })
}

#[test]
fn a_refusal_is_told_after_its_latency_and_charges_nothing() {
    let quota = QuotaPlan { input_tokens: per_minute(6_000, 1_000), ..QuotaPlan::default() };
    let mut providers = Providers::new(&plain_world(quota, vec![]));
    let mut truths = Truths::default();
    exchange(&mut providers, call(0), Instant::START, &mut truths);
    truths.0.clear();
    // 100 tokens a second: at 4 s, 400 of the 1,000 are there, and 600 take six seconds more.
    let (ended, reply) = exchange(&mut providers, call(1), seconds(4), &mut truths);
    assert_eq!(ended, Instant(4_200 * MILLISECOND));
    // The bucket is full again at 10 s, and 400 are nearer to nothing than to a thousand.
    let state =
        LimitState { limit: NonZeroU64::new(6_000).expect("some"), remaining: 0, full_at: seconds(10) };
    let limits = LimitHeaders {
        as_of: seconds(4),
        rounded_to: 1_000,
        input_tokens: Some(state),
        ..LimitHeaders::default()
    };
    assert_eq!(reply, Reply { call: CallId(2), first_token_at: None, result: refused_for(6), limits });
    let (quota, dimension) = (QuotaId(0), Dimension::InputTokens);
    assert_eq!(truths.0, [(seconds(4), Truth::Overrun { call: CallId(2), quota, dimension })]);
}

#[test]
fn hanging_up_on_a_refusal_costs_nothing() {
    let quota = QuotaPlan { requests: per_minute(1, 1), ..QuotaPlan::default() };
    let mut providers = Providers::new(&plain_world(quota, vec![]));
    exchange(&mut providers, call(0), Instant::START, &mut Truths::default());
    let ticket = providers.on_request(call(1), Instant::START, &mut ());
    let mut truths = Truths::default();
    providers.on_cancel(ticket, Instant(MILLISECOND), &mut truths);
    assert_eq!((truths.0, providers.under_way()), (vec![], 0));
}

#[test]
fn retry_after_is_whole_seconds_and_never_none() {
    let each = |quota: QuotaPlan, at: Instant| {
        let mut providers = Providers::new(&plain_world(quota, vec![]));
        let _under_way = providers.on_request(call(0), Instant::START, &mut ());
        exchange(&mut providers, call(1), at, &mut Truths::default()).1.result
    };
    let requests = |amount| QuotaPlan { requests: per_minute(amount, 1), ..QuotaPlan::default() };
    assert_eq!(each(requests(60), Instant::START), refused_for(1));
    assert_eq!(each(requests(60), Instant(1)), refused_for(1));
    assert_eq!(each(requests(60), Instant(SECOND - 1)), refused_for(1));
    assert!(each(requests(60), Instant(SECOND)).is_ok());
    assert_eq!(each(requests(7), Instant::START), refused_for(9)); // 8.57 s
    assert_eq!(each(requests(600), Instant::START), refused_for(1)); // 0.1 s
    let one_at_once = QuotaPlan { concurrency: Some(1), ..QuotaPlan::default() };
    assert_eq!(each(one_at_once, Instant::START), refused_for(1));
}

proptest! {
    #![proptest_config(crate::fixed_cases(200))]

    /// Whoever waits as long as he is told passes; a second less, and he is refused again.
    #[test]
    fn retry_after_is_tight(
        grant in (60..600_000u64, 1_000..5_000u64).prop_map(|(amount, burst)| per_minute(amount, burst)),
        prompts in prop::collection::vec((0..20 * SECOND, 1..1_000u64), 2..40),
    ) {
        let quota = QuotaPlan { requests: per_minute(20, 3), input_tokens: grant, ..QuotaPlan::default() };
        let plan = plain_world(quota, vec![]);
        // Time passes only at the sends, so that the same past can be lived again.
        let past = |sends: &[(Instant, Call)]| {
            let mut providers = Providers::new(&plan);
            for &(at, call) in sends {
                let _under_way = providers.on_request(call, at, &mut ());
            }
            providers
        };
        let (mut now, mut sends) = (Instant::START, Vec::new());
        for (turn, (gap, input_tokens)) in prompts.into_iter().enumerate() {
            now = now + Span(gap);
            let this = Call { input_tokens, ..call(turn as u32) };
            let ask = |at| exchange(&mut past(&sends), this, at, &mut Truths::default()).1.result;
            if let Err(error) = ask(now) {
                let wait = error.retry_after.expect("a 429 of a quota says how long to wait");
                prop_assert!(ask(now + wait).is_ok());
                let less = Span(wait.0 - SECOND);
                prop_assert!(ask(now + less).is_err(), "{wait} was a second too long");
            }
            sends.push((now, this));
        }
    }
}
