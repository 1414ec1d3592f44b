//! How values are written: each in several ways, as people and models do.

mod number;

use super::book::{Language, Tongue};
use super::dice::Dice;
use number::{digits, grouped, in_words};
use rushhour_base::conversation::{Currency, Date, FactValue};

/// Writes a value in one of the ways of the language.
pub(super) fn write(value: &FactValue, language: &Language, dice: &mut Dice, to: &mut String) {
    styled(value, language, dice.below(styles(value, language)), to);
}

/// In how many ways a value can be written.
pub(super) fn styles(value: &FactValue, language: &Language) -> u64 {
    match value {
        FactValue::Money { cents, .. } => 4 + u64::from(cents.unsigned_abs() < 100_000),
        FactValue::Percentage(_) => 3,
        FactValue::Date(_) => 4,
        FactValue::Time(_) => 3,
        FactValue::Availability(true) => language.available.len() as u64,
        FactValue::Availability(false) => language.unavailable.len() as u64,
        FactValue::Count(count) => 1 + u64::from(*count < 100),
        FactValue::Range(low, high) => 3 + u64::from(*low < 100 && *high < 100),
        FactValue::Identifier(_) => 2,
    }
}

/// Writes a value in one of its [`styles`].
pub(super) fn styled(value: &FactValue, language: &Language, style: u64, to: &mut String) {
    let tongue = language.notation;
    match value {
        FactValue::Money { cents, currency } => money(cents.unsigned_abs(), *currency, (tongue, style), to),
        FactValue::Percentage(hundredths) => percentage(*hundredths, tongue, style, to),
        FactValue::Date(date) => day(*date, tongue, style, to),
        FactValue::Time(minutes) => time(*minutes, tongue, style, to),
        FactValue::Availability(true) => to.push_str(&language.available[style as usize]),
        FactValue::Availability(false) => to.push_str(&language.unavailable[style as usize]),
        FactValue::Count(count) if style == 0 => grouped((*count).into(), thousands(tongue), to),
        FactValue::Count(count) => in_words((*count).into(), tongue, to),
        FactValue::Range(low, high) => range(*low, *high, tongue, style, to),
        FactValue::Identifier(name) => {
            if style > 0 {
                to.push('#');
            }
            to.push_str(name);
        }
    }
}

fn thousands(tongue: Tongue) -> char {
    if tongue == Tongue::English { ',' } else { '.' }
}

fn point(tongue: Tongue) -> char {
    if tongue == Tongue::English { '.' } else { ',' }
}

/// Its sign, and the words for it and for its hundredth.
fn currency_words(currency: Currency, tongue: Tongue) -> (&'static str, &'static str, &'static str) {
    match (currency, tongue) {
        (Currency::Usd, Tongue::English) => ("$", "dollars", "cents"),
        (Currency::Usd, Tongue::German) => ("$", "Dollar", "Cent"),
        (Currency::Usd, Tongue::Spanish) => ("$", "dólares", "centavos"),
        (Currency::Eur, Tongue::English) => ("€", "euros", "cents"),
        (Currency::Eur, Tongue::German) => ("€", "Euro", "Cent"),
        (Currency::Eur, Tongue::Spanish) => ("€", "euros", "céntimos"),
    }
}

fn money(cents: u64, currency: Currency, (tongue, style): (Tongue, u64), to: &mut String) {
    let (whole, rest) = (cents / 100, cents % 100);
    let (sign, word, cent) = currency_words(currency, tongue);
    let hundredths = |to: &mut String| {
        to.push(point(tongue));
        digits(rest, 2, to);
    };
    let long = |to: &mut String| {
        grouped(whole, thousands(tongue), to);
        hundredths(to);
    };
    match (style, tongue) {
        (0, Tongue::English) => {
            to.push_str(sign);
            long(to);
        }
        (0, _) => {
            long(to);
            behind(sign, to);
        }
        (1, _) => {
            to.push_str(currency.name());
            to.push(' ');
            long(to);
        }
        (2, _) => {
            grouped(whole, thousands(tongue), to);
            if rest > 0 {
                hundredths(to);
            }
            behind(word, to);
        }
        (3, _) => {
            digits(whole, 1, to);
            hundredths(to);
            behind(currency.name(), to);
        }
        _ => {
            in_words(whole, tongue, to);
            behind(word, to);
            if rest > 0 {
                to.push_str(match tongue {
                    Tongue::English => " and ",
                    Tongue::German => " und ",
                    Tongue::Spanish => " con ",
                });
                in_words(rest, tongue, to);
                behind(cent, to);
            }
        }
    }
}

