//! Gamma and Weibull gaps: streams that are burstier (or steadier) than a Poisson process, by one number.
//!
//! The coefficient of variation says how bursty: 1 is a Poisson process, measured tenants have 1.1 to 9 (ServeGen,
//! Alibaba, 2025, which fits just these two laws). Both are drawn by the inverse of the distribution function, like
//! every law of this crate, so that plans that differ in a mean or a variation stay paired draw by draw.

use crate::quantile::exponential;

/// A gamma distribution by shape and scale, made ready for drawing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Gamma {
    shape: f64,
    scale: f64,
    /// `ln Γ(shape)`.
    log_gamma: f64,
}

impl Gamma {
    /// The gamma distribution with this mean and coefficient of variation, both above zero.
    pub(crate) fn new(mean: f64, cv: f64) -> Gamma {
        let shape = 1.0 / (cv * cv);
        Gamma { shape, scale: mean / shape, log_gamma: libm::lgamma(shape) }
    }

    /// The gamma distribution with this shape, and scale 1.
    pub(crate) fn of_shape(shape: f64) -> Gamma {
        Gamma { shape, scale: 1.0, log_gamma: libm::lgamma(shape) }
    }

    /// How its values are distributed if each comes up in proportion to its length.
    pub(crate) fn by_length(&self) -> Gamma {
        Gamma { scale: self.scale, ..Gamma::of_shape(self.shape + 1.0) }
    }

    /// The variate at `u`, strictly between 0 and 1.
    ///
    /// Halley's method on the regularised incomplete gamma function, from the starting points of W. H. Press et al.,
    /// "Numerical Recipes", 3rd ed. (2007), 6.2.1; for shape 1 the logarithm says it at once.
    pub(crate) fn value(&self, u: f64) -> f64 {
        if (self.shape - 1.0).abs() < 1e-12 {
            return self.scale * exponential(u);
        }
        let mut x = self.start(u);
        for _ in 0..STEPS {
            if x <= f64::MIN_POSITIVE {
                return 0.0;
            }
            let density = libm::exp((self.shape - 1.0) * libm::log(x) - x - self.log_gamma);
            let newton = (self.below(x) - u) / density;
            let bend = (newton * ((self.shape - 1.0) / x - 1.0)).min(1.0);
            let step = newton / (1.0 - 0.5 * bend);
            let next = if step < x { x - step } else { 0.5 * x };
            let done = (next - x).abs() <= 1e-13 * next;
            x = next;
            if done {
                break;
            }
        }
        self.scale * x
    }

    /// Where to begin.
    fn start(&self, u: f64) -> f64 {
        let a = self.shape;
        // Near zero the distribution function is x^a / Γ(a + 1), to a relative error of x.
        let low = libm::exp((libm::log(u) + self.log_gamma + libm::log(a)) / a);
        if low < 0.1 {
            return low;
        }
        if a <= 1.0 {
            let t = 1.0 - a * (0.253 + a * 0.12);
            return if u < t { low.min(1.0) } else { 1.0 - libm::log((1.0 - u) / (1.0 - t)) };
        }
        let z = crate::quantile::normal(u);
        let root = 1.0 - 1.0 / (9.0 * a) + z / (3.0 * libm::sqrt(a));
        (a * root * root * root).max(0.1)
    }

    /// The regularised lower incomplete gamma function `P(shape, x)`: by its series below `shape + 1`, by the continued
    /// fraction of its complement above (Press et al., 6.2).
    fn below(&self, x: f64) -> f64 {
        let a = self.shape;
        let front = libm::exp(a * libm::log(x) - x - self.log_gamma);
        if x < a + 1.0 {
            let (mut term, mut sum, mut n) = (1.0 / a, 1.0 / a, a);
            while term > sum * 1e-17 {
                n += 1.0;
                term *= x / n;
                sum += term;
            }
            return front * sum;
        }
        let mut b = x + 1.0 - a;
        let mut c = 1.0 / TINY;
        let mut d = 1.0 / b;
        let mut h = d;
        for i in 1..500 {
            let i = f64::from(i);
            let an = -i * (i - a);
            b += 2.0;
            d = 1.0 / away_from_zero(an * d + b);
            c = away_from_zero(b + an / c);
            h *= d * c;
            if (d * c - 1.0).abs() < 1e-16 {
                break;
            }
        }
        1.0 - front * h
    }
}

/// The shape of the Weibull distribution with this coefficient of variation, and its mean at scale 1. The variate at
/// `u` is `scale × (−ln(1 − u))^(1/shape)`.
pub(crate) fn weibull(cv: f64) -> (f64, f64) {
    // The variation falls as the shape grows: Γ(1 + 2/k) / Γ(1 + 1/k)² = 1 + cv².
    let variation =
        |shape: f64| libm::expm1(libm::lgamma(1.0 + 2.0 / shape) - 2.0 * libm::lgamma(1.0 + 1.0 / shape));
    let (mut low, mut high) = (0.05, 200.0);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if variation(middle) > cv * cv {
            low = middle;
        } else {
            high = middle;
        }
    }
    let shape = 0.5 * (low + high);
    (shape, libm::exp(libm::lgamma(1.0 + 1.0 / shape)))
}

fn away_from_zero(x: f64) -> f64 {
    if x.abs() < TINY { TINY } else { x }
}

const STEPS: u32 = 24;
const TINY: f64 = 1e-300;

#[cfg(test)]
mod tests {
    use super::*;

    /// Tabulated: chi-squared with k degrees of freedom is gamma with shape k/2 and scale 2.
    #[test]
    fn percentage_points_are_those_of_the_tables() {
        for (degrees, u, want) in [
            (1.0, 0.95, 3.841_458_820_694_124),
            (1.0, 0.05, 0.003_932_140_000_019_53),
            (2.0, 0.5, 1.386_294_361_119_890_6),
            (4.0, 0.99, 13.276_704_135_987_622),
            (10.0, 0.5, 9.341_817_765_591_97),
            (10.0, 0.001, 1.478_743_463_680_59),
            (100.0, 0.95, 124.342_113_404_004_07),
        ] {
            let mean: f64 = degrees;
            let got = Gamma::new(mean, libm::sqrt(2.0 / degrees)).value(u);
            assert!((got - want).abs() <= 1e-9 * want, "chi2({degrees}) at {u}: {got} instead of {want}");
        }
    }

    #[test]
    fn larger_draws_make_larger_values_and_the_inverse_is_one() {
        for cv in [0.3, 0.9, 1.0, 1.1, 2.0, 4.0] {
            let law = Gamma::new(1.0, cv);
            let mut before = 0.0;
            for i in 1..20_000 {
                let u = f64::from(i) / 20_000.0;
                let x = law.value(u);
                assert!(x >= before, "cv {cv} is not monotone at {u}: {before} then {x}");
                before = x;
                if x > 1e-200 {
                    let back = law.below(x / law.scale);
                    assert!((back - u).abs() < 1e-11, "cv {cv}: {u} came back as {back}");
                }
            }
        }
    }

    #[test]
    fn a_weibull_has_the_variation_it_was_made_from() {
        for (cv, shape) in [(1.0, 1.0), (2.236_067_977_499_79, 0.5), (0.522_723_201_6, 2.0)] {
            let (got, mean) = weibull(cv);
            assert!((got - shape).abs() < 1e-6, "cv {cv}: shape {got} instead of {shape}");
            assert!((mean - libm::tgamma(1.0 + 1.0 / shape)).abs() < 1e-6);
        }
    }
}
