//! Whether and when a failed attempt is made again.
//!
//! Waits grow exponentially under a ceiling and are spread by jitter, so that clients that failed together do not come
//! back together: full, equal and decorrelated as M. Brooker describes them ("Exponential Backoff And Jitter", AWS
//! Architecture Blog, 2015), or as the official SDKs do. A retry budget bounds what retries can add to the load by
//! construction: `attempts ≤ (1 + r) × requests + burst` for each fleet. A repetition by an outer layer of retries is new
//! traffic to the fleet and counts as a request here: no budget of the fleet bounds what its callers repeat.
//!
//! | jitter | wait before retry `n`, ceiling `c = min(cap, base × 2ⁿ⁻¹)` | mean |
//! |---|---|---|
//! | none | `c` | `c` |
//! | full | uniform in `[0, c]` | `c/2` |
//! | equal | uniform in `[c/2, c]` | `3c/4` |
//! | decorrelated | `min(cap, uniform in [base, 3 × previous])` | `(base + 3 × previous)/2` below the cap |
//! | sdk | uniform in `(3c/4, c]` | `7c/8` |

use crate::settings::{Beyond, Jitter, RetryAfterUse, RetryBudgetPolicy, RetryPolicy};
use rushhour_base::draw::below;
use rushhour_base::event::Reason;
use rushhour_base::message::{CallError, ErrorKind};
use rushhour_base::{Ratio, Span};

/// What to do after a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Wait, then try the rung again.
    Wait(Wait),
    /// Go to the next rung.
    Fall(Reason),
}

/// How long to wait before a retry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wait {
    /// The whole wait.
    pub span: Span,
    /// What was drawn, whether or not a `Retry-After` took its place: the `previous` of the next retry.
    pub drawn: Span,
}

/// What a `Retry-After` comes to under a policy.
enum Asked {
    Nothing,
    Accepted(Span),
    TooMuch,
}

impl RetryPolicy {
    /// What to do after the failure of attempt number `attempt` (from 1) on a rung; `previous` is what was drawn
    /// before that attempt ([`Span::ZERO`] before the first), `word` a uniform draw.
    ///
    /// As a floor, a `Retry-After` has the jitter on top, or every agent that was refused would return in the same
    /// instant.
    ///
    /// ```
    /// use rushhour_base::message::{CallError, ErrorKind};
    /// use rushhour_base::Span;
    /// use rushhour_core::{retry::{Next, Wait}, settings::RetryPolicy};
    /// let told = |seconds| CallError { kind: ErrorKind::RateLimited, retry_after: Some(Span::secs(seconds)) };
    /// let sdk = RetryPolicy::ANTHROPIC_PYTHON;
    /// let Next::Wait(Wait { span, .. }) = sdk.next(1, Span::ZERO, told(3_600), 0) else { panic!("it retries") };
    /// assert_eq!(span, Span::secs(3_600)); // an hour, because the header said so
    /// ```
    pub fn next(&self, attempt: u32, previous: Span, error: CallError, word: u64) -> Next {
        if !self.may_mend(error.kind) {
            return Next::Fall(Reason::NotRetryable);
        }
        if attempt >= self.max_attempts {
            return Next::Fall(Reason::RetriesExhausted);
        }
        let drawn = self.backoff(attempt, previous, word);
        let span = match self.asked(error.retry_after) {
            Asked::TooMuch => return Next::Fall(Reason::ToldToWait),
            Asked::Nothing => drawn,
            Asked::Accepted(asked) => match self.retry_after {
                RetryAfterUse::Floor => asked + drawn,
                RetryAfterUse::Exact => asked,
            },
        };
        Next::Wait(Wait { span, drawn })
    }

    /// Whether another attempt after an error of this kind is thought to be of use.
    fn may_mend(&self, kind: ErrorKind) -> bool {
        match kind {
            ErrorKind::InvalidRequest | ErrorKind::Unauthorized => false,
            ErrorKind::CreditExhausted => self.exhausted_credit,
            _ => true,
        }
    }

