//! Nanoseconds per decision with `now` passed in, beside the crates that users would reach for. (failsafe reads the clock
//! itself.)

use criterion::{Criterion, criterion_group, criterion_main};
use failsafe::CircuitBreaker;
use governor::clock::FakeRelativeClock;
use governor::{Quota, RateLimiter};
use rushhour_base::event::Cause;
use rushhour_base::{AgentId, Instant, LaneId, Money, Purpose, Ratio, Seed, Span, UserId, WorkflowId};
use rushhour_core::breaker::Breaker;
use rushhour_core::ledger::{Grade, Ledger, Payer};
use rushhour_core::limiter::{Charge, Ending, Limiter};
use rushhour_core::settings::{
    AlertLevel, AtCap, BreakerPolicy, CapPolicy, CapScope, CapWindow, PoolLimits, RateLimit,
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

/// Reserve and settle under caps: none, one of the fleet, and three of the fleet, each agent and each user; and with a
/// thousand times the agents.
fn ledger(criterion: &mut Criterion) {
    let cap = |scope| CapPolicy {
        scope,
        amount: Money::from_micros(1_000_000_000_000),
        window: CapWindow::Day { first_turn: Span::secs(86_400) },
        alerts: [50, 80, 100].map(AlertLevel::Percent).to_vec(),
        at_cap: AtCap::Fall,
    };
    let of_agents = || cap(CapScope::EachAgent { of: None, except: Vec::new() });
    let three = || vec![cap(CapScope::Fleet), of_agents(), cap(CapScope::EachUser { of: None })];
    let mut group = criterion.benchmark_group("ledger");
    for (name, caps, agents) in [
        ("ask, reserve and post, no cap", vec![], 100),
        ("ask, reserve and post, one cap", vec![cap(CapScope::Fleet)], 100),
        ("ask, reserve and post, three caps, 100 agents", three(), 100),
        ("ask, reserve and post, fleet and agents, 100 agents", vec![cap(CapScope::Fleet), of_agents()], 100),
        (
            "ask, reserve and post, fleet and agents, 100,000 agents",
            vec![cap(CapScope::Fleet), of_agents()],
            100_000,
        ),
    ] {
        group.bench_function(name, |bencher| {
            let mut ledger = Ledger::new(&caps, 1, agents as usize, 1);
            let (mut now, mut news) = (0u64, Vec::new());
            let amount = Money(1_000_000);
            bencher.iter(|| {
                now += 1;
                let agent = (now as u32).wrapping_mul(7) % agents;
                let payer =
                    Payer { workflow: WorkflowId(0), agent: AgentId(agent), user: UserId(agent % 100) };
                let ledger = black_box(&mut ledger);
                if ledger.ask(payer, Grade::Wanted, black_box(amount), Instant(now)).is_ok() {
                    let held = ledger.reserve(payer, amount, Instant(now));
                    ledger.post(held, LaneId(0), Cause::Answer, Money(600_000), Instant(now), &mut news);
                }
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

criterion_group!(benches, limiter, breaker, ledger, draw);
criterion_main!(benches);
