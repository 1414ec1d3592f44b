use super::*;
use crate::compare::{Question, Side, compare};
use crate::render::text::{Style, page::width};
use crate::replication::{Fold, Replications};
use crate::script::report;
use crate::{Report, render};

/// A variant that fares a little differently in each of four replications.
fn variant(name: &str, success: f64, attempts: u64) -> Report {
    let run = |number: u64| {
        let mut run = report();
        run.header.variant = name.into();
        run.header.seed += number;
        run.total.rates.success = Some(success - 0.001 * number as f64);
        run.total.counts.attempts = attempts + number % 2;
        run
    };
    let mut first = run(0);
    let folds: Vec<Fold> = (0..4).map(|number| Fold::of(&run(number))).collect();
    first.replications = Some(Replications::of(&first, &folds, 0.01));
    first
}

fn comparison(noise: f64) -> Comparison {
    let (before, after) = (variant("base", 0.9, 10), variant("naive", 0.8, 12));
    let question = Question {
        noise,
        different_worlds: false,
        decide: ["rates.success", "counts.attempts", "latency.response.p95"].map(str::to_owned).to_vec(),
    };
    compare(Side::of(&before, "base"), Side::of(&after, "naive"), &question).expect("they met the same world")
}

#[test]
fn the_page_of_a_comparison() {
    let page = compare_text(&comparison(0.01), false, Style::default());
    let (page, rest) = page.trim_end().rsplit_once('\n').expect("a page has lines");
    assert!(rest.ends_with(" more with --all"), "{rest}");
    insta::assert_snapshot!(page);
}

#[test]
fn a_comparison_in_a_pull_request() {
    insta::assert_snapshot!(compare_markdown(&comparison(0.01)));
}

#[test]
fn the_document_holds_every_figure_and_the_verdict() {
    let document: serde_json::Value =
        serde_json::from_str(&compare_json(&comparison(0.01))).expect("it is JSON");
    assert_eq!((&document["format"], &document["verdict"]), (&COMPARE_FORMAT.into(), &"regressed".into()));
    let figures = document["figures"].as_array().expect("a list");
    assert!(figures.len() > 60, "{}", figures.len());
    let success = figures.iter().find(|figure| figure["path"] == "rates.success").expect("it was compared");
    assert_eq!((&success["verdict"], &success["decides"]), (&"regressed".into(), &true.into()));
    assert!((success["difference"]["mean"].as_f64().expect("a number") + 0.1).abs() < 1e-9);
}

/// A noise band that takes in every change leaves nothing to fail for.
#[test]
fn the_noise_band_decides_what_matters() {
    assert_eq!(comparison(0.01).verdict(), Shift::Regressed);
    assert_eq!(comparison(0.5).verdict(), Shift::Unchanged);
}

#[test]
fn no_line_is_too_wide() {
    let reports = [variant("base", 0.9, 10), variant("naive", 0.8, 12)];
    let page = render::text(&reports, "rushhour run x.toml", Style::default());
    for line in page.lines().chain(compare_text(&comparison(0.01), true, Style::default()).lines()) {
        assert!(width(line) <= 100, "{} columns: {line}", width(line));
    }
}

#[test]
fn what_is_not_comparable_is_refused_with_every_reason() {
    let of = |change: fn(&mut Report)| {
        let mut report = report();
        change(&mut report);
        Side::of(&report, "there")
    };
    let question = Question { noise: 0.01, different_worlds: false, decide: Vec::new() };
    let here = || Side::of(&report(), "here");
    for (change, told) in [
        (
            (|r| r.header.world_hash = "0123456789".into()) as fn(&mut Report),
            "another world: here has ffeeddcc, there has 01234567",
        ),
        (|r| r.header.seed = 8, "no seed in common: here has 7, there has 8"),
        (
            |r| r.header.version = "0.2.0".into(),
            "another version of rushhour: here has 0.1.0, there has 0.2.0",
        ),
        (|r| r.header.mode = "live".into(), "another mode: here has simulated, there has live"),
        (|r| r.header.horizon = rushhour_base::Span::secs(60), "another horizon: here has 10m, there has 1m"),
    ] {
        let refused = compare(here(), of(change), &question).expect_err(told).to_string();
        assert!(refused.contains(told), "nothing of {told:?} in\n{refused}");
        let wanted = Question { different_worlds: true, ..question.clone() };
        let compared = compare(here(), of(change), &wanted).expect("it is the point");
        assert_eq!(compared.differ_in, [told]);
    }
    let unknown = Question { decide: vec!["rates.sucess".into()], ..question.clone() };
    let refused = compare(here(), here(), &unknown).expect_err("no such path").to_string();
    assert!(refused.contains("no figure `rates.sucess` in common"), "{refused}");
    let stopped = of(|r| {
        r.stopped = Some(crate::report::Stopped {
            at: rushhour_base::Instant(1),
            planned: r.header.horizon,
            path: "counts.failed".into(),
            limit: "< 1".into(),
        });
    });
    let wanted = Question { different_worlds: true, ..question };
    let refused = compare(here(), stopped, &wanted).expect_err("it is a part").to_string();
    assert!(refused.contains("there was stopped by a limit"), "{refused}");
}

/// One run of each under different seeds: luck and policy cannot be told apart.
#[test]
fn two_strangers_decide_nothing() {
    let mut other = report();
    other.header.seed = 8;
    other.total.rates.success = Some(0.1);
    let question = Question { noise: 0.0, different_worlds: true, decide: vec!["rates.success".into()] };
    let compared = compare(Side::of(&report(), "here"), Side::of(&other, "there"), &question);
    assert_eq!(compared.map(|compared| compared.verdict()), Ok(Shift::Inconclusive));
}
