//! Simulated requests per second for each committed scenario, the scenario's own policy, with tally and digest; and for a run
//! with everything switched on (`benches/scenarios/everything.toml`).

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use rushhour_base::RunHeader;
use rushhour_report::digest::Digest;
use rushhour_report::tally::Tally;
use rushhour_scenario::Scenario;
use rushhour_sim::Setup;
use std::path::{Path, PathBuf};

fn scenarios(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("scenario");
    group.sample_size(10);
    let everything = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/everything.toml");
    for file in committed().into_iter().chain([everything]) {
        let scenario = Scenario::load(&file, &[]).unwrap_or_else(|errors| panic!("{errors}"));
        let variant = &scenario.variants[0];
        let header = scenario.header(variant, scenario.seed, "bench");
        let setup = Setup {
            world: &scenario.world,
            topology: &scenario.topology,
            policy: &variant.policy,
            seed: scenario.seed,
        };
        group.throughput(Throughput::Elements(judged(setup, &header)));
        group.bench_function(BenchmarkId::from_parameter(&scenario.name), |bencher| {
            bencher.iter(|| judged(setup, &header));
        });
    }
    group.finish();
}

/// The files of the catalogue, in the order of their names.
fn committed() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios");
    let entries = std::fs::read_dir(&folder).expect("the catalogue is there");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("it can be listed").path()).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "toml"));
    files.sort();
    files
}

/// Runs with everything that a report needs and says how many requests arrived.
fn judged(setup: Setup<'_>, header: &RunHeader) -> u64 {
    let mut sinks = (Digest::default(), Tally::new(header));
    let finished = rushhour_sim::run(setup, &mut sinks, |_| {}).unwrap_or_else(|stuck| panic!("{stuck}"));
    let (digest, tally) = sinks;
    tally.finish(digest.finish());
    finished.arrived
}

criterion_group!(benches, scenarios);
criterion_main!(benches);
