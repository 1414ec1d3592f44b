//! Requests that an agent's own limit holds up: out of line, so that they hold up nobody else, each agent with an instant at
//! which the first of them is put back.
//!
//! Only one request of an agent is put back at a time; when it leaves the line, the next follows. So an agent with a thousand
//! requests costs no more at its due instant than one with a single request.

use super::{Control, Slot};
use rushhour_base::event::{Blocker, Reason};
use rushhour_base::{AgentId, Instant};
use std::collections::{BTreeMap, BTreeSet};

/// Those of one pool.
#[derive(Debug, Default)]
pub(super) struct Paced {
    /// By agent, class of urgency and order of arrival.
    places: BTreeMap<(AgentId, u8, u64), u32>,
    /// When the first of each agent is due. An agent without one has a request that stands in line.
    dues: BTreeSet<(Instant, AgentId)>,
    due_of: BTreeMap<AgentId, Instant>,
}

impl Paced {
    /// Whether any request of the agent is held up.
    #[inline]
    pub(super) fn holds(&self, agent: AgentId) -> bool {
        !self.places.is_empty() && self.first_of(agent).is_some()
    }

    /// When the next one is due.
    #[inline]
    pub(super) fn next_due(&self) -> Option<Instant> {
        self.dues.first().map(|(at, _)| *at)
    }

    /// Forgets a place that has left the queue.
    #[inline]
    pub(super) fn forget(&mut self, agent: AgentId, class: u8, order: u64) {
        if !self.places.is_empty() && self.places.remove(&(agent, class, order)).is_some() {
            self.drop_due_of_none(agent);
        }
    }

    /// Takes out the agent's first request, which is put back in line.
    fn pop(&mut self, agent: AgentId) -> Option<u32> {
        let key = self.first_of(agent)?;
        let slot = self.places.remove(&key);
        self.set_due(agent, None);
        slot
    }

    /// Takes out the agent whose request has become due.
    fn pop_due(&mut self, now: Instant) -> Option<AgentId> {
        let &(at, agent) = self.dues.first()?;
        if at > now {
            return None;
        }
        self.set_due(agent, None);
        Some(agent)
    }

    fn insert(&mut self, key: (AgentId, u8, u64), slot: u32, due: Instant) {
        self.places.insert(key, slot);
        self.set_due(key.0, Some(due));
    }

    fn first_of(&self, agent: AgentId) -> Option<(AgentId, u8, u64)> {
        let all = (agent, 0, 0)..=(agent, u8::MAX, u64::MAX);
        self.places.range(all).next().map(|(key, _)| *key)
    }

    fn set_due(&mut self, agent: AgentId, due: Option<Instant>) {
        if let Some(old) = self.due_of.remove(&agent) {
            self.dues.remove(&(old, agent));
        }
        if let Some(due) = due {
            self.due_of.insert(agent, due);
            self.dues.insert((due, agent));
        }
    }

    fn drop_due_of_none(&mut self, agent: AgentId) {
        if self.first_of(agent).is_none() {
            self.set_due(agent, None);
        }
    }
}

impl Control {
    /// Takes a request that its agent's own limit holds up out of line.
    pub(super) fn step_aside(&mut self, slot: u32, blocker: Blocker, due: Instant) {
        let Slot::Waiting { want, pool, standing, aside_for, desk, .. } = &mut self.slots[slot as usize]
        else {
            unreachable!("a place stepped aside that does not wait")
        };
        *aside_for = blocker;
        let (pool, desk) = (*pool, *desk);
        let key = (want.request.agent(), standing.class(), standing.order());
        let state = &mut self.pools[pool as usize];
        state.queue.set_aside(*standing);
        state.paced.insert(key, slot, due);
        let too_many = state.paced.places.len() > state.max_waiting as usize;
        // It may have been put in line for money that came back, which others can use meanwhile.
        if let Some(desk) = desk {
            self.put_back_next(pool, desk);
        }
        if too_many {
            self.decide(slot, Slot::Refused(Reason::QueueFull));
        }
    }

    /// Puts those back in line whose agents may call again.
    pub(super) fn put_back_due(&mut self, pool: u32, now: Instant) {
        while let Some(agent) = self.pools[pool as usize].paced.pop_due(now) {
            self.put_back_of_agent(pool, agent);
        }
    }

    /// Puts the agent's first request back in line, if any was held up.
    pub(super) fn put_back_of_agent(&mut self, pool: u32, agent: AgentId) {
        let state = &mut self.pools[pool as usize];
        let Some(slot) = state.paced.pop(agent) else { return };
        if let Slot::Waiting { standing, .. } = &self.slots[slot as usize] {
            state.queue.put_back(slot, *standing);
        }
    }

    /// A call that the agent's own limit had counted was never sent: what waits for that limit may go earlier.
    pub(super) fn give_pace_back(&mut self, agent: AgentId, taken_at: Instant, now: Instant) {
        let Some(pace) = &mut self.pace else { return };
        pace.void(agent, taken_at, now);
        for pool in 0..self.pools.len() as u32 {
            if self.pools[pool as usize].paced.holds(agent) {
                self.put_back_of_agent(pool, agent);
                self.pump(pool, now);
            }
        }
    }
}
