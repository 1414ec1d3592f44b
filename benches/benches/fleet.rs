//! Nanoseconds per decision of the parts that look at a whole fleet: who asks, what it costs, what the fleet may do.

use criterion::{Criterion, criterion_group, criterion_main};
use rushhour_base::event::Cause;
use rushhour_base::time::SECOND;
use rushhour_base::{AgentId, Instant, LaneId, Money, Ratio, Rung, SourceId, Span, UserId, WorkflowId};
use rushhour_core::ladder::{Ladder, Pressure};
use rushhour_core::ledger::{Grade, Ledger, Payer};
use rushhour_core::parking::{Parking, Slip, Standing};
use rushhour_core::risk::{Incoming, Risk};
use rushhour_core::settings::{
    AlertLevel, Answerer, AtCap, CapPolicy, CapScope, CapWindow, Climb, ClimbProbes, DrainPolicy, InsteadOf,
    LadderPolicy, ParkingPolicy, PatternPolicy, RiskPolicy, Route, RungPolicy, StandingPolicy,
};
use std::collections::BTreeMap;
use std::hint::black_box;

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

fn ladder(criterion: &mut Criterion) {
    let percent = |n| Ratio::new(n, 100).unwrap_or(Ratio::ONE);
    let rung = |rung| RungPolicy { rung, answered_by: Answerer::Models(Vec::new()), route: Route::Weighted };
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
                if let Ok(slip) = parking.park((now % 3) as u8 + 1, false, Instant::NEVER, Instant(now)) {
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

criterion_group!(benches, risk, ledger, ladder, parking);
criterion_main!(benches);
