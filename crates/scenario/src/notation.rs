//! How a scenario writes times, shares, money and dates, read into exact integers.

use jiff::fmt::temporal::Pieces;
use rushhour_base::time::{DAY, HOUR, MICROSECOND, MILLISECOND, MINUTE, SECOND};
use rushhour_base::{Money, Ratio, Span};

/// Units of time and their nanoseconds, the longest name first where one begins another.
const UNITS: [(&str, u64); 8] = [
    ("d", DAY),
    ("h", HOUR),
    ("ms", MILLISECOND),
    ("us", MICROSECOND),
    ("µs", MICROSECOND),
    ("ns", 1),
    ("m", MINUTE),
    ("s", SECOND),
];

/// The moment at which a run starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) unix_s: i64,
    pub(crate) utc_offset_s: i32,
    /// Local time since midnight.
    pub(crate) time_of_day: Span,
    /// The local date as a number that sorts, such as 20260311.
    pub(crate) date: u32,
}

impl Moment {
    /// The local weekday; 0 is Monday.
    pub(crate) fn weekday(&self) -> u8 {
        let days = (self.unix_s + i64::from(self.utc_offset_s)).div_euclid(86_400);
        // The first of January 1970 was a Thursday.
        (days + 3).rem_euclid(7) as u8
    }
}

/// A length of time: `1h30m`, `2.5s`, `250ms`, `16.3us`. `None` if it is none, too long, or finer than a nanosecond.
pub(crate) fn span(text: &str) -> Option<Span> {
    let mut rest = text.trim();
    let (mut total, mut coarser) = (0u64, u64::MAX);
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, tail) = rest.split_at(digits);
        let (name, unit) = UNITS.into_iter().find(|(name, _)| tail.starts_with(name))?;
        if unit >= coarser {
            return None;
        }
        coarser = unit;
        total = total.checked_add(decimal(number, u128::from(unit))?.try_into().ok()?)?;
        rest = &tail[name.len()..];
    }
    (coarser < u64::MAX).then_some(Span(total))
}

/// A share in per cent, exact to a millionth of a per cent: `60%`, `0.1%`. At most 100 %.
pub(crate) fn share(text: &str) -> Option<Ratio> {
    const WHOLE: u64 = 100_000_000;
    let part: u64 = decimal(text.trim().strip_suffix('%')?.trim_end(), 1_000_000)?.try_into().ok()?;
    let divisor = greatest_common_divisor(part, WHOLE);
    Ratio::new(part / divisor, WHOLE / divisor)
}

/// US dollars, exact to a micro-dollar: `$2.50`. At most a thousand million.
pub(crate) fn money(text: &str) -> Option<Money> {
    let micros = decimal(text.trim().strip_prefix('$')?.trim_start(), 1_000_000)?;
    if micros > 1_000_000_000_000_000 {
        return None;
    }
    micros.try_into().ok().map(Money::from_micros)
}

/// A time of day on a 24-hour clock, `18:00` or `18:00:30`, as time since midnight.
pub(crate) fn time_of_day(text: &str) -> Option<Span> {
    let mut total = 0;
    let parts: Vec<&str> = text.trim().split(':').collect();
    if !(2..=3).contains(&parts.len()) {
        return None;
    }
    for (part, (bound, unit)) in parts.into_iter().zip([(24, HOUR), (60, MINUTE), (60, SECOND)]) {
        if part.len() != 2 || !part.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let number: u64 = part.parse().ok()?;
        if number >= bound {
            return None;
        }
        total += number * unit;
    }
    Some(Span(total))
}

/// A date and time with its offset from UTC, as RFC 3339 writes it, to the second.
pub(crate) fn moment(text: &str) -> Option<Moment> {
    let pieces = Pieces::parse(text.trim()).ok()?;
    let (date, time, offset) = (pieces.date(), pieces.time()?, pieces.to_numeric_offset()?);
    if time.subsec_nanosecond() != 0 || date.year() < 0 {
        return None;
    }
    let second = offset.to_timestamp(date.to_datetime(time)).ok()?.as_second();
    let [hours, minutes, seconds] =
        [time.hour(), time.minute(), time.second()].map(|n| u64::from(n.unsigned_abs()));
    let [year, month, day] =
        [date.year().unsigned_abs(), date.month().unsigned_abs().into(), date.day().unsigned_abs().into()]
            .map(u32::from);
    Some(Moment {
        unix_s: second,
        utc_offset_s: offset.seconds(),
        time_of_day: Span(hours * HOUR + minutes * MINUTE + seconds * SECOND),
        date: year * 10_000 + month * 100 + day,
    })
}

