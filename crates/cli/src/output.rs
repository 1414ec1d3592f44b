//! `--out`: a folder that is there whole or not at all.

use crate::exit::{Exit, Failure};
use rushhour_report::render;
use std::fs;
use std::path::{Path, PathBuf};

/// A report folder in the making, beside the place where it will stand.
pub(crate) struct Output {
    place: PathBuf,
    making: PathBuf,
}

impl Output {
    /// Begins a folder for `place`, which must be free, empty, or an earlier report.
    pub(crate) fn begin(place: &Path) -> Result<Output, Failure> {
        // A link is followed, so that the folder behind it is replaced and not the link.
        let behind = place.is_symlink().then(|| place.canonicalize().ok()).flatten();
        let place = behind.as_deref().unwrap_or(place);
        if !replaceable(place) {
            let name = place.display();
            let text = format!(
                "error: --out {name} is there already and is no report of ours\n  choose a new folder; an earlier \
                 report, with nothing else beside it, would be replaced; anything else is left alone"
            );
            return Err(Failure::new(Exit::Usage, text));
        }
        let name = place.file_name().ok_or_else(|| cannot(place, "it names no folder"))?.to_string_lossy();
        let parent = place.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let making = parent.join(format!(".{name}.partial-{}", std::process::id()));
        fs::create_dir_all(parent).map_err(|error| cannot(place, error))?;
        fs::create_dir(&making).map_err(|error| cannot(place, error))?;
        Ok(Output { place: place.to_owned(), making })
    }

    /// The folder for a variant's files; the report's own if there is but one variant.
    pub(crate) fn folder(&self, variant: Option<&str>) -> Result<PathBuf, Failure> {
        let Some(variant) = variant else { return Ok(self.making.clone()) };
        let folder = self.making.join(variant);
        fs::create_dir_all(&folder).map_err(|error| cannot(&self.place, error))?;
        Ok(folder)
    }

    /// Writes a file.
    pub(crate) fn write(&self, folder: &Path, name: &str, text: &str) -> Result<(), Failure> {
        fs::write(folder.join(name), text).map_err(|error| cannot(&self.place, error))
    }

    /// Puts the finished folder into its place.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        if self.place.exists() {
            fs::remove_dir_all(&self.place).map_err(|error| cannot(&self.place, error))?;
        }
        fs::rename(&self.making, &self.place).map_err(|error| cannot(&self.place, error))
    }
}

/// Writes a file that is there whole or not at all.
pub(crate) fn write_whole(place: &Path, text: &str) -> Result<(), Failure> {
    let parent = place.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = place.file_name().ok_or_else(|| cannot(place, "it names no file"))?.to_string_lossy();
    let making = parent.join(format!(".{name}.partial-{}", std::process::id()));
    let written = fs::create_dir_all(parent)
        .and_then(|()| fs::write(&making, text))
        .and_then(|()| fs::rename(&making, place));
    written.map_err(|error| {
        drop(fs::remove_file(&making)); // nothing of it is left, whatever went wrong
        Failure::new(Exit::Usage, format!("error: cannot write {}: {error}", place.display()))
    })
}

impl Drop for Output {
    /// What was begun and not finished goes.
    fn drop(&mut self) {
        if self.making.exists() {
            drop(fs::remove_dir_all(&self.making));
        }
    }
}

/// Whether nothing is lost if the place is replaced: it is free, empty, or holds an earlier report and nothing else.
fn replaceable(place: &Path) -> bool {
    let Ok(mut entries) = fs::read_dir(place) else { return !place.exists() };
    entries.next().is_none() || (is_report(&place.join("report.json")) && all_ours(place, true))
}

fn is_report(path: &Path) -> bool {
    let document =
        fs::read(path).ok().and_then(|text| serde_json::from_slice::<serde_json::Value>(&text).ok());
    let ours = [render::FORMAT, rushhour_live::report::FORMAT];
    document.is_some_and(|document| ours.iter().any(|format| document["format"] == *format))
}

/// Whether a folder holds nothing but what `run --out` writes; folders of variants only at the top.
fn all_ours(folder: &Path, top: bool) -> bool {
    let Ok(mut entries) = fs::read_dir(folder) else { return false };
    entries.all(|entry| {
        let Ok(entry) = entry else { return false };
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            return top && all_ours(&entry.path(), false);
        }
        matches!(name.as_str(), "report.json" | "summary.md" | "calls.csv" | "events.jsonl")
            || name.ends_with(".hgrm")
    })
}

fn cannot(place: &Path, error: impl std::fmt::Display) -> Failure {
    Failure::new(Exit::Usage, format!("error: cannot write --out {}: {error}", place.display()))
}
