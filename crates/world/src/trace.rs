//! The rows of a trace, dealt to the agents of a workload like cards: row i goes to agent i mod n.

use crate::settings::TraceRow;
use std::sync::Arc;

/// A trace and the number of agents among whom it is dealt.
#[derive(Clone, Debug)]
pub(crate) struct Deal {
    rows: Arc<[TraceRow]>,
    agents: u32,
}

impl Deal {
    /// Deals `rows` to `agents` agents.
    ///
    /// # Panics
    /// If the rows are not in the order of time: the reader of a trace lets no such file pass.
    pub(crate) fn new(rows: &Arc<[TraceRow]>, agents: u32) -> Deal {
        assert!(rows.is_sorted_by_key(|row| row.at), "the rows of a trace are in the order of time");
        Deal { rows: Arc::clone(rows), agents }
    }

    /// What `agent` asks in its turn number `turn`; `None` when its cards are played.
    #[inline]
    pub(crate) fn row(&self, agent: u32, turn: u32) -> Option<&TraceRow> {
        self.rows.get(turn as usize * self.agents as usize + agent as usize)
    }
}
