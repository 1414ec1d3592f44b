//! Checks and shorter histories in whole runs: what they come to beside runs without them, and judges that can fail.

use rushhour_base::event::{Event, ValidationAction};
use rushhour_report::Report;
use rushhour_scenario::Scenario;
use rushhour_tests::{Keep, Record, run, scenario, tampered};

const TEXT: &str = r#"
seed = 11
duration = "1h"

[provider.one.model.m]
prices = { input = "$3", output = "$15" }
[provider.two.model.m]
prices = { input = "$1", output = "$5" }

[workload.w]
agents = 20
arrivals = { kind = "poisson", per_agent_per_hour = 60 }
prompt = { first = 400, growth = 600, turns = 12 }
words = { knowledge = "shop", recall = "40%" }

[business.w]

[policy]
primary.lanes = { "one/m" = 1 }
secondary.lanes = { "two/m" = 1 }
[variant.regenerate.policy.validation]
on_invalid = "regenerate"
then = "fall"
[variant.review.policy.validation]
on_invalid = "review"
review = { capacity = 20, finds = "50%" }
[variant.prune.policy.compression]
method = "prune"
above = 3000
to = 1200
[variant.summarize.policy.compression]
method = "summarize"
above = 3000
to = 1500
summary = { model = "two/m", max_tokens = 300 }
"#;

fn variants() -> Scenario {
    scenario(TEXT)
}

fn report(name: &str) -> Report {
    let scenario = variants();
    let run = run(&scenario, scenario.variant(name).expect("the scenario has it"));
    assert_eq!(run.violations, [], "{name}");
    run.report
}

fn figure(report: &Report, path: &str) -> f64 {
    report.figure(path).and_then(|figure| figure.value).unwrap_or_else(|| panic!("{path} was not measured"))
}

#[test]
fn every_wrong_reply_is_caught_leaked_or_lost() {
    for name in ["base", "regenerate", "review", "prune", "summarize"] {
        let said = report(name).hallucination.expect("the workload has words");
        assert_eq!(said.caught.unwrap_or(0) + said.leaked + said.lost, said.injected, "{name}");
        assert!(said.injected > 50, "{name}: {said:?}");
        assert_eq!(said.caught.is_some(), matches!(name, "regenerate" | "review"), "{name}");
    }
}

#[test]
fn a_check_stops_what_would_have_leaked_and_says_what_that_cost() {
    let [base, regenerate, review] = ["base", "regenerate", "review"].map(report);
    let leaked = |report: &Report| figure(report, "hallucination.leaked");
    assert!(leaked(&regenerate) < leaked(&review) && leaked(&review) < leaked(&base));
    let checked = regenerate.validation.as_ref().expect("replies were checked");
    assert_eq!(checked.regenerated, regenerate.total.counts.regenerations);
    assert!(checked.mended > 0 && checked.regenerated >= checked.mended && checked.fell > 0);
    let rows: u64 = checked.confusion.iter().map(|row| row.flagged + row.passed).sum();
    assert_eq!(rows, checked.checked);
    assert!(
        figure(&regenerate, "validation.usd") >= figure(&regenerate, "cost_usd.total{cause=regeneration}")
    );
    let looked = review.validation.as_ref().expect("replies were checked");
    assert!(looked.overlooked > 0 && looked.overlooked < looked.reviewed);
    // Nothing but reviews follows from a reply here, and falls where nobody had the time.
    assert!(figure(&review, "validation.usd") >= figure(&review, "cost_usd.total{cause=review}"));
    assert!(figure(&regenerate, "business.satisfaction") > figure(&base, "business.satisfaction"));
}

/// The same questions are asked whatever is cut, and what a cut saves is what the bill lacks: no cache is in play.
#[test]
fn a_cut_saves_tokens_and_loses_facts() {
    let [base, prune, summarize] = ["base", "prune", "summarize"].map(report);
    assert!((figure(&base, "compression.recall.survival") - 1.0).abs() < f64::EPSILON);
    assert_eq!(base.figure("cost_usd.saved_by_compression").and_then(|figure| figure.value), None);
    for cut in [&prune, &summarize] {
        let recall = cut.compression.expect("histories were cut").recall;
        assert_eq!(recall.carried + recall.lost_to_cut + recall.lost_to_summary, recall.asked);
        assert_eq!(recall.asked, base.compression.expect("somebody asked").recall.asked);
        assert!(recall.lost() > 0 && figure(cut, "tokens.input") < figure(&base, "tokens.input"));
        let (saved, bills) = (
            figure(cut, "cost_usd.saved_by_compression"),
            figure(&base, "cost_usd.total") - figure(cut, "cost_usd.total"),
        );
        // Replies to cut prompts may be shorter or longer; that is no saving of the cut's.
        assert!(saved > 0.0 && (saved - bills).abs() < 0.1 * saved, "{saved} and {bills}");
    }
    let kept = summarize.compression.expect("histories were cut");
    assert_eq!(kept.summaries + kept.summaries_failed, summarize.total.counts.summaries);
    assert!(kept.facts_kept < kept.facts_summarized && kept.recall.lost_to_summary > 0);
    let calls = |report: &Report| figure(report, "lanes.attempts");
    assert!(
        (calls(&summarize) - figure(&summarize, "counts.attempts") - figure(&summarize, "counts.summaries"))
            .abs()
            < 0.5
    );
    assert!((calls(&prune) - figure(&prune, "counts.attempts")).abs() < 0.5);
}

fn lie(checker: &str, variant: &str, mut tell: impl FnMut(&mut Event) -> bool) {
    let mut scenario = variants();
    scenario.variants.retain(|known| known.name == variant);
    let mut told = false;
    let found = tampered(&scenario, |record| {
        if let (Record::Event(event), false) = (record, told) {
            told = tell(event);
        }
        Keep::Yes
    });
    let seen = found.iter().any(|violation| violation.checker == checker);
    assert!(told && seen, "{checker} did not see it, but {found:?}");
}

#[test]
fn a_reply_that_went_out_although_it_was_stopped_is_seen() {
    lie("replies", "regenerate", |event| match event {
        Event::Validated { action, .. } if *action == ValidationAction::Accept => {
            *action = ValidationAction::Fall;
            true
        }
        _ => false,
    });
}

#[test]
fn a_prompt_that_went_out_longer_than_it_was_cut_is_seen() {
    lie("prompts", "prune", |event| match event {
        Event::Compressed { sent_tokens, .. } => {
            *sent_tokens -= 1;
            true
        }
        _ => false,
    });
}
