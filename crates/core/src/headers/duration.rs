//! Numbers and lengths of time as headers write them.

use rushhour_base::Span;
use rushhour_base::time::{HOUR, MICROSECOND, MILLISECOND, MINUTE, SECOND};

/// A whole number.
pub(super) fn integer(text: &str) -> Option<u64> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// A wait until something resets: a Go duration, or whole seconds as Azure writes them.
pub(super) fn wait(text: &str) -> Option<Span> {
    seconds(text).or_else(|| go(text))
}

/// Seconds, whole or not.
pub(super) fn seconds(text: &str) -> Option<Span> {
    decimal(text, SECOND)
}

/// A number, whole or not, of a unit in nanoseconds. What is finer than a nanosecond is cut off, what is longer than a
/// span can be is the longest one.
pub(super) fn decimal(text: &str, unit: u64) -> Option<Span> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !digits(whole) || !digits(fraction) {
        return None;
    }
    // A number of too many digits is too long for anything, so its length is the longest.
    let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().unwrap_or(u64::MAX) };
    let (mut part, mut worth) = (0, u128::from(unit));
    for digit in fraction.bytes().take(20) {
        part += u128::from(digit - b'0') * worth;
        worth /= 10;
    }
    let part = u64::try_from(part / 10).unwrap_or(u64::MAX);
    Some(Span(whole.saturating_mul(unit).saturating_add(part)))
}

/// A duration as Go's `time.Duration` writes it: `1h2m3.5s`, `425ms`. Negative ones ask for no wait and say nothing.
fn go(text: &str) -> Option<Span> {
    let (mut rest, mut sum) = (text, 0u64);
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, after) = rest.split_at_checked(end)?;
        let (unit, after) = UNITS.iter().find_map(|(name, unit)| Some((*unit, after.strip_prefix(name)?)))?;
        sum = sum.saturating_add(decimal(number, unit)?.0);
        rest = after;
    }
    Some(Span(sum))
}

/// Longer names go before those that they begin with.
const UNITS: [(&str, u64); 7] = [
    ("ms", MILLISECOND),
    ("us", MICROSECOND),
    ("µs", MICROSECOND),
    ("ns", 1),
    ("h", HOUR),
    ("m", MINUTE),
    ("s", SECOND),
];
