//! `plan`: what is found, in which forms, and what is refused.

use crate::desk::{Desk, done};

/// An account of 50,000 input tokens a minute, and agents that ask twice a minute each.
const QUOTA: &str = r#"# How many agents fit?
name = "fit"
seed = 7
duration = "10m"

[provider.one]
dialect = "anthropic"
tier = "anthropic/tier-1"
model.m = { preset = "claude-haiku-4-5" }

[workload.w]
agents = 2
arrivals = { kind = "poisson", per_agent_per_hour = 120 }
prompt = { first = { p50 = 200, p95 = 300 } }
output = { p50 = 50, p95 = 60 }

[policy]
chain = ["primary", "fail"]
queue.max_wait = "20s"

[variant.hasty.policy]
limiter.kind = "none"
retry.max_attempts = 1

[slo]
"rates.success" = "> 99%"
"#;

fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("fit.toml", QUOTA);
    desk
}

fn plan<'a>(vary: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let three = if more.contains(&"--replications") { &[][..] } else { &["--replications", "3"] };
    [&["plan", "fit.toml", "--vary", vary], three, more].concat()
}

#[test]
fn the_largest_load_is_found_with_its_interval_its_bill_and_the_next_tier() {
    let desk = desk();
    let more = ["--csv", "out/knee.csv", "--svg", "out/knee.svg"];
    let found = desk.rushhour(&plan("workload.w.agents=1..60", &more));
    assert_eq!(found.code, 0, "{}{}", found.out, found.err);
    for part in [
        "ANSWER  this carries ",
        "(95 % CI ",
        "the mean of the replications, under common random numbers: ",
        "rates.success > 99% breaks first, in 3 of 3",
        "one/haiku-4.5: input tokens per minute bind first, in 3 of 3",
        " an hour · ",
        "one on anthropic/tier-2 instead of anthropic/tier-1: at least 60 at ",
        "rushhour plan fit.toml --vary workload.w.agents=1..60 --replications 3 --grid 9 --seed 7",
    ] {
        assert!(found.out.contains(part), "no `{part}` in\n{}", found.out);
    }
    let curve = desk.read("out/knee.csv");
    assert!(curve.starts_with("value,runs,held,latency.response.p95,"), "{curve}");
    assert!(curve.contains("\n1,3,3,") && curve.contains("\n60,3,0,"), "{curve}");
    let drawing = desk.read("out/knee.svg");
    assert!(drawing.starts_with("<svg") && drawing.trim_end().ends_with("</svg>"), "{drawing}");
    assert!(!drawing.contains("href"), "a drawing needs nothing else: {drawing}");
}

/// The answer must be the edge: a value beyond it breaks, and it does not depend on the threads.
#[test]
fn the_answer_is_the_edge_whatever_the_threads() {
    let desk = desk();
    let arguments = plan("workload.w.agents=1..60", &["--json", "--replications", "1", "--no-what-if"]);
    let mut one = desk.command(&arguments);
    let one = done(one.env("RAYON_NUM_THREADS", "1").output().expect("the program starts"));
    let mut three = desk.command(&arguments);
    let three = done(three.env("RAYON_NUM_THREADS", "3").output().expect("the program starts"));
    assert_eq!((one.code, &one.out), (0, &three.out), "{}", one.err);
    let document: serde_json::Value = serde_json::from_str(&one.out).expect("a document");
    assert_eq!(document["format"], "rushhour/plan/1");
    let held = document["answer"]["value"].as_str().expect("a value").to_owned();
    let broken = document["replications"][0]["broken"].as_str().expect("a value").to_owned();
    assert_eq!(held.parse::<u64>().map(|held| held + 1), broken.parse(), "{document}");
    for (agents, code) in [(held, 0), (broken, 3)] {
        let set = format!("workload.w.agents={agents}");
        let run = desk.rushhour(&["run", "fit.toml", "--quiet", "--variant", "base", "--set", &set]);
        assert_eq!(run.code, code, "{agents} agents\n{}", run.out);
    }
}

