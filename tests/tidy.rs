//! Keeps the house in order: what a compiler does not see, and what would rot first.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use toml_edit::DocumentMut;

/// The arrows of DESIGN, part 1: which crates of ours a crate may see.
const ARROWS: &[(&str, &[&str])] = &[
    ("base", &[]),
    ("core", &["base"]),
    ("world", &["base"]),
    ("report", &["base"]),
    ("pipeline", &["base", "core"]),
    ("scenario", &["base", "core", "world", "report", "structure"]),
    ("sim", &["base", "core", "world", "pipeline"]),
    ("live", &["base", "core", "world", "pipeline"]),
    ("structure", &["core"]),
    ("cli", &["base", "core", "world", "report", "pipeline", "scenario", "sim", "live", "structure"]),
];

/// Crates that may depend on nothing from elsewhere: what decides, and the words it speaks.
const PURE: &[&str] = &["base", "core", "pipeline"];

const LINES_MAX: usize = 400;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn files_below(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for path in entries.map(|entry| entry.unwrap().path()) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            files_below(&path, ending, found);
        } else if name.ends_with(ending) {
            found.push(path);
        }
    }
}

fn sources() -> Vec<(PathBuf, String)> {
    let mut paths = Vec::new();
    files_below(&root(), ".rs", &mut paths);
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

fn no_faults(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn arrows_point_one_way() {
    let mut faults = Vec::new();
    let arrows: BTreeMap<_, _> = ARROWS.iter().copied().collect();
    for entry in fs::read_dir(root().join("crates")).unwrap() {
        let folder = entry.unwrap().path();
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let Some(allowed) = arrows.get(name.as_str()) else {
            faults.push(format!("crates/{name} has no place in the arrows of tests/tidy.rs"));
            continue;
        };
        let manifest: DocumentMut = fs::read_to_string(folder.join("Cargo.toml")).unwrap().parse().unwrap();
        for (dependency, _) in manifest["dependencies"].as_table().into_iter().flatten() {
            let bad = match dependency.strip_prefix("rushhour-") {
                Some(ours) => !allowed.contains(&ours),
                None => PURE.contains(&name.as_str()),
            };
            if bad {
                faults.push(format!("crates/{name} must not depend on {dependency}"));
            }
        }
    }
    no_faults(&faults);
}

#[test]
fn files_stay_readable_in_one_sitting() {
    let too_long = |(path, text): (PathBuf, String)| {
        let lines = text.lines().count();
        (lines > LINES_MAX).then(|| format!("{}: {lines} lines, at most {LINES_MAX}", path.display()))
    };
    no_faults(&sources().into_iter().filter_map(too_long).collect::<Vec<_>>());
}

#[test]
fn those_who_decide_never_see_a_truth() {
    let mut faults = Vec::new();
    for (path, text) in sources() {
        let inside = |name: &str| path.starts_with(root().join("crates").join(name));
        if (inside("core") || inside("pipeline")) && text.contains("Truth") {
            faults.push(format!("{}: names Truth", path.display()));
        }
    }
    no_faults(&faults);
}

#[test]
fn nothing_is_unfinished_or_switched_off() {
    let words: Vec<String> =
        [("todo", "!("), ("unimplemented", "!("), ("#[ign", "ore"), ("FIX", "ME"), ("dbg", "!(")]
            .into_iter()
            .map(|(a, b)| format!("{a}{b}"))
            .collect();
    let mut faults = Vec::new();
    for (path, text) in sources() {
        for word in words.iter().filter(|word| text.contains(word.as_str())) {
            faults.push(format!("{}: {word}", path.display()));
        }
    }
    no_faults(&faults);
}

#[test]
fn no_room_is_named_after_nothing() {
    let nothing = ["util", "utils", "common", "helpers", "misc", "manager", "imp"];
    let named = |(path, _): (PathBuf, String)| {
        let stem = path.file_stem()?.to_string_lossy().into_owned();
        nothing.contains(&stem.as_str()).then(|| format!("{}: says nothing", path.display()))
    };
    no_faults(&sources().into_iter().filter_map(named).collect::<Vec<_>>());
}

#[test]
fn the_map_names_every_crate() {
    let map = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let mut faults = Vec::new();
    for (name, _) in ARROWS {
        if !map.contains(&format!("crates/{name}")) {
            faults.push(format!("ARCHITECTURE.md does not name crates/{name}"));
        }
        if !root().join("crates").join(name).is_dir() {
            faults.push(format!("crates/{name} is gone; take it off the map"));
        }
    }
    for word in map.split(|c: char| !(c.is_alphanumeric() || c == '/' || c == '-')) {
        let name = word.strip_prefix("crates/").and_then(|rest| rest.split('/').next());
        if let Some(name) = name.filter(|name| !root().join("crates").join(name).is_dir()) {
            faults.push(format!("ARCHITECTURE.md names crates/{name}, which is not there"));
        }
    }
    no_faults(&faults);
}

#[test]
fn every_scenario_begins_with_its_question_and_is_indexed() {
    let mut faults = Vec::new();
    for folder in ["scenarios", "scenarios/theory"] {
        let index = fs::read_to_string(root().join(folder).join("README.md")).unwrap();
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|ending| ending != "toml") {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let question = text.lines().next().unwrap_or_default();
            if !question.starts_with("# ") || !question.ends_with('?') {
                faults.push(format!("{}: its first line is no question", path.display()));
            }
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if !index.contains(&name) || !index.contains(question.trim_start_matches("# ")) {
                faults.push(format!("{folder}/README.md does not name {name} and its question"));
            }
        }
    }
    no_faults(&faults);
}