/// A space and a word.
fn behind(word: &str, to: &mut String) {
    to.push(' ');
    to.push_str(word);
}

fn percentage(hundredths: u32, tongue: Tongue, style: u64, to: &mut String) {
    let (whole, rest) = (hundredths / 100, hundredths % 100);
    digits(whole.into(), 1, to);
    if rest > 0 {
        to.push(point(tongue));
        if rest.is_multiple_of(10) { digits((rest / 10).into(), 1, to) } else { digits(rest.into(), 2, to) }
    }
    to.push_str(match (style, tongue) {
        (0, Tongue::English) => "%",
        (0, _) => " %",
        (1, Tongue::English) => " per cent",
        (1, Tongue::German) => " Prozent",
        (1, Tongue::Spanish) => " por ciento",
        (_, Tongue::English) => " percent",
        _ => "%",
    });
}

fn day(date: Date, tongue: Tongue, style: u64, to: &mut String) {
    let Date { year, month, day } = date;
    let named = number::month(month, tongue);
    let (day_number, month_number, year) = (u64::from(day), u64::from(month), u64::from(year));
    match (style, tongue) {
        (0, Tongue::English) => {
            to.push_str(named);
            to.push(' ');
            digits(day_number, 1, to);
            to.push_str(number::ordinal(day));
        }
        (0 | 1, _) => {
            digits(day_number, 1, to);
            to.push_str(match tongue {
                Tongue::English => " ",
                Tongue::German => ". ",
                Tongue::Spanish => " de ",
            });
            to.push_str(named);
            if style == 1 {
                to.push_str(if tongue == Tongue::Spanish { " de " } else { " " });
                digits(year, 1, to);
            }
        }
        (2, _) => {
            let mark = if tongue == Tongue::German { '.' } else { '/' };
            digits(day_number, 2, to);
            to.push(mark);
            digits(month_number, 2, to);
            if tongue == Tongue::German {
                to.push(mark);
                digits(year, 1, to);
            }
        }
        _ => {
            digits(year, 1, to);
            for part in [month_number, day_number] {
                to.push('-');
                digits(part, 2, to);
            }
        }
    }
}

fn time(minutes: u16, tongue: Tongue, style: u64, to: &mut String) {
    let (hour, minute) = (u64::from(minutes / 60), u64::from(minutes % 60));
    let full = |to: &mut String| {
        digits(hour, 2, to);
        to.push(':');
        digits(minute, 2, to);
    };
    let twelve = |to: &mut String| {
        digits(if hour.is_multiple_of(12) { 12 } else { hour % 12 }, 1, to);
        if minute > 0 {
            to.push(':');
            digits(minute, 2, to);
        }
    };
    match (style, tongue) {
        (0, _) => full(to),
        (_, Tongue::English) => {
            twelve(to);
            to.push_str(match (style, hour < 12) {
                (1, true) => " am",
                (1, false) => " pm",
                (_, true) => " a.m.",
                (_, false) => " p.m.",
            });
        }
        (1, Tongue::German) => {
            digits(hour, 1, to);
            if minute > 0 {
                to.push('.');
                digits(minute, 2, to);
            }
            to.push_str(" Uhr");
        }
        (_, Tongue::German) => {
            full(to);
            to.push_str(" Uhr");
        }
        (1, Tongue::Spanish) => {
            full(to);
            to.push_str(" h");
        }
        (_, Tongue::Spanish) => {
            twelve(to);
            to.push_str(match hour {
                0..12 => " de la mañana",
                12..20 => " de la tarde",
                _ => " de la noche",
            });
        }
    }
}