#[test]
fn shares_times_tiers_and_the_smallest_value_are_sought_too() {
    let desk = desk();
    let thirty = ["--set", "workload.w.agents=30"];
    let tiers = "provider.one.tier=anthropic/tier-1..anthropic/tier-4";
    let tier = desk.rushhour(&plan(tiers, &[&thirty[..], &["--smallest"]].concat()));
    assert_eq!(tier.code, 0, "{}{}", tier.out, tier.err);
    let sentence = "the smallest provider.one.tier that holds is anthropic/tier-2 (75 % CI anthropic/tier-2–anthropic/tier-2)";
    assert!(tier.out.contains(sentence), "{}", tier.out);
    let quota = "provider.one.model.m.quota.input_tokens_per_minute=50000..450000..10000";
    let many = ["--set", "provider.one.model.m.quota.requests_per_minute=200", "--smallest"];
    let quota = desk.document(&plan(quota, &[&thirty[..], &many].concat()));
    let least: u64 =
        quota["answer"]["value"].as_str().and_then(|value| value.parse().ok()).expect("a number");
    assert!((100_000..=250_000).contains(&least) && least.is_multiple_of(10_000), "{quota}");
    let wait = desk.document(&plan("policy.queue.max_wait=1s..1m", &["--set", "workload.w.agents=3"]));
    assert_eq!(wait["answer"]["kind"], "everything", "{wait}");
}

#[test]
fn no_answer_has_an_exit_code_and_a_reason() {
    let desk = desk();
    let nothing = desk.rushhour(&plan("workload.w.agents=50..60", &["--no-what-if"]));
    assert_eq!(nothing.code, 3, "{}", nothing.out);
    assert!(nothing.out.contains("not even workload.w.agents = 50 holds the limits"), "{}", nothing.out);
    assert!(nothing.out.contains("rates.success > 99% breaks first, in 3 of 3"), "{}", nothing.out);
    let all = desk.rushhour(&plan("workload.w.agents=1..3", &[]));
    assert_eq!(all.code, 0, "{}", all.out);
    assert!(all.out.contains("this carries at least 3 agents"), "{}", all.out);
    let undecided = ["--set", "slo.\"hallucination.leaked_rate\"=\"< 1%\""];
    let undecided = desk.rushhour(&plan("workload.w.agents=1..3", &undecided));
    assert_eq!(undecided.code, 4, "{}", undecided.out);
    assert!(undecided.out.contains("hallucination.leaked_rate < 1% cannot be decided"), "{}", undecided.out);
}

#[test]
fn what_cannot_be_sought_is_refused() {
    let desk = desk();
    for (vary, more, code, told) in [
        ("agents", &[][..], 2, "error: --vary: `agents` names no key and values"),
        ("workload.w.agents=9..3", &[], 2, "error: --vary: the range 9..3 is empty"),
        ("workload.w.agents=1..9", &["--step", "1s"], 2, "`1s` is no step of 1..9"),
        ("policy.queue.discipline=fair..fifo", &[], 2, "a key that takes words wants a list"),
        ("workload.w.agnts=1..9", &[], 65, "did you mean `agents`?"),
        ("workload.w.agents=1s..9s", &[], 65, "a whole number from"),
        ("workload.w.agents=0..9", &[], 65, "a whole number from"),
        ("seed=1..9", &[], 65, "seed decides nothing between 1 and 9"),
        ("workload.w.agents=1..9", &["--variant", "calm"], 2, "--variant calm: fit has base, hasty"),
        ("workload.w.agents=1..9", &["--replications", "0"], 2, "0 is not in 1..=1000"),
    ] {
        let refused = desk.rushhour(&plan(vary, more));
        assert_eq!(refused.code, code, "{vary}: {}", refused.err);
        assert!(refused.err.contains(told), "{vary}: no `{told}` in\n{}", refused.err);
        assert_eq!(refused.out, "", "{vary}");
    }
    desk.write("free.toml", &QUOTA[..QUOTA.find("[slo]").expect("there are limits")]);
    let free = desk.rushhour(&["plan", "free.toml", "--vary", "workload.w.agents=1..9"]);
    assert_eq!(free.code, 65);
    assert!(free.err.contains("fit has no limits") && free.err.contains("write [slo]"), "{}", free.err);
}
