//! The scenarios of scenarios/theory through the whole chain, file to report, against what theory says of them.
//!
//! Seeds are fixed, so a test passes or it does not. Bands are relative unless said otherwise, and at least three
//! standard deviations wide for the length of run; the tight ones of VALIDATION are held by the long runs of the target
//! `reference`, which build the same systems in code. Every run is also judged by all checkers.

mod bias;
mod breakers;
mod formulas;
mod limits;
mod queues;

use rushhour_base::Seed;
use rushhour_report::Report;
use rushhour_scenario::{Override, Scenario};
use rushhour_tests::{root, run};

/// One row: a file of scenarios/theory with overrides, run for so long under so many seeds.
struct Row {
    scenario: Scenario,
    replications: u64,
}

/// The reports of a variant of a row, one for each seed.
struct Seen(Vec<Report>);

impl Row {
    fn new(file: &str, sets: &[&str]) -> Row {
        let path = root().join("scenarios/theory").join(format!("{file}.toml"));
        let sets: Vec<Override> = sets.iter().map(|set| Override::new(*set)).collect();
        let scenario = Scenario::load(&path, &sets).unwrap_or_else(|errors| panic!("{errors}"));
        Row { scenario, replications: 2 }
    }

    fn replications(self, replications: u64) -> Row {
        Row { replications, ..self }
    }

    fn base(&self) -> Seen {
        self.variant("base")
    }

    fn variant(&self, name: &str) -> Seen {
        let report = |seed| {
            let scenario = self.scenario.clone().with_seed(Seed(seed));
            let variant = scenario.variants.iter().find(|variant| variant.name == name);
            let run = run(&scenario, variant.unwrap_or_else(|| panic!("there is no variant {name}")));
            assert_eq!(run.violations, [], "{} {name}, seed {seed}", scenario.name);
            run.report
        };
        Seen((1..=self.replications).map(report).collect())
    }
}

impl Seen {
    /// A figure's mean over all seeds.
    fn figure(&self, path: &str) -> f64 {
        let of = |report: &Report| {
            let figure = report.figure(path).unwrap_or_else(|| panic!("there is no path {path}"));
            figure.value.unwrap_or_else(|| panic!("there are no samples of {path}"))
        };
        self.0.iter().map(of).sum::<f64>() / self.0.len() as f64
    }

    /// A figure in milliseconds, as seconds.
    fn seconds(&self, path: &str) -> f64 {
        self.figure(path) / 1_000.0
    }

    /// A count over all arrivals.
    fn share(&self, path: &str) -> f64 {
        self.figure(path) / self.figure("counts.arrived")
    }

    fn mean_wait(&self) -> f64 {
        self.seconds("latency.queue_wait.mean")
    }
}

/// Fails unless `got` is within `band` of `want`, relatively.
#[track_caller]
fn near(what: &str, got: f64, want: f64, band: f64) {
    assert!(
        (got - want).abs() <= band * want,
        "{what}: {got:.6}, theory says {want:.6} ± {:.1} %",
        100.0 * band
    );
}

/// Fails unless `got` is within `band` of `want`, absolutely.
#[track_caller]
fn within(what: &str, got: f64, want: f64, band: f64) {
    assert!((got - want).abs() <= band, "{what}: {got:.6}, theory says {want:.6} ± {band}");
}
