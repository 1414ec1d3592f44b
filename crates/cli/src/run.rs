//! `run`: all variants of a scenario, side by side.

use crate::args::RunArguments;
use crate::check;
use crate::exit::{Exit, Failure};
use crate::output::Output;
use crate::parallel;
use crate::progress::Progress;
use crate::recording::{Recording, Wanted, record};
use crate::same;
use crate::say::{print, tell};
use rushhour_base::Seed;
use rushhour_report::checkers::Violation;
use rushhour_report::slo::{Verdict, judge};
use rushhour_report::{Report, render};
use rushhour_scenario::{Scenario, Variant};
use std::io::IsTerminal;
use std::path::PathBuf;

/// The version that reports name.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Runs, writes, prints, and judges the first variant.
pub(crate) fn run(arguments: &RunArguments) -> Result<Exit, Failure> {
    let mut scenario = check::load(&arguments.scenario, &arguments.overrides, arguments.json)?;
    if let Some(seed) = arguments.seed {
        scenario = scenario.with_seed(Seed(seed));
    }
    let variants = chosen(&scenario, &arguments.variants)?;
    let output = arguments.out.as_deref().map(Output::begin).transpose()?;
    if !arguments.quiet {
        scenario.notices.iter().for_each(|notice| tell(&format!("note: {notice}")));
    }
    let recordings = record_all(arguments, &scenario, &variants, output.as_ref())?;
    let reports: Vec<Report> = recordings.iter().map(|recording| recording.report.clone()).collect();
    let command = command(arguments, scenario.seed);
    if let Some(output) = output {
        write_out(output, &reports, &command)?;
    }
    show(arguments, &reports, &command)?;
    let sound = tell_violations(&recordings) & tell_divergence(arguments, &scenario, &variants);
    Ok(if sound { verdict(&reports[0]) } else { Exit::Internal })
}

/// The variants that were asked for, in the order of the scenario; all of them if none was.
fn chosen<'a>(scenario: &'a Scenario, names: &[String]) -> Result<Vec<&'a Variant>, Failure> {
    if let Some(unknown) = names.iter().find(|name| scenario.variant(name).is_none()) {
        let known: Vec<&str> = scenario.variants.iter().map(|variant| variant.name.as_str()).collect();
        let text = format!("error: --variant {unknown}: {} has {}", scenario.name, known.join(", "));
        return Err(Failure::new(Exit::Usage, text));
    }
    let wanted = |variant: &&Variant| names.is_empty() || names.contains(&variant.name);
    Ok(scenario.variants.iter().filter(wanted).collect())
}

/// Runs the variants on all cores; their order, and every byte of their results, is the same on any number of them.
fn record_all(
    arguments: &RunArguments,
    scenario: &Scenario,
    variants: &[&Variant],
    output: Option<&Output>,
) -> Result<Vec<Recording>, Failure> {
    let progress = Progress::new(arguments.quiet);
    let folders = variants.iter().map(|variant| folder(output, variants.len(), variant));
    let folders: Vec<Option<PathBuf>> = folders.collect::<Result<_, _>>()?;
    let jobs: Vec<_> = variants.iter().zip(&folders).collect();
    let recordings = parallel::map(None, &jobs, |(variant, folder)| {
        let header = scenario.header(variant, scenario.seed, VERSION);
        let wanted = Wanted { check: arguments.check, folder: folder.as_deref(), events: arguments.events };
        let bar = progress.of(&variant.name, header.horizon);
        record(scenario, variant, &header, &wanted, bar)
    })?;
    progress.clear();
    recordings.into_iter().collect()
}

fn folder(output: Option<&Output>, variants: usize, variant: &Variant) -> Result<Option<PathBuf>, Failure> {
    let name = (variants > 1).then_some(variant.name.as_str());
    output.map(|output| output.folder(name)).transpose()
}

fn write_out(output: Output, reports: &[Report], command: &str) -> Result<(), Failure> {
    let top = output.folder(None)?;
    output.write(&top, "report.json", &render::json(reports))?;
    output.write(&top, "summary.md", &render::markdown(reports, command))?;
    for report in reports {
        let folder = output.folder((reports.len() > 1).then_some(report.header.variant.as_str()))?;
        for (name, text) in render::hgrm(report) {
            output.write(&folder, &name, &text)?;
        }
    }
    output.finish()
}

fn show(arguments: &RunArguments, reports: &[Report], command: &str) -> Result<(), Failure> {
    let to_error = arguments.json;
    let terminal = if to_error { std::io::stderr().is_terminal() } else { std::io::stdout().is_terminal() };
    let style = render::Style { colour: terminal && std::env::var_os("NO_COLOR").is_none() };
    let text = render::text(reports, command, style);
    if to_error {
        tell(&text);
        return print(&render::json(reports));
    }
    print(&text)
}

fn tell_violations(recordings: &[Recording]) -> bool {
    let mut sound = true;
    for recording in recordings {
        let variant = &recording.report.header.variant;
        match recording.violations.as_deref() {
            None => {}
            Some([]) => tell(&format!("checked {variant}: every identity holds")),
            Some(violations) => {
                sound = false;
                for Violation { checker, sentence } in violations {
                    tell(&format!("bug: {variant}: {checker}: {sentence}"));
                }
            }
        }
    }
    sound
}

fn tell_divergence(arguments: &RunArguments, scenario: &Scenario, variants: &[&Variant]) -> bool {
    let mut sound = true;
    for variant in variants.iter().filter(|_| arguments.check_determinism) {
        match same::difference(scenario, variant) {
            None => tell(&format!("checked {}: two runs at once, the same records", variant.name)),
            Some(difference) => {
                sound = false;
                tell(&format!("bug: {}: two equal runs differ\n{difference}", variant.name));
            }
        }
    }
    sound
}

fn verdict(report: &Report) -> Exit {
    let verdicts: Vec<Verdict> = judge(report).into_iter().map(|slo| slo.verdict).collect();
    if verdicts.contains(&Verdict::Missed) {
        Exit::Missed
    } else if verdicts.contains(&Verdict::Inconclusive) {
        Exit::Inconclusive
    } else {
        Exit::Held
    }
}

/// The command that repeats this run.
fn command(arguments: &RunArguments, seed: Seed) -> String {
    let mut words = vec!["rushhour run".to_owned(), quoted(&arguments.scenario.display().to_string())];
    words.extend(arguments.variants.iter().map(|name| format!("--variant {}", quoted(name))));
    words.extend(arguments.overrides.iter().map(|set| format!("--set {}", quoted(set))));
    words.push(format!("--seed {}", seed.0));
    words.join(" ")
}

/// A word as a shell takes it.
pub(crate) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "._-/=:,+%@".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}
