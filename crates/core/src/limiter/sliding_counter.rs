//! One dimension of a limit: this window's count and the last one's in proportion.
//!
//! # Why it exists
//! It approximates a sliding log with two numbers, whatever the limit: the last window counts by the share of it that a
//! sliding window would still cover. Gateways and edge networks count so (Cloudflare's description of 2017 is the usual
//! source of the formula).
//! # When it is wrong
//! It takes the last window for evenly filled. If it was filled at its very end, almost all of it has left the formula
//! by the end of the current one, though it is little more than a window old: up to `2N − 1` pass within `W`.
//!
//! # The rule
//! With windows that begin at multiples of `W` and `e` passed of the current one, `cost` passes if
//! `last × (W − e) + (this + cost) × W ≤ N × W`: whole numbers, nothing rounded.

use crate::bucket::Admission;
use crate::limiter::hold_back_to;
use rushhour_base::{Instant, Span};

/// A counter of two weighted windows.
///
/// ```
/// use rushhour_base::{Instant, Span, time::SECOND};
/// use rushhour_core::bucket::Admission;
/// use rushhour_core::limiter::SlidingCounter;
/// let mut counter = SlidingCounter::new(4, Span::secs(10));
/// assert_eq!(counter.try_take(4, Instant(9 * SECOND)), Admission::Granted);
/// // A quarter of the next window has to pass before three quarters of those four, and one more, make four.
/// let quarter = Instant(12 * SECOND + SECOND / 2);
/// assert_eq!(counter.try_take(1, Instant(10 * SECOND)), Admission::RetryAt(quarter));
/// assert_eq!(counter.try_take(1, quarter), Admission::Granted);
/// ```
#[derive(Clone, Debug)]
pub struct SlidingCounter {
    amount: u64,
    window_ns: u64,
    /// When the current window began.
    began: Instant,
    this: u64,
    last: u64,
}

impl SlidingCounter {
    /// An empty counter: about `amount` in any `window`.
    pub fn new(amount: u64, window: Span) -> SlidingCounter {
        SlidingCounter { amount, window_ns: window.0, began: Instant::START, this: 0, last: 0 }
    }

    /// Whether `cost` would pass now. Takes nothing.
    #[inline]
    pub fn ask(&mut self, cost: u64, now: Instant) -> Admission {
        self.turn(now);
        if self.weighed(now) + self.full(cost) <= self.full(self.amount) {
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
        self.turn(now);
        self.this += cost;
    }

    /// Replaces `held`, which was taken at `taken_at`, by `actual`, in the window in which it counts. If it counts in
    /// neither any more, nothing comes back. An excess counts in the current window.
    pub fn correct(&mut self, held: u64, actual: u64, taken_at: Instant, now: Instant) {
        self.turn(now);
        if actual > held {
            self.this += actual - held;
        } else if taken_at >= self.began {
            self.this = self.this.saturating_sub(held - actual);
        } else if taken_at + Span(self.window_ns) >= self.began {
            self.last = self.last.saturating_sub(held - actual);
        }
    }

    /// What would pass now, rounded down; negative after an overrun.
    pub fn level(&mut self, now: Instant) -> i128 {
        self.turn(now);
        let free = self.full(self.amount) as i128 - self.weighed(now) as i128;
        free.div_euclid(i128::from(self.window_ns))
    }

    /// Counts so much more in this window that no more than `level` is left.
    pub fn lower(&mut self, level: i128, now: Instant) {
        self.this += hold_back_to(self.level(now), level);
    }

    /// From now on about `amount` in any window; what passed stays counted.
    pub fn set_amount(&mut self, amount: u64) {
        self.amount = amount;
    }

    /// The limit in force.
    pub fn amount(&self) -> u64 {
        self.amount
    }

    /// The length of a window.
    pub fn window(&self) -> Span {
        Span(self.window_ns)
    }

    #[inline]
    fn turn(&mut self, now: Instant) {
        let passed_ns = now.since(self.began).0;
        if passed_ns >= self.window_ns {
            self.last = if passed_ns - self.window_ns < self.window_ns { self.this } else { 0 };
            self.this = 0;
            self.began = Instant(now.0 - now.0 % self.window_ns);
        }
    }

    /// What counts now, times the window.
    #[inline]
    fn weighed(&self, now: Instant) -> u128 {
        let left_ns = self.window_ns - now.since(self.began).0.min(self.window_ns);
        u128::from(self.last) * u128::from(left_ns) + self.full(self.this)
    }

    #[inline]
    fn full(&self, tokens: u64) -> u128 {
        u128::from(tokens) * u128::from(self.window_ns)
    }

    /// The first instant at which the last window, or this one when it has become the last, weighs little enough.
    #[cold]
    fn denial(&self, cost: u64) -> Admission {
        if cost > self.amount {
            return Admission::NeverFits { burst: self.amount };
        }
        let free = self.amount - cost;
        Admission::RetryAt(match free.checked_sub(self.this) {
            Some(free) => self.began + self.weighs_at_most(self.last, free),
            None => self.began + Span(self.window_ns) + self.weighs_at_most(self.this, free),
        })
    }

    /// How much of a window has to pass until the `count` of the one before weighs no more than `free`.
    fn weighs_at_most(&self, count: u64, free: u64) -> Span {
        match self.full(free).checked_div(u128::from(count)) {
            Some(left_ns) if left_ns < u128::from(self.window_ns) => Span(self.window_ns - left_ns as u64),
            _ => Span::ZERO,
        }
    }
}
