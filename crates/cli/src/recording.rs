//! One run with everything that listens to it.

use crate::exit::{Exit, Failure};
use rushhour_base::{Instant, RunHeader};
use rushhour_report::Report;
use rushhour_report::calls::CallLog;
use rushhour_report::checkers::{Checkers, Violation};
use rushhour_report::digest::Digest;
use rushhour_report::log::EventLog;
use rushhour_report::tally::Tally;
use rushhour_scenario::{Scenario, Variant};
use rushhour_sim::Setup;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

/// What a run is to leave behind besides its report.
pub(crate) struct Wanted<'a> {
    /// Judge the run itself.
    pub(crate) check: bool,
    /// Write the log of calls into this folder.
    pub(crate) folder: Option<&'a Path>,
    /// Write the log of events there too.
    pub(crate) events: bool,
}

/// What a run came to.
pub(crate) struct Recording {
    /// The report.
    pub(crate) report: Report,
    /// What the checkers found, if they were asked.
    pub(crate) violations: Option<Vec<Violation>>,
}

/// What to hand to the simulator for one variant.
pub(crate) fn setup<'a>(scenario: &'a Scenario, variant: &'a Variant) -> Setup<'a> {
    Setup {
        world: &scenario.world,
        topology: &scenario.topology,
        policy: &variant.policy,
        seed: scenario.seed,
    }
}

/// Runs one variant. A run that a limit ends is run again as one that was meant to be no longer, so that every figure,
/// log and checker knows its end from the beginning; what happens until then is the same.
pub(crate) fn record(
    scenario: &Scenario,
    variant: &Variant,
    header: &RunHeader,
    wanted: &Wanted<'_>,
    progress: impl FnMut(Instant),
) -> Result<Recording, Failure> {
    let (recording, stopped) = once(scenario, variant, header, wanted, progress)?;
    let Some(at) = stopped else { return Ok(recording) };
    wanted.take_back_logs()?;
    let part = RunHeader { horizon: at.since(Instant::START), ..header.clone() };
    let (mut recording, _) = once(scenario, variant, &part, wanted, |_| {})?;
    recording.report.stop(header.horizon);
    Ok(recording)
}

/// Runs it, and says when a limit ended it.
fn once(
    scenario: &Scenario,
    variant: &Variant,
    header: &RunHeader,
    wanted: &Wanted<'_>,
    progress: impl FnMut(Instant),
) -> Result<(Recording, Option<Instant>), Failure> {
    let open = |name: &str| wanted.folder.map(|folder| create(&folder.join(name))).transpose();
    let calls = open("calls.csv")?.map(|file| CallLog::new(header, file));
    let events = if wanted.events { open("events.jsonl")?.map(EventLog::new) } else { None };
    let checkers = wanted.check.then(|| Checkers::new(header));
    let mut sinks = ((Digest::default(), Tally::new(header)), (checkers, (calls, events)));
    let finished = rushhour_sim::run(setup(scenario, variant), &mut sinks, progress)
        .map_err(|stuck| Failure::new(Exit::Internal, format!("bug: variant {}: {stuck}", variant.name)))?;
    let ((digest, tally), (checkers, (calls, events))) = sinks;
    for file in [calls.map(CallLog::finish), events.map(EventLog::finish)].into_iter().flatten() {
        let written = file.and_then(|mut file| file.flush());
        written
            .map_err(|error| Failure::new(Exit::Usage, format!("error: cannot write the logs: {error}")))?;
    }
    let violations = checkers.map(Checkers::finish);
    Ok((Recording { report: tally.finish(digest.finish()), violations }, finished.stopped))
}

impl Wanted<'_> {
    /// Removes the logs of a run that is run again.
    fn take_back_logs(&self) -> Result<(), Failure> {
        let Some(folder) = self.folder else { return Ok(()) };
        let logs = ["calls.csv", "events.jsonl"].map(|name| folder.join(name));
        for log in logs.iter().filter(|log| log.exists()) {
            fs::remove_file(log).map_err(|error| {
                Failure::new(Exit::Usage, format!("error: cannot write the logs: {error}"))
            })?;
        }
        Ok(())
    }
}

fn create(path: &Path) -> Result<BufWriter<File>, Failure> {
    match File::create_new(path) {
        Ok(file) => Ok(BufWriter::with_capacity(1 << 16, file)),
        Err(error) => {
            Err(Failure::new(Exit::Usage, format!("error: cannot write {}: {error}", path.display())))
        }
    }
}
