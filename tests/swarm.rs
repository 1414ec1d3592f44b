//! Safety, then liveness, over configurations that nobody would have thought of.
//!
//! Safety: every identity that the checkers know holds in each of them. Liveness: no run gets stuck (`play` fails on
//! a request that waits while nothing is due), and the swarm as a whole meets every kind of trouble it was made for.

use rushhour_base::Outcome;
use rushhour_base::event::{MoveCause, Reason};
use rushhour_base::message::AttemptResult;
use rushhour_base::{Event, FleetId, Instant, Sink, Truth};
use rushhour_tests::{play, run, scenario, swarm};
use std::collections::BTreeSet;

const SEEDS: std::ops::Range<u64> = 0..150;

#[test]
fn every_identity_holds_whatever_the_configuration() {
    let mut faults = Vec::new();
    for seed in SEEDS {
        let scenario = scenario(&swarm(seed));
        for violation in run(&scenario, &scenario.variants[0]).violations.iter().take(3) {
            faults.push(format!("seed {seed}: {}: {}", violation.checker, violation.sentence));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[derive(Default)]
struct Met {
    outcomes: BTreeSet<Outcome>,
    reasons: BTreeSet<Reason>,
    moves: BTreeSet<MoveCause>,
    results: BTreeSet<AttemptResult>,
}

impl Sink for Met {
    fn event(&mut self, _: Instant, _: FleetId, event: &Event) {
        match *event {
            Event::Ended { outcome, reason, .. } => {
                self.outcomes.insert(outcome);
                self.reasons.insert(reason);
            }
            Event::Fell { reason, .. }
            | Event::Left { reason, .. }
            | Event::Parked { reason, .. }
            | Event::DeadLettered { reason, .. } => drop(self.reasons.insert(reason)),
            Event::AttemptEnded { result, .. } => drop(self.results.insert(result)),
            Event::ModeMoved { why, .. } => drop(self.moves.insert(why)),
            _ => {}
        }
    }
    fn truth(&mut self, _: Instant, _: &Truth) {}
}

#[test]
fn the_swarm_meets_every_kind_of_trouble() {
    let mut met = Met::default();
    for seed in SEEDS {
        let scenario = scenario(&swarm(seed));
        play(&scenario, &scenario.variants[0], &mut met);
    }
    let reasons = Reason::ALL.iter().filter(|reason| !met.reasons.contains(reason)).collect::<Vec<_>>();
    assert_eq!(reasons, [&Reason::None; 0], "never met");
    let results =
        AttemptResult::ALL.iter().filter(|result| !met.results.contains(result)).collect::<Vec<_>>();
    assert_eq!(results, [&AttemptResult::Completed; 0], "never met");
    let outcomes = Outcome::ALL.iter().filter(|outcome| !met.outcomes.contains(outcome)).collect::<Vec<_>>();
    assert_eq!(outcomes, [&Outcome::Parked; 0], "never met");
    let moves = MoveCause::ALL.iter().filter(|why| !met.moves.contains(why)).collect::<Vec<_>>();
    assert_eq!(moves, [&MoveCause::Failures; 0], "never met");
}
