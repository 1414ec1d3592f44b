//! `--set`, `--seed` and `--variant`: what they change, and how they are refused.

use crate::desk::Desk;
use serde_json::Value;
use std::process::Command;

#[track_caller]
fn refused(code: i32, arguments: &[&str], said: &[&str]) {
    let done = Desk::new().rushhour(&[&["run", "tiny.toml"], arguments].concat());
    assert_eq!((done.code, done.out.as_str()), (code, ""), "{arguments:?}\n{}", done.err);
    for part in said {
        assert!(done.err.contains(part), "{arguments:?}: nothing of {part:?} in\n{}", done.err);
    }
}

#[test]
fn a_wrong_override_is_refused_like_a_wrong_line_of_the_file() {
    refused(65, &["--set", "seed"], &["`seed` is no override", "KEY=VALUE"]);
    refused(65, &["--set", ""], &["no override", "KEY=VALUE"]);
    refused(65, &["--set", "=7"], &["--set"]);
    refused(65, &["--set", "sede=7"], &["unknown key `sede`", "did you mean `seed`?"]);
    refused(65, &["--set", "workload.w.agnets=7"], &["in `workload.w`", "did you mean `agents`?"]);
    refused(65, &["--set", "seed=seven"], &["`seed` cannot be seven", "a whole number"]);
    refused(65, &["--set", "policy.timeout=7"], &["`policy.timeout` cannot be 7", "write \"7s\""]);
    refused(65, &["--set", "policy.timeout=-7s"], &["`policy.timeout` cannot be -7s"]);
    refused(65, &["--set", "workload=7"], &["`workload` cannot be 7"]);
    refused(65, &["--set", "policy.retry=[1"], &["this is not TOML"]);
    refused(65, &["--set", "sede=7", "--set", "policy.timeout=7"], &["`sede`", "`policy.timeout`"]);
}

#[test]
fn an_unknown_variant_is_answered_with_those_there_are() {
    let done = Desk::new().rushhour(&["run", "tiny.toml", "--variant", "base", "--variant", "hsaty"]);
    assert_eq!((done.code, done.out.as_str()), (2, ""));
    insta::assert_snapshot!(done.err, @"error: --variant hsaty: tiny has base, hasty");
}

#[test]
fn variants_run_in_the_order_of_the_scenario() {
    let desk = Desk::new();
    let both = ["run", "tiny.toml", "--variant", "hasty", "--variant", "base"];
    assert_eq!(desk.document(&both), desk.document(&["run", "tiny.toml"]));
    let alone = desk.document(&["run", "tiny.toml", "--variant", "hasty"]);
    assert_eq!(alone["scenario"]["variant"], "hasty");
    assert_eq!(alone["digest"], desk.document(&both)["variants"]["hasty"]["digest"]);
}

fn base(arguments: &[&str]) -> Value {
    Desk::new().document(&[&["run", "tiny.toml", "--variant", "base"], arguments].concat())
}

/// The digest names what happened; the hash names what was asked for, the seed aside.
#[test]
fn a_seed_changes_the_digest_and_a_setting_the_hash() {
    let plain = base(&[]);
    let of = |report: &Value| (report["digest"].clone(), report["scenario"]["hash"].clone());
    let (digest, hash) = of(&plain);
    assert_eq!(of(&base(&[])), (digest.clone(), hash.clone()), "the same again");

    let (other_digest, same_hash) = of(&base(&["--seed", "8"]));
    assert_ne!(digest, other_digest);
    assert_eq!(hash, same_hash);
    assert_eq!(of(&base(&["--set", "seed=8"])), (other_digest, same_hash), "the seed of the file");
    assert_eq!(of(&base(&["--seed", "7"])), (digest.clone(), hash.clone()), "the seed that it has");

    let (other_digest, other_hash) = of(&base(&["--set", "workload.w.agents=3"]));
    assert_ne!(digest, other_digest);
    assert_ne!(hash, other_hash);
    assert_eq!(of(&base(&["--set", "workload.w.agents=2"])), (digest, hash), "what the file says");
}

#[test]
fn the_last_override_wins() {
    let last = base(&["--set", "workload.w.agents=5", "--set", "workload.w.agents=3"]);
    assert_eq!(last["digest"], base(&["--set", "workload.w.agents=3"])["digest"]);
}

#[test]
fn every_seed_of_64_bits_is_taken() {
    for seed in ["0", "9223372036854775808", "18446744073709551615"] {
        assert_eq!(base(&["--seed", seed])["scenario"]["seed"], seed);
    }
}

/// The page ends with a command that a shell takes as it stands and that gives the same digest, quotes and all.
#[test]
fn the_command_at_the_end_repeats_the_run() {
    let desk = Desk::new();
    desk.write("it's tiny.toml", desk.read("tiny.toml"));
    let set = "policy.chain=[\"primary\", 'fail']";
    let done = desk.rushhour(&["run", "it's tiny.toml", "--variant", "hasty", "--set", set, "--seed", "99"]);
    let command = done.out.lines().last().expect("a page has lines").trim();
    assert!(command.starts_with("rushhour run "), "{command}");
    let shell = format!("rushhour() {{ \"$PROGRAM\" \"$@\"; }}\n{command}");
    let mut again = Command::new("sh");
    again.args(["-c", &shell]).env("PROGRAM", env!("CARGO_BIN_EXE_rushhour")).current_dir(desk.path(""));
    let again = crate::desk::done(again.output().expect("there is a shell"));
    assert_eq!((again.code, &again.out), (done.code, &done.out), "{command}\n{}", again.err);
}
