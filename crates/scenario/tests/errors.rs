//! What people read when a scenario is wrong: every bad input that is known to happen, word for word.

use rushhour_scenario::{Override, Scenario};
use std::fmt::Write;
use std::path::Path;

const SOUND: &str = r#"# Does it fit?
duration = "1h"
warmup = "5m"

[provider.anthropic]
tier = "anthropic/tier-2"
model.sonnet.preset = "claude-sonnet-4-5"
fault.dip = { kind = "overloaded", at = "22m", for = "3m" }

[workload.leads]
agents = 100
arrivals = { kind = "day_curve", per_agent_per_hour = 40, peak = "18:00", peak_to_mean = 3.0 }
output = { p50 = 217, p95 = 1507 }
prompt = { growth = 651 }

[policy]
timeout = "60s"
chain = ["primary", "rules", "human"]
rules.answers = "70%"
human.capacity = 10

[policy.primary]
lanes = { "anthropic/sonnet" = 1 }

[policy.retry]
base = "500ms"

[policy.budget.fleet]
cap = "$400"

[variant.naive.policy.limiter]
kind = "none"

[slo]
"rates.fallback" = "< 1%"
"#;

/// Reads the sound scenario with `right` replaced by `wrong` in each case, and writes down what is said.
fn told(cases: &[(&str, &str)]) -> String {
    let mut page = String::new();
    for (right, wrong) in cases {
        let text = SOUND.replacen(right, wrong, 1);
        assert_ne!(text, SOUND, "the sound scenario has no {right}");
        let errors = Scenario::parse(&text, "bad.toml", Path::new(""), &[]).expect_err(wrong);
        writeln!(page, "## {wrong}\n\n{errors}\n").expect("text can be written");
    }
    page
}

fn snapshot(name: &str, text: &str) {
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, text);
    });
}

#[test]
fn the_sound_scenario_is_sound() {
    let scenario = Scenario::parse(SOUND, "sound.toml", Path::new(""), &[]).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!((scenario.question.as_str(), scenario.notices.len()), ("Does it fit?", 0));
}

#[test]
fn not_toml() {
    snapshot(
        "not_toml",
        &told(&[
            ("duration = \"1h\"", "duration = 1h"),
            ("warmup = \"5m\"", "duration = \"5m\""),
            ("[slo]", "[policy]"),
            ("[slo]", "[slo"),
        ]),
    );
}

#[test]
fn unknown_keys() {
    snapshot(
        "unknown_keys",
        &told(&[
            ("duration =", "duraton ="),
            ("agents =", "agnets ="),
            ("model.sonnet.preset", "model.sonnet.prset"),
            ("peak_to_mean = 3.0", "peak_to_mena = 3.0"),
            ("kind = \"day_curve\"", "kind = \"poisson\""),
            ("[policy.retry]", "[policy.retries]"),
            ("kind = \"none\"", "knd = \"none\""),
        ]),
    );
}

#[test]
fn wrong_types_and_units() {
    snapshot(
        "wrong_types_and_units",
        &told(&[
            ("timeout = \"60s\"", "timeout = 90"),
            ("timeout = \"60s\"", "timeout = \"90\""),
            ("timeout = \"60s\"", "timeout = \"5 apples\""),
            ("timeout = \"60s\"", "timeout = \"-5s\""),
            ("timeout = \"60s\"", "timeout = \"0s\""),
            ("duration = \"1h\"", "duration = \"0s\""),
            ("duration = \"1h\"", "duration = \"400d\""),
            ("agents = 100", "agents = 0"),
            ("agents = 100", "agents = -3"),
            ("agents = 100", "agents = \"100\""),
            ("agents = 100", "agents = 1.5"),
            ("rules.answers = \"70%\"", "rules.answers = 0.7"),
            ("rules.answers = \"70%\"", "rules.answers = \"170%\""),
            ("cap = \"$400\"", "cap = 400"),
            ("cap = \"$400\"", "cap = \"400 EUR\""),
            ("peak = \"18:00\"", "peak = \"6pm\""),
            ("peak_to_mean = 3.0", "peak_to_mean = 0.5"),
            ("output = { p50 = 217, p95 = 1507 }", "output = \"many\""),
            ("output = { p50 = 217, p95 = 1507 }", "output = 2000000000"),
            ("[workload.leads]", "[workload.\"hot leads\"]"),
            ("kind = \"overloaded\"", "kind = \"overload\""),
            ("lanes = { \"anthropic/sonnet\" = 1 }", "lanes = \"anthropic/sonnet\""),
            ("warmup = \"5m\"", "warmup = \"5m\"\nstarts = \"2026-03-11\""),
        ]),
    );
}

