//! `--check-determinism`: a run beside itself, record by record.
//!
//! Two threads run the same thing and push what happens into bounded channels; the first record that differs is named.
//! Nothing is kept, so it works for runs of any length.

use crate::recording::setup;
use rushhour_report::divergence::{Difference, Entries, Entry, first_difference};
use rushhour_scenario::{Scenario, Variant};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

/// Records in one message between threads.
const BATCH: usize = 4_096;
/// Messages that may wait.
const WAITING: usize = 8;

/// Where two runs of a variant first differ.
pub(crate) fn difference(scenario: &Scenario, variant: &Variant) -> Option<Difference> {
    thread::scope(|scope| {
        let (left, right) = (stream(scope, scenario, variant), stream(scope, scenario, variant));
        first_difference(left.into_iter().flatten(), right.into_iter().flatten())
    })
}

fn stream<'scope>(
    scope: &'scope thread::Scope<'scope, '_>,
    scenario: &'scope Scenario,
    variant: &'scope Variant,
) -> Receiver<Vec<Entry>> {
    let (sender, receiver) = sync_channel(WAITING);
    scope.spawn(move || {
        let mut batch = Vec::with_capacity(BATCH);
        // When the two differ the comparison stops listening; then there is nobody left to tell, and a stuck run is
        // reported by the run that makes the report.
        let mut push = |entry| {
            batch.push(entry);
            if batch.len() == BATCH {
                drop(sender.send(std::mem::replace(&mut batch, Vec::with_capacity(BATCH))));
            }
        };
        drop(rushhour_sim::run(setup(scenario, variant), Entries(&mut push), |_| {}));
        drop(sender.send(batch));
    });
    receiver
}
