//! Where two runs first differ. A digest says that they do; this says what happened instead of what.
//!
//! Both runs are handed over record by record, so neither needs to be kept: two threads that each push [`Entry`]s
//! into a bounded channel are enough.

use rushhour_base::{Event, Fields, FleetId, Instant, Money, Record, Sink, Span, Truth};
use std::fmt;

/// One record of a run, with its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A fleet saw something.
    Event {
        /// When.
        at: Instant,
        /// Which fleet.
        fleet: FleetId,
        /// What.
        event: Event,
    },
    /// The world did something.
    Truth {
        /// When.
        at: Instant,
        /// What.
        truth: Truth,
    },
}

/// The first place at which two runs differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    /// How many records were the same before it.
    pub index: u64,
    /// What the first run did; `None` if it had ended.
    pub left: Option<Entry>,
    /// What the second run did; `None` if it had ended.
    pub right: Option<Entry>,
}

/// The first place at which `left` and `right` differ; `None` if they are the same to the end.
///
/// ```
/// use rushhour_base::{CallId, Instant, QuotaId, Truth};
/// use rushhour_report::divergence::{Entry, first_difference};
/// let at = |ns, call| Entry::Truth {
///     at: Instant(ns),
///     truth: Truth::Released { call: CallId(call), quota: QuotaId(0) },
/// };
/// let difference = first_difference([at(1, 7), at(2, 8)], [at(1, 7), at(3, 8)]).unwrap();
/// assert_eq!(difference.index, 1);
/// assert_eq!(difference.left.unwrap().to_string(), "2ns released call=8 quota=0");
/// ```
pub fn first_difference(
    left: impl IntoIterator<Item = Entry>,
    right: impl IntoIterator<Item = Entry>,
) -> Option<Difference> {
    let (mut left, mut right) = (left.into_iter(), right.into_iter());
    for index in 0.. {
        let (left, right) = (left.next(), right.next());
        if left != right {
            return Some(Difference { index, left, right });
        }
        left?;
    }
    None
}

/// Hands every record on as an [`Entry`]: a run's end of the channel.
pub struct Entries<F: FnMut(Entry)>(pub F);

impl<F: FnMut(Entry)> Sink for Entries<F> {
    fn event(&mut self, at: Instant, fleet: FleetId, event: &Event) {
        (self.0)(Entry::Event { at, fleet, event: *event });
    }
    fn truth(&mut self, at: Instant, truth: &Truth) {
        (self.0)(Entry::Truth { at, truth: *truth });
    }
}

impl Entry {
    /// When it happened.
    pub fn at(&self) -> Instant {
        match self {
            Entry::Event { at, .. } | Entry::Truth { at, .. } => *at,
        }
    }
}

impl fmt::Display for Entry {
    /// Time, fleet, kind and fields on one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words = Words(format!("{}", Span(self.at().0)));
        match self {
            Entry::Event { fleet, event, .. } => {
                words.0.push_str(&format!(" fleet {fleet} {}", event.kind()));
                event.visit(&mut words);
            }
            Entry::Truth { truth, .. } => {
                words.0.push_str(&format!(" {}", truth.kind()));
                truth.visit(&mut words);
            }
        }
        f.write_str(&words.0)
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = |entry: &Option<Entry>| entry.map_or("(ended)".to_string(), |e| e.to_string());
        writeln!(f, "the runs differ after {} equal records:", self.index)?;
        writeln!(f, "  first:  {}", side(&self.left))?;
        write!(f, "  second: {}", side(&self.right))
    }
}

struct Words(String);

impl Fields for Words {
    fn integer(&mut self, name: &'static str, value: u64) {
        self.0.push_str(&format!(" {name}={value}"));
    }
    fn money(&mut self, name: &'static str, value: Money) {
        self.0.push_str(&format!(" {name}={value}"));
    }
    fn word(&mut self, name: &'static str, _: u64, word: &'static str) {
        self.0.push_str(&format!(" {name}={word}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::{clean_run, replay};

    fn entries() -> Vec<Entry> {
        let mut all = Vec::new();
        replay(&clean_run(), &mut Entries(|entry| all.push(entry)));
        all
    }

    #[test]
    fn equal_runs_do_not_differ() {
        assert_eq!(first_difference(entries(), entries()), None);
    }

    #[test]
    fn a_run_that_ends_early_differs_at_its_end() {
        let mut short = entries();
        let last = short.pop();
        let difference = first_difference(short.clone(), entries()).expect("one is shorter");
        assert_eq!(difference, Difference { index: short.len() as u64, left: None, right: last });
        assert!(difference.to_string().contains("first:  (ended)"), "{difference}");
    }

    #[test]
    fn the_first_of_two_differences_is_named() {
        let mut other = entries();
        other.swap(1, 2);
        other.swap(4, 5);
        assert_eq!(first_difference(entries(), other).map(|d| d.index), Some(1));
    }
}
