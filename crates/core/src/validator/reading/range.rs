//! From so many to so many: `3-5`, `3 bis 5`, `between three and five`; and chains of digits that are names.

use super::numerals::Quantity;
use super::{Found, Kind, Reader};
use crate::validator::figure::Shape;
use crate::validator::lexicon::Meaning;

impl Reader<'_> {
    /// Reads two numbers with a dash or `to` between them.
    pub(super) fn range(&mut self, at: usize, low: Quantity) -> Option<usize> {
        let dash = self.is_mark(low.next, b'-') && self.is_glued(low.next) == self.is_glued(low.next + 1);
        if low.article || !dash && self.meaning(low.next) != Meaning::To {
            return None;
        }
        let high = self.quantity(low.next + 1).filter(|high| !high.article)?;
        // `del 3 al 5 de marzo`: the second is a day.
        let is_day = matches!(self.meaning(high.next), Meaning::Month(_))
            || (self.meaning(high.next) == Meaning::Of
                && matches!(self.meaning(high.next + 1), Meaning::Month(_)));
        if is_day || dash && low.spoken != high.spoken {
            return None;
        }
        self.ends(at, low, high)
    }

    /// Reads what begins with `between`.
    pub(super) fn between(&mut self, at: usize) -> Option<usize> {
        let low = self.quantity_apart(at + 1, true)?;
        if self.meaning(low.next) != Meaning::And {
            return None;
        }
        let high = self.quantity_apart(low.next + 1, true)?;
        self.ends(at, low, high)
    }

    /// Takes down two numbers as a range, or as two amounts if the unit behind them is one of amounts.
    fn ends(&mut self, at: usize, low: Quantity, high: Quantity) -> Option<usize> {
        if low.value >= high.value {
            return None;
        }
        let last = high.next;
        if let Some((denomination, next)) = self.currency(high) {
            let money = |end: Quantity| Found {
                other: end.other,
                denomination,
                ..Found::new(Kind::Money, end.value)
            };
            self.claim(money(low), at, low.next);
            self.claim(money(high), low.next + 1, next);
            return Some(next);
        }
        if let Some(next) = self.percent(last) {
            let share = |end: Quantity| Found { other: end.other, ..Found::new(Kind::Percentage, end.value) };
            self.claim(share(low), at, low.next);
            self.claim(share(high), low.next + 1, next);
            return Some(next);
        }
        let (low_whole, high_whole) = (low.whole()?, high.whole()?);
        if self.meaning(last) == Meaning::Clock && high_whole <= 24 {
            self.claim(Found::new(Kind::Time, low_whole * 60), at, low.next);
            self.claim(Found::new(Kind::Time, high_whole * 60 % DAY), low.next + 1, last + 1);
            return Some(last + 1);
        }
        self.claim(Found { other: high_whole, ..Found::new(Kind::Range, low_whole) }, at, last);
        Some(last)
    }

    /// Reads digits chained by hyphens that are neither a day nor a range: a telephone number, an account.
    pub(super) fn chain(&mut self, at: usize) -> Option<usize> {
        self.figure(at)?;
        let mut next = at + 1;
        while self.is_mark(next, b'-')
            && self.is_glued(next)
            && self.is_glued(next + 1)
            && self.figure(next + 1).is_some_and(|figure| figure.shape == Shape::Whole)
        {
            next += 2;
        }
        let digits = |at: usize| self.figure(at).map_or(0, |figure| figure.whole_digits);
        let long =
            |at: usize| self.figure(at).is_some_and(|f| f.shape == Shape::Other && f.whole_digits > 12);
        let is_name = match next - at {
            1 => long(at),
            3 => {
                digits(at) >= 4 && digits(at + 2) >= 4
                    || digits(at + 2) > digits(at) + 2
                    || digits(at) > digits(at + 2)
            }
            _ => true,
        };
        if !is_name {
            return None;
        }
        // Few digits, such as `24-7`, are hardly a name.
        let weak = self.tokens[next - 1].end - self.tokens[at].at < 7;
        self.claim(Found { weak, ..Found::new(Kind::Identifier, 0) }, at, next);
        Some(next)
    }
}

/// Minutes of a day.
pub(super) const DAY: i64 = 1_440;
