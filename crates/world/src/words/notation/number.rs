//! Numbers in digits and in words, and the names of months.

use crate::words::book::Tongue;

/// A number with a mark between groups of three digits.
pub(super) fn grouped(number: u64, mark: char) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + 4);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(mark);
        }
        text.push(digit);
    }
    text
}

/// A number below a million in words.
pub(super) fn in_words(number: u64, tongue: Tongue) -> String {
    match tongue {
        Tongue::English => english(number),
        Tongue::German => german(number),
        Tongue::Spanish => spanish(number),
    }
}

fn english(number: u64) -> String {
    match number {
        0..20 => ENGLISH[number as usize].to_owned(),
        20..100 => joined(ENGLISH_TENS[number as usize / 10], "-", number % 10, english),
        100..1_000 => joined(&format!("{} hundred", english(number / 100)), " and ", number % 100, english),
        _ => joined(&format!("{} thousand", english(number / 1_000)), " ", number % 1_000, english),
    }
}

/// `rest` in words behind `head`, unless it is zero.
fn joined(head: &str, by: &str, rest: u64, words: fn(u64) -> String) -> String {
    if rest == 0 { head.to_owned() } else { format!("{head}{by}{}", words(rest)) }
}

fn german(number: u64) -> String {
    let one_before = |number: u64| if number == 1 { "ein".to_owned() } else { german(number) };
    match number {
        0..20 => GERMAN[number as usize].to_owned(),
        20..100 if number.is_multiple_of(10) => GERMAN_TENS[number as usize / 10].to_owned(),
        20..100 => format!("{}und{}", one_before(number % 10), GERMAN_TENS[number as usize / 10]),
        100..1_000 => joined(&format!("{}hundert", one_before(number / 100)), "", number % 100, german),
        _ => joined(&format!("{}tausend", one_before(number / 1_000)), "", number % 1_000, german),
    }
}

fn spanish(number: u64) -> String {
    match number {
        0..30 => SPANISH[number as usize].to_owned(),
        30..100 => joined(SPANISH_TENS[number as usize / 10], " y ", number % 10, spanish),
        100 => "cien".to_owned(),
        101..1_000 => joined(SPANISH_HUNDREDS[number as usize / 100], " ", number % 100, spanish),
        1_000..2_000 => joined("mil", " ", number % 1_000, spanish),
        _ => joined(&format!("{} mil", spanish(number / 1_000)), " ", number % 1_000, spanish),
    }
}

/// The ending of an English ordinal.
pub(super) fn ordinal(day: u8) -> &'static str {
    match (day % 10, day % 100) {
        (1, rest) if rest != 11 => "st",
        (2, rest) if rest != 12 => "nd",
        (3, rest) if rest != 13 => "rd",
        _ => "th",
    }
}

/// The name of a month, from 1.
pub(super) fn month(month: u8, tongue: Tongue) -> &'static str {
    let names = match tongue {
        Tongue::English => ENGLISH_MONTHS,
        Tongue::German => GERMAN_MONTHS,
        Tongue::Spanish => SPANISH_MONTHS,
    };
    names[usize::from(month.clamp(1, 12)) - 1]
}

const ENGLISH: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const ENGLISH_TENS: [&str; 10] =
    ["", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const GERMAN: [&str; 20] = [
    "null",
    "eins",
    "zwei",
    "drei",
    "vier",
    "fünf",
    "sechs",
    "sieben",
    "acht",
    "neun",
    "zehn",
    "elf",
    "zwölf",
    "dreizehn",
    "vierzehn",
    "fünfzehn",
    "sechzehn",
    "siebzehn",
    "achtzehn",
    "neunzehn",
];
const GERMAN_TENS: [&str; 10] =
    ["", "zehn", "zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig"];
const SPANISH: [&str; 30] = [
    "cero",
    "uno",
    "dos",
    "tres",
    "cuatro",
    "cinco",
    "seis",
    "siete",
    "ocho",
    "nueve",
    "diez",
    "once",
    "doce",
    "trece",
    "catorce",
    "quince",
    "dieciséis",
    "diecisiete",
    "dieciocho",
    "diecinueve",
    "veinte",
    "veintiuno",
    "veintidós",
    "veintitrés",
    "veinticuatro",
    "veinticinco",
    "veintiséis",
    "veintisiete",
    "veintiocho",
    "veintinueve",
];
const SPANISH_TENS: [&str; 10] =
    ["", "diez", "veinte", "treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa"];
const SPANISH_HUNDREDS: [&str; 10] = [
    "",
    "ciento",
    "doscientos",
    "trescientos",
    "cuatrocientos",
    "quinientos",
    "seiscientos",
    "setecientos",
    "ochocientos",
    "novecientos",
];
const ENGLISH_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const GERMAN_MONTHS: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];
const SPANISH_MONTHS: [&str; 12] = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_words() {
        for (number, en, de, es) in [
            (0, "zero", "null", "cero"),
            (21, "twenty-one", "einundzwanzig", "veintiuno"),
            (40, "forty", "vierzig", "cuarenta"),
            (47, "forty-seven", "siebenundvierzig", "cuarenta y siete"),
            (100, "one hundred", "einhundert", "cien"),
            (115, "one hundred and fifteen", "einhundertfünfzehn", "ciento quince"),
            (999, "nine hundred and ninety-nine", "neunhundertneunundneunzig", "novecientos noventa y nueve"),
            (1_200, "one thousand two hundred", "eintausendzweihundert", "mil doscientos"),
        ] {
            let got =
                [Tongue::English, Tongue::German, Tongue::Spanish].map(|tongue| in_words(number, tongue));
            assert_eq!(got, [en, de, es]);
        }
    }

    #[test]
    fn groups_and_ordinals() {
        let got = [7, 999, 1_000, 1_234_567].map(|number| grouped(number, ','));
        assert_eq!(got, ["7", "999", "1,000", "1,234,567"]);
        let got = [1, 2, 3, 4, 11, 12, 13, 21, 22, 23, 31].map(ordinal);
        assert_eq!(got, ["st", "nd", "rd", "th", "th", "th", "th", "st", "nd", "rd", "st"]);
    }
}
