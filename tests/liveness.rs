//! No silent hang: a run in which requests wait and nothing is due is an error that names them.

use rushhour_base::{AgentId, RequestId, Span};
use rushhour_sim::{Setup, Stuck};
use rushhour_tests::scenario;

const HANGS: &str = "
name = \"hangs\"
duration = \"10m\"
[provider.one.model.m]
preset = \"claude-sonnet-4-5\"
quota = { requests_per_minute = 60, concurrency = 1 }
[provider.one.fault.f]
kind = \"hang\"
at = \"0s\"
for = \"5m\"
[workload.w]
agents = 3
arrivals = { kind = \"closed_loop\", think = \"1s\" }
";

/// A provider that never answers, and a policy (which no scenario file can express) that waits for ever.
#[test]
fn a_run_that_comes_to_a_halt_names_who_waits() {
    let mut scenario = scenario(HANGS);
    let policy = &mut scenario.variants[0].policy;
    (policy.timeout, policy.queue.max_wait) = (Span::MAX, Span::MAX);
    let setup = Setup {
        world: &scenario.world,
        topology: &scenario.topology,
        policy: &scenario.variants[0].policy,
        seed: scenario.seed,
    };
    let stuck = rushhour_sim::run(setup, (), |_| {}).expect_err("nothing will ever wake them");
    let waiters = (0..3).map(|agent| RequestId::new(AgentId(agent), 0)).collect();
    assert_eq!(stuck, Stuck { at: stuck.at, waiters, waiting: 3 });
    assert_eq!(
        stuck.to_string(),
        "nothing is due at 5m of the run, but 3 requests wait for ever: 0/0 1/0 2/0"
    );
}