#[test]
fn values_that_do_not_go_together() {
    snapshot(
        "values_that_do_not_go_together",
        &told(&[
            ("warmup = \"5m\"", "warmup = \"1h\""),
            ("at = \"22m\"", "at = \"2h\""),
            ("for = \"3m\" }", "for = \"3m\", model = \"sonet\" }"),
            ("kind = \"overloaded\"", "capacity = \"25%\", kind = \"brownout\""),
            ("base = \"500ms\"", "retry_after_min = \"2m\""),
            ("p95 = 1507", "p95 = 100"),
            ("p95 = 1507", "p95 = 1507, max = 100"),
            ("base = \"500ms\"", "base = \"30s\""),
            ("cap = \"$400\"", "cap = \"$400\"\nalerts = [\"80%\", \"50%\"]"),
            ("cap = \"$400\"", "cap = \"$400\"\nalerts = [\"12.5%\"]"),
            ("human.capacity = 10", "human.service = [\"6m\", \"2m\"]"),
            ("timeout = \"60s\"", "processes = 200"),
            (
                "kind = \"day_curve\", per_agent_per_hour = 40, peak = \"18:00\", peak_to_mean = 3.0",
                "kind = \"closed_loop\", think = { p50 = \"10s\" }",
            ),
            (
                "kind = \"day_curve\", per_agent_per_hour = 40, peak = \"18:00\", peak_to_mean = 3.0",
                "kind = \"trace\"",
            ),
            ("[slo]", "[trace]\npath = \"trace.csv\"\n[slo]"),
            ("p95 = 1507 }", "p95 = 1507 }\ntask = { steps = 8 }"),
            (
                "human.capacity = 10",
                "human.capacity = 10\n\n[trace]\npath = \"no/such/trace.csv\"\n[workload.replay]\nagents = 1\narrivals.kind = \"trace\"\n[policy.queue]",
            ),
        ]),
    );
}

#[test]
fn names_of_what_is_not_there() {
    snapshot(
        "names_of_what_is_not_there",
        &told(&[
            ("anthropic/tier-2", "anthropic/tier2"),
            ("claude-sonnet-4-5", "claude-sonet-4-5"),
            ("claude-sonnet-4-5", "claude-sonnet-5"),
            ("model.sonnet.preset = \"claude-sonnet-4-5\"", "model.sonnet = {}"),
            ("model.sonnet.preset = \"claude-sonnet-4-5\"", "dialect = \"anthropic\""),
            ("\"anthropic/sonnet\" = 1", "\"anthropic/sonet\" = 1"),
            ("[policy.budget.fleet]", "[policy.budget.lead]"),
            (
                "[provider.anthropic]",
                "[provider.other]\nmodel.m.prices = { input = \"$1\", output = \"$2\" }\n[provider.anthropic]\nmodel.second = { preset = \"claude-sonnet-4-6\", quota.requests_per_minute = 5 }\nmodel.third = { preset = \"claude-sonnet-4-6\", quota.requests_per_minute = 6 }",
            ),
            (
                "[policy.primary]\nlanes = { \"anthropic/sonnet\" = 1 }",
                "[provider.b]\nmodel.m.preset = \"claude-opus-5\"",
            ),
        ]),
    );
}

#[test]
fn caps_that_do_not_go_together() {
    let cap = |text: &str| format!("[policy.budget.each]\ncap = \"$10\"\n{text}\n[policy.budget.fleet]");
    let texts = [
        "",
        "scope = \"agent\"\nof = \"leadss\"",
        "scope = \"agent\"\nof = \"leads-99999\"",
        "of = \"leads\"",
        "scope = \"user\"\nat_cap = \"degrade\"",
        "scope = \"fleet\"\nresume = \"soon\"",
        "scope = \"fleet\"\nat_cap = \"fall\"\nresume = \"turn\"",
        "scope = \"fleet\"\nkept_back = \"10%\"",
        "scope = \"fleet\"\nalerts = [\"$20\"]",
        "scope = \"fleet\"\nalerts = [20]",
        "scope = \"fleet\"\nalerts = [\"$2\", \"50%\", \"$1\"]",
    ]
    .map(cap);
    let changes: Vec<(&str, &str)> =
        texts.iter().map(|text| ("[policy.budget.fleet]", text.as_str())).collect();
    snapshot("caps_that_do_not_go_together", &told(&changes));
}

