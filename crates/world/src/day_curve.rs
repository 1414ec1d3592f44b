//! A rate that follows the time of day.
//!
//! The curve is `exp(κ·cos θ)` around its peak, as a staircase of five-minute steps, the first of which is centred on
//! the peak. A staircase can be integrated and inverted exactly, so arrivals need neither thinning (a variable number
//! of draws) nor a table of approximations: one exponential draw says how much of the curve passes until the next
//! arrival, and the curve says when that is (time change of a Poisson process).

use rushhour_base::time::DAY;
use rushhour_base::{Instant, Span};

/// The shape of a day, and where in it the run starts.
#[derive(Clone, Debug)]
pub(crate) struct DayCurve {
    /// The share of a day's arrivals before each step, and 1 at the end.
    before: Box<[f64]>,
    /// The point of the curve, from the start of its first step, at which the run starts.
    phase: u64,
}

impl DayCurve {
    /// The curve with its peak at local time `peak` and `peak_to_mean` times the average there, for a run that starts
    /// at local time `starts_at`.
    ///
    /// A ratio of 1 or less is flat; none is steeper than [`STEPS`], a whole day's arrivals within five minutes.
    pub(crate) fn new(starts_at: Span, peak: Span, peak_to_mean: f64) -> DayCurve {
        let steps = steps(concentration(peak_to_mean));
        let total: f64 = steps.iter().sum();
        let mut before = Vec::with_capacity(STEPS + 1);
        let mut sum = 0.0;
        for step in steps {
            before.push(sum / total);
            sum += step;
        }
        before.push(1.0);
        let since_peak = starts_at.0 % DAY + (DAY - peak.0 % DAY);
        DayCurve { before: before.into(), phase: (since_peak + STEP / 2) % DAY }
    }

    /// When, counted from `at`, as many arrivals have passed as `days` average days have.
    pub(crate) fn after(&self, at: Instant, days: f64) -> Instant {
        let point = (at.0 % DAY + self.phase) % DAY;
        let target = self.passed(point) + days;
        let whole = target as u64;
        let ahead = whole.saturating_mul(DAY).saturating_add(self.point(target - whole as f64));
        // Rounding may put the next arrival a nanosecond before this one; it never is.
        Instant(at.0.saturating_add(ahead.saturating_sub(point)))
    }

    /// The share of a day's arrivals before `point` of the curve.
    fn passed(&self, point: u64) -> f64 {
        let (step, within) = ((point / STEP) as usize, (point % STEP) as f64 / STEP as f64);
        self.before[step] + self.share(step) * within
    }

    /// The point of the curve before which `share` of a day's arrivals lie: the inverse of `passed`.
    fn point(&self, share: f64) -> u64 {
        let step = self.before.partition_point(|&before| before <= share).clamp(1, STEPS) - 1;
        let within = (share - self.before[step]) / self.share(step);
        step as u64 * STEP + (within * STEP as f64) as u64
    }

    fn share(&self, step: usize) -> f64 {
        self.before[step + 1] - self.before[step]
    }
}

/// The concentration κ at which the first step stands at `peak_to_mean` times the average, by bisection.
pub(crate) fn concentration(peak_to_mean: f64) -> f64 {
    let (mut low, mut high) = (0.0, STEEPEST);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        let mean = steps(middle).iter().sum::<f64>() / STEPS as f64;
        // The first step is always 1, so the ratio is the reciprocal of the mean, and it grows with κ.
        if 1.0 < peak_to_mean * mean { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// The height of each step, that of the first being 1.
pub(crate) fn steps(concentration: f64) -> [f64; STEPS] {
    std::array::from_fn(|step| {
        let angle = step as f64 * (std::f64::consts::TAU / STEPS as f64);
        libm::exp(concentration * (libm::cos(angle) - 1.0))
    })
}

/// Steps of a day.
pub(crate) const STEPS: usize = 288;
/// The length of a step: five minutes.
pub(crate) const STEP: u64 = DAY / STEPS as u64;
/// A concentration at which all of a day lies within the first step.
const STEEPEST: f64 = 1e6;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rushhour_base::time::{HOUR, MINUTE};

    #[test]
    fn the_peak_stands_where_and_as_high_as_stated() {
        for peak_to_mean in [1.0, 1.4, 3.0, 4.9, 30.0] {
            let curve = DayCurve::new(Span(9 * HOUR), Span(18 * HOUR), peak_to_mean);
            let heights: Vec<f64> = (0..STEPS).map(|step| curve.share(step) * STEPS as f64).collect();
            let mean = heights.iter().sum::<f64>() / STEPS as f64;
            assert!((mean - 1.0).abs() < 1e-12, "mean {mean}");
            assert!((heights[0] - peak_to_mean).abs() < 1e-9 * peak_to_mean, "peak {}", heights[0]);
            assert!(heights.iter().all(|&height| height <= heights[0] + 1e-9));
            // Nine hours after the start it is 18:00: the middle of the first step.
            assert_eq!((curve.phase + 9 * HOUR) % DAY, STEP / 2);
        }
    }

    #[test]
    fn a_curve_too_steep_to_exist_is_the_steepest() {
        let curve = DayCurve::new(Span::ZERO, Span::ZERO, 1e9);
        assert!((curve.share(0) * STEPS as f64 - STEPS as f64).abs() < 1e-6);
        assert!(curve.after(Instant(HOUR), 0.5) > Instant(23 * HOUR));
    }

    #[test]
    fn a_flat_day_is_a_straight_line() {
        let curve = DayCurve::new(Span(7 * HOUR), Span(3 * HOUR), 1.0);
        let after = curve.after(Instant(5 * MINUTE), 2.25);
        assert!(after.0.abs_diff(5 * MINUTE + 2 * DAY + 6 * HOUR) < 1_000, "{after:?}");
    }

    proptest! {
        #![proptest_config(crate::fixed_cases(256))]
        /// Two waits one after the other are one wait of their sum, over midnights and days; and a day is a day.
        /// (Far steeper curves leave less than a rounding error to the night, where no arrival ever falls.)
        #[test]
        fn waits_add_up(at in 0..3 * DAY, first in 0.0..2.0f64, second in 0.0..2.0f64, ratio in 1.0..5.0f64) {
            let curve = DayCurve::new(Span(17 * HOUR), Span(11 * HOUR), ratio);
            let (at, sum) = (Instant(at), first + second);
            let in_two = curve.after(curve.after(at, first), second);
            let in_one = curve.after(at, sum);
            // A nanosecond of the peak weighs more than one of the night: compare on the curve's own scale.
            let between = curve.after(Instant(in_two.0.min(in_one.0)), 1e-9);
            prop_assert!(between.0 >= in_two.0.max(in_one.0), "{in_two:?} against {in_one:?}");
            prop_assert!(curve.after(at, 1.0).0.abs_diff(at.0 + DAY) < MINUTE);
            prop_assert!(curve.after(at, 0.0) >= at);
        }
    }
}
