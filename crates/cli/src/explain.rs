//! `explain`: the life of single requests, by running the same thing again.

use crate::args::ExplainArguments;
use crate::check;
use crate::compare::{Source, source};
use crate::exit::{Exit, Failure};
use crate::recording::setup;
use crate::run::VERSION;
use crate::say::{print, tell};
use rushhour_base::{AgentId, RequestId, RunHeader, Seed, Sink};
use rushhour_report::digest::{Digest, hex};
use rushhour_report::explain::{Life, Lives, Ranked, Ranking};
use rushhour_report::render;
use rushhour_scenario::{Scenario, Variant};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

/// The run that is to be explained.
struct Wanted {
    scenario: PathBuf,
    seed: Option<u64>,
    variant: Option<String>,
    /// The digest of the run, if it was kept.
    digest: Option<String>,
}

/// Finds the requests that were asked for, follows them, and tells their lives.
pub(crate) fn explain(arguments: &ExplainArguments) -> Result<Exit, Failure> {
    let wanted = wanted(arguments)?;
    let mut scenario = check::load(&wanted.scenario, &arguments.overrides, arguments.json)?;
    if let Some(seed) = wanted.seed {
        scenario = scenario.with_seed(Seed(seed));
    }
    let variant = chosen(&scenario, wanted.variant.as_deref())?;
    let header = scenario.header(variant, scenario.seed, VERSION);
    let requests = requests(arguments, &scenario, variant, &header)?;
    let mut sinks = (Lives::new(&header, &requests), Digest::default());
    listen(&scenario, variant, &mut sinks)?;
    let lives = sinks.0.finish();
    let digest = hex(sinks.1.finish());
    if let Some(kept) = wanted.digest.filter(|kept| *kept != digest) {
        return Err(another_run(arguments, &wanted.scenario, &kept, &digest));
    }
    if let Some(missing) = lives.iter().find(|life| life.steps.is_empty()) {
        return Err(never_arrived(&header, missing));
    }
    let terminal = std::io::stdout().is_terminal() && !arguments.json;
    let style = render::Style { colour: terminal && std::env::var_os("NO_COLOR").is_none() };
    if arguments.json {
        return print(&render::explain_json(&header, &lives)).map(|()| Exit::Held);
    }
    print(&render::explain_text(&header, &lives, style))?;
    Ok(Exit::Held)
}

/// What the command line says; a report says the rest itself.
fn wanted(arguments: &ExplainArguments) -> Result<Wanted, Failure> {
    let (seed, variant) = (arguments.seed, arguments.variant.clone());
    if arguments.file.extension().is_some_and(|ending| ending == "toml") {
        if arguments.scenario.is_some() {
            let text = "error: --scenario has no effect: the file is a scenario itself";
            return Err(Failure::new(Exit::Usage, text));
        }
        return Ok(Wanted { scenario: arguments.file.clone(), seed, variant, digest: None });
    }
    if seed.is_some() {
        return Err(Failure::new(Exit::Usage, "error: --seed has no effect: the report has its own"));
    }
    let Source::Report(file, document) = source(&arguments.file)? else {
        unreachable!("what ends otherwise is no scenario")
    };
    let side = match &variant {
        None => document.variant("base").or(document.runs.first()),
        Some(name) => document.variant(name),
    };
    let side = side.ok_or_else(|| {
        let (file, known) = (file.display(), document.names().join(", "));
        let asked = variant.as_deref().unwrap_or_default();
        Failure::new(Exit::Usage, format!("error: --variant {asked}: {file} has {known}"))
    })?;
    let scenario = arguments.scenario.clone();
    Ok(Wanted {
        scenario: scenario.unwrap_or_else(|| Path::new("scenarios").join(format!("{}.toml", side.scenario))),
        seed: side.seeds.first().copied(),
        variant: Some(side.variant.clone()),
        digest: Some(side.digest.clone()),
    })
}

fn another_run(arguments: &ExplainArguments, scenario: &Path, kept: &str, digest: &str) -> Failure {
    let (file, scenario) = (arguments.file.display(), scenario.display());
    let text = format!(
        "error: {file}: {scenario} does not give its run any more: its digest is {kept}, this one's {digest}\n  \
         give the scenario as it was with --scenario, and whatever was --set; another version of rushhour may \
         differ too"
    );
    Failure::new(Exit::BadScenario, text)
}

