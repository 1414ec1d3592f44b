//! Who may ask now: limits per end user, scaled by standing, and patterns of abuse that end a request at once.
//!
//! [`Risk::judge`] is asked when a request arrives, before anything is spent on it. It knows what any client knows: who
//! asks, from where, how long the prompt is, and a fingerprint of the text.
//!
//! # How a user stands
//! Tenure (new, normal, trusted) follows merit: a point for each hour in which the user asked and nothing was wrong.
//! Suspicion follows [patterns](crate::settings::PatternPolicy). Both are integers that are halved once in each half-life,
//! so they wear off, and a user of whom nothing is left to know is forgotten.
//!
//! # How multipliers compose
//! By the *minimum* of those that apply: a new user has 0.5, and one who is suspicious besides has 0.25, not 0.125. A
//! product would punish twice for one thing, hit those hardest of whom least is known, and let trust outweigh suspicion
//! (2.0 × 0.25); the minimum says that suspicion overrides whatever was earned. It also keeps the bound plain: whatever
//! the labels, no user gets more than the largest multiplier, and no suspicious one more than the smallest.
//!
//! # Why a log of instants, and not a bucket
//! A bucket of a minute's requests lets nearly twice as many pass in the worst minute (VALIDATION.md, part 2.2). An
//! end user's limits are small, so the instants themselves are kept, and the limit holds in every window exactly, also
//! while the multiplier changes: a request passes if the one that would have to leave the window has left it.
//!
//! # What it does not do
//! It never learns whether it was right: what is abuse is known to the world alone, and a report says who was wronged.

mod patterns;
mod standing;
mod subjects;
#[cfg(test)]
mod tests;
mod verdict;
mod window;

pub use standing::{Change, multiplier_percent};
pub use verdict::{Decision, Explanation, Reasons, Verdict};

use crate::settings::{RiskPolicy, StandingPolicy};
use patterns::{Habits, Neighbourhood};
use rushhour_base::event::{RiskRule, Standing};
use rushhour_base::time::{DAY, HOUR, MINUTE};
use rushhour_base::{Instant, SourceId, Span, UserId};
use standing::{Fading, settle};
use subjects::Subjects;
use window::Window;

/// What is known of a request when it arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// For which end user it is.
    pub user: UserId,
    /// From where it comes.
    pub source: SourceId,
    /// The fingerprint of its text.
    pub text: u64,
    /// Tokens of its prompt.
    pub input_tokens: u64,
}

/// The end users of a fleet, how they behaved of late, and what each may ask for.
///
/// ```
/// use rushhour_base::{Instant, SourceId, Span, UserId};
/// use rushhour_core::risk::{Incoming, Risk};
/// use rushhour_core::settings::{RiskPolicy, StandingPolicy};
/// let policy = RiskPolicy { requests_per_minute: Some(4), standing: Some(StandingPolicy::SOURCED), ..RiskPolicy::NONE };
/// let mut risk = Risk::new(policy);
/// let ask = |n| Incoming { user: UserId(7), source: SourceId(7), text: n, input_tokens: 900 };
/// assert!(risk.judge(ask(1), Instant::START).is_allowed());
/// assert!(risk.judge(ask(2), Instant::START).is_allowed());
/// let third = risk.judge(ask(3), Instant::START); // a new user has half of the four
/// assert_eq!(
///     risk.explain(&third).to_string(),
///     "throttled until 1m of the run by requests_per_minute: a new user has 0.50 × 4 = 2",
/// );
/// ```
#[derive(Clone, Debug)]
pub struct Risk {
    policy: RiskPolicy,
    /// The longest window that a log of a user's requests must cover.
    longest: Span,
    users: Subjects<User>,
    sources: Subjects<Source>,
    changes: Vec<Change>,
}

/// What is remembered of a user.
#[derive(Clone, Debug, Default)]
struct User {
    admitted: Window,
    habits: Habits,
    merit: Fading,
    suspicion: Fading,
    /// Hours from the start of the run to that in which the last point was earned, and one more; 0 for none.
    rewarded: u64,
    standing: Option<Standing>,
}

/// What is remembered of a source.
#[derive(Clone, Debug, Default)]
struct Source {
    admitted: Window,
    neighbours: Neighbourhood,
}

impl Risk {
    /// Nobody has asked yet.
    pub fn new(policy: RiskPolicy) -> Risk {
        let by_day = policy.requests_per_day.is_some() || policy.prompt_tokens_per_day.is_some();
        Risk {
            longest: Span(if by_day { DAY } else { MINUTE }),
            policy,
            users: Subjects::default(),
            sources: Subjects::default(),
            changes: Vec::new(),
        }
    }

    /// Whether a request may go on; if it may, it counts against the limits of its user and its source.
    pub fn judge(&mut self, ask: Incoming, now: Instant) -> Verdict {
        let Risk { policy, longest, users, sources, changes } = self;
        users.forget_some(|number, user| {
            let idle = user.is_idle(policy, *longest, now);
            if idle {
                changes.extend(user.settle_standing(policy, Reasons::default(), number, now));
            }
            idle
        });
        sources.forget_some(|_, source| source.is_idle(policy, now));

        let user = users.of(ask.user.0);
        let source = sources.of(ask.source.0);
        let before = user.standing_now(policy, now);
        let mut reasons = Reasons::default();
        if let Some(patterns) = &policy.patterns {
            reasons = user.habits.arrives(patterns, ask, now);
            // Suspicion makes nobody an old acquaintance.
            let is_new = policy.standing.is_none_or(|rule| user.merit.points < rule.known_from);
            if source.neighbours.arrives(patterns, ask.user, is_new, now) {
                reasons = reasons.with(RiskRule::Accounts);
            }
            if policy.standing.is_some() && !reasons.is_empty() {
                user.suspicion.add(reasons.points(), now);
            }
        }
        changes.extend(user.settle_standing(policy, reasons, ask.user.0, now));
        let standing = user.standing.unwrap_or(before);
        let percent = policy.standing.map_or(100, |s| multiplier_percent(&s, standing));
        let decision = user
            .caught(policy, source, reasons, now)
            .or_else(|| user.over_limit(policy, percent, ask, now))
            .or_else(|| source.over_limit(policy, now));
        if let Some(decision) = decision {
            return Verdict { decision, standing, reasons };
        }
        user.admit(policy, *longest, reasons, ask, now);
        if policy.source_requests_per_minute.is_some() {
            source.admitted.push(now, 0, Span(MINUTE));
        }
        Verdict { decision: Decision::Allowed, standing, reasons }
    }

