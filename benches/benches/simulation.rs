//! Simulated requests per second: the lean path on our executor, with and without judging, beside the same pipeline on
//! tokio's paused clock.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use rushhour_base::RunHeader;
use rushhour_benches::lean::Lean;
use rushhour_benches::{bare, paused};
use rushhour_report::digest::Digest;
use rushhour_report::tally::Tally;
use rushhour_sim::Setup;

const REQUESTS: u64 = 1_000_000;

fn lean_path(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("lean path");
    group.sample_size(10).throughput(Throughput::Elements(REQUESTS));
    for agents in [100, 1_000, 10_000, 100_000] {
        let lean = Lean::new(REQUESTS, agents, 75);
        group.bench_function(BenchmarkId::new("own executor, not judged", agents), |bencher| {
            bencher.iter(|| rushhour_sim::run(lean.setup(), (), |_| {}));
        });
        group.bench_function(BenchmarkId::new("bare event loop", agents), |bencher| {
            bencher.iter(|| bare::run(REQUESTS, agents));
        });
    }
    let lean = Lean::new(REQUESTS, 100, 75);
    let header = lean.header();
    group.bench_function(BenchmarkId::new("own executor, tally and digest", 100), |bencher| {
        bencher.iter(|| judged(lean.setup(), &header));
    });
    group.bench_function(BenchmarkId::new("tokio paused clock, not judged", 100), |bencher| {
        bencher.iter(|| paused::run(lean.setup()));
    });
    group.finish();
}

/// Runs with everything that a report needs and says how many requests arrived.
fn judged(setup: Setup<'_>, header: &RunHeader) -> u64 {
    let mut sinks = (Digest::default(), Tally::new(header));
    let finished = rushhour_sim::run(setup, &mut sinks, |_| {}).unwrap_or_else(|stuck| panic!("{stuck}"));
    let (digest, tally) = sinks;
    tally.finish(digest.finish());
    finished.arrived
}

criterion_group!(benches, lean_path);
criterion_main!(benches);
