//! `merge`: the parts of a sweep into one file, once they prove complete and disjoint.

mod part;
mod table;

use crate::args::MergeArguments;
use crate::exit::{Exit, Failure};
use crate::say::tell;
use part::Part;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use table::Table;

/// Reads the parts side by side, row by row, so that memory does not grow with their length.
pub(crate) fn merge(arguments: &MergeArguments) -> Result<Exit, Failure> {
    let mut parts = Vec::new();
    for path in files(&arguments.parts)? {
        parts.push(Part::open(&path)?);
    }
    parts.sort_by_key(|part| part.shard.part);
    belong_together(&parts)?;
    let rows = parts[0].rows;
    let mut out = Whole::begin(&arguments.out)?;
    let mut table =
        arguments.table.as_deref().map(|path| Table::begin(Whole::begin(path)?, &parts[0])).transpose()?;
    out.write(&parts[0].whole_head())?;
    let count = parts.len() as u64;
    for number in 0..rows {
        let row = parts[(number % count) as usize].row(number)?;
        if let Some(table) = &mut table {
            table.add(&row)?;
        }
        out.write(&row)?;
    }
    parts.iter_mut().try_for_each(Part::ended)?;
    out.finish()?;
    table.map_or(Ok(()), Table::finish)?;
    tell(&format!("{}: {rows} rows of {count} parts", arguments.out.display()));
    Ok(Exit::Held)
}

/// The files that the arguments name; of a folder those that are of a sweep, in the order of their names.
fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let entries = fs::read_dir(path).map_err(|error| bad(path, error))?;
        let entries = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>();
        let mut inside = entries.map_err(|error| bad(path, error))?;
        inside.retain(|file| file.extension().is_some_and(|ending| ending == "csv") && part::is_one(file));
        if inside.is_empty() {
            return Err(bad(path, "it holds no file of a sweep"));
        }
        inside.sort();
        files.extend(inside);
    }
    Ok(files)
}

/// Whether the parts are all parts of one sweep, each once. All that is wrong is told at once.
fn belong_together(parts: &[Part]) -> Result<(), Failure> {
    let first = &parts[0];
    let mut wrong = Vec::new();
    for part in &parts[1..] {
        let pairs = first.head.lines().zip(part.head.lines());
        if let Some((here, there)) = pairs.into_iter().find(|(here, there)| here != there) {
            let (a, b) = (first.path.display(), part.path.display());
            wrong.push(format!("{b} is of another sweep than {a}: `{there}` beside `{here}`"));
        } else if part.shard.of != first.shard.of {
            let (a, b) = (first.path.display(), part.path.display());
            wrong.push(format!("{b} is one of {} parts, {a} one of {}", part.shard.of, first.shard.of));
        }
    }
    if wrong.is_empty() {
        for number in 1..=first.shard.of {
            let of: Vec<String> = parts
                .iter()
                .filter(|part| part.shard.part == number)
                .map(|part| part.path.display().to_string())
                .collect();
            match of.len() {
                0 => wrong.push(format!("part {number}/{} is missing", first.shard.of)),
                1 => {}
                _ => {
                    wrong.push(format!("part {number}/{} is there twice: {}", first.shard.of, of.join(", ")));
                }
            }
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    Err(Failure::new(
        Exit::BadScenario,
        format!("error: these parts make no whole\n  {}", wrong.join("\n  ")),
    ))
}

/// A file that is there whole or not at all, written piece by piece.
struct Whole {
    place: PathBuf,
    making: PathBuf,
    file: BufWriter<File>,
}

impl Whole {
    fn begin(place: &Path) -> Result<Whole, Failure> {
        let parent = place.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let name = place.file_name().ok_or_else(|| cannot(place, "it names no file"))?.to_string_lossy();
        let making = parent.join(format!(".{name}.partial-{}", std::process::id()));
        let file = fs::create_dir_all(parent).and_then(|()| File::create(&making));
        let file = BufWriter::new(file.map_err(|error| cannot(place, error))?);
        Ok(Whole { place: place.to_owned(), making, file })
    }

    fn write(&mut self, text: &str) -> Result<(), Failure> {
        self.file.write_all(text.as_bytes()).map_err(|error| cannot(&self.place, error))
    }

    fn finish(mut self) -> Result<(), Failure> {
        let written = self.file.flush().and_then(|()| fs::rename(&self.making, &self.place));
        written.map_err(|error| cannot(&self.place, error))
    }
}

impl Drop for Whole {
    /// What was begun and not finished goes.
    fn drop(&mut self) {
        if self.making.exists() {
            drop(fs::remove_file(&self.making));
        }
    }
}

fn cannot(path: &Path, error: impl std::fmt::Display) -> Failure {
    Failure::new(Exit::Usage, format!("error: cannot write {}: {error}", path.display()))
}

fn bad(path: &Path, what: impl std::fmt::Display) -> Failure {
    Failure::new(Exit::BadScenario, format!("error: {}: {what}", path.display()))
}
