//! Nanoseconds per decision with `now` passed in, beside the crates that users would reach for. (failsafe reads the clock
//! itself.)

use criterion::{Criterion, criterion_group, criterion_main};
use failsafe::CircuitBreaker;
use governor::clock::FakeRelativeClock;
use governor::{Quota, RateLimiter};
use rushhour_base::{Instant, Purpose, Ratio, Rung, Seed, Span};
use rushhour_core::breaker::Breaker;
use rushhour_core::ladder::{Ladder, Pressure};
use rushhour_core::limiter::{Charge, Ending, Limiter};
use rushhour_core::parking::{Parking, Slip, Standing};
use rushhour_core::settings::{
    Answerer, BreakerPolicy, Climb, ClimbProbes, DrainPolicy, InsteadOf, LadderPolicy, ParkingPolicy,
    PoolLimits, RateLimit, RungPolicy,
};
use std::collections::BTreeMap;
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

fn ladder(criterion: &mut Criterion) {
    let percent = |n| Ratio::new(n, 100).unwrap_or(Ratio::ONE);
    let rung = |rung| RungPolicy { rung, answered_by: Answerer::Models(Vec::new()) };
    let policy = LadderPolicy {
        economy: vec![Rung::Secondary],
        window: 100,
        window_span: Span::secs(300),
        min_samples: 20,
        down_at: percent(50),
        dwell: Span::secs(60),
        dwell_growth_percent: 200,
        dwell_max: Span::secs(900),
        climb: Climb::Probe(ClimbProbes { share: percent(5), min_samples: 5, up_at: percent(10) }),
        count_queue: false,
        budget_at: None,
        queue_wait: None,
    };
    let mut group = criterion.benchmark_group("ladder");
    group.bench_function("enter and outcome, one request in four fails", |bencher| {
        let mut ladder = Ladder::new(policy.clone(), &[rung(Rung::Primary), rung(Rung::Secondary)]);
        let mut now = 0u64;
        bencher.iter(|| {
            now += 1_000_000;
            let ladder = black_box(&mut ladder);
            let (passage, _) = ladder.enter(Pressure::default(), Instant(now), || now);
            black_box(ladder.on_outcome(passage, black_box(now).is_multiple_of(4), Instant(now)))
        });
    });
    group.finish();
}

/// A parking place with so many items in it, of which each turn takes one up, finishes it and parks another.
fn parking(criterion: &mut Criterion) {
    let policy = ParkingPolicy {
        workflows: Vec::new(),
        from_class: Some(1),
        instead_of: InsteadOf::Trying,
        max_parked: 1_000_000,
        max_attempts: 5,
        max_age: Span::secs(86_400),
        lease: Span::secs(600),
        backoff: Span::secs(30),
        drain: DrainPolicy { at_once: 10, amount: 60, period: Span::secs(1), queue_below: 1, hours: None },
    };
    let mut group = criterion.benchmark_group("parking");
    for parked in [100u32, 100_000] {
        group.bench_function(format!("park, take up and finish among {parked}"), |bencher| {
            let mut parking = Parking::new(policy.clone());
            let mut now = 0u64;
            let mut slips = BTreeMap::new();
            let park = |parking: &mut Parking, slips: &mut BTreeMap<u32, Slip>, now| {
                if let Ok(slip) = parking.park((now % 3) as u8 + 1, false, Instant(now)) {
                    slips.insert(slip.number(), slip);
                }
            };
            (0..parked).for_each(|n| park(&mut parking, &mut slips, u64::from(n)));
            bencher.iter(|| {
                now += 20_000_000;
                let parking = black_box(&mut parking);
                if let Some(slip) = parking.next(Instant(now)).and_then(|slot| slips.remove(&slot)) {
                    if let Standing::Leased(lease) = parking.standing(&slip) {
                        black_box(parking.finish(&slip, lease));
                    }
                    parking.leave(slip);
                    park(parking, &mut slips, now);
                }
            });
        });
    }
    group.finish();
}

criterion_group!(benches, limiter, breaker, ladder, parking, draw);
criterion_main!(benches);
