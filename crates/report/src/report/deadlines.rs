//! Answers that were worth something only for so long.

/// What became of requests with a deadline, over the whole run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deadlines {
    /// Requests that had one.
    pub set: u64,
    /// Those that missed it: answered after it, given up because of it, or open beyond it. A request that was turned
    /// away, abandoned or failed for another reason before its deadline is not among them.
    pub missed: u64,
    /// Of those that missed it, how many were answered all the same.
    pub late: u64,
}

impl Deadlines {
    /// The share of those that missed it.
    pub fn missed_share(&self) -> f64 {
        self.missed as f64 / self.set.max(1) as f64
    }

    pub(crate) fn merge(&mut self, other: Deadlines) {
        self.set += other.set;
        self.missed += other.missed;
        self.late += other.late;
    }
}
