//! How many tokens a text has: the world's own count, which is the truth of its provider.
//!
//! Real tokenizers differ from model to model, and some are secret. This one is a rule that fits on a page, the same on
//! every machine, and near the published rules of thumb: about four characters, or three quarters of an English word, to
//! a token (OpenAI, "What are tokens and how to count them?").
//!
//! | run of characters | tokens |
//! |---|---|
//! | letters | one for every seven or part of it; a Latin letter beyond ASCII counts as two, one of another script as seven |
//! | digits | one for every three or part of it (the pattern of `cl100k_base` cuts numbers so) |
//! | a line break, with all space around it | one |
//! | other space | none: it belongs to what follows |
//! | any other character | one |
//!
//! Runs do not reach over a change of kind, so the count of two texts side by side is the sum of theirs wherever no run
//! goes on from one to the other. That is why a prompt can be counted phrase by phrase without being written.

/// The tokens of `text`.
///
/// ```
/// use rushhour_world::tokens::count;
/// assert_eq!(count("The espresso machine costs $1,234.50."), 12);
/// assert_eq!(count("47,15 €"), 4);
/// assert_eq!(count("Öffnungszeiten"), 3); // the Ö counts as two of 15 letters
/// assert_eq!(count("営業時間"), 4);
/// ```
pub fn count(text: &str) -> u64 {
    lengths(text).0
}

/// Tokens and characters of a text.
pub(crate) fn lengths(text: &str) -> (u64, u64) {
    match text.is_ascii() {
        true => (count_ascii(text.as_bytes()), text.len() as u64),
        false => (count_any(text), text.chars().count() as u64),
    }
}

/// Tokens by runs of bytes, for texts that have no other characters.
fn count_ascii(bytes: &[u8]) -> u64 {
    let (mut tokens, mut rest) = (0, bytes);
    let run = |bytes: &[u8], belongs: fn(u8) -> bool| {
        bytes.iter().position(|byte| !belongs(*byte)).unwrap_or(bytes.len())
    };
    while let [first, ..] = rest {
        let (length, counts) = match first {
            b'a'..=b'z' | b'A'..=b'Z' => {
                let length = run(rest, |byte| byte.is_ascii_alphabetic());
                (length, (length as u64).div_ceil(LETTERS))
            }
            b'0'..=b'9' => {
                let length = run(rest, |byte| byte.is_ascii_digit());
                (length, (length as u64).div_ceil(3))
            }
            // A break takes the space after it along, and further breaks.
            b'\n' => (run(rest, is_space), 1),
            byte if is_space(*byte) => (1, 0),
            _ => (1, 1),
        };
        tokens += counts;
        rest = &rest[length..];
    }
    tokens
}

/// White space of ASCII, as `char::is_whitespace` has it.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

fn count_any(text: &str) -> u64 {
    let (mut tokens, mut kind, mut weight) = (0, Kind::Space, 0);
    for character in text.chars() {
        let next = Kind::of(character);
        if next != kind && !(kind == Kind::Break && next == Kind::Space) {
            tokens += kind.tokens(weight);
            (kind, weight) = (next, 0);
        }
        weight += kind.weight(character);
    }
    tokens + kind.tokens(weight)
}

/// The longest beginning of `text` that has at most so many tokens. It has exactly so many if the text has as many: no
/// character counts for more than one.
///
/// ```
/// use rushhour_world::tokens::prefix;
/// assert_eq!(prefix("It costs $1,234.50.", 4), "It costs $1");
/// assert_eq!(prefix("abcdefghij", 1), "abcdefg");
/// assert_eq!(prefix("short", 9), "short");
/// ```
pub fn prefix(text: &str, most: u64) -> &str {
    let (mut tokens, mut kind, mut weight) = (0, Kind::Space, 0);
    for (place, character) in text.char_indices() {
        let next = Kind::of(character);
        if next != kind && !(kind == Kind::Break && next == Kind::Space) {
            tokens += kind.tokens(weight);
            (kind, weight) = (next, 0);
        }
        weight += kind.weight(character);
        if tokens + kind.tokens(weight) > most {
            return &text[..place];
        }
    }
    text
}

