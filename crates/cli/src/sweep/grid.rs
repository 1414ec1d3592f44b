//! The rows of a sweep: which there are, in which order, and how they are written.
//!
//! A file begins with lines after `#` that say what it is of. They are the same for all parts of a sweep but for the line
//! of the shard, and so prove that parts belong together. Then comes the line of columns, and a row for each run: its
//! number, its point, variant, replication and seed, what it came to, and every figure of the report by its path.
//! Figures are empty without samples; those that requests open at the horizon could still move are named in
//! `lower_bounds`.

use crate::run::VERSION;
use rushhour_base::Seed;
use rushhour_report::slo::{Names, Verdict, judge, paths};
use rushhour_report::{Report, digest};
use rushhour_scenario::Axis;

/// The first line of every file.
pub(crate) const FORMAT: &str = "# rushhour/sweep/1";
/// How many columns stand between the axes and the figures.
pub(crate) const FIXED: usize = 6;
/// The most rows of a sweep.
const MOST_ROWS: u64 = 100_000_000;

/// What a sweep is of.
pub(crate) struct Grid {
    pub(crate) scenario: String,
    /// The hash of the scenario without the axes' values.
    pub(crate) hash: String,
    /// The seed of replication 0.
    pub(crate) seed: u64,
    pub(crate) variants: Vec<String>,
    pub(crate) replications: u32,
    pub(crate) axes: Vec<Axis>,
}

/// A row: one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// Its number over all shards, from 0.
    pub(crate) number: u64,
    /// Its place on each axis.
    pub(crate) places: Vec<u64>,
    pub(crate) variant: usize,
    pub(crate) replication: u32,
}

/// Part `part` of `of`, from 1: every `of`-th row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shard {
    pub(crate) part: u64,
    pub(crate) of: u64,
}

impl Shard {
    /// Reads `K/N`.
    pub(crate) fn parse(text: &str) -> Result<Shard, String> {
        let number = |text: &str| text.parse::<u64>().ok().filter(|n| (1..=1_000_000).contains(n));
        let shard = text.split_once('/').and_then(|(part, of)| Some((number(part)?, number(of)?)));
        match shard {
            Some((part, of)) if part <= of => Ok(Shard { part, of }),
            _ => Err(format!("error: --shard {text}: write K/N with K from 1 to N, such as 3/8")),
        }
    }

    /// The numbers of its rows, ascending.
    pub(crate) fn rows(self, all: u64) -> impl Iterator<Item = u64> {
        (self.part - 1..all).step_by(usize::try_from(self.of).unwrap_or(usize::MAX))
    }

    pub(crate) fn file_name(self) -> String {
        match self {
            Shard { of: 1, .. } => "sweep.csv".to_owned(),
            Shard { part, of } => format!("sweep-{part}-of-{of}.csv"),
        }
    }
}

impl Grid {
    /// How many rows all shards have together.
    pub(crate) fn rows(&self) -> u64 {
        let points = self.axes.iter().map(Axis::len).fold(1u64, u64::saturating_mul);
        points.saturating_mul(self.variants.len() as u64).saturating_mul(self.replications.into())
    }

    /// Refuses what nobody would wait for.
    pub(crate) fn check_size(&self) -> Result<(), String> {
        let rows = self.rows();
        if rows <= MOST_ROWS {
            return Ok(());
        }
        let longest = self.axes.iter().max_by_key(|axis| axis.len()).map_or("", Axis::key);
        Err(format!(
            "error: --vary: the grid has {rows} rows, more than {MOST_ROWS}\n  help: give {longest} a step: KEY=A..B..STEP"
        ))
    }

    /// The row of a number: the replication changes first, then the variant, then the last axis.
    pub(crate) fn row(&self, number: u64) -> Row {
        let mut rest = number;
        let mut next = |count: u64| {
            let place = rest % count;
            rest /= count;
            place
        };
        let replication = next(self.replications.into()) as u32;
        let variant = next(self.variants.len() as u64) as usize;
        let mut places: Vec<u64> = self.axes.iter().rev().map(|axis| next(axis.len())).collect();
        places.reverse();
        Row { number, places, variant, replication }
    }

    /// The lines before the rows.
    pub(crate) fn head(&self, shard: Shard) -> String {
        let axes: Vec<String> = self.axes.iter().map(Axis::to_string).collect();
        let mut head = format!("{FORMAT}\n# scenario {} {}\n# version {VERSION}\n", self.scenario, self.hash);
        head.push_str(&format!("# grid {}\n# variants {}\n", axes.join(" "), self.variants.join(" ")));
        head.push_str(&format!("# replications {} from seed {}\n", self.replications, self.seed));
        head.push_str(&format!("# rows {}\n# shard {}/{}\n", self.rows(), shard.part, shard.of));
        head.push_str(&csv_line(columns(self.axes.iter().map(Axis::key))));
        head
    }

