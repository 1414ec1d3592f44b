//! Words in whole runs: what a policy moves and what it does not, and clients that are wrong about their prompts.

use rushhour_base::{Event, FactState, FleetId, Instant, Label, RequestId, Sink, Truth};
use rushhour_report::slo::Verdict;
use rushhour_tests::{PLAIN, play, run, scenario, shipped, story};
use std::collections::BTreeMap;

/// What was asked, and what was made of it.
#[derive(Default)]
struct Heard {
    prompts: BTreeMap<RequestId, u64>,
    labels: BTreeMap<RequestId, (FactState, Label)>,
}

impl Sink for Heard {
    fn event(&mut self, _: Instant, _: FleetId, event: &Event) {
        if let Event::Arrived { request, input_tokens, .. } = *event {
            self.prompts.insert(request, input_tokens);
        }
    }
    fn truth(&mut self, _: Instant, truth: &Truth) {
        if let Truth::Labelled { request, fact, label, .. } = *truth {
            self.labels.insert(request, (fact, label));
        }
    }
}

/// A guard mends some replies and spoils none; what is asked, how long it is and whether its fact is there stay the same.
#[test]
fn a_policy_moves_no_word() {
    let scenario = shipped("wrong_figures");
    let [guarded, plain] = ["base", "unguarded"].map(|name| {
        let mut heard = Heard::default();
        play(&scenario, scenario.variant(name).expect("the scenario has it"), &mut heard);
        heard
    });
    assert!(guarded.labels.len() > 2_000);
    let (mut compared, mut mended) = (0, 0);
    for (request, (fact, label)) in &guarded.labels {
        let Some((same_fact, without)) = plain.labels.get(request) else { continue };
        assert_eq!(fact, same_fact);
        // The fallback model errs more often; only what the same model answered can be compared.
        compared += u32::from(label == without);
        mended += u32::from(*label == Label::None && *without != Label::None);
    }
    assert!(mended > 50 && compared > 2_000, "{mended} of {compared}");
    let both =
        guarded.prompts.iter().filter_map(|(request, tokens)| Some((tokens, plain.prompts.get(request)?)));
    assert!(both.clone().count() > 2_000);
    assert!(both.into_iter().all(|(guarded, plain)| guarded == plain));
}

/// The scenario's question has an answer, and it could have been another.
#[test]
fn a_guard_keeps_the_limit_that_is_missed_without_it() {
    let scenario = shipped("wrong_figures");
    let verdict = |name: &str| {
        let report = run(&scenario, scenario.variant(name).expect("the scenario has it")).report;
        let leaked =
            report.slo.iter().find(|slo| slo.slo.path == "hallucination.leaked_rate").map(|slo| slo.verdict);
        (leaked, report.slo.iter().all(|slo| slo.verdict == Verdict::Held))
    };
    assert_eq!(verdict("base"), (Some(Verdict::Held), true));
    assert_eq!(verdict("unguarded"), (Some(Verdict::Missed), false));
}

/// What the report says of hallucinations is what the world knows of the answers.
#[test]
fn the_report_counts_what_the_world_labelled() {
    let scenario = shipped("wrong_figures");
    let variant = &scenario.variants[0];
    let mut heard = Heard::default();
    play(&scenario, variant, &mut heard);
    let done = run(&scenario, variant);
    assert_eq!(done.violations, []);
    let told = done.report.hallucination.expect("it has words");
    let wrong = heard.labels.values().filter(|(_, label)| *label != Label::None).count() as u64;
    assert_eq!((told.asked, told.leaked), (heard.labels.len() as u64, wrong));
    assert_eq!(told.by_class.iter().map(|(_, _, leaked)| leaked).sum::<u64>(), wrong);
    assert_eq!((told.caught, told.false_alarms), (None, None));
}

/// A client that counts too little reserves too little; the truth replaces it when it is known.
#[test]
fn what_is_reserved_goes_by_the_estimate_and_what_is_booked_by_the_truth() {
    let sets = ["policy.token_estimate={bias=-0.4}", "duration='14s'"];
    let (lines, violations) = story(PLAIN, &sets);
    assert_eq!(violations, []);
    assert!(lines.iter().any(|line| line.ends_with("estimated 600 of 1000")), "{lines:#?}");
    assert!(lines.iter().any(|line| line.ends_with("posted answer $0.004500")), "{lines:#?}");
    // A call whose usage is never learned is booked at its reservation: 600 tokens in and 200 out.
    let (lines, violations) = story(PLAIN, &["policy.token_estimate={bias=-0.4}", "policy.timeout='500ms'"]);
    assert_eq!(violations, [], "the judge knows why the booking does not cover the invoice");
    assert!(lines.iter().any(|line| line.ends_with("posted wasted $0.004800 estimated")), "{lines:#?}");
}

/// Under a tight quota a client that counts too little is refused by the provider; one that counts exactly is not. The
/// excess is a debt at its limiter, so it is slower afterwards, and the judges hold in both.
#[test]
fn an_estimate_that_is_too_small_meets_the_provider() {
    let text = |estimate: &str| {
        format!(
            "seed = 3\nduration = \"20m\"\n[provider.p.model.m]\nprices = {{ input = \"$3\", output = \"$15\" }}\n\
             quota = {{ input_tokens_per_minute = 60000, burst = \"10%\" }}\n[workload.w]\nagents = 20\n\
             arrivals = {{ kind = \"poisson\", per_agent_per_hour = 120 }}\nprompt = {{ first = 1500, growth = 0, turns = 1 }}\n\
             output = 50\n[policy]\ntoken_estimate = {estimate}\nprimary.lanes = {{ \"p/m\" = 1 }}\n"
        )
    };
    let [exact, small, large] =
        ["\"exact\"", "{ bias = -0.5, spread = 0.2 }", "{ bias = 0.5 }"].map(|estimate| {
            let scenario = scenario(&text(estimate));
            let done = run(&scenario, &scenario.variants[0]);
            assert_eq!(done.violations, [], "{estimate}");
            done.report
        });
    assert_eq!((exact.total.counts.rejected_429, exact.token_estimate), (0, None));
    assert!(small.total.counts.rejected_429 > 10, "{}", small.total.counts.rejected_429);
    assert_eq!(large.total.counts.rejected_429, 0);
    let told = small.token_estimate.expect("it estimates");
    assert!((told.mean + 0.5).abs() < 0.02 && told.too_small == told.calls, "{told:?}");
    assert!(told.p5 < -0.6 && told.p95 > -0.4, "{told:?}");
}
