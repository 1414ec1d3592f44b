//! Whether a call fits all dimensions of its pool: requests, tokens, input, output and concurrency, all or nothing.
//!
//! # Why reserve before sending?
//! Settling only afterwards lets a hundred concurrent agents each see the same free quota and overspend it a hundred
//! times. A call reserves its estimate when it is granted and settles the truth when the reply is in; the difference
//! flows back, or becomes a debt.

use crate::bucket::{Admission, TokenBucket};
use crate::settings::PoolLimits;
use rushhour_base::{Dimension, Instant, Ratio, Span};

/// What one call costs its pool, besides the one request that it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Charge {
    /// Input tokens.
    pub input_tokens: u64,
    /// Output tokens.
    pub output_tokens: u64,
}

/// Why a call does not pass now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Denial {
    /// The dimension that holds it back longest.
    pub dimension: Dimension,
    /// When to ask again.
    pub when: When,
}

/// When a refused call is worth asking for again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// At this instant, exactly, if nothing else happens before.
    RetryAt(Instant),
    /// When another call ends.
    OnRelease,
    /// Never: it is larger than the limit itself.
    NeverFits,
}

/// The buckets of one pool.
#[derive(Clone, Debug)]
pub struct Limiter {
    requests: Option<TokenBucket>,
    tokens: Option<TokenBucket>,
    input_tokens: Option<TokenBucket>,
    output_tokens: Option<TokenBucket>,
    concurrency: Option<u32>,
    in_flight: u32,
}

impl Limiter {
    /// A limiter whose buckets are full. `share` scales every limit down, but never below one.
    pub fn new(limits: &PoolLimits, share: Ratio, now: Instant) -> Limiter {
        let bucket = |limit: Option<crate::settings::RateLimit>| {
            limit.map(|mut limit| {
                limit.amount = share.of(limit.amount).max(1);
                limit.burst = share.of(limit.burst).max(1);
                TokenBucket::full(limit, now)
            })
        };
        Limiter {
            requests: bucket(limits.requests),
            tokens: bucket(limits.tokens),
            input_tokens: bucket(limits.input_tokens),
            output_tokens: bucket(limits.output_tokens),
            concurrency: limits.concurrency.map(|n| (share.of(u64::from(n)) as u32).max(1)),
            in_flight: 0,
        }
    }

    /// A limiter that lets everything pass.
    pub fn unlimited() -> Limiter {
        Limiter::new(&PoolLimits::default(), Ratio::ONE, Instant::START)
    }

    /// Whether a call with this charge would pass now. Takes nothing.
    #[inline]
    pub fn ask(&mut self, charge: Charge, now: Instant) -> Result<(), Denial> {
        let mut worst: Option<Denial> = None;
        for (bucket, cost, dimension) in self.dimensions(charge) {
            let when = match bucket.ask(cost, now) {
                Admission::Granted => continue,
                Admission::RetryAt(at) => When::RetryAt(at),
                Admission::NeverFits { .. } => When::NeverFits,
            };
            if worst.is_none_or(|denial| later(when, denial.when)) {
                worst = Some(Denial { dimension, when });
            }
        }
        if let Some(denial) = worst {
            return Err(denial);
        }
        match self.concurrency {
            Some(limit) if self.in_flight >= limit => {
                Err(Denial { dimension: Dimension::Concurrency, when: When::OnRelease })
            }
            _ => Ok(()),
        }
    }

    /// Reserves the charge, after a yes from [`ask`](Self::ask).
    #[inline]
    pub fn take(&mut self, charge: Charge) {
        for (bucket, cost, _) in self.dimensions(charge) {
            bucket.take(cost);
        }
        self.in_flight += 1;
    }

    /// Replaces a reservation by what the call really used. The request itself stays counted.
    #[inline]
    pub fn settle(&mut self, held: Charge, actual: Charge) {
        self.release();
        correct(
            &mut self.tokens,
            held.input_tokens + held.output_tokens,
            actual.input_tokens + actual.output_tokens,
        );
        correct(&mut self.input_tokens, held.input_tokens, actual.input_tokens);
        correct(&mut self.output_tokens, held.output_tokens, actual.output_tokens);
    }

    /// Gives a reservation back whole: the call was never sent.
    pub fn void(&mut self, held: Charge) {
        self.release();
        for (bucket, cost, _) in self.dimensions(held) {
            bucket.give_back(cost);
        }
    }

    /// Calls under way.
    pub fn in_flight(&self) -> u32 {
        self.in_flight
    }

    /// How long the pool takes to refill this charge, in its scarcest dimension; zero if nothing is limited.
    pub fn refill_time(&mut self, charge: Charge) -> Span {
        let times = self.dimensions(charge).map(|(bucket, cost, _)| bucket.refill_time(cost));
        times.max().unwrap_or(Span::ZERO)
    }

    #[inline]
    fn release(&mut self) {
        self.in_flight = self.in_flight.checked_sub(1).expect("a call was released that was never taken");
    }

    #[inline]
    fn dimensions(&mut self, charge: Charge) -> impl Iterator<Item = (&mut TokenBucket, u64, Dimension)> {
        let all = [
            (&mut self.requests, 1, Dimension::Requests),
            (&mut self.tokens, charge.input_tokens + charge.output_tokens, Dimension::Tokens),
            (&mut self.input_tokens, charge.input_tokens, Dimension::InputTokens),
            (&mut self.output_tokens, charge.output_tokens, Dimension::OutputTokens),
        ];
        all.into_iter().filter_map(|(bucket, cost, dimension)| Some((bucket.as_mut()?, cost, dimension)))
    }
}

#[inline]
fn correct(bucket: &mut Option<TokenBucket>, held: u64, actual: u64) {
    if let Some(bucket) = bucket {
        if actual > held {
            bucket.take(actual - held);
        } else {
            bucket.give_back(held - actual);
        }
    }
}

fn later(a: When, b: When) -> bool {
    match (a, b) {
        (When::NeverFits, When::NeverFits) => false,
        (When::NeverFits, _) => true,
        (When::RetryAt(a), When::RetryAt(b)) => a > b,
        _ => false,
    }
}