    /// How a row begins: all that is known of it before it is made.
    pub(crate) fn key(&self, row: &Row) -> Vec<String> {
        let mut fields = vec![row.number.to_string()];
        fields.extend(self.axes.iter().zip(&row.places).map(|(axis, place)| axis.value(*place)));
        fields.push(self.variants[row.variant].clone());
        fields.push(row.replication.to_string());
        fields.push(Seed(self.seed).replication(row.replication).0.to_string());
        fields
    }

    /// A whole row.
    pub(crate) fn line(&self, row: &Row, figures: &[String]) -> String {
        let mut fields = self.key(row);
        fields.extend_from_slice(figures);
        csv_line(fields)
    }
}

/// The names of all columns of a grid over these keys.
pub(crate) fn columns<'a>(keys: impl Iterator<Item = &'a str>) -> Vec<String> {
    let fixed = ["variant", "replication", "seed", "digest", "verdict", "lower_bounds"];
    assert_eq!(fixed.len(), FIXED, "readers of rows count on it");
    let plain = paths(&Names::default()).into_iter().filter(|path| !path.contains('{'));
    let before = ["row"].into_iter().chain(keys).chain(fixed).map(str::to_owned);
    before.chain(plain).collect()
}

/// The fields of a row from its digest on.
pub(crate) fn figures(report: &Report) -> Vec<String> {
    let mut all = report.figures();
    all.retain(|(path, _)| !path.contains('{'));
    let open = all.iter().filter(|(_, figure)| figure.is_lower_bound()).map(|(path, _)| path.as_str());
    let open = open.collect::<Vec<_>>().join(" ");
    let mut fields = vec![digest::hex(report.digest), verdict(report).to_owned(), open];
    fields.extend(
        all.iter().map(|(_, figure)| figure.value.map(|value| value.to_string()).unwrap_or_default()),
    );
    fields
}

/// What the limits of a run come to; empty without limits.
fn verdict(report: &Report) -> &'static str {
    let verdicts: Vec<Verdict> = judge(report).into_iter().map(|slo| slo.verdict).collect();
    let worst =
        [Verdict::Missed, Verdict::Inconclusive, Verdict::Held].into_iter().find(|v| verdicts.contains(v));
    worst.map_or("", Verdict::name)
}

/// Fields as one line of CSV (RFC 4180), ended by a line feed.
pub(crate) fn csv_line(fields: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let quoted = |field: &str| {
        if field.contains(['"', ',', '\n', '\r']) {
            format!("\"{}\"", field.replace('"', "\"\""))
        } else {
            field.to_owned()
        }
    };
    let fields: Vec<String> = fields.into_iter().map(|field| quoted(field.as_ref())).collect();
    format!("{}\n", fields.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> Grid {
        let axes = ["a=1..3", "b=x,y"].map(|text| Axis::parse(text).expect("an axis"));
        let variants = vec!["base".to_owned(), "hasty".to_owned()];
        Grid {
            scenario: "s".into(),
            hash: "0".into(),
            seed: 7,
            variants,
            replications: 3,
            axes: axes.to_vec(),
        }
    }

    #[test]
    fn rows_stand_in_one_order_whatever_the_shards() {
        let grid = grid();
        assert_eq!(grid.rows(), 36);
        assert_eq!(grid.row(0), Row { number: 0, places: vec![0, 0], variant: 0, replication: 0 });
        assert_eq!(grid.row(2).replication, 2);
        assert_eq!(grid.row(3).variant, 1);
        assert_eq!(grid.row(6).places, [0, 1]);
        assert_eq!(grid.row(35), Row { number: 35, places: vec![2, 1], variant: 1, replication: 2 });
        let keys: Vec<Vec<String>> =
            (0..36).map(|number| grid.key(&grid.row(number))[1..].to_vec()).collect();
        assert!((0..36).all(|i| !keys[..i].contains(&keys[i])), "{keys:?}");
    }

    #[test]
    fn shards_are_disjoint_and_complete() {
        for of in [1, 2, 5, 36, 50] {
            let mut all: Vec<u64> = (1..=of).flat_map(|part| Shard { part, of }.rows(36)).collect();
            all.sort_unstable();
            assert_eq!(all, (0..36).collect::<Vec<u64>>(), "{of} shards");
        }
        assert_eq!(Shard::parse("3/8"), Ok(Shard { part: 3, of: 8 }));
        for wrong in ["0/8", "9/8", "8", "a/b", "1/0", "1/"] {
            assert!(Shard::parse(wrong).is_err(), "{wrong}");
        }
    }
}
