//! What a scenario says of traffic: shapes of the rate, bursts, spreads.

use rushhour_base::Span;
use rushhour_base::time::HOUR;
use rushhour_scenario::{Override, Scenario};
use rushhour_world::settings::*;
use std::path::Path;

/// A scenario that starts on a Wednesday evening.
const LEAST: &str = "starts = \"2026-03-11T23:30:00+02:00\"\nduration = \"2h\"\n\
                     [provider.p.model.m]\nprices = { input = \"$3\", output = \"$15\" }\n\
                     [workload.w]\nagents = 1\narrivals = { kind = \"poisson\", per_agent_per_hour = 1 }\n";

fn read(overrides: &[&str]) -> Result<Scenario, String> {
    let overrides: Vec<Override> = overrides.iter().map(|text| Override::new((*text).to_owned())).collect();
    Scenario::parse(LEAST, "least.toml", Path::new(""), &overrides).map_err(|errors| errors.to_string())
}

fn workload(overrides: &[&str]) -> WorkloadPlan {
    read(overrides).unwrap_or_else(|errors| panic!("{errors}")).world.workloads[0].clone()
}

fn arrivals(text: &str) -> ShapedPlan {
    match workload(&[&format!("workload.w.arrivals={{ per_agent_per_hour = 4, {text} }}")]).arrivals {
        Arrivals::Shaped(shaped) => shaped,
        other => panic!("{text} makes {other:?}"),
    }
}

#[test]
fn every_shape_is_read() {
    let level = |from_s, factor| LevelPlan { from: Span::secs(from_s), factor };
    let of = |shape: &str| arrivals(&format!("kind = 'poisson', shape = {{ {shape} }}")).shape;
    assert_eq!(
        of("kind = 'steps', steps = [{ from = '0s', factor = 0 }, { from = '10m', factor = 3 }]"),
        ShapePlan::Steps(vec![level(0, 0.0), level(600, 3.0)])
    );
    assert_eq!(
        of("kind = 'ramp', to = 3, over = '5m'"),
        ShapePlan::Ramp { from: 1.0, to: 3.0, at: Span::ZERO, over: Span::secs(300) }
    );
    assert_eq!(of("kind = 'day'"), ShapePlan::Day { peak: Span(15 * HOUR), peak_to_mean: 1.9 });
    // The eleventh of March 2026 is a Wednesday, also where it is still the tenth in Greenwich.
    assert_eq!(
        of("kind = 'week', peak = '14:00', days = { sunday = 0.1 }"),
        ShapePlan::Week {
            peak: Span(14 * HOUR),
            peak_to_mean: 1.9,
            weights: [1.0, 1.0, 1.0, 1.0, 1.0, 0.7, 0.1],
            starts_on: 2
        }
    );
}

#[test]
fn the_weekday_is_that_of_the_place() {
    for (starts, starts_on) in [
        ("2026-03-09T00:00:00+05:00", 0),
        ("2026-03-08T23:59:59-08:00", 6),
        ("1969-12-31T23:00:00Z", 2),
        ("1970-01-01T00:00:00Z", 3),
    ] {
        let scenario = read(&[&format!("starts='{starts}'"), "workload.w.arrivals.shape.kind='week'"]);
        let Arrivals::Shaped(ShapedPlan { shape: ShapePlan::Week { starts_on: found, .. }, .. }) =
            scenario.expect(starts).world.workloads[0].arrivals.clone()
        else {
            panic!("a week")
        };
        assert_eq!(found, starts_on, "{starts}");
    }
}

#[test]
fn bursts_and_starts_go_with_every_law_of_gaps() {
    let bursty = arrivals(
        "kind = 'gamma', cv = 4, bursts = [{ at = '20m', for = '5m', factor = 6 }, { at = '1h', factor = 0 }]",
    );
    assert_eq!(bursty.gaps, Gaps::Renewal { law: GapLaw::Gamma, cv: 4.0 });
    assert_eq!((bursty.shape, bursty.midway), (ShapePlan::Flat, false));
    let burst = |at_s, lasts, factor| BurstPlan { at: Span::secs(at_s), lasts, factor };
    assert_eq!(bursty.bursts, [burst(1_200, Span::secs(300), 6.0), burst(3_600, Span::MAX, 0.0)]);
    let midway = arrivals("kind = 'weibull', cv = 2, start = 'midway'");
    assert_eq!((midway.gaps, midway.midway), (Gaps::Renewal { law: GapLaw::Weibull, cv: 2.0 }, true));
    let plain =
        workload(&["workload.w.arrivals={ kind = 'gamma', per_agent_per_hour = 4, cv = 2 }"]).arrivals;
    assert_eq!(plain, Arrivals::Renewal { per_agent_per_hour: 4.0, law: GapLaw::Gamma, cv: 2.0 });
}

#[test]
fn a_spread_is_lognormal_or_gamma() {
    let output = |text: &str| workload(&[&format!("workload.w.output={text}")]).output;
    assert_eq!(output("{ mean = 300 }"), Length::Gamma { mean: 300, cv: 1.0, max: 100_000 });
    assert_eq!(output("{ mean = 300, cv = 2.5, max = 900 }"), Length::Gamma { mean: 300, cv: 2.5, max: 900 });
    assert_eq!(output("{ p50 = 300, p95 = 900 }"), Length::Lognormal { p50: 300, p95: 900, max: 100_000 });
    let plan = workload(&["workload.w.prompt={ first = { mean = 700, cv = 0.5 }, max = 5000 }"]);
    assert_eq!(plan.prompt.first, Length::Gamma { mean: 700, cv: 0.5, max: 5_000 });
    let think = |text: &str| {
        workload(&[&format!("workload.w.arrivals={{ kind = 'closed_loop', think = {text} }}")]).arrivals
    };
    let of = |think| Arrivals::ClosedLoop { think };
    let ten = Span::secs(10);
    assert_eq!(think("{ mean = '10s' }"), of(Duration::Exponential(ten)));
    assert_eq!(think("{ mean = '10s', cv = 3 }"), of(Duration::Gamma { mean: ten, cv: 3.0 }));
}

