//! One dimension of a limit: a token bucket with exact credit.
//!
//! Credit is kept in token-nanoseconds (tokens × the period's length), an integer, so refill never rounds and a
//! rate of 7 a second is 7 a second. An overrun is a debt: credit below zero that refill has to make up first.
//!
//! # Why not a fixed window
//! At its edge a window lets twice the quota through in an instant. A bucket never passes more than its burst at
//! once, and in any span `t` never more than burst + rate × t: that sentence is the property test. It decides as the
//! generic cell rate algorithm does whose tolerance is (burst − 1) × period / amount.
//! # When it is wrong
//! A bucket as large as a minute's quota lets almost twice that quota pass within a minute: a full bucket at once, and
//! what refills meanwhile. Against a provider that counts windows or logs, `burst` has to be small.

use crate::settings::RateLimit;
use rushhour_base::{Instant, Span};

/// The answer to "may this pass?". A no says when to ask again, and one nanosecond earlier it is still no.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Yes.
    Granted,
    /// Not before this instant; exactly then, if nothing else passes before.
    RetryAt(Instant),
    /// Never: it is larger than the bucket.
    NeverFits {
        /// The most that passes at once.
        burst: u64,
    },
}

/// A token bucket.
///
/// ```
/// use rushhour_base::{Instant, Span, time::SECOND};
/// use rushhour_core::bucket::{Admission, TokenBucket};
/// use rushhour_core::settings::RateLimit;
/// let once_a_second = RateLimit { amount: 60, period: Span::secs(60), burst: 2 };
/// let mut bucket = TokenBucket::full(once_a_second, Instant::START);
/// assert_eq!(bucket.try_take(2, Instant::START), Admission::Granted);
/// assert_eq!(bucket.try_take(1, Instant::START), Admission::RetryAt(Instant(SECOND)));
/// assert_eq!(bucket.try_take(3, Instant::START), Admission::NeverFits { burst: 2 });
/// ```
#[derive(Clone, Debug)]
pub struct TokenBucket {
    amount: u64,
    period_ns: u64,
    burst: u64,
    credit: i128,
    as_of: Instant,
}

impl TokenBucket {
    /// A bucket that has idled long enough to be full.
    pub fn full(limit: RateLimit, now: Instant) -> TokenBucket {
        let mut bucket = TokenBucket {
            amount: limit.amount,
            period_ns: limit.period.0,
            burst: limit.burst,
            credit: 0,
            as_of: now,
        };
        bucket.credit = bucket.capacity();
        bucket
    }

    /// Whether `cost` would pass now. Takes nothing.
    #[inline]
    pub fn ask(&mut self, cost: u64, now: Instant) -> Admission {
        self.refill(now);
        let needed = self.credit_of(cost);
        if needed <= self.credit {
            return Admission::Granted;
        }
        self.denial(cost, needed)
    }

    /// Whether `cost` would pass now, without saying when if not. Takes nothing.
    #[inline]
    pub fn passes(&mut self, cost: u64, now: Instant) -> bool {
        self.refill(now);
        self.credit_of(cost) <= self.credit
    }

    /// Takes `cost` if it passes.
    #[inline]
    pub fn try_take(&mut self, cost: u64, now: Instant) -> Admission {
        let admission = self.ask(cost, now);
        if admission == Admission::Granted {
            self.take(cost);
        }
        admission
    }

    /// Takes `cost` whatever the level: after a yes from [`ask`](Self::ask), or as a debt.
    #[inline]
    pub fn take(&mut self, cost: u64) {
        self.credit -= self.credit_of(cost);
    }

    /// Gives `cost` back. What exceeds the burst is lost, as it would be by idling.
    #[inline]
    pub fn give_back(&mut self, cost: u64) {
        self.credit = (self.credit + self.credit_of(cost)).min(self.capacity());
    }

    /// Replaces `held` by `actual`: the difference flows back, or becomes a debt.
    #[inline]
    pub fn correct(&mut self, held: u64, actual: u64) {
        if actual > held {
            self.take(actual - held);
        } else {
            self.give_back(held - actual);
        }
    }

    /// Whether `cost` would pass now if what exceeds the burst may become a debt. Takes nothing.
    #[inline]
    pub fn ask_in_debt(&mut self, cost: u64, now: Instant) -> Admission {
        self.ask(cost.min(self.burst), now)
    }

    /// Believes that no more than `level` whole tokens are left. What has come in of the next token is kept if the
    /// level is the same or lower already: a provider tells whole tokens, and knows of more.
    pub fn lower(&mut self, level: i128, now: Instant) {
        if self.level(now) > level {
            self.credit = level.saturating_mul(i128::from(self.period_ns));
        }
    }

    /// Another limit from now on. What was taken stays taken, and a larger burst has to fill first.
    pub fn set_limit(&mut self, amount: u64, burst: u64, now: Instant) {
        self.refill(now);
        self.amount = amount.max(1);
        self.burst = burst.max(1);
        self.credit = self.credit.min(self.capacity());
    }

    /// Granted per period.
    pub fn amount(&self) -> u64 {
        self.amount
    }

    /// Whole tokens available now; negative while there is a debt.
    pub fn level(&mut self, now: Instant) -> i128 {
        self.refill(now);
        self.credit.div_euclid(i128::from(self.period_ns))
    }

