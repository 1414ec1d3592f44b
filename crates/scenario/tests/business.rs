//! What a scenario says answers are worth.

use rushhour_base::{Seed, Span};
use rushhour_scenario::Scenario;

const LEAST: &str = r#"
seed = 1
[provider.p]
[provider.p.model.m]
prices = { input = "$3", output = "$15" }
[workload.other]
agents = 1
arrivals = { kind = "poisson", per_agent_per_hour = 1 }
[workload.leads]
agents = 4
arrivals = { kind = "poisson", per_agent_per_hour = 1 }
"#;

fn try_with(more: &str) -> Result<Scenario, String> {
    let text = format!("{LEAST}{more}");
    Scenario::parse(&text, "least.toml", "".as_ref(), &[]).map_err(|errors| errors.to_string())
}

fn with(more: &str) -> Scenario {
    try_with(more).unwrap_or_else(|errors| panic!("{errors}"))
}

#[test]
fn weights_reach_the_report_and_are_no_part_of_the_world() {
    let header = |scenario: &Scenario| scenario.header(&scenario.variants[0], Seed(1), "test");
    let plain = header(&with(""));
    assert!(plain.business.is_empty());
    let written = header(&with("[business.leads]\nlate = \"90s\"\nwrong = \"5%\"\n"));
    let [weights] = written.business[..] else { panic!("one workload has weights") };
    assert_eq!((weights.of, weights.prompt, weights.late), (1, Span::secs(5), Span::secs(90)));
    let shares = [weights.leads, weights.capture, weights.late_worth, weights.rules, weights.human];
    assert_eq!(shares.map(|share| share.to_string()), ["20%", "30%", "50%", "60%", "100%"]);
    let shares = [weights.unknown, weights.apology, weights.wrong];
    assert_eq!(shares.map(|share| share.to_string()), ["50%", "30%", "5%"]);
    assert_eq!(plain.world_hash, written.world_hash);
    assert_ne!(plain.scenario_hash, written.scenario_hash);
}

#[test]
fn weights_that_nobody_can_mean() {
    for (more, told) in [
        ("[business.lead]\n", ["there is no workload `lead`", "other"]),
        ("[business.leads]\nlate = \"5s\"\n", ["`prompt` is 5s", "longer than `prompt`"]),
        ("[business.leads]\nworng = \"5%\"\n", ["worng", "`wrong`"]),
        ("[business.leads]\nwrong = \"101%\"\n", ["wrong", "100%"]),
    ] {
        let errors = try_with(more).expect_err(more);
        assert!(told.iter().all(|words| errors.contains(words)), "{more}: {errors}");
    }
}

#[test]
fn what_answers_are_worth_can_be_required() {
    let limits = "[business.leads]\n[slo]\n\"business.satisfaction\" = \"> 80%\"\n\"business.leads_captured\" = \"> 1\"\n";
    assert_eq!(with(limits).header(&with(limits).variants[0], Seed(1), "test").slos.len(), 2);
}
