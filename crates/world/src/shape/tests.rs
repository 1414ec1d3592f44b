use super::*;
use crate::settings::{Gaps, LevelPlan};
use proptest::prelude::*;
use rushhour_base::time::{HOUR, MINUTE, SECOND};

fn shaped(shape: ShapePlan, bursts: Vec<BurstPlan>) -> ShapedPlan {
    ShapedPlan { per_agent_per_hour: 60.0, gaps: Gaps::Exponential, midway: false, shape, bursts }
}

fn levels(levels: &[(u64, f64)]) -> ShapePlan {
    let level = |&(from_s, factor): &(u64, f64)| LevelPlan { from: Span::secs(from_s), factor };
    ShapePlan::Steps(levels.iter().map(level).collect())
}

fn hour(shape: ShapePlan, bursts: Vec<BurstPlan>) -> Shape {
    Shape::new(&shaped(shape, bursts), Span::ZERO, Span(HOUR))
}

/// When `gap_s` seconds of the average rate have passed after `at_s`, in seconds; nothing if they never do.
#[track_caller]
fn check(shape: &Shape, at_s: u64, gap_s: f64, want_s: Option<f64>) {
    let got = shape.after(Instant(at_s * SECOND), gap_s * 1e9);
    let got = (got < Instant::NEVER).then_some(got.0 as f64 / 1e9);
    let near = match (got, want_s) {
        (Some(got), Some(want)) => (got - want).abs() < 4e-9 * want.max(1.0),
        (got, want) => got == want,
    };
    assert!(near, "{gap_s} s after {at_s} s: {got:?} instead of {want_s:?}");
}

#[test]
fn a_staircase_is_exact_at_its_edges() {
    // 10 s at 1, 10 s at 3, 10 s of silence, then 0.5.
    let stairs = hour(levels(&[(0, 1.0), (10, 3.0), (20, 0.0), (30, 0.5)]), vec![]);
    for (at_s, gap_s, want_s) in [
        (0, 4.0, 4.0),
        (0, 10.0, 10.0),
        (0, 13.0, 11.0),
        (0, 39.999_999, 19.999_999_666),
        (0, 40.0, 30.0),
        (0, 41.0, 32.0),
        (10, 3.0, 11.0),
        (19, 3.0, 30.0),
        (25, 0.0, 30.0),
        (25, 1.0, 32.0),
    ] {
        check(&stairs, at_s, gap_s, Some(want_s));
    }
    check(&stairs, 0, 40.0 + 0.5 * 3_570.0 - 1.0, Some(3_598.0));
    check(&stairs, 0, 40.0 + 0.5 * 3_570.0, None);
}

#[test]
fn before_its_first_level_a_staircase_is_as_on_the_average() {
    let stairs = hour(levels(&[(100, 2.0)]), vec![]);
    check(&stairs, 0, 99.0, Some(99.0));
    check(&stairs, 0, 104.0, Some(102.0));
}

#[test]
fn a_ramp_is_a_parabola() {
    let ramp = |from, to| ShapePlan::Ramp { from, to, at: Span::secs(100), over: Span::secs(100) };
    let up = hour(ramp(1.0, 3.0), vec![]);
    check(&up, 0, 100.0, Some(100.0));
    // Half way up 0.5 × (1 + 2) × 50 s have passed.
    check(&up, 100, 75.0, Some(150.0));
    check(&up, 100, 200.0, Some(200.0));
    check(&up, 150, 125.0 + 30.0, Some(210.0));
    let from_nothing = hour(ramp(0.0, 2.0), vec![]);
    check(&from_nothing, 0, 25.0, Some(150.0));
    let to_nothing = hour(ramp(2.0, 0.0), vec![]);
    check(&to_nothing, 100, 75.0, Some(150.0));
    check(&to_nothing, 100, 100.0, None);
    let jump = hour(ShapePlan::Ramp { from: 1.0, to: 4.0, at: Span::secs(60), over: Span::ZERO }, vec![]);
    check(&jump, 0, 64.0, Some(61.0));
}

#[test]
fn bursts_multiply_what_they_are_laid_over() {
    let burst = |at_s, for_s, factor| BurstPlan { at: Span::secs(at_s), lasts: Span::secs(for_s), factor };
    let crowd = hour(levels(&[(0, 1.0), (60, 2.0)]), vec![burst(50, 20, 5.0), burst(65, 10, 2.0)]);
    // 50 at 1, 10 at 5, 5 at 10, 5 at 20, 5 at 4, then 2.
    for (gap_s, want_s) in [(50.0, 50.0), (100.0, 60.0), (150.0, 65.0), (250.0, 70.0), (270.0, 75.0)] {
        check(&crowd, 0, gap_s, Some(want_s));
    }
    check(&crowd, 75, 10.0, Some(80.0));
}

