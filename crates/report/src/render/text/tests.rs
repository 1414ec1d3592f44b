use super::*;
use crate::script::{Script, Try, business, clean_run, header, quality_run, report, report_of};
use page::{WIDTH, bar, blocks, width};
use rushhour_base::event::{Blocker, Reason};
use rushhour_base::message::AttemptResult;
use rushhour_base::{AgentId, Outcome, RequestId, Rung};

const COMMAND: &str = "rushhour run scenarios/peak_hour.toml --seed 7";

/// The same agents under a policy that asks without a limiter and is refused.
fn naive() -> crate::Report {
    let mut script = Script::default();
    for turn in 0..20u32 {
        let request = RequestId::new(AgentId(turn % 4), turn / 4);
        let refused = Try { result: AttemptResult::RateLimited, service_ms: 90, ..Try::default() };
        script.at(60_000 + u64::from(turn) * 20_000).arrive(request).call(request, refused);
        if turn % 3 == 0 {
            script.end(request, Outcome::Failed, Rung::Primary, Reason::RetriesExhausted);
        } else {
            let second = Try {
                attempt: 1,
                kind: rushhour_base::event::AttemptKind::Retry,
                service_ms: 6_000,
                ..Try::default()
            };
            script.call(request, second).answered(request);
        }
    }
    script.at(600_000).close();
    let mut header = header();
    header.variant = "naive".into();
    report_of(&header, &script.entries)
}

#[test]
fn the_page_of_a_run() {
    insta::assert_snapshot!(text(&[report()], COMMAND, Style::default()));
}

#[test]
fn the_page_of_two_variants() {
    insta::assert_snapshot!(text(&[report(), naive()], COMMAND, Style::default()));
}

/// Replies are checked and histories cut, and the scenario says what answers are worth.
fn on_trial(variant: &str) -> crate::Report {
    let mut header = header();
    header.variant = variant.into();
    header.business.push(business());
    header.slos.clear();
    report_of(&header, &quality_run())
}

#[test]
fn the_page_of_checks_and_cuts() {
    insta::assert_snapshot!(text(&[report(), on_trial("checked")], COMMAND, Style::default()));
    let page = text(&[on_trial("checked")], COMMAND, Style::default());
    insta::assert_snapshot!("the_page_of_a_checked_run", page);
}

#[test]
fn the_page_of_a_run_in_which_nothing_happened() {
    let page = text(&[report_of(&header(), &[])], COMMAND, Style::default());
    assert!(page.contains("no samples") && page.contains("0 of 3 held, 3 inconclusive"), "{page}");
}

#[test]
fn no_line_is_too_wide_and_none_ends_in_blanks() {
    let mut wide = header();
    wide.question = "Does one account carry all of the agents that we have ".repeat(4);
    wide.workloads[0].name = "a_workload_with_a_very_long_name_indeed".into();
    wide.lanes[0].name = "a-provider-with-a-long-name/a-model-with-a-long-name".into();
    for reports in [
        vec![report_of(&wide, &clean_run())],
        vec![report(), naive(), naive(), naive()],
        vec![naive()],
        vec![on_trial("one")],
        vec![report(), naive(), on_trial("one"), on_trial("two"), on_trial("three"), naive()],
    ] {
        for line in text(&reports, COMMAND, Style::default()).lines() {
            assert!(width(line) <= WIDTH, "{} columns: {line}", width(line));
            assert_eq!(line.trim_end(), line);
        }
    }
}

#[test]
fn colours_change_nothing_but_the_colour() {
    let plain = text(&[report(), naive()], COMMAND, Style { colour: false });
    let coloured = text(&[report(), naive()], COMMAND, Style { colour: true });
    assert!(!plain.contains('\u{1b}') && coloured.contains("\u{1b}[32m✓\u{1b}[0m"));
    let mut stripped = String::new();
    let mut hidden = false;
    for character in coloured.chars() {
        match (hidden, character) {
            (false, '\u{1b}') => hidden = true,
            (false, _) => stripped.push(character),
            (true, 'm') => hidden = false,
            (true, _) => {}
        }
    }
    let trimmed: Vec<&str> = stripped.lines().map(str::trim_end).collect();
    assert_eq!(trimmed, plain.lines().collect::<Vec<_>>());
}

#[test]
fn bars_and_blocks() {
    for (share, drawn) in [(0.0, ""), (0.5, "██"), (1.0, "████"), (0.28, "█▏"), (7.0, "████")]
    {
        assert_eq!(bar(share, 4), drawn, "{share}");
    }
    assert_eq!(blocks(&[0, 1, 1_000, 500]), " ▂█▅");
    assert_eq!(blocks(&[0, 0]), "  ");
}

#[test]
fn what_binds_is_named_by_waiting_and_else_by_refusals() {
    let waited = report();
    let (pool, binding) = waited.binding().expect("somebody waited");
    assert_eq!((pool.name.as_str(), binding.constraint), ("anthropic/sonnet", Blocker::OutputTokens.name()));
    let refused = naive();
    let (pool, binding) = refused.binding().expect("somebody was refused");
    assert_eq!(
        sentence(pool, binding),
        "anthropic/sonnet: input tokens per minute bind first — 20 calls were refused for them, 100.00 % of all refusals."
    );
}
