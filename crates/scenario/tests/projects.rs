//! Projects, and quotas that are counted otherwise than by a dialect's default.

use rushhour_base::header::{GrowthHeader, QuotaHeader};
use rushhour_base::{Enforcement, LaneId, QuotaId, Ratio, Seed, Span};
use rushhour_scenario::{Override, Scenario};
use rushhour_world::settings::{Estimate, OutputCharge, QuotaPlan};

const LEAST: &str = r#"
[provider.p.model.m]
prices = { input = "$3", output = "$15" }
quota = { tokens_per_minute = 60000 }
[provider.p.model.n]
prices = { input = "$3", output = "$15" }
quota = { requests_per_minute = 60 }
[workload.w]
agents = 4
arrivals = { kind = "poisson", per_agent_per_hour = 1 }
"#;

fn read(overrides: &[&str]) -> Result<Scenario, String> {
    let overrides: Vec<Override> = overrides.iter().map(|text| Override::new(*text)).collect();
    Scenario::parse(LEAST, "least.toml", "".as_ref(), &overrides).map_err(|errors| errors.to_string())
}

fn with(overrides: &[&str]) -> Scenario {
    read(overrides).unwrap_or_else(|errors| panic!("{errors}"))
}

fn headers(scenario: &Scenario) -> Vec<QuotaHeader> {
    scenario.header(&scenario.variants[0], Seed(1), "0").quotas
}

#[test]
fn a_project_has_lanes_of_its_own_and_quotas_within_the_organisations() {
    let scenario = with(&[
        "provider.p.project.a={ quota = { requests_per_minute = 30 }, family = { m = { tokens_per_minute = 20000 } } }",
        "provider.p.project.b.family.n.requests_per_minute=10",
        "policy.primary.lanes={ 'p/m@a' = 1, 'p/n@b' = 1 }",
    ]);
    let header = scenario.header(&scenario.variants[0], Seed(1), "0");
    let names: Vec<&str> = header.lanes.iter().map(|lane| lane.name.as_str()).collect();
    assert_eq!(names, ["p/m", "p/n", "p/m@a", "p/n@a", "p/m@b", "p/n@b"]);
    let quotas: Vec<_> = header.quotas.iter().map(|q| (q.name.as_str(), q.within.map(|q| q.0))).collect();
    assert_eq!(
        quotas,
        [("p/m", None), ("p/n", None), ("p/m@a", Some(0)), ("p/n@a", Some(1)), ("p/n@b", Some(1))]
    );
    let lanes: Vec<_> = scenario.world.lanes.iter().map(|lane| (lane.quota.0, lane.same_model_as)).collect();
    let [m, n] = [Some(LaneId(0)), Some(LaneId(1))];
    assert_eq!(lanes, [(0, None), (1, None), (2, m), (3, n), (0, m), (4, n)], "b states nothing for m");
    assert_eq!(scenario.topology.within, [None, None, Some(0), Some(1), Some(1)]);
    let of_a = scenario.world.quotas[2];
    assert_eq!((of_a.tokens.map(|g| g.amount), of_a.requests), (Some(20_000), None), "in place of `quota`");
    assert_eq!(scenario.world.quotas[3].requests.map(|g| g.amount), Some(30));
}

/// A project renumbers nobody, so it moves no luck of the models' own lanes.
#[test]
fn lanes_of_projects_come_after_those_of_all_providers() {
    let two = "provider.q.model.m={ prices = { input = '$1', output = '$1' }, quota = { requests_per_minute = 9 } }";
    let scenario =
        with(&[two, "provider.p.project.a.quota.concurrency=3", "policy.primary.lanes={ 'q/m' = 1 }"]);
    let header = scenario.header(&scenario.variants[0], Seed(1), "0");
    assert_eq!(header.lanes[2].name, "q/m");
    assert_eq!(header.lanes.len(), 5);
}

#[test]
fn what_cannot_be_meant_is_told() {
    let error = |sets: &[&str]| read(sets).err().unwrap_or_else(|| panic!("{sets:?} is read"));
    assert!(
        error(&["provider.p.project.a.family.o.requests_per_minute=1"])
            .contains("no model is of the family `o`")
    );
    let counts = error(&["provider.p.project.a.quota={ requests_per_minute = 1, counts_cached = true }"]);
    assert!(counts.contains("a project counts as its organisation does"), "{counts}");
    assert!(error(&["policy.primary.lanes={ 'p/m@c' = 1 }"]).contains("there is no lane `p/m@c`"));
    let azure = ["provider.p={ dialect = 'openai', tier = 'azure/chat' }"];
    assert!(error(&azure).contains("grants requests by the tokens"), "n has no tokens per minute");
    let notices = |sets: &[&str]| with(sets).notices.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(
        notices(&["provider.p.project.a={}", "provider.p.project.b.family.m.tokens_per_minute=60001"]),
        [
            "provider.p.project.a: it states no quota, so only the organisation's limits it",
            "provider.p.project.b.family.m.tokens_per_minute: it is without effect: the organisation has less",
        ]
    );
}

/// Each way of counting that providers document can be written.
#[test]
fn quotas_count_as_providers_do() {
    let first = |sets: &[&str]| -> QuotaPlan { with(sets).world.quotas[0] };
    let reserved = first(&["provider.p={ output_counts = 'at_admission', refunds_unused = true }"]);
    let output = OutputCharge::UpFront { estimate: Estimate::Sum, refunds: true };
    assert_eq!((reserved.output, reserved.counts_failed, reserved.counts_cached), (output, false, false));
    let openai = first(&["provider.p={ dialect = 'openai', output_counts = 'as_produced' }"]);
    assert_eq!(
        (openai.output, openai.counts_failed, openai.counts_cached),
        (OutputCharge::AsProduced, true, true)
    );
    assert!(first(&["provider.p.model.m.family=haiku-3.5"]).counts_cached);
    assert!(
        !first(&["provider.p.model.m.quota.counts_cached=false", "provider.p.dialect=openai"]).counts_cached
    );
    let azure = first(&[
        "provider.p={ dialect = 'openai', tier = 'azure/chat' }",
        "provider.p.model.m.quota.slice=10s",
        "provider.p.model.n.quota={ tokens_per_minute = 90 }",
    ]);
    assert_eq!(azure.requests.map(|g| g.amount), Some(360));
    assert_eq!(azure.enforced, Enforcement::Slices(Span::secs(10)));
}

#[test]
fn growth_is_limited_where_it_is_stated() {
    let scenario = with(&["provider.p.model.m.quota.growth={}", "provider.p.project.a.quota.growth.floor=5"]);
    let of = |quota: QuotaId| headers(&scenario)[quota.index()].growth;
    let usual =
        GrowthHeader { floor: 1_000_000, share: Ratio::new(1, 2).expect("a half"), per: Span::secs(900) };
    assert_eq!(of(QuotaId(0)), Some(usual));
    assert_eq!((of(QuotaId(1)), of(QuotaId(2))), (None, Some(GrowthHeader { floor: 5, ..usual })));
}
