//! `explain`: the life of single requests, by running the same thing again.

use crate::args::ExplainArguments;
use crate::check;
use crate::exit::{Exit, Failure};
use crate::recording::setup;
use crate::run::VERSION;
use crate::say::{print, tell};
use rushhour_base::{AgentId, RequestId, RunHeader, Seed, Sink};
use rushhour_report::explain::{Life, Lives, Ranked, Ranking};
use rushhour_report::render;
use rushhour_scenario::{Scenario, Variant};
use std::io::IsTerminal;

/// Finds the requests that were asked for, follows them, and tells their lives.
pub(crate) fn explain(arguments: &ExplainArguments) -> Result<Exit, Failure> {
    let mut scenario = check::load(&arguments.scenario, &arguments.overrides, arguments.json)?;
    if let Some(seed) = arguments.seed {
        scenario = scenario.with_seed(Seed(seed));
    }
    let variant = chosen(&scenario, arguments.variant.as_deref())?;
    let header = scenario.header(variant, scenario.seed, VERSION);
    let requests = requests(arguments, &scenario, variant, &header)?;
    let mut lives = Lives::new(&header, &requests);
    listen(&scenario, variant, &mut lives)?;
    let lives = lives.finish();
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
