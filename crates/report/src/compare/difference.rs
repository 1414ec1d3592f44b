//! How far one figure moved, how sure that is, and what it means.
//!
//! Runs under the same seed meet the same luck, so their differences are paired and the interval is that of the mean of
//! the differences (A. M. Law, "Simulation Modeling and Analysis", 10.2.1 and 11.2). Without a seed in common the two
//! means are held against each other after Welch (B. L. Welch, "The generalization of 'Student's' problem when several
//! different population variances are involved", 1947; Law, 10.2.2), with the degrees of freedom rounded down.

use crate::figures::{Better, Range};
use crate::interval::{Interval, t_quantile};
use crate::replication::{LEVEL, Spread};

/// The difference of a figure between two sides: the second less the first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// How many pairs of runs it comes from; zero if the runs were not paired.
    pub pairs: usize,
    /// The mean difference; of lower bounds where open requests leave no more.
    pub mean: f64,
    /// The standard deviation of the paired differences; `None` if not paired, or for fewer than two pairs.
    pub sd: Option<f64>,
    /// The confidence interval is `mean ± half_width`; `None` where there is none to give.
    pub half_width: Option<f64>,
    /// The least that the difference may be.
    low: f64,
    /// The most.
    high: f64,
}

/// What a difference means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shift {
    /// It is better, by more than the noise band.
    Improved,
    /// It is worse, by more than the noise band.
    Regressed,
    /// It stayed within the noise band.
    Unchanged,
    /// It moved by more than the noise band, and is neither better nor worse by itself.
    Moved,
    /// Nobody can tell.
    Inconclusive,
}

impl Shift {
    /// The word as files and reports write it.
    pub const fn name(self) -> &'static str {
        match self {
            Shift::Improved => "improved",
            Shift::Regressed => "regressed",
            Shift::Unchanged => "unchanged",
            Shift::Moved => "moved",
            Shift::Inconclusive => "inconclusive",
        }
    }
}

impl Difference {
    /// The difference of runs that stand in pairs: each pair is of one seed. `None` if no pair has samples on both
    /// sides.
    ///
    /// ```
    /// use rushhour_report::compare::{Difference, Shift};
    /// use rushhour_report::figures::{Better, Range};
    /// let before = [10.0, 20.0, 30.0].map(Range::exact);
    /// let after = [9.1, 18.9, 29.0].map(Range::exact);
    /// let difference = Difference::paired(&before, &after).unwrap();
    /// assert_eq!(format!("{:.3} ± {:.3}", difference.mean, difference.half_width.unwrap()), "-1.000 ± 0.248");
    /// assert_eq!(difference.shift(Better::Lower, 0.2), Shift::Improved); // although the runs differ by far more
    /// ```
    pub fn paired(before: &[Range], after: &[Range]) -> Option<Difference> {
        let both =
            before.iter().zip(after).filter_map(|(b, a)| Some((b.value?, b.most(), a.value?, a.most())));
        let both: Vec<(f64, f64, f64, f64)> = both.collect();
        let of = |pair: fn(&(f64, f64, f64, f64)) -> f64| both.iter().map(pair).collect::<Vec<f64>>();
        let plain = of(|(before, _, after, _)| after - before);
        let first = *plain.first()?;
        let interval = Interval::over(&plain, LEVEL);
        Some(Difference {
            pairs: plain.len(),
            mean: interval.map_or(first, |interval| interval.mean),
            sd: interval.map(|interval| interval.sd),
            half_width: interval.map(|interval| interval.half_width),
            low: end(&of(|(_, before_most, after, _)| after - before_most), -1.0),
            high: end(&of(|(before, _, _, after_most)| after_most - before), 1.0),
        })
    }

