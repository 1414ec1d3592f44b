//! Nanoseconds per decision with `now` passed in, beside the crates that users would reach for. (failsafe reads the clock
//! itself.)

use criterion::{Criterion, criterion_group, criterion_main};
use failsafe::CircuitBreaker;
use governor::clock::FakeRelativeClock;
use governor::{Quota, RateLimiter};
use rushhour_base::{AgentId, Instant, LaneId, Money, Purpose, Ratio, Seed, Span};
use rushhour_core::breaker::Breaker;
use rushhour_core::limiter::pace::Pace;
use rushhour_core::limiter::{Charge, Ending, Limiter, Meter};
use rushhour_core::router::{View, choose};
use rushhour_core::settings::{
    AgentLimits, AimdPolicy, BreakerPolicy, BreakerWindow, LimiterKind, PoolLimits, RateLimit, Route,
    SharePolicy, Trip, WeightedLane,
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

/// One dimension of 1,000 a minute, asked for one just as often: a full log keeps a thousand entries.
fn meters(criterion: &mut Criterion) {
    const EVERY_NS: u64 = 60_000_000;
    let mut group = criterion.benchmark_group("limiter, one dimension");
    for (name, kind) in [
        ("token bucket: ask and take", LimiterKind::TokenBucket),
        ("sliding log: ask and take", LimiterKind::SlidingLog),
        ("fixed window: ask and take", LimiterKind::FixedWindow),
        ("sliding counter: ask and take", LimiterKind::SlidingCounter),
        ("aimd: ask and take", LimiterKind::Aimd),
    ] {
        group.bench_function(name, |bencher| {
            let limit = RateLimit { amount: 1_000, period: Span::secs(60), burst: 1_000 };
            let aimd = AimdPolicy { start: 1_000, ..AimdPolicy::default() };
            let meter = Meter::new(kind, limit, aimd, Instant::START);
            let mut meter = meter.expect("each of these kinds has a meter");
            let mut now = 0u64;
            bencher.iter(|| {
                now += EVERY_NS;
                black_box(black_box(&mut meter).try_take(black_box(1), Instant(now)))
            });
        });
    }
    group.bench_function("an agent's pace: ask and take", |bencher| {
        let limit = RateLimit { amount: 1_000, period: Span::secs(60), burst: 1_000 };
        let requests = Some((LimiterKind::TokenBucket, limit));
        let limits = AgentLimits { requests, spacing: Span(EVERY_NS) };
        let mut pace = Pace::new(limits, 100, Instant::START).expect("it holds somebody back");
        let (mut now, mut agent) = (0u64, 0);
        bencher.iter(|| {
            now += EVERY_NS / 100;
            agent = (agent + 1) % 100;
            let (pace, agent) = (black_box(&mut pace), AgentId(agent));
            if pace.ask(agent, Instant(now)).is_ok() {
                pace.take(agent, Instant(now));
            }
        });
    });
    group.bench_function("governor: direct check, fake clock", |bencher| {
        let clock = FakeRelativeClock::default();
        let quota = Quota::per_minute(NonZeroU32::new(1_000).unwrap_or(NonZeroU32::MIN));
        let limiter = RateLimiter::direct_with_clock(quota, clock.clone());
        bencher.iter(|| {
            clock.advance(Duration::from_nanos(EVERY_NS));
            black_box(black_box(&limiter).check().is_ok())
        });
    });
    group.finish();
}

fn breaker(criterion: &mut Criterion) {
    let consecutive = BreakerPolicy::consecutive(5, Span::secs(30), Span::secs(60));
    let share = |window| BreakerPolicy {
        trip: Trip::Share(SharePolicy { window, share: Ratio::ONE, min_calls: 20, slow: None }),
        ..consecutive
    };
    let time = BreakerWindow::Time { bucket: Span::millis(1), buckets: 6 };
    let mut group = criterion.benchmark_group("breaker, one call in four fails");
    for (name, policy) in [
        ("enter and result", consecutive),
        ("enter and result, share of 100 calls", share(BreakerWindow::Calls(100))),
        ("enter and result, blocks of 100 calls", share(BreakerWindow::Tumbling(100))),
        ("enter and result, share over time", share(time)),
    ] {
        group.bench_function(name, |bencher| {
            let mut breaker = Breaker::new(Some(policy));
            let mut now = 0u64;
            bencher.iter(|| {
                now += 1_000;
                let breaker = black_box(&mut breaker);
                if breaker.passes(Instant(now)) {
                    let ticket = breaker.enter(Instant(now));
                    if black_box(now).is_multiple_of(4_000) {
                        breaker.on_failure(ticket, Span::ZERO, Instant(now), 0);
                    } else {
                        breaker.on_success(ticket, Span::ZERO, Instant(now), 0);
                    }
                }
            });
        });
    }
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

/// Eight lanes, all open, with loads and prices of their own.
struct Lanes([WeightedLane; 8]);

impl View for Lanes {
    fn lanes(&self) -> &[WeightedLane] {
        &self.0
    }
    fn is_open(&self, _: usize) -> bool {
        true
    }
    fn in_flight(&self, place: usize) -> u32 {
        place as u32 * 7 % 5
    }
    fn price(&self, place: usize) -> Money {
        Money(place as i128 * 5 % 3)
    }
}

fn router(criterion: &mut Criterion) {
    let lanes = Lanes(std::array::from_fn(|place| WeightedLane { lane: LaneId(place as u16), weight: 1 }));
    let mut group = criterion.benchmark_group("router, eight open lanes");
    for (name, route) in [
        ("weighted", Route::Weighted),
        ("least in flight", Route::LeastInFlight),
        ("cheapest", Route::Cheapest),
        ("power of two", Route::PowerOfTwo),
    ] {
        group.bench_function(name, |bencher| {
            let mut word = 0u64;
            bencher.iter(|| {
                word = word.wrapping_add(0x9e37_79b9_7f4a_7c15);
                black_box(choose(route, black_box(&lanes), [word, word.rotate_left(32)]))
            });
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

criterion_group!(benches, limiter, meters, breaker, router, draw);
criterion_main!(benches);
