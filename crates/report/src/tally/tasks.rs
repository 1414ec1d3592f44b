//! Tasks: what the loop guard ended, and what went into steps that could never succeed.

use crate::report::{KnownTasks, TaskReport};
use rushhour_base::event::LoopRule;
use rushhour_base::{Money, RequestId};
use std::collections::BTreeMap;

#[derive(Default)]
pub(super) struct TaskTally {
    stopped_by: [u64; LoopRule::ALL.len()],
    known: Option<KnownTasks>,
    /// The last turn of each agent that was a step that can never succeed. Turns only count upwards, and an agent with
    /// tasks has one request at a time.
    stuck: BTreeMap<u32, u32>,
}

impl TaskTally {
    pub(super) fn stopped(&mut self, request: RequestId, rule: LoopRule) {
        self.stopped_by[rule as usize] += 1;
        if self.is_stuck(request) {
            self.known.get_or_insert_default().stopped_stuck += 1;
        }
    }

    pub(super) fn stuck(&mut self, request: RequestId) {
        self.known.get_or_insert_default().stuck_requests += 1;
        self.stuck.insert(request.agent().0, request.turn());
    }

    pub(super) fn done(&mut self, asked: u32) {
        let known = self.known.get_or_insert_default();
        known.done += 1;
        known.asked += u64::from(asked);
    }

    #[inline]
    pub(super) fn posted(&mut self, request: RequestId, amount: Money) {
        if !self.stuck.is_empty() && self.is_stuck(request) {
            self.known.get_or_insert_default().stuck_usd += amount;
        }
    }

    pub(super) fn finish(self) -> TaskReport {
        let by = LoopRule::ALL.iter().map(|rule| (*rule, self.stopped_by[*rule as usize]));
        TaskReport { stopped_by: by.collect(), known: self.known }
    }

    fn is_stuck(&self, request: RequestId) -> bool {
        self.stuck.get(&request.agent().0) == Some(&request.turn())
    }
}
