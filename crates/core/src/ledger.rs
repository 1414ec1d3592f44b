//! Whether there is money for a call, and on whose account it goes.
//!
//! # Why check and reserve are one step
//! A check that holds nothing lets every concurrent call see the same free budget: with 100 agents a "hard" ceiling of
//! $20 was passed by $34. Here the worst case of a call is reserved before it is sent, so spent and reserved money
//! together never pass a cap, in any interleaving; the settlement gives the difference back.
//!
//! # Which day a call counts on
//! The day of its reservation. A settlement that comes after midnight no longer changes yesterday's window, which is
//! closed, nor today's, which never held it.

use crate::settings::{AtCap, CapPolicy, CapScope, CapWindow};
use rushhour_base::event::{Cause, Event};
use rushhour_base::time::DAY;
use rushhour_base::{AgentId, CapId, Instant, LaneId, Money, WorkflowId};

/// Money held for one call.
#[must_use = "post it: money held for ever starves the fleet"]
#[derive(Debug)]
pub struct Reservation {
    amount: Money,
    workflow: WorkflowId,
    made_at: Instant,
}

impl Reservation {
    /// The worst case that is held.
    pub fn amount(&self) -> Money {
        self.amount
    }
}

/// A cap that leaves no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OverCap {
    /// Which cap.
    pub cap: CapId,
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
    /// When the window turns; [`Instant::NEVER`] if it never does.
    AtTurn(Instant),
    /// Never: one call costs more than the cap.
    Never,
}

/// For whom and what money was spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    /// The workflow.
    pub workflow: WorkflowId,
    /// The agent.
    pub agent: AgentId,
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
    by_lane: Vec<Money>,
    by_cause: [Money; Cause::ALL.len()],
}

#[derive(Clone, Debug)]
struct Cap {
    policy: CapPolicy,
    window: u64,
    held: Money,
    spent: Money,
    alerts_raised: usize,
    reached: bool,
}

impl Ledger {
    /// Empty books for so many workflows, agents and lanes.
    pub fn new(caps: &[CapPolicy], workflows: usize, agents: usize, lanes: usize) -> Ledger {
        let cap = |policy: &CapPolicy| Cap {
            policy: policy.clone(),
            window: 0,
            held: Money::ZERO,
            spent: Money::ZERO,
            alerts_raised: 0,
            reached: false,
        };
        Ledger {
            caps: caps.iter().map(cap).collect(),
            held: Money::ZERO,
            booked: Money::ZERO,
            by_workflow: vec![Money::ZERO; workflows],
            by_agent: vec![Money::ZERO; agents],
            by_lane: vec![Money::ZERO; lanes],
            by_cause: [Money::ZERO; Cause::ALL.len()],
        }
    }

    /// Whether `worst_case` could be reserved now. Of several caps without room, tells one at which requests fall, if
    /// there is one; else the one that lasts longest.
    pub fn ask(&mut self, workflow: WorkflowId, worst_case: Money, now: Instant) -> Result<(), OverCap> {
        let mut worst: Option<OverCap> = None;
        for (index, cap) in self.caps.iter_mut().enumerate().filter(|(_, cap)| cap.covers(workflow)) {
            cap.roll(now);
            if let Some(when) = cap.refuses(worst_case) {
                let over = OverCap { cap: CapId(index as u16), at_cap: cap.policy.at_cap, when };
                if worst.is_none_or(|worst| over.rank() > worst.rank()) {
                    worst = Some(over);
                }
            }
        }
        worst.map_or(Ok(()), Err)
    }

    /// Reserves `worst_case`, after a yes from [`ask`](Self::ask) at the same instant.
    #[inline]
    pub fn reserve(&mut self, workflow: WorkflowId, worst_case: Money, now: Instant) -> Reservation {
        for cap in self.caps.iter_mut().filter(|cap| cap.covers(workflow)) {
            cap.held += worst_case;
            debug_assert!(cap.held + cap.spent <= cap.policy.amount, "a reservation passed a cap");
        }
        self.held += worst_case;
        Reservation { amount: worst_case, workflow, made_at: now }
    }

    /// Books what a call really cost and lets go of its reservation. Alerts go to `news`.
    #[inline]
    pub fn post(
        &mut self,
        held: Reservation,
        account: Account,
        actual: Money,
        now: Instant,
        news: &mut Vec<Event>,
    ) {
        self.let_go(&held, actual, now, news);
        self.book(account, actual);
    }