#[test]
fn chains_without_an_end() {
    snapshot(
        "chains_without_an_end",
        &told(&[
            ("[\"primary\", \"rules\", \"human\"]", "[\"primary\", \"rules\"]"),
            ("[\"primary\", \"rules\", \"human\"]", "[\"primary\"]"),
            ("[\"primary\", \"rules\", \"human\"]", "[\"fail\"]"),
            ("[\"primary\", \"rules\", \"human\"]", "[\"fail\", \"primary\", \"human\"]"),
            ("[\"primary\", \"rules\", \"human\"]", "[\"primary\", \"primary\", \"human\"]"),
            ("[\"primary\", \"rules\", \"human\"]", "[\"primary\", \"secondary\", \"human\"]"),
            ("[\"primary\", \"rules\", \"human\"]", "[\"primary\", \"people\"]"),
            ("[\"primary\", \"rules\", \"human\"]", "[]"),
            ("lanes = { \"anthropic/sonnet\" = 1 }", "lanes = { \"anthropic/sonnet\" = 0 }"),
            ("lanes = { \"anthropic/sonnet\" = 1 }", "lanes = {}"),
        ]),
    );
}

#[test]
fn variants_that_change_the_world() {
    snapshot(
        "variants_that_change_the_world",
        &told(&[
            ("[variant.naive.policy.limiter]\nkind = \"none\"", "[variant.naive.workload.leads]\nagents = 5"),
            ("[variant.naive.policy.limiter]", "[variant.base.policy.limiter]"),
            ("[variant.naive.policy.limiter]\nkind = \"none\"", "[variant.naive]"),
            ("kind = \"none\"", "kind = \"nothing\""),
            ("[variant.naive.policy.limiter]\nkind = \"none\"", "[variant.naive]\npolicy = \"none\""),
            ("[variant.naive.policy.limiter]\nkind = \"none\"", "[variant]\nnaive = 5"),
            (
                "[variant.naive.policy.limiter]\nkind = \"none\"",
                "[variant.naive.policy]\nchain = [\"primary\"]",
            ),
        ]),
    );
}

#[test]
fn limits_on_what_is_not_measured() {
    snapshot(
        "limits_on_what_is_not_measured",
        &told(&[
            ("\"rates.fallback\"", "\"rates.falback\""),
            ("\"rates.fallback\"", "\"nonsense\""),
            ("\"rates.fallback\"", "\"rates.fallback{workload=nobody}\""),
            ("\"rates.fallback\" = \"< 1%\"", "\"rates.fallback\" = \"1%\""),
            ("\"rates.fallback\" = \"< 1%\"", "\"rates.fallback\" = \"< 3s\""),
            ("\"rates.fallback\" = \"< 1%\"", "\"rates.fallback\" = 0.01"),
            ("\"rates.fallback\" = \"< 1%\"", "\"latency.response.p95\" = \"< 3\""),
            ("\"rates.fallback\" = \"< 1%\"", "\"cost_usd.per_success\" = \"< 0.05\""),
            ("\"rates.fallback\" = \"< 1%\"", "\"counts.rejected_429\" = \"== 0%\""),
        ]),
    );
}

#[test]
fn all_errors_of_a_file_come_at_once() {
    let text = SOUND
        .replace("duration = \"1h\"", "duraton = \"1h\"")
        .replace("agents = 100", "agents = 0")
        .replace("timeout = \"60s\"", "timeout = 60")
        .replace("\"anthropic/sonnet\" = 1", "\"anthropic/sonet\" = 1")
        .replace("kind = \"none\"", "kind = \"nothing\"")
        .replace("< 1%", "< 1s");
    let errors = Scenario::parse(&text, "bad.toml", Path::new(""), &[]).expect_err("six errors");
    let lines: Vec<_> = errors.iter().map(|error| error.line).collect();
    assert_eq!(lines, [Some(2), Some(11), Some(17), Some(23), Some(32), Some(35)], "{errors}");
    snapshot("all_errors_of_a_file_come_at_once", &errors.to_string());
}

#[test]
fn overrides_are_blamed_as_overrides() {
    let mut page = String::new();
    for wrong in [
        "workload.leads.agnets=7",
        "workload.leads.agents=many",
        "policy.timeout=90",
        "policy.limiter",
        "policy..timeout=90s",
        "policy.timeout=[1,",
        "policy.timeout=",
        "policy.primary.lanes.\"anthropic/opus\"=1",
        "variant.naive.policy.limiter.scope=agent",
        "warmup=2h",
    ] {
        let errors =
            Scenario::parse(SOUND, "sound.toml", Path::new(""), &[Override::new(wrong)]).expect_err(wrong);
        assert!(errors.iter().any(|error| error.origin == "--set"), "{errors}");
        writeln!(page, "## --set {wrong}\n\n{errors}\n").expect("text can be written");
    }
    snapshot("overrides_are_blamed_as_overrides", &page);
}

#[test]
fn a_file_that_is_not_there() {
    let errors = Scenario::load(Path::new("no/such.toml"), &[]).expect_err("no file").to_string();
    assert!(errors.starts_with("error: the scenario cannot be read: "), "{errors}");
    assert!(errors.contains(" --> no/such.toml"), "{errors}");
}