fn range(low: u32, high: u32, tongue: Tongue, style: u64, to: &mut String) {
    let (low, high) = (u64::from(low), u64::from(high));
    let (till, between, and) = match tongue {
        Tongue::English => (" to ", "between ", " and "),
        Tongue::German => (" bis ", "zwischen ", " und "),
        Tongue::Spanish => (" a ", "entre ", " y "),
    };
    if style > 2 {
        in_words(low, tongue, to);
        to.push_str(till);
        return in_words(high, tongue, to);
    }
    if style == 2 {
        to.push_str(between);
    }
    digits(low, 1, to);
    to.push_str(["-", till, and][style as usize]);
    digits(high, 1, to);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::book_for_tests::language;

    /// Every way of writing a value, in the order of the styles.
    fn ways(value: FactValue, tongue: Tongue) -> Vec<String> {
        let language = language(tongue);
        let way = |style| {
            let mut text = String::new();
            styled(&value, &language, style, &mut text);
            text
        };
        (0..styles(&value, &language)).map(way).collect()
    }

    #[test]
    fn amounts() {
        let money = |cents, currency| FactValue::Money { cents, currency };
        assert_eq!(
            ways(money(4_715, Currency::Usd), Tongue::English),
            ["$47.15", "USD 47.15", "47.15 dollars", "47.15 USD", "forty-seven dollars and fifteen cents"]
        );
        assert_eq!(
            ways(money(123_450, Currency::Usd), Tongue::English),
            ["$1,234.50", "USD 1,234.50", "1,234.50 dollars", "1234.50 USD"]
        );
        assert_eq!(
            ways(money(4_715, Currency::Eur), Tongue::German),
            ["47,15 €", "EUR 47,15", "47,15 Euro", "47,15 EUR", "siebenundvierzig Euro und fünfzehn Cent"]
        );
        assert_eq!(
            ways(money(4_000, Currency::Eur), Tongue::Spanish),
            ["40,00 €", "EUR 40,00", "40 euros", "40,00 EUR", "cuarenta euros"]
        );
    }

    #[test]
    fn days_and_times() {
        let day = FactValue::Date(Date { year: 2026, month: 3, day: 11 });
        assert_eq!(
            ways(day.clone(), Tongue::English),
            ["March 11th", "11 March 2026", "11/03", "2026-03-11"]
        );
        assert_eq!(
            ways(day.clone(), Tongue::German),
            ["11. März", "11. März 2026", "11.03.2026", "2026-03-11"]
        );
        assert_eq!(ways(day, Tongue::Spanish), ["11 de marzo", "11 de marzo de 2026", "11/03", "2026-03-11"]);
        assert_eq!(ways(FactValue::Time(900), Tongue::English), ["15:00", "3 pm", "3 p.m."]);
        assert_eq!(ways(FactValue::Time(15), Tongue::English), ["00:15", "12:15 am", "12:15 a.m."]);
        assert_eq!(ways(FactValue::Time(930), Tongue::German), ["15:30", "15.30 Uhr", "15:30 Uhr"]);
        assert_eq!(ways(FactValue::Time(930), Tongue::Spanish), ["15:30", "15:30 h", "3:30 de la tarde"]);
    }

    #[test]
    fn shares_counts_ranges_and_names() {
        assert_eq!(
            ways(FactValue::Percentage(425), Tongue::English),
            ["4.25%", "4.25 per cent", "4.25 percent"]
        );
        assert_eq!(ways(FactValue::Percentage(450), Tongue::German), ["4,5 %", "4,5 Prozent", "4,5%"]);
        assert_eq!(ways(FactValue::Percentage(400), Tongue::Spanish), ["4 %", "4 por ciento", "4%"]);
        assert_eq!(ways(FactValue::Count(12_000), Tongue::German), ["12.000"]);
        assert_eq!(ways(FactValue::Count(21), Tongue::Spanish), ["21", "veintiuno"]);
        assert_eq!(
            ways(FactValue::Range(3, 5), Tongue::English),
            ["3-5", "3 to 5", "between 3 and 5", "three to five"]
        );
        assert_eq!(ways(FactValue::Identifier("ORD-481".into()), Tongue::English), ["ORD-481", "#ORD-481"]);
    }
}
