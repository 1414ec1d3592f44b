//! Abuse: what of it was let in, what it cost, and who was wronged by keeping it out.

use rushhour_base::event::RiskRule;
use rushhour_base::{AbuseKind, Instant, Money};

/// What became of abuse, over the whole run. What needs to know which requests were abuse is `None` without truths.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AbuseReport {
    /// Requests that were turned away because of who asked, or how.
    pub throttled: u64,
    /// What only the world knows of it.
    pub known: Option<KnownAbuse>,
    /// How many requests each rule turned away; only rules that did.
    pub by_rule: Vec<ThrottledBy>,
    /// How users stood at the end of each of equal parts of the run; empty if no standing ever changed. With several
    /// processes, each of which knows its own users, a user stands as the last of them said.
    pub standings: Vec<Standings>,
}

/// What became of abuse, by the world's own word.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KnownAbuse {
    /// Requests that were abuse.
    pub attempts: u64,
    /// Of these, how many went on to queue and provider.
    pub admitted: u64,
    /// Money booked for them: the cause is the world's, not the ledger's.
    pub cost: Money,
    /// The same by kind; only kinds that there were.
    pub by_kind: Vec<AbuseOfKind>,
    /// Requests that were no abuse.
    pub honest: u64,
    /// Of these, how many were turned away all the same.
    pub honest_throttled: u64,
    /// End users who made any of them.
    pub honest_users: u64,
    /// Of these, how many were turned away at least once.
    pub honest_users_throttled: u64,
}

/// What became of abuse of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AbuseOfKind {
    /// Which.
    pub kind: AbuseKind,
    /// Requests.
    pub attempts: u64,
    /// Of these, how many went on.
    pub admitted: u64,
    /// Money booked for them.
    pub cost: Money,
}

/// What a rule turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThrottledBy {
    /// Which rule.
    pub rule: RiskRule,
    /// Requests.
    pub requests: u64,
    /// Of these, how many were honest; `None` without truths.
    pub honest: Option<u64>,
}

/// How many users stood how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standings {
    /// When.
    pub at: Instant,
    /// Users who had asked by then, by standing, in the order of [`Standing::ALL`](rushhour_base::event::Standing::ALL).
    pub users: [u64; 4],
}

impl AbuseReport {
    /// The share of abuse that went on; `None` without truths, and without abuse.
    pub fn admitted_share(&self) -> Option<f64> {
        self.known.as_ref().and_then(|known| share(known.admitted, known.attempts))
    }

    /// The share of honest requests that were turned away; `None` without truths, and without any.
    pub fn honest_throttled_rate(&self) -> Option<f64> {
        self.known.as_ref().and_then(|known| share(known.honest_throttled, known.honest))
    }

    /// The share of honest users who were turned away at least once; `None` without truths, and without any.
    pub fn honest_users_throttled_rate(&self) -> Option<f64> {
        self.known.as_ref().and_then(|known| share(known.honest_users_throttled, known.honest_users))
    }
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
