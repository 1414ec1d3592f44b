//! The gate: what passes, what fails, and what it says of it.

use crate::desk::{Desk, done};

const SCENARIO: &str = r#"# Do ten agents fit?
seed = 7
duration = "10m"

[provider.one.model.m]
preset = "claude-sonnet-4-5"
quota = { requests_per_minute = 60 }

[workload.w]
agents = 10
arrivals = { kind = "poisson", per_agent_per_hour = 120 }

[slo]
"rates.success" = "> 99%"
"#;

fn desk() -> Desk {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("scenarios")).expect("the desk is ours");
    desk.write("scenarios/ten.toml", SCENARIO);
    desk
}

fn desk_with_baseline() -> Desk {
    let desk = desk();
    let updated = desk.rushhour(&["gate", "--update"]);
    assert_eq!(updated.code, 0, "{}", updated.err);
    desk
}

/// Makes the committed baseline say something else, as if the program had changed since.
fn tamper(desk: &Desk, from: &str, to: &str) {
    let file = desk.path("reports/baselines/ten.json");
    let text = std::fs::read_to_string(&file).expect("there is a baseline");
    assert!(text.contains(from), "{text}");
    let digest = text.find("\"digest\": \"").expect("a baseline names its digest") + 11;
    let text = text.replace(&text[digest..digest + 32], &"0".repeat(32)).replace(from, to);
    std::fs::write(file, text).expect("the desk is ours");
}

#[test]
fn without_a_baseline_nothing_is_decided_and_update_writes_one() {
    let desk = desk();
    let first = desk.rushhour(&["gate"]);
    assert_eq!(first.code, 4, "{}", first.out);
    assert!(first.out.contains("there is no baseline; `--update` writes a new one"), "{}", first.out);
    let updated = desk.rushhour(&["gate", "--update"]);
    assert_eq!(updated.code, 0, "{}", updated.out);
    assert!(updated.out.contains("1 baseline written to reports/baselines"), "{}", updated.out);
    let again = desk.rushhour(&["gate"]);
    assert_eq!((again.code, again.err.as_str()), (0, ""));
    assert!(again.out.contains("✓  ten  1 limit held · as its baseline"), "{}", again.out);
    let document = desk.document(&["gate", "scenarios/ten.toml"]);
    assert_eq!(document["scenarios"][0]["variants"][0]["identical"], true);
}

#[test]
fn what_got_worse_fails_and_is_told_in_every_form() {
    let desk = desk_with_baseline();
    let arrived =
        desk.document(&["run", "scenarios/ten.toml"])["counts"]["attempts"].as_u64().expect("a count");
    tamper(
        &desk,
        &format!("\"counts.attempts\": {arrived}"),
        &format!("\"counts.attempts\": {}", arrived - 3),
    );
    let failed = desk.rushhour(&["gate", "--junit", "gate.xml", "--markdown", "gate.md"]);
    assert_eq!(failed.code, 3, "{}", failed.out);
    let told = format!("counts.attempts {} → {arrived}", arrived - 3);
    let junit = std::fs::read_to_string(desk.path("gate.xml")).expect("it was written");
    let markdown = std::fs::read_to_string(desk.path("gate.md")).expect("it was written");
    for (form, text) in [("text", &failed.out), ("JUnit", &junit), ("Markdown", &markdown)] {
        assert!(text.contains(&told), "nothing of {told:?} in the {form}\n{text}");
    }
    assert!(junit.contains("failures=\"1\" errors=\"0\""), "{junit}");
    for case in
        ["rates.success &gt; 99%", "base · ledger", "base · counts.attempts", "base · latency.response.p95"]
    {
        assert!(junit.contains(&format!("name=\"{case}\"")), "no case {case}: {junit}");
    }
    assert_eq!(desk.rushhour(&["gate", "--update"]).code, 0, "a change is accepted by hand");
    assert_eq!(desk.rushhour(&["gate"]).code, 0);
}

