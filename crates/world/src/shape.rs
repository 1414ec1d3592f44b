//! A rate that changes with time, made ready for drawing.
//!
//! The factor of the rate is a chain of pieces on each of which it is a straight line. So the amount of traffic that
//! passes until any moment is a chain of parabolas, which can be evaluated and inverted exactly: a gap, drawn on the clock of the
//! average rate, says how much has to pass, and the shape says when it has. No thinning, which would take a number of
//! draws that nobody knows beforehand.

use crate::day_curve::{STEP, STEPS, concentration, steps};
use crate::settings::{BurstPlan, ShapePlan, ShapedPlan};
use rushhour_base::time::DAY;
use rushhour_base::{Instant, Span};
use std::collections::BTreeSet;

/// The traffic that passes until each moment of a run, in nanoseconds of the average rate.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    pieces: Box<[Piece]>,
    /// What passes in the whole run.
    whole: f64,
}

/// A stretch of time in which the factor is a straight line.
#[derive(Clone, Copy, Debug)]
struct Piece {
    from: u64,
    /// What has passed before it.
    before: f64,
    /// The factor at its start.
    factor: f64,
    /// By how much the factor grows in each nanosecond.
    slope: f64,
}

impl Shape {
    /// The shape of `plan` over a run of `horizon` that starts at local time `starts_at`.
    pub(crate) fn new(plan: &ShapedPlan, starts_at: Span, horizon: Span) -> Shape {
        let base = Base::new(&plan.shape, starts_at);
        let mut edges = BTreeSet::from([0, horizon.0]);
        base.edges(horizon.0, &mut edges);
        for burst in &plan.bursts {
            edges.extend([burst.at.0, burst.at.0.saturating_add(burst.lasts.0)]);
        }
        let edges: Vec<u64> = edges.into_iter().take_while(|edge| *edge <= horizon.0).collect();
        let (mut pieces, mut before) = (Vec::<Piece>::new(), 0.0);
        for pair in edges.windows(2) {
            let (from, until) = (pair[0], pair[1]);
            let burst = factor_of(&plan.bursts, from);
            let [start, end] = base.factors(from, until).map(|factor| factor * burst);
            let length = (until - from) as f64;
            let slope = (end - start) / length;
            let goes_on = pieces.last().is_some_and(|last| {
                last.slope == 0.0 && slope == 0.0 && last.factor.to_bits() == start.to_bits()
            });
            if !goes_on {
                pieces.push(Piece { from, before, factor: start, slope });
            }
            before += 0.5 * (start + end) * length;
        }
        Shape { pieces: pieces.into(), whole: before }
    }

    /// When, counted from `at`, as much has passed as the average rate lets pass in `gap` nanoseconds;
    /// [`Instant::NEVER`] if the run is over before.
    #[inline]
    pub(crate) fn after(&self, at: Instant, gap: f64) -> Instant {
        let here = self.pieces.partition_point(|piece| piece.from <= at.0).saturating_sub(1);
        let Some(piece) = self.pieces.get(here) else { return Instant::NEVER };
        let target = piece.before + piece.passes((at.0 - piece.from) as f64) + gap;
        if target >= self.whole {
            return Instant::NEVER;
        }
        let ahead = &self.pieces[here..];
        let there = &ahead[ahead.partition_point(|piece| piece.before <= target).saturating_sub(1)];
        let next = there.from + there.takes(target - there.before) as u64;
        // Rounding may put the next arrival a nanosecond before this one; it never is.
        Instant(next.max(at.0))
    }
}

impl Piece {
    /// What passes in its first `ns`.
    fn passes(&self, ns: f64) -> f64 {
        ns * (self.factor + 0.5 * self.slope * ns)
    }

    /// How long it takes until `amount` has passed: the root of [`passes`](Self::passes), written so that it does not
    /// cancel.
    fn takes(&self, amount: f64) -> f64 {
        let end = (self.factor * self.factor + 2.0 * self.slope * amount).max(0.0);
        let sum = self.factor + end.sqrt();
        if sum > 0.0 { 2.0 * amount / sum } else { 0.0 }
    }
}

