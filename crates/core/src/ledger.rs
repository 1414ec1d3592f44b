//! Whether there is money for a call, and on whose account it goes.
//!
//! # Why check and reserve are one step
//! A check that holds nothing lets every concurrent call see the same free budget: with 100 agents a "hard" ceiling of
//! $20 was passed by $34. Here the worst case of a call is reserved before it is sent, so spent and reserved money
//! together never pass a cap, in any interleaving; the settlement gives the difference back.
//!
//! # Which window a call counts in
//! That of its reservation. A settlement that comes after the turn no longer changes the last window, which is closed,
//! nor this one, which never held it.
//!
//! # Whose cap
//! A cap bounds the fleet, a workflow, or each agent or end user on its own. What is kept for each of them is small, and
//! whoever spent nothing in a window is not kept at all, so that any number of users may come.

mod calendar;
mod cap;

use crate::settings::{AtCap, CapPolicy};
use cap::Cap;
use rushhour_base::event::{Cause, Event};
use rushhour_base::{AgentId, CapId, Instant, LaneId, Money, Ratio, UserId, WorkflowId};

/// Money held for one call.
#[must_use = "post it: money held for ever starves the fleet"]
#[derive(Debug)]
pub struct Reservation {
    amount: Money,
    payer: Payer,
    made_at: Instant,
}

impl Reservation {
    /// The worst case that is held.
    pub fn amount(&self) -> Money {
        self.amount
    }

    /// On whose account.
    pub fn payer(&self) -> Payer {
        self.payer
    }
}

/// On whose account money goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payer {
    /// The workflow.
    pub workflow: WorkflowId,
    /// The agent.
    pub agent: AgentId,
    /// The end user.
    pub user: UserId,
}

/// What kind of answer a call would be, for caps that leave only the cheaper kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grade {
    /// By a model of the primary rung.
    Wanted,
    /// By a model of a lower rung.
    Economy,
    /// By rules.
    Rules,
    /// By a person.
    Human,
}

/// A cap that leaves no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OverCap {
    /// Which cap.
    pub cap: CapId,
    /// The agent or user whose cap it is; 0 where it is one for all.
    pub subject: u32,
    /// What the policy wants done.
    pub at_cap: AtCap,
    /// When there may be room again.
    pub when: Room,
}

/// When a cap may have room again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// When a call under way settles for less than it holds.
    OnRelease,
    /// When the window turns, or later if the policy says so; [`Instant::NEVER`] if it never does.
    AtTurn(Instant),
    /// Never: one call costs more than the cap.
    Never,
}

/// For whom and what money was spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    /// Who pays.
    pub payer: Payer,
    /// The lane, and so the model.
    pub lane: LaneId,
    /// What for.
    pub cause: Cause,
}

/// The books of a fleet.
#[derive(Clone, Debug)]
pub struct Ledger {
    caps: Vec<Cap>,
    held: Money,
    booked: Money,
    by_workflow: Vec<Money>,
    by_agent: Vec<Money>,
    by_user: Vec<Money>,
    by_lane: Vec<Money>,
    by_cause: [Money; Cause::ALL.len()],
}

impl Ledger {
    /// Empty books for so many workflows, agents and lanes.
    pub fn new(caps: &[CapPolicy], workflows: usize, agents: usize, lanes: usize) -> Ledger {
        let cap = |(index, policy): (usize, &CapPolicy)| Cap::new(CapId(index as u16), policy);
        Ledger {
            caps: caps.iter().enumerate().map(cap).collect(),
            held: Money::ZERO,
            booked: Money::ZERO,
            by_workflow: vec![Money::ZERO; workflows],
            by_agent: vec![Money::ZERO; agents],
            by_user: Vec::new(),
            by_lane: vec![Money::ZERO; lanes],
            by_cause: [Money::ZERO; Cause::ALL.len()],
        }
    }

    /// Whether `worst_case` could be reserved now. Of several caps without room, tells one at which requests fall, if
    /// there is one; else the one that lasts longest.
    #[inline]
    pub fn ask(
        &mut self,
        payer: Payer,
        grade: Grade,
        worst_case: Money,
        now: Instant,
    ) -> Result<(), OverCap> {
        let mut worst: Option<OverCap> = None;
        for cap in &mut self.caps {
            let Some(subject) = cap.subject(payer) else { continue };
            cap.roll(now);
            if let Some(over) = cap.refuses(subject, grade, worst_case, now)
                && worst.is_none_or(|worst| over.rank() > worst.rank())
            {
                worst = Some(over);
            }
        }
        worst.map_or(Ok(()), Err)
    }

