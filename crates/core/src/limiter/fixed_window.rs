//! One dimension of a limit: a count that begins anew with each window.
//!
//! # Why it exists
//! Providers count so (Azure documents a counter that resets every minute), and home-made limiters do: one number, one
//! expiry. A client that meters a provider of that kind in the same way, with the same edges, loses nothing.
//! # When it is wrong
//! At its edge it lets `2N` through in an instant: `N` at the end of one window, `N` at the beginning of the next. A
//! provider that refills continuously, or whose windows begin at another time, refuses half of that.
//!
//! # The edges
//! Windows begin at the multiples of their length, counted from the start of the run. What was taken in a window that
//! has turned is forgotten, so nothing of it comes back either.

use crate::bucket::Admission;
use crate::limiter::hold_back_to;
use rushhour_base::{Instant, Span};

/// A fixed window.
///
/// ```
/// use rushhour_base::{Instant, Span, time::SECOND};
/// use rushhour_core::bucket::Admission;
/// use rushhour_core::limiter::FixedWindow;
/// let mut window = FixedWindow::new(2, Span::secs(10));
/// assert_eq!(window.try_take(2, Instant(9 * SECOND)), Admission::Granted);
/// assert_eq!(window.try_take(1, Instant(9 * SECOND)), Admission::RetryAt(Instant(10 * SECOND)));
/// assert_eq!(window.try_take(2, Instant(10 * SECOND)), Admission::Granted);
/// ```
#[derive(Clone, Debug)]
pub struct FixedWindow {
    amount: u64,
    window_ns: u64,
    /// When the current window began.
    began: Instant,
    counted: u64,
}

impl FixedWindow {
    /// An empty window: at most `amount` in each.
    pub fn new(amount: u64, window: Span) -> FixedWindow {
        FixedWindow { amount, window_ns: window.0, began: Instant::START, counted: 0 }
    }

    /// Whether `cost` would pass now. Takes nothing.
    #[inline]
    pub fn ask(&mut self, cost: u64, now: Instant) -> Admission {
        self.turn(now);
        if self.counted.saturating_add(cost) <= self.amount {
            return Admission::Granted;
        }
        if cost > self.amount {
            return Admission::NeverFits { burst: self.amount };
        }
        Admission::RetryAt(self.began + Span(self.window_ns))
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
        self.counted += cost;
    }

    /// Replaces `held`, which was taken at `taken_at`, by `actual`. If that window has turned, nothing comes back, and
    /// an excess counts in the current one.
    pub fn correct(&mut self, held: u64, actual: u64, taken_at: Instant, now: Instant) {
        self.turn(now);
        if actual > held {
            self.counted += actual - held;
        } else if taken_at >= self.began {
            self.counted = self.counted.saturating_sub(held - actual);
        }
    }

    /// What would pass now; negative after an overrun.
    pub fn level(&mut self, now: Instant) -> i128 {
        self.turn(now);
        i128::from(self.amount) - i128::from(self.counted)
    }

    /// Counts so much more in this window that no more than `level` is left.
    pub fn lower(&mut self, level: i128, now: Instant) {
        self.counted += hold_back_to(self.level(now), level);
    }

    /// From now on at most `amount` in each window; what passed stays counted.
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
        if now.since(self.began).0 >= self.window_ns {
            self.began = Instant(now.0 - now.0 % self.window_ns);
            self.counted = 0;
        }
    }
}
