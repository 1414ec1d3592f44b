//! Reads the tokens of a reply: what it claims, sentence by sentence, and how it speaks.
//!
//! The tokens are walked once. What begins at a token is tried in a fixed order (a day, a time, a range, an amount); each
//! try looks at a bounded number of tokens ahead or back, so the work is linear in the reply's length.

mod availability;
mod clock;
mod day;
mod numerals;
mod quantity;
mod range;
mod speech;

use super::figure::{Figure, ONE};
use super::lexicon::{Denomination, LEXICON, Meaning, Tongue};
use super::scan::{Scan, Token, What};
use speech::Clause;

/// What kind of thing a claim is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// An amount of money.
    Money,
    /// A percentage.
    Percentage,
    /// A day.
    Date,
    /// A time of day.
    Time,
    /// Whether something can be had.
    Availability,
    /// A number of things.
    Count,
    /// A number with decimals and no unit.
    Number,
    /// From so many to so many.
    Range,
    /// A name that must be spelt exactly.
    Identifier,
}

/// Something found in a reply. What `value` and `other` are depends on the kind: an amount, a percentage or a number has two
/// readings in millionths; a day two as `yyyymmdd`, with year 0 if none is said; a time two in minutes; a range its ends;
/// availability 1 or 0; an identifier has neither, for it is its text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) kind: Kind,
    pub(super) value: i64,
    pub(super) other: i64,
    pub(super) denomination: Denomination,
    pub(super) at: u32,
    pub(super) end: u32,
    pub(super) sentence: u32,
    /// It often means something else: it counts only where the reply speaks of what was asked.
    pub(super) weak: bool,
    /// `about 47`.
    pub(super) rough: bool,
    /// Behind `whether`: no claim, if the sentence says that nobody knows.
    pub(super) whether: bool,
    /// A number of days, hours and the like.
    pub(super) of_time: bool,
    /// A number with nothing behind it that it could count.
    pub(super) alone: bool,
}

impl Found {
    fn new(kind: Kind, value: i64) -> Found {
        Found {
            kind,
            value,
            other: value,
            denomination: Denomination::Unsaid,
            at: 0,
            end: 0,
            sentence: 0,
            weak: false,
            rough: false,
            whether: false,
            of_time: false,
            alone: false,
        }
    }
}

/// A sentence, and what is said in it besides claims.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sentence {
    /// The byte after it.
    pub(super) end: u32,
    /// It says that something was so once.
    pub(super) old: bool,
    /// It speaks in the past, which may be a manner of speaking.
    pub(super) was: bool,
    /// It says that nobody knows.
    pub(super) unsure: bool,
    /// It says sorry.
    pub(super) sorry: bool,
    /// It declines to help.
    pub(super) refuses: bool,
    /// It speaks of what was asked for.
    pub(super) about: bool,
}

/// What a reply says.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) found: Vec<Found>,
    pub(super) sentences: Vec<Sentence>,
}

/// Reads a text that was cut into tokens.
pub(super) fn read(text: &str, scan: &Scan) -> Reading {
    let mut reader = Reader {
        text,
        tokens: &scan.tokens,
        figures: &scan.figures,
        language: scan.language,
        meanings: LEXICON.meanings(scan.language),
        found: Vec::new(),
        sentences: Vec::with_capacity(8),
        sentence: Sentence::default(),
        clause: Clause::default(),
    };
    let mut at = 0;
    while at < reader.tokens.len() {
        // A step that does not go on would never end.
        at = reader.step(at).max(at + 1);
    }
    reader.close(u32::try_from(text.len()).unwrap_or(u32::MAX));
    Reading { found: reader.found, sentences: reader.sentences }
}

struct Reader<'t> {
    text: &'t str,
    tokens: &'t [Token],
    figures: &'t [Figure],
    language: Tongue,
    /// What words mean in the language of the reply.
    meanings: &'static [Meaning],
    found: Vec<Found>,
    sentences: Vec<Sentence>,
    /// The sentence that is being read.
    sentence: Sentence,
    clause: Clause,
}

