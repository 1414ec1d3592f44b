//! Cuts a reply into tokens: words that mean something, figures, codes, marks. One pass from left to right; the only looking
//! ahead is over what follows a single token, by at most [`AHEAD`] bytes.

use super::compound::{Form, compound, may_be_compound};
use super::figure::{Figure, Groups};
use super::letters::{Glyph, KEY_LETTERS, Key, Letters, glyph, letter};
use super::lexicon::{LEXICON, Lexicon, Meaning, Tongue};

/// A piece of a reply, from byte `at` to before byte `end`. No token is empty.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) at: u32,
    pub(super) end: u32,
    pub(super) what: What,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// A word of the lexicon.
    Word(u16),
    /// Any other word.
    Plain,
    /// A German number in one word.
    Compound { value: u32, form: Form },
    /// A number in digits, by its place among the figures.
    Figure(u32),
    /// Letters with digits, such as the number of an order: how many digits, at most 255.
    Code(u8),
    /// `a.m.`, or `p.m.`
    Meridiem { pm: bool },
    /// Where a sentence ends, as far as marks tell.
    Stop,
    /// Another mark.
    Mark(u8),
}

/// A reply in pieces.
#[derive(Debug)]
pub(super) struct Scan {
    pub(super) tokens: Vec<Token>,
    pub(super) figures: Vec<Figure>,
    pub(super) language: Tongue,
}

/// Cuts a text into tokens. Of a text of more than 4 GiB only so much is read.
pub(super) fn scan(text: &str) -> Scan {
    let mut most = text.len().min(u32::MAX as usize);
    while !text.is_char_boundary(most) {
        most -= 1;
    }
    let text = &text[..most];
    let mut scanner = Scanner {
        text,
        bytes: text.as_bytes(),
        at: 0,
        lexicon: &LEXICON,
        tokens: Vec::with_capacity(text.len() / 4 + 8),
        figures: Vec::new(),
        votes: [0; 4],
    };
    scanner.all();
    let [english, german, spanish, _] = scanner.votes;
    let language = match () {
        () if german > english && german >= spanish => Tongue::German,
        () if spanish > english => Tongue::Spanish,
        () if english == 0 => Tongue::Unknown,
        () => Tongue::English,
    };
    Scan { tokens: scanner.tokens, figures: scanner.figures, language }
}

struct Scanner<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    lexicon: &'static Lexicon,
    tokens: Vec<Token>,
    figures: Vec<Figure>,
    /// Words that only one language has, and last all others of the lexicon.
    votes: [u32; 4],
}

