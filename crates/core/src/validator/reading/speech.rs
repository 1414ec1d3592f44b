//! How a sentence speaks: that nobody knows, that something was so once, sorry, no.

use super::Reader;
use crate::validator::lexicon::{Meaning, Tongue};

/// What was said of late in the clause that is being read: at which tokens.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Clause {
    not: Option<usize>,
    know: Option<usize>,
    help: Option<usize>,
    /// `whether` was said in the sentence.
    pub(super) whether: bool,
}

impl Clause {
    /// The clause behind a comma.
    pub(super) fn next(self) -> Clause {
        Clause { whether: self.whether, ..Clause::default() }
    }
}

impl Reader<'_> {
    /// Notes what a word says of the sentence.
    pub(super) fn speech(&mut self, at: usize, meaning: Meaning) {
        let within = |said: Option<usize>, most: usize| said.is_some_and(|said| at - said <= most);
        let Clause { not, know, help, .. } = self.clause;
        match meaning {
            Meaning::Not => {
                self.clause.not = Some(at);
                // `I have no`, `weiß ich nicht`.
                let reach = if self.language == Tongue::German { 3 } else { 1 };
                self.sentence.unsure |= within(know, reach);
                self.sentence.refuses |= within(help, reach);
            }
            Meaning::Know => {
                self.clause.know = Some(at);
                self.sentence.unsure |= within(not, 4);
            }
            Meaning::Knowable => self.sentence.unsure |= within(not, 2),
            Meaning::Unknown => self.sentence.unsure = true,
            Meaning::Help => {
                self.clause.help = Some(at);
                self.sentence.refuses |= within(not, 4);
            }
            Meaning::Whether => self.clause.whether = true,
            Meaning::Old => self.sentence.old = true,
            Meaning::Was => self.sentence.was = true,
            Meaning::Used => self.sentence.old |= self.meaning(at + 1) == Meaning::To,
            Meaning::Sorry => self.sentence.sorry = true,
            _ => {}
        }
    }
}
