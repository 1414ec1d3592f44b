//! A run: arrivals, fleets, providers and the horizon put together.

use crate::agenda::Due;
use crate::env::{Hub, SimEnv};
use crate::executor::{Step, Tasks};
use rushhour_base::event::Reason;
use rushhour_base::{
    AgentId, Ask, FleetId, Instant, Money, Outcome, Part, RequestId, Seed, Sink, Span, Truth,
};
use rushhour_core::settings::{CostPer, Policy, Topology};
use rushhour_pipeline::{Fleet, request};
use rushhour_world::WorldPlan;
use rushhour_world::provider::Providers;
use rushhour_world::tasks::Done;
use rushhour_world::traffic::Traffic;
use std::fmt;

/// What a run is made of.
#[derive(Clone, Copy, Debug)]
pub struct Setup<'a> {
    /// What the fleets meet.
    pub world: &'a WorldPlan,
    /// What the fleets stand on.
    pub topology: &'a Topology,
    /// How the fleets decide.
    pub policy: &'a Policy,
    /// The seed of the policy's own draws: routes, jitter, staff.
    pub seed: Seed,
}

/// What a finished run was like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finished {
    /// Requests that arrived.
    pub arrived: u64,
    /// Requests still under way at the horizon.
    pub in_flight: u64,
    /// When the sink had heard enough, if that came before the horizon.
    pub stopped: Option<Instant>,
}

/// Something is pending and nothing is due: a bug in what was run, never a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stuck {
    /// When everything came to a halt.
    pub at: Instant,
    /// The requests that still wait, at most a dozen of them.
    pub waiters: Vec<RequestId>,
    /// How many wait in all.
    pub waiting: u64,
}

impl fmt::Display for Stuck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = Span(self.at.0);
        write!(f, "nothing is due at {at} of the run, but {} requests wait for ever:", self.waiting)?;
        self.waiters.iter().try_for_each(|request| write!(f, " {request}"))?;
        if self.waiting > self.waiters.len() as u64 {
            f.write_str(" …")?;
        }
        Ok(())
    }
}

impl std::error::Error for Stuck {}

/// How many waiters an error names.
const NAMED: usize = 12;
/// Keepers are numbered from here, far above any request's task.
const KEEPERS: u32 = 1 << 31;
/// How many arrivals pass between two reports of progress.
const STRIDE: u64 = 1 << 14;

