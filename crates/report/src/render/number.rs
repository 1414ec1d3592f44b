//! Numbers for people: three or four digits that matter, a unit, and thousands apart.

use crate::figures::Figure;
use crate::slo::Unit;
use rushhour_base::Money;
use rushhour_base::time::{HOUR, MILLISECOND, MINUTE, SECOND};

/// What stands where there is nothing to say.
pub(crate) const NOTHING: &str = "–";

/// A count with its thousands apart: `1,234,567`.
pub(crate) fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A duration with three digits that matter: `850 µs`, `12.3 ms`, `2.41 s`, `3m 20s`, `2h 05m`.
pub(crate) fn duration(ns: u64) -> String {
    let scaled = |unit: u64, name: &str| {
        let value = ns as f64 / unit as f64;
        let decimals = if value < 9.995 {
            2
        } else if value < 99.95 {
            1
        } else {
            0
        };
        format!("{value:.decimals$} {name}")
    };
    if ns == 0 {
        "0 s".into()
    } else if ns < MILLISECOND {
        format!("{} µs", (ns + 500) / 1_000)
    } else if ns < SECOND {
        scaled(MILLISECOND, "ms")
    } else if ns < MINUTE {
        scaled(SECOND, "s")
    } else if ns < HOUR {
        format!("{}m {:02}s", ns / MINUTE, ns % MINUTE / SECOND)
    } else {
        format!("{}h {:02}m", ns / HOUR, ns % HOUR / MINUTE)
    }
}

/// A share in per cent: `97.84 %`; shares too small to show and not zero are `< 0.01 %`.
pub(crate) fn percent(share: f64) -> String {
    if share > 0.0 && share < 0.000_05 { "< 0.01 %".into() } else { format!("{:.2} %", share * 100.0) }
}

/// An amount to the sixth decimal, half away from zero, printed from the integer: `12.345678`.
pub(crate) fn usd6(money: Money) -> String {
    let micro = (money.0.unsigned_abs() + 500_000) / 1_000_000;
    let sign = if money.0 < 0 && micro > 0 { "-" } else { "" };
    format!("{sign}{}.{:06}", micro / 1_000_000, micro % 1_000_000)
}

/// An amount of dollars with its thousands apart: `$12,345.68`; below ten cents with six decimals.
pub(crate) fn dollars(money: Money) -> String {
    let text = money.to_string();
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    let (sign, digits) = whole.split_once('$').unwrap_or(("", whole));
    match digits.parse() {
        Ok(value) => format!("{sign}${}.{decimals}", count(value)),
        Err(_) => text,
    }
}

/// An amount where cents are too coarse, such as the cost of one answer: below a dollar with four decimals.
pub(crate) fn fine_dollars(money: Money) -> String {
    let pico = money.0.unsigned_abs();
    if !(PICO / 100..PICO).contains(&pico) {
        return dollars(money);
    }
    let sign = if money.0 < 0 { "-" } else { "" };
    let rounded = (pico + PICO / 20_000) / (PICO / 10_000);
    format!("{sign}${}.{:04}", rounded / 10_000, rounded % 10_000)
}

/// A value in its unit.
pub(crate) fn value(value: f64, unit: Unit) -> String {
    let sign = if value < 0.0 { "-" } else { "" };
    let amount = value.abs();
    let text = match unit {
        Unit::Milliseconds => duration((amount * 1e6 + 0.5) as u64),
        Unit::Seconds => duration((amount * 1e9 + 0.5) as u64),
        Unit::Ratio => percent(amount),
        Unit::Dollars => fine_dollars(Money((amount * 1e12 + 0.5) as i128)),
        Unit::Number if amount >= 1e15 || is_whole(amount) => count(amount as u64),
        Unit::Number => format!("{amount:.3}"),
    };
    format!("{sign}{text}")
}

/// A figure in its unit, with `≥` where open requests could still raise it, and an en dash without samples.
pub fn figure(figure: &Figure) -> String {
    match figure.value {
        None => NOTHING.into(),
        Some(at_least) if figure.is_lower_bound() => format!("≥{}", value(at_least, figure.unit)),
        Some(exact) => value(exact, figure.unit),
    }
}

/// `1 call`, `2 calls`, `3 retries`.
pub(crate) fn plural(n: u64, one: &str) -> String {
    match one.strip_suffix('y') {
        _ if n == 1 => format!("1 {one}"),
        Some(stem) => format!("{} {stem}ies", count(n)),
        None => format!("{} {one}s", count(n)),
    }
}

const PICO: u128 = rushhour_base::money::DOLLAR as u128;

fn is_whole(value: f64) -> bool {
    (value - value.trunc()).abs() < 1e-9
}

#[cfg(test)]
mod tests {
    use super::*;
    use rushhour_base::money::DOLLAR;

    #[test]
    fn numbers_for_people() {
        for (got, expected) in [
            (count(0), "0"),
            (count(999), "999"),
            (count(1_234_567), "1,234,567"),
            (duration(0), "0 s"),
            (duration(850_400), "850 µs"),
            (duration(12_345_678), "12.3 ms"),
            (duration(2_412 * MILLISECOND), "2.41 s"),
            (duration(9_996 * MILLISECOND), "10.0 s"),
            (duration(200 * SECOND), "3m 20s"),
            (duration(2 * HOUR + 5 * MINUTE), "2h 05m"),
            (percent(0.978_44), "97.84 %"),
            (percent(0.000_01), "< 0.01 %"),
            (percent(0.0), "0.00 %"),
            (usd6(Money(12_345_678_500_000)), "12.345679"),
            (usd6(Money(-400_000)), "0.000000"),
            (usd6(Money(-1_500_000)), "-0.000002"),
            (dollars(Money(1_234_567 * DOLLAR)), "$1,234,567.00"),
            (dollars(Money(-2 * DOLLAR)), "-$2.00"),
            (dollars(Money(1_500_000_000)), "$0.001500"),
            (fine_dollars(Money(19_350_000_000)), "$0.0194"),
            (fine_dollars(Money(999_960_000_000)), "$1.0000"),
            (fine_dollars(Money(1_935 * DOLLAR / 1_000)), "$1.94"),
            (value(-1.5, Unit::Milliseconds), "-1.50 ms"),
            (value(1.1466, Unit::Number), "1.147"),
            (value(3.0, Unit::Number), "3"),
            (plural(1, "call"), "1 call"),
            (plural(2, "retry"), "2 retries"),
        ] {
            assert_eq!(got, expected);
        }
    }
}
