//! A counter that starts anew at every turn of its period.

use rushhour_base::{Instant, Span};

/// One dimension of a quota, counted in windows. Windows turn at whole multiples of the period.
#[derive(Clone, Debug)]
pub(super) struct Window {
    amount: u64,
    period: u64,
    used: u64,
    /// When the current window began.
    began: u64,
}

impl Window {
    pub(super) fn new(amount: u64, period: Span) -> Window {
        Window { amount, period: period.0, used: 0, began: 0 }
    }

    pub(super) fn lacks(&mut self, tokens: u64, now: Instant) -> Option<Instant> {
        self.turn(now);
        let fits = self.used.checked_add(tokens).is_some_and(|used| used <= self.amount);
        match (fits, self.used) {
            (true, _) => None,
            // It is larger than a whole window.
            (false, 0) => Some(now),
            (false, _) => Some(Instant(self.began.saturating_add(self.period))),
        }
    }

    pub(super) fn take(&mut self, tokens: u64, now: Instant) {
        self.turn(now);
        self.used = self.used.saturating_add(tokens);
    }

    /// A window that has turned since gets nothing: its counter is gone.
    pub(super) fn give_back(&mut self, tokens: u64, taken_at: Instant, now: Instant) {
        self.turn(now);
        if taken_at.0 >= self.began {
            self.used = self.used.saturating_sub(tokens);
        }
    }

    pub(super) fn amount(&self) -> u64 {
        self.amount
    }

    /// What is left, and when the window turns.
    pub(super) fn stands(&mut self, now: Instant) -> (u64, Instant) {
        self.turn(now);
        (self.amount.saturating_sub(self.used), Instant(self.began.saturating_add(self.period)))
    }

    /// Time that runs backwards turns nothing back.
    fn turn(&mut self, now: Instant) {
        if now.0 >= self.began.saturating_add(self.period) {
            self.began = now.0 - now.0 % self.period;
            self.used = 0;
        }
    }
}