/// What is wrong is refused by name, and what would do nothing is told.
#[test]
fn what_makes_no_sense_is_told() {
    for (text, told) in [
        (
            "workload.w.arrivals.shape={ kind = 'steps', steps = [{ from = '1m', factor = 1 }, { from = '1m', factor = 2 }] }",
            "levels in the order of time",
        ),
        (
            "workload.w.arrivals.shape={ kind = 'steps', steps = [{ from = '0s', factor = 0 }] }",
            "nobody would ever ask",
        ),
        (
            "workload.w.arrivals.shape={ kind = 'ramp', from = 0, to = 0, over = '1m' }",
            "nobody would ever ask",
        ),
        ("workload.w.arrivals.shape={ kind = 'ramp', to = 2 }", "over"),
        ("workload.w.arrivals.shape={ kind = 'day', peak_to_mean = 0.9 }", "peak_to_mean"),
        (
            "workload.w.arrivals.shape={ kind = 'week', days = { monday = 0, tuesday = 0, wednesday = 0, thursday = 0, friday = 0, saturday = 0, sunday = 0 } }",
            "no day on which anybody asks",
        ),
        ("workload.w.arrivals.shape={ kind = 'day', days = { monday = 0 } }", "days"),
        ("workload.w.arrivals.start='midway'", "start"),
        ("workload.w.arrivals={ kind = 'closed_loop', think = '1s', shape = { kind = 'day' } }", "shape"),
        (
            "workload.w.arrivals={ kind = 'day_curve', per_agent_per_hour = 1, peak = '3:00', peak_to_mean = 2, bursts = [] }",
            "bursts",
        ),
        ("workload.w.output={ p50 = 5, mean = 7 }", "does not say one spread"),
        ("workload.w.output={ p50 = 5, p95 = 9, cv = 2 }", "does not say one spread"),
        ("workload.w.output={ cv = 2 }", "does not say one spread"),
        ("workload.w.output={ mean = 500, max = 400 }", "cut off at less than the mean"),
        ("workload.w.output={ mean = 500, cv = 0 }", "cv"),
    ] {
        let errors = read(&[text]).map(|scenario| scenario.notices.len()).expect_err(text);
        assert!(errors.contains(told), "{text}: {errors}");
    }
    let late = read(&["workload.w.arrivals.bursts=[{ at = '2h', factor = 2 }]"]).expect("it is sound");
    let notices: Vec<String> = late.notices.iter().map(ToString::to_string).collect();
    assert!(notices[0].contains("the run is over after 2h"), "{notices:?}");
}

#[test]
fn deadlines_and_returns_are_read() {
    let plain = workload(&[]);
    assert_eq!((plain.deadline, plain.comes_back), (Span::MAX, None));
    let plan = workload(&[
        "workload.w.deadline='30s'",
        "workload.w.patience='1m'",
        "workload.w.comes_back={ share = '40%', after = { mean = '5m', cv = 2 }, when = ['failed', 'abandoned'] }",
    ]);
    assert_eq!(plan.deadline, Span::secs(30));
    let comes_back = ComesBackPlan {
        share: rushhour_base::Ratio::new(2, 5).expect("a share"),
        after: Duration::Gamma { mean: Span::secs(300), cv: 2.0 },
        times: 3,
        abandoned: true,
        failed: true,
        refused: false,
    };
    assert_eq!(plan.comes_back, Some(comes_back));
}

#[test]
fn deadlines_and_returns_that_do_nothing_are_told() {
    let closed = "workload.w.arrivals={ kind = 'closed_loop', think = '1s' }";
    let back = "workload.w.comes_back={ share = '40%', after = '5m' }";
    let errors = read(&[closed, back]).map(|_| ()).expect_err("a closed loop goes on anyway");
    assert!(errors.contains("an agent of kind closed_loop goes on anyway"), "{errors}");
    for (wrong, told) in [
        ("workload.w.comes_back={ share = '0%', after = '5m' }", "share"),
        ("workload.w.comes_back={ share = '40%', after = '5m', times = 8 }", "from 1 to 7"),
        ("workload.w.comes_back={ share = '40%', after = '5m', when = ['answered'] }", "answered"),
        ("workload.w.deadline='0s'", "deadline"),
    ] {
        let errors = read(&[wrong]).map(|_| ()).expect_err(wrong);
        assert!(errors.contains(told), "{wrong}: {errors}");
    }
    let notices = |sets: &[&str]| -> Vec<String> {
        read(sets).expect("it is sound").notices.iter().map(ToString::to_string).collect()
    };
    let edf = "policy.queue.discipline='earliest_deadline'";
    let told = |sets: &[&str], what: &str| notices(sets).iter().any(|notice| notice.contains(what));
    assert!(told(&[back], "nobody runs out of patience"));
    assert!(!told(&[back, "workload.w.patience='1m'"], "nobody runs out of patience"));
    assert!(told(&[edf], "no workload has a `deadline`"));
    assert!(!told(&[edf, "workload.w.deadline='9s'"], "no workload has a `deadline`"));
}
