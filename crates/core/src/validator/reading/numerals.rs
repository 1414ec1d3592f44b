//! Numbers, in digits and in words: `1.5 million`, `one hundred and twenty`, `treinta y cinco`, `vier Komma zwei`.

use super::Reader;
use crate::validator::compound::Form;
use crate::validator::figure::{ONE, Shape};
use crate::validator::lexicon::{Meaning, Tongue};
use crate::validator::scan::What;

/// A number that was read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quantity {
    /// In millionths.
    pub(super) value: i64,
    /// The other reading of its notation.
    pub(super) other: i64,
    /// The token behind it.
    pub(super) next: usize,
    /// Decimals that are written.
    pub(super) places: u8,
    /// In words.
    pub(super) spoken: bool,
    /// Nothing but `a`: a number only if a unit follows.
    pub(super) article: bool,
    /// Nothing but `one`.
    pub(super) one: bool,
    /// `million` and the like were said.
    pub(super) multiplied: bool,
}

impl Quantity {
    /// The number, if it is whole and no other reading is possible.
    pub(super) fn whole(&self) -> Option<i64> {
        (self.value % ONE == 0 && self.value == self.other).then_some(self.value / ONE)
    }
}

/// A number in words as far as it was read.
#[derive(Clone, Copy, Debug, Default)]
struct Spoken {
    /// Thousands and more.
    total: i64,
    /// What is below a thousand.
    current: i64,
    /// Words that were read.
    words: usize,
    multiplied: bool,
    /// And a half.
    half: bool,
}

impl Spoken {
    /// Adds a word, if the number goes on with it.
    fn add(&mut self, meaning: Meaning) -> bool {
        let Spoken { total, current, words, .. } = *self;
        let (unit, tens) = (current % 10, current % 100);
        match meaning {
            Meaning::Small(0) if words == 0 => {}
            Meaning::Small(value) if tens == 0 && value > 0 => self.current += i64::from(value),
            Meaning::Small(value) if unit == 0 && tens >= 20 && (1..10).contains(&value) => {
                self.current += i64::from(value);
            }
            Meaning::One | Meaning::Article if tens == 0 => self.current += 1,
            Meaning::One if unit == 0 && tens >= 20 => self.current += 1,
            Meaning::Hundreds(value) if current == 0 => self.current = i64::from(value),
            Meaning::Hundred if current < 100 => self.current = current.max(1) * 100,
            Meaning::Thousand if total == 0 => {
                self.total = current.max(1) * 1_000;
                self.current = 0;
            }
            Meaning::Million | Meaning::Billion if words > 0 && total < 1_000_000 => {
                let worth = if meaning == Meaning::Million { 1_000_000 } else { 1_000_000_000 };
                self.total = (total + current) * worth;
                self.current = 0;
                self.multiplied = true;
            }
            Meaning::Dozen if total == 0 && current < 100 => self.current = current.max(1) * 12,
            _ => return false,
        }
        self.words += 1;
        true
    }

    /// Adds a German number in one word.
    fn add_compound(&mut self, value: u32) -> bool {
        let value = i64::from(value);
        let fits = self.words == 0
            || (self.current == 0 && value < 1_000)
            || (self.current % 100 == 0 && value < 100);
        if fits {
            self.total += value - value % 1_000;
            self.current += value % 1_000;
            self.words += 1;
        }
        fits
    }

    /// Whether `and` may stand inside of the number here.
    fn takes_and(&self, language: Tongue) -> bool {
        match language {
            Tongue::Spanish => self.current % 10 == 0 && self.current % 100 >= 30,
            _ => self.words > 0 && self.current % 100 == 0 && self.total + self.current > 0,
        }
    }
}