/// Where each token of `text` ends, in bytes: so many ends as [`count`] says, if there are any, the last of them at the end of
/// the text. A text of nothing but space is one piece without a token.
///
/// ```
/// use rushhour_world::tokens::ends;
/// assert_eq!(ends("the espresso, 1234"), [3, 11, 12, 13, 17, 18]);
/// ```
pub fn ends(text: &str) -> Vec<usize> {
    let (mut ends, mut kind, mut weight) = (Vec::new(), Kind::Space, 0);
    // Where the space right before the present character began: a token begins with it.
    let (mut space_from, mut begun) = (None, false);
    for (at, character) in text.char_indices() {
        let next = Kind::of(character);
        if next != kind && !(kind == Kind::Break && next == Kind::Space) {
            (kind, weight) = (next, 0);
        }
        if kind == Kind::Space {
            space_from = space_from.or(Some(at));
            continue;
        }
        let before = kind.tokens(weight);
        weight += kind.weight(character);
        let from = space_from.take().unwrap_or(at);
        if kind.tokens(weight) > before && std::mem::replace(&mut begun, true) {
            ends.push(from);
        }
    }
    if begun || !text.is_empty() {
        ends.push(text.len());
    }
    ends
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Letter,
    Digit,
    Space,
    Break,
    Other,
}

impl Kind {
    fn of(character: char) -> Kind {
        match character {
            'a'..='z' | 'A'..='Z' => Kind::Letter,
            '0'..='9' => Kind::Digit,
            '\n' => Kind::Break,
            _ if character.is_whitespace() => Kind::Space,
            _ if character.is_alphabetic() => Kind::Letter,
            _ => Kind::Other,
        }
    }

    fn weight(self, character: char) -> u64 {
        match (self, u32::from(character)) {
            (Kind::Letter, 0..0x80) => 1,
            (Kind::Letter, 0x80..0x250) => 2,
            (Kind::Letter, _) => LETTERS,
            _ => 1,
        }
    }

    fn tokens(self, weight: u64) -> u64 {
        match self {
            Kind::Letter => weight.div_ceil(LETTERS),
            Kind::Digit => weight.div_ceil(3),
            Kind::Space => 0,
            Kind::Break => 1.min(weight),
            Kind::Other => weight,
        }
    }
}

/// Letters of one token.
const LETTERS: u64 = 7;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn runs_and_what_they_count() {
        for (text, tokens) in [
            ("", 0),
            ("   ", 0),
            ("word", 1),
            ("lettered", 2),
            ("a b  c", 3),
            ("1234567", 3),
            ("a1", 2),
            ("...", 3),
            ("one\ntwo", 3),
            ("one \n\n  two", 3),
            ("é", 1),
            ("ééé é", 2),
            ("привет", 6),
        ] {
            assert_eq!(count(text), tokens, "{text:?}");
        }
    }

    /// English prose, of which the published rule says four characters a token.
    #[test]
    fn english_has_about_four_characters_a_token() {
        let prose = "We open at nine in the morning and close at six, except on Sundays. If you would like to return \
                     something, please bring the receipt within thirty days; we will refund the full amount to the \
                     card that you paid with. Delivery takes three to five working days and is free above fifty dollars.";
        let each = prose.chars().count() as f64 / count(prose) as f64;
        assert!((3.6..4.8).contains(&each), "{each} characters a token");
    }

    proptest! {
        #![proptest_config(crate::fixed_cases(500))]

        #[test]
        fn bytes_and_characters_count_alike(text in "[a-c0-2 \t\n\r\x0b.\u{1c}-]{0,40}") {
            prop_assert_eq!(count_ascii(text.as_bytes()), count_any(&text), "{:?}", text);
        }

        #[test]
        fn any_number_of_tokens_can_be_cut_off(text in "\\PC{0,60}", most in 0u64..40) {
            let whole = count(&text);
            let cut = prefix(&text, most);
            prop_assert!(text.starts_with(cut));
            prop_assert_eq!(count(cut), most.min(whole));
        }

        #[test]
        fn a_text_has_as_many_ends_as_tokens(text in "(\\PC|[a-z]{1,20}|[ \n]){0,60}") {
            let found = ends(&text);
            prop_assert_eq!(found.len() as u64, count(&text).max(u64::from(!text.is_empty())), "{:?}", text);
            prop_assert!(found.is_sorted_by(|a, b| a < b), "{:?} {:?}", text, found);
            prop_assert_eq!(found.last().copied().unwrap_or(0), text.len());
        }

        #[test]
        fn texts_with_a_space_between_them_add_up(left in "\\PC{0,40}", right in "\\PC{0,40}") {
            prop_assert_eq!(count(&format!("{left} {right}")), count(&left) + count(&right));
        }
    }
}
