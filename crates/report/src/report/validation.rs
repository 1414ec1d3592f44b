//! How a check of replies fared against the truth, and what followed from it.

use super::Share;
use rushhour_base::event::{IssueKind, Tone};
use rushhour_base::{Label, Money};

/// How the check of replies fared, and what followed from it.
///
/// A reply is *flagged* if the check found it wrong, or was too unsure of it, whatever the policy made of that. It is
/// *stopped* if the policy did not let it go out as it was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ValidationReport {
    /// Whole replies that were checked.
    pub checked: u64,
    /// Of them those with which the check found nothing wrong.
    pub valid: u64,
    /// Those that were flagged.
    pub flagged: u64,
    /// Calls made to get another reply instead of one that was stopped.
    pub regenerated: u64,
    /// Of them those whose reply was right where the one before had been wrong.
    pub mended: u64,
    /// How often a request fell to the next rung because of its reply.
    pub fell: u64,
    /// Replies that a person looked at before they went out.
    pub reviewed: u64,
    /// Of them wrong ones whose fault the person overlooked.
    pub overlooked: u64,
    /// What followed from replies that were stopped: all that was booked for their requests from then on, be it other replies,
    /// reviews or other rungs. The replies themselves were paid in any case.
    pub usd: Money,
    /// The part of it that followed from right replies.
    pub false_alarm_usd: Money,
    /// Errors that were caught, as in [`HallucinationReport::caught`](super::HallucinationReport::caught).
    pub caught: u64,
    /// Checked replies by the way they speak, in the order of [`Tone::ALL`].
    pub tones: [u64; Tone::ALL.len()],
    /// What the check made of replies whose truth is known, by what they were, in the order of [`Label::ALL`]; empty if no
    /// truth is known.
    pub confusion: Vec<Confusion>,
}

/// What the check made of replies that were wrong in one way, or right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Confusion {
    /// What the replies were.
    pub label: Label,
    /// How many of them were flagged.
    pub flagged: u64,
    /// How many passed.
    pub passed: u64,
    /// The gravest issue that was found with each, in the order of [`IssueKind::ALL`].
    pub issues: [u64; IssueKind::ALL.len()],
}

impl ValidationReport {
    /// Wrong replies among flagged ones whose truth is known.
    pub fn precision(&self) -> Share {
        Share::of(
            self.wrong().map(|row| row.flagged).sum(),
            self.confusion.iter().map(|row| row.flagged).sum(),
        )
    }

    /// Flagged replies among wrong ones.
    pub fn recall(&self) -> Share {
        let whole = self.wrong().map(|row| row.flagged + row.passed).sum();
        Share::of(self.wrong().map(|row| row.flagged).sum(), whole)
    }

    /// What followed from all replies that were stopped, over errors caught, rounded; `None` if none was caught.
    pub fn usd_per_caught(&self) -> Option<Money> {
        let caught = i128::from(self.caught);
        (caught > 0).then(|| Money((self.usd.0 + caught / 2) / caught))
    }

    fn wrong(&self) -> impl Iterator<Item = &Confusion> {
        self.confusion.iter().filter(|row| row.label != Label::None)
    }
}
