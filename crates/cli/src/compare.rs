//! `compare`: two sides beside each other, from reports or by running scenarios.

use crate::args::CompareArguments;
use crate::check;
use crate::exit::{Exit, Failure};
use crate::output::write_whole;
use crate::replicate::{Order, record_all};
use crate::run::{chosen, noise, style};
use crate::say::{print, tell};
use rushhour_base::Seed;
use rushhour_report::compare::{Comparison, Question, Shift, Side, compare as held_against};
use rushhour_report::document::Document;
use rushhour_report::render;
use std::fs;
use std::path::{Path, PathBuf};

/// Replications of each scenario where nobody says how many: enough for an interval, quick enough to wait for.
const REPLICATIONS: u32 = 10;

/// Where a side comes from.
pub(crate) enum Source {
    Scenario(PathBuf),
    Report(PathBuf, Document),
}

/// Reads or runs both sides, and tells what became of the figures.
pub(crate) fn compare(arguments: &CompareArguments) -> Result<Exit, Failure> {
    let question = Question {
        noise: noise(arguments.noise.as_deref())?,
        different_worlds: arguments.different_worlds,
        decide: arguments.on.clone(),
    };
    let first = source(&arguments.before)?;
    let second = arguments.after.as_deref().map(source).transpose()?;
    refuse_without_effect(arguments, [Some(&first), second.as_ref()])?;
    let (before, after) = sides(arguments, &first, second.as_ref())?;
    let comparison = held_against(before, after, &question).map_err(|reasons| {
        let hint = if question.different_worlds {
            ""
        } else {
            "\n  if the difference is the point: --different-worlds"
        };
        Failure::new(Exit::BadScenario, format!("error: {reasons}{hint}"))
    })?;
    show(arguments, &comparison)?;
    Ok(match comparison.verdict() {
        Shift::Regressed => Exit::Missed,
        Shift::Inconclusive => Exit::Inconclusive,
        _ => Exit::Held,
    })
}

/// A scenario, a report, or the folder of one.
pub(crate) fn source(path: &Path) -> Result<Source, Failure> {
    if path.extension().is_some_and(|ending| ending == "toml") {
        return Ok(Source::Scenario(path.to_owned()));
    }
    let file = if path.is_dir() { path.join("report.json") } else { path.to_owned() };
    let refuse =
        |problem: String| Failure::new(Exit::BadScenario, format!("error: {}: {problem}", file.display()));
    let text = fs::read(&file).map_err(|error| {
        refuse(format!("{error}; give a report.json, the folder of one, or a scenario that ends in .toml"))
    })?;
    let text = String::from_utf8(text).map_err(|_| refuse("it is no text, let alone a report".into()))?;
    let document = Document::parse(&text).map_err(|problem| refuse(problem.to_string()))?;
    Ok(Source::Report(file, document))
}

/// What only matters to a scenario that is run is refused where nothing is.
fn refuse_without_effect(arguments: &CompareArguments, sources: [Option<&Source>; 2]) -> Result<(), Failure> {
    if sources.iter().flatten().any(|source| matches!(source, Source::Scenario(_))) {
        return Ok(());
    }
    for (name, given) in [
        ("--set", !arguments.overrides.is_empty()),
        ("--seed", arguments.seed.is_some()),
        ("--replications", arguments.replications.is_some()),
        ("--threads", arguments.threads.is_some()),
    ] {
        if given {
            let text = format!("error: {name} has no effect on reports: nothing is run");
            return Err(Failure::new(Exit::Usage, text));
        }
    }
    Ok(())
}

