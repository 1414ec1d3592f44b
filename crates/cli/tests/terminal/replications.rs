//! `run --replications`, and limits that are relative or end a run.

use crate::desk::Desk;
use serde_json::{Value, json};

fn validator() -> jsonschema::Validator {
    let schema: Value =
        serde_json::from_str(include_str!("../../../../reports/report.schema.json")).expect("it is JSON");
    jsonschema::validator_for(&schema).expect("it is a schema")
}

#[track_caller]
fn keeps_to_the_schema(document: &Value) {
    let faults: Vec<String> =
        validator().iter_errors(document).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert_eq!(faults, Vec::<String>::new());
}

const SEVERAL: [&str; 4] = ["run", "tiny.toml", "--replications", "6"];

/// The same bytes on one thread and on two, on standard output and in every file; replication 0 is the run itself.
#[test]
fn the_number_of_threads_changes_nothing() {
    let desk = Desk::new();
    for threads in ["1", "2"] {
        let out = format!("out{threads}");
        let done = desk.rushhour(&[&SEVERAL[..], &["--threads", threads, "--out", &out, "--check"]].concat());
        assert_eq!(done.code, 0, "{}", done.err);
        assert!(done.err.contains("checked base: every identity holds"), "{}", done.err);
        desk.write(&format!("page{threads}"), done.out);
    }
    assert_eq!(desk.read("page1"), desk.read("page2"));
    assert_eq!(desk.files("out1"), desk.files("out2"));
    for file in desk.files("out1") {
        assert_eq!(desk.read(&format!("out1/{file}")), desk.read(&format!("out2/{file}")), "{file}");
    }
    let mut command = desk.command(&[&SEVERAL[..], &["--quiet"]].concat());
    let by_environment =
        crate::desk::done(command.env("RAYON_NUM_THREADS", "1").output().expect("it starts"));
    assert_eq!(by_environment.out, desk.read("page1"));
}

#[test]
fn replication_zero_is_the_run_itself_and_the_others_are_other_luck() {
    let desk = Desk::new();
    let (alone, several) = (desk.document(&["run", "tiny.toml"]), desk.document(&SEVERAL));
    keeps_to_the_schema(&alone);
    keeps_to_the_schema(&several);
    let (one, all) = (&alone["variants"]["base"], &several["variants"]["base"]);
    assert_eq!((&one["digest"], &one["figures"]), (&all["digest"], &all["figures"]));
    assert!(one["replications"].is_null());
    let replications = &all["replications"];
    let digests = replications["digests"].as_array().expect("a digest for each");
    assert_eq!((replications["count"].as_u64(), digests.len()), (Some(6), 6));
    assert_eq!((&digests[0], &replications["seeds"][0]), (&all["digest"], &json!("7")));
    assert!(digests[1..].iter().all(|digest| *digest != digests[0]));
    // Any of them is a run of its own that can be repeated.
    let third = replications["seeds"][3].as_str().expect("a seed is text").to_owned();
    let repeated = desk.document(&["run", "tiny.toml", "--variant", "base", "--seed", &third]);
    assert_eq!(repeated["digest"], digests[3]);
    let answered = &replications["figures"]["counts.answered"];
    assert_eq!(answered["values"][3], repeated["counts"]["answered"]);
    let (least, mean, most) =
        (answered["least"].as_f64(), answered["mean"].as_f64(), answered["most"].as_f64());
    assert!(least < mean && mean < most, "{answered}");
    let hasty = several["differences"]["hasty"].as_array().expect("a list");
    let retries = hasty.iter().find(|entry| entry["path"] == "counts.retries").expect("it was compared");
    assert_eq!(
        (&retries["replications"]["verdict"], &retries["replications"]["pairs"]),
        (&json!("improved"), &json!(6))
    );
}

#[test]
fn people_see_means_and_in_how_many_a_limit_held() {
    let desk = Desk::new();
    let slo = "slo={'counts.retries'='< 1', 'rates.availability'='> 1%'}";
    let done = desk.rushhour(&[&SEVERAL[..], &["--variant", "base", "--set", slo]].concat());
    assert_eq!(done.code, 3, "{}", done.out);
    for text in
        ["REPLICATIONS  6 runs", "± 95 %", "held in 0 of 6; mean", "held in 6 of 6; mean", "--replications 6"]
    {
        assert!(done.out.contains(text), "nothing of {text:?} in\n{}", done.out);
    }
    let done = desk.rushhour(&[&SEVERAL[..], &["--noise", "2%"]].concat());
    assert!(done.out.contains("HASTY AGAINST BASE  6 paired runs; noise band 2 %"), "{}", done.out);
}