    /// The drawn wait before retry number `attempt` (from 1), without `Retry-After`. `previous` is the last one drawn,
    /// [`Span::ZERO`] if this is the first; only [`Jitter::Decorrelated`] looks at it.
    ///
    /// ```
    /// use rushhour_base::Span;
    /// use rushhour_core::settings::RetryPolicy;
    /// let sdk = RetryPolicy::OPENAI_PYTHON;
    /// assert_eq!(sdk.backoff(2, Span::ZERO, 0), Span::secs(1));
    /// assert_eq!(sdk.backoff(2, Span::ZERO, u64::MAX / 2), Span(875_000_001));
    /// ```
    pub fn backoff(&self, attempt: u32, previous: Span, word: u64) -> Span {
        let ceiling = self.ceiling(attempt);
        Span(match self.jitter {
            Jitter::None => ceiling,
            Jitter::Full => uniform(word, 0, ceiling),
            Jitter::Equal => uniform(word, ceiling / 2, ceiling),
            Jitter::Decorrelated => {
                let highest = previous.max(self.base).0.saturating_mul(3);
                uniform(word, self.base.0, highest).min(self.cap.0)
            }
            Jitter::Sdk => ceiling - below(word, ceiling / 4),
        })
    }

    /// `min(cap, base × 2ⁿ⁻¹)` in nanoseconds.
    fn ceiling(&self, attempt: u32) -> u64 {
        let doublings = attempt.saturating_sub(1).min(63);
        self.cap.0.min(self.base.0.saturating_mul(1 << doublings))
    }

    fn asked(&self, retry_after: Option<Span>) -> Asked {
        match retry_after {
            Some(asked) if asked < self.retry_after_min || self.retry_after_max == Span::ZERO => {
                Asked::Nothing
            }
            Some(asked) if asked <= self.retry_after_max => Asked::Accepted(asked),
            Some(_) if self.retry_after_beyond == Beyond::Fall => Asked::TooMuch,
            _ => Asked::Nothing,
        }
    }
}

/// Uniform from `low` to `high`, both included; neither exceeds half the range of a `u64` in any policy, or the sum
/// saturates.
fn uniform(word: u64, low: u64, high: u64) -> u64 {
    low.saturating_add(below(word, (high - low).saturating_add(1)))
}

/// Retries that a fleet may still make: a balance that requests fill and retries draw on.
///
/// # Why not only a maximum number of attempts?
/// With three attempts each, a provider that fails everything gets three times the load just when it can take least.
/// A budget lets single failures be retried and a storm not.
#[derive(Clone, Debug)]
pub struct RetryBudget {
    deposit: u64,
    balance: u64,
    burst: u64,
}

/// One retry, in the balance's unit.
const RETRY: u64 = 1_000_000;

impl RetryBudget {
    /// A full budget.
    ///
    /// ```
    /// use rushhour_base::Ratio;
    /// use rushhour_core::{retry::RetryBudget, settings::RetryBudgetPolicy};
    /// let policy = RetryBudgetPolicy { per_request: Ratio::new(1, 10).unwrap(), burst: 1 };
    /// let mut budget = RetryBudget::full(policy);
    /// assert!(budget.withdraw());
    /// assert!(!budget.withdraw());
    /// (0..10).for_each(|_| budget.deposit()); // ten requests earn one retry
    /// assert!(budget.withdraw());
    /// ```
    pub fn full(policy: RetryBudgetPolicy) -> RetryBudget {
        let burst = u64::from(policy.burst) * RETRY;
        RetryBudget { deposit: Ratio::of(policy.per_request, RETRY), balance: burst, burst }
    }

    /// A request was made.
    #[inline]
    pub fn deposit(&mut self) {
        self.balance = (self.balance + self.deposit).min(self.burst);
    }

    /// Takes one retry if there is one.
    pub fn withdraw(&mut self) -> bool {
        let granted = self.balance >= RETRY;
        if granted {
            self.balance -= RETRY;
        }
        granted
    }
}

#[cfg(test)]
mod tests;