    /// The difference of runs that have nothing in common. `None` if either side has no samples.
    pub fn unpaired(before: &[Range], after: &[Range]) -> Option<Difference> {
        let values = |side: &[Range]| side.iter().filter_map(|range| range.value).collect::<Vec<f64>>();
        let most = |side: &[Range]| {
            side.iter().filter(|range| range.value.is_some()).map(|range| range.most()).collect::<Vec<f64>>()
        };
        let (from, to) = (values(before), values(after));
        let difference = mean(&to)? - mean(&from)?;
        let half_width = welch(&from, &to);
        let reach = half_width.unwrap_or(f64::INFINITY);
        Some(Difference {
            pairs: 0,
            mean: difference,
            sd: None,
            half_width,
            low: mean(&to)? - mean(&most(before))? - reach,
            high: mean(&most(after))? - mean(&from)? + reach,
        })
    }

    /// What it means where differences up to `band` are too small to matter.
    pub fn shift(&self, better: Better, band: f64) -> Shift {
        let (rose, fell) = (self.low > band, self.high < -band);
        match better {
            _ if self.low >= -band && self.high <= band => Shift::Unchanged,
            _ if !rose && !fell => Shift::Inconclusive,
            Better::Neither => Shift::Moved,
            Better::Higher if rose => Shift::Improved,
            Better::Lower if fell => Shift::Improved,
            _ => Shift::Regressed,
        }
    }
}

/// The difference of a figure and what it means, where changes up to a share `noise` of the mean before are too small to
/// matter.
pub(super) fn judge(
    before: &[Range],
    after: &[Range],
    paired: bool,
    better: Better,
    noise: f64,
) -> (Option<Difference>, Shift) {
    let none = |range: &Range| range.value.is_none();
    // Where one side lacks samples that the other has, what is left is a choice of runs: nobody can tell.
    let (difference, lopsided) = if paired {
        let unlike = before.iter().zip(after).any(|(b, a)| none(b) != none(a));
        (Difference::paired(before, after), unlike)
    } else {
        (Difference::unpaired(before, after), before.iter().chain(after).any(none))
    };
    let shift = match difference.zip(Spread::over(before)) {
        Some((difference, spread)) if !lopsided => difference.shift(better, noise * spread.mean.abs()),
        _ => Shift::Inconclusive,
    };
    (difference, shift)
}

