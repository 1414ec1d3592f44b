//! Requests that a cap holds up stand aside, out of line, so that they hold up nobody else.
//!
//! Each stands at the *desk* of the cap that refused it (the agent's or user's own, where the cap is one for each), by
//! workflow and order of arrival. Money that comes back to a cap calls the first of each desk there; whoever goes, gives
//! up or is sent to another desk calls the next. So a settlement costs no more than the requests that it lets go, and
//! nobody with room under every cap waits behind somebody without.

use super::{Control, Slot};
use crate::ledger::Payer;
use rushhour_base::event::{Blocker, Reason};
use rushhour_base::{CapId, Instant, WorkflowId};

/// Where a request waits for money: a cap, whose it is there, and the workflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Desk {
    pub(super) cap: CapId,
    pub(super) subject: u32,
    pub(super) workflow: WorkflowId,
}

impl Control {
    pub(super) fn set_aside(&mut self, slot: u32, cap: CapId, subject: u32, until: Instant) {
        let Slot::Waiting { want, pool, standing, aside_for, desk, .. } = &mut self.slots[slot as usize]
        else {
            unreachable!("a place was set aside that does not wait")
        };
        *aside_for = Blocker::Budget;
        let here = Desk { cap, subject, workflow: want.workflow };
        let before = desk.replace(here);
        let pool = *pool;
        let state = &mut self.pools[pool as usize];
        state.queue.set_aside(*standing);
        state.aside.insert((here, standing.order()), slot);
        state.aside_until = state.aside_until.min(until);
        self.pools_aside.insert(pool);
        let too_many = self.pools[pool as usize].aside.len() > self.pools[pool as usize].max_waiting as usize;
        // It left the money of its former desk to those behind it there.
        if let Some(before) = before.filter(|before| *before != here) {
            self.put_back_next(pool, before);
        }
        if too_many {
            self.decide(slot, Slot::Refused(Reason::QueueFull));
        }
    }

    /// Puts the first of those who wait at a desk back in line.
    pub(super) fn put_back_next(&mut self, pool: u32, desk: Desk) {
        let state = &mut self.pools[pool as usize];
        let Some((&key, &slot)) = state.aside.range((desk, 0)..=(desk, u64::MAX)).next() else { return };
        state.aside.remove(&key);
        if let Slot::Waiting { standing, .. } = &self.slots[slot as usize] {
            state.queue.put_back(slot, *standing);
        }
    }

    pub(super) fn put_back_all(&mut self, pool: u32) {
        let state = &mut self.pools[pool as usize];
        for slot in std::mem::take(&mut state.aside).into_values() {
            if let Slot::Waiting { standing, .. } = &self.slots[slot as usize] {
                state.queue.put_back(slot, *standing);
            }
        }
        state.aside_until = Instant::NEVER;
        self.pools_aside.remove(&pool);
    }

    /// A payer's reservation was settled: calls whoever waits at the caps that had held it.
    #[cold]
    pub(super) fn money_came_back(&mut self, payer: Payer, now: Instant) {
        let caps: Vec<(CapId, u32)> = self.ledger.caps_of(payer).collect();
        let pools: Vec<u32> = self.pools_aside.iter().copied().collect();
        for pool in pools {
            for &(cap, subject) in &caps {
                self.call_each_workflow(pool, cap, subject);
            }
            self.pump(pool, now);
            if self.pools[pool as usize].aside.is_empty() {
                self.pools_aside.remove(&pool);
            }
        }
    }

    fn call_each_workflow(&mut self, pool: u32, cap: CapId, subject: u32) {
        let mut from = Some(Desk { cap, subject, workflow: WorkflowId(0) });
        while let Some(first) = from {
            let next = self.pools[pool as usize].aside.range((first, 0)..).next();
            let Some((&(desk, _), _)) =
                next.filter(|((desk, _), _)| (desk.cap, desk.subject) == (cap, subject))
            else {
                return;
            };
            self.put_back_next(pool, desk);
            from = desk.workflow.0.checked_add(1).map(|next| Desk { workflow: WorkflowId(next), ..desk });
        }
    }
}
