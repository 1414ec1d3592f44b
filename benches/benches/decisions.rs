//! Nanoseconds per decision with `now` passed in, beside the crates that users would reach for. (failsafe reads the clock
//! itself.)

use criterion::{Criterion, criterion_group, criterion_main};
use failsafe::CircuitBreaker;
use governor::clock::FakeRelativeClock;
use governor::{Quota, RateLimiter};
use rushhour_base::message::{CallError, ErrorKind};
use rushhour_base::{AgentId, Instant, Money, Purpose, Ratio, Seed, Span};
use rushhour_core::breaker::Breaker;
use rushhour_core::guard::LoopGuard;
use rushhour_core::limiter::{Charge, Ending, Limiter};
use rushhour_core::retry::RetryBudget;
use rushhour_core::settings::{
    BreakerPolicy, GuardPolicy, Jitter, PoolLimits, RateLimit, RetryBudgetPolicy, RetryPolicy,
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

/// One retry decision for each way of drawing the wait, and the budget around it.
fn retry(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("retry");
    let failed = CallError { kind: ErrorKind::Overloaded, retry_after: None };
    for (name, jitter) in [
        ("next, full jitter", Jitter::Full),
        ("next, equal jitter", Jitter::Equal),
        ("next, decorrelated jitter", Jitter::Decorrelated),
        ("next, the SDKs' formula", Jitter::Sdk),
    ] {
        let policy = RetryPolicy { jitter, ..RetryPolicy::OPENAI_PYTHON };
        group.bench_function(name, |bencher| {
            let mut word = 0u64;
            bencher.iter(|| {
                word = word.wrapping_add(0x9e37_79b9_7f4a_7c15);
                black_box(&policy).next(black_box(2), Span::millis(700), failed, word)
            });
        });
    }
    group.bench_function("budget: ten deposits, one withdrawal", |bencher| {
        let per_request = Ratio::new(1, 10).unwrap_or(Ratio::ONE);
        let mut budget = RetryBudget::full(RetryBudgetPolicy { per_request, burst: 10 });
        bencher.iter(|| {
            let budget = black_box(&mut budget);
            (0..10).for_each(|_| budget.deposit());
            budget.withdraw()
        });
    });
    group.finish();
}

/// The guard over ten and over a hundred thousand agents: what it costs must not depend on how many there are.
fn guard(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("loop guard");
    let dollars = Some(Money::from_micros(5_000_000));
    let policy = GuardPolicy { repeats: Some(3), steps: Some(50), dollars };
    for agents in [10u32, 100_000] {
        group.bench_function(format!("ask and post, {agents} agents"), |bencher| {
            let mut guard = LoopGuard::new(policy, agents as usize);
            let mut turn = 0u32;
            bencher.iter(|| {
                turn = turn.wrapping_add(1);
                let agent = AgentId(turn.wrapping_mul(7) % agents);
                let guard = black_box(&mut guard);
                let verdict = guard.ask(agent, turn >> 20, u64::from(turn));
                guard.on_posted(agent, Money::from_micros(1));
                verdict.is_ok()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, limiter, breaker, retry, guard, draw);
criterion_main!(benches);
