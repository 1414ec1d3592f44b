//! Amounts of money, percentages and plain numbers; and names that are numbers.

use super::numerals::Quantity;
use super::{Found, Kind, Reader};
use crate::validator::figure::{ONE, Shape};
use crate::validator::lexicon::{Denomination, Meaning, Tongue};
use crate::validator::scan::What;

impl Reader<'_> {
    /// Takes down a number that was read, with what stands behind it.
    pub(super) fn amount(&mut self, at: usize, number: Quantity) -> usize {
        let number = Quantity { next: self.behind_dash(number.next), ..number };
        let number = self.with_cents(number).unwrap_or(number);
        let (found, next) = match self.unit(at, number) {
            Some(unit) => unit,
            // `a` with no unit is no number.
            None if number.article => return at + 1,
            None => (self.bare(at, number), number.next),
        };
        self.claim(found, at, next);
        next
    }

    /// The claim of a number with the unit behind it.
    fn unit(&self, at: usize, number: Quantity) -> Option<(Found, usize)> {
        if let Some((denomination, next)) = self.currency(number) {
            let (cents, next) = self.cents_behind(next);
            let sign = self.sign(at);
            let amount = |value: i64| value.saturating_add(cents).saturating_mul(sign);
            let found = Found {
                other: amount(number.other),
                denomination,
                ..Found::new(Kind::Money, amount(number.value))
            };
            return Some((found, next));
        }
        if self.meaning(number.next) == Meaning::Cent {
            let found = Found { other: number.other / 100, ..Found::new(Kind::Money, number.value / 100) };
            return Some((found, number.next + 1));
        }
        let next = self.percent(number.next)?;
        Some((Found { other: number.other, ..Found::new(Kind::Percentage, number.value) }, next))
    }

    /// The currency behind a number, and the token behind that.
    pub(super) fn currency(&self, number: Quantity) -> Option<(Denomination, usize)> {
        let at = number.next;
        if let Some(What::Mark(mark)) = self.what(at)
            && let Some(denomination) = of_mark(mark)
        {
            // `47 $12`, `A$12`: the mark belongs to what follows.
            let before_figure = self.is_glued(at + 1) && self.figure(at + 1).is_some();
            let belongs_behind = before_figure && (number.spoken || !self.is_glued(at));
            return (!belongs_behind).then_some((denomination, at + 1));
        }
        match (self.meaning(at), self.meaning(at + 1)) {
            (Meaning::Currency(denomination), _) => Some((denomination, at + 1)),
            (Meaning::Of, Meaning::Currency(denomination)) if number.multiplied => {
                Some((denomination, at + 2))
            }
            // `US dollars`, `euros`
            (_, Meaning::Currency(denomination)) if self.spells(at, "US") => Some((denomination, at + 2)),
            _ => None,
        }
    }

    /// The cents behind whole units of a currency, in millionths of a unit, and the token behind them.
    fn cents_behind(&self, at: usize) -> (i64, usize) {
        let joint = self.meaning(at);
        let joined = matches!(joint, Meaning::With | Meaning::And) || self.is_mark(at, b',');
        let first = at + usize::from(joined);
        let Some(number) = self.quantity(first) else { return (0, at) };
        if number.value >= 100 * ONE || number.places > 0 || number.article {
            return (0, at);
        }
        if self.meaning(number.next) == Meaning::Cent {
            return (number.value / 100, number.next + 1);
        }
        // `cuarenta euros con quince`, `47 Euro 15`
        let bare = joint == Meaning::With || !joined && self.language == Tongue::German;
        if bare && self.ends_a_number(number.next) {
            return (number.value / 100, number.next);
        }
        (0, at)
    }

    /// `cuarenta y siete con quince euros`: the number with its cents, if a currency stands behind them.
    fn with_cents(&self, number: Quantity) -> Option<Quantity> {
        let behind = (self.meaning(number.next) == Meaning::With).then_some(number.next + 1)?;
        let cents = self.quantity(behind).filter(|cents| cents.value < 100 * ONE && cents.places == 0)?;
        self.currency(cents)?;
        let value = number.value.checked_add(cents.value / 100)?;
        Some(Quantity { value, other: value, next: cents.next, ..number })
    }

    /// The token behind a sign or word for per cent.
    pub(super) fn percent(&self, at: usize) -> Option<usize> {
        if self.is_mark(at, b'%') {
            return Some(at + 1);
        }
        match (self.meaning(at), self.meaning(at + 1)) {
            (Meaning::Percent, _) => Some(at + 1),
            (Meaning::Per, Meaning::Cent | Meaning::Hundreds(100)) => Some(at + 2),
            _ => None,
        }
    }

    /// A number without a unit.
    fn bare(&self, at: usize, number: Quantity) -> Found {
        let next = number.next;
        let before = at.checked_sub(1).map_or(Meaning::None, |at| self.meaning(at));
        let numbered = at >= 2
            && self.what(at - 1) == Some(What::Stop)
            && self.is_glued(at - 1)
            && self.spells(at - 2, "No");
        if (before == Meaning::NumberSign || numbered)
            && self.figure(at).is_some_and(|f| f.shape == Shape::Whole)
        {
            return Found::new(Kind::Identifier, 0);
        }
        let kind = if number.places > 0 { Kind::Number } else { Kind::Count };
        // `30 days`, `30-day`, `3 working days`
        let dash = usize::from(self.is_mark(next, b'-') && self.is_glued(next) && self.is_glued(next + 1));
        let of_time = matches!(self.meaning(next + dash), Meaning::TimeUnit | Meaning::Hours)
            || (self.what(next) == Some(What::Plain) && self.meaning(next + 1) == Meaning::TimeUnit);
        let alone = match self.what(next) {
            None | Some(What::Stop) => true,
            Some(What::Mark(mark)) => matches!(mark, b',' | b';' | b')' | b'"' | b'*'),
            _ => false,
        };
        Found { other: number.other, weak: number.one, of_time, alone, ..Found::new(kind, number.value) }
    }

    /// Reads a currency, and the number behind it.
    pub(super) fn money_before(&mut self, at: usize) -> usize {
        let denomination = match (self.what(at), self.meaning(at)) {
            (Some(What::Mark(mark)), _) => self.prefixed(at, of_mark(mark).unwrap_or(Denomination::Other)),
            (_, Meaning::Currency(denomination)) => denomination,
            _ => return at + 1,
        };
        let minus = self.is_mark(at + 1, b'-') && self.is_glued(at + 2);
        let Some(number) = self.quantity(at + 1 + usize::from(minus)).filter(|number| !number.article) else {
            return at + 1;
        };
        // `$47 CAD`: the word says which dollars.
        let (denomination, next) = match self.meaning(number.next) {
            Meaning::Currency(word) => (word, number.next + 1),
            _ => (denomination, self.behind_dash(number.next)),
        };
        let sign = if minus { -1 } else { self.sign(at) };
        let money = |number: Quantity, sign: i64| Found {
            other: number.other.saturating_mul(sign),
            denomination,
            ..Found::new(Kind::Money, number.value.saturating_mul(sign))
        };
        self.claim(money(number, sign), at, next);
        // `$40-50`: both ends are amounts.
        if let Some(second) = self.second_end(next) {
            self.claim(money(second, 1), next + 1, second.next);
            return second.next;
        }
        next
    }

    /// The number behind a dash or `to`, if nothing says its unit.
    fn second_end(&self, at: usize) -> Option<Quantity> {
        let dash = self.is_mark(at, b'-') && self.is_glued(at) == self.is_glued(at + 1);
        if !dash && self.meaning(at) != Meaning::To {
            return None;
        }
        self.figure(at + 1)?;
        let number = self.quantity(at + 1)?;
        let has_unit = self.percent(number.next).is_some() || self.meaning(number.next) == Meaning::TimeUnit;
        (!has_unit).then_some(number)
    }

    /// The currency of a mark with the letters of a country right before it: `US$`, `A$`.
    fn prefixed(&self, at: usize, denomination: Denomination) -> Denomination {
        let country = self.is_glued(at) && matches!(self.what(at - 1), Some(What::Plain | What::Word(_)));
        if country && !self.spells(at - 1, "US") { Denomination::Other } else { denomination }
    }

    /// -1 behind a minus, else 1.
    fn sign(&self, at: usize) -> i64 {
        let Some(before) = at.checked_sub(1) else { return 1 };
        let dash = self.is_mark(before, b'-') && self.is_glued(at) && !self.is_glued(before);
        if dash || self.meaning(before) == Meaning::Minus { -1 } else { 1 }
    }

    /// The token behind the dash that stands for no cents: `47,-`, `47.–`.
    fn behind_dash(&self, at: usize) -> usize {
        let point = matches!(self.what(at), Some(What::Mark(b',') | What::Stop)) && self.is_glued(at);
        let dash =
            point && self.is_mark(at + 1, b'-') && self.is_glued(at + 1) && self.figure(at + 2).is_none();
        if dash { at + 2 } else { at }
    }

    /// Reads a code, such as `ORD-48123`. An IBAN goes on in groups of four digits.
    pub(super) fn code(&mut self, at: usize, digits: u8) -> usize {
        let mut next = at + 1;
        let code = &self.text.as_bytes()[self.tokens[at].at as usize..self.tokens[at].end as usize];
        if matches!(code, [a, b, c, d] if (*a).is_ascii_uppercase() && b.is_ascii_uppercase()
            && c.is_ascii_digit() && d.is_ascii_digit())
        {
            while self
                .figure(next)
                .is_some_and(|figure| figure.shape == Shape::Whole && figure.whole_digits <= 4)
            {
                next += 1;
            }
        }
        let found = Found { weak: digits < 3, ..Found::new(Kind::Identifier, 0) };
        self.claim(found, at, next);
        next
    }

    /// Reads `#48123`.
    pub(super) fn hash(&mut self, at: usize) -> usize {
        if !self.is_glued(at + 1) {
            return at + 1;
        }
        match self.what(at + 1) {
            Some(What::Figure(_)) => {
                self.claim(Found::new(Kind::Identifier, 0), at + 1, at + 2);
                at + 2
            }
            _ => at + 1,
        }
    }

    pub(super) fn is_currency_mark(&self, at: usize) -> bool {
        matches!(self.what(at), Some(What::Mark(mark)) if of_mark(mark).is_some())
    }

    /// Whether a token is this word, in any case.
    pub(super) fn spells(&self, at: usize, word: &str) -> bool {
        self.tokens.get(at).is_some_and(|token| {
            let (at, end) = (token.at as usize, token.end as usize);
            end - at == word.len() && self.text.as_bytes()[at..end].eq_ignore_ascii_case(word.as_bytes())
        })
    }
}

fn of_mark(mark: u8) -> Option<Denomination> {
    match mark {
        b'$' => Some(Denomination::Usd),
        b'E' => Some(Denomination::Eur),
        b'L' | b'Y' => Some(Denomination::Other),
        _ => None,
    }
}
