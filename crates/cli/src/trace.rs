//! `trace`: what a recording of real traffic holds before anybody replays it, and what a scenario's own generator makes,
//! measured alike.

use crate::args::TraceArguments;
use crate::check::load;
use crate::exit::{Exit, Failure};
use crate::say::{print, tell};
use rushhour_base::{Seed, Span};
use rushhour_report::render::{Style, traffic_json, traffic_text};
use rushhour_report::traffic::{Request, Traffic};
use rushhour_scenario::trace::{Format, TraceRow, read, write_azure};
use rushhour_world::recording::Recording;
use std::io::IsTerminal;
use std::path::Path;

/// What is to be measured.
struct Measured {
    rows: Vec<TraceRow>,
    /// How it is written, or that it was generated.
    written_as: String,
    notes: Vec<String>,
    /// What a local clock shows at its start, in seconds since 1970; that year's beginning where nothing says.
    starts_local_s: i64,
}

/// Reads a trace, or has a scenario make its traffic, and tells what it is like. What is suspicious about it is told,
/// and is no error.
pub(crate) fn trace(arguments: &TraceArguments) -> Result<Exit, Failure> {
    let is_scenario = arguments.file.extension().is_some_and(|ending| ending == "toml");
    let measured = if is_scenario { generated(arguments)? } else { recorded(arguments)? };
    if let Some(path) = &arguments.azure {
        write(path, &measured)?;
    }
    let first = measured.rows.first().map_or(Span::ZERO, |row| row.at);
    let request = |row: &TraceRow| Request {
        at: Span(row.at.0 - first.0),
        input_tokens: row.input_tokens,
        output_tokens: row.output_tokens,
    };
    let traffic = Traffic::of(&measured.rows.iter().map(request).collect::<Vec<_>>());
    let name = arguments.file.file_name().unwrap_or_default().to_string_lossy();
    if !arguments.quiet {
        measured.notes.iter().for_each(|note| tell(&format!("note: {note}")));
    }
    if arguments.json {
        print(&traffic_json(&traffic, &name, &measured.written_as, &measured.notes))?;
    } else {
        let style = Style { colour: std::io::stdout().is_terminal() };
        print(&traffic_text(&traffic, &name, &measured.written_as, style))?;
    }
    Ok(Exit::Held)
}

fn recorded(arguments: &TraceArguments) -> Result<Measured, Failure> {
    for (given, option) in [
        (arguments.workload.is_some(), "--workload"),
        (arguments.seed.is_some(), "--seed"),
        (!arguments.overrides.is_empty(), "--set"),
    ] {
        if given {
            let text =
                format!("error: {option} goes with a scenario, and {} is a trace", arguments.file.display());
            return Err(Failure::new(Exit::Usage, text));
        }
    }
    let trace = read(&arguments.file, Format::named(&arguments.format)).map_err(|problem| {
        let text = format!("error: {}\n  help: {}", problem.what, problem.way_out);
        Failure::new(Exit::BadScenario, text)
    })?;
    let failed = (trace.failed > 0)
        .then(|| format!("{} rows failed in the recording, have no reply and are left out", trace.failed));
    Ok(Measured {
        notes: trace.suspicion.into_iter().chain(failed).collect(),
        rows: trace.rows,
        written_as: trace.format.name().to_owned(),
        starts_local_s: 0,
    })
}

fn generated(arguments: &TraceArguments) -> Result<Measured, Failure> {
    if arguments.format != "auto" {
        let text =
            format!("error: --format goes with a trace, and {} is a scenario", arguments.file.display());
        return Err(Failure::new(Exit::Usage, text));
    }
    let mut scenario = load(&arguments.file, &arguments.overrides, arguments.json)?;
    if let Some(seed) = arguments.seed {
        scenario = scenario.with_seed(Seed(seed));
    }
    let only = arguments.workload.as_deref();
    let names: Vec<&str> = scenario.world.workloads.iter().map(|workload| workload.name.as_str()).collect();
    if let Some(unknown) = only.filter(|only| !names.contains(only)) {
        let text = format!("error: there is no workload `{unknown}`; there is {}", names.join(", "));
        return Err(Failure::new(Exit::Usage, text));
    }
    let recording = Recording::of(&scenario.world, only);
    let notes: Vec<String> = recording
        .left_out
        .iter()
        .map(|name| {
            format!(
                "workload {name} is left out: its agents wait for outcomes, so only a run knows when they ask"
            )
        })
        .collect();
    let header = scenario.header(&scenario.variants[0], scenario.seed, env!("CARGO_PKG_VERSION"));
    Ok(Measured {
        rows: recording.rows,
        written_as: format!("generated, seed {}", scenario.seed.0),
        notes,
        starts_local_s: header.starts_unix_s + i64::from(header.utc_offset_s),
    })
}

/// Writes what was measured as a trace of Azure's format, to a file that is not there yet.
fn write(path: &Path, measured: &Measured) -> Result<(), Failure> {
    let cannot =
        |error| Failure::new(Exit::Usage, format!("error: cannot write {}: {error}", path.display()));
    let file = std::fs::File::create_new(path).map_err(cannot)?;
    write_azure(&measured.rows, measured.starts_local_s, std::io::BufWriter::new(file)).map_err(cannot)
}
