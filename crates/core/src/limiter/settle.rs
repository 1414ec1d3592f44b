//! What comes back when a call ends, and what a provider's replies teach of its limits.
//!
//! # What a refund means
//! Two questions, answered apart. Does the *provider* give back what a call did not use? Its dialect says
//! ([`Accounting`]), and a policy may overrule it. And where does it go in the client's own *algorithm*? To the window or
//! entry in which it was counted, if that still counts; a bucket takes it up to its burst.
//!
//! | call | Anthropic's way | OpenAI's way |
//! |---|---|---|
//! | answered with less than reserved | the rest comes back | nothing comes back |
//! | answered with more | the excess is charged | the excess is charged |
//! | refused, or failed | its tokens come back | nothing comes back |
//! | its usage was never learned | nothing comes back | nothing comes back |
//!
//! The request itself stays counted in any case.

use super::{Charge, Hold, Limiter, Metered, small};
#[cfg(doc)]
use crate::settings::Accounting;
use rushhour_base::{Dimension, Instant};

/// How a call ended, as far as its quota is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// With a reply that used so much.
    Answered(Charge),
    /// With a 429.
    RateLimited,
    /// With another error, before anything was produced.
    Failed,
    /// Without its usage ever being learned: it counts as reserved.
    Unknown,
}

impl Limiter {
    /// Replaces a reservation by what the call is believed to have used. The request itself stays counted. Whether a
    /// limit that is felt for moved.
    #[inline]
    pub fn settle(&mut self, hold: Hold, ending: Ending, now: Instant) -> bool {
        self.release(&hold);
        let moved = self.adapts && self.learn(&hold, ending, now);
        let (held, believed) = (hold.charge, self.believed(hold.charge, ending));
        for metered in &mut self.meters {
            let (held, believed) = (metered.cost(held), metered.cost(believed));
            if held != believed {
                metered.meter.correct(held, believed, hold.at, now);
            }
        }
        moved
    }

    /// Believes what a reply's headers tell of a dimension, read at the instant at which they came: a changed limit,
    /// and how much of it is left. Of its own level and the told one the lower counts, so nothing is ever believed that
    /// the provider did not grant; where output counts only as it is produced, what calls under way have reserved
    /// is not yet in the told level, and is taken off it. A limit of the client's own is never raised. Whether the limit
    /// changed.
    ///
    /// ```
    /// # use rushhour_base::{Dimension, Instant, Ratio, Span};
    /// # use rushhour_core::limiter::{Charge, Limiter};
    /// # use rushhour_core::settings::{PoolLimits, RateLimit};
    /// let requests = Some(RateLimit { amount: 50, period: Span::secs(60), burst: 50 });
    /// let mut limiter = Limiter::new(&PoolLimits { requests, ..PoolLimits::default() }, Ratio::ONE, Instant::START);
    /// limiter.observe(Dimension::Requests, Some(50), Some(3), Instant::START); // another program spends the quota too
    /// assert_eq!(limiter.level(Dimension::Requests, Instant::START), Some(3));
    /// limiter.observe(Dimension::Requests, Some(50), Some(40), Instant::START);
    /// assert_eq!(limiter.level(Dimension::Requests, Instant::START), Some(3));
    /// ```
    pub fn observe(
        &mut self,
        dimension: Dimension,
        limit: Option<u64>,
        remaining: Option<u64>,
        now: Instant,
    ) -> bool {
        let Some(place) = self.meters.iter().position(|metered| metered.dimension == dimension) else {
            return false;
        };
        let pending = self.pending(dimension);
        let (meter, told) = (&mut self.meters[place].meter, &mut self.told[place]);
        let before = meter.amount();
        let limit = limit.map(|limit| limit.min(told.own));
        if let Some(limit) = limit.filter(|limit| *limit > 0 && *limit != told.amount) {
            // Headers say nothing of a burst: it keeps its proportion.
            let burst = u128::from(told.stated.burst) * u128::from(limit) / u128::from(told.stated.amount);
            let burst = u64::try_from(burst).unwrap_or(u64::MAX);
            told.amount = limit;
            meter.set_limit(self.share.of(limit).max(1), self.share.of(burst).max(1), now);
        }
        if let Some(remaining) = remaining {
            meter.lower(i128::from(remaining) - i128::from(pending), now);
        }
        meter.amount() != before
    }

    /// Output tokens that [`observe`](Self::observe) takes off what it is told to be left of a dimension: those that calls
    /// under way have reserved, where output counts only as it is produced.
    pub fn pending(&self, dimension: Dimension) -> u64 {
        let counts_output =
            matches!(dimension, Dimension::OutputTokens | Dimension::Tokens | Dimension::TokensPerDay);
        if counts_output && self.accounting.output_as_produced { self.held_output } else { 0 }
    }

    /// All ones where input that the prompt cache knew counts like other input, else zero.
    #[inline]
    pub fn cached_mask(&self) -> u64 {
        if self.accounting.counts_cached { u64::MAX } else { 0 }
    }

    /// Whether this is the limit of a dimension as it was told last.
    pub fn was_told(&self, dimension: Dimension, limit: u64) -> bool {
        let place = self.meters.iter().position(|metered| metered.dimension == dimension);
        place.is_some_and(|place| self.told[place].amount == limit)
    }

    /// What a call counts for in the end.
    #[inline]
    fn believed(&self, held: Charge, ending: Ending) -> Charge {
        match ending {
            Ending::Answered(actual) if self.accounting.gives_back_unused => actual,
            Ending::Answered(actual) => Charge {
                input_tokens: actual.input_tokens.max(held.input_tokens),
                output_tokens: actual.output_tokens.max(held.output_tokens),
            },
            Ending::RateLimited | Ending::Failed if self.accounting.gives_back_failed => Charge::default(),
            Ending::RateLimited | Ending::Failed | Ending::Unknown => held,
        }
    }

    #[cold]
    fn learn(&mut self, hold: &Hold, ending: Ending, now: Instant) -> bool {
        let refused = match ending {
            Ending::Answered(_) => false,
            Ending::RateLimited => true,
            Ending::Failed | Ending::Unknown => return false,
        };
        let mut moved = false;
        for Metered { meter, .. } in &mut self.meters {
            moved |= meter.learn(refused, hold.at, now);
        }
        if let Some(felt) = &mut self.felt_in_flight {
            moved |= if refused { felt.on_refusal(hold.at, now) } else { felt.on_success(now) };
            self.most_in_flight = small(felt.value());
        }
        moved
    }
}
