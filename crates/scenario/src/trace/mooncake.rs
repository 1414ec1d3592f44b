//! Traces in JSON lines: `{"timestamp": 3000, "input_length": 6758, "output_length": 500, "hash_ids": [0, 1]}`.

use super::{Intake, TraceProblem};
use crate::fields::MOST_TOKENS;
use rushhour_base::time::MILLISECOND;
use serde_json::{Map, Value};

/// The latest time of a row, in milliseconds: about 300 years.
const LATEST_MS: u64 = 10_000_000_000_000;

/// Reads the Mooncake format. What a line says beyond its three numbers is passed over.
pub(super) fn lines(bytes: &[u8], file: &str, intake: &mut Intake) -> Result<(), TraceProblem> {
    let text = std::str::from_utf8(bytes).map_err(|error| TraceProblem {
        what: format!("{file}: it is no UTF-8 from byte {} on", error.valid_up_to()),
        way_out: "the file must be text, a JSON object a line".to_owned(),
    })?;
    for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let line = Line { file, number: index + 1, object: object(file, index + 1, line)? };
        let stamp = line.number("timestamp", LATEST_MS, "whole milliseconds from the start")?;
        if !intake.stamp(i128::from(stamp) * i128::from(MILLISECOND)) {
            return Err(line.problem(
                "timestamp",
                "is earlier than the line before",
                "sort the file by timestamp",
            ));
        }
        let tokens = |key| line.number(key, MOST_TOKENS, "a whole number of tokens, at most 1,000,000,000");
        intake.row(tokens("input_length")?, tokens("output_length")?);
    }
    Ok(())
}

fn object(file: &str, number: usize, line: &str) -> Result<Map<String, Value>, TraceProblem> {
    let way_out = "each line must be a JSON object with timestamp, input_length and output_length".to_owned();
    match serde_json::from_str(line) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(TraceProblem { what: format!("{file}:{number} is no JSON object"), way_out }),
        Err(error) => {
            let column = error.column();
            Err(TraceProblem { what: format!("{file}:{number}:{column} is no JSON: {error}"), way_out })
        }
    }
}

/// One line, and where it stands.
struct Line<'a> {
    file: &'a str,
    number: usize,
    object: Map<String, Value>,
}

impl Line<'_> {
    fn number(&self, key: &str, most: u64, wanted: &str) -> Result<u64, TraceProblem> {
        let Some(value) = self.object.get(key) else {
            let there: Vec<&str> = self.object.keys().map(String::as_str).collect();
            return Err(TraceProblem {
                what: format!("{}:{} has no {key}; it has {}", self.file, self.number, there.join(", ")),
                way_out: "each line must have timestamp, input_length and output_length".to_owned(),
            });
        };
        let seconds = if key == "timestamp" && value.is_f64() {
            "; a decimal number looks like seconds: multiply by 1000"
        } else {
            ""
        };
        value
            .as_u64()
            .filter(|number| *number <= most)
            .ok_or_else(|| self.problem(key, "is out of range", &format!("write {wanted}{seconds}")))
    }

    fn problem(&self, key: &str, what: &str, way_out: &str) -> TraceProblem {
        let value = self.object.get(key).map(Value::to_string).unwrap_or_default();
        TraceProblem {
            what: format!("{}:{}: {key} `{value}` {what}", self.file, self.number),
            way_out: way_out.to_owned(),
        }
    }
}
