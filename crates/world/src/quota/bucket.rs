//! A level that refills continuously, in exact integers.

use crate::settings::GrantPlan;
use rushhour_base::{Instant, Span};

/// One dimension of a quota.
///
/// The level is kept in token-nanoseconds of the period: after `t` nanoseconds exactly `amount · t` more of them are
/// there, and a token is `period` of them. So no refill is ever rounded, however often the bucket is looked at.
#[derive(Clone, Debug)]
pub(super) struct Bucket {
    amount: u64,
    period: u64,
    full: i128,
    level: i128,
    as_of: Instant,
}

impl Bucket {
    pub(super) fn full(grant: GrantPlan) -> Bucket {
        let GrantPlan { amount, period, burst } = grant;
        let full = i128::from(burst).saturating_mul(i128::from(period.0));
        Bucket { amount, period: period.0, full, level: full, as_of: Instant::START }
    }

    /// Adds what has come in by `now`. Time that runs backwards adds nothing.
    #[inline]
    fn refill(&mut self, now: Instant) {
        let room = (self.full - self.level).unsigned_abs();
        let came_in = u128::from(now.since(self.as_of).0) * u128::from(self.amount);
        self.level += came_in.min(room) as i128;
        self.as_of = self.as_of.max(now);
    }

    /// When `tokens` will be there, or the bucket is full if that is less; `None` if they are there now.
    #[inline]
    pub(super) fn lacks(&mut self, tokens: u64, now: Instant) -> Option<Instant> {
        self.refill(now);
        let wanted = i128::from(tokens).saturating_mul(i128::from(self.period));
        (self.level < wanted).then(|| self.holds_at(wanted))
    }

    /// When the level will rise above zero; `None` if it is above zero now.
    #[inline]
    pub(super) fn spent(&mut self, now: Instant) -> Option<Instant> {
        self.refill(now);
        (self.level < 1).then(|| self.holds_at(1))
    }

    /// Takes `tokens`, if need be into debt.
    #[inline]
    pub(super) fn take(&mut self, tokens: u64, now: Instant) {
        self.refill(now);
        self.level -= i128::from(tokens) * i128::from(self.period);
    }

    /// Gives `tokens` back, as far as there is room.
    pub(super) fn give_back(&mut self, tokens: u64, now: Instant) {
        self.refill(now);
        self.level = (self.level + i128::from(tokens) * i128::from(self.period)).min(self.full);
    }

    /// Takes one token, or the part of it that is there.
    pub(super) fn take_up_to_one(&mut self, now: Instant) {
        self.refill(now);
        self.level -= i128::from(self.period).min(self.level.max(0));
    }

    pub(super) fn amount(&self) -> u64 {
        self.amount
    }

    /// Whole tokens there, and when the bucket is full. With `by_the_token` that counts from the whole tokens, as OpenAI's
    /// headers do, and not from the part of one that has come in since.
    #[inline]
    pub(super) fn stands(&mut self, by_the_token: bool, now: Instant) -> (u64, Instant) {
        self.refill(now);
        let left = quotient(self.level.max(0).unsigned_abs(), self.period);
        let level = if by_the_token { i128::from(left) * i128::from(self.period) } else { self.level };
        let missing = (self.full - level).max(0).unsigned_abs();
        let wait = match by_the_token {
            true => quotient(missing, self.amount),
            false => quotient(missing + u128::from(self.amount) - 1, self.amount),
        };
        (left, now + Span(wait))
    }

    /// The first instant at which the level is `wanted`, or full.
    fn holds_at(&self, wanted: i128) -> Instant {
        let missing = (wanted.min(self.full) - self.level).unsigned_abs();
        let wait = missing.div_ceil(u128::from(self.amount));
        Instant(self.as_of.0.saturating_add(u64::try_from(wait).unwrap_or(u64::MAX)))
    }
}

/// A quotient that is nearly always one of 64 bits, which are a few times faster to divide.
#[inline]
fn quotient(dividend: u128, divisor: u64) -> u64 {
    match u64::try_from(dividend) {
        Ok(dividend) => dividend / divisor,
        Err(_) => u64::try_from(dividend / u128::from(divisor)).unwrap_or(u64::MAX),
    }
}
