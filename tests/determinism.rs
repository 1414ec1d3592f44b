//! Determinism is law: the same scenario, seed and version give the same bytes, and no draw moves another.

use rushhour_base::{AgentId, Event, FleetId, Instant, RequestId, Sink, Truth};
use rushhour_report::digest::hex;
use rushhour_report::divergence::{Entries, Entry, first_difference};
use rushhour_report::render;
use rushhour_scenario::{Scenario, Variant};
use rushhour_tests::{play, reseeded, root, run, scenario, shipped, swarm};
use std::collections::BTreeMap;
use std::fs;

const SHIPPED: &[&str] = &[
    "abuse_burst",
    "bad_day",
    "come_back",
    "cost_stack",
    "fallback_year",
    "hallucination_audit",
    "long_conversations",
    "month_50k",
    "nightly_batch",
    "parallel_coders",
    "peak_hour",
    "prompt_cache",
    "provider_outage",
    "retry_bill",
    "retry_storm",
    "shared_key",
    "sunday_night",
    "trace_azure",
    "two_projects",
    "unknown_limit",
    "whatsapp_leads",
    "wrong_figures",
    "wrong_limits",
];

fn entries(scenario: &Scenario, variant: &Variant) -> Vec<Entry> {
    let mut entries = Vec::new();
    play(scenario, variant, &mut Entries(|entry| entries.push(entry)));
    entries
}

#[test]
fn the_same_run_gives_the_same_bytes() {
    for seed in 0..20 {
        let scenario = scenario(&swarm(seed));
        let [first, second] = [(); 2].map(|()| run(&scenario, &scenario.variants[0]));
        assert_eq!(first.digest, second.digest, "seed {seed}");
        assert_eq!(render::json(&[first.report]), render::json(&[second.report]), "seed {seed}");
    }
}

/// The search that `--check-determinism` relies on does find the first place at which two runs part.
#[test]
fn two_seeds_are_told_apart_at_their_first_difference() {
    let [left, right] = [1, 2].map(|seed| reseeded(scenario(&swarm(4)), seed));
    let [left, right] = [left, right].map(|scenario| entries(&scenario, &scenario.variants[0]));
    let difference = first_difference(left.clone(), right.clone()).expect("two seeds are two runs");
    let index = difference.index as usize;
    assert_eq!(left[..index], right[..index]);
    assert_ne!(left.get(index), right.get(index));
    assert_eq!(first_difference(left.clone(), left), None);
}

/// Whoever changes a digest changes what every stored report says. If that is meant: `RUSHHOUR_BLESS=1 tests/run`
/// writes the new ones, and the changelog says why.
#[test]
fn the_digests_of_the_shipped_scenarios_are_pinned() {
    let mut now = String::new();
    for name in SHIPPED {
        let scenario = shipped(name);
        for variant in &scenario.variants {
            let digest = hex(run(&scenario, variant).digest);
            now.push_str(&format!("{name} {} {} {digest}\n", variant.name, scenario.seed.0));
        }
    }
    let pinned = root().join("tests/digests.txt");
    if std::env::var_os("RUSHHOUR_BLESS").is_some() {
        fs::write(&pinned, &now).unwrap();
    }
    assert_eq!(fs::read_to_string(pinned).unwrap(), now, "results changed");
}

/// What the agents want and what the world has in store, whatever a policy does.
#[derive(Default, PartialEq, Debug)]
struct Script {
    asks: BTreeMap<RequestId, (Instant, u64, u64)>,
    faults: Vec<(Instant, Truth)>,
    replies: BTreeMap<RequestId, u64>,
}

impl Sink for Script {
    fn event(&mut self, _: Instant, _: FleetId, event: &Event) {
        match *event {
            Event::Arrived { request, intended, input_tokens, max_tokens, .. } => {
                self.asks.insert(request, (intended, input_tokens, max_tokens));
            }
            Event::AttemptEnded { request, output_tokens, .. } if output_tokens > 0 => {
                self.replies.insert(request, output_tokens);
            }
            _ => {}
        }
    }
    fn truth(&mut self, at: Instant, truth: &Truth) {
        if matches!(truth, Truth::FaultBegan { .. } | Truth::FaultEnded { .. }) {
            self.faults.push((at, *truth));
        }
    }
}

fn script(scenario: &Scenario, variant: &Variant) -> Script {
    let mut script = Script::default();
    play(scenario, variant, &mut script);
    script
}

#[test]
fn a_policy_moves_neither_arrivals_nor_faults_nor_replies() {
    let scenario = shipped("peak_hour");
    let base = script(&scenario, &scenario.variants[0]);
    assert!(base.asks.len() > 1_000 && base.faults.len() == 2);
    for variant in &scenario.variants[1..] {
        let other = script(&scenario, variant);
        assert_eq!(base.asks, other.asks, "{}", variant.name);
        assert_eq!(base.faults, other.faults, "{}", variant.name);
        let both =
            base.replies.iter().filter_map(|(request, base)| Some((base, other.replies.get(request)?)));
        assert!(both.clone().count() > 1_000);
        assert!(both.into_iter().all(|(base, other)| base == other), "{}: replies moved", variant.name);
    }
}

#[test]
fn a_101st_agent_moves_no_draw_of_the_first_hundred() {
    let with = |agents: u32| {
        let path = root().join("scenarios/peak_hour.toml");
        let set = rushhour_scenario::Override::new(format!("workload.leads.agents={agents}"));
        let scenario = Scenario::load(&path, &[set]).unwrap_or_else(|errors| panic!("{errors}"));
        script(&scenario, &scenario.variants[0]).asks
    };
    let (hundred, more) = (with(100), with(101));
    assert!(more.len() > hundred.len());
    let first: BTreeMap<_, _> =
        more.into_iter().filter(|(request, _)| request.agent() < AgentId(100)).collect();
    assert_eq!(hundred, first);
}
