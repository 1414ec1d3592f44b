//! Numbers in digits and in words, and the names of months.

use crate::words::book::Tongue;

/// A number in digits, at least so many.
pub(super) fn digits(number: u64, least: usize, to: &mut String) {
    let (text, begins) = decimal(number);
    let begins = begins.min(text.len() - least);
    text[begins..].iter().for_each(|digit| to.push(char::from(*digit)));
}

/// A number with a mark between groups of three digits.
pub(super) fn grouped(number: u64, mark: char, to: &mut String) {
    let (text, begins) = decimal(number);
    for (place, digit) in text.iter().enumerate().skip(begins) {
        if place > begins && (text.len() - place).is_multiple_of(3) {
            to.push(mark);
        }
        to.push(char::from(*digit));
    }
}

/// The digits of a number, at the end of a row of zeros, and where they begin.
fn decimal(number: u64) -> ([u8; 20], usize) {
    let (mut text, mut begins, mut rest) = ([b'0'; 20], 20, number);
    while rest > 0 {
        begins -= 1;
        text[begins] += (rest % 10) as u8;
        rest /= 10;
    }
    (text, begins.min(19))
}

/// A number below a million in words.
pub(super) fn in_words(number: u64, tongue: Tongue, to: &mut String) {
    match tongue {
        Tongue::English => english(number, to),
        Tongue::German => german(number, to),
        Tongue::Spanish => spanish(number, to),
    }
}

fn english(number: u64, to: &mut String) {
    match number {
        0..20 => to.push_str(ENGLISH[number as usize]),
        20..100 => {
            to.push_str(ENGLISH_TENS[number as usize / 10]);
            rest("-", number % 10, english, to);
        }
        100..1_000 => {
            english(number / 100, to);
            to.push_str(" hundred");
            rest(" and ", number % 100, english, to);
        }
        _ => {
            english(number / 1_000, to);
            to.push_str(" thousand");
            rest(" ", number % 1_000, english, to);
        }
    }
}

/// `rest` in words, unless it is zero.
fn rest(by: &str, rest: u64, words: fn(u64, &mut String), to: &mut String) {
    if rest > 0 {
        to.push_str(by);
        words(rest, to);
    }
}

fn german(number: u64, to: &mut String) {
    let one_before =
        |number: u64, to: &mut String| if number == 1 { to.push_str("ein") } else { german(number, to) };
    match number {
        0..20 => to.push_str(GERMAN[number as usize]),
        20..100 => {
            if !number.is_multiple_of(10) {
                one_before(number % 10, to);
                to.push_str("und");
            }
            to.push_str(GERMAN_TENS[number as usize / 10]);
        }
        100..1_000 => {
            one_before(number / 100, to);
            to.push_str("hundert");
            rest("", number % 100, german, to);
        }
        _ => {
            one_before(number / 1_000, to);
            to.push_str("tausend");
            rest("", number % 1_000, german, to);
        }
    }
}

fn spanish(number: u64, to: &mut String) {
    match number {
        0..30 => to.push_str(SPANISH[number as usize]),
        30..100 => {
            to.push_str(SPANISH_TENS[number as usize / 10]);
            rest(" y ", number % 10, spanish, to);
        }
        100 => to.push_str("cien"),
        101..1_000 => {
            to.push_str(SPANISH_HUNDREDS[number as usize / 100]);
            rest(" ", number % 100, spanish, to);
        }
        _ => {
            if number >= 2_000 {
                spanish(number / 1_000, to);
                to.push(' ');
            }
            to.push_str("mil");
            rest(" ", number % 1_000, spanish, to);
        }
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
            let got = [Tongue::English, Tongue::German, Tongue::Spanish].map(|tongue| {
                let mut text = String::new();
                in_words(number, tongue, &mut text);
                text
            });
            assert_eq!(got, [en, de, es]);
        }
    }

    #[test]
    fn groups_and_ordinals() {
        let mut text = String::new();
        for number in [0, 7, 999, 1_000, 1_234_567] {
            grouped(number, ',', &mut text);
            text.push(' ');
        }
        digits(7, 2, &mut text);
        digits(0, 1, &mut text);
        digits(u64::MAX, 1, &mut text);
        assert_eq!(text, format!("0 7 999 1,000 1,234,567 070{}", u64::MAX));
        let got = [1, 2, 3, 4, 11, 12, 13, 21, 22, 23, 31].map(ordinal);
        assert_eq!(got, ["st", "nd", "rd", "th", "th", "th", "th", "st", "nd", "rd", "st"]);
    }
}
