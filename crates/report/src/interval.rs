//! How sure a mean is: confidence intervals over independent replications, or over the batches of one long run.
//!
//! The half width is `t × s / √n` with Student's quantile `t` for `n − 1` degrees of freedom (A. M. Law, "Simulation
//! Modeling and Analysis", 4.5 and 9.5). It holds for values that do not depend on each other: the means of
//! replications do not, and those of batches hardly do if the batches are long. Successive waits of one queue do: taken
//! as independent, a nominal 95 % covers the truth in about 16 of 100 runs of an M/M/1 queue at load 0.8.

/// A mean with its confidence interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// How many values.
    pub count: usize,
    /// Their arithmetic mean.
    pub mean: f64,
    /// Their sample standard deviation (over `n − 1`).
    pub sd: f64,
    /// The interval is `mean ± half_width`.
    pub half_width: f64,
}

impl Interval {
    /// The interval of this level (0.95 for 95 %) over values that do not depend on each other; `None` for fewer than
    /// two.
    ///
    /// ```
    /// use rushhour_report::interval::Interval;
    /// let means = [4.1, 3.7, 4.4, 4.0, 3.9, 4.6, 3.8, 4.2, 4.3, 4.0];
    /// let interval = Interval::over(&means, 0.95).unwrap();
    /// assert_eq!(format!("{:.1} ± {:.4}", interval.mean, interval.half_width), "4.1 ± 0.1995");
    /// assert!(interval.covers(4.0));
    /// ```
    pub fn over(values: &[f64], level: f64) -> Option<Interval> {
        Interval::with_quantile(values, t_quantile(0.5 + level / 2.0, values.len().checked_sub(1)? as u32)?)
    }

    /// The same, for a quantile that was computed before.
    pub fn with_quantile(values: &[f64], t: f64) -> Option<Interval> {
        let count = values.len();
        if count < 2 {
            return None;
        }
        let n = count as f64;
        let mean = values.iter().sum::<f64>() / n;
        let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
        let sd = libm::sqrt(squares / (n - 1.0));
        Some(Interval { count, mean, sd, half_width: t * sd / libm::sqrt(n) })
    }

    /// Whether the interval holds `value`.
    pub fn covers(&self, value: f64) -> bool {
        (value - self.mean).abs() <= self.half_width
    }
}

/// The 95 % interval of a share, of which `part` of `whole` were seen (E. B. Wilson, "Probable Inference, the Law of
/// Succession, and Statistical Inference", 1927); `None` for nothing seen. It holds for rare things too: none of 100 is
/// at most 3.7 %.
///
/// ```
/// use rushhour_report::interval::wilson;
/// let (low, high) = wilson(8, 100).unwrap();
/// assert_eq!(format!("{low:.4} {high:.4}"), "0.0411 0.1500");
/// assert_eq!(wilson(0, 0), None);
/// ```
pub fn wilson(part: u64, whole: u64) -> Option<(f64, f64)> {
    const Z: f64 = 1.959_963_984_540_054;
    let n = (whole > 0).then_some(whole as f64)?;
    let p = part as f64 / n;
    let scale = 1.0 + Z * Z / n;
    let middle = (p + Z * Z / (2.0 * n)) / scale;
    let half = Z * libm::sqrt(p * (1.0 - p) / n + Z * Z / (4.0 * n * n)) / scale;
    Some(((middle - half).max(0.0), (middle + half).min(1.0)))
}

/// The means of `batches` equal batches of a run; what does not fill a batch is left out at the end. Empty if there are
/// fewer values than batches.
pub fn batch_means(values: &[f64], batches: usize) -> Vec<f64> {
    let size = values.len().checked_div(batches).unwrap_or(0);
    if size == 0 {
        return Vec::new();
    }
    values.chunks_exact(size).take(batches).map(|batch| batch.iter().sum::<f64>() / size as f64).collect()
}

