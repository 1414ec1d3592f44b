//! Whether something can be had: `in stock`, `nicht mehr lieferbar`, `agotado`.

use super::{Found, Kind, Reader};
use crate::validator::lexicon::{Meaning, Tongue};
use crate::validator::scan::What;

impl Reader<'_> {
    /// Reads what begins, or ends, at a word of availability.
    pub(super) fn availability(&mut self, at: usize, meaning: Meaning) -> Option<usize> {
        let back = |count: usize| at.checked_sub(count).map_or(Meaning::None, |at| self.meaning(at));
        let (there, first, next) = match meaning {
            Meaning::There(there) => (there, at, at + 1),
            // `free of charge`, `libre de impuestos`
            Meaning::Free(_) if self.meaning(at + 1) == Meaning::Of => return None,
            Meaning::Free(free) => (free, at, at + 1),
            Meaning::Stock if back(1) == Meaning::In => (true, at - 1, at + 1),
            Meaning::Stock if back(1) == Meaning::Of && back(2) == Meaning::Out => (false, at - 2, at + 1),
            Meaning::Stock if matches!(back(1), Meaning::Without | Meaning::Not) => (false, at - 1, at + 1),
            // `no quedan existencias`, `hay existencias`
            Meaning::Stock
                if ["quedan", "hay", "tenemos"].iter().any(|word| at > 0 && self.spells(at - 1, word)) =>
            {
                (true, at - 1, at + 1)
            }
            Meaning::Sold if self.meaning(at + 1) == Meaning::Out => (false, at, at + 2),
            Meaning::Ready
                if self.meaning(at + 1) == Meaning::To && self.meaning(at + 2) == Meaning::Ship =>
            {
                (true, at, at + 3)
            }
            _ => return None,
        };
        let there = there != self.is_negated(first, next);
        let found = Found {
            weak: matches!(meaning, Meaning::Free(_)),
            whether: self.clause.whether,
            ..Found::new(Kind::Availability, i64::from(there))
        };
        self.claim(found, first, next);
        Some(next)
    }

    /// Whether the clause denies what stands from `first` to before `next`.
    fn is_negated(&self, first: usize, next: usize) -> bool {
        let ends = |at: usize| matches!(self.what(at), None | Some(What::Stop | What::Mark(b',' | b';')));
        let before = (1..=REACH).map_while(|back| first.checked_sub(back).filter(|at| !ends(*at)));
        let mut after = (next..next + REACH).take_while(|at| !ends(*at));
        before.into_iter().any(|at| self.meaning(at) == Meaning::Not)
            || self.language == Tongue::German && after.any(|at| self.meaning(at) == Meaning::Not)
    }
}

/// How many words away a negation may stand.
const REACH: usize = 6;
