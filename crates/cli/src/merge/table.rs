//! Means over the replications of each point and variant, with the half widths of their 95 % intervals.

use super::part::{Part, fields};
use super::{Whole, bad};
use crate::exit::Failure;
use crate::sweep::grid::{FIXED, csv_line};
use rushhour_report::interval::{Interval, t_quantile};

const LEVEL: f64 = 0.95;

/// A table in the making. Rows come in their order, in which the replications of a point and variant follow each other.
pub(super) struct Table {
    out: Whole,
    replications: u64,
    axes: usize,
    columns: usize,
    /// Student's quantile for so many replications; `None` of one.
    quantile: Option<f64>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn begin(mut out: Whole, part: &Part) -> Result<Table, Failure> {
        let columns = part.columns();
        let mut names: Vec<String> = columns[1..=part.axes + 1].to_vec();
        names.push("replications".to_owned());
        for path in &columns[part.axes + 1 + FIXED..] {
            names.extend([format!("{path}.mean"), format!("{path}.half_width")]);
        }
        out.write(&csv_line(names))?;
        let degrees = u32::try_from(part.replications.saturating_sub(1)).unwrap_or(u32::MAX);
        let quantile = t_quantile(0.5 + LEVEL / 2.0, degrees);
        Ok(Table {
            out,
            replications: part.replications,
            axes: part.axes,
            columns: columns.len(),
            quantile,
            rows: Vec::new(),
        })
    }

    pub(super) fn add(&mut self, line: &str) -> Result<(), Failure> {
        let row = fields(line);
        if row.len() < self.columns {
            return Err(bad(
                &self.out.place,
                format!("a row has {} fields instead of {}", row.len(), self.columns),
            ));
        }
        self.rows.push(row);
        if (self.rows.len() as u64) < self.replications {
            return Ok(());
        }
        let rows = std::mem::take(&mut self.rows);
        let mut fields: Vec<String> = rows[0][1..=self.axes + 1].to_vec();
        fields.push(self.replications.to_string());
        for column in self.axes + 1 + FIXED..self.columns {
            let values: Option<Vec<f64>> = rows.iter().map(|row| row[column].parse().ok()).collect();
            fields.extend(self.summary(&values.unwrap_or_default()));
        }
        self.out.write(&csv_line(fields))
    }

    /// Mean and half width; empty where a replication has no samples, and the half width of a single one.
    fn summary(&self, values: &[f64]) -> [String; 2] {
        let written = |value: f64| format!("{value:.6}");
        match (values, self.quantile.and_then(|t| Interval::with_quantile(values, t))) {
            ([], _) => [String::new(), String::new()],
            ([one], _) => [written(*one), String::new()],
            (_, Some(interval)) => [written(interval.mean), written(interval.half_width)],
            (_, None) => [String::new(), String::new()],
        }
    }

    pub(super) fn finish(self) -> Result<(), Failure> {
        self.out.finish()
    }
}
