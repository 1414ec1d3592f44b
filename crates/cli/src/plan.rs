//! `plan`: how much a scenario bears before it breaks a limit, and what that costs.

mod drawing;
mod trials;

use crate::args::PlanArguments;
use crate::check;
use crate::exit::{Exit, Failure};
use crate::output::write_whole;
use crate::progress::Counter;
use crate::run::{VERSION, quoted};
use crate::say::{print, tell};
use rushhour_base::Seed;
use rushhour_report::plan::{Answer, Outcome, Plan, Search, Seek, WhatIf};
use rushhour_report::render;
use rushhour_scenario::{Axis, Scenario, next_tier};
use std::io::IsTerminal;
use trials::Trials;

/// Searches, tells what it found in every wanted form, and says by its exit code whether there is an answer.
pub(crate) fn plan(arguments: &PlanArguments) -> Result<Exit, Failure> {
    let axis = axis(arguments)?;
    let base = base(arguments, &axis)?;
    let seed = arguments.seed.map_or(base.seed, Seed);
    let counter = Counter::new("plan", arguments.quiet);
    let mut trials =
        Trials { arguments, axis: &axis, seed, sets: arguments.overrides.clone(), counter: &counter };
    let (found, varied) = search(&trials)?;
    let what_if = what_if(&mut trials, &base, &found)?;
    counter.clear();
    let variant = varied.variant(&arguments.variant).unwrap_or(&varied.variants[0]);
    let label = |place: u64| axis.value(place);
    let plan = Plan {
        scenario: &base.header(variant, seed, VERSION),
        key: axis.key(),
        seek: seek(arguments),
        last: axis.len() - 1,
        label: &label,
        found,
        what_if,
        runs: counter.done(),
        command: command(arguments, seed),
    };
    write_files(arguments, &plan, &axis)?;
    show(arguments, &plan)?;
    Ok(exit(&plan.found))
}

fn exit(found: &Outcome) -> Exit {
    match found.answer {
        Answer::Nothing if found.breaking().missed.is_empty() => Exit::Inconclusive,
        Answer::Nothing => Exit::Missed,
        Answer::Everything { .. } | Answer::Found(_) => Exit::Held,
    }
}

fn seek(arguments: &PlanArguments) -> Seek {
    if arguments.smallest { Seek::Smallest } else { Seek::Largest }
}

fn axis(arguments: &PlanArguments) -> Result<Axis, Failure> {
    let wrong = |error| Failure::new(Exit::Usage, format!("error: --vary: {error}"));
    let axis = Axis::parse(&arguments.vary).map_err(wrong)?;
    match &arguments.step {
        Some(step) => axis.with_step(step).map_err(wrong),
        None => Ok(axis),
    }
}

/// The scenario at the first value of the axis, once it is sure that a search makes sense.
fn base(arguments: &PlanArguments, axis: &Axis) -> Result<Scenario, Failure> {
    let at = |place: u64| {
        let sets = [arguments.overrides.as_slice(), &[axis.set(place)]].concat();
        check::load(&arguments.scenario, &sets, arguments.json)
    };
    let (first, last) = (at(0)?, at(axis.len() - 1)?);
    let bad = |text: String| Err(Failure::new(Exit::BadScenario, text));
    if first.hash == last.hash {
        let (key, first, last) = (axis.key(), axis.value(0), axis.value(axis.len() - 1));
        let text = format!("error: --vary: {key} decides nothing between {first} and {last}");
        return bad(format!(
            "{text}\n  help: vary a key on which a limit depends; seeds are what --replications varies"
        ));
    }
    let Some(variant) = first.variant(&arguments.variant) else {
        let known: Vec<&str> = first.variants.iter().map(|variant| variant.name.as_str()).collect();
        let text = format!("error: --variant {}: {} has {}", arguments.variant, first.name, known.join(", "));
        return Err(Failure::new(Exit::Usage, text));
    };
    if first.header(variant, first.seed, VERSION).slos.is_empty() {
        let text = format!("error: {} has no limits, so no value could break one", first.name);
        return bad(format!("{text}\n  help: write [slo], such as \"latency.response.p95\" = \"< 3s\""));
    }
    if !arguments.quiet {
        first.notices.iter().for_each(|notice| tell(&format!("note: {notice}")));
    }
    Ok(first)
}

