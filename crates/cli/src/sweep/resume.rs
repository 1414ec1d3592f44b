//! Going on with a sweep: the rows that are there stay, if they are those that would have been made.

use super::cannot;
use super::grid::{Grid, Shard, csv_line};
use crate::exit::{Exit, Failure};
use crate::say::tell;
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, ErrorKind, Seek, SeekFrom, Write};
use std::path::Path;

/// Opens the file of a shard for what is missing: it stands behind the last whole row, after how many of them is told.
///
/// # Errors
/// The file is of something else, or damaged otherwise than by having been cut.
pub(super) fn open(path: &Path, grid: &Grid, shard: Shard) -> Result<(File, u64), Failure> {
    let head = grid.head(shard);
    let (whole, kept) = match File::open(path) {
        Ok(file) => kept(BufReader::new(file), &head, grid, shard).map_err(|what| refused(path, &what))?,
        Err(error) if error.kind() == ErrorKind::NotFound => (0, 0),
        Err(error) => return Err(cannot(path, error)),
    };
    let write = || {
        fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
        let mut file = OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
        if file.metadata()?.len() > whole {
            tell(&format!("note: {} was cut in mid-row; that row is made anew", path.display()));
        }
        file.set_len(whole)?;
        file.seek(SeekFrom::Start(whole))?;
        if whole == 0 {
            file.write_all(head.as_bytes())?;
        }
        Ok(file)
    };
    let file = write().map_err(|error: std::io::Error| cannot(path, error))?;
    Ok((file, kept))
}

/// How many bytes of a file can stay, and how many rows that is.
fn kept(mut file: impl BufRead, head: &str, grid: &Grid, shard: Shard) -> Result<(u64, u64), String> {
    let io = |error: std::io::Error| error.to_string();
    let mut whole = 0u64;
    for expected in head.split_inclusive('\n') {
        let mut line = Vec::new();
        file.read_until(b'\n', &mut line).map_err(io)?;
        if line == expected.as_bytes() {
            whole += line.len() as u64;
        } else if expected.as_bytes().starts_with(&line) {
            return Ok((0, 0)); // cut before its first row: nothing is lost
        } else {
            let found = String::from_utf8_lossy(&line);
            return Err(format!(
                "it says `{}` where this sweep has `{}`",
                found.trim_end(),
                expected.trim_end()
            ));
        }
    }
    let columns = head.lines().last().map_or(0, |columns| columns.split(',').count());
    let mut rows = 0;
    for number in shard.rows(grid.rows()) {
        let mut line = Vec::new();
        file.read_until(b'\n', &mut line).map_err(io)?;
        if line.last() != Some(&b'\n') {
            return Ok((whole, rows));
        }
        let text = String::from_utf8_lossy(&line);
        let begins = csv_line(grid.key(&grid.row(number)));
        let sound = text.strip_prefix(begins.trim_end()).is_some_and(|rest| rest.starts_with(','));
        if !sound || text.split(',').count() < columns {
            return Err(format!("where row {number} should stand is `{}`", excerpt(&text)));
        }
        whole += line.len() as u64;
        rows += 1;
    }
    let mut rest = Vec::new();
    file.read_until(b'\n', &mut rest).map_err(io)?;
    if rest.is_empty() { Ok((whole, rows)) } else { Err("it goes on behind its last row".to_owned()) }
}

fn excerpt(line: &str) -> String {
    let line = line.trim_end();
    match line.char_indices().nth(60) {
        Some((at, _)) => format!("{} …", &line[..at]),
        None => line.to_owned(),
    }
}

fn refused(path: &Path, what: &str) -> Failure {
    let text = format!("error: {} is there and cannot be gone on with: {what}", path.display());
    Failure::new(Exit::BadScenario, format!("{text}\n  help: choose another --out, or remove the file"))
}