/// One end of the interval over values that may have no bound: the mean and `side` times the half width.
fn end(values: &[f64], side: f64) -> f64 {
    match Interval::over(values, LEVEL) {
        _ if values.iter().any(|value| value.is_infinite()) => side * f64::INFINITY,
        None => values.first().copied().unwrap_or(side * f64::INFINITY),
        Some(interval) => interval.mean + side * interval.half_width,
    }
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// The half width of the interval for the difference of two means.
fn welch(before: &[f64], after: &[f64]) -> Option<f64> {
    let (before, after) = (Interval::over(before, LEVEL)?, Interval::over(after, LEVEL)?);
    let error = |of: &Interval| of.sd * of.sd / of.count as f64;
    let (one, other) = (error(&before), error(&after));
    let both = one + other;
    if both <= 0.0 {
        return Some(0.0);
    }
    let share = |error: f64, of: &Interval| error * error / (of.count as f64 - 1.0);
    let degrees = both * both / (share(one, &before) + share(other, &after));
    Some(t_quantile(0.5 + LEVEL / 2.0, (degrees as u32).max(1))? * libm::sqrt(both))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two samples of E. L. Lehmann's kind with unequal spreads, worked out by hand: the variances of the means are
    /// 0.5 and 3.333, so there are 3.833² / (0.5²/4 + 3.333²/3) = 3.9 degrees of freedom, taken as 3 (t = 3.182).
    #[test]
    fn welch_by_hand() {
        let before = [1.0, 2.0, 3.0, 4.0, 5.0].map(Range::exact);
        let after = [6.0, 10.0, 12.0, 14.666_666_666_666_666].map(Range::exact);
        let difference = Difference::unpaired(&before, &after).expect("both have samples");
        assert!((difference.mean - 7.666_667).abs() < 1e-5, "{difference:?}");
        let spread: f64 =
            [6.0, 10.0, 12.0, 14.666_667].iter().map(|x: &f64| (x - 10.666_667) * (x - 10.666_667)).sum();
        let error = 0.5 + spread / 3.0 / 4.0;
        let expected = 3.182_446 * libm::sqrt(error);
        assert!((difference.half_width.expect("two of each") - expected).abs() < 1e-4, "{difference:?}");
    }

    #[test]
    fn what_a_difference_means() {
        let exact = |values: &[f64]| values.iter().map(|v| Range::exact(*v)).collect::<Vec<_>>();
        let open = |value: f64| Range { value: Some(value), at_most: None };
        let none = Range::default();
        for (before, after, better, band, expected) in [
            // One run each under one seed: exact.
            (exact(&[2.0]), exact(&[1.0]), Better::Lower, 0.0, Some(Shift::Improved)),
            (exact(&[2.0]), exact(&[1.0]), Better::Higher, 0.0, Some(Shift::Regressed)),
            (exact(&[2.0]), exact(&[1.0]), Better::Neither, 0.0, Some(Shift::Moved)),
            (exact(&[2.0]), exact(&[1.0]), Better::Lower, 1.0, Some(Shift::Unchanged)),
            (exact(&[2.0]), exact(&[2.0]), Better::Lower, 0.0, Some(Shift::Unchanged)),
            // Replications: the interval must be clear of the band, or inside it.
            (exact(&[2.0, 3.0, 4.0]), exact(&[1.0, 2.1, 2.9]), Better::Lower, 0.1, Some(Shift::Improved)),
            (exact(&[2.0, 3.0, 4.0]), exact(&[3.0, 3.9, 5.1]), Better::Lower, 0.1, Some(Shift::Regressed)),
            (exact(&[2.0, 3.0, 4.0]), exact(&[5.0, 2.0, 4.0]), Better::Lower, 0.1, Some(Shift::Inconclusive)),
            (exact(&[2.0, 3.0, 4.0]), exact(&[2.0, 3.0, 4.0]), Better::Lower, 0.0, Some(Shift::Unchanged)),
            // Lower bounds: only what no open request could turn round.
            (vec![open(2.0)], exact(&[1.0]), Better::Lower, 0.0, Some(Shift::Improved)),
            (exact(&[2.0]), vec![open(1.0)], Better::Lower, 0.0, Some(Shift::Inconclusive)),
            (exact(&[2.0]), vec![open(3.0)], Better::Lower, 0.0, Some(Shift::Regressed)),
            (vec![open(2.0)], vec![open(2.0)], Better::Lower, 0.0, Some(Shift::Inconclusive)),
            (vec![none], exact(&[1.0]), Better::Lower, 0.0, None),
        ] {
            let difference = Difference::paired(&before, &after);
            let got = difference.map(|difference| difference.shift(better, band));
            assert_eq!(got, expected, "{before:?} → {after:?} {better:?} ± {band}");
        }
    }

    /// Luck that both sides share cancels; taken as unpaired, the same runs decide nothing.
    #[test]
    fn pairs_see_what_strangers_cannot() {
        let before: Vec<Range> = (0..10).map(|n| Range::exact(f64::from(n * 10))).collect();
        let after: Vec<Range> =
            (0..10).map(|n| Range::exact(f64::from(n * 10) - 1.0 - f64::from(n % 2))).collect();
        let shift = |difference: Option<Difference>| difference.map(|d| d.shift(Better::Lower, 0.0));
        assert_eq!(shift(Difference::paired(&before, &after)), Some(Shift::Improved));
        assert_eq!(shift(Difference::unpaired(&before, &after)), Some(Shift::Inconclusive));
        assert_eq!(shift(Difference::unpaired(&before[..1], &after[..1])), Some(Shift::Inconclusive));
    }
}
