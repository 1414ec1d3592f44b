//! Dates as headers write them, in nanoseconds since 1970-01-01T00:00:00Z.

/// An RFC 3339 date and time: `2026-02-25T20:02:32Z`, with or without a fraction, with an offset or `Z`.
pub(super) fn rfc3339(text: &str) -> Option<i128> {
    let (date, rest) = text.split_at_checked(10)?;
    let [b'T' | b't' | b' ', ..] = rest.as_bytes() else { return None };
    let mut parts = date.split('-');
    let (year, month, day) =
        (digits(parts.next()?, 4)?, digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    let (time, rest) = rest.get(1..)?.split_at_checked(8)?;
    let (fraction, zone) = match rest.strip_prefix('.') {
        Some(rest) => {
            let end = rest.find(|c: char| !c.is_ascii_digit())?;
            let (fraction, zone) = rest.split_at_checked(end)?;
            (nanoseconds(fraction)?, zone)
        }
        None => (0, rest),
    };
    let offset_s = match zone {
        "Z" | "z" => 0,
        _ => offset(zone)?,
    };
    let seconds = unix_days(year, month, day)? * SECONDS_OF_A_DAY + seconds_of_day(time)? - offset_s;
    Some(i128::from(seconds) * 1_000_000_000 + i128::from(fraction))
}

/// An HTTP date in the form that senders must use: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7).
pub(super) fn http(text: &str) -> Option<i128> {
    let (_, rest) = text.split_once(", ")?;
    let mut words = rest.split(' ');
    let (day, month, year) = (digits(words.next()?, 2)?, words.next()?, digits(words.next()?, 4)?);
    let month = MONTHS.iter().position(|name| name.eq_ignore_ascii_case(month))? as i64 + 1;
    let time = seconds_of_day(words.next()?)?;
    if !words.next()?.eq_ignore_ascii_case("GMT") || words.next().is_some() {
        return None;
    }
    Some(i128::from(unix_days(year, month, day)? * SECONDS_OF_A_DAY + time) * 1_000_000_000)
}

/// Days since 1970-01-01 in the Gregorian calendar. Howard Hinnant's `days_from_civil`: years begin in March, so that the
/// leap day is the last, and 400 of them have 146,097 days.
fn unix_days(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(1..=12).contains(&month) || !(1..=days_of(year, month)).contains(&day) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

fn days_of(year: i64, month: i64) -> i64 {
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// `hh:mm:ss`; a leap second counts as the next minute's first.
fn seconds_of_day(text: &str) -> Option<i64> {
    let mut parts = text.split(':');
    let (hour, minute, second) =
        (digits(parts.next()?, 2)?, digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    let sound = parts.next().is_none() && hour < 24 && minute < 60 && second <= 60;
    sound.then_some(hour * 3_600 + minute * 60 + second)
}

/// `+02:00`, in seconds.
fn offset(text: &str) -> Option<i64> {
    let (sign, rest) = text.split_at_checked(1)?;
    let sign = match sign {
        "+" => 1,
        "-" => -1,
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
}

/// A number of exactly so many digits.
fn digits(text: &str, count: usize) -> Option<i64> {
    let sound = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    if sound { text.parse().ok() } else { None }
}

/// The digits after a decimal point of seconds; what is finer is cut off.
fn nanoseconds(fraction: &str) -> Option<i64> {
    if fraction.is_empty() {
        return None;
    }
    let digit = |place: usize| fraction.as_bytes().get(place).map_or(0, |digit| i64::from(digit - b'0'));
    Some((0..9).fold(0, |sum, place| sum * 10 + digit(place)))
}

const SECONDS_OF_A_DAY: i64 = 86_400;
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
