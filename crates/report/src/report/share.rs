//! A share with its bounds.

use crate::interval::wilson;

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// How many.
    pub part: u64,
    /// Of how many.
    pub whole: u64,
}

impl Share {
    /// `part` of `whole`.
    pub const fn of(part: u64, whole: u64) -> Share {
        Share { part, whole }
    }

    /// From 0 to 1; `None` of nothing.
    pub fn value(self) -> Option<f64> {
        (self.whole > 0).then(|| self.part as f64 / self.whole as f64)
    }

    /// At least so much lies behind it, at 95 % (Wilson's interval).
    pub fn low(self) -> Option<f64> {
        wilson(self.part, self.whole).map(|(low, _)| low)
    }

    /// At most so much lies behind it, at 95 %.
    pub fn high(self) -> Option<f64> {
        wilson(self.part, self.whole).map(|(_, high)| high)
    }
}
