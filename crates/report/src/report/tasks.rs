//! What became of agents' tasks, and what went into those that could never end.

use rushhour_base::Money;
use rushhour_base::event::LoopRule;

/// Tasks over the whole run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskReport {
    /// Tasks that the loop guard ended, by the bound that they reached, in the order of [`LoopRule::ALL`].
    pub stopped_by: Vec<(LoopRule, u64)>,
    /// What only the world knows; `None` if no agent had a task, or the run holds no truths.
    pub known: Option<KnownTasks>,
}

/// What the world knows of the tasks of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KnownTasks {
    /// Tasks of which every step was answered.
    pub done: u64,
    /// Requests that they took, those that failed included.
    pub asked: u64,
    /// Requests of steps that could never succeed.
    pub stuck_requests: u64,
    /// What was booked for these requests.
    pub stuck_usd: Money,
    /// Tasks ended by the loop guard at a step that could never succeed. The others it ended were sound.
    pub stopped_stuck: u64,
}

impl TaskReport {
    /// Tasks that the loop guard ended.
    pub fn stopped(&self) -> u64 {
        self.stopped_by.iter().map(|(_, count)| count).sum()
    }

    /// `value`, unless no agent is known to have had a task.
    pub(crate) fn if_any<T>(&self, value: T) -> Option<T> {
        (self.known.is_some() || self.stopped() > 0).then_some(value)
    }
}
