//! One dimension of a limit: a log of what passed during the last window.
//!
//! # Why it exists
//! It is the only rule under which no window of length `W`, wherever it begins, holds more than `N`. Where a provider is
//! known to count so, or where its way is unknown and no 429 is wanted, it is the safe choice.
//! # When it is wrong
//! After a burst nothing passes until the burst is a window old, so a whole quota spent in a second stops a fleet for
//! the rest of the minute, where a bucket would refill evenly. And it keeps one entry for each instant at which
//! something passed: at most `N`, and no fewer if calls are small.
//!
//! # The edge
//! The window is half open, `(t − W, t]`: what passed exactly `W` ago has left. With a closed edge an entry of age `W`
//! still counts, the wait until it leaves is computed as zero, and whoever waits asks for ever at the same instant.

use crate::bucket::Admission;
use crate::limiter::hold_back_to;
use rushhour_base::{Instant, Span};
use std::collections::VecDeque;

/// A sliding log.
///
/// ```
/// use rushhour_base::{Instant, Span, time::SECOND};
/// use rushhour_core::bucket::Admission;
/// use rushhour_core::limiter::SlidingLog;
/// let mut log = SlidingLog::new(2, Span::secs(10));
/// assert_eq!(log.try_take(1, Instant(SECOND)), Admission::Granted);
/// assert_eq!(log.try_take(1, Instant(4 * SECOND)), Admission::Granted);
/// assert_eq!(log.try_take(1, Instant(5 * SECOND)), Admission::RetryAt(Instant(11 * SECOND)));
/// assert_eq!(log.try_take(1, Instant(11 * SECOND)), Admission::Granted);
/// ```
#[derive(Clone, Debug)]
pub struct SlidingLog {
    amount: u64,
    window: Span,
    entries: VecDeque<Entry>,
    /// The sum of all entries.
    counted: u64,
}

/// What passed at one instant.
#[derive(Clone, Copy, Debug)]
struct Entry {
    at: Instant,
    cost: u64,
}

impl SlidingLog {
    /// An empty log: at most `amount` in any `window`.
    pub fn new(amount: u64, window: Span) -> SlidingLog {
        SlidingLog { amount, window, entries: VecDeque::new(), counted: 0 }
    }

    /// Whether `cost` would pass now. Takes nothing.
    #[inline]
    pub fn ask(&mut self, cost: u64, now: Instant) -> Admission {
        self.forget(now);
        if self.counted.saturating_add(cost) <= self.amount {
            return Admission::Granted;
        }
        self.denial(cost)
    }

    /// Takes `cost` if it passes.
    #[inline]
    pub fn try_take(&mut self, cost: u64, now: Instant) -> Admission {
        let admission = self.ask(cost, now);
        if admission == Admission::Granted {
            self.take(cost, now);
        }
        admission
    }

    /// Takes `cost` whatever the level.
    #[inline]
    pub fn take(&mut self, cost: u64, now: Instant) {
        if cost == 0 {
            return;
        }
        self.counted += cost;
        match self.entries.back_mut() {
            // One entry for each instant, also if the clock stepped back.
            Some(last) if last.at >= now => last.cost += cost,
            _ => self.entries.push_back(Entry { at: now, cost }),
        }
    }

    /// Replaces `held`, which was taken at `taken_at`, by `actual`: in place, as if it had been so from the beginning.
    /// If it has left the window, only an excess counts, and from now on, since until now it did not.
    pub fn correct(&mut self, held: u64, actual: u64, taken_at: Instant, now: Instant) {
        if held == actual {
            return;
        }
        self.forget(now);
        match self.entries.binary_search_by_key(&taken_at, |entry| entry.at) {
            Ok(place) => {
                let entry = &mut self.entries[place];
                let given_back = held.saturating_sub(actual).min(entry.cost);
                let more = actual.saturating_sub(held);
                entry.cost = entry.cost - given_back + more;
                self.counted = self.counted - given_back + more;
                if entry.cost == 0 {
                    self.entries.remove(place);
                }
            }
            Err(_) => self.take(actual.saturating_sub(held), now),
        }
    }

    /// What would pass now; negative after an overrun.
    pub fn level(&mut self, now: Instant) -> i128 {
        self.forget(now);
        i128::from(self.amount) - i128::from(self.counted)
    }

    /// Counts so much more from now on that no more than `level` is left.
    pub fn lower(&mut self, level: i128, now: Instant) {
        let missing = hold_back_to(self.level(now), level);
        self.take(missing, now);
    }

    /// From now on at most `amount` in any window; what passed stays counted.
    pub fn set_amount(&mut self, amount: u64) {
        self.amount = amount;
    }

    /// The limit in force.
    pub fn amount(&self) -> u64 {
        self.amount
    }

    /// The length of a window.
    pub fn window(&self) -> Span {
        self.window
    }

    /// How many entries it keeps.
    pub fn entries(&self) -> usize {
        self.entries.len()
    }

    #[inline]
    fn forget(&mut self, now: Instant) {
        while let Some(oldest) = self.entries.front() {
            if oldest.at + self.window > now {
                break;
            }
            self.counted -= oldest.cost;
            self.entries.pop_front();
        }
    }

    /// The first instant at which enough has left.
    #[cold]
    fn denial(&self, cost: u64) -> Admission {
        if cost > self.amount {
            return Admission::NeverFits { burst: self.amount };
        }
        let mut excess = self.counted - (self.amount - cost);
        for entry in &self.entries {
            if entry.cost >= excess {
                return Admission::RetryAt(entry.at + self.window);
            }
            excess -= entry.cost;
        }
        unreachable!("the sum of a log is that of its entries")
    }
}
