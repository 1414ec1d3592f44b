//! What counts one dimension: one of several algorithms behind the same verbs.
//!
//! An enum and not a trait: the algorithms are a closed list, a match is predicted where a virtual call is not, and the
//! meters of a pool lie side by side in memory.

use crate::bucket::{Admission, TokenBucket};
use crate::limiter::{Aimd, FixedWindow, SlidingCounter, SlidingLog};
use crate::settings::{AimdPolicy, LimiterKind, RateLimit};
use rushhour_base::{Instant, Span};

/// The count of one dimension.
///
/// | | most in any window | after a burst | a refund | an overrun |
/// |---|---|---|---|---|
/// | [`Bucket`](Meter::Bucket) | amount + burst − 1 | refills evenly | at once, up to the burst | a debt |
/// | [`Log`](Meter::Log) | amount | nothing for a window | in place, while it counts | in place, else from now |
/// | [`Window`](Meter::Window) | 2 × amount | nothing until the turn | within its window | in the current window |
/// | [`Counter`](Meter::Counter) | 2 × amount − 1 | less and less in the way | in the window in which it counts | in the current window |
/// | [`Adaptive`](Meter::Adaptive) | as a bucket of burst 1 | refills evenly | at once | a debt |
#[derive(Clone, Debug)]
pub enum Meter {
    /// A token bucket.
    Bucket(TokenBucket),
    /// A sliding log.
    Log(SlidingLog),
    /// A fixed window.
    Window(FixedWindow),
    /// A weighted previous-window counter.
    Counter(SlidingCounter),
    /// A bucket of burst 1 whose rate is felt for.
    Adaptive(Box<(TokenBucket, Aimd)>),
}

impl Meter {
    /// A meter of this kind with nothing counted yet; `None` for [`LimiterKind::None`]. An adaptive one takes only the
    /// period from `limit`.
    pub fn new(kind: LimiterKind, limit: RateLimit, aimd: AimdPolicy, now: Instant) -> Option<Meter> {
        let RateLimit { amount, period, .. } = limit;
        Some(match kind {
            LimiterKind::None => return None,
            LimiterKind::TokenBucket => Meter::Bucket(TokenBucket::full(limit, now)),
            LimiterKind::SlidingLog => Meter::Log(SlidingLog::new(amount, period)),
            LimiterKind::FixedWindow => Meter::Window(FixedWindow::new(amount, period)),
            LimiterKind::SlidingCounter => Meter::Counter(SlidingCounter::new(amount, period)),
            LimiterKind::Aimd => {
                let aimd = Aimd::new(aimd, now);
                let limit = RateLimit { amount: aimd.value(), period, burst: 1 };
                Meter::Adaptive(Box::new((TokenBucket::full(limit, now), aimd)))
            }
        })
    }

    /// Whether `cost` would pass now. Takes nothing.
    #[inline]
    pub fn ask(&mut self, cost: u64, now: Instant) -> Admission {
        match self {
            Meter::Bucket(bucket) => bucket.ask(cost, now),
            Meter::Log(log) => log.ask(cost, now),
            Meter::Window(window) => window.ask(cost, now),
            Meter::Counter(counter) => counter.ask(cost, now),
            Meter::Adaptive(adaptive) => {
                let (bucket, aimd) = &mut **adaptive;
                let admission = bucket.ask_in_debt(cost, now);
                if admission != Admission::Granted {
                    aimd.on_pressure();
                }
                admission
            }
        }
    }

    /// Whether `cost` would pass now, without saying when if not. Takes nothing.
    #[inline]
    pub fn passes(&mut self, cost: u64, now: Instant) -> bool {
        // One comparison for the algorithm that most pools use, and a call for the others.
        match self {
            Meter::Bucket(bucket) => bucket.passes(cost, now),
            other => other.lets_pass(cost, now),
        }
    }

    #[inline(never)]
    fn lets_pass(&mut self, cost: u64, now: Instant) -> bool {
        self.ask(cost, now) == Admission::Granted
    }

    /// Takes `cost` if it passes.
    pub fn try_take(&mut self, cost: u64, now: Instant) -> Admission {
        let admission = self.ask(cost, now);
        if admission == Admission::Granted {
            self.take(cost, now);
        }
        admission
    }

    /// Takes `cost` whatever the level: after a yes from [`ask`](Self::ask), or as an overrun.
    #[inline]
    pub fn take(&mut self, cost: u64, now: Instant) {
        match self {
            Meter::Bucket(bucket) => bucket.take(cost),
            other => other.count(cost, now),
        }
    }