pub(crate) fn chosen<'a>(scenario: &'a Scenario, name: Option<&str>) -> Result<&'a Variant, Failure> {
    let Some(name) = name else { return Ok(&scenario.variants[0]) };
    scenario.variant(name).ok_or_else(|| {
        let known: Vec<&str> = scenario.variants.iter().map(|variant| variant.name.as_str()).collect();
        let text = format!("error: --variant {name}: {} has {}", scenario.name, known.join(", "));
        Failure::new(Exit::Usage, text)
    })
}

/// Those that are named, then those that a ranking finds; the slowest one if nothing was asked for.
fn requests(
    arguments: &ExplainArguments,
    scenario: &Scenario,
    variant: &Variant,
    header: &RunHeader,
) -> Result<Vec<RequestId>, Failure> {
    let mut found: Vec<RequestId> =
        arguments.requests.iter().map(|name| named(header, name)).collect::<Result<_, _>>()?;
    let rankings = [
        (Ranked::Slowest, arguments.slowest, "slowest"),
        (Ranked::Failed, arguments.failed, "failed"),
        (Ranked::Costliest, arguments.costliest, "costliest"),
    ];
    let nothing = found.is_empty() && rankings.iter().all(|(_, most, _)| most.is_none());
    for (by, most, name) in rankings {
        let most = if nothing && by == Ranked::Slowest { Some(1) } else { most };
        let Some(most) = most else { continue };
        let mut ranking = Ranking::new(by, most);
        listen(scenario, variant, &mut ranking)?;
        let ranked = ranking.finish();
        if ranked.is_empty() {
            tell(&format!("--{name}: no request of {} {} is one", header.scenario, header.variant));
        }
        found.extend(ranked);
    }
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|request| seen.insert(*request));
    Ok(found)
}

pub(crate) fn listen(scenario: &Scenario, variant: &Variant, sink: &mut impl Sink) -> Result<(), Failure> {
    let run = rushhour_sim::run(setup(scenario, variant), sink, |_| {});
    run.map(drop)
        .map_err(|stuck| Failure::new(Exit::Internal, format!("bug: variant {}: {stuck}", variant.name)))
}

/// A request by its name: `AGENT/TURN`, where the agent is its number or its name, as in `17/42` and `leads-17/42`.
pub(crate) fn named(header: &RunHeader, text: &str) -> Result<RequestId, Failure> {
    let parts = text.rsplit_once('/');
    let parsed =
        parts.and_then(|(agent, turn)| Some(RequestId::new(agent_named(header, agent)?, turn.parse().ok()?)));
    parsed.ok_or_else(|| {
        let example = header.agent_name(0);
        let text = format!(
            "error: --request {text}: a request is AGENT/TURN, as in 0/7 or {example}/7; agents are numbered from 0 to {}",
            agents(header).saturating_sub(1)
        );
        Failure::new(Exit::Usage, text)
    })
}

fn agent_named(header: &RunHeader, name: &str) -> Option<AgentId> {
    let number = match name.parse::<u32>() {
        Ok(number) => number,
        Err(_) => {
            let (workload, number) = name.rsplit_once('-')?;
            let workload = header.workloads.iter().find(|w| w.name == workload)?;
            let number: u32 = number.parse().ok()?;
            (number < workload.agents).then(|| workload.first_agent + number)?
        }
    };
    (number < agents(header)).then_some(AgentId(number))
}

fn agents(header: &RunHeader) -> u32 {
    header.workloads.last().map_or(0, |workload| workload.first_agent + workload.agents)
}

fn never_arrived(header: &RunHeader, life: &Life) -> Failure {
    let (agent, turn) = (header.agent_name(life.request.agent().0), life.request.turn());
    let text = format!(
        "error: --request {}: {agent} makes no turn {turn} within {} of {} {}; turns count from 0",
        life.request, header.horizon, header.scenario, header.variant
    );
    Failure::new(Exit::Usage, text)
}
