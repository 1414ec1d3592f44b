//! The smallest system that can be simulated: one provider, one model, agents of one or two kinds, and as little policy
//! as a case needs. A case changes what it is about; everything runs through the scenario reader and the simulator.

use crate::reference::ground::SEED;
use crate::scenario;
use rushhour_base::{Event, FleetId, Instant, Sink, Span, Truth};
use rushhour_core::settings::{Discipline, LimiterKind, Policy};
use rushhour_scenario::Scenario;
use rushhour_sim::Setup;
use rushhour_world::settings::{Arrivals, Length};

/// Tokens a second of the plant's model: one each microsecond, so that a length in tokens is a time in microseconds.
pub const TOKENS_PER_SECOND: f64 = 1e6;
/// Longer than any run.
pub const FOR_EVER: Span = Span::secs(4_000_000_000);

/// A plant without any limit: every call goes out at once, answers take as long as they have tokens, nothing costs
/// money, nobody retries, no breaker opens, and whoever has to wait waits in order of arrival for as long as it takes.
pub fn plant() -> Scenario {
    with("", "")
}

/// The plant with more TOML: of further workloads and providers, and of the policy, which may state a chain of its own.
pub fn with(world: &str, policy: &str) -> Scenario {
    let chain = if policy.contains("chain =") { "" } else { "chain = [\"primary\", \"fail\"]" };
    let mut scenario = scenario(&format!(
        r#"
        duration = "1h"
        [provider.p.model.m]
        prices = {{ input = "$0", output = "$0" }}
        latency = {{ base = "0s", per_input_token = "0s", per_output_token = "1us", spread = "0%", refusal = "0s" }}
        [workload.w]
        agents = 1
        arrivals = {{ kind = "poisson", per_agent_per_hour = 60 }}
        prompt = {{ first = 1, growth = 0, turns = 1 }}
        output = 1
        {world}
        [policy]
        {chain}
        shared_backoff = false
        limiter.kind = "none"
        retry.max_attempts = 1
        queue.discipline = "fifo"
        {policy}
        "#
    ));
    for workload in &mut scenario.world.workloads {
        workload.max_tokens = LONGEST;
    }
    scenario.topology.lanes.iter_mut().for_each(|lane| lane.context_tokens = u64::MAX);
    let policy = policy_of(&mut scenario);
    policy.breaker = None;
    policy.timeout = FOR_EVER;
    policy.queue.max_waiting = u32::MAX;
    policy.queue.max_wait = FOR_EVER;
    scenario
}

/// Longer than any reply.
const LONGEST: u64 = 1 << 44;

/// The policy that a run follows.
pub fn policy_of(scenario: &mut Scenario) -> &mut Policy {
    &mut scenario.variants[0].policy
}

/// At most so many calls at once; whoever does not fit waits.
pub fn servers(scenario: &mut Scenario, servers: u32) {
    let limiter = &mut policy_of(scenario).limiter;
    limiter.kinds.concurrency = LimiterKind::TokenBucket;
    limiter.own.concurrency = Some(servers);
}

/// Serves the more urgent class first.
pub fn by_priority(scenario: &mut Scenario) {
    policy_of(scenario).queue.discipline = Discipline::Priority;
}

/// Poisson arrivals of `per_second` for every agent of a workload.
pub fn poisson(scenario: &mut Scenario, workload: usize, per_second: f64) {
    scenario.world.workloads[workload].arrivals =
        Arrivals::Poisson { per_agent_per_hour: per_second * 3_600.0 };
}

/// The law of a service time in seconds, as a length in tokens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Service {
    Constant(f64),
    Gamma { mean: f64, cv: f64 },
    Lognormal { mean: f64, cv: f64 },
}

impl Service {
    pub fn exponential(mean: f64) -> Service {
        Service::Gamma { mean, cv: 1.0 }
    }

    pub fn length(self) -> Length {
        let tokens = |seconds: f64| (seconds * TOKENS_PER_SECOND + 0.5) as u64;
        match self {
            Service::Constant(seconds) => Length::Constant(tokens(seconds)),
            Service::Gamma { mean, cv } => Length::Gamma { mean: tokens(mean), cv, max: LONGEST },
            Service::Lognormal { mean, cv } => {
                let spread = libm::sqrt(libm::log1p(cv * cv));
                let median = mean / libm::sqrt(1.0 + cv * cv);
                let p95 = median * libm::exp(1.644_853_626_951_472_2 * spread);
                Length::Lognormal { p50: tokens(median), p95: tokens(p95), max: LONGEST }
            }
        }
    }
}

/// Runs replication number `replication` of a plant for so long.
pub fn run(scenario: &Scenario, replication: u32, horizon: Span, sink: &mut impl Sink) {
    let seed = SEED.replication(replication);
    let mut world = scenario.world.clone();
    world.seed = seed;
    world.horizon = horizon;
    let setup =
        Setup { world: &world, topology: &scenario.topology, policy: &scenario.variants[0].policy, seed };
    rushhour_sim::run(setup, sink, |_| {})
        .unwrap_or_else(|stuck| panic!("replication {replication}: {stuck}"));
}

/// A sink made of a function of events.
pub struct Listening<F>(pub F);

impl<F: FnMut(Instant, &Event)> Sink for Listening<F> {
    fn event(&mut self, at: Instant, _: FleetId, event: &Event) {
        (self.0)(at, event);
    }
    fn truth(&mut self, _: Instant, _: &Truth) {}
}

/// A time in seconds as a span, to the nearest nanosecond.
pub fn seconds(seconds: f64) -> Span {
    Span((seconds * 1e9 + 0.5) as u64)
}