#[test]
fn what_makes_no_sense_is_refused() {
    let desk = Desk::new();
    for (arguments, told) in [
        (&["--replications", "0"][..], "0 is not in 1..=10000"),
        (&["--threads", "0"], "0 is not in 1..=1024"),
        (&["--noise", "1%"], "--noise has no effect without --replications"),
        (&["--replications", "2", "--noise", "0.01"], "a noise band is a share in per cent"),
        (&["--replications", "2", "--noise", "NaN%"], "a noise band is a share in per cent"),
    ] {
        let done = desk.rushhour(&[&["run", "tiny.toml"][..], arguments].concat());
        assert_eq!((done.code, done.out.as_str()), (2, ""), "{arguments:?}");
        assert!(done.err.contains(told), "{arguments:?}: nothing of {told:?} in\n{}", done.err);
    }
}

const ABORTS: &str = "slo={'counts.attempts'={limit='< 10', abort=true}, 'counts.arrived'='>= 0'}";

/// The tenth attempt ends the run; what the report says is what a run of just that length says.
#[test]
fn a_limit_that_aborts_ends_the_run_at_its_first_breach() {
    let desk = Desk::new();
    let one = ["run", "tiny.toml", "--variant", "base", "--check"];
    let done = desk.rushhour(&[&one[..], &["--set", ABORTS, "--out", "stopped", "--events"]].concat());
    assert_eq!(done.code, 3, "{}{}", done.out, done.err);
    assert!(
        done.out.contains("of 2m from 2026-03-11T09:00:00Z: counts.attempts < 10 was missed; all\nfigures are those until then"),
        "{}",
        done.out
    );
    assert!(done.err.contains("checked base: every identity holds"), "{}", done.err);
    let stopped = desk.json("stopped/report.json");
    keeps_to_the_schema(&stopped);
    assert_eq!(stopped["counts"]["attempts"], 10);
    assert_eq!(
        (&stopped["stopped"]["path"], &stopped["stopped"]["planned_s"]),
        (&json!("counts.attempts"), &json!(120.0))
    );
    let at = stopped["stopped"]["at_s"].as_f64().expect("a time");
    assert!(at > 1.0 && at < 119.0 && stopped["horizon_s"] == stopped["stopped"]["at_s"], "{at}");
    let verdicts: Vec<&str> = stopped["slo"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|slo| slo["verdict"].as_str().expect("a word"))
        .collect();
    assert_eq!(verdicts, ["inconclusive", "missed"], "the rest is not known");
    let last = desk.read("stopped/calls.csv").lines().count();
    assert_eq!(last, 11, "a row for each attempt and the head");
    // A limit that nothing breaches changes nothing.
    let lenient = ABORTS.replace("< 10", "< 10000");
    let (plain, limited) = (desk.document(&one), desk.document(&[&one[..], &["--set", &lenient]].concat()));
    assert!(limited["stopped"].is_null());
    assert_eq!(plain["digest"], limited["digest"]);
}

#[test]
fn one_stopped_replication_is_enough_to_miss() {
    let document = Desk::new().document(&[&SEVERAL[..], &["--variant", "base", "--set", ABORTS]].concat());
    keeps_to_the_schema(&document);
    assert_eq!(document["replications"]["stopped"], 6);
    assert_eq!(document["slo"][1]["replications"]["verdict"], "missed");
    assert!(document["replications"]["figures"]["rates.success"].is_null(), "a part of a run is no sample");
}

#[test]
fn a_relative_limit_holds_the_other_variants_against_the_one_it_names() {
    let desk = Desk::new();
    let run = |limit: &str| {
        desk.rushhour(&["run", "tiny.toml", "--set", &format!("slo={{'counts.attempts'='{limit}'}}")])
    };
    let held = run("<= 100% of base");
    assert_eq!(held.code, 0, "{}", held.out);
    let missed = run("< 50% of base");
    assert_eq!(missed.code, 3, "the first variant is not held against itself, the other is\n{}", missed.out);
    let alone = desk.rushhour(&[
        "run",
        "tiny.toml",
        "--variant",
        "hasty",
        "--set",
        "slo={'counts.attempts'='<= 100% of base'}",
    ]);
    assert_eq!(alone.code, 4, "{}", alone.out);
    assert!(alone.out.contains("there is no base to hold it against"), "{}", alone.out);
}

#[test]
fn a_limit_relative_to_the_baseline_needs_the_committed_one() {
    let desk = Desk::new();
    desk.write(
        "limited.toml",
        format!("{}\"counts.attempts\" = \"<= 100% of baseline\"\n", crate::desk::TINY),
    );
    let without = desk.rushhour(&["run", "limited.toml"]);
    assert_eq!(without.code, 4, "{}", without.out);
    assert_eq!(
        desk.rushhour(&["gate", "limited.toml", "--update"]).code,
        4,
        "the first has nothing to be held against"
    );
    assert_eq!(desk.rushhour(&["gate", "limited.toml"]).code, 0);
    let with = desk.document(&["run", "limited.toml", "--variant", "base"]);
    assert_eq!(with["slo"][1]["verdict"], "held");
    assert_eq!(
        with["slo"][1]["relative_to"],
        json!({ "name": "baseline", "value": with["slo"][1]["value"] })
    );
    assert_eq!(
        desk.rushhour(&["run", "limited.toml", "--seed", "8"]).code,
        4,
        "a baseline of another seed is none"
    );
}
