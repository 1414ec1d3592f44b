//! Whether many runs grow with the cores: the same thirty-two replications of a scenario, as `sweep` makes them, on one
//! thread and on two. They share nothing, so two threads should take half the time.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use rayon::prelude::*;
use rushhour_report::Report;
use rushhour_report::digest::Digest;
use rushhour_report::tally::Tally;
use rushhour_scenario::Scenario;
use rushhour_sim::Setup;
use std::path::Path;

const RUNS: u32 = 32;

fn replications(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("replications of peak_hour");
    group.sample_size(10).throughput(Throughput::Elements(RUNS.into()));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios/peak_hour.toml");
    let scenario = Scenario::load(&path, &[]).unwrap_or_else(|errors| panic!("{errors}"));
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let pool = pool.unwrap_or_else(|error| panic!("{error}"));
        group.bench_function(BenchmarkId::new("threads", threads), |bencher| {
            bencher.iter(|| -> Vec<Report> {
                pool.install(|| {
                    (0..RUNS).into_par_iter().map(|index| replication(&scenario, index)).collect()
                })
            });
        });
    }
    group.finish();
}

/// One run under a seed of its own, folded into a report.
fn replication(scenario: &Scenario, index: u32) -> Report {
    let scenario = scenario.clone().with_seed(scenario.seed.replication(index));
    let variant = &scenario.variants[0];
    let header = scenario.header(variant, scenario.seed, "bench");
    let setup = Setup {
        world: &scenario.world,
        topology: &scenario.topology,
        policy: &variant.policy,
        seed: scenario.seed,
    };
    let mut sinks = (Digest::default(), Tally::new(&header));
    rushhour_sim::run(setup, &mut sinks, |_| {}).unwrap_or_else(|stuck| panic!("{stuck}"));
    let (digest, tally) = sinks;
    tally.finish(digest.finish())
}

criterion_group!(benches, replications);
criterion_main!(benches);