fn sides(
    arguments: &CompareArguments,
    first: &Source,
    second: Option<&Source>,
) -> Result<(Side, Side), Failure> {
    let names = names_of(arguments, first, second)?;
    let (mut before, mut after) = match (first, second) {
        (Source::Scenario(path), None) => {
            let mut both = run(arguments, path, &names)?;
            let after = both.pop().expect("both variants were run");
            (both.pop().expect("both variants were run"), after)
        }
        (first, second) => {
            let (one, other) = (names.first().map(String::as_str), names.last().map(String::as_str));
            (side(arguments, first, one)?, side(arguments, second.unwrap_or(first), other)?)
        }
    };
    if second.is_some() {
        let named = |path: &Path, side: &Side| match names.first() == names.last() {
            true => path.display().to_string(),
            false => format!("{} {}", path.display(), side.variant),
        };
        before.label = named(&arguments.before, &before);
        after.label = named(arguments.after.as_deref().unwrap_or(&arguments.before), &after);
    }
    Ok((before, after))
}

/// The variants to compare: as many as are named, or the two that a single source has.
fn names_of(
    arguments: &CompareArguments,
    first: &Source,
    second: Option<&Source>,
) -> Result<Vec<String>, Failure> {
    let usage = |text: String| Err(Failure::new(Exit::Usage, text));
    if second.is_some() || arguments.variants.len() == 2 {
        return Ok(arguments.variants.clone());
    }
    let path = arguments.before.display();
    if !arguments.variants.is_empty() {
        return usage(format!("error: {path} alone needs two variants: --variants ONE OTHER"));
    }
    let known: Vec<String> = match first {
        Source::Report(_, document) => document.names().into_iter().map(str::to_owned).collect(),
        Source::Scenario(path) => {
            let scenario = check::load(path, &arguments.overrides, arguments.json)?;
            scenario.variants.iter().map(|variant| variant.name.clone()).collect()
        }
    };
    match known.len() {
        2 if known[1] == "base" => Ok(known.into_iter().rev().collect()),
        2 => Ok(known),
        1 => usage(format!(
            "error: {path} holds but one run; name another report or scenario to compare it with"
        )),
        _ => usage(format!("error: {path} has {}: say which, --variants ONE OTHER", known.join(", "))),
    }
}

fn side(arguments: &CompareArguments, source: &Source, variant: Option<&str>) -> Result<Side, Failure> {
    match source {
        Source::Scenario(path) => {
            let names = vec![variant.unwrap_or("base").to_owned()];
            Ok(run(arguments, path, &names)?.pop().expect("a variant was run"))
        }
        Source::Report(path, document) => {
            let wanted = variant.or_else(|| document.variant("base").map(|side| side.variant.as_str()));
            let found = match wanted {
                Some(name) => document.variant(name),
                None => document.runs.first(),
            };
            found.cloned().ok_or_else(|| {
                let known = document.names().join(", ");
                let text = format!(
                    "error: --variants {}: {} has {known}",
                    wanted.unwrap_or_default(),
                    path.display()
                );
                Failure::new(Exit::Usage, text)
            })
        }
    }
}

/// Runs variants of a scenario, in the order in which they were named.
fn run(arguments: &CompareArguments, path: &Path, names: &[String]) -> Result<Vec<Side>, Failure> {
    let mut scenario = check::load(path, &arguments.overrides, arguments.json)?;
    if let Some(seed) = arguments.seed {
        scenario = scenario.with_seed(Seed(seed));
    }
    let variants = chosen(&scenario, names)?;
    let recordings = record_all(&Order {
        scenario: &scenario,
        variants: &variants,
        replications: arguments.replications.unwrap_or(REPLICATIONS),
        threads: arguments.threads,
        noise: 0.0,
        check: false,
        output: None,
        events: false,
        quiet: arguments.quiet,
    })?;
    let of = |name: &String| {
        let recording = recordings.iter().find(|recording| recording.report.header.variant == *name);
        Side::of(&recording.expect("every chosen variant was run").report, name)
    };
    Ok(names.iter().map(of).collect())
}

fn show(arguments: &CompareArguments, comparison: &Comparison) -> Result<(), Failure> {
    if let Some(file) = &arguments.markdown {
        write_whole(file, &render::compare_markdown(comparison))?;
    }
    let text = render::compare_text(comparison, arguments.all, style(arguments.json));
    if arguments.json {
        tell(&text);
        return print(&render::compare_json(comparison));
    }
    print(&text)
}
