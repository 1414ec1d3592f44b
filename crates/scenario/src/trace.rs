//! Reads traces of real traffic.
//!
//! The format of the Azure LLM inference traces is CSV with the columns `TIMESTAMP` (date and time without zone, up to
//! seven decimals), `ContextTokens` and `GeneratedTokens`, in the order of time. Equal stamps are normal; the order of
//! the file is the tie-break.

use crate::fields::MOST_TOKENS;
use rushhour_base::Span;
use rushhour_world::settings::TraceRow;
use std::path::Path;

/// The columns, in the order in which a row is read.
const COLUMNS: [&str; 3] = ["TIMESTAMP", "ContextTokens", "GeneratedTokens"];

/// A trace that was read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Trace {
    /// The rows within the run.
    pub(crate) rows: Vec<TraceRow>,
    /// How many rows lie beyond it.
    pub(crate) beyond: usize,
}

/// Why a trace cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TraceProblem {
    /// What is wrong, with file, line, column and value.
    pub(crate) what: String,
    /// A way out.
    pub(crate) way_out: String,
}

/// Reads an Azure trace. Times count from its first row; rows at `horizon` or later are left out and counted.
pub(crate) fn azure(path: &Path, horizon: Span) -> Result<Trace, TraceProblem> {
    let bytes = std::fs::read(path).map_err(|error| TraceProblem {
        what: format!("{}: {error}", path.display()),
        way_out: "a path in a scenario file is relative to that file; one in --set to the current directory"
            .to_owned(),
    })?;
    azure_rows(&bytes, &path.display().to_string(), horizon)
}

fn azure_rows(bytes: &[u8], file: &str, horizon: Span) -> Result<Trace, TraceProblem> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(bytes);
    let header = reader.headers().map_err(|error| not_csv(file, &error))?.clone();
    let columns = columns(file, &header)?;
    let mut trace = Trace { rows: Vec::new(), beyond: 0 };
    let mut record = csv::StringRecord::new();
    let (mut first, mut before) = (None, i128::MIN);
    while reader.read_record(&mut record).map_err(|error| not_csv(file, &error))? {
        let row =
            Row { file, line: record.position().map_or(0, csv::Position::line), record: &record, columns };
        let stamp = row.stamp()?;
        if stamp < before {
            return Err(row.problem(0, "is earlier than the row before", "sort the file by TIMESTAMP"));
        }
        before = stamp;
        let at = stamp - *first.get_or_insert(stamp);
        let (input_tokens, output_tokens) = (row.tokens(1)?, row.tokens(2)?);
        match u64::try_from(at) {
            Ok(at) if at < horizon.0 => {
                trace.rows.push(TraceRow { at: Span(at), input_tokens, output_tokens });
            }
            _ => trace.beyond += 1,
        }
    }
    if first.is_none() {
        return Err(TraceProblem {
            what: format!("{file} has no rows"),
            way_out: "a trace needs at least one row below its header".to_owned(),
        });
    }
    Ok(trace)
}

fn columns(file: &str, header: &csv::StringRecord) -> Result<[usize; 3], TraceProblem> {
    let mut columns = [0; 3];
    for (place, name) in columns.iter_mut().zip(COLUMNS) {
        let found = header.iter().position(|column| column.trim_start_matches('\u{feff}') == name);
        *place = found.ok_or_else(|| {
            let there: Vec<&str> = header.iter().collect();
            let there = if there.is_empty() {
                "it is empty".to_owned()
            } else {
                format!("it has {}", there.join(", "))
            };
            TraceProblem {
                what: format!("{file}:1 has no column {name}; {there}"),
                way_out: format!("the first line must name the columns {}", COLUMNS.join(", ")),
            }
        })?;
    }
    Ok(columns)
}

fn not_csv(file: &str, error: &csv::Error) -> TraceProblem {
    TraceProblem { what: format!("{file}: {error}"), way_out: "the file must be CSV in UTF-8".to_owned() }
}

/// One row, and where it stands.
struct Row<'a> {
    file: &'a str,
    line: u64,
    record: &'a csv::StringRecord,
    columns: [usize; 3],
}

impl Row<'_> {
    fn value(&self, column: usize) -> Result<&str, TraceProblem> {
        self.record.get(self.columns[column]).filter(|value| !value.is_empty()).ok_or_else(|| TraceProblem {
            what: format!("{}:{} has no {}: the row is cut short", self.file, self.line, COLUMNS[column]),
            way_out: "complete the row or remove it".to_owned(),
        })
    }

    /// Nanoseconds since some fixed moment.
    fn stamp(&self) -> Result<i128, TraceProblem> {
        let way_out = "write it as 2023-11-16 18:15:46.6805900";
        let stamp: jiff::civil::DateTime =
            self.value(0)?.parse().map_err(|_| self.problem(0, "is no date and time", way_out))?;
        let instant = jiff::tz::Offset::UTC.to_timestamp(stamp);
        Ok(instant.map_err(|_| self.problem(0, "is out of range", way_out))?.as_nanosecond())
    }

    fn tokens(&self, column: usize) -> Result<u64, TraceProblem> {
        let tokens: Option<u64> = self.value(column)?.parse().ok();
        tokens.filter(|tokens| *tokens <= MOST_TOKENS).ok_or_else(|| {
            self.problem(column, "is no number of tokens", "write a whole number from 0 to 1,000,000,000")
        })
    }

    fn problem(&self, column: usize, what: &str, way_out: &str) -> TraceProblem {
        let value = self.record.get(self.columns[column]).unwrap_or_default();
        let Row { file, line, .. } = self;
        TraceProblem {
            what: format!("{file}:{line}: {} `{value}` {what}", COLUMNS[column]),
            way_out: way_out.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests;
