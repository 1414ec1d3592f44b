//! Whether a call fits all dimensions of its pool: requests, tokens, input, output, per minute and per day, and calls at
//! once; all or nothing.
//!
//! # Why reserve before sending?
//! Settling only afterwards lets a hundred concurrent agents each see the same free quota and overspend it a hundred
//! times. A call reserves its estimate when it is granted and settles the truth when the reply is in; the difference
//! flows back, or becomes a debt, as far as the provider gives it back (see [`Accounting`]).
//!
//! # Which algorithm?
//! The provider's own, where it is known: two different ones refuse each other's bursts. [`Meter`] compares them.
//!
//! # What it does not do
//! It never waits, reads a clock, or knows of other processes that share the quota, but for what the provider tells of
//! them: see [`Limiter::observe`]. What each agent is held to stands in [`pace`].

mod aimd;
mod fixed_window;
mod meter;
pub mod pace;
mod settle;
mod sliding_counter;
mod sliding_log;

pub use aimd::Aimd;
pub use fixed_window::FixedWindow;
pub use meter::Meter;
pub use settle::Ending;
pub use sliding_counter::SlidingCounter;
pub use sliding_log::SlidingLog;

use crate::bucket::Admission;
use crate::settings::{
    Accounting, AimdPolicy, Kinds, LimiterKind, LimiterPolicy, PoolLimits, RateLimit, Refund,
};
use rushhour_base::time::{DAY, MINUTE};
use rushhour_base::{Dimension, Instant, Ratio, Span};

/// What one call costs its pool, besides the one request that it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Charge {
    /// Input tokens.
    pub input_tokens: u64,
    /// Output tokens.
    pub output_tokens: u64,
}

/// What a call has reserved, and when: which window, log entry or bucket it is that a refund goes to.
#[must_use = "settle or void it: what is held starves others"]
#[derive(Debug, PartialEq, Eq)]
pub struct Hold {
    charge: Charge,
    at: Instant,
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

/// The meters of one pool.
#[derive(Clone, Debug)]
pub struct Limiter {
    meters: Vec<Metered>,
    most_in_flight: u32,
    in_flight: u32,
    /// Output tokens reserved by calls under way.
    held_output: u64,
    accounting: Accounting,
    share: Ratio,
    /// The limits as they were last told, in the order of the meters.
    told: Vec<Told>,
    /// The most calls at once, if that is felt for.
    felt_in_flight: Option<Box<Aimd>>,
    adapts: bool,
}

/// A limit as it was stated in the beginning, the amount that was told last, and the client's own, which nothing that is
/// told can raise.
#[derive(Clone, Copy, Debug)]
struct Told {
    stated: RateLimit,
    amount: u64,
    own: u64,
}

#[derive(Clone, Debug)]
struct Metered {
    meter: Meter,
    dimension: Dimension,
    /// What a call costs here: one, or the bits of its tokens that count.
    ones: u64,
    input_mask: u64,
    output_mask: u64,
}

impl Limiter {
    /// A limiter of full token buckets. `share` scales every limit down, but never below one.
    pub fn new(limits: &PoolLimits, share: Ratio, now: Instant) -> Limiter {
        Limiter::with_policy(limits, &LimiterPolicy { share, ..LimiterPolicy::default() }, now)
    }

    /// A limiter of the meters that a policy asks for, nothing counted yet. Its own limits go before those of the pool.
    pub fn with_policy(limits: &PoolLimits, policy: &LimiterPolicy, now: Instant) -> Limiter {
        let accounting = match policy.refund {
            Refund::Dialect => limits.accounting,
            Refund::Unused => {
                Accounting { gives_back_unused: true, gives_back_failed: true, ..limits.accounting }
            }
            Refund::Never => {
                Accounting { gives_back_unused: false, gives_back_failed: false, ..limits.accounting }
            }
        };
        let mut limiter = Limiter {
            meters: Vec::new(),
            most_in_flight: u32::MAX,
            in_flight: 0,
            held_output: 0,
            accounting,
            share: policy.share,
            told: Vec::new(),
            felt_in_flight: None,
            adapts: false,
        };
        for (dimension, kind, told) in rows(&policy.own, limits, &policy.kinds) {
            limiter.add(dimension, kind, told, policy.aimd, now);
        }
        limiter.bound_in_flight(policy.own.concurrency.or(limits.concurrency), policy, now);
        limiter
    }

    /// A limiter that lets everything pass.
    pub fn unlimited() -> Limiter {
        Limiter::new(&PoolLimits::default(), Ratio::ONE, Instant::START)
    }

