//! Runs of a scenario at values of an axis, on all cores.

use crate::args::PlanArguments;
use crate::check;
use crate::exit::Failure;
use crate::parallel;
use crate::progress::Counter;
use crate::recording::{Wanted, record};
use crate::run::VERSION;
use rushhour_base::Seed;
use rushhour_report::plan::{Point, Probe, Trial};
use rushhour_scenario::{Axis, Scenario};
use std::collections::BTreeMap;

/// All that is the same for all runs of a search.
pub(super) struct Trials<'a> {
    pub(super) arguments: &'a PlanArguments,
    pub(super) axis: &'a Axis,
    /// The seed of replication 0, from which the others are derived.
    pub(super) seed: Seed,
    /// What is laid over the file besides the value.
    pub(super) sets: Vec<String>,
    pub(super) counter: &'a Counter,
}

impl Trials<'_> {
    /// The scenario at a value.
    pub(super) fn scenario(&self, place: u64) -> Result<Scenario, Failure> {
        let sets = [self.sets.as_slice(), &[self.axis.set(place)]].concat();
        check::load(&self.arguments.scenario, &sets, false)
    }

    /// Makes these runs and takes them up into `points`; whether each of them held, in their order.
    pub(super) fn run(
        &self,
        trials: &[Trial],
        points: &mut Vec<Point>,
    ) -> Result<Vec<(Trial, bool)>, Failure> {
        self.counter.expect(trials.len() as u64);
        let scenarios: BTreeMap<u64, Scenario> = trials
            .iter()
            .map(|trial| Ok((trial.place, self.scenario(trial.place)?)))
            .collect::<Result<_, _>>()?;
        let probes = parallel::map(None, trials, |trial| {
            let probe = self.probe(&scenarios[&trial.place], trial.replication);
            self.counter.one();
            probe
        })?;
        let mut held = Vec::new();
        for (trial, probe) in trials.iter().zip(probes) {
            let probe = probe?;
            held.push((*trial, probe.held()));
            take_up(points, *trial, probe);
        }
        Ok(held)
    }

    fn probe(&self, scenario: &Scenario, replication: u32) -> Result<Probe, Failure> {
        let scenario = scenario.clone().with_seed(self.seed.replication(replication));
        let variant = scenario.variant(&self.arguments.variant).unwrap_or(&scenario.variants[0]);
        let header = scenario.header(variant, scenario.seed, VERSION);
        let wanted = Wanted { check: false, folder: None, events: false };
        record(&scenario, variant, &header, &wanted, |_| {}).map(|recording| Probe::of(&recording.report))
    }
}

/// Puts a run into its place among the points, which ascend by value and within one by replication.
fn take_up(points: &mut Vec<Point>, trial: Trial, probe: Probe) {
    let at = points.partition_point(|point| point.place < trial.place);
    if points.get(at).is_none_or(|point| point.place != trial.place) {
        points.insert(at, Point { place: trial.place, probes: Vec::new() });
    }
    let probes = &mut points[at].probes;
    let at = probes.partition_point(|(replication, _)| *replication < trial.replication);
    probes.insert(at, (trial.replication, probe));
}
