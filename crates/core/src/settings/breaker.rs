//! When a lane's breaker opens and closes.

use rushhour_base::Span;

/// When a lane's breaker opens and closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BreakerPolicy {
    /// Consecutive failures that open it. Above zero.
    pub failures: u32,
    /// How long it stays open.
    pub cooldown: Span,
    /// After which time a silent probe is presumed lost.
    pub probe_lease: Span,
    /// Whether a 429 is a failure. The caller's own errors never are.
    pub count_rate_limited: bool,
}