/// The quantile of Student's t distribution at `p`, strictly between 0 and 1, for `degrees` of freedom; `None` for none
/// and outside that range. Found by halving an interval on the distribution function, to about twelve digits.
///
/// ```
/// use rushhour_report::interval::t_quantile;
/// assert_eq!(format!("{:.6}", t_quantile(0.975, 9).unwrap()), "2.262157");
/// ```
pub fn t_quantile(p: f64, degrees: u32) -> Option<f64> {
    if degrees == 0 || p.partial_cmp(&0.0)? != std::cmp::Ordering::Greater || p >= 1.0 {
        return None;
    }
    if p < 0.5 {
        return t_quantile(1.0 - p, degrees).map(|t| -t);
    }
    let tail = 1.0 - p;
    let (mut low, mut high) = (0.0, 1.0);
    while t_tail(high, degrees) > tail {
        high *= 2.0;
    }
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if t_tail(middle, degrees) > tail {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some(0.5 * (low + high))
}

/// P(T > t) for t from zero up.
fn t_tail(t: f64, degrees: u32) -> f64 {
    let df = f64::from(degrees);
    0.5 * beta_below(df / (df + t * t), 0.5 * df, 0.5)
}

/// The regularised incomplete beta function by its continued fraction (W. H. Press et al., "Numerical Recipes", 6.4).
fn beta_below(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return x.clamp(0.0, 1.0);
    }
    let log_front =
        libm::lgamma(a + b) - libm::lgamma(a) - libm::lgamma(b) + a * libm::log(x) + b * libm::log1p(-x);
    let front = libm::exp(log_front);
    if x < (a + 1.0) / (a + b + 2.0) {
        front * fraction(x, a, b) / a
    } else {
        1.0 - front * fraction(1.0 - x, b, a) / b
    }
}

fn fraction(x: f64, a: f64, b: f64) -> f64 {
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut h = d;
    for m in 1..10_000 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / away_from_zero(1.0 + even * d);
        c = away_from_zero(1.0 + even / c);
        h *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / away_from_zero(1.0 + odd * d);
        c = away_from_zero(1.0 + odd / c);
        h *= d * c;
        if (d * c - 1.0).abs() < 1e-16 {
            break;
        }
    }
    h
}

fn away_from_zero(x: f64) -> f64 {
    if x.abs() < 1e-300 { 1e-300 } else { x }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_tables() {
        for (p, degrees, want) in [
            (0.975, 1, 12.706_205),
            (0.975, 4, 2.776_445),
            (0.995, 1, 63.656_741),
            (0.95, 29, 1.699_127),
            (0.975, 120, 1.979_930),
            (0.025, 9, -2.262_157),
            (0.5, 3, 0.0),
        ] {
            let got = t_quantile(p, degrees).expect("a probability and degrees of freedom");
            assert!((got - want).abs() < 1e-6, "t({p}, {degrees}): {got} instead of {want}");
        }
        for (p, degrees) in [(0.975, 0), (0.0, 5), (1.0, 5), (f64::NAN, 5)] {
            assert_eq!(t_quantile(p, degrees), None, "t({p}, {degrees})");
        }
    }

    #[test]
    fn one_value_says_nothing_of_its_spread() {
        assert_eq!(Interval::over(&[4.0], 0.95), None);
        assert_eq!(Interval::over(&[], 0.95), None);
    }

    #[test]
    fn a_share_has_bounds_even_where_nothing_was_seen() {
        let (low, high) = wilson(0, 100).expect("a hundred were seen");
        assert!(low.abs() < 1e-12 && (high - 0.036_993_5).abs() < 1e-6, "{low} {high}");
        let (low, high) = wilson(100, 100).expect("a hundred were seen");
        assert!((low - 0.963_006_5).abs() < 1e-6 && high <= 1.0, "{low} {high}");
    }

    #[test]
    fn batches_are_equal_and_in_order() {
        assert_eq!(batch_means(&[1.0, 3.0, 5.0, 7.0, 100.0], 2), [2.0, 6.0]);
        assert!(batch_means(&[1.0], 2).is_empty());
        assert!(batch_means(&[1.0], 0).is_empty());
    }
}
