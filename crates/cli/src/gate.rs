//! `gate`: all scenarios against their limits and committed baselines, on all cores.

use crate::args::GateArguments;
use crate::check;
use crate::exit::{Exit, Failure};
use crate::output::write_whole;
use crate::parallel;
use crate::progress::Progress;
use crate::recording::{Recording, Wanted, record};
use crate::run::VERSION;
use crate::say::{print, tell};
use rushhour_report::gate::{Baseline, Judgement, Trial, judge};
use rushhour_report::slo::{Verdict, settle};
use rushhour_report::{Report, render};
use rushhour_scenario::Scenario;
use std::fs;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

/// A scenario, where it stands, and its baseline.
struct Entry {
    file: PathBuf,
    scenario: Scenario,
    baseline_file: PathBuf,
    baseline: Option<Baseline>,
}

/// Runs everything, judges, tells it in every wanted form, and writes baselines if asked to.
pub(crate) fn gate(arguments: &GateArguments) -> Result<Exit, Failure> {
    let entries = entries(arguments)?;
    let recordings = run_all(arguments, &entries)?;
    let mut judgements = Vec::new();
    for (entry, runs) in entries.iter().zip(&recordings) {
        let judgement = judgement(entry, runs);
        if arguments.update && judgement.differs() {
            update(entry, runs)?;
        }
        judgements.push(judgement);
    }
    write_files(arguments, &entries, &judgements)?;
    show(arguments, &judgements)?;
    Ok(exit(arguments.update, &judgements))
}

/// With `--update` a change is accepted; limits and contradictions are not.
fn exit(update: bool, judgements: &[Judgement]) -> Exit {
    let verdict = |judgement: &Judgement| {
        let accepted = Judgement { no_baseline: None, variants: Vec::new(), ..judgement.clone() };
        if update { accepted.verdict() } else { judgement.verdict() }
    };
    let verdicts: Vec<Verdict> = judgements.iter().map(verdict).collect();
    let contradiction = judgements.iter().any(|judgement| !judgement.violations.is_empty());
    match () {
        () if contradiction => Exit::Internal,
        () if verdicts.contains(&Verdict::Missed) => Exit::Missed,
        () if verdicts.contains(&Verdict::Inconclusive) => Exit::Inconclusive,
        () => Exit::Held,
    }
}

/// Reads every scenario and its baseline; all that is wrong with any of them is told at once, before anything is run.
fn entries(arguments: &GateArguments) -> Result<Vec<Entry>, Failure> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut problems = Vec::new();
    for file in files(&arguments.paths)? {
        match check::load(&file, &[], false) {
            Ok(scenario) => match baseline(&arguments.baselines, &file, arguments.update) {
                Ok((baseline_file, baseline)) => {
                    entries.push(Entry { file, scenario, baseline_file, baseline });
                }
                Err(problem) => problems.push(problem),
            },
            Err(failure) => problems.push(failure.message().to_owned()),
        }
    }
    let mut names: Vec<&PathBuf> = entries.iter().map(|entry| &entry.baseline_file).collect();
    names.sort();
    if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        problems
            .push(format!("error: two scenarios would share the baseline {}: rename one", pair[0].display()));
    }
    if problems.is_empty() {
        Ok(entries)
    } else {
        Err(Failure::new(Exit::BadScenario, problems.join("\n\n")))
    }
}

/// The scenario files that the arguments name; of a folder those that lie in it, in the order of their names.
fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let cannot = |error| Failure::new(Exit::BadScenario, format!("error: {}: {error}", path.display()));
        let mut inside = Vec::new();
        for entry in fs::read_dir(path).map_err(cannot)? {
            let file = entry.map_err(cannot)?.path();
            if file.extension().is_some_and(|ending| ending == "toml") {
                inside.push(file);
            }
        }
        if inside.is_empty() {
            let text = format!("error: {} holds no scenario: a scenario is a .toml file", path.display());
            return Err(Failure::new(Exit::BadScenario, text));
        }
        inside.sort();
        files.extend(inside);
    }
    files.dedup();
    Ok(files)
}

