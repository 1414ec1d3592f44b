//! What a provider grants an organisation for one model class, enforced by continuous refill.
//!
//! Requests and input tokens are charged when a call is admitted, output tokens when its reply has ended or was cut.
//! Anthropic counts output as it is produced and cuts no reply that is under way; here the count comes at once at the
//! end, which is the same to within the length of one reply. Admission therefore asks only that the output level be
//! above zero, and the replies then under way may run it into debt, which the refill pays off first.
//!
//! A decision is all or nothing: a refused call charges nothing. `max_tokens` plays no part.
//!
//! # What it does not do
//! It knows no second slices, no acceleration limit, no workspaces, and nothing of a client's own limiter: the two are
//! written apart, so that a mistake in one shows against the other.

mod bucket;
#[cfg(test)]
mod tests;

use crate::settings::QuotaPlan;
use bucket::Bucket;
use rushhour_base::{Dimension, Instant};

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
/// assert_eq!(quota.admit(1_000, Instant::START), Ok(()));
/// let refusal = Refusal { dimension: Dimension::Requests, retry_at: Instant(SECOND) };
/// assert_eq!(quota.admit(1_000, Instant::START), Err(refusal));
/// assert_eq!(quota.admit(1_000, refusal.retry_at), Ok(()));
/// ```
#[derive(Clone, Debug)]
pub struct Quota {
    requests: Option<Bucket>,
    input_tokens: Option<Bucket>,
    output_tokens: Option<Bucket>,
    concurrency: Option<u32>,
    under_way: u32,
}

/// Why a call was not admitted, and when it could be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The dimension that had no room; of several, the one that has to be waited for longest.
    pub dimension: Dimension,
    /// When this call passes if nothing else happens, to the nanosecond. For concurrency nobody can know: the instant
    /// of the refusal. For a call that is larger than the burst, and so never passes, when the level is full.
    pub retry_at: Instant,
}

impl Quota {
    /// A quota as `plan` states it, all of it available.
    ///
    /// # Panics
    /// If a grant has an amount, period or burst of zero: a reader of scenarios lets no such plan pass.
    pub fn full(plan: &QuotaPlan) -> Quota {
        Quota {
            requests: plan.requests.map(Bucket::full),
            input_tokens: plan.input_tokens.map(Bucket::full),
            output_tokens: plan.output_tokens.map(Bucket::full),
            concurrency: plan.concurrency,
            under_way: 0,
        }
    }

    /// Admits a call with a prompt of `input_tokens` and charges it, or refuses it and charges nothing.
    ///
    /// # Errors
    /// The dimension that had no room, and when this call could pass.
    #[inline]
    pub fn admit(&mut self, input_tokens: u64, now: Instant) -> Result<(), Refusal> {
        let Quota { requests, input_tokens: input, output_tokens: output, concurrency, under_way } = self;
        let lacking = [
            (Dimension::Requests, requests.as_mut().and_then(|b| b.lacks(1, now))),
            (Dimension::InputTokens, input.as_mut().and_then(|b| b.lacks(input_tokens, now))),
            (Dimension::OutputTokens, output.as_mut().and_then(|b| b.spent(now))),
            (Dimension::Concurrency, concurrency.is_some_and(|most| *under_way >= most).then_some(now)),
        ];
        if let Some(refusal) = longest(lacking) {
            return Err(refusal);
        }
        charge(requests, 1);
        charge(input, input_tokens);
        *under_way += 1;
        Ok(())
    }

    /// Charges the `output_tokens` of an admitted call that has ended or was cut, which no longer counts as under way.
    ///
    /// # Panics
    /// If no call is under way.
    #[inline]
    pub fn settle(&mut self, output_tokens: u64, now: Instant) {
        if let Some(bucket) = &mut self.output_tokens {
            bucket.refill(now);
            bucket.take(output_tokens);
        }
        self.under_way = self.under_way.checked_sub(1).expect("only a call under way is settled");
    }
}

/// The lack that has to be waited for longest; of equal ones the first.
fn longest(lacking: [(Dimension, Option<Instant>); 4]) -> Option<Refusal> {
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

fn charge(bucket: &mut Option<Bucket>, tokens: u64) {
    if let Some(bucket) = bucket {
        bucket.take(tokens);
    }
}
