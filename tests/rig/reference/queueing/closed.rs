//! A closed loop: agents think, ask, wait, and think again. Throughput and response follow from the number of agents, and obey
//! `R = N/X − Z` in every run.

use super::REPLICATIONS;
use crate::reference::case::Answer;
use crate::reference::ground::Ground;
use crate::reference::judge::Judge;
use crate::reference::plant::{self, Listening, Service, seconds};
use rushhour_base::{Event, Instant};
use rushhour_world::settings::{Arrivals, Duration};

const CUSTOMERS: f64 = 1_500_000.0;

/// Sums of one run or several, in seconds.
#[derive(Default)]
struct Sums {
    time: f64,
    ended: f64,
    responses: f64,
    thoughts: f64,
}

pub fn run(judge: &mut Judge, ground: &Ground) -> Answer<()> {
    let params = &judge.case.params;
    let (agents, servers) = (params.whole("agents")?, params.whole("servers")?);
    let (think, service) = (params.number("think_s")?, params.number("service_s")?);
    let mut plant = plant::plant();
    plant::servers(&mut plant, servers as u32);
    plant.world.workloads[0].agents = agents as u32;
    plant.topology.agents = agents as u32;
    plant.world.workloads[0].arrivals = Arrivals::ClosedLoop { think: Duration::Exponential(seconds(think)) };
    plant.world.workloads[0].output = Service::exponential(service).length();
    let n = agents as f64;
    let fastest = (servers as f64 / service).min(n / (think + service));
    let horizon = ground.scaled(CUSTOMERS as u64) as f64 / f64::from(REPLICATIONS) / fastest;
    let mut sums = Sums::default();
    for replication in 0..REPLICATIONS {
        observe(&plant, agents as usize, replication, horizon, &mut sums);
    }
    let throughput = sums.ended / sums.time;
    let response = sums.responses / sums.ended;
    judge.number("throughput_per_s", throughput)?;
    judge.number("response_s", response)?;
    if judge.case.expects("law") {
        judge.number("law", n / throughput - think)?;
    }
    // What agents thought and waited together is all the time there was.
    let (there, was) = (sums.responses + sums.thoughts, n * sums.time);
    let held = (there - was).abs() <= 1e-9 * was;
    judge.also("N = X (R + Z)", &format!("{was:.3}"), &format!("{there:.3}"), held);
    Ok(())
}

/// Adds one run. What an agent is in the middle of at the end is added to what it is doing, so no time is lost.
fn observe(
    plant: &rushhour_scenario::Scenario,
    agents: usize,
    replication: u32,
    horizon: f64,
    sums: &mut Sums,
) {
    let mut since = vec![(Instant::START, false); agents];
    let (mut thoughts, mut responses, mut ended) = (0u128, 0u128, 0u64);
    let horizon = seconds(horizon);
    let mut listen = Listening(|at: Instant, event: &Event| match *event {
        Event::Arrived { agent, .. } => {
            thoughts += u128::from(at.since(since[agent.index()].0).0);
            since[agent.index()] = (at, true);
        }
        Event::Ended { request, .. } => {
            let agent = request.agent().index();
            responses += u128::from(at.since(since[agent].0).0);
            ended += u64::from(at < Instant::START + horizon);
            since[agent] = (at, false);
        }
        _ => {}
    });
    plant::run(plant, replication, horizon, &mut listen);
    let end = Instant::START + horizon;
    thoughts += since.iter().map(|(at, _)| u128::from(end.since(*at).0)).sum::<u128>();
    sums.time += horizon.as_secs_f64();
    sums.ended += ended as f64;
    sums.responses += responses as f64 / 1e9;
    sums.thoughts += thoughts as f64 / 1e9;
}
