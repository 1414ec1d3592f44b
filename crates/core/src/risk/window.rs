//! The requests that were admitted of late, by instant.

use rushhour_base::{Instant, Span};
use std::collections::VecDeque;

/// A log of instants and weights, in the order of time, as long as the longest window that is asked about.
#[derive(Clone, Debug, Default)]
pub(super) struct Window {
    entries: VecDeque<(Instant, u64)>,
}

impl Window {
    /// Notes a request and forgets those that have left the `longest` window, which is `(now − longest, now]`.
    #[inline]
    pub(super) fn push(&mut self, now: Instant, weight: u64, longest: Span) {
        self.trim(longest, now);
        let at = self.entries.back().map_or(now, |(last, _)| now.max(*last));
        self.entries.push_back((at, weight));
    }

    /// `None` if fewer than `most` lie within `(now − window, now]`; else when that will be so. O(1): the entry that has to
    /// have left the window is the `most`-th from the end.
    #[inline]
    pub(super) fn full(&self, most: u64, window: Span, now: Instant) -> Option<Instant> {
        let back = usize::try_from(most).ok()?;
        let place = self.entries.len().checked_sub(back)?;
        let leaves = self.entries.get(place)?.0 + window;
        (leaves > now).then_some(leaves)
    }

    /// `None` if the weights within `(now − window, now]` leave room for `weight` below `most`; else when they will.
    pub(super) fn too_heavy(&self, weight: u64, most: u64, window: Span, now: Instant) -> Option<Instant> {
        let Some(room) = most.checked_sub(weight) else { return Some(Instant::NEVER) };
        let mut sum = 0u64;
        for (at, weight) in self.entries.iter().rev() {
            if *at + window <= now {
                break;
            }
            sum = sum.saturating_add(*weight);
            if sum > room {
                return Some(*at + window);
            }
        }
        None
    }

    /// Whether nothing lies within `(now − longest, now]`.
    pub(super) fn is_empty(&mut self, longest: Span, now: Instant) -> bool {
        self.trim(longest, now);
        self.entries.is_empty()
    }

    #[inline]
    fn trim(&mut self, longest: Span, now: Instant) {
        while self.entries.front().is_some_and(|(at, _)| *at + longest <= now) {
            self.entries.pop_front();
        }
    }
}
