//! How a user stands, and what that makes of a limit.

use crate::settings::StandingPolicy;
use rushhour_base::event::{RiskRule, Standing};
use rushhour_base::time::{DAY, HOUR};
use rushhour_base::{Instant, Span, UserId};

/// A standing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// Whose.
    pub user: UserId,
    /// What it was.
    pub from: Standing,
    /// What it is.
    pub to: Standing,
    /// Why.
    pub rule: RiskRule,
}

/// The multiplier of a standing, in per cent. A suspicious user has the least of what its labels allow, see the
/// [module](super).
pub fn multiplier_percent(rule: &StandingPolicy, standing: Standing) -> u32 {
    match standing {
        Standing::New => rule.new_percent,
        Standing::Normal => 100,
        Standing::Trusted => rule.trusted_percent,
        Standing::Suspicious => {
            rule.suspicious_percent.min(rule.new_percent).min(rule.trusted_percent).min(100)
        }
    }
}

/// The standing that so much merit and suspicion make.
pub(super) fn settle(rule: &StandingPolicy, merit: u32, suspicion: u32) -> Standing {
    if suspicion >= rule.suspicious_from {
        Standing::Suspicious
    } else if merit >= rule.trusted_from {
        Standing::Trusted
    } else if merit >= rule.known_from {
        Standing::Normal
    } else {
        Standing::New
    }
}

/// Points that are halved, rounded down, once in each half-life since they began to fade.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Fading {
    pub(super) points: u32,
    since: Instant,
}

impl Fading {
    pub(super) fn add(&mut self, points: u32, now: Instant) {
        if self.points == 0 {
            self.since = now;
        }
        self.points = self.points.saturating_add(points).min(MOST_POINTS);
    }

    pub(super) fn fade(&mut self, half_life: Span, now: Instant) {
        let halvings = now.since(self.since).0 / half_life.0.max(1);
        if self.points == 0 || halvings == 0 {
            return;
        }
        self.points = u32::try_from(halvings).ok().and_then(|n| self.points.checked_shr(n)).unwrap_or(0);
        self.since = self.since + Span(halvings * half_life.0);
    }
}

impl StandingPolicy {
    /// The multipliers of source 001, with assumed figures for how standing is earned and lost.
    pub const SOURCED: StandingPolicy = StandingPolicy {
        new_percent: 50,
        trusted_percent: 200,
        suspicious_percent: 25,
        known_from: 3,
        trusted_from: 20,
        merit_half_life: Span(14 * DAY),
        suspicious_from: 100,
        suspicion_half_life: Span(6 * HOUR),
    };
}

/// More is never counted, so that nobody is beyond forgiving: from here two halvings lead below 100.
const MOST_POINTS: u32 = 399;
