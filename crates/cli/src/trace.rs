//! `trace`: what a recording of real traffic holds, before anybody replays it.

use crate::args::TraceArguments;
use crate::exit::{Exit, Failure};
use crate::say::{print, tell};
use rushhour_report::render::{Style, traffic_json, traffic_text};
use rushhour_report::traffic::{Request, Traffic};
use rushhour_scenario::trace::{Format, Trace, read};
use std::io::IsTerminal;

/// Reads a trace and tells what it holds. What is suspicious about it is told, and is no error.
pub(crate) fn trace(arguments: &TraceArguments) -> Result<Exit, Failure> {
    let trace = read(&arguments.file, Format::named(&arguments.format)).map_err(|problem| {
        let text = format!("error: {}\n  help: {}", problem.what, problem.way_out);
        Failure::new(Exit::BadScenario, text)
    })?;
    let requests: Vec<Request> = trace
        .rows
        .iter()
        .map(|row| Request { at: row.at, input_tokens: row.input_tokens, output_tokens: row.output_tokens })
        .collect();
    let (traffic, notes) = (Traffic::of(&requests), notes(&trace));
    let name = arguments.file.file_name().unwrap_or_default().to_string_lossy();
    if !arguments.quiet {
        notes.iter().for_each(|note| tell(&format!("note: {note}")));
    }
    if arguments.json {
        print(&traffic_json(&traffic, &name, trace.format.name(), &notes))?;
    } else {
        let style = Style { colour: std::io::stdout().is_terminal() };
        print(&traffic_text(&traffic, &name, trace.format.name(), style))?;
    }
    Ok(Exit::Held)
}

fn notes(trace: &Trace) -> Vec<String> {
    let failed = (trace.failed > 0)
        .then(|| format!("{} rows failed in the recording, have no reply and are left out", trace.failed));
    trace.suspicion.iter().cloned().chain(failed).collect()
}
