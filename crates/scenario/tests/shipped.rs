//! The scenarios that ship with the project, and the starter, are sound and say what they should.

use rushhour_base::time::{HOUR, MINUTE};
use rushhour_base::{Dimension, LaneId, Rung, Seed, Span};
use rushhour_core::settings::{Answerer, Kinds, LimiterKind, LimiterScope};
use rushhour_scenario::{Override, Scenario, starter};
use rushhour_world::settings::Arrivals;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios")
}

fn shipped(folder: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder).expect("the folder of scenarios");
    let mut files: Vec<PathBuf> = files.map(|file| file.expect("a file").path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
    files.sort();
    assert!(!files.is_empty());
    files
}

fn load(name: &str) -> Scenario {
    Scenario::load(&folder().join(name), &[]).unwrap_or_else(|errors| panic!("{errors}"))
}

#[test]
fn every_shipped_scenario_is_sound_and_asks_a_question() {
    for folder in [folder(), folder().join("theory")] {
        let index = std::fs::read_to_string(folder.join("README.md")).expect("the index");
        for path in shipped(&folder) {
            let scenario = Scenario::load(&path, &[]).unwrap_or_else(|errors| panic!("{errors}"));
            assert!(scenario.question.ends_with('?'), "{}: {}", path.display(), scenario.question);
            assert!(index.contains(&scenario.question), "the index leaves out: {}", scenario.question);
            assert_eq!(scenario.notices, [], "{}", path.display());
        }
    }
}

#[test]
fn the_starter_is_sound() {
    let scenario =
        Scenario::parse(starter(), "new.toml", Path::new(""), &[]).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(scenario.notices, []);
    assert!(starter().lines().count() <= 45, "the starter fits on one screen");
}

#[test]
fn peak_hour_is_read_to_the_letter() {
    let scenario = load("peak_hour.toml");
    let names: Vec<&str> = scenario.variants.iter().map(|variant| variant.name.as_str()).collect();
    assert_eq!((scenario.name.as_str(), names), ("peak_hour", vec!["base", "naive", "per_key"]));
    assert_eq!(scenario.seed, Seed(20_260_311));
    let limiters = scenario.variants.iter().map(|v| (v.policy.limiter.kinds, v.policy.limiter.scope));
    assert_eq!(
        limiters.collect::<Vec<_>>(),
        [
            (Kinds::all(LimiterKind::TokenBucket), LimiterScope::Account),
            (Kinds::all(LimiterKind::None), LimiterScope::Account),
            (Kinds::all(LimiterKind::TokenBucket), LimiterScope::Key),
        ]
    );
    let world = &scenario.world;
    assert_eq!((world.horizon, world.starts_at), (Span(HOUR), Span(17 * HOUR + 30 * MINUTE)));
    assert_eq!(world.lanes.len(), 2);
    assert_eq!((world.faults[0].provider, world.faults[0].from.0), (0, 22 * MINUTE));
    let input = world.quotas[0].input_tokens.expect("a limit");
    assert_eq!((input.amount, input.period, input.burst), (450_000, Span(MINUTE), 112_500));
    let lanes = &scenario.topology.lanes;
    assert_eq!(lanes.iter().map(|lane| lane.pool).collect::<Vec<_>>(), [Some(0), Some(1), None, None]);
    let chain = &scenario.variants[0].policy.chain;
    let Answerer::Staff(human) = &chain[3].answered_by else { panic!("people are staff") };
    assert_eq!((human.lane, human.service_max), (LaneId(3), Span(6 * MINUTE)));
}

#[test]
fn the_header_names_everything() {
    let scenario = load("peak_hour.toml");
    let header = scenario.header(&scenario.variants[2], Seed(9), "0.1.0");
    assert_eq!((header.variant.as_str(), header.seed, header.version.as_str()), ("per_key", 9, "0.1.0"));
    let lanes: Vec<_> = header.lanes.iter().map(|l| (l.name.as_str(), l.model.as_str(), l.rung)).collect();
    assert_eq!(
        lanes,
        [
            ("anthropic/sonnet", "claude-sonnet-4-5", Some(Rung::Primary)),
            ("backup/haiku", "claude-haiku-4-5", Some(Rung::Secondary)),
            ("rules", "rules", Some(Rung::Rules)),
            ("human", "human", Some(Rung::Human)),
        ]
    );
    assert_eq!(header.quotas[0].name, "anthropic/sonnet-4");
    let limits: Vec<_> = header.quotas[0].limits.iter().map(|l| (l.dimension, l.amount)).collect();
    assert_eq!(
        limits,
        [(Dimension::Requests, 1_000), (Dimension::InputTokens, 450_000), (Dimension::OutputTokens, 90_000)]
    );
    assert_eq!((header.starts_unix_s, header.utc_offset_s), (1_773_243_000, 7_200));
    assert_eq!((header.caps[0].name.as_str(), header.caps[0].window.as_str()), ("fleet", "day"));
    assert_eq!(
        header.slos.iter().map(|slo| slo.limit).collect::<Vec<_>>(),
        [30_000.0, 0.99, 0.1, 0.01, 0.05]
    );
    assert_eq!(header.scenario_hash, scenario.hash);
}

#[test]
fn the_trace_is_replayed_whole() {
    let scenario = load("trace_azure.toml");
    let Arrivals::Trace { rows } = &scenario.world.workloads[0].arrivals else { panic!("a trace") };
    assert_eq!(rows.len(), 600);
    assert_eq!((rows[0].at, rows[0].input_tokens, rows[0].output_tokens), (Span::ZERO, 374, 44));
    assert_eq!(rows[599].at, Span(148_189_130_000));
}

/// A trace named on the command line is looked for where the command runs, not beside the scenario.
#[test]
fn an_overridden_path_is_relative_to_the_current_directory() {
    let path = folder().join("trace_azure.toml");
    let beside = [Override::new("trace.path=traces/azure_excerpt.csv")];
    let errors = Scenario::load(&path, &beside).expect_err("there is no such file here").to_string();
    assert!(errors.contains("--> --set"), "{errors}");
    let here = [Override::new("trace.path=../../scenarios/traces/azure_excerpt.csv")];
    assert!(Scenario::load(&path, &here).is_ok());
}

/// An hour of traffic in a run of three minutes would be three minutes of it.
#[test]
fn a_replayed_trace_lasts_as_long_as_its_rows_unless_the_file_says_otherwise() {
    let scenario = load("trace_azure.toml");
    let Arrivals::Trace { rows } = &scenario.world.workloads[0].arrivals else {
        panic!("it replays a trace")
    };
    let last = rows.last().expect("it has rows").at;
    assert!(
        scenario.world.horizon > last + Span::secs(60) && scenario.world.horizon <= last + Span::secs(61)
    );
    let path = folder().join("trace_azure.toml");
    let short =
        Scenario::load(&path, &[Override::new("duration=1m")]).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(short.world.horizon, Span(MINUTE));
    assert!(short.notices[0].to_string().contains("beyond the run's 1m"), "{:?}", short.notices);
}
