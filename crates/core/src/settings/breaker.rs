//! When a lane's breaker opens and closes.

use rushhour_base::{Ratio, Span};

/// When a lane's breaker opens and closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BreakerPolicy {
    /// What opens it.
    pub trip: Trip,
    /// How long it stays open.
    pub cooldown: CooldownPolicy,
    /// How it closes again.
    pub probes: ProbePolicy,
    /// Which errors are failures of the lane. The caller's own errors never are.
    pub counted: Counted,
}

/// What opens a breaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trip {
    /// So many failures in a row. Above zero.
    Consecutive(u32),
    /// A share of the calls in a window.
    Share(SharePolicy),
}

/// A share of the calls in a window that opens a breaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SharePolicy {
    /// Which calls are looked at.
    pub window: BreakerWindow,
    /// At or over this share of failures it opens. Above zero.
    pub share: Ratio,
    /// With fewer calls in the window it does not open, unless the window is full. A tumbling one is judged when it is
    /// full, whatever stands here.
    pub min_calls: u32,
    /// Which calls are slow, and how many of them are too many; `None` if slowness is no fault.
    pub slow: Option<SlowPolicy>,
}

/// Calls that took too long, whether they succeeded or failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlowPolicy {
    /// A call that takes longer is slow.
    pub after: Span,
    /// At or over this share of slow calls it opens. Above zero.
    pub share: Ratio,
}

/// Which calls a breaker looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreakerWindow {
    /// The last so many calls, judged at each. Above zero.
    Calls(u32),
    /// Blocks of so many calls, each judged when it is full and then forgotten. Above zero.
    Tumbling(u32),
    /// The calls that ended in the current and the latest `buckets - 1` whole buckets of time, judged at each call.
    Time {
        /// The length of a bucket. Above zero.
        bucket: Span,
        /// How many buckets. Above zero.
        buckets: u32,
    },
}

/// How long a breaker stays open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CooldownPolicy {
    /// After the trip of a closed breaker.
    pub first: Span,
    /// By how many thousandths it grows whenever a probe opens the breaker again: 1000 for none, 2000 doubles it.
    pub growth_per_mille: u32,
    /// It never grows beyond this.
    pub most: Span,
    /// The share of it by which it is shortened at most, at random, so that fleets do not probe in step.
    pub jitter: Ratio,
}

/// How a half-open breaker is probed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProbePolicy {
    /// How many probes may be under way at once. Above zero.
    pub at_once: u32,
    /// How many of them must succeed before it closes; one that fails opens it again. Above zero.
    pub successes: u32,
    /// After which time a silent probe is presumed lost and another may go.
    pub lease: Span,
}

/// Which errors are failures of a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// A 429: the pool's quota speaks, not the lane's health.
    pub rate_limited: bool,
    /// A 529 or 503.
    pub overloaded: bool,
    /// A 5xx.
    pub server_error: bool,
    /// The client stopped waiting, for the reply or for its next token.
    pub timed_out: bool,
    /// A reply broke off, or nobody can read it.
    pub broken: bool,
    /// A 401, a 403 or exhausted credit. No time mends them, so a lane that has met them is no use to anybody until
    /// somebody acts; gateways take such a deployment out as well (LiteLLM's router cools it down after a 401 and a 402).
    pub account: bool,
}

impl BreakerPolicy {
    /// The plainest one: opens after so many failures in a row for `cooldown`, and one probe decides.
    pub const fn consecutive(failures: u32, cooldown: Span, lease: Span) -> BreakerPolicy {
        BreakerPolicy {
            trip: Trip::Consecutive(failures),
            cooldown: CooldownPolicy {
                first: cooldown,
                growth_per_mille: 1_000,
                most: cooldown,
                jitter: Ratio::ZERO,
            },
            probes: ProbePolicy { at_once: 1, successes: 1, lease },
            counted: Counted {
                rate_limited: false,
                overloaded: true,
                server_error: true,
                timed_out: true,
                broken: true,
                account: true,
            },
        }
    }

    /// Whether the length of its cool-downs is drawn.
    pub fn has_jitter(&self) -> bool {
        self.cooldown.jitter.of(u64::MAX) > 0
    }
}
