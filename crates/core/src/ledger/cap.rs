//! One cap: its window, and what each of those whom it bounds has spent and holds.

use super::calendar::month_of;
use super::{Grade, OverCap, Payer, Room};
use crate::settings::{AlertLevel, AtCap, CapPolicy, CapScope, CapWindow, Resume};
use rushhour_base::event::Event;
use rushhour_base::time::DAY;
use rushhour_base::{CapId, Instant, Money, Ratio};
use std::collections::BTreeMap;

/// A cap and its books of the window of now.
#[derive(Clone, Debug)]
pub(super) struct Cap {
    id: CapId,
    policy: CapPolicy,
    /// The levels of spending at which alerts are due, with what is told of each; ascending.
    alerts: Vec<(Money, u32)>,
    began: Instant,
    turns: Instant,
    purses: Purses,
}

/// The purses of those whom a cap bounds.
#[derive(Clone, Debug)]
enum Purses {
    One(Purse),
    /// Agents are a known number, and numbered: a look-up costs the same whatever their number.
    Agents(Vec<Purse>),
    /// End users are an open number: whoever spent nothing in this window is not known.
    Users(BTreeMap<u32, Purse>),
}

/// What one of them has spent and holds in this window.
#[derive(Clone, Copy, Debug, Default)]
struct Purse {
    held: Money,
    spent: Money,
    /// Until when the cap is shut to whom it shuts out, whatever there is.
    shut_until: Instant,
    alerts_raised: u16,
    reached: bool,
}

impl Cap {
    pub(super) fn new(id: CapId, policy: &CapPolicy) -> Cap {
        let mut alerts: Vec<(Money, u32)> =
            policy.alerts.iter().map(|level| level.threshold(policy.amount)).collect();
        alerts.sort();
        let purses = match policy.scope {
            CapScope::EachAgent { .. } => Purses::Agents(Vec::new()),
            CapScope::EachUser { .. } => Purses::Users(BTreeMap::new()),
            _ => Purses::One(Purse::default()),
        };
        let mut cap =
            Cap { id, policy: policy.clone(), alerts, began: Instant::START, turns: Instant::NEVER, purses };
        (cap.began, cap.turns) = cap.window_at(Instant::START);
        cap
    }

    /// Whose purse a payment comes from; `None` if the cap does not bound it. 0 where there is but one.
    #[inline]
    pub(super) fn subject(&self, payer: Payer) -> Option<u32> {
        let pays = |of: Option<u16>| of.is_none_or(|of| of == payer.workflow.0);
        match &self.policy.scope {
            CapScope::Fleet => Some(0),
            CapScope::Workflow(index) => (*index == payer.workflow.0).then_some(0),
            CapScope::EachAgent { of, except } => {
                (pays(*of) && except.binary_search(&payer.agent.0).is_err()).then_some(payer.agent.0)
            }
            CapScope::OneAgent(agent) => (*agent == payer.agent.0).then_some(*agent),
            CapScope::EachUser { of } => pays(*of).then_some(payer.user.0),
        }
    }

    /// Whether it bounds the whole fleet, and such a share of it was spent in its window of `now`.
    pub(super) fn has_spent(&self, share: Ratio, now: Instant) -> bool {
        let Purses::One(purse) = &self.purses else { return false };
        // Whole millionths of a dollar fit where picodollars of a large cap would not.
        let micros = |money: Money| u64::try_from(money.0 / 1_000_000).unwrap_or(u64::MAX);
        let spent = share.is_reached(micros(purse.spent), micros(self.policy.amount));
        self.policy.scope == CapScope::Fleet && now < self.turns && spent
    }

    /// Opens the window of `now`, if it is a new one.
    #[inline]
    pub(super) fn roll(&mut self, now: Instant) {
        if now >= self.turns {
            (self.began, self.turns) = self.window_at(now);
            self.purses.turn(now);
        }
    }

    /// Why there is no room for `asked`, and when there may be.
    #[inline]
    pub(super) fn refuses(&self, subject: u32, grade: Grade, asked: Money, now: Instant) -> Option<OverCap> {
        let purse = self.purses.get(subject);
        let most = self.open_to(grade);
        let when = if purse.shut_until > now && self.shuts_out(grade) {
            Room::AtTurn(purse.shut_until)
        } else if purse.spent + purse.held + asked <= most {
            return None;
        } else if asked > most {
            Room::Never
        } else if purse.spent + asked <= most {
            Room::OnRelease
        } else {
            Room::AtTurn(self.reopens())
        };
        Some(OverCap { cap: self.id, subject, at_cap: self.policy.at_cap, when })
    }

    #[inline]
    pub(super) fn hold(&mut self, subject: u32, amount: Money) {
        let cap = self.policy.amount;
        let purse = self.purses.get_mut(subject);
        purse.held += amount;
        debug_assert!(purse.held + purse.spent <= cap, "a reservation passed a cap");
    }

    /// Lets go of what was held since `made_at` and notes what was spent, unless that was in a window before this one.
    #[inline]
    pub(super) fn let_go(
        &mut self,
        subject: u32,
        made_at: Instant,
        held: Money,
        actual: Money,
        news: &mut Vec<Event>,
    ) {
        if made_at < self.began {
            return;
        }
        let purse = self.purses.get_mut(subject);
        purse.held -= held;
        purse.spent += actual;
        while let Some(&(level_usd, percent)) = self.alerts.get(usize::from(purse.alerts_raised))
            && purse.spent >= level_usd
        {
            purse.alerts_raised += 1;
            news.push(Event::Alerted { cap: self.id, subject, percent, level_usd });
        }
    }

