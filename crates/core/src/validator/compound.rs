//! German numbers, which are one word however long they are: `siebenundvierzig`, `eintausendzweihundert`.

use super::letters::{Glyph, Letters, glyph};

/// What a German number in one word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A number.
    Plain,
    /// With a half more: `dreieinhalb`.
    AndAHalf,
    /// `dritte`.
    Ordinal,
}

/// Whether a word can be a German number in one word, by its length and its beginning.
#[inline]
pub(super) fn may_be_compound(word: &Letters) -> bool {
    (LEAST..=MOST).contains(&(word.count as usize)) && BEGINNINGS.contains(&word.key.beginning())
}

/// The value of a German number in one word, and what it is besides. `None` if it is no such number.
pub(super) fn compound(word: &str) -> Option<(u32, Form)> {
    let (buffer, count) = folded(word)?;
    let word = &buffer[..count];
    if let Some(value) = below_million(word) {
        return Some((value, Form::Plain));
    }
    if let Some(value) = word.strip_suffix(b"einhalb").and_then(below_million) {
        return Some((value, Form::AndAHalf));
    }
    let ending = ENDINGS.iter().find(|ending| word.ends_with(ending.as_bytes()))?;
    let stem = &word[..word.len() - ending.len()];
    let stem = stem.strip_suffix(b"s").filter(|stem| stem.ends_with(b"ig")).unwrap_or(stem);
    below_million(stem).map(|value| (value, Form::Ordinal))
}

/// The letters of a word, folded. `None` if the word cannot be a number.
fn folded(word: &str) -> Option<([u8; MOST], usize)> {
    let (mut buffer, mut count, mut at) = ([0; MOST], 0, 0);
    while at < word.len() {
        let (glyph, length) = glyph(word, at);
        let (first, second) = match glyph {
            Glyph::Letter(letter) => (letter, None),
            Glyph::Letters(first, second) => (first, Some(second)),
            Glyph::Nothing => {
                at += length;
                continue;
            }
            _ => return None,
        };
        for letter in std::iter::once(first).chain(second) {
            *buffer.get_mut(count)? = letter;
            count += 1;
        }
        at += length;
    }
    Some((buffer, count))
}

fn below_million(word: &[u8]) -> Option<u32> {
    split(word, b"tausend", below_thousand, 1_000)
}

fn below_thousand(word: &[u8]) -> Option<u32> {
    split(word, b"hundert", |word| UNITS.iter().find(|unit| unit.0 == word).map(|unit| unit.1), 100)
        .or_else(|| below_hundred(word))
}

/// A number with `name` in it: so many of them before it, or one, and the rest behind it.
fn split(word: &[u8], name: &[u8], before: impl Fn(&[u8]) -> Option<u32>, worth: u32) -> Option<u32> {
    let Some(at) = word.windows(name.len()).position(|window| window == name) else {
        return if worth == 1_000 { below_thousand(word) } else { None };
    };
    let many = if at == 0 { 1 } else { before(&word[..at])? };
    let rest = &word[at + name.len()..];
    let rest = rest.strip_prefix(b"und").unwrap_or(rest);
    let rest = match rest {
        [] => 0,
        rest if worth == 1_000 => below_thousand(rest)?,
        rest => below_hundred(rest)?,
    };
    Some(many * worth + rest)
}

fn below_hundred(word: &[u8]) -> Option<u32> {
    let of =
        |list: &[(&[u8], u32)], word: &[u8]| list.iter().find(|known| known.0 == word).map(|known| known.1);
    if let Some(value) = of(UNITS, word).or_else(|| of(TEENS, word)).or_else(|| of(TENS, word)) {
        return Some(value);
    }
    let at = word.windows(3).position(|window| window == b"und")?;
    let (unit, tens) = (of(UNITS, &word[..at])?, of(TENS, &word[at + 3..])?);
    Some(tens + unit)
}

/// How number words begin.
const BEGINNINGS: [[u8; 2]; 13] =
    [*b"ei", *b"zw", *b"dr", *b"vi", *b"fu", *b"se", *b"si", *b"ac", *b"ne", *b"ze", *b"el", *b"hu", *b"ta"];
const UNITS: &[(&[u8], u32)] = &[
    (b"ein", 1),
    (b"eins", 1),
    (b"zwei", 2),
    (b"zwo", 2),
    (b"drei", 3),
    (b"vier", 4),
    (b"funf", 5),
    (b"fuenf", 5),
    (b"sechs", 6),
    (b"sieben", 7),
    (b"acht", 8),
    (b"neun", 9),
];
const TEENS: &[(&[u8], u32)] = &[
    (b"zehn", 10),
    (b"elf", 11),
    (b"zwolf", 12),
    (b"zwoelf", 12),
    (b"dreizehn", 13),
    (b"vierzehn", 14),
    (b"funfzehn", 15),
    (b"fuenfzehn", 15),
    (b"sechzehn", 16),
    (b"siebzehn", 17),
    (b"achtzehn", 18),
    (b"neunzehn", 19),
];
const TENS: &[(&[u8], u32)] = &[
    (b"zwanzig", 20),
    (b"dreissig", 30),
    (b"vierzig", 40),
    (b"funfzig", 50),
    (b"fuenfzig", 50),
    (b"sechzig", 60),
    (b"siebzig", 70),
    (b"achtzig", 80),
    (b"neunzig", 90),
];
/// How ordinals end: `zehnte`, `zwanzigsten`.
const ENDINGS: [&str; 4] = ["ten", "ter", "tes", "te"];
/// The fewest letters of a number that no list of words has.
const LEAST: usize = 7;
/// The most letters of a number below a million.
const MOST: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_one_word() {
        for (word, want) in [
            ("siebenundvierzig", Some((47, Form::Plain))),
            ("Einundzwanzig", Some((21, Form::Plain))),
            ("dreißig", Some((30, Form::Plain))),
            ("dreissig", Some((30, Form::Plain))),
            ("fünfzehn", Some((15, Form::Plain))),
            ("fu\u{308}nfzehn", Some((15, Form::Plain))),
            ("fuenfzig", Some((50, Form::Plain))),
            ("einhundertfünfzehn", Some((115, Form::Plain))),
            ("hundertundzwei", Some((102, Form::Plain))),
            ("neunhundertneunundneunzig", Some((999, Form::Plain))),
            ("eintausendzweihundert", Some((1_200, Form::Plain))),
            ("zweihundertfünfzigtausend", Some((250_000, Form::Plain))),
            ("tausendeins", Some((1_001, Form::Plain))),
            ("dreizehnte", Some((13, Form::Ordinal))),
            ("einundzwanzigsten", Some((21, Form::Ordinal))),
            ("zwanzigster", Some((20, Form::Ordinal))),
            ("dreißigsten", Some((30, Form::Ordinal))),
            ("dreieinhalb", Some((3, Form::AndAHalf))),
            ("eineinhalb", Some((1, Form::AndAHalf))),
            ("vierzigund", None),
            ("hundertelfe", None),
            ("einladung", None),
            ("achtung", None),
            ("sechsundsechs", None),
            ("viertausendtausend", None),
        ] {
            assert_eq!(compound(word), want, "{word}");
            assert!(may_be_compound(&Letters::read(word, 0)) || want.is_none(), "{word}");
        }
    }
}
