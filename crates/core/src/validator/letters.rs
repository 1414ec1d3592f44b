//! What a character is to the validator, and how letters are folded: small, without accent.
//!
//! Text comes as people and models write it: digits may be full-width or Arabic, spaces may be narrow or unbreakable, an
//! accent may be a character of its own, and zero-width characters may stand anywhere. All that is made plain here, one
//! character at a time and without looking back.

/// A character, made plain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Glyph {
    /// A folded letter.
    Letter(u8),
    /// Two, such as `ss`.
    Letters(u8, u8),
    /// A letter of another script.
    Foreign,
    Digit(u8),
    Space,
    /// A space that stands inside of numbers.
    Narrow,
    /// Punctuation, as ASCII has it; currencies as `$`, `€` (`E`), `£` (`L`) and `¥` (`Y`).
    Mark(u8),
    /// Nothing that one sees.
    Nothing,
}

/// What an ASCII character is: a folded letter, or 0.
const LETTERS: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = b'a';
    while byte <= b'z' {
        table[byte as usize] = byte;
        table[byte.to_ascii_uppercase() as usize] = byte;
        byte += 1;
    }
    table
};

/// The folded letter of a byte; 0 if it is none of ASCII.
#[inline]
pub(super) fn letter(byte: u8) -> u8 {
    LETTERS[byte as usize]
}

/// The character that begins at `at`, made plain, and its length in bytes. `at` is a boundary inside the text.
#[inline]
pub(super) fn glyph(text: &str, at: usize) -> (Glyph, usize) {
    let byte = text.as_bytes()[at];
    if byte < 0x80 {
        return (ascii(byte), 1);
    }
    let character = text[at..].chars().next().unwrap_or(' ');
    (wide(character), character.len_utf8())
}

#[inline]
fn ascii(byte: u8) -> Glyph {
    match byte {
        b'0'..=b'9' => Glyph::Digit(byte - b'0'),
        b' ' | b'\t' => Glyph::Space,
        _ if LETTERS[byte as usize] != 0 => Glyph::Letter(LETTERS[byte as usize]),
        b'\n' | b'\r' => Glyph::Mark(b'\n'),
        0..b' ' | 0x7f => Glyph::Nothing,
        _ => Glyph::Mark(byte),
    }
}

fn wide(character: char) -> Glyph {
    match character {
        'à'..='å' | 'À'..='Å' | 'ā' | 'ă' | 'ą' => Glyph::Letter(b'a'),
        'è'..='ë' | 'È'..='Ë' | 'ę' | 'ē' => Glyph::Letter(b'e'),
        'ì'..='ï' | 'Ì'..='Ï' => Glyph::Letter(b'i'),
        'ò'..='ö' | 'Ò'..='Ö' | 'ø' | 'Ø' => Glyph::Letter(b'o'),
        'ù'..='ü' | 'Ù'..='Ü' => Glyph::Letter(b'u'),
        'ñ' | 'Ñ' => Glyph::Letter(b'n'),
        'ç' | 'Ç' => Glyph::Letter(b'c'),
        'ý' | 'ÿ' | 'Ý' => Glyph::Letter(b'y'),
        'ß' | 'ẞ' => Glyph::Letters(b's', b's'),
        'æ' | 'Æ' => Glyph::Letters(b'a', b'e'),
        'œ' | 'Œ' => Glyph::Letters(b'o', b'e'),
        '\u{a0}' | '\u{2007}' | '\u{2009}' | '\u{202f}' => Glyph::Narrow,
        '\u{1680}' | '\u{2000}'..='\u{2008}' | '\u{200a}' | '\u{205f}' | '\u{3000}' => Glyph::Space,
        '\u{85}' | '\u{2028}' | '\u{2029}' => Glyph::Mark(b'\n'),
        '\u{ad}'
        | '\u{300}'..='\u{36f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' => Glyph::Nothing,
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' => Glyph::Mark(b'-'),
        '\u{2018}' | '\u{2019}' | '\u{02bc}' | '\u{ff07}' => Glyph::Mark(b'\''),
        '\u{201c}'..='\u{201f}' | '«' | '»' => Glyph::Mark(b'"'),
        '€' => Glyph::Mark(b'E'),
        '£' => Glyph::Mark(b'L'),
        '¥' => Glyph::Mark(b'Y'),
        '٫' => Glyph::Mark(b'.'),
        '٬' => Glyph::Mark(b','),
        '٪' => Glyph::Mark(b'%'),
        '。' => Glyph::Mark(b'.'),
        '…' => Glyph::Mark(b'.'),
        // Full-width forms are ASCII at another place.
        '\u{ff01}'..='\u{ff5e}' => ascii((character as u32 - 0xfee0) as u8),
        '\u{0660}'..='\u{0669}' => Glyph::Digit((character as u32 - 0x0660) as u8),
        '\u{06f0}'..='\u{06f9}' => Glyph::Digit((character as u32 - 0x06f0) as u8),
        '\u{0966}'..='\u{096f}' => Glyph::Digit((character as u32 - 0x0966) as u8),
        _ if character.is_alphabetic() => Glyph::Foreign,
        _ if character.is_whitespace() => Glyph::Space,
        _ => Glyph::Mark(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_made_plain() {
        for (text, want) in [
            ("a", Glyph::Letter(b'a')),
            ("Ü", Glyph::Letter(b'u')),
            ("ß", Glyph::Letters(b's', b's')),
            ("７", Glyph::Digit(7)),
            ("٣", Glyph::Digit(3)),
            ("％", Glyph::Mark(b'%')),
            ("–", Glyph::Mark(b'-')),
            ("\u{a0}", Glyph::Narrow),
            ("\u{200b}", Glyph::Nothing),
            ("\u{301}", Glyph::Nothing),
            ("Ж", Glyph::Foreign),
            ("\u{0}", Glyph::Nothing),
        ] {
            assert_eq!(glyph(text, 0), (want, text.len()), "{text:?}");
        }
    }
}
