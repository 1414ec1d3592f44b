//! Nanoseconds per decision of what follows a failure: whether to try again, and whether an agent goes in a loop.

use criterion::{Criterion, criterion_group, criterion_main};
use rushhour_base::message::{CallError, ErrorKind};
use rushhour_base::{AgentId, Money, Ratio, Span};
use rushhour_core::guard::LoopGuard;
use rushhour_core::retry::RetryBudget;
use rushhour_core::settings::{GuardPolicy, Jitter, RetryBudgetPolicy, RetryPolicy};
use std::hint::black_box;

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

criterion_group!(benches, retry, guard);
criterion_main!(benches);
