//! What is taken for abuse at sight.

use super::{Incoming, Reasons};
use crate::settings::PatternPolicy;
use rushhour_base::event::RiskRule;
use rushhour_base::time::{DAY, HOUR, MINUTE};
use rushhour_base::{Instant, Span, UserId};
use std::collections::VecDeque;

/// How a user asks: what is needed to see a pattern, and no more.
#[derive(Clone, Debug, Default)]
pub(super) struct Habits {
    /// The instants of the last requests, admitted or not; as many as make a burst.
    arrivals: VecDeque<Instant>,
    texts: [Text; TEXTS],
    /// The usual length of its prompts in sixteenths of a token: a running mean that moves by an eighth. 0 for none yet.
    usual: u64,
    /// In which of the last 24 hours it asked: bit 0 is the current one.
    hours: u32,
    /// The current hour, counted from the start of the run.
    hour: u64,
}

/// A text that was asked of late, and how often.
#[derive(Clone, Copy, Debug, Default)]
struct Text {
    print: u64,
    times: u32,
    last: Instant,
}

/// Who is behind a source.
#[derive(Clone, Debug, Default)]
pub(super) struct Neighbourhood {
    /// New users and when each was last seen, the longest unseen first; one more than the policy lets pass.
    accounts: VecDeque<(UserId, Instant)>,
}

impl Habits {
    /// Notes a request and says which patterns it completes.
    pub(super) fn arrives(&mut self, policy: &PatternPolicy, ask: Incoming, now: Instant) -> Reasons {
        let checks = [
            (self.is_burst(policy, now), RiskRule::Burst),
            (self.is_repeat(policy, ask.text, now), RiskRule::Repeat),
            (self.is_bomb(policy, ask.input_tokens), RiskRule::Prompt),
            (self.is_sleepless(policy, now), RiskRule::Sleepless),
        ];
        checks.into_iter().filter(|(is, _)| *is).fold(Reasons::default(), |all, (_, rule)| all.with(rule))
    }

    /// Moves the usual length of a prompt by an eighth of the way, for what was admitted only: a bomb that was turned away
    /// makes the next one no more usual.
    pub(super) fn admitted(&mut self, input_tokens: u64) {
        let new = input_tokens.saturating_mul(16);
        self.usual = if self.usual == 0 { new } else { self.usual - self.usual / 8 + new / 8 };
    }

    /// When a request that was turned away for `rule` would pass if the user kept quiet until then.
    pub(super) fn quiet_at(&self, policy: &PatternPolicy, rule: RiskRule, now: Instant) -> Instant {
        match rule {
            // With one more request the second of those noted is the oldest.
            RiskRule::Burst => self.arrivals.get(1).map_or(now, |at| *at + policy.burst_within),
            RiskRule::Repeat => now + policy.repeats_within,
            _ => Instant::NEVER,
        }
    }

    /// Whether no pattern could still be completed by what is noted.
    pub(super) fn is_quiet(&mut self, policy: &PatternPolicy, now: Instant) -> bool {
        self.turn_hours(now);
        self.hours == 0
            && self.arrivals.back().is_none_or(|at| *at + policy.burst_within <= now)
            && self.texts.iter().all(|text| text.times == 0 || text.last + policy.repeats_within <= now)
    }

    fn is_burst(&mut self, policy: &PatternPolicy, now: Instant) -> bool {
        let size = policy.burst as usize;
        if size == 0 {
            return false;
        }
        if self.arrivals.len() == size {
            self.arrivals.pop_front();
        }
        self.arrivals.push_back(now);
        self.arrivals.len() == size && now.since(self.arrivals[0]) < policy.burst_within
    }

    fn is_repeat(&mut self, policy: &PatternPolicy, print: u64, now: Instant) -> bool {
        if policy.repeats == 0 {
            return false;
        }
        let fresh = |text: &Text| text.times > 0 && text.last + policy.repeats_within > now;
        let known = self.texts.iter().position(|text| fresh(text) && text.print == print);
        let place = known.unwrap_or_else(|| {
            let oldest = (0..TEXTS).min_by_key(|i| (fresh(&self.texts[*i]), self.texts[*i].last));
            self.texts[oldest.unwrap_or(0)].times = 0;
            oldest.unwrap_or(0)
        });
        let times = self.texts[place].times.saturating_add(1);
        self.texts[place] = Text { print, times, last: now };
        times > policy.repeats
    }

    fn is_bomb(&self, policy: &PatternPolicy, input_tokens: u64) -> bool {
        policy.prompt_factor > 0
            && input_tokens > policy.prompt_floor
            && input_tokens.saturating_mul(16) > self.usual.saturating_mul(policy.prompt_factor)
    }

    fn is_sleepless(&mut self, policy: &PatternPolicy, now: Instant) -> bool {
        self.turn_hours(now);
        self.hours |= 1;
        policy.awake_hours > 0 && self.hours.count_ones() >= policy.awake_hours
    }

    fn turn_hours(&mut self, now: Instant) {
        let hour = now.0 / HOUR;
        let passed = u32::try_from(hour.saturating_sub(self.hour)).unwrap_or(u32::MAX);
        self.hours = self.hours.checked_shl(passed).unwrap_or(0) & ((1 << 24) - 1);
        self.hour = self.hour.max(hour);
    }
}

impl Neighbourhood {
    /// Notes a user of a source and says whether it is one new account too many.
    pub(super) fn arrives(
        &mut self,
        policy: &PatternPolicy,
        user: UserId,
        is_new: bool,
        now: Instant,
    ) -> bool {
        if policy.accounts == 0 {
            return false;
        }
        self.trim(policy, now);
        if !is_new {
            return false;
        }
        match self.accounts.iter().position(|(known, _)| *known == user) {
            // An account that was let in before stays in, so that a crowd does not shut out those who came first.
            Some(place) if place < policy.accounts as usize => {
                self.accounts[place].1 = now;
                false
            }
            Some(place) => {
                self.accounts[place].1 = now;
                true
            }
            None => {
                let many = self.accounts.len() >= policy.accounts as usize;
                if self.accounts.len() > policy.accounts as usize {
                    self.accounts.pop_back();
                }
                self.accounts.push_back((user, now));
                many
            }
        }
    }

    /// When one more new account would pass.
    pub(super) fn quiet_at(&self, policy: &PatternPolicy) -> Instant {
        let oldest = self.accounts.iter().map(|(_, at)| *at).min();
        oldest.map_or(Instant::NEVER, |at| at + policy.accounts_within)
    }

    pub(super) fn is_quiet(&mut self, policy: &PatternPolicy, now: Instant) -> bool {
        self.trim(policy, now);
        self.accounts.is_empty()
    }

    fn trim(&mut self, policy: &PatternPolicy, now: Instant) {
        self.accounts.retain(|(_, at)| *at + policy.accounts_within > now);
    }
}

impl PatternPolicy {
    /// Six requests in ten seconds; four times the same text in ten minutes; a prompt above 8,000 tokens and eight times
    /// the usual; six new accounts from one source in a day; 18 waking hours. Assumptions: recorded agents make at most
    /// 24 requests in a minute and half of them 5 (VALIDATION.md, part 1), and people are slower.
    pub const ASSUMED: PatternPolicy = PatternPolicy {
        burst: 6,
        burst_within: Span::secs(10),
        repeats: 3,
        repeats_within: Span(10 * MINUTE),
        prompt_factor: 8,
        prompt_floor: 8_000,
        accounts: 5,
        accounts_within: Span(DAY),
        awake_hours: 18,
    };
}

/// How many different texts of a user are remembered.
const TEXTS: usize = 4;
