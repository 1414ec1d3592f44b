//! `run`: all variants of a scenario, side by side.

use crate::args::RunArguments;
use crate::check;
use crate::exit::{Exit, Failure};
use crate::gate::baseline as committed;
use crate::output::Output;
use crate::profile::profile;
use crate::recording::Recording;
use crate::replicate::{Order, record_all};
use crate::same;
use crate::say::{print, tell};
use rushhour_base::Seed;
use rushhour_base::header::Reference;
use rushhour_report::checkers::Violation;
use rushhour_report::gate::Baseline;
use rushhour_report::replication::NOISE;
use rushhour_report::slo::{Verdict, settle};
use rushhour_report::{Report, render};
use rushhour_scenario::{Scenario, Variant};
use std::io::IsTerminal;

/// The version that reports name.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Runs, writes, prints, and judges the first variant.
pub(crate) fn run(arguments: &RunArguments) -> Result<Exit, Failure> {
    let mut scenario = check::load(&arguments.scenario, &arguments.overrides, arguments.json)?;
    if let Some(seed) = arguments.seed {
        scenario = scenario.with_seed(Seed(seed));
    }
    if arguments.noise.is_some() && arguments.replications < 2 {
        let text = "error: --noise has no effect without --replications: one run has no interval";
        return Err(Failure::new(Exit::Usage, text));
    }
    let variants = chosen(&scenario, &arguments.variants)?;
    let output = arguments.out.as_deref().map(Output::begin).transpose()?;
    if !arguments.quiet {
        scenario.notices.iter().for_each(|notice| tell(&format!("note: {notice}")));
    }
    let recordings = record_all(&Order {
        scenario: &scenario,
        variants: &variants,
        replications: arguments.replications,
        threads: arguments.threads,
        noise: noise(arguments.noise.as_deref())?,
        check: arguments.check,
        output: output.as_ref(),
        events: arguments.events,
        quiet: arguments.quiet,
    })?;
    let mut reports: Vec<Report> = recordings.iter().map(|recording| recording.report.clone()).collect();
    settle(&mut reports, baseline(arguments, &scenario)?.as_ref());
    let command = command(arguments, scenario.seed);
    if let Some(output) = output {
        write_out(output, &reports, &command)?;
    }
    show(arguments, &reports, &command)?;
    tell_profiles(arguments, &scenario, &variants)?;
    let sound = tell_violations(&recordings) & tell_divergence(arguments, &scenario, &variants);
    Ok(if sound { verdict(&reports) } else { Exit::Internal })
}

/// The variants that were asked for, in the order of the scenario; all of them if none was.
pub(crate) fn chosen<'a>(scenario: &'a Scenario, names: &[String]) -> Result<Vec<&'a Variant>, Failure> {
    if let Some(unknown) = names.iter().find(|name| scenario.variant(name).is_none()) {
        let known: Vec<&str> = scenario.variants.iter().map(|variant| variant.name.as_str()).collect();
        let text = format!("error: --variant {unknown}: {} has {}", scenario.name, known.join(", "));
        return Err(Failure::new(Exit::Usage, text));
    }
    let wanted = |variant: &&Variant| names.is_empty() || names.contains(&variant.name);
    Ok(scenario.variants.iter().filter(wanted).collect())
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
    let text = render::text(reports, command, style(arguments.json));
    if arguments.json {
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

fn tell_profiles(
    arguments: &RunArguments,
    scenario: &Scenario,
    variants: &[&Variant],
) -> Result<(), Failure> {
    for variant in variants.iter().filter(|_| arguments.profile) {
        let header = scenario.header(variant, scenario.seed, VERSION);
        tell(&profile(scenario, variant, &header, arguments.check)?);
    }
    Ok(())
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

/// The first variant is on trial; the others where a limit holds them against another variant.
fn verdict(reports: &[Report]) -> Exit {
    let verdicts: Vec<Verdict> =
        reports.iter().enumerate().map(|(place, report)| report.verdict(place > 0)).collect();
    if verdicts.contains(&Verdict::Missed) {
        Exit::Missed
    } else if verdicts.contains(&Verdict::Inconclusive) {
        Exit::Inconclusive
    } else {
        Exit::Held
    }
}

/// The committed baseline, if a limit is relative to it.
fn baseline(arguments: &RunArguments, scenario: &Scenario) -> Result<Option<Baseline>, Failure> {
    let header = scenario.header(&scenario.variants[0], scenario.seed, VERSION);
    if header.slos.iter().all(|slo| slo.of != Some(Reference::Baseline)) {
        return Ok(None);
    }
    let read = committed(&arguments.baselines, &arguments.scenario, false);
    read.map(|(_, baseline)| baseline).map_err(|problem| Failure::new(Exit::BadScenario, problem))
}

/// A noise band as it is written, `1%`; the default if nobody states one.
pub(crate) fn noise(text: Option<&str>) -> Result<f64, Failure> {
    let Some(text) = text else { return Ok(NOISE) };
    let share = text.strip_suffix('%').and_then(|number| number.trim().parse::<f64>().ok());
    share.map(|share| share / 100.0).filter(|share| (0.0..=1.0).contains(share)).ok_or_else(|| {
        let text = format!(
            "error: --noise {text}: a noise band is a share in per cent, from 0% to 100%, such as 1%"
        );
        Failure::new(Exit::Usage, text)
    })
}

/// Whether the page is for a terminal that shows colours. With a document on standard output it goes to standard error.
pub(crate) fn style(to_error: bool) -> render::Style {
    let terminal = if to_error { std::io::stderr().is_terminal() } else { std::io::stdout().is_terminal() };
    render::Style { colour: terminal && std::env::var_os("NO_COLOR").is_none() }
}

/// The command that repeats this run.
fn command(arguments: &RunArguments, seed: Seed) -> String {
    let mut words = vec!["rushhour run".to_owned(), quoted(&arguments.scenario.display().to_string())];
    words.extend(arguments.variants.iter().map(|name| format!("--variant {}", quoted(name))));
    words.extend(arguments.overrides.iter().map(|set| format!("--set {}", quoted(set))));
    words.push(format!("--seed {}", seed.0));
    if arguments.replications > 1 {
        words.push(format!("--replications {}", arguments.replications));
    }
    words.extend(arguments.noise.iter().map(|noise| format!("--noise {}", quoted(noise))));
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
