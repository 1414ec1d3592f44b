//! Pools within pools: a project's calls are counted by its own pool and by the organisation's.
//!
//! A call takes from both or from neither, and waits in its own pool's queue. Where the outer pool has no room, the heads
//! of the queues that draw on it stand in its *line*, in the order of the policy's discipline, and only the first is
//! asked for. Without that, small calls of one project would overtake a large one of another for ever.
//!
//! Whoever pumps a queue lets the line go on behind it, as does every release; so the line moves whenever its first can
//! go, and nobody in it needs a wake of its own but the first.

use super::Control;
use super::grant::Want;
use super::obstacle::{Obstacle, at_limit};
use crate::limiter::Hold;
use crate::settings::Discipline;
use rushhour_base::Instant;
use rushhour_base::event::Blocker;

/// Where the head of a queue stands in an outer pool's line: by rank, age, and pool.
pub(super) type Head = (u64, Instant, u32);

impl Control {
    /// Asks a pool that has others within it, or stands within one, and takes from the outer one if both agree.
    #[cold]
    pub(super) fn ask_both(
        &mut self,
        pool: u32,
        line: u32,
        want: &Want,
        since: Instant,
        now: Instant,
    ) -> Result<Option<(u32, Hold)>, Obstacle> {
        let head = (rank(self.policy.queue.discipline, want, since), since, pool);
        let in_line = |obstacle| match obstacle {
            Obstacle::Wait { blocker, until, .. } => Obstacle::Wait { blocker, until, head: Some(head) },
            other => other,
        };
        let own = self.pools[pool as usize].limiter.ask(want.charge, now).map_err(at_limit);
        own.map_err(|obstacle| if pool == line { in_line(obstacle) } else { obstacle })?;
        let outer = &mut self.pools[line as usize];
        if outer.line.first().is_some_and(|first| first.2 != pool && *first < head) {
            return Err(Obstacle::Wait { blocker: outer.line_waits_for, until: None, head: Some(head) });
        }
        if pool == line {
            return Ok(None);
        }
        if now < outer.held_back_until {
            let until = Some(outer.held_back_until);
            return Err(Obstacle::Wait { blocker: Blocker::Backoff, until, head: Some(head) });
        }
        outer.limiter.ask(want.charge, now).map_err(|denial| in_line(at_limit(denial)))?;
        Ok(Some((line, outer.limiter.take(want.charge, now))))
    }

    /// Notes where the head of a pool's queue stands in the line of the outer pool, if it does, and what it waits for.
    pub(super) fn stand(&mut self, pool: u32, line: u32, head: Option<Head>) {
        let before = std::mem::replace(&mut self.pools[pool as usize].head, head);
        let waits_for = self.pools[pool as usize].blocked_on;
        let outer = &mut self.pools[line as usize];
        if let Some(before) = before {
            outer.line.remove(&before);
        }
        if let Some(head) = head {
            outer.line.insert(head);
            if outer.line.first() == Some(&head) {
                outer.line_waits_for = waits_for;
            }
        }
    }

    /// Lets those go who stand in a line, until its first has to wait. `pumped` is the pool that was asked just before.
    #[cold]
    pub(super) fn pump_line(&mut self, line: u32, pumped: Option<u32>, now: Instant) {
        let mut last = pumped;
        while let Some(&(_, _, first)) = self.pools[line as usize].line.first() {
            if last == Some(first) {
                return;
            }
            self.pump_one(first, now);
            last = Some(first);
        }
    }
}

/// What goes before age in a line: what the discipline of a single queue would put there.
fn rank(discipline: Discipline, want: &Want, since: Instant) -> u64 {
    let priority = u64::from(want.priority);
    match discipline {
        Discipline::Fifo => 0,
        Discipline::Priority => priority,
        Discipline::EarliestDeadline => want.deadline.0,
        Discipline::Fair { ageing } => since.0.saturating_add(ageing.0.saturating_mul(priority)),
    }
}