    /// The standings that changed since this was last called, in the order in which they did.
    pub fn drain_changes(&mut self) -> impl Iterator<Item = Change> + '_ {
        self.changes.drain(..)
    }

    /// A verdict in words: which rule bit, and what the limit was made of.
    pub fn explain<'a>(&'a self, verdict: &'a Verdict) -> Explanation<'a> {
        Explanation { policy: &self.policy, verdict }
    }

    /// How many users and sources are remembered.
    pub fn remembered(&self) -> usize {
        self.users.len() + self.sources.len()
    }
}

impl User {
    fn standing_now(&mut self, policy: &RiskPolicy, now: Instant) -> Standing {
        let Some(rule) = &policy.standing else { return Standing::Normal };
        self.fade(rule, now);
        settle(rule, self.merit.points, self.suspicion.points)
    }

    fn fade(&mut self, rule: &StandingPolicy, now: Instant) {
        self.merit.fade(rule.merit_half_life, now);
        self.suspicion.fade(rule.suspicion_half_life, now);
    }

    /// Brings the standing up to date, and tells if it changed.
    fn settle_standing(
        &mut self,
        policy: &RiskPolicy,
        reasons: Reasons,
        number: u32,
        now: Instant,
    ) -> Option<Change> {
        let to = self.standing_now(policy, now);
        let first = if policy.standing.is_some() { Standing::New } else { Standing::Normal };
        let from = self.standing.replace(to).unwrap_or(first);
        let rule = match to {
            Standing::Suspicious => reasons.first().unwrap_or(RiskRule::Decay),
            _ if from == Standing::Suspicious || to < from => RiskRule::Decay,
            _ => RiskRule::Earned,
        };
        (from != to).then_some(Change { user: UserId(number), from, to, rule })
    }

    /// A pattern that ends the request itself, whatever limits have left.
    fn caught(
        &self,
        policy: &RiskPolicy,
        source: &Source,
        reasons: Reasons,
        now: Instant,
    ) -> Option<Decision> {
        let patterns = policy.patterns.as_ref()?;
        let rule = reasons.refusing()?;
        let until = match rule {
            RiskRule::Accounts => source.neighbours.quiet_at(patterns),
            rule => self.habits.quiet_at(patterns, rule, now),
        };
        Some(Decision::Throttled { rule, until })
    }

    fn over_limit(&self, policy: &RiskPolicy, percent: u32, ask: Incoming, now: Instant) -> Option<Decision> {
        for (limit, window, rule) in [
            (policy.requests_per_minute, Span(MINUTE), RiskRule::UserMinute),
            (policy.requests_per_day, Span(DAY), RiskRule::UserDay),
        ] {
            let Some(base) = limit else { continue };
            if let Some(until) = self.admitted.full(scaled(u64::from(base), percent), window, now) {
                return Some(Decision::Throttled { rule, until });
            }
        }
        let most = scaled(policy.prompt_tokens_per_day?, percent);
        let until = self.admitted.too_heavy(ask.input_tokens, most, Span(DAY), now)?;
        Some(Decision::Throttled { rule: RiskRule::UserTokens, until })
    }

    fn admit(&mut self, policy: &RiskPolicy, longest: Span, reasons: Reasons, ask: Incoming, now: Instant) {
        self.admitted.push(now, ask.input_tokens, longest);
        self.habits.admitted(ask.input_tokens);
        let hour = now.0 / HOUR + 1;
        if policy.standing.is_some() && reasons.is_empty() && hour != self.rewarded {
            self.rewarded = hour;
            self.merit.add(1, now);
        }
    }

    /// Whether nothing is left that would make it other than a user never seen. What it was used to is forgotten with it.
    fn is_idle(&mut self, policy: &RiskPolicy, longest: Span, now: Instant) -> bool {
        if let Some(rule) = &policy.standing {
            self.fade(rule, now);
        }
        self.merit.points == 0
            && self.suspicion.points == 0
            && self.admitted.is_empty(longest, now)
            && policy.patterns.as_ref().is_none_or(|patterns| self.habits.is_quiet(patterns, now))
    }
}

impl Source {
    fn over_limit(&self, policy: &RiskPolicy, now: Instant) -> Option<Decision> {
        let most = u64::from(policy.source_requests_per_minute?);
        let until = self.admitted.full(most, Span(MINUTE), now)?;
        Some(Decision::Throttled { rule: RiskRule::Source, until })
    }

    fn is_idle(&mut self, policy: &RiskPolicy, now: Instant) -> bool {
        self.admitted.is_empty(Span(MINUTE), now)
            && policy.patterns.as_ref().is_none_or(|patterns| self.neighbours.is_quiet(patterns, now))
    }
}

/// A limit of a standing: so many per cent of the base, rounded down, but never nothing.
pub(crate) fn scaled(base: u64, percent: u32) -> u64 {
    let exact = u128::from(base) * u128::from(percent) / 100;
    u64::try_from(exact).unwrap_or(u64::MAX).max(1)
}