/// A plain decimal number times `unit`, if that is a whole number.
pub(crate) fn decimal(text: &str, unit: u128) -> Option<u128> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let plain = |digits: &str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if !plain(whole) || !plain(part) || whole.len() > 18 || part.len() > 12 {
        return None;
    }
    let scale = 10u128.pow(u32::try_from(part.len()).ok()?);
    let parts = part.parse::<u128>().ok()?.checked_mul(unit)?;
    if parts % scale != 0 {
        return None;
    }
    whole.parse::<u128>().ok()?.checked_mul(unit)?.checked_add(parts / scale)
}

fn greatest_common_divisor(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_read_back_as_they_print() {
        for (text, ns) in [
            ("1h30m", Some(90 * MINUTE)),
            ("2.5s", Some(2_500 * MILLISECOND)),
            ("16.3us", Some(16_300)),
            ("16.3µs", Some(16_300)),
            ("14.67ms", Some(14_670_000)),
            ("0s", Some(0)),
            ("1d", Some(DAY)),
            ("90", None),
            ("5 apples", None),
            ("-5s", None),
            ("1m1h", None),
            ("1s1s", None),
            ("0.5ns", None),
            ("", None),
            ("s", None),
            (".5s", None),
            ("99999999999999999999s", None),
            ("999999999999999999d", None),
        ] {
            assert_eq!(span(text), ns.map(Span), "{text}");
        }
        for ns in [1, 999, 40_500, 7 * MILLISECOND, 61 * SECOND, 25 * HOUR + 3, DAY * 400] {
            assert_eq!(span(&Span(ns).to_string()), Some(Span(ns)));
        }
    }

    #[test]
    fn shares_are_exact_and_at_most_one() {
        for (text, parts) in [
            ("60%", Some((3, 5))),
            ("0.1%", Some((1, 1000))),
            ("100%", Some((1, 1))),
            ("0%", Some((0, 1))),
            ("0.000001%", Some((1, 100_000_000))),
            ("100.1%", None),
            ("0.6", None),
            ("-1%", None),
            ("0.0000001%", None),
        ] {
            assert_eq!(share(text), parts.and_then(|(a, b)| Ratio::new(a, b)), "{text}");
        }
    }

    #[test]
    fn money_is_exact_to_the_micro_dollar() {
        for (text, micros) in [
            ("$2.50", Some(2_500_000)),
            ("$0", Some(0)),
            ("$0.000001", Some(1)),
            ("$0.0000001", None),
            ("2.50", None),
            ("-$1", None),
            ("$-1", None),
            ("$1000000001", None),
        ] {
            assert_eq!(money(text), micros.map(Money::from_micros), "{text}");
        }
    }

    #[test]
    fn moments_keep_their_offset() {
        let start = moment("2026-03-11T17:30:00+02:00").expect("a moment");
        assert_eq!((start.unix_s, start.utc_offset_s, start.date), (1_773_243_000, 7_200, 20_260_311));
        assert_eq!(start.time_of_day, Span(17 * HOUR + 30 * MINUTE));
        assert_eq!(moment("2026-01-05T09:00:00Z").map(|m| m.utc_offset_s), Some(0));
        for wrong in
            ["2026-03-11", "2026-03-11T17:30:00", "17:30", "2026-13-11T17:30:00Z", "2026-03-11T17:30:00.5Z"]
        {
            assert_eq!(moment(wrong), None, "{wrong}");
        }
        assert_eq!(time_of_day("18:00"), Some(Span(18 * HOUR)));
        for wrong in ["24:00", "18", "18:60", "6:00", "18:00:00:00", "+1:00"] {
            assert_eq!(time_of_day(wrong), None, "{wrong}");
        }
    }
}
