//! What facts say: values of a topic, true and wrong ones.

use super::book::{Topic, ValueKind};
use super::dice::Dice;
use rushhour_base::conversation::{Currency, Date, FactValue};

/// A value of a topic.
pub(super) fn value(topic: &Topic, currency: Currency, dice: &mut Dice) -> FactValue {
    let number = dice.between(topic.least, topic.most);
    let small = u32::try_from(number).unwrap_or(u32::MAX);
    match topic.kind {
        // Prices end in any cent, whole amounts are common.
        ValueKind::Money => {
            let cents = if dice.below(4) == 0 { number - number % 100 } else { number };
            FactValue::Money { cents: i64::try_from(cents.max(topic.least)).unwrap_or(i64::MAX), currency }
        }
        ValueKind::Percentage => FactValue::Percentage(small),
        ValueKind::Date => FactValue::Date(day_of_2026(small)),
        ValueKind::Time => FactValue::Time(u16::try_from(number - number % 15).unwrap_or(0)),
        ValueKind::Availability => FactValue::Availability(dice.below(2) == 0),
        ValueKind::Count => FactValue::Count(small),
        ValueKind::Range => FactValue::Range(small, small + 1 + dice.below(4) as u32),
        ValueKind::Identifier => FactValue::Identifier(format!("{}-{number}", topic.prefix).into()),
    }
}

/// Another value than `right`: what a model says that is wrong. Amounts are wrong in the ways that have been seen: a
/// factor of ten or a hundred, digits exchanged, somewhat beside it, or out of thin air.
pub(super) fn wrong(right: &FactValue, topic: &Topic, currency: Currency, dice: &mut Dice) -> FactValue {
    let said = match right {
        FactValue::Money { cents, currency } => {
            let cents = i64::try_from(wrong_number(cents.unsigned_abs(), dice)).unwrap_or(i64::MAX);
            FactValue::Money { cents, currency: *currency }
        }
        FactValue::Percentage(hundredths) => {
            FactValue::Percentage(small(wrong_number((*hundredths).into(), dice)))
        }
        FactValue::Count(count) => FactValue::Count(small(wrong_number((*count).into(), dice)).min(999_999)),
        FactValue::Time(minutes) => FactValue::Time((minutes + 60 * (1 + dice.below(11) as u16)) % 1_440),
        FactValue::Range(low, high) => {
            let shift = 1 + dice.below(6) as u32;
            FactValue::Range(low + shift, high + shift)
        }
        FactValue::Availability(there) => FactValue::Availability(!there),
        FactValue::Date(_) | FactValue::Identifier(_) => value(topic, currency, dice),
    };
    if said == *right { beside(right) } else { said }
}

/// A number that is not `right`, and hardly larger than a hundred times as much.
fn wrong_number(right: u64, dice: &mut Dice) -> u64 {
    match dice.below(4) {
        0 => right.saturating_mul(if dice.below(2) == 0 { 10 } else { 100 }),
        1 => exchanged(right),
        2 => right + 1 + right * (5 + dice.below(36)) / 100,
        _ => 1 + dice.below(right.saturating_mul(2).max(2)),
    }
}

/// The number with its first two digits exchanged.
fn exchanged(number: u64) -> u64 {
    let digits = number.to_string();
    let mut swapped: Vec<char> = digits.chars().collect();
    if swapped.len() > 1 {
        swapped.swap(0, 1);
    }
    swapped.into_iter().collect::<String>().parse().unwrap_or(number)
}

/// The next value of the same kind.
fn beside(value: &FactValue) -> FactValue {
    match value {
        FactValue::Money { cents, currency } => {
            FactValue::Money { cents: cents + 1_000, currency: *currency }
        }
        FactValue::Percentage(hundredths) => FactValue::Percentage(hundredths + 100),
        FactValue::Date(date) => FactValue::Date(Date { day: date.day % 28 + 1, ..*date }),
        FactValue::Time(minutes) => FactValue::Time((minutes + 60) % 1_440),
        FactValue::Availability(there) => FactValue::Availability(!there),
        FactValue::Count(count) => FactValue::Count(count + 1),
        FactValue::Range(low, high) => FactValue::Range(low + 1, high + 1),
        FactValue::Identifier(name) => FactValue::Identifier(format!("{name}7").into()),
    }
}

fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// A day of 2026 by how many days it is from the first.
pub(super) fn day_of_2026(days: u32) -> Date {
    const MONTHS: [u32; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let (mut day, mut month) = (days % 365, 0);
    while day >= MONTHS[month] {
        day -= MONTHS[month];
        month += 1;
    }
    Date { year: 2026, month: month as u8 + 1, day: day as u8 + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::book_for_tests::topic;
    use proptest::prelude::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        for (days, date) in [(0, "2026-01-01"), (58, "2026-02-28"), (59, "2026-03-01"), (364, "2026-12-31")] {
            assert_eq!(day_of_2026(days).to_string(), date);
        }
    }

    proptest! {
        #![proptest_config(crate::fixed_cases(2_000))]

        #[test]
        fn what_is_wrong_is_never_right(kind in 0..ValueKind::ALL.len(), seed: u64) {
            let (_, kind, most) = ValueKind::ALL[kind];
            let topic = topic("x", kind, 1, most);
            let mut dice = Dice::new(seed);
            let right = value(&topic, Currency::Usd, &mut dice);
            prop_assert_ne!(&wrong(&right, &topic, Currency::Usd, &mut dice), &right);
        }
    }
}