    /// Reserves `worst_case`, after a yes from [`ask`](Self::ask) at the same instant.
    #[inline]
    pub fn reserve(&mut self, payer: Payer, worst_case: Money, now: Instant) -> Reservation {
        for cap in &mut self.caps {
            if let Some(subject) = cap.subject(payer) {
                cap.hold(subject, worst_case);
            }
        }
        self.held += worst_case;
        Reservation { amount: worst_case, payer, made_at: now }
    }

    /// Books what a call really cost and lets go of its reservation. Alerts go to `news`.
    #[inline]
    pub fn post(
        &mut self,
        held: Reservation,
        lane: LaneId,
        cause: Cause,
        actual: Money,
        now: Instant,
        news: &mut Vec<Event>,
    ) {
        self.let_go(&held, actual, now, news);
        self.book(Account { payer: held.payer, lane, cause }, actual);
    }

    /// Gives a reservation back: the call cost nothing.
    pub fn void(&mut self, held: Reservation, now: Instant, news: &mut Vec<Event>) {
        self.let_go(&held, Money::ZERO, now, news);
    }

    /// Remembers that a cap refused, and tells it once per window. A cap that is spent may shut with it.
    pub fn mark_reached(&mut self, over: OverCap, news: &mut Vec<Event>) {
        self.caps[over.cap.index()].mark_reached(over, news);
    }

    /// Opens a cap that was shut until somebody opens it. What was spent in its window stays spent.
    pub fn resume(&mut self, cap: CapId) {
        self.caps[cap.index()].resume();
    }

    /// The caps that bound a payer, each with whose cap it is there.
    pub fn caps_of(&self, payer: Payer) -> impl Iterator<Item = (CapId, u32)> + '_ {
        let with = move |(index, cap): (usize, &Cap)| Some((CapId(index as u16), cap.subject(payer)?));
        self.caps.iter().enumerate().filter_map(with)
    }

    /// Money reserved now.
    pub fn held(&self) -> Money {
        self.held
    }

    /// All that was ever booked.
    pub fn booked(&self) -> Money {
        self.booked
    }

    /// What was booked for a workflow.
    pub fn of_workflow(&self, workflow: WorkflowId) -> Money {
        self.by_workflow[workflow.index()]
    }

    /// What was booked for an agent.
    pub fn of_agent(&self, agent: AgentId) -> Money {
        self.by_agent[agent.index()]
    }

    /// What was booked for an end user.
    pub fn of_user(&self, user: UserId) -> Money {
        self.by_user.get(user.index()).copied().unwrap_or_default()
    }

    /// What was booked on a lane.
    pub fn of_lane(&self, lane: LaneId) -> Money {
        self.by_lane[lane.index()]
    }

    /// What was booked for a cause.
    pub fn of_cause(&self, cause: Cause) -> Money {
        self.by_cause[cause as usize]
    }

    /// What a cap has spent and holds in its window of `now`; `subject` is the agent or user, 0 where it is one for all.
    pub fn cap_use(&mut self, cap: CapId, subject: u32, now: Instant) -> (Money, Money) {
        let cap = &mut self.caps[cap.index()];
        cap.roll(now);
        cap.spent_and_held(subject)
    }

    /// Whether any cap on the whole fleet's spending has spent such a share of it in its window of `now`.
    pub fn has_spent(&self, share: Ratio, now: Instant) -> bool {
        self.caps.iter().any(|cap| cap.has_spent(share, now))
    }

    #[inline]
    fn let_go(&mut self, held: &Reservation, actual: Money, now: Instant, news: &mut Vec<Event>) {
        self.held -= held.amount;
        assert!(self.held >= Money::ZERO, "more money was let go than was held");
        for cap in &mut self.caps {
            let Some(subject) = cap.subject(held.payer) else { continue };
            cap.roll(now);
            cap.let_go(subject, held.made_at, held.amount, actual, news);
        }
    }

    #[inline]
    fn book(&mut self, account: Account, amount: Money) {
        let Account { payer, lane, cause } = account;
        self.booked += amount;
        self.by_workflow[payer.workflow.index()] += amount;
        self.by_agent[payer.agent.index()] += amount;
        if self.by_user.len() <= payer.user.index() {
            self.by_user.resize(payer.user.index() + 1, Money::ZERO);
        }
        self.by_user[payer.user.index()] += amount;
        self.by_lane[lane.index()] += amount;
        self.by_cause[cause as usize] += amount;
    }
}

impl OverCap {
    fn rank(self) -> (bool, u8, u64) {
        let (kind, until) = match self.when {
            Room::OnRelease => (0, 0),
            Room::AtTurn(at) => (1, at.0),
            Room::Never => (2, 0),
        };
        (!matches!(self.at_cap, AtCap::Pause { .. }), kind, until)
    }
}

#[cfg(test)]
mod tests;
