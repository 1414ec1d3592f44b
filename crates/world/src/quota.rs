//! What a provider grants an organisation for one model class, and how it counts against that.
//!
//! Requests and input tokens are charged when a call is admitted. For output there are two ways. Anthropic counts it as
//! it is produced and cuts no reply that is under way; here the count comes in steps of time, or at once at the end, which is
//! the same to within the length of one reply. Admission therefore asks only that something be left, and the replies then under way
//! may run over; a refill pays off such a debt first, a window forgets it when it turns. OpenAI charges the longest reply
//! asked for at admission; whether it gives back what was not produced is not known, so both can be had.
//!
//! A decision is all or nothing: a refused call charges nothing, but where the provider counts refused and failed calls
//! it takes what is left of one request.
//!
//! # What it does not do
//! It knows nothing of a client's own limiter: the two are written apart, so that a mistake in one shows against the
//! other.

mod bucket;
mod gauge;
mod growth;
mod headers;
mod log;
mod nested;
#[cfg(test)]
mod tests;
mod window;

use crate::settings::{Estimate, GrantPlan, OutputCharge, QuotaPlan};
use gauge::Gauge;
use growth::Growth;
pub use nested::Quotas;
use rushhour_base::{Dimension, Enforcement, Instant, QuotaId, Span};

/// A quota and its levels.
///
/// ```
/// use rushhour_base::time::SECOND;
/// use rushhour_base::{Dimension, Instant, Span};
/// use rushhour_world::quota::{Quota, Refusal};
/// use rushhour_world::settings::{GrantPlan, QuotaPlan};
///
/// let requests = Some(GrantPlan { amount: 60, period: Span::secs(60), burst: 1 }); // one a second, one at once
/// let mut quota = Quota::full(&QuotaPlan { requests, ..QuotaPlan::default() });
/// assert!(quota.admit(1_000, 500, Instant::START).is_ok());
/// let refusal = Refusal { dimension: Dimension::Requests, retry_at: Instant(SECOND) };
/// assert_eq!(quota.admit(1_000, 500, Instant::START), Err(refusal));
/// assert!(quota.admit(1_000, 500, refusal.retry_at).is_ok());
/// ```
#[derive(Clone, Debug)]
pub struct Quota {
    requests: Option<Gauge>,
    tokens: Option<Gauge>,
    input_tokens: Option<Gauge>,
    output_tokens: Option<Gauge>,
    requests_per_day: Option<Gauge>,
    tokens_per_day: Option<Gauge>,
    growth: Option<Box<Growth>>,
    concurrency: Option<u32>,
    under_way: u32,
    output: OutputCharge,
    output_every: Span,
    counts_failed: bool,
    counts_cached: bool,
    within: Option<QuotaId>,
}

/// Why a call was not admitted, and when it could be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The dimension that had no room; of several, the one that has to be waited for longest.
    pub dimension: Dimension,
    /// When this call passes if nothing else happens, to the nanosecond. For concurrency nobody can know: the instant
    /// of the refusal. For a call that is larger than what passes at once, and so never passes, when nothing is used.
    pub retry_at: Instant,
}

/// What an admitted call was charged for its output, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Charged {
    /// Output tokens charged at admission.
    pub output_tokens: u64,
    /// When.
    pub at: Instant,
}

/// What the end of a call did to its quota.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// Its output was charged.
    Charged,
    /// So many output tokens were given back.
    Refunded(u64),
    /// All was charged before.
    Nothing,
}

impl Quota {
    /// A quota as `plan` states it, all of it available.
    ///
    /// # Panics
    /// If a grant has an amount, period or burst of zero, or growth no floor or a span under a minute: a reader of scenarios lets no such plan pass.
    pub fn full(plan: &QuotaPlan) -> Quota {
        let beside = match plan.enforced {
            Enforcement::Slices(_) => Enforcement::FixedWindow,
            other => other,
        };
        let gauge = |grant: Option<GrantPlan>| grant.map(|grant| Gauge::new(grant, beside));
        Quota {
            requests: plan.requests.map(|grant| Gauge::new(grant, plan.enforced)),
            tokens: gauge(plan.tokens),
            input_tokens: gauge(plan.input_tokens),
            output_tokens: gauge(plan.output_tokens),
            requests_per_day: gauge(plan.requests_per_day),
            tokens_per_day: gauge(plan.tokens_per_day),
            growth: plan.growth.map(|plan| Box::new(Growth::new(plan))),
            concurrency: plan.concurrency,
            under_way: 0,
            output: plan.output,
            output_every: plan.output_every,
            counts_failed: plan.counts_failed,
            counts_cached: plan.counts_cached,
            within: plan.within,
        }
    }

    /// Admits a call with a prompt of `input_tokens` that asks for a reply of at most `max_tokens` and charges it, or
    /// refuses it and charges nothing, unless refused calls [count](Self::counts_failed) here.
    ///
    /// # Errors
    /// The dimension that had no room, and when this call could pass.
    #[inline]
    pub fn admit(&mut self, input_tokens: u64, max_tokens: u64, now: Instant) -> Result<Charged, Refusal> {
        let output_tokens = self.up_front(input_tokens, max_tokens);
        if let Some(refusal) = self.refusal(input_tokens, output_tokens, now) {
            return Err(if self.counts_failed { self.count_refused(refusal, now) } else { refusal });
        }
        Ok(self.charge(input_tokens, output_tokens, now))
    }

