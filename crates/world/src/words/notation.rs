//! How values are written: each in several ways, as people and models do.

mod number;

use super::book::{Language, Tongue};
use super::dice::Dice;
use number::{grouped, in_words};
use rushhour_base::conversation::{Currency, Date, FactValue};

/// Writes a value in one of the ways of the language.
pub(super) fn write(value: &FactValue, language: &Language, dice: &mut Dice) -> String {
    styled(value, language, dice.below(styles(value, language)))
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
pub(super) fn styled(value: &FactValue, language: &Language, style: u64) -> String {
    let tongue = language.notation;
    match value {
        FactValue::Money { cents, currency } => money(cents.unsigned_abs(), *currency, tongue, style),
        FactValue::Percentage(hundredths) => percentage(*hundredths, tongue, style),
        FactValue::Date(date) => day(*date, tongue, style),
        FactValue::Time(minutes) => time(*minutes, tongue, style),
        FactValue::Availability(true) => language.available[style as usize].clone(),
        FactValue::Availability(false) => language.unavailable[style as usize].clone(),
        FactValue::Count(count) if style == 0 => grouped((*count).into(), thousands(tongue)),
        FactValue::Count(count) => in_words((*count).into(), tongue),
        FactValue::Range(low, high) => range(*low, *high, tongue, style),
        FactValue::Identifier(name) => match style {
            0 => name.to_string(),
            _ => format!("#{name}"),
        },
    }
}

fn thousands(tongue: Tongue) -> char {
    if tongue == Tongue::English { ',' } else { '.' }
}

fn point(tongue: Tongue) -> char {
    if tongue == Tongue::English { '.' } else { ',' }
}

fn money(cents: u64, currency: Currency, tongue: Tongue, style: u64) -> String {
    let (whole, rest) = (cents / 100, cents % 100);
    let plain = format!("{whole}{}{rest:02}", point(tongue));
    let long = format!("{}{}{rest:02}", grouped(whole, thousands(tongue)), point(tongue));
    let short = if rest == 0 { grouped(whole, thousands(tongue)) } else { long.clone() };
    let (sign, word, cent) = match (currency, tongue) {
        (Currency::Usd, Tongue::English) => ("$", "dollars", "cents"),
        (Currency::Usd, Tongue::German) => ("$", "Dollar", "Cent"),
        (Currency::Usd, Tongue::Spanish) => ("$", "dólares", "centavos"),
        (Currency::Eur, Tongue::English) => ("€", "euros", "cents"),
        (Currency::Eur, Tongue::German) => ("€", "Euro", "Cent"),
        (Currency::Eur, Tongue::Spanish) => ("€", "euros", "céntimos"),
    };
    match (style, tongue) {
        (0, Tongue::English) => format!("{sign}{long}"),
        (0, _) => format!("{long} {sign}"),
        (1, _) => format!("{currency} {long}"),
        (2, _) => format!("{short} {word}"),
        (3, _) => format!("{plain} {currency}"),
        _ => {
            let whole = format!("{} {word}", in_words(whole, tongue));
            match (rest, tongue) {
                (0, _) => whole,
                (_, Tongue::English) => format!("{whole} and {} {cent}", in_words(rest, tongue)),
                (_, Tongue::German) => format!("{whole} und {} {cent}", in_words(rest, tongue)),
                (_, Tongue::Spanish) => format!("{whole} con {} {cent}", in_words(rest, tongue)),
            }
        }
    }
}

fn percentage(hundredths: u32, tongue: Tongue, style: u64) -> String {
    let (whole, rest) = (hundredths / 100, hundredths % 100);
    let number = match (rest, rest % 10) {
        (0, _) => whole.to_string(),
        (_, 0) => format!("{whole}{}{}", point(tongue), rest / 10),
        _ => format!("{whole}{}{rest:02}", point(tongue)),
    };
    match (style, tongue) {
        (0, Tongue::English) => format!("{number}%"),
        (0, _) => format!("{number} %"),
        (1, Tongue::English) => format!("{number} per cent"),
        (1, Tongue::German) => format!("{number} Prozent"),
        (1, Tongue::Spanish) => format!("{number} por ciento"),
        (_, Tongue::English) => format!("{number} percent"),
        _ => format!("{number}%"),
    }
}

fn day(date: Date, tongue: Tongue, style: u64) -> String {
    let Date { year, month, day } = date;
    let named = number::month(month, tongue);
    match (style, tongue) {
        (0, Tongue::English) => format!("{named} {day}{}", number::ordinal(day)),
        (0, Tongue::German) => format!("{day}. {named}"),
        (0, Tongue::Spanish) => format!("{day} de {named}"),
        (1, Tongue::English) => format!("{day} {named} {year}"),
        (1, Tongue::German) => format!("{day}. {named} {year}"),
        (1, Tongue::Spanish) => format!("{day} de {named} de {year}"),
        (2, Tongue::German) => format!("{day:02}.{month:02}.{year}"),
        (2, _) => format!("{day:02}/{month:02}"),
        _ => date.to_string(),
    }
}

fn time(minutes: u16, tongue: Tongue, style: u64) -> String {
    let (hour, minute) = (minutes / 60, minutes % 60);
    let twelve = if hour % 12 == 0 { 12 } else { hour % 12 };
    let part = if minute == 0 { String::new() } else { format!(":{minute:02}") };
    match (style, tongue) {
        (0, _) => format!("{hour:02}:{minute:02}"),
        (1, Tongue::English) => format!("{twelve}{part} {}", if hour < 12 { "am" } else { "pm" }),
        (_, Tongue::English) => format!("{twelve}{part} {}", if hour < 12 { "a.m." } else { "p.m." }),
        (1, Tongue::German) if minute == 0 => format!("{hour} Uhr"),
        (1, Tongue::German) => format!("{hour}.{minute:02} Uhr"),
        (_, Tongue::German) => format!("{hour:02}:{minute:02} Uhr"),
        (1, Tongue::Spanish) => format!("{hour:02}:{minute:02} h"),
        (_, Tongue::Spanish) => {
            let when = match hour {
                0..12 => "de la mañana",
                12..20 => "de la tarde",
                _ => "de la noche",
            };
            format!("{twelve}{part} {when}")
        }
    }
}

fn range(low: u32, high: u32, tongue: Tongue, style: u64) -> String {
    let (to, between, and) = match tongue {
        Tongue::English => ("to", "between", "and"),
        Tongue::German => ("bis", "zwischen", "und"),
        Tongue::Spanish => ("a", "entre", "y"),
    };
    match style {
        0 => format!("{low}-{high}"),
        1 => format!("{low} {to} {high}"),
        2 => format!("{between} {low} {and} {high}"),
        _ => format!("{} {to} {}", in_words(low.into(), tongue), in_words(high.into(), tongue)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::book_for_tests::language;

    /// Every way of writing a value, in the order of the styles.
    fn ways(value: FactValue, tongue: Tongue) -> Vec<String> {
        let language = language(tongue);
        (0..styles(&value, &language)).map(|style| styled(&value, &language, style)).collect()
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
