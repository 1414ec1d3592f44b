//! One part of a sweep, read row by row.

use super::bad;
use crate::exit::Failure;
use crate::sweep::grid::{FORMAT, Shard};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

/// A part whose head was read.
pub(super) struct Part {
    pub(super) path: PathBuf,
    /// All lines before the rows but that of the shard.
    pub(super) head: String,
    pub(super) shard: Shard,
    /// How many rows all parts have together.
    pub(super) rows: u64,
    /// How many runs there are at a point with one variant.
    pub(super) replications: u64,
    /// How many axes the sweep has.
    pub(super) axes: usize,
    file: BufReader<File>,
}

/// Whether a file begins as the parts of a sweep do.
pub(super) fn is_one(path: &Path) -> bool {
    let mut line = String::new();
    let read = File::open(path).and_then(|file| BufReader::new(file).read_line(&mut line));
    read.is_ok() && line.trim_end() == FORMAT
}

impl Part {
    pub(super) fn open(path: &Path) -> Result<Part, Failure> {
        if let Err(error) = File::open(path) {
            return Err(bad(path, error));
        }
        if !is_one(path) {
            return Err(bad(path, format!("it is no file of a sweep: it does not begin with `{FORMAT}`")));
        }
        let file = BufReader::new(File::open(path).map_err(|error| bad(path, error))?);
        Part::read(path, file).map_err(|what| bad(path, what))
    }

    fn read(path: &Path, mut file: BufReader<File>) -> Result<Part, String> {
        let (mut head, mut shard, mut rows, mut replications) = (String::new(), None, None, None);
        let axes = loop {
            let mut line = String::new();
            file.read_line(&mut line).map_err(|error| error.to_string())?;
            if !line.ends_with('\n') {
                return Err("it is cut in its head".to_owned());
            }
            let (word, rest) = line.trim_start_matches("# ").trim_end().split_once(' ').unwrap_or_default();
            match word {
                "shard" => {
                    shard = Some(Shard::parse(rest).map_err(|_| format!("it names no shard: `{rest}`"))?);
                    continue;
                }
                "rows" => rows = rest.parse().ok(),
                "replications" => replications = rest.split(' ').next().and_then(|n| n.parse().ok()),
                _ => {}
            }
            head.push_str(&line);
            if !line.starts_with('#') {
                let variant = fields(&line).iter().position(|column| column == "variant");
                break variant.and_then(|at| at.checked_sub(1));
            }
        };
        let known = (shard, rows, replications, axes);
        let (Some(shard), Some(rows), Some(replications), Some(axes)) = known else {
            return Err("its head does not say of what it is".to_owned());
        };
        Ok(Part { path: path.to_owned(), head, shard, rows, replications, axes, file })
    }

    /// The head of a sweep that was never parted.
    pub(super) fn whole_head(&self) -> String {
        let columns = self.head.trim_end().rfind('\n').map_or(0, |at| at + 1);
        format!("{}# shard 1/1\n{}", &self.head[..columns], &self.head[columns..])
    }

    /// The names of the columns.
    pub(super) fn columns(&self) -> Vec<String> {
        fields(self.head.lines().last().unwrap_or_default())
    }

    /// The next row, which must be that of this number.
    pub(super) fn row(&mut self, number: u64) -> Result<String, Failure> {
        let mut line = String::new();
        self.file.read_line(&mut line).map_err(|error| bad(&self.path, error))?;
        if !line.ends_with('\n') {
            let what = if line.is_empty() { "ends before" } else { "is cut in" };
            return Err(bad(&self.path, format!("it {what} row {number}; run the sweep of this part again")));
        }
        if line.split(',').next().and_then(|first| first.parse().ok()) != Some(number) {
            return Err(bad(&self.path, format!("row {number} does not stand where it should")));
        }
        Ok(line)
    }

    /// Whether nothing stands behind the last row.
    pub(super) fn ended(&mut self) -> Result<(), Failure> {
        let rest = self.file.fill_buf().map_err(|error| bad(&self.path, error))?;
        if rest.is_empty() { Ok(()) } else { Err(bad(&self.path, "it goes on behind its last row")) }
    }
}

/// The fields of one line of CSV; none if it is no CSV.
pub(super) fn fields(line: &str) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(line.as_bytes());
    let record = reader.records().next().and_then(Result::ok);
    record.map(|record| record.iter().map(str::to_owned).collect()).unwrap_or_default()
}
