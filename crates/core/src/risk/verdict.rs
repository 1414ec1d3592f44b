//! What was decided about a request, and why.

use super::{multiplier_percent, scaled};
use crate::settings::RiskPolicy;
use rushhour_base::event::{RiskRule, Standing};
use rushhour_base::{Instant, Span};
use std::fmt;

/// What was decided about a request.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it may go on.
    pub decision: Decision,
    /// How its user stands, the request itself considered.
    pub standing: Standing,
    /// The patterns that it completed.
    pub reasons: Reasons,
}

/// Whether a request may go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It may.
    Allowed,
    /// It may not.
    Throttled {
        /// By which rule.
        rule: RiskRule,
        /// When the same request would pass if nothing else were asked meanwhile; [`Instant::NEVER`] for never.
        until: Instant,
    },
}

/// A small set of rules.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Reasons(u16);

/// A verdict in words.
#[derive(Clone, Copy, Debug)]
pub struct Explanation<'a> {
    pub(super) policy: &'a RiskPolicy,
    pub(super) verdict: &'a Verdict,
}

impl Verdict {
    /// Whether the request may go on.
    pub fn is_allowed(&self) -> bool {
        self.decision == Decision::Allowed
    }
}

impl Reasons {
    /// The set with one more rule.
    pub fn with(self, rule: RiskRule) -> Reasons {
        Reasons(self.0 | 1 << rule as u16)
    }

    /// Whether a rule is in the set.
    pub fn has(self, rule: RiskRule) -> bool {
        self.0 >> rule as u16 & 1 == 1
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The rules of the set, in the order of their list.
    pub fn iter(self) -> impl Iterator<Item = RiskRule> {
        RiskRule::ALL.iter().copied().filter(move |rule| self.has(*rule))
    }

    pub(super) fn first(self) -> Option<RiskRule> {
        self.iter().next()
    }

    /// The first rule that ends the request itself. Who never sleeps may ask on, under a suspicious user's limits.
    pub(super) fn refusing(self) -> Option<RiskRule> {
        if self.is_empty() { None } else { self.iter().find(|rule| *rule != RiskRule::Sleepless) }
    }

    /// How suspicious the patterns are, in points: what no person does weighs 100, what some do by chance 50. An assumption.
    pub(super) fn points(self) -> u32 {
        if self.is_empty() {
            return 0;
        }
        let of = |rule| match rule {
            RiskRule::Burst | RiskRule::Accounts => 100,
            _ => 50,
        };
        self.iter().map(of).sum()
    }
}

impl fmt::Debug for Reasons {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl fmt::Display for Explanation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Verdict { decision, standing, reasons } = *self.verdict;
        let Decision::Throttled { rule, until } = decision else {
            write!(f, "allowed: a {standing} user within its limits")?;
            return self.patterns(f, "; noted: ", reasons);
        };
        match until {
            Instant::NEVER => write!(f, "throttled for good by {rule}: ")?,
            until => write!(f, "throttled until {} of the run by {rule}: ", Span(until.0))?,
        }
        match self.limit(rule) {
            Some(base) if rule == RiskRule::Source => write!(f, "its source has {base}")?,
            Some(base) => {
                let percent = self.policy.standing.map_or(100, |s| multiplier_percent(&s, standing));
                let (whole, part, most) = (percent / 100, percent % 100, scaled(base, percent));
                write!(f, "a {standing} user has {whole}.{part:02} × {base} = {most}")?;
            }
            None => write!(f, "a {standing} user showed what is taken for abuse")?,
        }
        self.patterns(f, "; noted: ", reasons)
    }
}

impl Explanation<'_> {
    fn limit(&self, rule: RiskRule) -> Option<u64> {
        match rule {
            RiskRule::UserMinute => self.policy.requests_per_minute.map(u64::from),
            RiskRule::UserDay => self.policy.requests_per_day.map(u64::from),
            RiskRule::UserTokens => self.policy.prompt_tokens_per_day,
            RiskRule::Source => self.policy.source_requests_per_minute.map(u64::from),
            _ => None,
        }
    }

    fn patterns(&self, f: &mut fmt::Formatter<'_>, lead: &str, reasons: Reasons) -> fmt::Result {
        for (index, rule) in reasons.iter().enumerate() {
            write!(f, "{}{rule}", if index == 0 { lead } else { ", " })?;
        }
        Ok(())
    }
}

impl RiskPolicy {
    /// No limit, no standing, no patterns: what a policy is made from by naming what it has.
    pub const NONE: RiskPolicy = RiskPolicy {
        requests_per_minute: None,
        requests_per_day: None,
        prompt_tokens_per_day: None,
        source_requests_per_minute: None,
        standing: None,
        patterns: None,
    };
}