impl Reader<'_> {
    /// Reads the number that begins at a token.
    pub(super) fn quantity(&self, at: usize) -> Option<Quantity> {
        self.quantity_apart(at, false)
    }

    /// The same; `apart` says that `and` parts two numbers here, as it does behind `between`.
    pub(super) fn quantity_apart(&self, at: usize, apart: bool) -> Option<Quantity> {
        match self.what(at)? {
            What::Figure(_) => self.in_digits(at),
            What::Compound { form: Form::Plain | Form::AndAHalf, .. } | What::Word(_) => {
                self.in_words(at, apart)
            }
            _ => None,
        }
    }

    fn in_digits(&self, at: usize) -> Option<Quantity> {
        let figure = self.figure(at)?;
        if let Some(spaced) = self.spaced(at) {
            return Some(spaced);
        }
        let (value, other) = figure.value(matches!(self.language, Tongue::English | Tongue::Unknown))?;
        let places = if figure.shape == Shape::Decimal { figure.part_digits } else { 0 };
        let plain = Quantity {
            value,
            other,
            next: at + 1,
            places,
            spoken: false,
            article: false,
            one: false,
            multiplied: false,
        };
        self.multiplied(plain)
    }

    /// `1 234,50 €`: groups apart by plain spaces, if a currency says that they are one number.
    fn spaced(&self, at: usize) -> Option<Quantity> {
        let first = self.figure(at).filter(|first| first.whole_digits <= 3)?;
        let mut whole = i64::from(first.plain()?);
        let (mut next, mut part, mut places) = (at + 1, 0, 0);
        while next < at + 4 && places == 0 && self.is_one_space_behind(next) {
            let Some(group) = self.figure(next).filter(|group| group.whole_digits == 3) else { break };
            let is_last = group.shape == Shape::Decimal;
            if !is_last && group.shape != Shape::Whole {
                return None;
            }
            whole = whole * 1_000 + i64::try_from(group.whole).ok()?;
            next += 1;
            if is_last {
                (part, places) = (group.part.into(), group.part_digits);
            }
        }
        let value = whole.checked_mul(ONE)? + part;
        let number = Quantity {
            value,
            other: value,
            next,
            places,
            spoken: false,
            article: false,
            one: false,
            multiplied: false,
        };
        let has_currency = self.currency(number).is_some()
            || at > 0
                && (matches!(self.meaning(at - 1), Meaning::Currency(_)) || self.is_currency_mark(at - 1));
        (next > at + 1 && has_currency).then_some(number)
    }

    fn is_one_space_behind(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| at > 0 && token.at == self.tokens[at - 1].end + 1)
    }

    /// The number, with a word behind it that multiplies it.
    fn multiplied(&self, plain: Quantity) -> Option<Quantity> {
        let by = match self.meaning(plain.next) {
            Meaning::Kilo if self.is_glued(plain.next) => 1_000,
            Meaning::Hundred if self.language != Tongue::Spanish => 100,
            Meaning::Thousand => 1_000,
            Meaning::Million => 1_000_000,
            Meaning::Billion => 1_000_000_000,
            Meaning::Dozen => 12,
            _ => return Some(plain),
        };
        Some(Quantity {
            value: plain.value.checked_mul(by)?,
            other: plain.other.checked_mul(by)?,
            next: plain.next + 1,
            places: 0,
            multiplied: by > 1_000,
            ..plain
        })
    }

    fn in_words(&self, at: usize, apart: bool) -> Option<Quantity> {
        let (spoken, next) = self.whole_in_words(at, apart)?;
        let value = (spoken.total + spoken.current).checked_mul(ONE)?;
        let (part, places, next) = if spoken.half { (ONE / 2, 1, next) } else { self.decimals(next) };
        let value = value.checked_add(part)?;
        let single = spoken.words == 1 && places == 0;
        let number = Quantity {
            value,
            other: value,
            next,
            places,
            spoken: true,
            article: single && self.meaning(at) == Meaning::Article,
            one: single && self.meaning(at) == Meaning::One,
            multiplied: spoken.multiplied,
        };
        if places > 0 { self.multiplied(number) } else { Some(number) }
    }

    /// A whole number in words, and the token behind it.
    fn whole_in_words(&self, at: usize, apart: bool) -> Option<(Spoken, usize)> {
        let (mut spoken, mut next) = (Spoken::default(), at);
        while spoken.words < WORDS && !spoken.half {
            if !self.add_word(&mut spoken, next) {
                let Some(behind) = self.connected(&spoken, next, apart) else { break };
                let mut with = spoken;
                if !self.add_word(&mut with, behind) {
                    break;
                }
                (spoken, next) = (with, behind);
            }
            next += 1;
        }
        (spoken.words > 0).then_some((spoken, next))
    }

    fn add_word(&self, spoken: &mut Spoken, at: usize) -> bool {
        match self.what(at) {
            Some(What::Compound { value, form: Form::Plain }) => spoken.add_compound(value),
            Some(What::Compound { value, form: Form::AndAHalf }) => {
                spoken.half = spoken.add_compound(value);
                spoken.half
            }
            Some(What::Word(_)) => spoken.add(self.meaning(at)),
            _ => false,
        }
    }

    /// The token behind a hyphen or an `and` inside of a number in words.
    fn connected(&self, spoken: &Spoken, at: usize, apart: bool) -> Option<usize> {
        let hyphen = self.is_mark(at, b'-') && self.is_glued(at) && self.is_glued(at + 1);
        let and = self.meaning(at) == Meaning::And
            && (!apart || self.language == Tongue::Spanish)
            && spoken.takes_and(self.language);
        (spoken.words > 0 && (hyphen && spoken.current % 10 == 0 || and)).then_some(at + 1)
    }

    /// Decimals in words, from the word for the point on: in millionths, how many, and the token behind them.
    fn decimals(&self, at: usize) -> (i64, u8, usize) {
        // `four and a half`, `tres y medio`
        let article = usize::from(self.meaning(at + 1) == Meaning::Article);
        if self.meaning(at) == Meaning::And && self.meaning(at + 1 + article) == Meaning::Half {
            return (ONE / 2, 1, at + 2 + article);
        }
        if self.meaning(at) != Meaning::Point {
            return (0, 0, at);
        }
        let (mut value, mut places, mut next) = (0i64, 0u8, at + 1);
        while places < 6 {
            let digit = match self.meaning(next) {
                Meaning::Small(digit @ 0..10) => digit.into(),
                Meaning::One => 1,
                _ => break,
            };
            (value, places, next) = (value * 10 + digit, places + 1, next + 1);
        }
        // Two decimals may be one number: `vier Komma fünfundzwanzig`.
        if places == 0
            && let Some((tens, behind)) = self.whole_in_words(next, true)
            && tens.total == 0
            && (10..100).contains(&tens.current)
        {
            (value, places, next) = (tens.current, 2, behind);
        }
        if places == 0 {
            return (0, 0, at);
        }
        (value * 10i64.pow(6 - u32::from(places)), places, next)
    }
}

/// The most words of one number.
const WORDS: usize = 16;
