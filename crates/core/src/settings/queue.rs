//! Who goes first and who must not wait.

use rushhour_base::Span;

/// Who goes first and who must not wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueuePolicy {
    /// The order of the queue.
    pub discipline: Discipline,
    /// How many requests may wait for a pool at once.
    pub max_waiting: u32,
    /// How long a request waits for a pool before it tries the next rung.
    pub max_wait: Span,
    /// Whether requests whose answers would come too late leave, and begin nothing more. If not, deadlines count for nothing
    /// but the report.
    pub obeys_deadlines: bool,
}

/// The order in which a queue is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Discipline {
    /// First come, first served.
    Fifo,
    /// The more urgent class first, always; within a class first come, first served.
    Priority,
    /// Whose answer is the first to become worthless goes first, whatever its class; requests without a deadline come
    /// after all others, first come, first served.
    EarliestDeadline,
    /// Agents share tokens fairly; a less urgent class yields, but gains one class for each `ageing` of waiting.
    Fair {
        /// How long a request waits to make up for one class of priority.
        ageing: Span,
    },
}