/// Runs a search to its end and makes the runs that are missing at its answer; what it found, and the scenario there.
fn search(trials: &Trials<'_>) -> Result<(Outcome, Scenario), Failure> {
    let (arguments, values) = (trials.arguments, trials.axis.len());
    let mut search = Search::new(seek(arguments), values, arguments.replications, arguments.grid);
    let mut points = Vec::new();
    loop {
        let mut wanted = search.wanted();
        let answer = Answer::of(&search, trials.axis.is_list());
        if wanted.is_empty() {
            wanted = answer.place().map(|place| search.missing(place)).unwrap_or_default();
        }
        if wanted.is_empty() {
            let scenario = trials.scenario(answer.place().unwrap_or(0))?;
            let outcome = Outcome { answer, edges: search.edges(), islands: search.islands(), points };
            return Ok((outcome, scenario));
        }
        for (trial, held) in trials.run(&wanted, &mut points)? {
            search.tell(trial, held);
        }
    }
}

/// The same search on the next published tier of the provider that binds; none if there is no such tier, or if the
/// scenario bears the whole range as it is.
fn what_if(trials: &mut Trials<'_>, base: &Scenario, found: &Outcome) -> Result<Vec<WhatIf>, Failure> {
    let all_hold = matches!(found.answer, Answer::Everything { .. });
    if trials.arguments.no_what_if || all_hold || trials.arguments.smallest {
        return Ok(Vec::new());
    }
    let breaking = found.breaking();
    let binding = breaking.binding.first().map(|(what, _)| what.as_str());
    let binds = |provider: &str| binding.is_some_and(|what| what.starts_with(&format!("{provider}/")));
    let varied = |provider: &str| trials.axis.key() == format!("provider.{provider}.tier");
    let candidates = base.tiers.iter().filter(|(provider, _)| binds(provider) && !varied(provider));
    let next = candidates.filter_map(|(provider, tier)| Some((provider, *tier, next_tier(tier)?)));
    let Some((provider, from, to)) = next.into_iter().next() else { return Ok(Vec::new()) };
    trials.sets.push(format!("provider.{provider}.tier={to}"));
    if let Err(failure) = trials.scenario(0) {
        tell(&format!("note: {provider} cannot be tried on {to}: {}", failure.message()));
        return Ok(Vec::new());
    }
    let (outcome, _) = search(trials)?;
    Ok(vec![WhatIf { provider: provider.clone(), from: from.to_owned(), to: to.to_owned(), outcome }])
}

fn write_files(arguments: &PlanArguments, plan: &Plan<'_>, axis: &Axis) -> Result<(), Failure> {
    if let Some(file) = &arguments.csv {
        write_whole(file, &render::plan_csv(plan))?;
    }
    if let Some(file) = &arguments.svg {
        write_whole(file, &drawing::svg(plan, axis)?)?;
    }
    Ok(())
}

fn show(arguments: &PlanArguments, plan: &Plan<'_>) -> Result<(), Failure> {
    let terminal =
        if arguments.json { std::io::stderr().is_terminal() } else { std::io::stdout().is_terminal() };
    let style = render::Style { colour: terminal && std::env::var_os("NO_COLOR").is_none() };
    let text = render::plan_text(plan, style);
    if arguments.json {
        tell(&text);
        return print(&render::plan_json(plan));
    }
    print(&text)
}

/// The command that repeats this search.
fn command(arguments: &PlanArguments, seed: Seed) -> String {
    let mut words = vec!["rushhour plan".to_owned(), quoted(&arguments.scenario.display().to_string())];
    words.push(format!("--vary {}", quoted(&arguments.vary)));
    words.extend(arguments.step.iter().map(|step| format!("--step {}", quoted(step))));
    words.extend(arguments.smallest.then(|| "--smallest".to_owned()));
    words.push(format!("--replications {} --grid {}", arguments.replications, arguments.grid));
    if arguments.variant != "base" {
        words.push(format!("--variant {}", quoted(&arguments.variant)));
    }
    words.extend(arguments.overrides.iter().map(|set| format!("--set {}", quoted(set))));
    words.push(format!("--seed {}", seed.0));
    words.join(" ")
}