    /// Whether a call with this charge would pass now. Takes nothing.
    ///
    /// # Errors
    /// The dimension that holds it back longest, and when to ask again.
    #[inline]
    pub fn ask(&mut self, charge: Charge, now: Instant) -> Result<(), Denial> {
        let passes = self.meters.iter_mut().all(|metered| metered.meter.passes(metered.cost(charge), now));
        if passes && self.in_flight < self.most_in_flight { Ok(()) } else { Err(self.denial(charge, now)) }
    }

    /// Reserves the charge, after a yes from [`ask`](Self::ask) at the same instant.
    #[inline]
    pub fn take(&mut self, charge: Charge, now: Instant) -> Hold {
        for metered in &mut self.meters {
            metered.meter.take(metered.cost(charge), now);
        }
        self.in_flight += 1;
        self.held_output += charge.output_tokens;
        Hold { charge, at: now }
    }

    /// Gives a reservation back whole: the call was never sent.
    pub fn void(&mut self, hold: Hold, now: Instant) {
        self.release(&hold);
        for metered in &mut self.meters {
            metered.meter.correct(metered.cost(hold.charge), 0, hold.at, now);
        }
    }

    /// Calls under way.
    pub fn in_flight(&self) -> u32 {
        self.in_flight
    }

    /// The limit in force of a dimension: stated, learned or felt for; `None` if it is not limited.
    pub fn limit(&self, dimension: Dimension) -> Option<u64> {
        if dimension == Dimension::Concurrency {
            return (self.most_in_flight < u32::MAX).then_some(u64::from(self.most_in_flight));
        }
        self.meters
            .iter()
            .find(|metered| metered.dimension == dimension)
            .map(|metered| metered.meter.amount())
    }

    /// What is felt for, and where that stands.
    pub fn felt(&self) -> Option<(Dimension, u64)> {
        if self.felt_in_flight.is_some() {
            return Some((Dimension::Concurrency, u64::from(self.most_in_flight)));
        }
        let felt = |metered: &&Metered| matches!(metered.meter, Meter::Adaptive(_));
        self.meters.iter().find(felt).map(|metered| (metered.dimension, metered.meter.amount()))
    }

    /// What would pass now in a dimension; negative after an overrun, `None` if it is not limited.
    pub fn level(&mut self, dimension: Dimension, now: Instant) -> Option<i128> {
        if dimension == Dimension::Concurrency {
            return self.limit(dimension).map(|most| i128::from(most) - i128::from(self.in_flight));
        }
        let metered = self.meters.iter_mut().find(|metered| metered.dimension == dimension)?;
        Some(metered.meter.level(now))
    }

    /// How long the pool takes to refill this charge, in its scarcest dimension; zero if nothing is limited.
    pub fn refill_time(&self, charge: Charge) -> Span {
        let times = self.meters.iter().map(|m| m.meter.refill_time(charge.of(m.dimension)));
        times.max().unwrap_or(Span::ZERO)
    }

    #[inline]
    fn release(&mut self, hold: &Hold) {
        self.in_flight = self.in_flight.checked_sub(1).expect("a call was released that was never taken");
        self.held_output -= hold.charge.output_tokens;
    }

    #[cold]
    fn denial(&mut self, charge: Charge, now: Instant) -> Denial {
        let mut worst = None;
        for metered in &mut self.meters {
            longer(&mut worst, metered.dimension, metered.meter.ask(metered.cost(charge), now));
        }
        match worst {
            Some(denial) if self.in_flight < self.most_in_flight => denial,
            worst => self.is_full(worst),
        }
    }

    /// Somebody waits for a place. That names the denial unless waiting is in vain: until a call ends, no other limit
    /// matters.
    fn is_full(&mut self, worst: Option<Denial>) -> Denial {
        if let Some(felt) = &mut self.felt_in_flight {
            felt.on_pressure();
        }
        match worst {
            Some(denial @ Denial { when: When::NeverFits, .. }) => denial,
            _ => Denial { dimension: Dimension::Concurrency, when: When::OnRelease },
        }
    }

    fn add(&mut self, dimension: Dimension, kind: LimiterKind, told: Told, aimd: AimdPolicy, now: Instant) {
        let limit = scaled(self.share, told.stated);
        let Some(meter) = Meter::new(kind, limit, aimd, now) else { return };
        self.adapts |= matches!(meter, Meter::Adaptive(_));
        self.meters.push(Metered::new(dimension, meter));
        self.told.push(told);
    }