/// Two weeks from a Wednesday evening: what passes on each day is its weight, and the hour of a Sunday night is the
/// quietest of all.
#[test]
fn a_week_has_the_weights_of_its_days_and_a_quiet_sunday_night() {
    let weights = [1.0, 1.0, 1.0, 1.0, 1.0, 0.7, 0.5];
    let week = ShapePlan::Week { peak: Span(15 * HOUR), peak_to_mean: 1.9, weights, starts_on: 2 };
    let (starts_at, horizon) = (Span(18 * HOUR), Span(14 * DAY));
    let shape = Shape::new(&shaped(week, vec![]), starts_at, horizon);
    assert!((shape.whole / horizon.0 as f64 - 1.0).abs() < 1e-9, "two whole weeks are two average weeks");
    let passed = |at: u64| {
        let piece = shape.pieces.iter().rev().find(|piece| piece.from <= at).expect("it lies within the run");
        piece.before + piece.passes((at - piece.from) as f64)
    };
    let midnight = 6 * HOUR; // Thursday
    let mean = weights.iter().sum::<f64>() / 7.0;
    for day in 0..13u64 {
        let passes = passed(midnight + (day + 1) * DAY) - passed(midnight + day * DAY);
        let weight = weights[(3 + day as usize) % 7] / mean;
        assert!((passes / DAY as f64 - weight).abs() < 1e-9, "day {day}: {passes}");
    }
    let rate = |at: u64| (passed(at + MINUTE) - passed(at)) / MINUTE as f64;
    let hours: Vec<f64> = (0..13 * 24).map(|hour| rate(midnight + hour * HOUR)).collect();
    let quietest = hours.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1)).map(|(hour, _)| hour as u64);
    assert_eq!(
        quietest.map(|hour| (hour / 24 % 7, hour % 24)),
        Some((3, 3)),
        "Sunday is the third after Thursday"
    );
    let busiest = hours.iter().copied().fold(0.0, f64::max);
    // Within a day the busiest is 4.9 times the quietest.
    let of_a_day = hours[..24].iter().copied().fold(f64::MAX, f64::min);
    assert!((busiest / of_a_day - 4.9).abs() < 0.1, "{}", busiest / of_a_day);
}

/// The same curve as the arrivals of kind `day_curve`, which has code of its own: the same gaps end at the same times.
#[test]
fn a_day_is_the_day_curve() {
    let day = ShapePlan::Day { peak: Span(18 * HOUR), peak_to_mean: 3.0 };
    let (starts_at, horizon) = (Span(8 * HOUR + 7 * MINUTE), Span(3 * DAY));
    let shape = Shape::new(&shaped(day, vec![]), starts_at, horizon);
    let curve = crate::day_curve::DayCurve::new(starts_at, Span(18 * HOUR), 3.0);
    for at in (0..2 * DAY).step_by((47 * MINUTE) as usize) {
        for days in [0.0, 0.001, 0.2, 0.9] {
            let (one, other) = (shape.after(Instant(at), days * DAY as f64), curve.after(Instant(at), days));
            assert!(one.0.abs_diff(other.0) < 20_000, "{days} days after {at}: {one:?} against {other:?}");
        }
    }
}

proptest! {
    #![proptest_config(crate::fixed_cases(256))]
    /// Two gaps one after the other are one gap of their sum, whatever the shape; time never runs backwards; and a longer
    /// run moves nothing within a shorter one.
    #[test]
    fn gaps_add_up(
        factors in proptest::collection::vec(0.1..4.0f64, 1..8),
        at in 0..1_800u64, first in 0.0..300.0f64, second in 0.0..300.0f64,
        (burst_at, factor) in (0..3_600u64, 0.2..6.0f64), ramped in any::<bool>(),
    ) {
        let shape = match ramped {
            true => ShapePlan::Ramp { from: factors[0], to: *factors.last().unwrap(), at: Span::secs(300), over: Span::secs(1_700) },
            false => levels(&factors.iter().enumerate().map(|(n, f)| (n as u64 * 450, *f)).collect::<Vec<_>>()),
        };
        let bursts = vec![BurstPlan { at: Span::secs(burst_at), lasts: Span::secs(200), factor }];
        let plan = shaped(shape, bursts);
        let [short, long] = [2, 4].map(|hours| Shape::new(&plan, Span::ZERO, Span(hours * HOUR)));
        let at = Instant(at * SECOND);
        let between = short.after(at, first * 1e9);
        prop_assume!(between < Instant::NEVER);
        prop_assert!(between >= at);
        let (in_two, in_one) = (short.after(between, second * 1e9), short.after(at, (first + second) * 1e9));
        prop_assert!(in_two.0.abs_diff(in_one.0) < 100 || in_one == Instant::NEVER, "{:?} {:?}", in_two, in_one);
        prop_assert_eq!(in_one.min(Instant(2 * HOUR)), long.after(at, (first + second) * 1e9).min(Instant(2 * HOUR)));
    }
}
