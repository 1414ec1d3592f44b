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

/// A folded word of up to sixteen letters as two numbers, the first letter lowest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Key {
    first: u64,
    second: u64,
}

impl Key {
    /// The key of a word that is folded already, of at most [`KEY_LETTERS`] letters.
    pub(super) const fn of(word: &str) -> Key {
        let bytes = word.as_bytes();
        let (mut key, mut at) = (Key { first: 0, second: 0 }, 0);
        while at < bytes.len() && at < KEY_LETTERS {
            if at < 8 {
                key.first |= (bytes[at] as u64) << (8 * at);
            } else {
                key.second |= (bytes[at] as u64) << (8 * (at - 8));
            }
            at += 1;
        }
        key
    }

    /// The first two letters.
    #[inline]
    pub(super) fn beginning(self) -> [u8; 2] {
        [self.first as u8, (self.first >> 8) as u8]
    }

    /// Its bits, mixed, for a table.
    #[inline]
    pub(super) fn mixed(self) -> u64 {
        // The multiplier is 2^64 over the golden ratio: Knuth, The Art of Computer Programming 3, 6.4.
        (self.first ^ self.second.rotate_left(29)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }
}

/// A word as it was read.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Letters {
    /// Its first letters.
    pub(super) key: Key,
    /// How many it has, at most what an `u32` holds.
    pub(super) count: u32,
    /// The byte behind it.
    pub(super) end: usize,
}

impl Letters {
    #[inline]
    fn push(&mut self, letter: u8) {
        match self.count {
            count @ 0..8 => self.key.first |= u64::from(letter) << (8 * count),
            count @ 8..16 => self.key.second |= u64::from(letter) << (8 * (count - 8)),
            _ => {}
        }
        self.count = self.count.saturating_add(1);
    }

    /// Reads letters from `at` on, folded; apostrophes between them and what nobody sees are passed over.
    #[inline]
    pub(super) fn read(text: &str, at: usize) -> Letters {
        let bytes = text.as_bytes();
        let (first, mut count) = run(bytes, at);
        let mut word = Letters { key: Key { first, second: 0 }, count, end: at + count as usize };
        if count == 8 {
            (word.key.second, count) = run(bytes, word.end);
            word.count += count;
            word.end += count as usize;
        }
        match bytes.get(word.end) {
            Some(byte) if *byte >= 0x80 || *byte == b'\'' || letter(*byte) != 0 => word.rest(text),
            _ => word,
        }
    }

    /// Reads on, character by character.
    fn rest(mut self, text: &str) -> Letters {
        let bytes = text.as_bytes();
        let mut at = self.end;
        while let Some(&byte) = bytes.get(at) {
            let (glyph, length) = match letter(byte) {
                0 if byte < 0x80 && byte != b'\'' => break,
                0 => match latin(bytes, at) {
                    0 => glyph(text, at),
                    folded => (Glyph::Letter(folded), 2),
                },
                folded => (Glyph::Letter(folded), 1),
            };
            at += length;
            match glyph {
                Glyph::Letter(folded) => self.push(folded),
                Glyph::Letters(first, second) => {
                    self.push(first);
                    self.push(second);
                }
                // Any letter of another script: no word of the lexicon has it.
                Glyph::Foreign => self.push(b'?'),
                Glyph::Nothing => continue,
                Glyph::Mark(b'\'') if bytes.get(at).is_some_and(|byte| letter(*byte) != 0) => continue,
                _ => break,
            }
            self.end = at;
        }
        self
    }
}

/// Up to eight letters from `at` on, folded, and how many: all bytes at once. None near the end of the text.
#[inline]
fn run(bytes: &[u8], at: usize) -> (u64, u32) {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let Some(eight) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) else { return (0, 0) };
    let small = u64::from_le_bytes(*eight) | (0x20 * EACH);
    // A byte's highest bit tells of the seven lower ones, set apart, whether they reach a bound; no sum carries over.
    let low = small & (0x7f * EACH);
    let from_a = low + (0x80 - u64::from(b'a')) * EACH;
    let after_z = low + (0x80 - u64::from(b'z') - 1) * EACH;
    let letters = from_a & !after_z & !small & (0x80 * EACH);
    let count = (!letters & (0x80 * EACH)).trailing_zeros() / 8;
    let kept = if count == 8 { u64::MAX } else { (1 << (8 * count)) - 1 };
    (small & kept, count)
}

/// The most letters of a word of the lexicon.
pub(super) const KEY_LETTERS: usize = 16;

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

/// The letters from U+00C0 to U+00FF, folded; 0 for what is none, or two.
const LATIN: [u8; 64] = *b"aaaaaa\0ceeeeiiii\0nooooo\0ouuuuy\0\0aaaaaa\0ceeeeiiii\0nooooo\0ouuuuy\0y";

/// The folded letter of two bytes, the commonest of those with an accent; 0 if they are none of them.
#[inline]
fn latin(bytes: &[u8], at: usize) -> u8 {
    match bytes.get(at..at + 2) {
        Some([0xc3, low]) => LATIN[usize::from(low & 0x3f)],
        _ => 0,
    }
}

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
    fn words_are_read_as_their_letters_whatever_stands_behind() {
        for word in [
            "a",
            "ab",
            "lamp",
            "machine",
            "machines",
            "espresso",
            "Espressomaschine",
            "verylongwordindeedyes",
        ] {
            for behind in [
                "",
                " ",
                ".",
                "0",
                "-x",
                "@ and more",
                "` and more",
                "[ and more",
                "{ and more",
                "\u{7f} and more",
            ] {
                let text = format!("{word}{behind}");
                let read = Letters::read(&text, 0);
                let key = Key::of(&word.to_lowercase());
                assert_eq!(
                    (read.key, read.count as usize, read.end),
                    (key, word.len(), word.len()),
                    "{text}"
                );
            }
        }
        for (text, word, end) in [
            ("don't stop now", "dont", 5),
            ("rock' n", "rock", 4),
            ("fu\u{308}nf Tage", "funf", 6),
            ("dreißig Tage", "dreissig", 8),
            ("zwölfeinhalb Tage", "zwolfeinhalb", 13),
            ("a\u{200b}b c", "ab", 5),
            ("a\u{200b} c", "a", 1),
        ] {
            let read = Letters::read(text, 0);
            assert_eq!((read.key, read.count as usize, read.end), (Key::of(word), word.len(), end), "{text}");
        }
    }

    #[test]
    fn the_short_way_for_accents_is_the_long_one() {
        for character in 'À'..='ÿ' {
            let text = character.to_string();
            let want = match wide(character) {
                Glyph::Letter(letter) => letter,
                _ => 0,
            };
            assert_eq!(latin(text.as_bytes(), 0), want, "{character}");
        }
    }

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
