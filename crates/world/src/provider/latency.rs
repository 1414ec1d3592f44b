//! How long replies take.

use crate::law::{factor, rounded};
use crate::settings::LatencyPlan;
use rushhour_base::Span;

impl LatencyPlan {
    /// Fitted to 40,387 calls of recorded coding agents: 1.20 s to the first token, 16.3 µs for each input token
    /// (mostly read from the prompt cache) and 14.67 ms for each output token (68 tokens a second), which explains
    /// 86 % of the variance. The spread is half the width of the middle 68 % of what remains, on a logarithmic scale;
    /// the tails are wider. How long a refusal takes was not recorded: 0.2 s is an assumption.
    pub const MEASURED: LatencyPlan = LatencyPlan {
        base: Span::millis(1_200),
        per_input_token: Span(16_300),
        per_cached_token: Span(16_300),
        per_output_token: Span(14_670_000),
        spread: 0.25,
        refusal: Span::millis(200),
    };

    /// From the send to the first token, and to the last, for an input of which so much is `cached`. The lognormal factor
    /// has the median 1, so the figures of the plan are medians and the mean is `exp(spread²/2)` times as long.
    #[inline]
    pub(super) fn times(
        &self,
        (input, cached): (u64, u64),
        output: u64,
        unit: impl FnOnce() -> f64,
    ) -> (Span, Span) {
        let read = self.per_input_token.0.saturating_mul(input - cached);
        let read = read.saturating_add(self.per_cached_token.0.saturating_mul(cached));
        let first = self.base.0.saturating_add(read);
        let last = first.saturating_add(self.per_output_token.0.saturating_mul(output));
        if self.spread <= 0.0 {
            return (Span(first), Span(last));
        }
        let factor = factor(self.spread, unit());
        (Span(rounded(first as f64 * factor)), Span(rounded(last as f64 * factor)))
    }
}
