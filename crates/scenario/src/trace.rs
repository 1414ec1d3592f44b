//! Reads traces of real traffic.
//!
//! | format | shape | times |
//! |---|---|---|
//! | [`Azure`](Format::Azure) | CSV with `TIMESTAMP`, `ContextTokens`, `GeneratedTokens` (Azure LLM inference traces) | date and time without zone, up to seven decimals |
//! | [`Mooncake`](Format::Mooncake) | a JSON object a line with `timestamp`, `input_length`, `output_length` (Mooncake, FAST'25) | whole **milliseconds** from the start |
//! | [`BurstGpt`](Format::BurstGpt) | CSV with `Timestamp`, `Request tokens`, `Response tokens` (BurstGPT) | **seconds** from the start, with or without decimals |
//!
//! Rows stand in the order of time. Equal stamps are normal; the order of the file is the tie-break.

mod azure_out;
mod csv_rows;
mod mooncake;
mod scale;
mod sessions;
mod unit;

use rushhour_base::Span;
use std::path::Path;

pub use azure_out::write_azure;
pub use rushhour_world::settings::TraceRow;
pub(crate) use scale::Scale;
pub use sessions::read_sessions;

/// How a trace file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// CSV of the Azure LLM inference traces.
    Azure,
    /// JSON lines of the Mooncake traces.
    Mooncake,
    /// CSV of the BurstGPT traces.
    BurstGpt,
}

impl Format {
    /// Its name in a scenario.
    pub fn name(self) -> &'static str {
        match self {
            Format::Azure => "azure",
            Format::Mooncake => "mooncake",
            Format::BurstGpt => "burstgpt",
        }
    }

    /// The format of that name.
    pub fn named(name: &str) -> Option<Format> {
        [Format::Azure, Format::Mooncake, Format::BurstGpt].into_iter().find(|format| format.name() == name)
    }

    /// Tells the format from the first line that says something.
    fn of(bytes: &[u8], file: &str) -> Result<Format, TraceProblem> {
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
        let end = text.iter().position(|byte| *byte == b'\n').unwrap_or(text.len());
        let line = String::from_utf8_lossy(&text[..end]);
        let names = |column: &str| line.split(',').any(|found| found.trim() == column);
        match () {
            () if line.starts_with('{') => Ok(Format::Mooncake),
            () if names("Request tokens") || names("Response tokens") => Ok(Format::BurstGpt),
            () if names("TIMESTAMP") || names("ContextTokens") || line.is_empty() => Ok(Format::Azure),
            () => {
                let shown: String = line.trim_end().chars().take(60).collect();
                Err(TraceProblem {
                    what: format!("{file} is in no known format; it begins with `{shown}`"),
                    way_out: "known are azure (columns TIMESTAMP, ContextTokens, GeneratedTokens), burstgpt \
                              (Timestamp, Request tokens, Response tokens) and mooncake (a JSON object a line with \
                              timestamp in ms, input_length, output_length)"
                        .to_owned(),
                })
            }
        }
    }
}

/// A trace that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// How the file is written.
    pub format: Format,
    /// The rows; times count from the first row of the file.
    pub rows: Vec<TraceRow>,
    /// How many rows had failed in the recording, and so have no reply to replay; they are left out.
    pub failed: usize,
    /// Why the unit of its times looks wrong, if it does.
    pub suspicion: Option<String>,
}

/// Why a trace cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceProblem {
    /// What is wrong, with file, line, column and value.
    pub what: String,
    /// A way out.
    pub way_out: String,
}

/// Reads a trace; a format of `None` is told from the file.
///
/// # Errors
/// The first thing that is wrong with the file, with its line, and a way out.
pub fn read(path: &Path, format: Option<Format>) -> Result<Trace, TraceProblem> {
    parse(&bytes_of(path)?, &path.display().to_string(), format)
}

fn bytes_of(path: &Path) -> Result<Vec<u8>, TraceProblem> {
    std::fs::read(path).map_err(|error| TraceProblem {
        what: format!("{}: {error}", path.display()),
        way_out: "a path in a scenario file is relative to that file; one in --set to the current directory"
            .to_owned(),
    })
}

fn parse(bytes: &[u8], file: &str, format: Option<Format>) -> Result<Trace, TraceProblem> {
    let format = match format {
        Some(format) => format,
        None => Format::of(bytes, file)?,
    };
    let mut intake = Intake::new(format);
    match format {
        Format::Azure => csv_rows::azure(bytes, file, &mut intake)?,
        Format::BurstGpt => csv_rows::burstgpt(bytes, file, &mut intake)?,
        Format::Mooncake => mooncake::lines(bytes, file, &mut intake)?,
    }
    if intake.first.is_none() {
        return Err(TraceProblem {
            what: format!("{file} has no rows"),
            way_out: match format {
                Format::Mooncake => "a trace needs at least one line with a JSON object".to_owned(),
                _ => "a trace needs at least one row below its header".to_owned(),
            },
        });
    }
    let mut trace = intake.trace;
    trace.suspicion = unit::suspicion(format, &trace.rows);
    Ok(trace)
}

/// Takes rows in the order of the file and puts them on the clock of the run.
struct Intake {
    trace: Trace,
    first: Option<i128>,
    before: i128,
}

impl Intake {
    fn new(format: Format) -> Intake {
        let trace = Trace { format, rows: Vec::new(), failed: 0, suspicion: None };
        Intake { trace, first: None, before: i128::MIN }
    }

    /// Notes the time of the next row, in nanoseconds from some fixed moment. Returns whether it is in order.
    fn stamp(&mut self, stamp: i128) -> bool {
        let in_order = stamp >= self.before;
        self.before = self.before.max(stamp);
        self.first.get_or_insert(stamp);
        in_order
    }

    /// Takes the row whose time was noted last.
    fn row(&mut self, input_tokens: u64, output_tokens: u64) {
        let at = self.before - self.first.unwrap_or(self.before);
        let at = Span(u64::try_from(at).unwrap_or(u64::MAX));
        self.trace.rows.push(TraceRow { at, input_tokens, output_tokens });
    }

    /// Leaves out the row whose time was noted last: in the recording it had failed.
    fn failed_row(&mut self) {
        self.trace.failed += 1;
    }
}

#[cfg(test)]
mod tests;