    /// Gives a reservation back: the call cost nothing.
    pub fn void(&mut self, held: Reservation, now: Instant, news: &mut Vec<Event>) {
        self.let_go(&held, Money::ZERO, now, news);
    }

    /// Remembers that a cap refused, and tells it once per window.
    pub fn mark_reached(&mut self, over: OverCap, news: &mut Vec<Event>) {
        let cap = &mut self.caps[over.cap.index()];
        if !cap.reached {
            cap.reached = true;
            news.push(Event::CapReached { cap: over.cap, until: cap.turns_at() });
        }
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

    /// What was booked on a lane.
    pub fn of_lane(&self, lane: LaneId) -> Money {
        self.by_lane[lane.index()]
    }

    /// What was booked for a cause.
    pub fn of_cause(&self, cause: Cause) -> Money {
        self.by_cause[cause as usize]
    }

    /// What a cap has spent and holds in its window of `now`.
    pub fn cap_use(&mut self, cap: CapId, now: Instant) -> (Money, Money) {
        let cap = &mut self.caps[cap.index()];
        cap.roll(now);
        (cap.spent, cap.held)
    }

    #[inline]
    fn let_go(&mut self, held: &Reservation, actual: Money, now: Instant, news: &mut Vec<Event>) {
        self.held -= held.amount;
        assert!(self.held >= Money::ZERO, "more money was let go than was held");
        for (index, cap) in self.caps.iter_mut().enumerate().filter(|(_, cap)| cap.covers(held.workflow)) {
            cap.roll(now);
            if cap.window_of(held.made_at) == cap.window {
                cap.held -= held.amount;
                cap.spent += actual;
                cap.raise_alerts(CapId(index as u16), news);
            }
        }
    }

    #[inline]
    fn book(&mut self, account: Account, amount: Money) {
        self.booked += amount;
        self.by_workflow[account.workflow.index()] += amount;
        self.by_agent[account.agent.index()] += amount;
        self.by_lane[account.lane.index()] += amount;
        self.by_cause[account.cause as usize] += amount;
    }
}

impl OverCap {
    fn rank(self) -> (bool, u8, u64) {
        let (kind, until) = match self.when {
            Room::OnRelease => (0, 0),
            Room::AtTurn(at) => (1, at.0),
            Room::Never => (2, 0),
        };
        (self.at_cap == AtCap::Fall, kind, until)
    }
}

impl Cap {
    #[inline]
    fn covers(&self, workflow: WorkflowId) -> bool {
        match self.policy.scope {
            CapScope::Fleet => true,
            CapScope::Workflow(index) => index == workflow.0,
        }
    }

    #[inline]
    fn window_of(&self, at: Instant) -> u64 {
        match self.policy.window {
            CapWindow::Total => 0,
            CapWindow::Day { first_turn } if at.0 < first_turn.0 => 0,
            CapWindow::Day { first_turn } => 1 + (at.0 - first_turn.0) / DAY,
        }
    }

    fn turns_at(&self) -> Instant {
        match self.policy.window {
            CapWindow::Total => Instant::NEVER,
            CapWindow::Day { first_turn } => {
                Instant(first_turn.0.saturating_add(self.window.saturating_mul(DAY)))
            }
        }
    }

    #[inline]
    fn roll(&mut self, now: Instant) {
        let window = self.window_of(now);
        if window > self.window {
            (self.window, self.held, self.spent) = (window, Money::ZERO, Money::ZERO);
            (self.alerts_raised, self.reached) = (0, false);
        }
    }

    fn refuses(&self, asked: Money) -> Option<Room> {
        let cap = self.policy.amount;
        if self.spent + self.held + asked <= cap {
            None
        } else if asked > cap {
            Some(Room::Never)
        } else if self.spent + asked <= cap {
            Some(Room::OnRelease)
        } else {
            Some(Room::AtTurn(self.turns_at()))
        }
    }

    fn raise_alerts(&mut self, cap: CapId, news: &mut Vec<Event>) {
        while let Some(&percent) = self.policy.alerts_percent.get(self.alerts_raised) {
            if self.spent.0 * 100 < self.policy.amount.0 * i128::from(percent) {
                break;
            }
            self.alerts_raised += 1;
            news.push(Event::Alerted { cap, percent });
        }
    }
}

#[cfg(test)]
mod tests;