/// Where the baseline of a scenario stands in `folder`, and what it says if it is there.
pub(crate) fn baseline(
    folder: &Path,
    scenario: &Path,
    update: bool,
) -> Result<(PathBuf, Option<Baseline>), String> {
    let name = scenario.file_stem().unwrap_or_default().to_string_lossy();
    let file = folder.join(format!("{name}.json"));
    let text = match fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok((file, None)),
        Err(error) => return Err(format!("error: {}: {error}", file.display())),
    };
    match Baseline::parse(&text) {
        Ok(baseline) => Ok((file, Some(baseline))),
        Err(_) if update => Ok((file, None)),
        Err(problem) => Err(format!("error: {}: {problem}", file.display())),
    }
}

/// Runs every variant of every scenario; the result is the same on any number of cores.
fn run_all(arguments: &GateArguments, entries: &[Entry]) -> Result<Vec<Vec<Recording>>, Failure> {
    let jobs: Vec<(usize, usize)> = entries
        .iter()
        .enumerate()
        .flat_map(|(index, entry)| (0..entry.scenario.variants.len()).map(move |variant| (index, variant)))
        .collect();
    let progress = Progress::new(arguments.quiet);
    let results = parallel::map(None, &jobs, |(index, variant)| {
        let scenario = &entries[*index].scenario;
        let variant = &scenario.variants[*variant];
        let header = scenario.header(variant, scenario.seed, VERSION);
        let wanted = Wanted { check: true, folder: None, events: false };
        let bar = progress.of(&format!("{} {}", scenario.name, variant.name), header.horizon);
        record(scenario, variant, &header, &wanted, bar)
    })?;
    progress.clear();
    let mut all: Vec<Vec<Recording>> = entries.iter().map(|_| Vec::new()).collect();
    for ((index, _), recording) in jobs.iter().zip(results) {
        all[*index].push(recording?);
    }
    Ok(all)
}

fn reports(runs: &[Recording]) -> Vec<Report> {
    runs.iter().map(|run| run.report.clone()).collect()
}

fn judgement(entry: &Entry, runs: &[Recording]) -> Judgement {
    let violations: Vec<_> = runs.iter().map(|run| run.violations.clone().unwrap_or_default()).collect();
    let mut reports = reports(runs);
    settle(&mut reports, entry.baseline.as_ref());
    judge(&Trial {
        reports: &reports,
        violations: &violations,
        hash: &entry.scenario.hash,
        baseline: entry.baseline.as_ref(),
        bands: &entry.scenario.bands,
    })
}

fn update(entry: &Entry, runs: &[Recording]) -> Result<(), Failure> {
    let Some(baseline) = Baseline::of(&reports(runs), &entry.scenario.hash) else { return Ok(()) };
    let command = format!("rushhour gate {} --update", entry.file.display());
    write_whole(&entry.baseline_file, &baseline.json(&command))
}

fn write_files(
    arguments: &GateArguments,
    entries: &[Entry],
    judgements: &[Judgement],
) -> Result<(), Failure> {
    if let Some(file) = &arguments.junit {
        write_whole(file, &render::gate_junit(judgements))?;
    }
    let markdown = render::gate_markdown(judgements);
    if let Some(file) = &arguments.markdown {
        write_whole(file, &markdown)?;
    }
    if std::env::var_os("GITHUB_ACTIONS").is_none() {
        return Ok(());
    }
    for (entry, judgement) in entries.iter().zip(judgements) {
        let commands = render::gate_annotations(judgement, &entry.file.display().to_string());
        if arguments.json { tell(&commands) } else { print(&commands)? }
    }
    let Some(summary) = std::env::var_os("GITHUB_STEP_SUMMARY") else { return Ok(()) };
    let mut options = fs::OpenOptions::new();
    let written =
        options.create(true).append(true).open(&summary).and_then(|mut f| f.write_all(markdown.as_bytes()));
    written
        .map_err(|error| Failure::new(Exit::Usage, format!("error: cannot write the step summary: {error}")))
}

fn show(arguments: &GateArguments, judgements: &[Judgement]) -> Result<(), Failure> {
    let terminal =
        if arguments.json { std::io::stderr().is_terminal() } else { std::io::stdout().is_terminal() };
    let style = render::Style { colour: terminal && std::env::var_os("NO_COLOR").is_none() };
    let mut text = render::gate_text(judgements, style);
    if arguments.update {
        let updated = judgements.iter().filter(|judgement| judgement.differs()).count();
        let written = if updated == 1 { "1 baseline".to_owned() } else { format!("{updated} baselines") };
        text.push_str(&format!("{written} written to {}\n", arguments.baselines.display()));
    }
    if arguments.json {
        tell(&text);
        return print(&render::gate_json(judgements));
    }
    print(&text)
}
