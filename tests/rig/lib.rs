//! A rig for tests that cross crates: scenarios from text or file, runs with everything listening, stories, swarms,
//! reference cases.

pub mod reference;
mod story;
mod swarm;

pub use story::{PLAIN, story};
pub use swarm::swarm;

use rushhour_base::{Event, Truth};
use rushhour_base::{FleetId, Instant, Seed, Sink};
use rushhour_report::Report;
use rushhour_report::checkers::{Checkers, Violation};
use rushhour_report::digest::Digest;
use rushhour_report::tally::Tally;
use rushhour_scenario::{Scenario, Variant};
use rushhour_sim::Setup;
use std::path::{Path, PathBuf};

/// The root of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A committed scenario by its name.
///
/// # Panics
/// If it cannot be read.
pub fn shipped(name: &str) -> Scenario {
    let path = root().join("scenarios").join(format!("{name}.toml"));
    Scenario::load(&path, &[]).unwrap_or_else(|errors| panic!("{errors}"))
}

/// A scenario from its text.
///
/// # Panics
/// If it is not sound.
pub fn scenario(text: &str) -> Scenario {
    Scenario::parse(text, "test.toml", &root(), &[]).unwrap_or_else(|errors| panic!("{errors}\n{text}"))
}

/// What one run came to.
pub struct Run {
    /// Its report.
    pub report: Report,
    /// Its digest.
    pub digest: u128,
    /// What the checkers found.
    pub violations: Vec<Violation>,
}

/// Runs one variant with tally, digest and checkers.
///
/// # Panics
/// If the run gets stuck.
pub fn run(scenario: &Scenario, variant: &Variant) -> Run {
    let header = scenario.header(variant, scenario.seed, "test");
    let mut sinks = (Digest::default(), (Tally::new(&header), Checkers::new(&header)));
    play(scenario, variant, &mut sinks);
    let (digest, (tally, checkers)) = sinks;
    let digest = digest.finish();
    Run { report: tally.finish(digest), digest, violations: checkers.finish() }
}

/// Runs one variant into a sink.
///
/// # Panics
/// If the run gets stuck.
pub fn play(scenario: &Scenario, variant: &Variant, sink: &mut impl Sink) {
    let setup = Setup {
        world: &scenario.world,
        topology: &scenario.topology,
        policy: &variant.policy,
        seed: scenario.seed,
    };
    rushhour_sim::run(setup, sink, |_| {})
        .unwrap_or_else(|stuck| panic!("seed {}: {stuck}", scenario.seed.0));
}

/// Runs the first variant and says what was wrong with the run after `tamper` had its way with every event and truth:
/// it may change them, or leave one out by saying so.
pub fn tampered(scenario: &Scenario, tamper: impl FnMut(&mut Record) -> Keep) -> Vec<Violation> {
    let variant = &scenario.variants[0];
    let header = scenario.header(variant, scenario.seed, "test");
    let mut sink = Tampered { tamper, checkers: Checkers::new(&header) };
    play(scenario, variant, &mut sink);
    sink.checkers.finish()
}

/// An event or a truth on its way to the checkers.
#[derive(Clone, Copy, Debug)]
pub enum Record {
    /// What a client could know.
    Event(Event),
    /// What only the world knows.
    Truth(Truth),
}

/// Whether a record reaches the checkers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// It does, twice.
    Twice,
}

struct Tampered<F> {
    tamper: F,
    checkers: Checkers,
}

impl<F: FnMut(&mut Record) -> Keep> Tampered<F> {
    fn pass(&mut self, at: Instant, fleet: FleetId, mut record: Record) {
        let times = match (self.tamper)(&mut record) {
            Keep::No => 0,
            Keep::Yes => 1,
            Keep::Twice => 2,
        };
        for _ in 0..times {
            match &record {
                Record::Event(event) => self.checkers.event(at, fleet, event),
                Record::Truth(truth) => self.checkers.truth(at, truth),
            }
        }
    }
}

impl<F: FnMut(&mut Record) -> Keep> Sink for Tampered<F> {
    fn event(&mut self, at: Instant, fleet: FleetId, event: &Event) {
        self.pass(at, fleet, Record::Event(*event));
    }
    fn truth(&mut self, at: Instant, truth: &Truth) {
        self.pass(at, FleetId(0), Record::Truth(*truth));
    }
}

/// The same scenario under another seed.
#[must_use]
pub fn reseeded(scenario: Scenario, seed: u64) -> Scenario {
    scenario.with_seed(Seed(seed))
}
