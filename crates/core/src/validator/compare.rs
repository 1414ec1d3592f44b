//! Claims beside facts: whether a claim is of the kind of a fact, and whether it says the same.

use super::figure::ONE;
use super::lexicon::Denomination;
use super::reading::{Found, Kind};
use rushhour_base::conversation::{Currency, Date, FactValue};

/// How a claim fits a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    No,
    /// It is about right, and says no more.
    Rough,
    Exact,
}

/// What a claim of one kind is to a question for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Not an answer.
    Beside,
    /// It may be the answer, and is one if it is right.
    Perhaps,
    /// It is an answer where the reply speaks of what was asked for.
    Weak,
    /// It is an answer wherever it stands.
    Answer,
}

pub(super) fn kind(fact: &FactValue) -> Kind {
    match fact {
        FactValue::Money { .. } => Kind::Money,
        FactValue::Percentage(_) => Kind::Percentage,
        FactValue::Date(_) => Kind::Date,
        FactValue::Time(_) => Kind::Time,
        FactValue::Availability(_) => Kind::Availability,
        FactValue::Count(_) => Kind::Count,
        FactValue::Range(..) => Kind::Range,
        FactValue::Identifier(_) => Kind::Identifier,
    }
}

/// What a claim is to a question for a value of a kind.
pub(super) fn role(asked: Kind, found: &Found) -> Role {
    match (asked, found.kind) {
        (Kind::Count, Kind::Count) if found.of_time => Role::Perhaps,
        (Kind::Identifier, Kind::Count) => Role::Perhaps,
        (Kind::Count, Kind::Count | Kind::Range) => Role::Weak,
        (asked, said) if asked == said => {
            if found.weak {
                Role::Weak
            } else {
                Role::Answer
            }
        }
        (Kind::Money | Kind::Percentage, Kind::Number) => {
            if found.alone {
                Role::Weak
            } else {
                Role::Perhaps
            }
        }
        (Kind::Money | Kind::Percentage | Kind::Time, Kind::Count) if found.alone => Role::Weak,
        (Kind::Range, Kind::Count) if found.of_time || found.alone => Role::Weak,
        _ => Role::Beside,
    }
}

/// Whether a claim says what a fact says. `text` is the reply.
pub(super) fn fit(found: &Found, text: &str, fact: &FactValue) -> Fit {
    let number = matches!(found.kind, Kind::Count | Kind::Number);
    let exact = |is: bool| if is { Fit::Exact } else { Fit::No };
    let readings = [found.value, found.other];
    match fact {
        FactValue::Money { cents, currency } => {
            let same = found.kind == Kind::Money && is_in(found.denomination, *currency);
            amount(found, same || number, cents.saturating_mul(10_000))
        }
        FactValue::Percentage(hundredths) => {
            amount(found, found.kind == Kind::Percentage || number, i64::from(*hundredths) * 10_000)
        }
        FactValue::Count(count) => amount(found, found.kind == Kind::Count, i64::from(*count) * ONE),
        FactValue::Date(date) => {
            let day = i64::from(date.year) * 10_000 + i64::from(date.month) * 100 + i64::from(date.day);
            let same = |said: i64| said == day || said < 10_000 && said == day % 10_000;
            exact(found.kind == Kind::Date && readings.into_iter().any(same))
        }
        FactValue::Time(minutes) => {
            let minutes = i64::from(*minutes);
            let hour =
                found.kind == Kind::Count && [minutes, minutes - 720].contains(&(found.value / ONE * 60));
            exact(hour || found.kind == Kind::Time && readings.contains(&minutes))
        }
        FactValue::Availability(there) => {
            exact(found.kind == Kind::Availability && found.value == i64::from(*there))
        }
        FactValue::Range(low, high) => range(found, i64::from(*low), i64::from(*high)),
        FactValue::Identifier(name) => {
            let is_name = matches!(found.kind, Kind::Identifier | Kind::Count);
            exact(is_name && same_name(spelt(found, text), name))
        }
    }
}

fn amount(found: &Found, comparable: bool, fact: i64) -> Fit {
    if !comparable {
        return Fit::No;
    }
    if found.value == fact || found.other == fact {
        return Fit::Exact;
    }
    // `about 47` is right for 47.15: to one in twenty.
    let near = found.value.saturating_sub(fact).unsigned_abs().saturating_mul(20) <= fact.unsigned_abs();
    if found.rough && near { Fit::Rough } else { Fit::No }
}

fn range(found: &Found, low: i64, high: i64) -> Fit {
    match found.kind {
        Kind::Range if (found.value, found.other) == (low, high) => Fit::Exact,
        Kind::Count if low == high && found.value == low * ONE => Fit::Exact,
        // One number of those between says less than the fact, but nothing else.
        Kind::Count if (low * ONE..=high * ONE).contains(&found.value) => Fit::Rough,
        _ => Fit::No,
    }
}

fn is_in(said: Denomination, currency: Currency) -> bool {
    match said {
        Denomination::Unsaid => true,
        Denomination::Usd => currency == Currency::Usd,
        Denomination::Eur => currency == Currency::Eur,
        Denomination::Other => false,
    }
}

/// Names are the same letter by letter; spaces between groups do not count.
fn same_name(said: &str, name: &str) -> bool {
    let letters = |name: &str| name.bytes().filter(|byte| *byte != b' ').count();
    said == name
        || (letters(said) == letters(name)
            && said.bytes().filter(|byte| *byte != b' ').eq(name.bytes().filter(|byte| *byte != b' ')))
}

/// The words of a claim.
pub(super) fn spelt<'t>(found: &Found, text: &'t str) -> &'t str {
    text.get(found.at as usize..found.end as usize).unwrap_or("")
}

/// What a claim says, as a fact would. `currency` is that of an amount that names none. `None` if no fact could say it.
pub(super) fn said(found: &Found, text: &str, currency: Option<Currency>) -> Option<FactValue> {
    let small = |value: i64| u32::try_from(value).ok();
    Some(match found.kind {
        Kind::Money => {
            let currency = match found.denomination {
                Denomination::Usd => Currency::Usd,
                Denomination::Eur => Currency::Eur,
                Denomination::Unsaid => currency?,
                Denomination::Other => return None,
            };
            FactValue::Money { cents: found.value / 10_000, currency }
        }
        Kind::Percentage => FactValue::Percentage(small(found.value / 10_000)?),
        Kind::Date => FactValue::Date(Date {
            year: u16::try_from(found.value / 10_000).ok()?,
            month: u8::try_from(found.value / 100 % 100).ok()?,
            day: u8::try_from(found.value % 100).ok()?,
        }),
        Kind::Time => FactValue::Time(u16::try_from(found.value).ok()?),
        Kind::Availability => FactValue::Availability(found.value == 1),
        Kind::Count => FactValue::Count(small(found.value / ONE)?),
        Kind::Number => return None,
        Kind::Range => FactValue::Range(small(found.value)?, small(found.other)?),
        Kind::Identifier => FactValue::Identifier(spelt(found, text).into()),
    })
}
