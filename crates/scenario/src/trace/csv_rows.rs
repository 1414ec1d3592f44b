//! Traces in CSV: columns are found by name, so further columns and their order do not matter.

use super::{Intake, TraceProblem};
use crate::fields::MOST_TOKENS;
use rushhour_base::time::SECOND;

const AZURE: &[&str] = &["TIMESTAMP", "ContextTokens", "GeneratedTokens"];
const BURSTGPT: &[&str] = &["Timestamp", "Request tokens", "Response tokens"];

/// Reads the Azure format.
pub(super) fn azure(bytes: &[u8], file: &str, intake: &mut Intake) -> Result<(), TraceProblem> {
    for_each_row(bytes, file, AZURE, |row| {
        row.noted(intake, row.date_and_time()?)?;
        intake.row(row.tokens(1)?, row.tokens(2)?);
        Ok(())
    })
}

/// Reads the BurstGPT format. A reply of no tokens is a request that failed.
pub(super) fn burstgpt(bytes: &[u8], file: &str, intake: &mut Intake) -> Result<(), TraceProblem> {
    for_each_row(bytes, file, BURSTGPT, |row| {
        row.noted(intake, row.seconds(0)?)?;
        match (row.tokens(1)?, row.tokens(2)?) {
            (_, 0) => intake.failed_row(),
            (input_tokens, output_tokens) => intake.row(input_tokens, output_tokens),
        }
        Ok(())
    })
}

pub(super) fn for_each_row(
    bytes: &[u8],
    file: &str,
    names: &'static [&'static str],
    mut take: impl FnMut(&Row<'_>) -> Result<(), TraceProblem>,
) -> Result<(), TraceProblem> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(bytes);
    let header = reader.headers().map_err(|error| not_csv(file, &error))?.clone();
    let columns = columns(file, &header, names)?;
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(|error| not_csv(file, &error))? {
        let line = record.position().map_or(0, csv::Position::line);
        take(&Row { file, line, record: &record, names, columns: &columns })?;
    }
    Ok(())
}

fn columns(file: &str, header: &csv::StringRecord, names: &[&str]) -> Result<Vec<usize>, TraceProblem> {
    let mut columns = vec![0; names.len()];
    for (place, name) in columns.iter_mut().zip(names) {
        let found = header.iter().position(|column| column.trim_start_matches('\u{feff}') == *name);
        *place = found.ok_or_else(|| {
            let there: Vec<&str> = header.iter().collect();
            let there = if there.is_empty() {
                "it is empty".to_owned()
            } else {
                format!("it has {}", there.join(", "))
            };
            TraceProblem {
                what: format!("{file}:1 has no column {name}; {there}"),
                way_out: format!("the first line must name the columns {}", names.join(", ")),
            }
        })?;
    }
    Ok(columns)
}

fn not_csv(file: &str, error: &csv::Error) -> TraceProblem {
    TraceProblem { what: format!("{file}: {error}"), way_out: "the file must be CSV in UTF-8".to_owned() }
}

/// One row, and where it stands.
pub(super) struct Row<'a> {
    file: &'a str,
    line: u64,
    record: &'a csv::StringRecord,
    names: &'static [&'static str],
    columns: &'a [usize],
}

impl Row<'_> {
    /// Whether the row says nothing in a column.
    pub(super) fn is_empty(&self, column: usize) -> bool {
        self.record.get(self.columns[column]).is_some_and(str::is_empty)
    }

    pub(super) fn value(&self, column: usize) -> Result<&str, TraceProblem> {
        self.record.get(self.columns[column]).filter(|value| !value.is_empty()).ok_or_else(|| TraceProblem {
            what: format!("{}:{} has no {}: the row is cut short", self.file, self.line, self.names[column]),
            way_out: "complete the row or remove it".to_owned(),
        })
    }

    /// Notes the row's time; it must not be earlier than the one before.
    fn noted(&self, intake: &mut Intake, stamp: i128) -> Result<(), TraceProblem> {
        if intake.stamp(stamp) {
            return Ok(());
        }
        let way_out = format!("sort the file by {}", self.names[0]);
        Err(self.problem(0, "is earlier than the row before", &way_out))
    }

    /// Nanoseconds since some fixed moment.
    fn date_and_time(&self) -> Result<i128, TraceProblem> {
        let way_out = "write it as 2023-11-16 18:15:46.6805900";
        let stamp: jiff::civil::DateTime =
            self.value(0)?.parse().map_err(|_| self.problem(0, "is no date and time", way_out))?;
        let instant = jiff::tz::Offset::UTC.to_timestamp(stamp);
        Ok(instant.map_err(|_| self.problem(0, "is out of range", way_out))?.as_nanosecond())
    }

    /// Nanoseconds from a decimal number of seconds, exact to the nanosecond.
    pub(super) fn seconds(&self, column: usize) -> Result<i128, TraceProblem> {
        decimal_seconds(self.value(column)?).ok_or_else(|| {
            self.problem(column, "is no number of seconds", "write seconds from the start, such as 5 or 5.25")
        })
    }

    pub(super) fn tokens(&self, column: usize) -> Result<u64, TraceProblem> {
        let tokens: Option<u64> = self.value(column)?.parse().ok();
        tokens.filter(|tokens| *tokens <= MOST_TOKENS).ok_or_else(|| {
            self.problem(column, "is no number of tokens", "write a whole number from 0 to 1,000,000,000")
        })
    }

    pub(super) fn problem(&self, column: usize, what: &str, way_out: &str) -> TraceProblem {
        let value = self.record.get(self.columns[column]).unwrap_or_default();
        let Row { file, line, .. } = self;
        TraceProblem {
            what: format!("{file}:{line}: {} `{value}` {what}", self.names[column]),
            way_out: way_out.to_owned(),
        }
    }
}

/// `12`, `12.5` or `12.123456789` seconds as nanoseconds; further decimals are cut off.
fn decimal_seconds(text: &str) -> Option<i128> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits(whole) || !all_digits(decimals) || whole.len() > 12 {
        return None;
    }
    let nanos = decimals.bytes().chain(std::iter::repeat(b'0')).take(9);
    let nanos = nanos.fold(0, |sum, digit| sum * 10 + i128::from(digit - b'0'));
    Some(whole.parse::<i128>().ok()? * i128::from(SECOND) + nanos)
}
