//! A gate as a plain test, as a user's own crate has it.

use rushhour::{Scenario, Verdict};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

fn shipped(name: &str) -> Scenario {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    Scenario::load(root.join("scenarios").join(format!("{name}.toml")))
}

/// What a failing test would print.
fn complaint<T>(test: impl FnOnce() -> T) -> String {
    let panic = catch_unwind(AssertUnwindSafe(test)).err().expect("it should fail");
    panic
        .downcast_ref::<String>()
        .cloned()
        .or(panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap()
}

#[test]
fn the_peak_hour_is_carried() {
    shipped("peak_hour").run().assert_slos();
}

#[test]
fn a_run_can_be_looked_at() {
    let run = shipped("peak_hour").set("workload.leads.agents=20").seed(5).run();
    assert_eq!(run.base().header.seed, 5);
    assert_eq!(run.variant("naive").header.variant, "naive");
    let (arrived, of_leads) = (run.figure("counts.arrived"), run.figure("counts.arrived{workload=leads}"));
    assert_eq!(arrived, of_leads, "there is no other workload");
    assert!(run.slos().iter().any(|slo| slo.verdict == Verdict::Held));
    assert!(run.json().contains("\"format\": \"rushhour/report/1\""));
    assert!(run.to_string().contains("── base in detail"));
}

#[test]
fn the_same_twice() {
    assert_eq!(shipped("cost_stack").run().json(), shipped("cost_stack").run().json());
}

#[test]
fn a_missed_limit_is_told_with_its_figure() {
    let told = complaint(|| shipped("peak_hour").set("slo.\"rates.fallback\"=\"< 1%\"").run().assert_slos());
    assert!(told.starts_with("peak_hour: 1 of 5 limits not kept (seed 20260311)"), "{told}");
    assert!(told.contains("rates.fallback < 1%: 6.68 % (missed)"), "{told}");
}

#[test]
fn no_samples_are_no_success() {
    let run = shipped("peak_hour").set("slo.\"hallucination.leaked_rate\"=\"< 1%\"").run();
    let told = complaint(|| run.assert_slos());
    assert!(told.contains("hallucination.leaked_rate < 1%: – (inconclusive)"), "{told}");
}

#[test]
fn mistakes_are_told_with_the_way_out() {
    let bad = complaint(|| shipped("peak_hour").set("workload.leads.agent=20").run());
    assert!(bad.contains("agents"), "it names the nearest key: {bad}");
    let missing = shipped("no_such").try_run().expect_err("there is no such file");
    assert!(missing.to_string().contains("no_such.toml"), "{missing}");
    let run = shipped("cost_stack").run();
    assert!(complaint(|| run.figure("latency.respose.p95")).contains("did you mean latency.response.p95?"));
    assert!(
        complaint(|| run.variant("none").header.seed).contains("there is no variant none; there are base")
    );
}

#[test]
fn a_test_that_cannot_fail_is_none() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("bare.toml");
    let scenario = "provider.one.model.m.preset = \"claude-sonnet-4-5\"\nworkload.w.agents = 1\n\
                    workload.w.arrivals = { kind = \"closed_loop\", think = \"5m\" }\n";
    std::fs::write(&file, scenario).expect("the folder is ours");
    let told = complaint(|| Scenario::load(&file).run().assert_slos());
    assert_eq!(told, "bare: there is nothing to assert: it has no [slo]");
}
