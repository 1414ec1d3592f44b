//! Whether and when a failed attempt is made again.
//!
//! Waits grow exponentially under a ceiling and are spread by full jitter (M. Brooker, "Exponential Backoff And
//! Jitter", AWS Architecture Blog, 2015), so that clients that failed together do not come back together. A retry
//! budget bounds what retries can add to the load by construction: `retries ≤ r × requests + burst` for each fleet.

use crate::settings::{Jitter, RetryBudgetPolicy, RetryPolicy};
use rushhour_base::draw::below;
use rushhour_base::event::Reason;
use rushhour_base::message::{CallError, ErrorKind};
use rushhour_base::{Ratio, Span};

/// What to do after a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Wait this long, then try the rung again.
    Wait(Span),
    /// Go to the next rung.
    Fall(Reason),
}

impl RetryPolicy {
    /// What to do after the failure of attempt number `attempt` (from 1) on a rung; `word` is a uniform draw.
    ///
    /// A `Retry-After` is a floor under the wait, and the jitter comes on top of it, or every agent that was refused
    /// would return in the same instant.
    pub fn next(&self, attempt: u32, error: CallError, word: u64) -> Next {
        if error.kind == ErrorKind::InvalidRequest {
            return Next::Fall(Reason::NotRetryable);
        }
        if attempt >= self.max_attempts {
            return Next::Fall(Reason::RetriesExhausted);
        }
        let floor = match error.retry_after {
            Some(_) if self.retry_after_max == Span::ZERO => Span::ZERO,
            Some(asked) if asked > self.retry_after_max => return Next::Fall(Reason::NotRetryable),
            Some(asked) => asked,
            None => Span::ZERO,
        };
        Next::Wait(floor + self.backoff(attempt, word))
    }

    /// The wait before retry number `attempt` (from 1), without `Retry-After`.
    pub fn backoff(&self, attempt: u32, word: u64) -> Span {
        let doublings = attempt.saturating_sub(1).min(63);
        let ceiling = self.cap.0.min(self.base.0.saturating_mul(1 << doublings));
        match self.jitter {
            Jitter::None => Span(ceiling),
            Jitter::Full => Span(below(word, ceiling.saturating_add(1))),
        }
    }
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
mod tests {
    use super::*;

    fn policy() -> RetryPolicy {
        RetryPolicy {
            max_attempts: 3,
            base: Span::secs(1),
            cap: Span::secs(3),
            jitter: Jitter::Full,
            retry_after_max: Span::secs(60),
            budget: None,
        }
    }

    fn next(attempt: u32, kind: ErrorKind, retry_after: Option<u64>, word: u64) -> Next {
        policy().next(attempt, CallError { kind, retry_after: retry_after.map(Span::secs) }, word)
    }

    #[test]
    fn waits_grow_to_the_cap_and_jitter_spreads_them() {
        let half = u64::MAX / 2;
        for (attempt, ceiling_s) in [(1, 1), (2, 2), (3, 3), (40, 3), (200, 3)] {
            assert_eq!(policy().backoff(attempt, u64::MAX), Span::secs(ceiling_s));
            let middle = policy().backoff(attempt, half).0;
            assert!(middle.abs_diff(ceiling_s * 500_000_000) <= 1);
            assert_eq!(policy().backoff(attempt, 0), Span::ZERO);
        }
    }

    #[test]
    fn retry_after_is_a_floor_under_the_jitter() {
        assert_eq!(next(1, ErrorKind::RateLimited, Some(5), 0), Next::Wait(Span::secs(5)));
        assert_eq!(next(1, ErrorKind::RateLimited, Some(5), u64::MAX), Next::Wait(Span::secs(6)));
        assert_eq!(next(1, ErrorKind::RateLimited, Some(61), 0), Next::Fall(Reason::NotRetryable));
    }

    #[test]
    fn what_a_retry_cannot_mend_is_not_retried() {
        assert_eq!(next(1, ErrorKind::InvalidRequest, None, 0), Next::Fall(Reason::NotRetryable));
        assert_eq!(next(3, ErrorKind::Overloaded, None, 0), Next::Fall(Reason::RetriesExhausted));
    }

    /// The bound holds by construction: retries ≤ r × requests + burst, even if every call fails.
    #[test]
    fn a_budget_bounds_amplification() {
        let per_request = Ratio::new(1, 10).unwrap();
        let mut budget = RetryBudget::full(RetryBudgetPolicy { per_request, burst: 5 });
        let mut attempts = 0;
        for _ in 0..10_000 {
            budget.deposit();
            attempts += 1;
            while budget.withdraw() {
                attempts += 1;
            }
        }
        assert!(attempts <= 10_000 + 1_000 + 5, "{attempts}");
        assert!(attempts >= 10_000 + 1_000, "{attempts}");
    }
}