impl Scanner<'_> {
    fn all(&mut self) {
        while let Some(&byte) = self.bytes.get(self.at) {
            if letter(byte) != 0 {
                self.word();
                continue;
            }
            if byte == b' ' {
                self.at += 1;
                continue;
            }
            if byte.is_ascii_digit() {
                self.figure();
                continue;
            }
            if byte.is_ascii_punctuation() {
                self.mark(byte, 1);
                continue;
            }
            match glyph(self.text, self.at) {
                (Glyph::Letter(_) | Glyph::Letters(..) | Glyph::Foreign, _) => self.word(),
                (Glyph::Digit(_), _) => self.figure(),
                (Glyph::Mark(mark), length) => self.mark(mark, length),
                (Glyph::Space | Glyph::Narrow | Glyph::Nothing, length) => self.at += length,
            }
        }
    }

    #[inline]
    fn push(&mut self, at: usize, end: usize, what: What) {
        self.tokens.push(Token { at: at as u32, end: end as u32, what });
    }

    fn mark(&mut self, mark: u8, length: usize) {
        let (at, end) = (self.at, self.at + length);
        self.at = end;
        let what = if matches!(mark, b'.' | b'!' | b'?' | b'\n') { What::Stop } else { What::Mark(mark) };
        match self.tokens.last_mut() {
            // A run of the same marks is one.
            Some(last) if last.what == what && last.end as usize == at && mark != b'-' => {
                last.end = end as u32;
            }
            _ => self.push(at, end, what),
        }
    }

    fn is_letter(&self, at: usize) -> bool {
        self.bytes.get(at).is_some_and(|byte| letter(*byte) != 0)
    }

    fn is_digit(&self, at: usize) -> bool {
        self.bytes.get(at).is_some_and(u8::is_ascii_digit)
    }

    fn word(&mut self) {
        let start = self.at;
        let word = Letters::read(self.text, start);
        self.at = word.end;
        let next = self.bytes.get(word.end).copied().unwrap_or(b' ');
        let id = if word.count as usize <= KEY_LETTERS { self.lexicon.find(word.key) } else { None };
        if next.is_ascii_digit() || next == b'-' || next == b'_' || next == b'.' || next == b':' {
            if self.is_code(start, word, id) {
                return self.code(start);
            }
            if next == b'.' && word.count == 1 && self.meridiem(start) {
                return;
            }
            if next == b':' && self.bytes[word.end..].starts_with(b"://") {
                return self.address(start);
            }
        }
        let Some(id) = id else { return self.unknown(start, word) };
        self.votes[self.lexicon.only(id) as usize] += 1;
        // `sé`, and not `se`: the accent makes the word.
        let lost_accent = word.key == SE && word.end - start == 2;
        self.push(start, word.end, if lost_accent { What::Plain } else { What::Word(id) });
        if next == b'.' && word.count <= 6 {
            self.abbreviation(id);
        }
    }

    /// A word that the lexicon does not have: a German number, perhaps.
    #[inline]
    fn unknown(&mut self, start: usize, word: Letters) {
        let what = if may_be_compound(&word) { self.compound(start, &word) } else { What::Plain };
        self.push(start, word.end, what);
    }

    #[cold]
    fn compound(&mut self, start: usize, word: &Letters) -> What {
        match compound(&self.text[start..word.end]) {
            Some((value, form)) => {
                self.votes[Tongue::German as usize] += 1;
                What::Compound { value, form }
            }
            None => What::Plain,
        }
    }

    /// Whether the letters from `start` on begin a code such as `ORD-48123`, `AB12` or `ORD-X-1`.
    #[cold]
    fn is_code(&self, start: usize, word: Letters, id: Option<u16>) -> bool {
        let meaning = id.map_or(Meaning::None, |id| self.lexicon.any(id));
        let is_currency = matches!(meaning, Meaning::Currency(_));
        let Some(&next) = self.bytes.get(word.end) else { return false };
        if next.is_ascii_digit() {
            return !is_currency && meaning != Meaning::Hours;
        }
        if next != b'-' && next != b'_' {
            return false;
        }
        let loud = self.bytes[start..word.end].iter().all(u8::is_ascii_uppercase);
        if self.is_digit(word.end + 1) {
            return (loud || id.is_none()) && !is_currency;
        }
        let rest = &self.bytes[word.end..self.bytes.len().min(word.end + AHEAD)];
        let of_code =
            |byte: &&u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
        loud && rest.iter().take_while(of_code).any(u8::is_ascii_digit)
    }

    /// Reads the rest of a code.
    #[cold]
    fn code(&mut self, start: usize) {
        let mut digits = self.bytes[start..self.at].iter().filter(|byte| byte.is_ascii_digit()).count();
        while let Some(&byte) = self.bytes.get(self.at) {
            let joins =
                (byte == b'-' || byte == b'_') && (self.is_digit(self.at + 1) || self.is_letter(self.at + 1));
            if !byte.is_ascii_alphanumeric() && !joins {
                break;
            }
            digits += usize::from(byte.is_ascii_digit());
            self.at += 1;
        }
        self.push(start, self.at, What::Code(digits.min(255) as u8));
    }

    /// Reads `a.m.` or `p.m.`, where the `a` or `p` at `start` is read already.
    #[cold]
    fn meridiem(&mut self, start: usize) -> bool {
        let is_pm = match letter(self.bytes[start]) {
            b'a' => false,
            b'p' => true,
            _ => return false,
        };
        let mut at = self.at + 1 + usize::from(self.bytes.get(self.at + 1) == Some(&b' '));
        if self.bytes.get(at).is_none_or(|byte| letter(*byte) != b'm') || self.is_letter(at + 1) {
            return false;
        }
        at += 1;
        self.push(start, at, What::Meridiem { pm: is_pm });
        self.at = at;
        if self.bytes.get(at) == Some(&b'.') && !self.ends_a_sentence(at + 1) {
            self.at += 1;
        }
        true
    }

    /// Whether a sentence begins at `at`, after a point, or the text ends.
    fn ends_a_sentence(&self, at: usize) -> bool {
        match self.bytes[at.min(self.bytes.len())..] {
            [] => true,
            [b' ', next, ..] => next.is_ascii_uppercase() || next >= 0x80,
            [b'\n', ..] => true,
            _ => false,
        }
    }

    /// Passes over the point of an abbreviation such as `ca.`, `Nr.` or `Mio.`
    #[cold]
    fn abbreviation(&mut self, id: u16) {
        let next = self.bytes.get(self.at + 1).copied().unwrap_or(b' ');
        let next = if next == b' ' { self.bytes.get(self.at + 2).copied().unwrap_or(b' ') } else { next };
        let before_figure = next.is_ascii_digit() || matches!(next, b'$' | b'#' | 0xc2 | 0xe2);
        let passes = match self.lexicon.any(id) {
            Meaning::About | Meaning::NumberSign | Meaning::Month(_) | Meaning::Hours => before_figure,
            Meaning::Million | Meaning::Billion | Meaning::Thousand => {
                before_figure || next.is_ascii_alphabetic()
            }
            _ => false,
        };
        self.at += usize::from(passes);
    }

    /// Passes over an address of the web.
    #[cold]
    fn address(&mut self, start: usize) {
        let rest = &self.bytes[self.at..];
        self.at += rest.iter().position(u8::is_ascii_whitespace).unwrap_or(rest.len());
        self.push(start, self.at, What::Plain);
    }

    fn figure(&mut self) {
        let start = self.at;
        let (mut groups, mut mark) = (Groups::default(), 0);
        let mut count = 0;
        loop {
            let (value, digits) = self.digits();
            groups.push(value, digits, mark);
            count += 1;
            let Some((next, length)) = self.joint() else { break };
            (mark, self.at) = (next, self.at + length);
        }
        let digits = self.at - start;
        if count == 1
            && (self.is_letter(self.at) && self.digits_begin_a_code(start) || self.letters_end_it(digits))
        {
            return self.code(start);
        }
        self.push(start, self.at, What::Figure(self.figures.len() as u32));
        self.figures.push(groups.finish());
    }

    /// Reads digits: their value, at most the largest number, and how many.
    fn digits(&mut self) -> (u64, u8) {
        let (mut value, mut count) = (0u64, 0u8);
        while let Some(&byte) = self.bytes.get(self.at) {
            let (digit, length) = if byte.is_ascii_digit() {
                (byte - b'0', 1)
            } else if byte < 0x80 {
                break;
            } else {
                match glyph(self.text, self.at) {
                    (Glyph::Digit(digit), length) => (digit, length),
                    (Glyph::Nothing, length) if self.digit_at(self.at + length).is_some() => {
                        self.at += length;
                        continue;
                    }
                    _ => break,
                }
            };
            value = value.saturating_mul(10).saturating_add(digit.into());
            count = count.saturating_add(1);
            self.at += length;
        }
        (value, count)
    }

    fn digit_at(&self, at: usize) -> Option<u8> {
        match self.bytes.get(at)? {
            byte if byte.is_ascii_digit() => Some(byte - b'0'),
            byte if *byte < 0x80 => None,
            _ => match glyph(self.text, at) {
                (Glyph::Digit(digit), _) => Some(digit),
                _ => None,
            },
        }
    }

    /// A mark inside of a number: what stands here, if a digit follows it.
    fn joint(&self) -> Option<(u8, usize)> {
        let byte = *self.bytes.get(self.at)?;
        if byte == b' ' {
            return None;
        }
        let (mark, length) = match glyph(self.text, self.at) {
            (Glyph::Mark(mark @ (b'.' | b',' | b'\'')), length) => (mark, length),
            (Glyph::Narrow, length) => (b' ', length),
            _ => return None,
        };
        self.digit_at(self.at + length)?;
        // Only groups of three stand apart by a space.
        let three = (0..3).all(|place| self.is_digit(self.at + length + place));
        let four = self.is_digit(self.at + length + 3);
        (mark != b' ' || three && !four).then_some((mark, length))
    }

    /// Whether digits go on with a hyphen and capital letters, as in `48123-AB`.
    fn letters_end_it(&self, digits: usize) -> bool {
        let rest = &self.bytes[self.at..self.bytes.len().min(self.at + AHEAD)];
        let Some((b'-', rest)) = rest.split_first() else { return false };
        let capitals = rest.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
        digits >= 3 && capitals > 0 && rest.get(capitals).is_none_or(|byte| letter(*byte) == 0)
    }

    /// Whether digits and the letters right behind them are a code, and not a number with its unit.
    fn digits_begin_a_code(&self, start: usize) -> bool {
        let end = self.bytes.len().min(self.at + AHEAD);
        let run = self.bytes[self.at..end].iter().take_while(|byte| letter(**byte) != 0).count();
        let digit_follows = self.is_digit(self.at + run);
        let known = run <= KEY_LETTERS && self.lexicon.find(Letters::read(self.text, self.at).key).is_some();
        let is_unit = known || (run <= 2 && self.at - start <= 4);
        let is_hour = run == 1 && letter(self.bytes[self.at]) == b'h';
        !is_unit || (digit_follows && !is_hour)
    }
}

/// The most bytes that are looked at behind a token.
const AHEAD: usize = 24;
/// `se`.
const SE: Key = Key::of("se");
