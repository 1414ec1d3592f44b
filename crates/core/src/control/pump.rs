//! The way from asking to a grant: the queue is pumped, everyone is asked, then everything is taken.

use super::obstacle::{Obstacle, at_cap, at_limit, at_own_limit};
use super::{Control, Entry, Grant, Held, Place, Pool, Slot, Want};
use crate::ledger::Payer;
use crate::queue::Newcomer;
use rushhour_base::event::{Blocker, Event, Reason};
use rushhour_base::{Instant, LaneId, Span};
use std::collections::BTreeSet;

impl Control {
    /// Asks for a grant.
    #[inline]
    pub fn enqueue(&mut self, want: Want, now: Instant) -> Entry {
        let pool = self.pool_of(want.lane, want.request.agent());
        if now >= want.deadline {
            return Entry::Refused(Reason::Deadline);
        }
        if !self.healthy(want.lane, now) {
            return Entry::Refused(Reason::BreakerOpen);
        }
        let state = &self.pools[pool as usize];
        if state.queue.standing() == 0 && !state.paced.holds(want.request.agent()) {
            match self.try_grant(pool, &want, now, now, Blocker::Nothing) {
                Ok(held) => return Entry::Granted(Grant(self.occupy(Slot::Granted(held)))),
                Err(Obstacle::Refuse(reason)) => return Entry::Refused(reason),
                Err(_) => {}
            }
        }
        self.line_up(pool, want, now)
    }

    /// What became of a place: `None` while it waits. A verdict uses up the place.
    pub fn verdict(&mut self, place: &Place) -> Option<Result<Grant, Reason>> {
        match self.slots[place.0 as usize] {
            Slot::Waiting { .. } => None,
            Slot::Granted(_) => Some(Ok(Grant(place.0))),
            Slot::Refused(reason) => {
                self.vacate(place.0);
                Some(Err(reason))
            }
            Slot::Free => unreachable!("the verdict on a place was asked for twice"),
        }
    }

    /// Gives a place up. What it may have been granted meanwhile goes back.
    pub fn cancel(&mut self, place: Place, now: Instant) {
        match self.slots[place.0 as usize] {
            Slot::Waiting { pool, .. } => {
                self.leave(place.0, Slot::Free);
                self.free.push(place.0);
                self.pump(pool, now);
            }
            Slot::Granted(_) => self.void(Grant(place.0), now),
            Slot::Refused(_) => drop(self.vacate(place.0)),
            Slot::Free => unreachable!("a place was cancelled twice"),
        }
    }

    /// What a grant holds.
    #[inline]
    pub fn held(&self, grant: &Grant) -> &Held {
        match &self.slots[grant.0 as usize] {
            Slot::Granted(held) => held,
            _ => unreachable!("a grant was used after it was given up"),
        }
    }

    /// Takes what a grant holds, and frees its slot.
    #[inline]
    pub(super) fn give_up(&mut self, grant: Grant) -> Held {
        match self.vacate(grant.0) {
            Slot::Granted(held) => held,
            _ => unreachable!("a grant was given up twice"),
        }
    }

    #[inline]
    fn occupy(&mut self, content: Slot) -> u32 {
        match self.free.pop() {
            Some(slot) => {
                self.slots[slot as usize] = content;
                slot
            }
            None => {
                self.slots.push(content);
                self.slots.len() as u32 - 1
            }
        }
    }

    #[inline]
    fn vacate(&mut self, slot: u32) -> Slot {
        self.free.push(slot);
        std::mem::replace(&mut self.slots[slot as usize], Slot::Free)
    }

    /// When [`on_wake`](Self::on_wake) is due, if nothing else happens before.
    #[inline]
    pub fn next_wake(&self) -> Option<Instant> {
        self.wakes.first().map(|(at, _)| *at)
    }

    /// Pumps every pool whose wake is due.
    pub fn on_wake(&mut self, now: Instant) {
        while let Some(&(at, pool)) = self.wakes.first() {
            if at > now {
                break;
            }
            self.pump(pool, now);
        }
    }

