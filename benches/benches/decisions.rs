//! Nanoseconds per decision with `now` passed in, beside the crates that users would reach for. (failsafe reads the clock
//! itself.)

use criterion::{Criterion, criterion_group, criterion_main};
use failsafe::CircuitBreaker;
use governor::clock::FakeRelativeClock;
use governor::{Quota, RateLimiter};
use rushhour_base::time::SECOND;
use rushhour_base::{Instant, Purpose, Ratio, Seed, SourceId, Span, UserId};
use rushhour_core::breaker::Breaker;
use rushhour_core::limiter::{Charge, Ending, Limiter};
use rushhour_core::risk::{Incoming, Risk};
use rushhour_core::settings::{
    BreakerPolicy, PatternPolicy, PoolLimits, RateLimit, RiskPolicy, StandingPolicy,
};
use std::hint::black_box;
use std::num::NonZeroU32;
use std::time::Duration;

const RATE: u32 = 1_000_000;

fn limits() -> PoolLimits {
    let limit = |amount| Some(RateLimit { amount, period: Span::secs(60), burst: amount });
    PoolLimits {
        requests: limit(60 * u64::from(RATE)),
        tokens: limit(600 * u64::from(RATE)),
        ..PoolLimits::default()
    }
}

fn limiter(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("limiter, two dimensions");
    group.bench_function("ask, take and settle", |bencher| {
        let mut limiter = Limiter::new(&limits(), Ratio::ONE, Instant::START);
        let (mut now, held) = (0u64, Charge { input_tokens: 5, output_tokens: 5 });
        bencher.iter(|| {
            now += 2_000;
            let limiter = black_box(&mut limiter);
            if limiter.ask(black_box(held), Instant(now)).is_ok() {
                let hold = limiter.take(held, Instant(now));
                let actual = Charge { input_tokens: 5, output_tokens: 2 };
                limiter.settle(hold, Ending::Answered(actual), Instant(now));
            }
        });
    });
    group.bench_function("ask and take", |bencher| {
        let mut limiter = Limiter::new(&limits(), Ratio::ONE, Instant::START);
        let (mut now, held) = (0u64, Charge { input_tokens: 5, output_tokens: 4 });
        bencher.iter(|| {
            now += 2_000;
            let limiter = black_box(&mut limiter);
            if limiter.ask(black_box(held), Instant(now)).is_ok() {
                let _never_settled = limiter.take(held, Instant(now));
            }
        });
    });
    group.bench_function("governor: two checks, fake clock", |bencher| {
        let clock = FakeRelativeClock::default();
        let quota = |per_second| Quota::per_second(NonZeroU32::new(per_second).unwrap_or(NonZeroU32::MIN));
        let requests = RateLimiter::direct_with_clock(quota(RATE), clock.clone());
        let tokens = RateLimiter::direct_with_clock(quota(10 * RATE), clock.clone());
        let ten = NonZeroU32::new(9).unwrap_or(NonZeroU32::MIN);
        bencher.iter(|| {
            clock.advance(Duration::from_nanos(2_000));
            black_box((requests.check().is_ok(), tokens.check_n(black_box(ten))))
        });
    });
    group.finish();
}

fn breaker(criterion: &mut Criterion) {
    let policy = BreakerPolicy::consecutive(5, Span::secs(30), Span::secs(60));
    let mut group = criterion.benchmark_group("breaker, one call in four fails");
    group.bench_function("enter and result", |bencher| {
        let mut breaker = Breaker::new(Some(policy));
        let mut now = 0u64;
        bencher.iter(|| {
            now += 1;
            let breaker = black_box(&mut breaker);
            if breaker.passes(Instant(now)) {
                let ticket = breaker.enter(Instant(now));
                if black_box(now).is_multiple_of(4) {
                    breaker.on_failure(ticket, Span::ZERO, Instant(now), 0);
                } else {
                    breaker.on_success(ticket, Span::ZERO, Instant(now), 0);
                }
            }
        });
    });
    group.bench_function("failsafe: call, consecutive failures", |bencher| {
        let policy = failsafe::failure_policy::consecutive_failures(
            5,
            failsafe::backoff::constant(Duration::from_secs(30)),
        );
        let breaker = failsafe::Config::new().failure_policy(policy).build();
        let mut now = 0u64;
        bencher.iter(|| {
            now += 1;
            let outcome = if black_box(now).is_multiple_of(4) { Err(()) } else { Ok(()) };
            black_box(breaker.call(|| outcome).is_ok())
        });
    });
    group.finish();
}

/// Each user asks in turn, so that with many of them every decision meets a cold state.
fn risk(criterion: &mut Criterion) {
    let policy = RiskPolicy {
        requests_per_minute: Some(10),
        requests_per_day: Some(100),
        source_requests_per_minute: Some(30),
        standing: Some(StandingPolicy::SOURCED),
        patterns: Some(PatternPolicy::ASSUMED),
        ..RiskPolicy::NONE
    };
    let mut group = criterion.benchmark_group("risk, two limits, standing and patterns");
    for users in [100u32, 10_000, 1_000_000] {
        group.bench_function(format!("judge, {users} users"), |bencher| {
            let mut risk = Risk::new(policy);
            let (mut now, mut number) = (0u64, 0u32);
            let mut judge = || {
                number += 1;
                // Each user asks about once in ten minutes, whatever their number.
                now += 600 * SECOND / u64::from(users);
                let (user, source) = (UserId(number % users), SourceId(number % users));
                let ask = Incoming { user, source, text: number.into(), input_tokens: 900 };
                let verdict = black_box(&mut risk).judge(ask, Instant(now));
                risk.drain_changes().for_each(drop);
                verdict
            };
            for _ in 0..users {
                let _ = black_box(judge());
            }
            bencher.iter(&mut judge);
        });
    }
    group.finish();
}

fn draw(criterion: &mut Criterion) {
    const PURPOSE: Purpose = Purpose::named("bench");
    criterion.bench_function("named draw, eight words", |bencher| {
        let mut ordinal = 0;
        bencher.iter(|| {
            ordinal += 1;
            black_box(Seed(7).draw(PURPOSE, 3, ordinal))
        });
    });
}

criterion_group!(benches, limiter, breaker, risk, draw);
criterion_main!(benches);
