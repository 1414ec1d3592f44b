//! What became of tokens: what prompt caches knew, what was reasoning, and what was cut off.

use rushhour_base::Money;

/// Tokens of all calls that providers put on their invoices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TokenReport {
    /// Input tokens, whatever a cache did with them.
    pub input: u64,
    /// Those of them that were read from a prompt cache.
    pub cached: u64,
    /// Those of them that were written to one.
    pub cache_written: u64,
    /// Output tokens.
    pub output: u64,
    /// Those of them that were reasoning, which nobody sees.
    pub reasoning: u64,
    /// What the prompt caches saved: what the same calls would have cost without them, less what they did cost. Below zero
    /// where more was written than was ever read.
    pub saved_by_cache: Money,
    /// Calls that came to an end by themselves.
    pub replies: u64,
    /// Those of them that ended because they reached `max_tokens`.
    pub cut: u64,
    /// What these cost.
    pub cut_usd: Money,
}

impl TokenReport {
    /// The share of input that was read from a prompt cache; `None` without input.
    pub fn cached_share(&self) -> Option<f64> {
        share(self.cached, self.input)
    }

    /// The share of output that was reasoning; `None` without output.
    pub fn reasoning_share(&self) -> Option<f64> {
        share(self.reasoning, self.output)
    }

    /// The share of replies that were cut by `max_tokens`; `None` without replies.
    pub fn cut_share(&self) -> Option<f64> {
        share(self.cut, self.replies)
    }

    /// Whether a prompt cache was used at all.
    pub fn used_a_cache(&self) -> bool {
        self.cached + self.cache_written > 0
    }
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
