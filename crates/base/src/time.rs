//! Integer time: a run's clock counts nanoseconds from its start, and never reads a real one.

use std::fmt;
use std::ops::{Add, AddAssign, Sub};

/// One microsecond in nanoseconds.
pub const MICROSECOND: u64 = 1_000;
/// One millisecond in nanoseconds.
pub const MILLISECOND: u64 = 1_000_000;
/// One second in nanoseconds.
pub const SECOND: u64 = 1_000_000_000;
/// One minute in nanoseconds.
pub const MINUTE: u64 = 60 * SECOND;
/// One hour in nanoseconds.
pub const HOUR: u64 = 60 * MINUTE;
/// One day of 24 hours in nanoseconds.
pub const DAY: u64 = 24 * HOUR;

/// A length of time in nanoseconds, at most 584 years.
///
/// ```
/// use rushhour_base::time::{Span, MILLISECOND, SECOND};
/// assert_eq!(Span(90 * SECOND).to_string(), "1m30s");
/// assert_eq!(Span(1_500 * MILLISECOND).to_string(), "1.5s");
/// assert_eq!(Span::ZERO.to_string(), "0s");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(pub u64);

/// A point in a run's time: nanoseconds since the run began.
///
/// ```
/// use rushhour_base::time::{Instant, Span, SECOND};
/// let start = Instant(5 * SECOND);
/// assert_eq!(start + Span(SECOND), Instant(6 * SECOND));
/// assert_eq!(start.since(Instant(9 * SECOND)), Span::ZERO); // never negative
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(pub u64);

impl Span {
    /// No time at all.
    pub const ZERO: Span = Span(0);
    /// Longer than any run.
    pub const MAX: Span = Span(u64::MAX);

    /// A span of whole seconds.
    pub const fn secs(seconds: u64) -> Span {
        Span(seconds * SECOND)
    }

    /// A span of whole milliseconds.
    pub const fn millis(milliseconds: u64) -> Span {
        Span(milliseconds * MILLISECOND)
    }

    /// Seconds as a float, for reports and world models only.
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / SECOND as f64
    }

    /// Milliseconds as a float, for reports only.
    pub fn as_millis_f64(self) -> f64 {
        self.0 as f64 / MILLISECOND as f64
    }
}

impl Instant {
    /// The beginning of a run.
    pub const START: Instant = Instant(0);
    /// After the end of any run.
    pub const NEVER: Instant = Instant(u64::MAX);

    /// The time from `earlier` to `self`, zero if `earlier` is in fact later.
    pub fn since(self, earlier: Instant) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Span> for Instant {
    type Output = Instant;
    /// Saturates at [`Instant::NEVER`], so an endless wait stays endless.
    fn add(self, span: Span) -> Instant {
        Instant(self.0.saturating_add(span.0))
    }
}

impl Add for Span {
    type Output = Span;
    fn add(self, other: Span) -> Span {
        Span(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Span {
    fn add_assign(&mut self, other: Span) {
        *self = *self + other;
    }
}

impl Sub for Span {
    type Output = Span;
    fn sub(self, other: Span) -> Span {
        Span(self.0.saturating_sub(other.0))
    }
}

impl fmt::Display for Span {
    /// The scenario file's notation: `1h30m`, `2.5s`, `250ms`, `40us`, `7ns`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 < SECOND && self.0 > 0 {
            return small(self.0, f);
        }
        let (hours, minutes, rest) = (self.0 / HOUR, self.0 % HOUR / MINUTE, self.0 % MINUTE);
        if hours > 0 {
            write!(f, "{hours}h")?;
        }
        if minutes > 0 {
            write!(f, "{minutes}m")?;
        }
        if rest > 0 || self.0 == 0 {
            let (seconds, nanos) = (rest / SECOND, rest % SECOND);
            write!(f, "{seconds}")?;
            if nanos > 0 {
                write!(f, ".{}", format!("{nanos:09}").trim_end_matches('0'))?;
            }
            f.write_str("s")?;
        }
        Ok(())
    }
}

fn small(ns: u64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let (unit, name) = match ns {
        MILLISECOND.. => (MILLISECOND, "ms"),
        MICROSECOND.. => (MICROSECOND, "us"),
        _ => (1, "ns"),
    };
    let (whole, rest) = (ns / unit, ns % unit);
    if rest == 0 {
        return write!(f, "{whole}{name}");
    }
    let digits = unit.ilog10() as usize;
    write!(f, "{whole}.{}{name}", format!("{rest:0digits$}").trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_print_as_scenario_files_write_them() {
        for (ns, text) in [
            (0, "0s"),
            (7, "7ns"),
            (40_500, "40.5us"),
            (250 * MILLISECOND, "250ms"),
            (2_500 * MILLISECOND, "2.5s"),
            (61 * SECOND, "1m1s"),
            (HOUR, "1h"),
            (25 * HOUR + 30 * MINUTE, "25h30m"),
        ] {
            assert_eq!(Span(ns).to_string(), text);
        }
    }

    #[test]
    fn time_saturates_instead_of_wrapping() {
        assert_eq!(Instant::NEVER + Span(1), Instant::NEVER);
        assert_eq!(Instant(3).since(Instant(5)), Span::ZERO);
    }
}