impl Reader<'_> {
    /// Reads what begins at a token, and says where to go on.
    fn step(&mut self, at: usize) -> usize {
        match self.tokens[at].what {
            What::Stop => self.close(self.tokens[at].end),
            What::Figure(_) | What::Compound { .. } => return self.number(at),
            What::Code(digits) => return self.code(at, digits),
            What::Mark(b'$' | b'E' | b'L' | b'Y') => return self.money_before(at),
            What::Mark(b'#') => return self.hash(at),
            What::Mark(b',' | b';' | b':') => self.clause = self.clause.next(),
            What::Word(word) => return self.word(at, self.meanings[usize::from(word)]),
            What::Plain | What::Mark(_) | What::Meridiem { .. } => {}
        }
        at + 1
    }

    fn word(&mut self, at: usize, meaning: Meaning) -> usize {
        match meaning {
            Meaning::None | Meaning::Filler => return at + 1,
            Meaning::Small(_)
            | Meaning::Hundreds(_)
            | Meaning::Hundred
            | Meaning::Thousand
            | Meaning::Dozen
            | Meaning::One => return self.number(at),
            Meaning::Article => return self.article(at),
            Meaning::Ordinal(_) => return self.day(at).unwrap_or(at + 1),
            Meaning::Month(_) => {
                return self.day(at).or_else(|| self.month_of_year(at)).unwrap_or(at + 1);
            }
            Meaning::Between => return self.between(at).unwrap_or(at + 1),
            Meaning::Currency(_) => return self.money_before(at),
            Meaning::Half
            | Meaning::Quarter
            | Meaning::ThreeQuarters
            | Meaning::TheHours
            | Meaning::Noon
            | Meaning::Midnight => return self.spoken_clock(at).unwrap_or(at + 1),
            Meaning::There(_) | Meaning::Free(_) | Meaning::Stock | Meaning::Sold | Meaning::Ready => {
                return self.availability(at, meaning).unwrap_or(at + 1);
            }
            _ => self.speech(at, meaning),
        }
        at + 1
    }

    /// Reads whatever begins with a number.
    fn number(&mut self, at: usize) -> usize {
        if let Some(next) = self.day(at).or_else(|| self.chain(at)) {
            return next;
        }
        let Some(number) = self.quantity(at) else { return at + 1 };
        let next = if number.value < 60 * ONE { self.clock(at) } else { None };
        next.or_else(|| self.range(at, number)).unwrap_or_else(|| self.amount(at, number))
    }

    /// Reads `a` where it is a number: before a unit, or a word such as `hundred`.
    fn article(&mut self, at: usize) -> usize {
        match self.meaning(at + 1) {
            Meaning::None | Meaning::Filler => at + 1,
            _ => self.number(at),
        }
    }

    /// Takes down what the tokens from `first` to before `next` claim.
    fn claim(&mut self, found: Found, first: usize, next: usize) {
        let (at, end) = (self.tokens[first].at, self.tokens[next - 1].end);
        let sentence = u32::try_from(self.sentences.len()).unwrap_or(u32::MAX);
        let rough = found.rough || self.is_rough(first);
        self.found.push(Found { at, end, sentence, rough, ..found });
    }

    /// Whether `about` stands before a token.
    fn is_rough(&self, at: usize) -> bool {
        (1..=2).any(|back| at.checked_sub(back).is_some_and(|at| self.meaning(at) == Meaning::About))
    }

    /// Ends the sentence that is being read.
    fn close(&mut self, end: u32) {
        self.sentences.push(Sentence { end, ..self.sentence });
        self.sentence = Sentence::default();
        self.clause = Clause::default();
    }

    /// What the word at a token means; nothing where there is none.
    #[inline]
    fn meaning(&self, at: usize) -> Meaning {
        match self.tokens.get(at).map(|token| token.what) {
            Some(What::Word(word)) => self.meanings[usize::from(word)],
            _ => Meaning::None,
        }
    }

    #[inline]
    fn what(&self, at: usize) -> Option<What> {
        self.tokens.get(at).map(|token| token.what)
    }

    /// The figure at a token.
    fn figure(&self, at: usize) -> Option<&Figure> {
        match self.what(at)? {
            What::Figure(figure) => self.figures.get(figure as usize),
            _ => None,
        }
    }

    /// Whether nothing stands between a token and the one before it.
    fn is_glued(&self, at: usize) -> bool {
        at > 0 && self.tokens.get(at).is_some_and(|token| token.at == self.tokens[at - 1].end)
    }

    /// Whether a mark stands at a token.
    fn is_mark(&self, at: usize, mark: u8) -> bool {
        self.what(at) == Some(What::Mark(mark))
    }
}
