//! Who came back, and whether it was worth it.

use crate::report::Returns;
use rushhour_base::{Outcome, RequestId};
use std::collections::BTreeSet;

#[derive(Default)]
pub(super) struct ReturnTally {
    came_back: u64,
    answered: u64,
    /// Of those who came back, whose request is open.
    open: BTreeSet<RequestId>,
}

impl ReturnTally {
    pub(super) fn came_back(&mut self, request: RequestId) {
        self.came_back += 1;
        self.open.insert(request);
    }

    #[inline]
    pub(super) fn ended(&mut self, request: RequestId, outcome: Outcome) {
        if !self.open.is_empty() && self.open.remove(&request) && outcome == Outcome::Answered {
            self.answered += 1;
        }
    }

    /// `arrived` and `answered` are those of the whole run. A question is not asked again once it was answered, so each
    /// answer is one of a question of its own.
    pub(super) fn finish(&self, arrived: u64, answered: u64) -> Option<Returns> {
        (self.came_back > 0).then(|| Returns {
            came_back: self.came_back,
            answered: self.answered,
            questions: arrived - self.came_back,
            questions_answered: answered,
        })
    }
}
