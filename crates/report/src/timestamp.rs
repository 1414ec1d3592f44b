//! Dates from integers: RFC 3339 in UTC, without a calendar library and without a clock.

use rushhour_base::Instant;
use rushhour_base::time::SECOND;

/// The wall time at `at` of a run that starts `starts_unix_s` seconds after 1970, to the microsecond:
/// `2026-03-11T15:30:00.250000Z`.
pub(crate) fn rfc3339(starts_unix_s: i64, at: Instant) -> String {
    let seconds = starts_unix_s.saturating_add_unsigned(at.0 / SECOND);
    format!("{}.{:06}Z", date_and_time(seconds), at.0 % SECOND / 1_000)
}

/// The wall time `unix_s` as clocks show it at an offset from UTC: `2026-03-11T17:30:00+02:00`.
pub(crate) fn local(unix_s: i64, utc_offset_s: i32) -> String {
    let moment = date_and_time(unix_s.saturating_add(i64::from(utc_offset_s)));
    let (sign, minutes) = (if utc_offset_s < 0 { '-' } else { '+' }, utc_offset_s.unsigned_abs() / 60);
    match minutes {
        0 => format!("{moment}Z"),
        _ => format!("{moment}{sign}{:02}:{:02}", minutes / 60, minutes % 60),
    }
}

/// The time of day at `at` of a run as clocks show it at an offset from UTC, to the millisecond: `17:52:03.114`.
pub(crate) fn clock(starts_unix_s: i64, utc_offset_s: i32, at: Instant) -> String {
    let local_s =
        starts_unix_s.saturating_add(i64::from(utc_offset_s)).saturating_add_unsigned(at.0 / SECOND);
    let moment = date_and_time(local_s);
    let time = moment.split_once('T').map_or("", |(_, time)| time);
    format!("{time}.{:03}", at.0 % SECOND / 1_000_000)
}

fn date_and_time(seconds: i64) -> String {
    let (year, month, day) = civil(seconds.div_euclid(86_400));
    let second = seconds.rem_euclid(86_400);
    let (h, m, s) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{h:02}:{m:02}:{s:02}")
}

/// How many days the month has in which a clock shows `local_s`, in seconds since 1970.
pub(crate) fn days_in_month(local_s: i64) -> u64 {
    let (year, month, _) = civil(local_s.div_euclid(86_400));
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Year, month and day of a day counted from 1970-01-01 in the Gregorian calendar (H. Hinnant, "chrono-Compatible
/// Low-Level Date Algorithms"). Years are counted from March, so that a leap day is the last day of one.
fn civil(day: i64) -> (i64, i64, i64) {
    let day = day + 719_468;
    let (era, day_of_era) = (day.div_euclid(146_097), day.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day_of_year - (153 * month_from_march + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_on_the_wall() {
        assert_eq!(local(1_773_243_000, 7_200), "2026-03-11T17:30:00+02:00");
        assert_eq!(local(1_773_243_000, -12_600), "2026-03-11T12:00:00-03:30");
        assert_eq!(local(1_773_243_000, 0), "2026-03-11T15:30:00Z");
        assert_eq!(clock(1_773_243_000, 7_200, Instant(90 * SECOND + 1_999_999)), "17:31:30.001");
    }

    #[test]
    fn dates() {
        for (unix_s, ns, text) in [
            (0, 0, "1970-01-01T00:00:00.000000Z"),
            (951_782_400, 0, "2000-02-29T00:00:00.000000Z"),
            (1_773_243_000, 250_001_999, "2026-03-11T15:30:00.250001Z"),
            (1_709_251_199, SECOND, "2024-03-01T00:00:00.000000Z"),
            (-1, 0, "1969-12-31T23:59:59.000000Z"),
            (4_102_444_799, 0, "2099-12-31T23:59:59.000000Z"),
        ] {
            assert_eq!(rfc3339(unix_s, Instant(ns)), text);
        }
    }
}