/// Runs until the horizon, or until `sink` has heard enough, and tells `sink` everything, in order. `progress` hears the time every few thousand arrivals.
///
/// # Errors
/// [`Stuck`] if requests wait and nothing will ever wake them.
pub fn run<S: Sink>(setup: Setup<'_>, sink: S, mut progress: impl FnMut(Instant)) -> Result<Finished, Stuck> {
    let hub = Hub::new(Providers::new(setup.world), sink);
    let others = without_months(setup.policy);
    let fleets: Vec<_> = (0..setup.policy.processes.max(1))
        .map(|number| {
            let policy = if number == 0 { setup.policy } else { &others };
            Fleet::new(SimEnv::new(&hub, FleetId(number)), setup.seed, policy, setup.topology)
        })
        .collect();
    let mut keepers = Tasks::numbered_from(KEEPERS);
    for fleet in &fleets {
        let keeper = keepers.spawn(fleet.keep(), ());
        keepers.poll(keeper, &hub.clock);
    }
    let mut requests = Tasks::numbered_from(0);
    let mut traffic = Traffic::new(setup.world);
    let reads_histories = setup.policy.compression.is_some() || setup.policy.validation.is_some();
    if reads_histories {
        traffic.remember();
    }
    let horizon = Instant::START + setup.world.horizon;
    let (mut arrived, mut stopped) = (0, None);
    open(&hub, &mut traffic);

    // What follows a request: a closed-loop agent thinks, then asks again.
    let again = |traffic: &mut Traffic, (request, (outcome, reason)): (RequestId, (Outcome, Reason))| {
        if let Some(Done { agent, task, asked }) = traffic.ended(request.agent(), outcome, reason) {
            hub.sink.borrow_mut().truth(hub.clock.now(), &Truth::TaskDone { agent, task, asked });
        }
        if let Some(at) = traffic.after(request.agent(), hub.clock.now()) {
            hub.clock.schedule(at, Due::Arrival(request.agent().0));
        }
        if let Some((at, number)) = traffic.comes_back(request, outcome, hub.clock.now()) {
            hub.clock.schedule(at, Due::Return(number));
        }
    };
    let on_its_way =
        |requests: &mut Tasks<_, _>, task| hub.timed(Part::Pipeline, || requests.poll(task, &hub.clock));
    let mut begin = |requests: &mut Tasks<_, _>, traffic: &mut Traffic, ask: Ask| {
        let fleet = &fleets[ask.request.agent().index() % fleets.len()];
        let history = match reads_histories {
            true => hub.timed(Part::Words, || traffic.history(&ask).map(Box::new)),
            false => None,
        };
        let task = requests.spawn(request::answer(fleet, ask, history), ask.request);
        if let Some(ended) = on_its_way(requests, task) {
            again(traffic, ended);
        }
        arrived += 1;
        if arrived % STRIDE == 0 {
            progress(hub.clock.now());
        }
    };
    loop {
        while let Some(task) = hub.clock.next_ready() {
            if task >= KEEPERS {
                keepers.poll(task, &hub.clock);
            } else if let Some(ended) = on_its_way(&mut requests, task) {
                again(&mut traffic, ended);
            }
        }
        if hub.sink.borrow().heard_enough() {
            stopped = Some(hub.clock.now());
            break;
        }
        match hub.clock.advance(horizon) {
            Step::Due(Due::Arrival(agent)) => {
                let ask = next_ask(&hub, &mut traffic, AgentId(agent));
                begin(&mut requests, &mut traffic, ask);
            }
            Step::Due(Due::Return(number)) => {
                let ask = ask_again(&hub, &mut traffic, number);
                begin(&mut requests, &mut traffic, ask);
            }
            Step::Due(Due::Task(keeper)) if keeper >= KEEPERS => drop(keepers.poll(keeper, &hub.clock)),
            Step::Due(Due::Task(task)) => {
                if let Some(ended) = on_its_way(&mut requests, task) {
                    again(&mut traffic, ended);
                }
            }
            Step::Due(Due::World) => turn_the_world(&hub),
            Step::Horizon => break,
            Step::Nothing => {
                let waiting = requests.notes().count() as u64;
                if waiting > 0 {
                    let waiters = requests.notes().take(NAMED).collect();
                    return Err(Stuck { at: hub.clock.now(), waiters, waiting });
                }
                hub.clock.finish(horizon);
                break;
            }
        }
    }
    fleets.iter().for_each(Fleet::begin_to_close);
    let in_flight = requests.notes().count() as u64;
    requests.drop_all();
    keepers.drop_all();
    fleets.iter().for_each(Fleet::close);
    Ok(Finished { arrived, in_flight, stopped })
}

/// A month is paid once, however many processes share the agents: the first of them books it.
fn without_months(policy: &Policy) -> Policy {
    let mut policy = policy.clone();
    for line in &mut policy.costs {
        if matches!(line.per, CostPer::Month { .. }) {
            line.amount = Money::ZERO;
        }
    }
    policy
}

/// Puts every agent's first arrival and the world's first change on the agenda.
fn open<S: Sink>(hub: &Hub<S>, traffic: &mut Traffic) {
    if let Some(at) = hub.providers.borrow().next_wake() {
        hub.clock.schedule(at, Due::World);
    }
    for agent in 0..traffic.agents() {
        if let Some(at) = traffic.first(AgentId(agent)) {
            hub.clock.schedule(at, Due::Arrival(agent));
        }
    }
}

fn next_ask<S: Sink>(hub: &Hub<S>, traffic: &mut Traffic, agent: AgentId) -> Ask {
    let (ask, next) = hub.timed(Part::Traffic, || traffic.ask(agent, hub.clock.now()));
    if let Some(kind) = traffic.abuse(ask.request) {
        let abuse = Truth::Abuse { request: ask.request, kind };
        hub.sink.borrow_mut().truth(hub.clock.now(), &abuse);
    }
    if let Some(at) = next {
        hub.clock.schedule(at, Due::Arrival(agent.0));
    }
    if traffic.is_stuck(agent) {
        hub.sink.borrow_mut().truth(hub.clock.now(), &Truth::Stuck { request: ask.request });
    }
    ask
}

fn ask_again<S: Sink>(hub: &Hub<S>, traffic: &mut Traffic, number: u32) -> Ask {
    let (ask, of) = traffic.ask_again(number, hub.clock.now());
    hub.sink.borrow_mut().truth(hub.clock.now(), &Truth::CameBack { request: ask.request, of });
    ask
}

fn turn_the_world<S: Sink>(hub: &Hub<S>) {
    let mut providers = hub.providers.borrow_mut();
    providers.on_wake(hub.clock.now(), &mut *hub.sink.borrow_mut());
    if let Some(at) = providers.next_wake() {
        hub.clock.schedule(at, Due::World);
    }
}
