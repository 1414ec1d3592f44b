//! Random lengths of time and of text, made ready for drawing: everything that does not depend on the draw is
//! computed once.

use crate::gamma::Gamma;
use crate::quantile::{exponential, normal};
use crate::settings::{Duration, Length};
use rushhour_base::Span;

/// How a random number of nanoseconds or tokens is distributed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Law {
    Constant(u64),
    Exponential { mean: f64 },
    Lognormal { median: f64, spread: f64, least: u64, most: u64 },
    Gamma { gamma: Gamma, least: u64, most: u64 },
}

impl Law {
    /// The law of a number of tokens. A random one is never zero: a model that answers says something.
    pub(crate) fn of_length(length: Length) -> Law {
        match length {
            Length::Constant(tokens) => Law::Constant(tokens),
            Length::Lognormal { p50, p95, max } => {
                Law::Lognormal { median: p50 as f64, spread: spread(p50, p95), least: max.min(1), most: max }
            }
            Length::Gamma { mean, cv, max } => {
                Law::Gamma { gamma: Gamma::new(mean as f64, cv), least: max.min(1), most: max }
            }
        }
    }

    /// The law of a length of time, in nanoseconds.
    pub(crate) fn of_duration(duration: Duration) -> Law {
        match duration {
            Duration::Constant(Span(ns)) => Law::Constant(ns),
            Duration::Exponential(Span(ns)) => Law::Exponential { mean: ns as f64 },
            Duration::Lognormal { p50, p95 } => Law::Lognormal {
                median: p50.0 as f64,
                spread: spread(p50.0, p95.0),
                least: 0,
                most: u64::MAX,
            },
            Duration::Gamma { mean, cv } => {
                Law::Gamma { gamma: Gamma::new(mean.0 as f64, cv), least: 0, most: u64::MAX }
            }
        }
    }

    /// The value at the uniform number that `unit` draws. A constant draws none.
    #[inline]
    pub(crate) fn value(&self, unit: impl FnOnce() -> f64) -> u64 {
        match *self {
            Law::Constant(value) => value,
            Law::Exponential { mean } => rounded(mean * exponential(unit())),
            Law::Lognormal { median, spread, least, most } => {
                rounded(median * factor(spread, unit())).clamp(least, most)
            }
            Law::Gamma { gamma, least, most } => rounded(gamma.value(unit())).clamp(least, most),
        }
    }
}

/// A lognormal factor of median 1 whose logarithm has the standard deviation `spread`.
pub(crate) fn factor(spread: f64, unit: f64) -> f64 {
    libm::exp(spread * normal(unit))
}

/// The nearest integer from zero up; what is too large becomes the largest, what is no number becomes zero.
pub(crate) fn rounded(value: f64) -> u64 {
    (value + 0.5) as u64
}

/// The standard deviation of the logarithm, from the median and the 95th percentile.
fn spread(p50: u64, p95: u64) -> f64 {
    libm::log(p95 as f64 / p50 as f64) / Z95
}

/// The 95th percentile of the standard normal distribution.
const Z95: f64 = 1.644_853_626_951_472_2;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_law_has_the_percentiles_it_was_made_from() {
        let reply = Law::of_length(Length::Lognormal { p50: 217, p95: 1_507, max: 4_096 });
        let think = Law::of_duration(Duration::Lognormal { p50: Span::secs(10), p95: Span::secs(457) });
        let gap = Law::of_duration(Duration::Exponential(Span::secs(10)));
        for (law, unit, want) in [
            (reply, 0.5, 217),
            (reply, 0.95, 1_507),
            (reply, 0.999_9, 4_096),
            (reply, 1e-16, 1),
            (think, 0.5, 10_000_000_000),
            (think, 0.95, 457_000_000_000),
            (gap, 0.5, 6_931_471_806),
            (gap, 0.999, 69_077_552_790),
            (Law::of_length(Length::Lognormal { p50: 5, p95: 5, max: 0 }), 0.5, 0),
        ] {
            assert_eq!(law.value(|| unit), want, "{law:?} at {unit}");
        }
    }

    #[test]
    fn a_constant_draws_nothing() {
        let law = Law::of_length(Length::Constant(300));
        assert_eq!(law.value(|| unreachable!("a constant needs no luck")), 300);
    }
}
