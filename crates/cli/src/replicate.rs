//! Variants × replications over all cores, in memory that does not follow how long the runs are.

use crate::exit::Failure;
use crate::output::Output;
use crate::parallel;
use crate::progress::{Counter, Progress};
use crate::recording::{Recording, Wanted, record};
use crate::run::VERSION;
use rushhour_report::checkers::Violation;
use rushhour_report::replication::{Fold, Replications};
use rushhour_scenario::{Scenario, Variant};
use std::path::PathBuf;

/// What is to be run, and how.
pub(crate) struct Order<'a> {
    pub(crate) scenario: &'a Scenario,
    pub(crate) variants: &'a [&'a Variant],
    /// How many runs of each variant; with one there are no replications to tell of.
    pub(crate) replications: u32,
    /// On how many threads; `None` for as many as there are cores.
    pub(crate) threads: Option<u16>,
    /// The noise band of comparisons.
    pub(crate) noise: f64,
    /// Judge every run itself.
    pub(crate) check: bool,
    /// Where the logs of the run itself go; replications leave none.
    pub(crate) output: Option<&'a Output>,
    /// Whether the log of events goes there too.
    pub(crate) events: bool,
    pub(crate) quiet: bool,
}

/// What one job came to. Only of replication 0, the run itself, the whole report is kept.
struct Part {
    whole: Option<Recording>,
    fold: Option<Fold>,
    violations: Vec<Violation>,
}

/// Runs every variant under every seed. The result, to the last byte, is the same on any number of threads.
pub(crate) fn record_all(order: &Order<'_>) -> Result<Vec<Recording>, Failure> {
    let folders = order.variants.iter().map(|variant| folder(order, variant));
    let folders: Vec<Option<PathBuf>> = folders.collect::<Result<_, _>>()?;
    let variants = 0..order.variants.len();
    let jobs: Vec<(u32, usize)> = (0..order.replications)
        .flat_map(|number| variants.clone().map(move |variant| (number, variant)))
        .collect();
    let progress = Progress::new(order.quiet);
    let counter = Counter::new("replications", order.quiet || order.replications == 1);
    counter.expect(jobs.len() as u64);
    let parts = parallel::map(order.threads, &jobs, |(number, variant)| {
        let part = part(order, *number, *variant, folders[*variant].as_deref(), &progress);
        counter.one();
        part
    })?;
    progress.clear();
    counter.clear();
    put_together(order, parts)
}

fn part(
    order: &Order<'_>,
    number: u32,
    variant: usize,
    folder: Option<&std::path::Path>,
    progress: &Progress,
) -> Result<Part, Failure> {
    let variant = order.variants[variant];
    let seed = order.scenario.seed.replication(number);
    let header = order.scenario.header(variant, seed, VERSION);
    if number > 0 {
        let scenario = order.scenario.clone().with_seed(seed);
        let wanted = Wanted { check: order.check, folder: None, events: false };
        let recording = record(&scenario, variant, &header, &wanted, |_| {})?;
        let named = |Violation { checker, sentence }| Violation {
            checker,
            sentence: format!("{sentence} (replication {number}, seed {})", seed.0),
        };
        let violations = recording.violations.unwrap_or_default().into_iter().map(named).collect();
        return Ok(Part { whole: None, fold: Some(Fold::of(&recording.report)), violations });
    }
    let wanted = Wanted { check: order.check, folder, events: order.events };
    let recording = if order.replications > 1 {
        record(order.scenario, variant, &header, &wanted, |_| {})?
    } else {
        record(order.scenario, variant, &header, &wanted, progress.of(&variant.name, header.horizon))?
    };
    let fold = (order.replications > 1).then(|| Fold::of(&recording.report));
    Ok(Part { whole: Some(recording), fold, violations: Vec::new() })
}

/// Parts come replication by replication, and in each variant by variant.
fn put_together(order: &Order<'_>, parts: Vec<Result<Part, Failure>>) -> Result<Vec<Recording>, Failure> {
    let count = order.variants.len();
    let mut recordings: Vec<Recording> = Vec::with_capacity(count);
    let mut folds: Vec<Vec<Fold>> = vec![Vec::new(); count];
    for (place, part) in parts.into_iter().enumerate() {
        let Part { whole, fold, violations } = part?;
        folds[place % count].extend(fold);
        recordings.extend(whole);
        if let Some(found) = &mut recordings[place % count].violations {
            found.extend(violations);
        }
    }
    if order.replications > 1 {
        for (recording, folds) in recordings.iter_mut().zip(&folds) {
            recording.report.replications = Some(Replications::of(&recording.report, folds, order.noise));
        }
    }
    Ok(recordings)
}

fn folder(order: &Order<'_>, variant: &Variant) -> Result<Option<PathBuf>, Failure> {
    let name = (order.variants.len() > 1).then_some(variant.name.as_str());
    order.output.map(|output| output.folder(name)).transpose()
}