#[test]
fn what_got_better_passes_and_is_told() {
    let desk = desk_with_baseline();
    let answered =
        desk.document(&["run", "scenarios/ten.toml"])["counts"]["answered"].as_u64().expect("a count");
    tamper(
        &desk,
        &format!("\"counts.answered\": {answered}"),
        &format!("\"counts.answered\": {}", answered - 1),
    );
    let passed = desk.rushhour(&["gate"]);
    assert_eq!(passed.code, 0, "{}", passed.out);
    let told = format!("counts.answered {} → {answered}", answered - 1);
    assert!(passed.out.contains(&told) && passed.out.contains("--update accepts"), "{}", passed.out);
}

#[test]
fn a_band_lets_a_figure_move() {
    let desk = desk();
    desk.write(
        "scenarios/ten.toml",
        format!("{SCENARIO}\n[gate]\nbands = {{ \"counts.attempts\" = \"5%\" }}\n"),
    );
    assert_eq!(desk.rushhour(&["gate", "--update"]).code, 0);
    let attempts =
        desk.document(&["run", "scenarios/ten.toml"])["counts"]["attempts"].as_u64().expect("a count");
    tamper(
        &desk,
        &format!("\"counts.attempts\": {attempts}"),
        &format!("\"counts.attempts\": {}", attempts - 3),
    );
    assert_eq!(desk.rushhour(&["gate"]).code, 0);
    desk.write(
        "scenarios/ten.toml",
        format!("{SCENARIO}\n[gate]\nbands = {{ \"counts.atempts\" = \"5%\" }}\n"),
    );
    let unknown = desk.rushhour(&["gate"]);
    assert_eq!(unknown.code, 65);
    assert!(unknown.err.contains("did you mean `counts.attempts`?"), "{}", unknown.err);
}

#[test]
fn a_missed_limit_fails_even_an_update() {
    let desk = desk();
    desk.write("scenarios/ten.toml", SCENARIO.replace("> 99%", "> 100%"));
    let failed = desk.rushhour(&["gate", "--update"]);
    assert_eq!(failed.code, 3, "{}", failed.out);
    assert!(failed.out.contains("✗ rates.success > 100%\n    it is 100.00 %"), "{}", failed.out);
}

#[test]
fn a_scenario_that_was_edited_is_undecided_until_it_is_accepted() {
    let desk = desk_with_baseline();
    desk.write("scenarios/ten.toml", SCENARIO.replace("agents = 10", "agents = 11"));
    let undecided = desk.rushhour(&["gate"]);
    assert_eq!(undecided.code, 4, "{}", undecided.out);
    assert!(
        undecided.out.contains("the scenario has changed since its baseline was taken"),
        "{}",
        undecided.out
    );
}

#[test]
fn what_cannot_be_read_is_told_before_anything_runs() {
    let desk = desk_with_baseline();
    desk.write("reports/baselines/ten.json", "{");
    desk.write("scenarios/wrong.toml", "# Is it wrong?\nseeed = 1\n");
    let refused = desk.rushhour(&["gate"]);
    assert_eq!((refused.code, refused.out.as_str()), (65, ""));
    for said in ["ten.json: it is no baseline of this version", "unknown key `seeed`"] {
        assert!(refused.err.contains(said), "nothing of {said:?} in\n{}", refused.err);
    }
    let nowhere = desk.rushhour(&["gate", "reports"]);
    assert_eq!(nowhere.code, 65);
    assert!(nowhere.err.contains("reports holds no scenario"), "{}", nowhere.err);
}

#[test]
fn in_a_workflow_it_annotates_the_scenario_and_writes_the_summary() {
    let desk = desk();
    let summary = desk.path("summary.md");
    let mut command = desk.command(&["gate"]);
    let ran = done(
        command
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_STEP_SUMMARY", &summary)
            .output()
            .expect("it starts"),
    );
    assert_eq!(ran.code, 4);
    let command = "::warning file=scenarios/ten.toml,title=ten%3A baseline::there is no baseline; `--update` writes a new one";
    assert!(ran.out.contains(command), "{}", ran.out);
    assert!(std::fs::read_to_string(summary).expect("it was written").contains("## Rushhour gate"));
}
