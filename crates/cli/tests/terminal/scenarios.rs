//! Scenarios that are wrong: each is refused with its place, its value and a way out, by `run` and by `check` alike.

use crate::desk::{Desk, TINY};

/// Puts `wrong` in the place of `right` in the tiny scenario, and looks for what must be said about it.
#[track_caller]
fn check(right: &str, wrong: &str, said: &[&str]) {
    assert!(TINY.contains(right), "the tiny scenario has no {right}");
    let desk = Desk::new();
    let text = TINY.replacen(right, wrong, 1);
    desk.write("wrong.toml", &text);
    let last = wrong.trim_end().lines().last().expect("something wrong");
    let line = text.lines().position(|line| line == last).expect("it is in the text") + 1;
    for verb in ["run", "check"] {
        let done = desk.rushhour(&[verb, "wrong.toml"]);
        assert_eq!((done.code, done.out.as_str()), (65, ""), "{verb} {wrong}\n{}", done.err);
        let place = format!("wrong.toml:{}:", line);
        for part in said.iter().copied().chain([place.as_str()]) {
            assert!(done.err.contains(part), "{verb} {wrong}: nothing of {part:?} in\n{}", done.err);
        }
    }
}

#[test]
fn a_misspelt_key_is_answered_with_the_nearest_one() {
    check(
        "duration = \"2m\"",
        "durration = \"2m\"",
        &["unknown key `durration`", "did you mean `duration`?"],
    );
    check("agents = 2", "agnets = 2", &["unknown key `agnets` in `workload.w`", "did you mean `agents`?"]);
    check("kind = \"overloaded\"", "kind = \"overlaoded\"", &["did you mean `overloaded`?"]);
}

#[test]
fn values_are_held_to_their_units_and_bounds() {
    check("duration = \"2m\"", "duration = 120", &["`duration` cannot be 120", "write \"120s\""]);
    check("duration = \"2m\"", "duration = \"2 parsecs\"", &["cannot be \"2 parsecs\"", "\"1m30s\""]);
    check("duration = \"2m\"", "duration = \"-2m\"", &["cannot be \"-2m\"", "above 0s"]);
    check("duration = \"2m\"", "duration = \"0s\"", &["cannot be \"0s\"", "above 0s"]);
    check("share = \"40%\"", "share = 0.4", &["cannot be 0.4", "write \"40%\""]);
    check("share = \"40%\"", "share = \"140%\"", &["cannot be \"140%\"", "to 100%"]);
    check("agents = 2", "agents = 0", &["`workload.w.agents` cannot be 0", "from 1 to"]);
    check("agents = 2", "agents = -2", &["`workload.w.agents` cannot be -2", "from 1 to"]);
    check("agents = 2", "agents = \"2\"", &["write 2 without quotes"]);
    check("seed = 7", "seed = 7.5", &["`seed` cannot be 7.5", "a whole number"]);
    check(
        "starts = \"2026-03-11T09:00:00Z\"",
        "starts = \"tomorrow\"",
        &["`starts` cannot be \"tomorrow\"", "offset"],
    );
}

#[test]
fn unknown_presets_are_answered_with_the_nearest_one() {
    let model = "[provider.one.model.m]\n";
    check(model, &format!("{model}preset = \"claude-sonet-4-5\"\n"), &["did you mean `claude-sonnet-4-5`?"]);
    check(
        model,
        &format!("{model}family = \"m\"\n[provider.one]\ntier = \"anthropic/teir-2\"\n"),
        &["did you mean `anthropic/tier-2`?"],
    );
}

#[test]
fn a_policy_that_leads_nowhere_is_refused() {
    check(
        "chain = [\"primary\", \"fail\"]",
        "primary.lanes = { \"one/m\" = 0 }",
        &["`policy.primary.lanes` leaves no lane to choose", "one weight above 0"],
    );
    check(
        "chain = [\"primary\", \"fail\"]",
        "chain = [\"primary\"]",
        &["its last rung does not answer everything", "append \"fail\""],
    );
    check(
        "chain = [\"primary\", \"fail\"]",
        "chain = [\"primary\", \"human\"]",
        &["there is no [policy.human]"],
    );
    check("chain = [\"primary\", \"fail\"]", "chain = []", &["`policy.chain` cannot be []"]);
    check(
        "chain = [\"primary\", \"fail\"]",
        "primary.lanes = { \"one/n\" = 1 }",
        &["there is no lane `one/n`", "did you mean `one/m`?"],
    );
    check(
        "\"counts.arrived\" = \">= 0\"",
        "\"counts.arived\" = \">= 0\"",
        &["did you mean `counts.arrived`?"],
    );
    check(
        "\"counts.arrived\" = \">= 0\"",
        "\"counts.arrived\" = \"many\"",
        &["it begins with no comparison"],
    );
}

#[test]
fn all_errors_of_a_file_are_told_at_once() {
    let desk = Desk::new();
    desk.write("wrong.toml", TINY.replace("seed = 7", "sede = 7").replace("agents = 2", "agents = 0"));
    insta::assert_snapshot!(desk.rushhour(&["check", "wrong.toml"]).err, @r#"
    error: unknown key `sede`
     --> wrong.toml:3:1
      |
    3 | sede = 7
      | ^^^^
      = key: sede
      = expected: one of name, seed, starts, duration, warmup, provider, trace, sessions, workload, policy, variant, slo, business, gate
      = help: did you mean `seed`?

    error: `workload.w.agents` cannot be 0
      --> wrong.toml:18:10
       |
    18 | agents = 0
       |          ^
       = key: workload.w.agents
       = expected: a whole number from 1 to 1,000,000

    2 errors in wrong.toml
    "#);
}

#[test]
fn what_is_no_scenario_at_all_is_told_without_a_panic() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("folder.toml")).expect("the desk is ours");
    desk.write("latin1.toml", b"# D\xfcrfen wir?\nname = \"x\"\n");
    desk.write("syntax.toml", "[provider\n");
    desk.write("nothing.toml", "");
    desk.write("twice.toml", "seed = 1\nseed = 2\n");
    for (file, said) in [
        ("missing.toml", "the scenario cannot be read"),
        ("folder.toml", "the scenario cannot be read"),
        ("latin1.toml", "UTF-8"),
        ("syntax.toml", "this is not TOML"),
        ("nothing.toml", "`provider` is missing"),
        ("twice.toml", "this is not TOML"),
    ] {
        for verb in ["run", "check"] {
            let done = desk.rushhour(&[verb, file]);
            assert_eq!((done.code, done.out.as_str()), (65, ""), "{verb} {file}");
            assert!(done.err.contains(said) && done.err.contains(file), "{verb} {file}\n{}", done.err);
        }
    }
}
