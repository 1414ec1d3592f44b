//! `sweep`: a grid of values, variants and seeds over all cores, or part of it, into CSV.

pub(crate) mod grid;
mod resume;

use crate::args::SweepArguments;
use crate::check;
use crate::exit::{Exit, Failure};
use crate::parallel;
use crate::progress::Counter;
use crate::recording::{Wanted, record};
use crate::run::VERSION;
use crate::say::tell;
use grid::{Grid, Row, Shard, figures};
use rushhour_base::Seed;
use rushhour_report::Report;
use rushhour_scenario::{Axis, Scenario};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

/// Rows that are made before they are written, for each thread: enough that no thread waits long for another.
const BATCH: usize = 16;

/// Makes the rows that are not there yet and appends them in their order.
pub(crate) fn sweep(arguments: &SweepArguments) -> Result<Exit, Failure> {
    let shard = Shard::parse(&arguments.shard).map_err(usage)?;
    let grid = grid(arguments)?;
    let path = arguments.out.join(shard.file_name());
    let (mut file, kept) = resume::open(&path, &grid, shard)?;
    let rows: Vec<u64> = shard.rows(grid.rows()).skip(usize::try_from(kept).unwrap_or(usize::MAX)).collect();
    let counter = Counter::new("sweep", arguments.quiet);
    counter.expect(rows.len() as u64);
    let threads = arguments.threads.map_or_else(parallel::cores, usize::from);
    for batch in rows.chunks(threads.max(1) * BATCH) {
        let text = made(arguments, &grid, batch, &counter)?;
        file.write_all(text.as_bytes()).map_err(|error| cannot(&path, error))?;
    }
    counter.clear();
    let kept = if kept > 0 { format!(", {kept} kept") } else { String::new() };
    let made = if rows.len() == 1 { "1 row".to_owned() } else { format!("{} rows", rows.len()) };
    tell(&format!("{}: {made} made{kept}", path.display()));
    Ok(Exit::Held)
}

/// The grid, once it is sure that every axis can be walked from end to end and decides something.
fn grid(arguments: &SweepArguments) -> Result<Grid, Failure> {
    let axis = |text: &String| Axis::parse(text).map_err(|error| usage(format!("error: --vary: {error}")));
    let axes: Vec<Axis> = arguments.vary.iter().map(axis).collect::<Result<_, _>>()?;
    if let Some(axis) =
        axes.iter().enumerate().find(|(i, axis)| axes[..*i].iter().any(|a| a.key() == axis.key()))
    {
        return Err(usage(format!("error: --vary: {} stands twice", axis.1.key())));
    }
    let plain = check::load(&arguments.scenario, &arguments.overrides, false)?;
    let first = scenario(arguments, &axes, &vec![0; axes.len()])?;
    for (index, axis) in axes.iter().enumerate() {
        let mut places = vec![0; axes.len()];
        places[index] = axis.len() - 1;
        if scenario(arguments, &axes, &places)?.hash == first.hash {
            let text = format!("error: --vary: {} decides nothing", axis.key());
            let help = "vary a key on which a run depends; seeds are what --seeds varies";
            return Err(Failure::new(Exit::BadScenario, format!("{text}\n  help: {help}")));
        }
    }
    if let Some(unknown) = arguments.variants.iter().find(|name| first.variant(name).is_none()) {
        return Err(usage(format!("error: --variant {unknown}: {} has no such variant", first.name)));
    }
    let wanted = |name: &String| arguments.variants.is_empty() || arguments.variants.contains(name);
    let grid = Grid {
        scenario: first.name.clone(),
        hash: plain.hash,
        seed: arguments.seed.unwrap_or(plain.seed.0),
        variants: first.variants.iter().map(|variant| variant.name.clone()).filter(wanted).collect(),
        replications: arguments.seeds,
        axes,
    };
    grid.check_size().map_err(usage)?;
    Ok(grid)
}

/// The scenario at a point of the grid.
fn scenario(arguments: &SweepArguments, axes: &[Axis], places: &[u64]) -> Result<Scenario, Failure> {
    let point = axes.iter().zip(places).map(|(axis, place)| axis.set(*place));
    let sets: Vec<String> = arguments.overrides.iter().cloned().chain(point).collect();
    check::load(&arguments.scenario, &sets, false)
}

/// The lines of these rows, in their order.
fn made(arguments: &SweepArguments, grid: &Grid, rows: &[u64], counter: &Counter) -> Result<String, Failure> {
    let rows: Vec<Row> = rows.iter().map(|number| grid.row(*number)).collect();
    let mut points: Vec<&Vec<u64>> = rows.iter().map(|row| &row.places).collect();
    points.dedup();
    let scenarios =
        parallel::map(arguments.threads, &points, |places| scenario(arguments, &grid.axes, places))?;
    let scenarios: Vec<Scenario> = scenarios.into_iter().collect::<Result<_, _>>()?;
    let by_point: BTreeMap<&Vec<u64>, &Scenario> = points.into_iter().zip(&scenarios).collect();
    let lines = parallel::map(arguments.threads, &rows, |row| {
        let report = report(by_point[&row.places], grid, row)?;
        counter.one();
        Ok(grid.line(row, &figures(&report)))
    })?;
    lines.into_iter().collect()
}

fn report(scenario: &Scenario, grid: &Grid, row: &Row) -> Result<Report, Failure> {
    let scenario = scenario.clone().with_seed(Seed(grid.seed).replication(row.replication));
    let name = &grid.variants[row.variant];
    let Some(variant) = scenario.variant(name) else {
        return Err(usage(format!("error: there is no variant {name} at every point of the grid")));
    };
    let header = scenario.header(variant, scenario.seed, VERSION);
    let wanted = Wanted { check: false, folder: None, events: false };
    record(&scenario, variant, &header, &wanted, |_| {}).map(|recording| recording.report)
}

fn usage(what: impl std::fmt::Display) -> Failure {
    Failure::new(Exit::Usage, what)
}

fn cannot(path: &Path, error: impl std::fmt::Display) -> Failure {
    usage(format!("error: cannot write {}: {error}", path.display()))
}