    /// Something was given back: lets those go who waited for it.
    #[inline]
    pub(super) fn after_release(&mut self, pool: u32, payer: Payer, now: Instant) {
        if !self.pools_aside.is_empty() {
            self.money_came_back(payer, now);
        }
        let Pool { queue, stands_in, .. } = &self.pools[pool as usize];
        match *stands_in {
            _ if queue.standing() > 0 => self.pump(pool, now),
            Some(line) => self.pump_line(line, None, now),
            None => {}
        }
    }

    fn line_up(&mut self, pool: u32, want: Want, now: Instant) -> Entry {
        let state = &mut self.pools[pool as usize];
        if state.queue.standing() >= state.max_waiting {
            return Entry::Refused(Reason::QueueFull);
        }
        let slot = self.occupy(Slot::Free);
        let outer = self.pools[pool as usize].outer;
        let outer =
            outer.map_or(Span::ZERO, |outer| self.pools[outer as usize].limiter.refill_time(want.charge));
        let state = &mut self.pools[pool as usize];
        let newcomer = Newcomer {
            agent: want.request.agent(),
            priority: want.priority,
            since: now,
            expires_at: now + state.max_wait,
            cost: state.limiter.refill_time(want.charge).max(outer),
            deadline: want.deadline,
        };
        let standing = state.queue.push(slot, newcomer);
        self.slots[slot as usize] =
            Slot::Waiting { want, pool, standing, since: now, aside_for: Blocker::Nothing, desk: None };
        self.pump(pool, now);
        self.woken.retain(|&woken| woken != slot);
        let place = Place(slot);
        match self.verdict(&place) {
            Some(Ok(grant)) => Entry::Granted(grant),
            Some(Err(reason)) => Entry::Refused(reason),
            None => Entry::Waiting(place),
        }
    }

    /// Lets go whoever can go, in order, and tells those who cannot ever.
    pub(super) fn pump(&mut self, pool: u32, now: Instant) {
        self.pump_one(pool, now);
        if let Some(line) = self.pools[pool as usize].stands_in {
            self.pump_line(line, Some(pool), now);
        }
    }

    pub(super) fn pump_one(&mut self, pool: u32, now: Instant) {
        self.expire(pool, now);
        if now >= self.pools[pool as usize].aside_until {
            self.put_back_all(pool);
        }
        self.put_back_due(pool, now);
        let (mut wake, mut stands) = (None, None);
        while let Some(slot) = self.pools[pool as usize].queue.first() {
            let Slot::Waiting { want, since, aside_for, .. } = self.slots[slot as usize] else {
                unreachable!("a queue names a place that does not wait")
            };
            let blocked_on = match aside_for {
                Blocker::Nothing => self.pools[pool as usize].blocked_on,
                blocker => blocker,
            };
            match self.try_grant(pool, &want, since, now, blocked_on) {
                Ok(held) => self.decide(slot, Slot::Granted(held)),
                Err(Obstacle::Refuse(reason)) => self.decide(slot, Slot::Refused(reason)),
                Err(Obstacle::Aside { cap, subject, until }) => self.set_aside(slot, cap, subject, until),
                Err(Obstacle::Paced { blocker, until }) => self.step_aside(slot, blocker, until),
                Err(Obstacle::Wait { blocker, until, head }) => {
                    self.pools[pool as usize].blocked_on = blocker;
                    (wake, stands) = (until, head);
                    break;
                }
            }
        }
        if let Some(line) = self.pools[pool as usize].stands_in {
            self.stand(pool, line, stands);
        }
        self.arm(pool, wake);
    }

