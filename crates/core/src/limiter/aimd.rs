//! A limit that nobody states, felt for: additive increase, multiplicative decrease.
//!
//! # Why it exists
//! Providers change limits, share them with other programs, and sometimes state none. Of all linear rules that see only
//! "refused" or "not refused", adding a constant while all goes well and dividing at a refusal is the one that comes to
//! both full use and fair shares among clients that do not know of each other: D.-M. Chiu, R. Jain, *Analysis of the
//! increase and decrease algorithms for congestion avoidance in computer networks*, Computer Networks and ISDN Systems
//! 17 (1989).
//! # When it is wrong
//! Where the limit is known: it finds it only by being refused, again and again, and halves what it had each time.
//!
//! # Two rules beside the two
//! A refusal counts once for each round trip: calls that were sent before the last cut tell nothing new, and without
//! that rule a hundred calls in flight would divide by 2¹⁰⁰. And it grows only in an interval in which it held somebody
//! back (RFC 7661 validates congestion windows for the same reason): a limit that nobody reaches proves nothing.

use crate::settings::AimdPolicy;
use rushhour_base::Instant;

/// A value that is felt for.
///
/// ```
/// use rushhour_base::{Instant, Span, time::SECOND};
/// use rushhour_core::limiter::Aimd;
/// use rushhour_core::settings::AimdPolicy;
/// let every = Span::secs(10);
/// let mut rate = Aimd::new(AimdPolicy { start: 60, step: 6, every, floor: 1, ceiling: 1_000 }, Instant::START);
/// rate.on_pressure();
/// assert!(rate.on_success(Instant(10 * SECOND)));
/// assert_eq!(rate.value(), 66);
/// assert!(rate.on_refusal(Instant(9 * SECOND), Instant(11 * SECOND)));
/// assert!(!rate.on_refusal(Instant(10 * SECOND), Instant(12 * SECOND)), "it was sent before the cut");
/// assert_eq!(rate.value(), 33);
/// ```
#[derive(Clone, Debug)]
pub struct Aimd {
    policy: AimdPolicy,
    value: u64,
    /// When the interval began.
    began: Instant,
    cut_at: Option<Instant>,
    pressed: bool,
}

impl Aimd {
    /// A value at its start.
    pub fn new(policy: AimdPolicy, now: Instant) -> Aimd {
        let value = policy.start.clamp(policy.floor, policy.ceiling.max(policy.floor));
        Aimd { policy, value, began: now, cut_at: None, pressed: false }
    }

    /// The value now.
    #[inline]
    pub fn value(&self) -> u64 {
        self.value
    }

    /// Notes that the value held somebody back.
    #[inline]
    pub fn on_pressure(&mut self) {
        self.pressed = true;
    }

    /// Notes that a call was answered. Whether the value grew.
    pub fn on_success(&mut self, now: Instant) -> bool {
        if !self.pressed || now.since(self.began) < self.policy.every {
            return false;
        }
        self.begin(now);
        let before = self.value;
        self.value = before.saturating_add(self.policy.step).min(self.policy.ceiling).max(before);
        self.value != before
    }

    /// Notes that a call sent at `sent_at` was refused by a 429. Whether the value fell.
    pub fn on_refusal(&mut self, sent_at: Instant, now: Instant) -> bool {
        if self.cut_at.is_some_and(|cut_at| sent_at < cut_at) {
            return false;
        }
        self.cut_at = Some(now);
        self.begin(now);
        let before = self.value;
        self.value = (before / 2).max(self.policy.floor).min(before);
        self.value != before
    }

    /// The limit became known after all: it is never passed again. Whether the value fell.
    pub fn learn_ceiling(&mut self, ceiling: u64) -> bool {
        self.policy.ceiling = ceiling.max(self.policy.floor);
        let before = self.value;
        self.value = before.min(self.policy.ceiling);
        self.value != before
    }

    fn begin(&mut self, now: Instant) {
        self.began = now;
        self.pressed = false;
    }
}