    #[inline(never)]
    fn count(&mut self, cost: u64, now: Instant) {
        match self {
            Meter::Bucket(bucket) => bucket.take(cost),
            Meter::Log(log) => log.take(cost, now),
            Meter::Window(window) => window.take(cost, now),
            Meter::Counter(counter) => counter.take(cost, now),
            Meter::Adaptive(adaptive) => adaptive.0.take(cost),
        }
    }

    /// Replaces `held`, which was taken at `taken_at`, by `actual`.
    #[inline]
    pub fn correct(&mut self, held: u64, actual: u64, taken_at: Instant, now: Instant) {
        match self {
            Meter::Bucket(bucket) => bucket.correct(held, actual),
            other => other.replace(held, actual, taken_at, now),
        }
    }

    #[inline(never)]
    fn replace(&mut self, held: u64, actual: u64, taken_at: Instant, now: Instant) {
        match self {
            Meter::Bucket(bucket) => bucket.correct(held, actual),
            Meter::Log(log) => log.correct(held, actual, taken_at, now),
            Meter::Window(window) => window.correct(held, actual, taken_at, now),
            Meter::Counter(counter) => counter.correct(held, actual, taken_at, now),
            Meter::Adaptive(adaptive) => adaptive.0.correct(held, actual),
        }
    }

    /// What would pass now, in whole tokens, rounded down; negative after an overrun.
    pub fn level(&mut self, now: Instant) -> i128 {
        match self {
            Meter::Bucket(bucket) => bucket.level(now),
            Meter::Log(log) => log.level(now),
            Meter::Window(window) => window.level(now),
            Meter::Counter(counter) => counter.level(now),
            Meter::Adaptive(adaptive) => adaptive.0.level(now),
        }
    }

    /// Believes that no more than `level` is left. A level that is lower already stays as it is.
    pub fn lower(&mut self, level: i128, now: Instant) {
        match self {
            Meter::Bucket(bucket) => bucket.lower(level, now),
            Meter::Log(log) => log.lower(level, now),
            Meter::Window(window) => window.lower(level, now),
            Meter::Counter(counter) => counter.lower(level, now),
            Meter::Adaptive(adaptive) => adaptive.0.lower(level, now),
        }
    }

    /// Believes another limit. What was taken stays taken, and nothing is added at once. For an adaptive meter it is
    /// the ceiling.
    pub fn set_limit(&mut self, amount: u64, burst: u64, now: Instant) {
        match self {
            Meter::Bucket(bucket) => bucket.set_limit(amount, burst, now),
            Meter::Log(log) => log.set_amount(amount),
            Meter::Window(window) => window.set_amount(amount),
            Meter::Counter(counter) => counter.set_amount(amount),
            Meter::Adaptive(adaptive) => {
                let (bucket, aimd) = &mut **adaptive;
                if aimd.learn_ceiling(amount) {
                    bucket.set_limit(aimd.value(), 1, now);
                }
            }
        }
    }

    /// Tells an adaptive meter how a call sent at `sent_at` fared. Whether its rate moved.
    pub fn learn(&mut self, refused: bool, sent_at: Instant, now: Instant) -> bool {
        let Meter::Adaptive(adaptive) = self else { return false };
        let (bucket, aimd) = &mut **adaptive;
        let moved = if refused { aimd.on_refusal(sent_at, now) } else { aimd.on_success(now) };
        if moved {
            bucket.set_limit(aimd.value(), 1, now);
        }
        moved
    }

    /// The limit in force: stated, learned or felt for.
    pub fn amount(&self) -> u64 {
        match self {
            Meter::Bucket(bucket) => bucket.amount(),
            Meter::Log(log) => log.amount(),
            Meter::Window(window) => window.amount(),
            Meter::Counter(counter) => counter.amount(),
            Meter::Adaptive(adaptive) => adaptive.1.value(),
        }
    }

    /// The least time in which `cost` is granted anew, rounded down.
    pub fn refill_time(&self, cost: u64) -> Span {
        let (amount, period) = match self {
            Meter::Bucket(bucket) => return bucket.refill_time(cost),
            Meter::Adaptive(adaptive) => return adaptive.0.refill_time(cost),
            Meter::Log(log) => (log.amount(), log.window()),
            Meter::Window(window) => (window.amount(), window.window()),
            Meter::Counter(counter) => (counter.amount(), counter.window()),
        };
        let ns = u128::from(cost) * u128::from(period.0) / u128::from(amount.max(1));
        Span(u64::try_from(ns).unwrap_or(u64::MAX))
    }
}