    /// Notes that it refused: tells so once per window, and shuts the cap if the policy wants that.
    pub(super) fn mark_reached(&mut self, over: OverCap, news: &mut Vec<Event>) {
        let (reopens, turns, at_cap) = (self.reopens(), self.turns, self.policy.at_cap);
        let purse = self.purses.get_mut(over.subject);
        if matches!(over.when, Room::AtTurn(_)) {
            match at_cap {
                AtCap::Pause { resume: Resume::AtHour { .. } | Resume::ByHand }
                    if purse.shut_until < reopens =>
                {
                    purse.shut_until = reopens;
                }
                AtCap::Degrade { .. } | AtCap::Rules { .. } => purse.shut_until = turns,
                _ => {}
            }
        }
        if !purse.reached {
            purse.reached = true;
            let until = purse.shut_until.max(reopens);
            news.push(Event::CapReached { cap: self.id, subject: over.subject, until });
        }
    }

    /// Opens what is shut.
    pub(super) fn resume(&mut self) {
        self.purses.each(|purse| purse.shut_until = Instant::START);
    }

    /// What a subject has spent and holds.
    pub(super) fn spent_and_held(&self, subject: u32) -> (Money, Money) {
        let purse = self.purses.get(subject);
        (purse.spent, purse.held)
    }

    /// How many subjects it keeps books of.
    #[cfg(test)]
    pub(super) fn known(&self) -> usize {
        match &self.purses {
            Purses::One(_) => 1,
            Purses::Agents(purses) => purses.len(),
            Purses::Users(purses) => purses.len(),
        }
    }

    /// How much of the cap a call of this grade may fill.
    #[inline]
    fn open_to(&self, grade: Grade) -> Money {
        match self.policy.at_cap {
            AtCap::Degrade { kept } | AtCap::Rules { kept } if self.shuts_out(grade) => {
                self.policy.amount - kept
            }
            _ => self.policy.amount,
        }
    }

    /// Whether a cap that was reached is shut to calls of this grade.
    #[inline]
    fn shuts_out(&self, grade: Grade) -> bool {
        match self.policy.at_cap {
            AtCap::Pause { .. } | AtCap::Fall => true,
            AtCap::Degrade { .. } => grade == Grade::Wanted,
            AtCap::Rules { .. } => grade != Grade::Rules,
        }
    }

    /// When a cap that is spent lets money pass again.
    fn reopens(&self) -> Instant {
        match self.policy.at_cap {
            AtCap::Pause { resume: Resume::ByHand } => Instant::NEVER,
            AtCap::Pause { resume: Resume::AtHour { first } } if self.turns < Instant::NEVER => {
                let days = self.turns.0.saturating_sub(first.0).div_ceil(DAY);
                Instant(first.0.saturating_add(days.saturating_mul(DAY)))
            }
            _ => self.turns,
        }
    }

    fn window_at(&self, now: Instant) -> (Instant, Instant) {
        match self.policy.window {
            CapWindow::Total => (Instant::START, Instant::NEVER),
            CapWindow::Day { first_turn } if now.0 < first_turn.0 => (Instant::START, Instant(first_turn.0)),
            CapWindow::Day { first_turn } => {
                let began = now.0 - (now.0 - first_turn.0) % DAY;
                (Instant(began), Instant(began.saturating_add(DAY)))
            }
            CapWindow::Month { starts_local_s } => month_of(starts_local_s, now),
        }
    }
}

impl AlertLevel {
    /// The least spending that reaches it, and its per cent: 0 for one in dollars.
    fn threshold(self, cap: Money) -> (Money, u32) {
        match self {
            AlertLevel::Dollars(amount) => (amount, 0),
            AlertLevel::Percent(percent) => {
                let hundredfold = cap.0 * i128::from(percent);
                (Money(hundredfold / 100 + i128::from(hundredfold % 100 != 0)), percent)
            }
        }
    }
}

impl Purses {
    #[inline]
    fn get(&self, subject: u32) -> Purse {
        match self {
            Purses::One(purse) => *purse,
            Purses::Agents(purses) => purses.get(subject as usize).copied().unwrap_or_default(),
            Purses::Users(purses) => purses.get(&subject).copied().unwrap_or_default(),
        }
    }

    #[inline]
    fn get_mut(&mut self, subject: u32) -> &mut Purse {
        match self {
            Purses::One(purse) => purse,
            Purses::Agents(purses) => {
                if purses.len() <= subject as usize {
                    purses.resize(subject as usize + 1, Purse::default());
                }
                &mut purses[subject as usize]
            }
            Purses::Users(purses) => purses.entry(subject).or_default(),
        }
    }

    /// A new window: nothing is spent or held in it, but what is shut beyond the turn stays shut.
    fn turn(&mut self, now: Instant) {
        let still_shut = |purse: &Purse| purse.shut_until > now;
        if let Purses::Users(purses) = self {
            purses.retain(|_, purse| still_shut(purse));
        }
        self.each(|purse| {
            let shut_until = if still_shut(purse) { purse.shut_until } else { Instant::START };
            *purse = Purse { shut_until, ..Purse::default() };
        });
    }

    fn each(&mut self, change: impl FnMut(&mut Purse)) {
        match self {
            Purses::One(purse) => std::iter::once(purse).for_each(change),
            Purses::Agents(purses) => purses.iter_mut().for_each(change),
            Purses::Users(purses) => purses.values_mut().for_each(change),
        }
    }
}
