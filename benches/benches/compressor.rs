//! Nanoseconds per message of cutting a history, and what one request pays that asks what to send.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use rushhour_base::conversation::{Importance, Role, ToolLink};
use rushhour_base::event::CompressionMethod;
use rushhour_base::{AgentId, History, Outline};
use rushhour_core::compressor::{Compressor, keep_last, prompt_tokens, prune};
use rushhour_core::settings::CompressionPolicy;
use std::hint::black_box;

/// Instructions, and then turns of a question, a tool's call, its result and a reply.
fn told(messages: u32) -> Vec<Outline> {
    let message = |position: u32| {
        let turn = position / 4;
        let (role, tool, tokens) = match position % 4 {
            _ if position == 0 => (Role::System, ToolLink::None, 200),
            1 => (Role::User, ToolLink::None, 30),
            2 => (Role::Assistant, ToolLink::Calls(turn), 20),
            3 => (Role::Tool, ToolLink::Answers(turn), 300 + 7 * (turn % 40)),
            _ => (Role::Assistant, ToolLink::None, 80),
        };
        let importance = if turn % 5 == 1 { Importance::Commitment } else { Importance::Ordinary };
        Outline { role, tool, tokens, importance, facts: (position % 3) as u16 }
    };
    (0..messages).map(message).collect()
}

const LENGTHS: [u32; 4] = [12, 100, 1_000, 10_000];

fn cutting(criterion: &mut Criterion) {
    for length in LENGTHS {
        let messages = told(length);
        let half = prompt_tokens(&messages) / 2;
        let mut group = criterion.benchmark_group("compressor, by message");
        group.throughput(Throughput::Elements(length.into()));
        group.bench_function(BenchmarkId::new("keep_last", length), |bencher| {
            bencher.iter(|| keep_last(black_box(&messages), 6, half));
        });
        group.bench_function(BenchmarkId::new("prune to a half", length), |bencher| {
            bencher.iter(|| prune(black_box(&messages), 6, half));
        });
        group.finish();
    }
}

/// Every hop of every request asks; most need no cut, or one that was made before.
fn asking(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("compressor, by request");
    for length in LENGTHS {
        let messages = told(length);
        let whole = prompt_tokens(&messages);
        let of = |messages: &[Outline]| History {
            conversation: 7,
            messages: messages.to_vec().into(),
            ..History::default()
        };
        let policy = |above_tokens, to_tokens| CompressionPolicy {
            methods: vec![CompressionMethod::Prune],
            above_tokens,
            to_tokens,
            keep_last: 6,
            summary: None,
        };
        let history = of(&messages);
        group.bench_function(BenchmarkId::new("sent whole", length), |bencher| {
            let (mut compressor, policy) = (Compressor::default(), policy(whole, whole / 2));
            bencher.iter(|| compressor.fit(AgentId(0), black_box(&history), &policy, u64::MAX));
        });
        group.bench_function(BenchmarkId::new("sent as it was cut", length), |bencher| {
            let (mut compressor, policy) = (Compressor::default(), policy(whole - 1, whole / 2));
            bencher.iter(|| compressor.fit(AgentId(0), black_box(&history), &policy, u64::MAX));
        });
        let earlier = of(&messages[..length as usize / 2]);
        group.bench_function(BenchmarkId::new("sent as it was cut at half its length", length), |bencher| {
            let (mut compressor, policy) = (Compressor::default(), policy(whole, whole / 4));
            let cut_early = CompressionPolicy { above_tokens: whole / 4, ..policy.clone() };
            compressor.fit(AgentId(0), &earlier, &cut_early, u64::MAX);
            bencher.iter(|| compressor.fit(AgentId(0), black_box(&history), &policy, u64::MAX));
        });
    }
    group.finish();
}

criterion_group!(compressor, cutting, asking);
criterion_main!(compressor);
