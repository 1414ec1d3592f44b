//! Probabilities and shares as fractions, so that no decision meets a float.

use std::fmt;

/// A number from 0 to 1 as a fraction.
///
/// ```
/// use rushhour_base::Ratio;
/// let third = Ratio::new(1, 3).unwrap();
/// assert!(third.holds(0) && !third.holds(u64::MAX));
/// assert_eq!(third.of(900), 300);
/// assert!(Ratio::new(4, 3).is_none());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ratio {
    part: u64,
    whole: u64,
}

impl Ratio {
    /// Never.
    pub const ZERO: Ratio = Ratio { part: 0, whole: 1 };
    /// Always.
    pub const ONE: Ratio = Ratio { part: 1, whole: 1 };

    /// `part / whole`; `None` if that is above one or no number.
    pub const fn new(part: u64, whole: u64) -> Option<Ratio> {
        if whole == 0 || part > whole { None } else { Some(Ratio { part, whole }) }
    }

    /// Whether a uniform draw falls into this share.
    pub fn holds(self, word: u64) -> bool {
        (u128::from(word) * u128::from(self.whole)) >> 64 < u128::from(self.part)
    }

    /// This share of `amount`, rounded down.
    pub fn of(self, amount: u64) -> u64 {
        (u128::from(amount) * u128::from(self.part) / u128::from(self.whole)) as u64
    }

    /// Whether `part` of `whole` is at least this share, exactly.
    #[inline]
    pub fn is_reached(self, part: u64, whole: u64) -> bool {
        u128::from(part) * u128::from(self.whole) >= u128::from(self.part) * u128::from(whole)
    }

    /// What is left to one.
    #[must_use]
    pub const fn rest(self) -> Ratio {
        Ratio { part: self.whole - self.part, whole: self.whole }
    }

    /// As a float, for reports and world models only.
    pub fn as_f64(self) -> f64 {
        self.part as f64 / self.whole as f64
    }
}

impl fmt::Display for Ratio {
    /// In per cent, with as many decimals as it needs up to six.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millionths = u128::from(self.part) * 100_000_000 / u128::from(self.whole);
        let (percent, rest) = (millionths / 1_000_000, millionths % 1_000_000);
        write!(f, "{percent}")?;
        if rest > 0 {
            write!(f, ".{}", format!("{rest:06}").trim_end_matches('0'))?;
        }
        f.write_str("%")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_printed_in_per_cent() {
        assert_eq!(Ratio::new(3, 5).unwrap().to_string(), "60%");
        assert_eq!(Ratio::new(1, 1000).unwrap().to_string(), "0.1%");
        assert_eq!(Ratio::ONE.to_string(), "100%");
    }

    #[test]
    fn a_share_is_reached_at_and_above_it() {
        let half = Ratio::new(1, 2).unwrap();
        assert!(half.is_reached(10, 20) && half.is_reached(11, 21));
        assert!(!half.is_reached(9, 20) && !half.is_reached(10, 21));
    }

    #[test]
    fn one_always_holds_and_zero_never() {
        for word in [0, 1, u64::MAX / 2, u64::MAX] {
            assert!(Ratio::ONE.holds(word));
            assert!(!Ratio::ZERO.holds(word));
        }
    }
}
