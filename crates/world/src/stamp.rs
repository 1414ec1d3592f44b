//! Times as the headers of a provider write them. The counterpart of what a client reads, written apart from it.

use rushhour_base::Span;
use rushhour_base::time::{HOUR, MILLISECOND, MINUTE, SECOND};

/// A wait as Go's `time.Duration` prints it, cut off to whole milliseconds: OpenAI's `x-ratelimit-reset-*`.
///
/// ```
/// use rushhour_base::Span;
/// use rushhour_world::stamp::go_duration;
/// let written = [0, 12, 3_114, 360_000, 432_000, 411_480_000].map(|ms| go_duration(Span::millis(ms)));
/// assert_eq!(written, ["0s", "12ms", "3.114s", "6m0s", "7m12s", "114h18m0s"]);
/// ```
pub fn go_duration(span: Span) -> String {
    if span.0 < MILLISECOND {
        return "0s".to_owned();
    }
    if span.0 < SECOND {
        return format!("{}ms", span.0 / MILLISECOND);
    }
    let (hours, minutes) = (span.0 / HOUR, span.0 % HOUR / MINUTE);
    let (seconds, millis) = (span.0 % MINUTE / SECOND, span.0 % SECOND / MILLISECOND);
    let fraction = match millis {
        0 => String::new(),
        millis => format!(".{millis:03}").trim_end_matches('0').to_owned(),
    };
    match (hours, minutes) {
        (0, 0) => format!("{seconds}{fraction}s"),
        (0, _) => format!("{minutes}m{seconds}{fraction}s"),
        _ => format!("{hours}h{minutes}m{seconds}{fraction}s"),
    }
}

/// Seconds since 1970 as RFC 3339 in UTC, to the whole second: Anthropic's `anthropic-ratelimit-*-reset`. Years from 0 to
/// 9999, beyond which the format does not reach.
///
/// ```
/// use rushhour_world::stamp::rfc3339;
/// assert_eq!(rfc3339(1_772_049_752), "2026-02-25T20:02:32Z");
/// ```
pub fn rfc3339(unix_s: i64) -> String {
    let (mut day, second) = (unix_s.div_euclid(DAY_S), unix_s.rem_euclid(DAY_S));
    let mut year = 1970;
    // From 1970 whole cycles of the calendar, then whole years, then months: slow and plain.
    let cycles = day.div_euclid(146_097);
    (year, day) = (year + 400 * cycles, day - 146_097 * cycles);
    while day >= days_of_year(year) {
        day -= days_of_year(year);
        year += 1;
    }
    let leap = days_of_year(year) - 365;
    let lengths = [31, 28 + leap, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 0;
    while day >= lengths[month] {
        day -= lengths[month];
        month += 1;
    }
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{year:04}-{:02}-{:02}T{hour:02}:{minute:02}:{second:02}Z", month + 1, day + 1)
}

fn days_of_year(year: i64) -> i64 {
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    365 + i64::from(leap)
}

const DAY_S: i64 = 86_400;
