//! What a closed breaker remembers of the calls that ended, and when that is too much. Each note costs the same, however
//! long the window.

use crate::settings::{BreakerWindow, SharePolicy, Trip};
use rushhour_base::{Instant, Span};

/// The calls that a closed breaker looks at.
#[derive(Clone, Debug)]
pub(super) enum Window {
    /// It looks at none.
    None,
    /// Failures in a row.
    Row { failures: u32, limit: u32 },
    /// The last so many calls.
    Calls { policy: SharePolicy, calls: Vec<Tally>, next: usize, sum: Tally },
    /// Blocks of so many calls.
    Tumbling { policy: SharePolicy, size: u32, sum: Tally },
    /// Buckets of time.
    Time { policy: SharePolicy, bucket: Span, buckets: Vec<Tally>, latest: u64, sum: Tally },
}

/// How many calls, and how many of them failed and were slow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    calls: u32,
    failed: u32,
    slow: u32,
}

impl Window {
    pub(super) fn new(trip: Option<Trip>) -> Window {
        let policy = match trip {
            None => return Window::None,
            Some(Trip::Consecutive(limit)) => return Window::Row { failures: 0, limit },
            Some(Trip::Share(policy)) => policy,
        };
        let sum = Tally::default();
        match policy.window {
            BreakerWindow::Calls(size) => {
                Window::Calls { policy, calls: vec![sum; size.max(1) as usize], next: 0, sum }
            }
            BreakerWindow::Tumbling(size) => Window::Tumbling { policy, size, sum },
            BreakerWindow::Time { bucket, buckets } => {
                let buckets = vec![sum; buckets.max(1) as usize];
                Window::Time { policy, bucket: bucket.max(Span(1)), buckets, latest: 0, sum }
            }
        }
    }

    /// Notes the end of a call; says whether that is too much.
    #[inline]
    pub(super) fn note(&mut self, failed: bool, took: Span, now: Instant) -> bool {
        match self {
            Window::None => false,
            Window::Row { failures, limit } => {
                *failures = if failed { *failures + 1 } else { 0 };
                *failures >= *limit
            }
            Window::Calls { policy, calls, next, sum } => {
                let call = Tally::of(policy, failed, took);
                sum.forget(std::mem::replace(&mut calls[*next], call));
                sum.add(call);
                *next = if *next + 1 == calls.len() { 0 } else { *next + 1 };
                let full = sum.calls as usize == calls.len();
                (full || sum.calls >= policy.min_calls) && sum.is_too_much(policy)
            }
            Window::Tumbling { policy, size, sum } => {
                sum.add(Tally::of(policy, failed, took));
                if sum.calls < *size {
                    return false;
                }
                std::mem::take(sum).is_too_much(policy)
            }
            Window::Time { policy, bucket, buckets, latest, sum } => {
                turn_to(buckets, latest, sum, now.0 / bucket.0);
                let (call, length) = (Tally::of(policy, failed, took), buckets.len() as u64);
                buckets[(*latest % length) as usize].add(call);
                sum.add(call);
                sum.calls >= policy.min_calls && sum.is_too_much(policy)
            }
        }
    }

    /// Forgets all calls.
    pub(super) fn clear(&mut self) {
        match self {
            Window::None => {}
            Window::Row { failures, .. } => *failures = 0,
            Window::Calls { calls, next, sum, .. } => {
                calls.fill(Tally::default());
                (*next, *sum) = (0, Tally::default());
            }
            Window::Tumbling { sum, .. } => *sum = Tally::default(),
            Window::Time { buckets, sum, .. } => {
                buckets.fill(Tally::default());
                *sum = Tally::default();
            }
        }
    }
}

/// Forgets the buckets that have fallen out of the window when the current one is number `current`. A clock that steps
/// back counts into the latest bucket.
#[inline]
fn turn_to(buckets: &mut [Tally], latest: &mut u64, sum: &mut Tally, current: u64) {
    let length = buckets.len() as u64;
    let passed = current.saturating_sub(*latest).min(length);
    for _ in 0..passed {
        *latest += 1;
        sum.forget(std::mem::take(&mut buckets[(*latest % length) as usize]));
    }
    *latest = (*latest).max(current);
}

impl Tally {
    #[inline]
    fn of(policy: &SharePolicy, failed: bool, took: Span) -> Tally {
        let slow = policy.slow.is_some_and(|slow| took > slow.after);
        Tally { calls: 1, failed: u32::from(failed), slow: u32::from(slow) }
    }

    #[inline]
    fn add(&mut self, other: Tally) {
        self.calls += other.calls;
        self.failed += other.failed;
        self.slow += other.slow;
    }

    #[inline]
    fn forget(&mut self, other: Tally) {
        self.calls -= other.calls;
        self.failed -= other.failed;
        self.slow -= other.slow;
    }

    #[inline]
    fn is_too_much(self, policy: &SharePolicy) -> bool {
        let reached = |part: u32, share: rushhour_base::Ratio| {
            share.is_reached(u64::from(part), u64::from(self.calls.max(1)))
        };
        (self.failed > 0 && reached(self.failed, policy.share))
            || (self.slow > 0 && policy.slow.is_some_and(|slow| reached(self.slow, slow.share)))
    }
}