    /// How long the bucket takes to refill `cost`, rounded down.
    pub fn refill_time(&self, cost: u64) -> Span {
        let ns = u128::from(cost) * u128::from(self.period_ns) / u128::from(self.amount);
        Span(u64::try_from(ns).unwrap_or(u64::MAX))
    }

    #[inline]
    fn refill(&mut self, now: Instant) {
        let idle_ns = now.since(self.as_of).0;
        if idle_ns > 0 {
            let earned = i128::from(idle_ns) * i128::from(self.amount);
            self.credit = (self.credit + earned).min(self.capacity());
            self.as_of = now;
        }
    }

    #[cold]
    fn denial(&self, cost: u64, needed: i128) -> Admission {
        if cost > self.burst {
            return Admission::NeverFits { burst: self.burst };
        }
        let missing = (needed - self.credit) as u128;
        let wait_ns = missing.div_ceil(u128::from(self.amount));
        Admission::RetryAt(Instant(self.as_of.0.saturating_add(u64::try_from(wait_ns).unwrap_or(u64::MAX))))
    }

    #[inline]
    fn capacity(&self) -> i128 {
        self.credit_of(self.burst)
    }

    #[inline]
    fn credit_of(&self, tokens: u64) -> i128 {
        i128::from(tokens) * i128::from(self.period_ns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rushhour_base::time::SECOND;

    /// `"0:4 14:1"` asks for 4 tokens at second 0 and for 1 at second 14, of a bucket of 4 tokens a minute, burst 4.
    fn check(asks: &str, expected: &str) {
        let limit = RateLimit { amount: 4, period: Span::secs(60), burst: 4 };
        let mut bucket = TokenBucket::full(limit, Instant::START);
        let answers: Vec<String> = asks
            .split(' ')
            .map(|ask| {
                let (at, cost) = ask.split_once(':').unwrap();
                match bucket.try_take(cost.parse().unwrap(), Instant(at.parse::<u64>().unwrap() * SECOND)) {
                    Admission::Granted => "ok".into(),
                    Admission::RetryAt(at) => format!("wait@{}", at.0 / SECOND),
                    Admission::NeverFits { burst } => format!("never>{burst}"),
                }
            })
            .collect();
        assert_eq!(answers.join(" "), expected);
    }

    #[test]
    fn burst_then_steady() {
        check("0:4 0:1 14:1 15:1", "ok wait@15 wait@15 ok");
    }

    #[test]
    fn idling_never_overfills() {
        check("0:4 600:4 600:1", "ok ok wait@615");
    }

    #[test]
    fn the_clock_may_step_back() {
        check("30:4 10:1 45:1", "ok wait@45 ok");
    }

    #[test]
    fn larger_than_the_burst_never_fits() {
        check("0:5 0:4", "never>4 ok");
    }

    #[test]
    fn an_overrun_is_a_debt() {
        let limit = RateLimit { amount: 60, period: Span::secs(60), burst: 10 };
        let mut bucket = TokenBucket::full(limit, Instant::START);
        bucket.take(15);
        assert_eq!(bucket.level(Instant::START), -5);
        assert_eq!(bucket.try_take(1, Instant::START), Admission::RetryAt(Instant(6 * SECOND)));
        bucket.give_back(100);
        assert_eq!(bucket.level(Instant::START), 10, "a refund never exceeds the burst");
    }

    prop_compose! {
        fn arbitrary_limit()(amount in 1u64..5_000_000, period_s in 1u64..3_600, burst in 1u64..5_000_000) -> RateLimit {
            RateLimit { amount, period: Span::secs(period_s), burst }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig {
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(20_260_311),
        ..ProptestConfig::default()
    })]

        /// In any window of length t no more than burst + rate × t passes.
        #[test]
        fn the_envelope_holds_in_every_window(
            limit in arbitrary_limit(),
            asks in prop::collection::vec((0u64..20 * SECOND, 1u64..3_000_000), 1..60),
        ) {
            let mut bucket = TokenBucket::full(limit, Instant::START);
            let (mut now, mut admitted) = (0, Vec::new());
            for (gap, cost) in asks {
                now += gap;
                if bucket.try_take(cost, Instant(now)) == Admission::Granted {
                    admitted.push((now, cost));
                }
            }
            for first in 0..admitted.len() {
                let mut sum = 0u128;
                for &(at, cost) in &admitted[first..] {
                    sum += u128::from(cost);
                    let span = u128::from(at - admitted[first].0);
                    let allowed = u128::from(limit.burst) * u128::from(limit.period.0) + span * u128::from(limit.amount);
                    prop_assert!(sum * u128::from(limit.period.0) <= allowed);
                }
            }
        }

        /// A denial is tight: at the instant it names the answer is yes, a nanosecond earlier it is still no.
        #[test]
        fn a_denial_is_tight(limit in arbitrary_limit(), taken in 0u64..5_000_000, cost in 1u64..5_000_000) {
            let mut bucket = TokenBucket::full(limit, Instant::START);
            bucket.take(taken);
            match bucket.clone().try_take(cost, Instant::START) {
                Admission::RetryAt(at) => {
                    prop_assert_eq!(bucket.clone().try_take(cost, Instant(at.0 - 1)), Admission::RetryAt(at));
                    prop_assert_eq!(bucket.try_take(cost, at), Admission::Granted);
                }
                Admission::NeverFits { burst } => prop_assert!(cost > burst),
                Admission::Granted => prop_assert!(cost + taken <= limit.burst),
            }
        }
    }
}