    /// Asks backoff, breaker, ledger and limiter; takes from all if all agree.
    #[inline]
    fn try_grant(
        &mut self,
        pool: u32,
        want: &Want,
        since: Instant,
        now: Instant,
        blocked_on: Blocker,
    ) -> Result<Held, Obstacle> {
        let state = &mut self.pools[pool as usize];
        let lane = &mut self.lanes[want.lane.index()];
        if !lane.breaker.passes(now) {
            return Err(Obstacle::Refuse(Reason::BreakerOpen));
        }
        if now < state.held_back_until {
            let until = Some(state.held_back_until);
            return Err(Obstacle::Wait { blocker: Blocker::Backoff, until, head: None });
        }
        if let Err(over) = self.ledger.ask(want.payer(), lane.grade, want.worst_case, now) {
            self.ledger.mark_reached(over, &mut self.news);
            return Err(at_cap(over));
        }
        if lane.is_model
            && let Some(pace) = &mut self.pace
        {
            pace.ask(want.request.agent(), now).map_err(at_own_limit)?;
        }
        let outer = match state.stands_in {
            Some(line) => self.ask_both(pool, line, want, since, now)?,
            None => state.limiter.ask(want.charge, now).map_err(at_limit).map(|()| None)?,
        };
        let (state, lane) = (&mut self.pools[pool as usize], &mut self.lanes[want.lane.index()]);
        let hold = state.limiter.take(want.charge, now);
        if lane.is_model
            && let Some(pace) = &mut self.pace
        {
            pace.take(want.request.agent(), now);
        }
        let was = lane.breaker.state().0;
        let ticket = lane.breaker.enter(now);
        let (is, until) = lane.breaker.state();
        if was != is {
            self.news.push(Event::BreakerMoved { lane: want.lane, state: is, until });
        }
        let reservation = self.ledger.reserve(want.payer(), want.worst_case, now);
        let waited = now.since(since);
        let blocked_on = if waited == Span::ZERO { Blocker::Nothing } else { blocked_on };
        Ok(Held { want: *want, pool, ticket, reservation, hold, outer, waited, blocked_on })
    }

    /// Ends the waiting of a place with a verdict, and names it among the woken.
    pub(super) fn decide(&mut self, slot: u32, verdict: Slot) {
        self.leave(slot, verdict);
        self.woken.push(slot);
    }

    /// Takes a place out of the queue and out of those set aside. If it had waited for money, the next who waits for the
    /// same takes its place in line.
    fn leave(&mut self, slot: u32, content: Slot) {
        let granted = matches!(content, Slot::Granted(_));
        let Slot::Waiting { want, pool, standing, desk, .. } =
            std::mem::replace(&mut self.slots[slot as usize], content)
        else {
            unreachable!("a place left the queue that does not wait")
        };
        let state = &mut self.pools[pool as usize];
        let agent = want.request.agent();
        if let Some(desk) = desk {
            state.aside.remove(&(desk, standing.order()));
        }
        state.paced.forget(agent, standing.class(), standing.order());
        if granted {
            state.queue.grant(slot, standing);
        } else {
            state.queue.forget(slot, standing);
        }
        if let Some(desk) = desk {
            self.put_back_next(pool, desk);
        }
        if self.pools[pool as usize].paced.holds(agent) {
            self.put_back_of_agent(pool, agent);
        }
    }

    fn expire(&mut self, pool: u32, now: Instant) {
        while let Some((at, slot)) = self.pools[pool as usize].queue.next_expiry() {
            if at > now {
                break;
            }
            let reason = match &self.slots[slot as usize] {
                Slot::Waiting { want, .. } if want.deadline <= now => Reason::Deadline,
                Slot::Waiting { aside_for: Blocker::Budget, .. } => Reason::Budget,
                _ => Reason::QueueTimeout,
            };
            self.decide(slot, Slot::Refused(reason));
        }
    }

    /// A lane has been shut: whoever waits for it, in any queue, had better try the next rung.
    pub(super) fn turn_away(&mut self, lane: LaneId, now: Instant) {
        let mut pools = BTreeSet::new();
        for slot in 0..self.slots.len() as u32 {
            if let Slot::Waiting { want, pool, .. } = self.slots[slot as usize]
                && want.lane == lane
            {
                self.decide(slot, Slot::Refused(Reason::BreakerOpen));
                pools.insert(pool);
            }
        }
        for pool in pools {
            self.pump(pool, now);
        }
    }

    /// Notes when the pool has to be pumped again.
    fn arm(&mut self, pool: u32, head: Option<Instant>) {
        let state = &mut self.pools[pool as usize];
        let expiry = state.queue.next_expiry().map(|(at, _)| at);
        let aside =
            (!state.aside.is_empty() && state.aside_until < Instant::NEVER).then_some(state.aside_until);
        let wake = [head, expiry, aside, state.paced.next_due()].into_iter().flatten().min();
        if wake != state.wake {
            if let Some(old) = state.wake {
                self.wakes.remove(&(old, pool));
            }
            if let Some(new) = wake {
                self.wakes.insert((new, pool));
            }
            state.wake = wake;
        }
    }
}
