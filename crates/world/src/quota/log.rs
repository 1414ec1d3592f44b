//! A log of what was taken within the last period.

use rushhour_base::{Instant, Span};
use std::collections::VecDeque;

/// One dimension of a quota, counted over a window that slides. What was taken at `t` counts up to, and not at,
/// `t + period`. Its memory is one entry for each instant of the last period at which something was taken.
#[derive(Clone, Debug)]
pub(super) struct Log {
    amount: u64,
    period: Span,
    taken: VecDeque<(Instant, u64)>,
    sum: u64,
}

impl Log {
    pub(super) fn new(amount: u64, period: Span) -> Log {
        Log { amount, period, taken: VecDeque::new(), sum: 0 }
    }

    pub(super) fn lacks(&mut self, tokens: u64, now: Instant) -> Option<Instant> {
        self.forget(now);
        let wanted = self.sum.saturating_add(tokens);
        if wanted <= self.amount {
            return None;
        }
        // What is larger than a whole period never passes; then it is told when nothing is used any more.
        let too_much = (wanted - self.amount).min(self.sum);
        if too_much == 0 {
            return Some(now);
        }
        let mut gone = 0;
        for &(at, tokens) in &self.taken {
            gone += tokens;
            if gone >= too_much {
                return Some(at + self.period);
            }
        }
        unreachable!("the entries of a log add up to its sum")
    }

    pub(super) fn take(&mut self, tokens: u64, now: Instant) {
        self.forget(now);
        self.sum = self.sum.saturating_add(tokens);
        match self.taken.back_mut() {
            // Time that runs backwards adds to the last entry.
            Some((at, at_once)) if *at >= now => *at_once += tokens,
            _ => self.taken.push_back((now, tokens)),
        }
    }

    pub(super) fn give_back(&mut self, tokens: u64, taken_at: Instant, now: Instant) {
        self.forget(now);
        if let Ok(place) = self.taken.binary_search_by_key(&taken_at, |(at, _)| *at) {
            let entry = &mut self.taken[place].1;
            let given = tokens.min(*entry);
            *entry -= given;
            self.sum -= given;
        }
    }

    pub(super) fn amount(&self) -> u64 {
        self.amount
    }

    /// What is left, and when nothing counts any more.
    pub(super) fn stands(&mut self, now: Instant) -> (u64, Instant) {
        self.forget(now);
        let empty_at = self.taken.back().map_or(now, |(at, _)| *at + self.period);
        (self.amount.saturating_sub(self.sum), empty_at)
    }

    fn forget(&mut self, now: Instant) {
        while let Some(&(at, tokens)) = self.taken.front()
            && at + self.period <= now
        {
            self.taken.pop_front();
            self.sum -= tokens;
        }
    }
}
