//! Days: `2026-03-11`, `March 11th`, `11. März 2026`, `3/3/2026`, `el tres de marzo`.

use super::{Found, Kind, Reader};
use crate::validator::figure::Shape;
use crate::validator::lexicon::{Meaning, Tongue};
use crate::validator::scan::What;

impl Reader<'_> {
    /// Reads a day that begins at a token.
    pub(super) fn day(&mut self, at: usize) -> Option<usize> {
        let (found, next) = match self.meaning(at) {
            Meaning::Month(month) => self.month_first(at, month)?,
            _ => self.in_marks(at).or_else(|| self.day_first(at))?,
        };
        self.claim(found, at, next);
        Some(next)
    }

    /// `2026-03-11`, `11.03.2026`, `11.03.`, `3/3/26`, `11/03`.
    fn in_marks(&self, at: usize) -> Option<(Found, usize)> {
        let figure = *self.figure(at)?;
        if figure.shape == Shape::Triple {
            let found = self.either(figure.whole, figure.second, full(figure.third)?, false)?;
            return Some((found, at + 1));
        }
        let dotted = figure.shape == Shape::Decimal && figure.part_digits <= 2 && figure.whole_digits <= 2;
        if dotted
            && self.language == Tongue::German
            && self.what(at + 1) == Some(What::Stop)
            && self.is_glued(at + 1)
        {
            let before = at.checked_sub(1).map_or(Meaning::None, |at| self.meaning(at));
            let found = self.either(figure.whole, figure.second, 0, false)?;
            // `kostet 11.03.` might be an amount at the end of a sentence.
            return Some((Found { weak: before != Meaning::Filler, ..found }, at + 2));
        }
        let mark = [b'-', b'/'].into_iter().find(|mark| self.is_mark(at + 1, *mark))?;
        if !self.is_glued(at + 1) || !self.is_glued(at + 2) {
            return None;
        }
        let (first, second) = (figure.plain()?, self.figure(at + 2)?.plain()?);
        let digits = (figure.whole_digits, self.figure(at + 2)?.whole_digits);
        let goes_on = self.is_mark(at + 3, mark) && self.is_glued(at + 3) && self.is_glued(at + 4);
        let third = self.figure(at + 4).filter(|_| goes_on).and_then(|third| third.plain());
        match (third, digits) {
            (Some(day), (4, 1..=2)) => Some((date(first, second, day)?, at + 5)),
            (Some(year), (1..=2, 1..=2)) => {
                let months_first = self.language == Tongue::English;
                Some((self.either(first.into(), second, full(year)?, months_first)?, at + 5))
            }
            (None, (1..=2, 1..=2)) if mark == b'/' && !goes_on && (first, second, digits.1) != (24, 7, 1) => {
                let months_first = self.language == Tongue::English;
                let found = self.either(first.into(), second, 0, months_first)?;
                // `1/2` is rather a half.
                Some((Found { weak: digits != (2, 2), ..found }, at + 3))
            }
            _ => None,
        }
    }

    /// `11 March 2026`, `11th of March`, `11. März`, `tres de marzo de 2026`, `der dritte März`.
    fn day_first(&self, at: usize) -> Option<(Found, usize)> {
        let (day, next) = self.day_number(at)?;
        // The point of a German ordinal.
        let dot = self.what(next) == Some(What::Stop) && self.is_glued(next);
        let next = next + usize::from(dot);
        let next = next + usize::from(self.meaning(next) == Meaning::Of);
        let Meaning::Month(month) = self.meaning(next) else { return None };
        let (year, next) = self.year(next + 1);
        Some((date(year, month.into(), day)?, next))
    }

    /// The token behind a month and a year, in which no day is said.
    pub(super) fn month_of_year(&self, at: usize) -> Option<usize> {
        let (year, next) = self.year(at + 1);
        (year > 0).then_some(next)
    }

    /// `March 11th, 2026`.
    fn month_first(&self, at: usize, month: u8) -> Option<(Found, usize)> {
        let the = usize::from(self.spells(at + 1, "the"));
        let (day, next) = self.day_number(at + 1 + the)?;
        let (year, next) = self.year(next);
        Some((date(year, month.into(), day)?, next))
    }

    /// The number of a day, with the ending of an ordinal, and the token behind it.
    fn day_number(&self, at: usize) -> Option<(u32, usize)> {
        if let Some(figure) = self.figure(at) {
            let day = figure.plain().filter(|day| (1..=31).contains(day) && figure.whole_digits <= 2)?;
            let ending = self.meaning(at + 1) == Meaning::OrdinalEnding && self.is_glued(at + 1);
            let sign = self.is_mark(at + 1, 0) && self.is_glued(at + 1);
            return Some((day, at + 1 + usize::from(ending || sign)));
        }
        match (self.what(at)?, self.meaning(at)) {
            (What::Compound { value, .. }, _) if value <= 31 => Some((value, at + 1)),
            (_, Meaning::Ordinal(day)) => Some((day.into(), at + 1)),
            (_, Meaning::Small(tens @ (20 | 30))) if self.is_mark(at + 1, b'-') => match self.meaning(at + 2)
            {
                Meaning::Ordinal(unit @ 1..10) => Some(((tens + unit).into(), at + 3)),
                _ => None,
            },
            (What::Word(_), Meaning::Small(_) | Meaning::One | Meaning::Article) => {
                let number = self.quantity(at)?;
                let day = number.whole().filter(|day| (1..=31).contains(day))?;
                Some((u32::try_from(day).ok()?, number.next))
            }
            _ => None,
        }
    }

    /// The year behind a day and a month, 0 if none is said, and the token behind it.
    fn year(&self, at: usize) -> (u32, usize) {
        let skips = self.is_mark(at, b',') || self.meaning(at) == Meaning::Of;
        let place = at + usize::from(skips);
        let year =
            self.figure(place).filter(|figure| figure.whole_digits == 4).and_then(|figure| figure.plain());
        match year {
            Some(year @ 1_900..2_200) => (year, place + 1),
            _ => (0, at),
        }
    }

    /// A day of which nobody says whether the month stands first.
    fn either(&self, first: u64, second: u32, year: u32, month_first: bool) -> Option<Found> {
        let first = u32::try_from(first).ok()?;
        let (day_first, month_first_) = (date(year, second, first), date(year, first, second));
        let (found, other) = if month_first { (month_first_, day_first) } else { (day_first, month_first_) };
        match (found, other) {
            (Some(found), Some(other)) => Some(Found { other: other.value, ..found }),
            (found, other) => found.or(other),
        }
    }
}

/// A year of two digits is one of this century.
fn full(year: u32) -> Option<u32> {
    match year {
        0..100 => Some(2_000 + year),
        1_900..2_200 => Some(year),
        _ => None,
    }
}

fn date(year: u32, month: u32, day: u32) -> Option<Found> {
    let days = match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    let value = i64::from(year) * 10_000 + i64::from(month) * 100 + i64::from(day);
    ((1..=days).contains(&day)).then(|| Found::new(Kind::Date, value))
}