    fn bound_in_flight(&mut self, stated: Option<u32>, policy: &LimiterPolicy, now: Instant) {
        match policy.kinds.concurrency {
            LimiterKind::None => {}
            LimiterKind::Aimd => {
                let felt = Aimd::new(policy.aimd, now);
                self.most_in_flight = small(felt.value());
                self.felt_in_flight = Some(Box::new(felt));
                self.adapts = true;
            }
            _ => {
                let scaled = stated.map(|most| small(self.share.of(u64::from(most))).max(1));
                self.most_in_flight = scaled.unwrap_or(u32::MAX);
            }
        }
    }
}

impl Metered {
    fn new(dimension: Dimension, meter: Meter) -> Metered {
        let (one_in, one_out) =
            (Charge { input_tokens: 1, output_tokens: 0 }, Charge { input_tokens: 0, output_tokens: 1 });
        let ones = Charge::default().of(dimension);
        let mask = |charge: Charge| if charge.of(dimension) > ones { u64::MAX } else { 0 };
        Metered { meter, dimension, ones, input_mask: mask(one_in), output_mask: mask(one_out) }
    }

    /// What a call costs in this dimension, without a branch.
    #[inline]
    fn cost(&self, charge: Charge) -> u64 {
        self.ones + (charge.input_tokens & self.input_mask) + (charge.output_tokens & self.output_mask)
    }
}

impl Charge {
    /// What it costs in a dimension.
    #[inline]
    fn of(self, dimension: Dimension) -> u64 {
        match dimension {
            Dimension::Requests | Dimension::RequestsPerDay => 1,
            Dimension::Tokens | Dimension::TokensPerDay => self.input_tokens + self.output_tokens,
            Dimension::InputTokens => self.input_tokens,
            Dimension::OutputTokens => self.output_tokens,
            Dimension::Concurrency | Dimension::AgentRequests | Dimension::Spacing | Dimension::Growth => 0,
        }
    }
}

impl Hold {
    /// What it reserves.
    pub fn charge(&self) -> Charge {
        self.charge
    }

    /// Since when.
    pub fn at(&self) -> Instant {
        self.at
    }
}

/// The dimensions that are counted, in the order in which equally long denials are named.
fn rows(
    own: &PoolLimits,
    pool: &PoolLimits,
    kinds: &Kinds,
) -> impl Iterator<Item = (Dimension, LimiterKind, Told)> {
    let rows = [
        (Dimension::Requests, kinds.requests, own.requests, pool.requests, MINUTE),
        (Dimension::Tokens, kinds.tokens, own.tokens, pool.tokens, MINUTE),
        (Dimension::InputTokens, kinds.input_tokens, own.input_tokens, pool.input_tokens, MINUTE),
        (Dimension::OutputTokens, kinds.output_tokens, own.output_tokens, pool.output_tokens, MINUTE),
        (Dimension::RequestsPerDay, kinds.requests_per_day, own.requests_per_day, pool.requests_per_day, DAY),
        (Dimension::TokensPerDay, kinds.tokens_per_day, own.tokens_per_day, pool.tokens_per_day, DAY),
    ];
    rows.into_iter().filter_map(|(dimension, kind, own, pool, period)| {
        // What is felt for need not be stated.
        let unknown = RateLimit { amount: 1, period: Span(period), burst: 1 };
        let stated = own.or(pool).or((kind == LimiterKind::Aimd).then_some(unknown))?;
        let own = own.map_or(u64::MAX, |own| own.amount);
        Some((dimension, kind, Told { stated, amount: stated.amount, own }))
    })
}

#[cold]
fn longer(worst: &mut Option<Denial>, dimension: Dimension, admission: Admission) {
    let when = match admission {
        Admission::Granted => return,
        Admission::RetryAt(at) => When::RetryAt(at),
        Admission::NeverFits { .. } => When::NeverFits,
    };
    let is_longer = match (when, worst.as_ref().map(|denial| denial.when)) {
        (_, None) => true,
        (When::RetryAt(at), Some(When::RetryAt(worst))) => at > worst,
        (When::NeverFits, Some(When::RetryAt(_))) => true,
        _ => false,
    };
    if is_longer {
        *worst = Some(Denial { dimension, when });
    }
}

fn scaled(share: Ratio, limit: RateLimit) -> RateLimit {
    RateLimit { amount: share.of(limit.amount).max(1), burst: share.of(limit.burst).max(1), ..limit }
}

fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX - 1)
}

/// How much has to be counted so that of `level` no more than `told` is left.
fn hold_back_to(level: i128, told: i128) -> u64 {
    u64::try_from(level.saturating_sub(told).max(0)).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