    /// Charges an admitted call.
    #[inline]
    fn charge(&mut self, input_tokens: u64, output_tokens: u64, now: Instant) -> Charged {
        let both = input_tokens.saturating_add(output_tokens);
        let charges = [
            (&mut self.requests, 1),
            (&mut self.tokens, both),
            (&mut self.input_tokens, input_tokens),
            (&mut self.output_tokens, output_tokens),
            (&mut self.requests_per_day, 1),
            (&mut self.tokens_per_day, both),
        ];
        for (gauge, tokens) in charges {
            charge(gauge, tokens, now);
        }
        if let Some(growth) = &mut self.growth {
            growth.take(input_tokens, now);
        }
        self.under_way += 1;
        Charged { output_tokens, at: now }
    }

    /// In which steps of time output is charged while it is produced; `None` if it is charged in one piece.
    #[inline]
    fn charges_every(&self) -> Option<Span> {
        let live = self.output == OutputCharge::AsProduced && self.output_every > Span::ZERO;
        live.then_some(self.output_every)
    }

    /// Charges output of a call that goes on producing.
    fn charge_produced(&mut self, output_tokens: u64, now: Instant) {
        let with_output = [&mut self.tokens, &mut self.output_tokens, &mut self.tokens_per_day];
        with_output.into_iter().for_each(|gauge| charge(gauge, output_tokens, now));
    }

    /// Ends an admitted call, which produced `output_tokens` that were not charged yet and no longer counts as under way.
    ///
    /// # Panics
    /// If no call is under way.
    #[inline]
    pub fn settle(&mut self, output_tokens: u64, charged: Charged, now: Instant) -> Settled {
        self.under_way = self.under_way.checked_sub(1).expect("only a call under way is settled");
        match self.output {
            OutputCharge::AsProduced => {
                self.charge_produced(output_tokens, now);
                Settled::Charged
            }
            OutputCharge::UpFront { refunds: true, .. } => {
                let unused = charged.output_tokens.saturating_sub(output_tokens);
                let with_output = [&mut self.tokens, &mut self.output_tokens, &mut self.tokens_per_day];
                for gauge in with_output.into_iter().flatten() {
                    gauge.give_back(unused, charged.at, now);
                }
                Settled::Refunded(unused)
            }
            OutputCharge::UpFront { refunds: false, .. } => Settled::Nothing,
        }
    }

    /// Whether calls that are refused or fail count as requests.
    pub fn counts_failed(&self) -> bool {
        self.counts_failed
    }

    /// Whether tokens that the prompt cache knows count.
    #[inline]
    pub fn counts_cached(&self) -> bool {
        self.counts_cached
    }

    /// Counts a call that failed before it was admitted as one request, as far as there is room for one.
    pub fn count_failed(&mut self, now: Instant) {
        for gauge in [&mut self.requests, &mut self.requests_per_day].into_iter().flatten() {
            gauge.take_if_left(now);
        }
    }

    /// Output tokens charged at admission.
    #[inline]
    fn up_front(&self, input_tokens: u64, max_tokens: u64) -> u64 {
        match self.output {
            OutputCharge::AsProduced => 0,
            OutputCharge::UpFront { estimate: Estimate::Sum, .. } => max_tokens,
            OutputCharge::UpFront { estimate: Estimate::Larger, .. } => {
                max_tokens.saturating_sub(input_tokens)
            }
        }
    }

    /// The lack that has to be waited for longest; of equal ones the first.
    #[inline]
    fn refusal(&mut self, input_tokens: u64, output_tokens: u64, now: Instant) -> Option<Refusal> {
        let both = input_tokens.saturating_add(output_tokens);
        let later = self.output == OutputCharge::AsProduced;
        let lacks = |gauge: &mut Option<Gauge>, tokens| gauge.as_mut().and_then(|g| g.lacks(tokens, now));
        let output = |gauge: &mut Option<Gauge>| match gauge {
            Some(gauge) if later => gauge.spent(now),
            Some(gauge) => gauge.lacks(output_tokens, now),
            None => None,
        };
        let full = self.concurrency.is_some_and(|most| self.under_way >= most);
        let lacking = [
            (Dimension::Requests, lacks(&mut self.requests, 1)),
            (Dimension::Tokens, lacks(&mut self.tokens, both)),
            (Dimension::InputTokens, lacks(&mut self.input_tokens, input_tokens)),
            (Dimension::OutputTokens, output(&mut self.output_tokens)),
            (Dimension::RequestsPerDay, lacks(&mut self.requests_per_day, 1)),
            (Dimension::TokensPerDay, lacks(&mut self.tokens_per_day, both)),
            (Dimension::Concurrency, full.then_some(now)),
            (Dimension::Growth, self.growth.as_mut().and_then(|growth| growth.lacks(input_tokens, now))),
        ];
        let mut worst: Option<Refusal> = None;
        for (dimension, retry_at) in lacking {
            if let Some(retry_at) = retry_at
                && worst.is_none_or(|w| w.retry_at < retry_at)
            {
                worst = Some(Refusal { dimension, retry_at });
            }
        }
        worst
    }

    /// Counts a refused call, and so may put off when it could pass.
    #[cold]
    fn count_refused(&mut self, refusal: Refusal, now: Instant) -> Refusal {
        self.count_failed(now);
        let mut refusal = refusal;
        for (dimension, gauge) in [
            (Dimension::Requests, &mut self.requests),
            (Dimension::RequestsPerDay, &mut self.requests_per_day),
        ] {
            let retry_at = gauge.as_mut().and_then(|gauge| gauge.lacks(1, now));
            if let Some(retry_at) = retry_at.filter(|&at| at > refusal.retry_at) {
                refusal = Refusal { dimension, retry_at };
            }
        }
        refusal
    }
}

#[inline]
fn charge(gauge: &mut Option<Gauge>, tokens: u64, now: Instant) {
    if let Some(gauge) = gauge
        && tokens > 0
    {
        gauge.take(tokens, now);
    }
}
