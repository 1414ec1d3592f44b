//! Months of the calendar, from integers.

use rushhour_base::time::{DAY, SECOND};
use rushhour_base::{Instant, Span};

const DAY_S: i64 = 86_400;

/// When the month of `now` began and when it turns, on a clock that shows `starts_local_s` (seconds since 1970) at the
/// start of the run. A month that began before the run begins with it.
pub(super) fn month_of(starts_local_s: i64, now: Instant) -> (Instant, Instant) {
    let (first, next) = days_of_month(starts_local_s, now);
    let instant = |day: i64| match u64::try_from(day * DAY_S - starts_local_s) {
        Ok(seconds) => Instant(seconds.saturating_mul(SECOND)),
        Err(_) => Instant::START,
    };
    (instant(first), instant(next))
}

/// The part of a month that a run holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Month {
    pub(super) from: Instant,
    pub(super) to: Instant,
    /// How long the whole month is.
    pub(super) length: Span,
}

/// The months from the start of the run to `until`, the first and last of them in part.
pub(super) fn months_until(starts_local_s: i64, until: Instant) -> impl Iterator<Item = Month> {
    let mut from = Instant::START;
    std::iter::from_fn(move || {
        let (first, next) = days_of_month(starts_local_s, from);
        let month = Month {
            from,
            to: month_of(starts_local_s, from).1.min(until),
            length: Span((next - first) as u64 * DAY),
        };
        from = month.to;
        (month.from < until).then_some(month)
    })
}

/// The first day of the month of `now` and that of the next, counted from 1970-01-01.
fn days_of_month(starts_local_s: i64, now: Instant) -> (i64, i64) {
    let local_s = starts_local_s.saturating_add_unsigned(now.0 / SECOND);
    let day = local_s.div_euclid(DAY_S);
    let first = day - day_of_month(day);
    // No month is longer than 31 days and none shorter than 28: the 31st day from a first lies in the next month.
    (first, first + 31 - day_of_month(first + 31))
}

/// How many days of its month lie before a day, which is counted from 1970-01-01 in the Gregorian calendar (H. Hinnant,
/// "chrono-Compatible Low-Level Date Algorithms": years are counted from March, so that a leap day is the last of one).
fn day_of_month(day: i64) -> i64 {
    let day_of_era = (day + 719_468).rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    day_of_year - (153 * month_from_march + 2) / 5
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against the lengths of months, over the leap years that are and are not.
    #[test]
    fn months_follow_one_another_with_their_lengths() {
        for (first_day, lengths) in [
            (10_957, [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]), // 2000, a leap year
            (20_454, [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]), // 2026
            (21_184, [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]), // 2028, a leap year
            (47_482, [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]), // 2100, none
        ] {
            let (mut at, starts) = (Instant::START, first_day * DAY_S);
            for length in lengths {
                let days = |days: u64| Instant(at.0 + days * 86_400 * SECOND);
                let turn = days(length);
                assert_eq!(month_of(starts, at), (at, turn), "from {first_day}");
                assert_eq!(month_of(starts, Instant(turn.0 - 1)), (at, turn), "from {first_day}");
                at = turn;
            }
        }
    }

    #[test]
    fn a_run_that_starts_within_a_month_turns_with_it() {
        // 2026-03-11T17:30:00 on the local clock: 20 days, 6 hours and 30 minutes to April.
        let starts = 1_773_250_200;
        let turn = Instant((20 * 86_400 + 6 * 3_600 + 1_800) * SECOND);
        assert_eq!(month_of(starts, Instant::START), (Instant::START, turn));
        assert_eq!(month_of(starts, turn).0, turn);
    }
}