/// The product of all bursts in force at `at`.
fn factor_of(bursts: &[BurstPlan], at: u64) -> f64 {
    let holds = |burst: &&BurstPlan| (burst.at.0..burst.at.0.saturating_add(burst.lasts.0)).contains(&at);
    bursts.iter().filter(holds).fold(1.0, |product, burst| product * burst.factor)
}

/// A shape without its bursts.
enum Base<'a> {
    Plain(&'a ShapePlan),
    Days(Days),
}

/// Day curves one after the other, under the weights of weekdays.
struct Days {
    heights: Box<[f64]>,
    /// By weekday, from Monday.
    weights: [f64; 7],
    /// Local time since the Monday before the run.
    starts_at: u64,
    peak: u64,
}

impl Base<'_> {
    fn new(plan: &ShapePlan, starts_at: Span) -> Base<'_> {
        let days = |peak: Span, peak_to_mean: f64, weights: [f64; 7], starts_on: u8| {
            let heights = steps(concentration(peak_to_mean));
            let mean = heights.iter().sum::<f64>() / STEPS as f64;
            let weight = weights.iter().sum::<f64>() / 7.0;
            Base::Days(Days {
                heights: heights.iter().map(|height| height / mean).collect(),
                weights: weights.map(|of_day| of_day / weight),
                starts_at: u64::from(starts_on) * DAY + starts_at.0 % DAY,
                peak: peak.0 % DAY,
            })
        };
        match *plan {
            ShapePlan::Day { peak, peak_to_mean } => days(peak, peak_to_mean, [1.0; 7], 0),
            ShapePlan::Week { peak, peak_to_mean, weights, starts_on } => {
                days(peak, peak_to_mean, weights, starts_on)
            }
            ref plain => Base::Plain(plain),
        }
    }

    /// Adds where the factor jumps or bends.
    fn edges(&self, horizon: u64, edges: &mut BTreeSet<u64>) {
        match self {
            Base::Plain(ShapePlan::Steps(levels)) => edges.extend(levels.iter().map(|level| level.from.0)),
            Base::Plain(ShapePlan::Ramp { at, over, .. }) => {
                edges.extend([at.0, at.0.saturating_add(over.0)]);
            }
            Base::Plain(_) => {}
            Base::Days(days) => {
                let first_step = (STEP - (days.starts_at + STEP / 2 + DAY - days.peak) % STEP) % STEP;
                let first_midnight = (DAY - days.starts_at % DAY) % DAY;
                edges.extend((first_step..horizon).step_by(STEP as usize));
                edges.extend((first_midnight..horizon).step_by(DAY as usize));
            }
        }
    }

    /// The factor at `from`, and that to which it comes until `until`; no edge lies between them.
    fn factors(&self, from: u64, until: u64) -> [f64; 2] {
        match self {
            Base::Plain(ShapePlan::Steps(levels)) => {
                let last = levels.iter().take_while(|level| level.from.0 <= from).last();
                [last.map_or(1.0, |level| level.factor); 2]
            }
            Base::Plain(ShapePlan::Ramp { from: low, to, at, over }) => {
                let after = |ns: u64| ns.saturating_sub(at.0) as f64 / over.0 as f64;
                if from < at.0 {
                    [*low; 2]
                } else if from - at.0 >= over.0 {
                    [*to; 2]
                } else {
                    [from, until].map(|ns| low + (to - low) * after(ns))
                }
            }
            Base::Plain(_) => [1.0; 2],
            Base::Days(days) => [days.factor(from); 2],
        }
    }
}

impl Days {
    fn factor(&self, at: u64) -> f64 {
        let local = self.starts_at + at;
        let step = (local + STEP / 2 + DAY - self.peak) % DAY / STEP;
        self.heights[step as usize] * self.weights[(local / DAY % 7) as usize]
    }
}

#[cfg(test)]
mod tests;
