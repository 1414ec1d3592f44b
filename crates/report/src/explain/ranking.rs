//! Which requests of a run are worth a look.

use rushhour_base::event::Event;
use rushhour_base::{FleetId, Instant, Money, Outcome, RequestId, Sink, Truth};
use std::collections::{BTreeMap, BTreeSet};

/// By what requests are ranked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ranked {
    /// The longest from the intended start to the end first.
    Slowest,
    /// Those that got no answer, in the order of their ends: refused, abandoned, failed.
    Failed,
    /// The most money booked for them first.
    Costliest,
}

/// Listens to a run and keeps the first few of a ranking. Of equals the one that ended earlier goes first.
///
/// ```
/// use rushhour_base::*;
/// use rushhour_report::explain::{Ranked, Ranking};
/// # let arrived = |request: RequestId, intended| Event::Arrived {
/// #     request, agent: request.agent(), user: UserId(0), workflow: WorkflowId(0), priority: 0, intended,
/// #     input_tokens: 1, max_tokens: 1,
/// # };
/// # let ended = |request| Event::Ended {
/// #     request, outcome: Outcome::Answered, rung: Rung::Primary, reason: event::Reason::None,
/// # };
/// let [quick, slow] = [0, 1].map(|agent| RequestId::new(AgentId(agent), 0));
/// let mut ranking = Ranking::new(Ranked::Slowest, 1);
/// for (at, event) in [(0, arrived(quick, Instant(0))), (0, arrived(slow, Instant(0))), (5, ended(quick)), (9, ended(slow))] {
///     ranking.event(Instant(at), FleetId(0), &event);
/// }
/// assert_eq!(ranking.finish(), [slow]);
/// ```
#[derive(Debug)]
pub struct Ranking {
    by: Ranked,
    most: usize,
    open: BTreeMap<RequestId, Open>,
    /// Score, then how late it ended; the last one is the first to go.
    best: BTreeSet<(std::cmp::Reverse<u128>, u64, RequestId)>,
    ended: u64,
}

#[derive(Clone, Copy, Debug)]
struct Open {
    intended: Instant,
    cost: Money,
}

impl Ranking {
    /// A ranking that keeps the first `most`.
    pub fn new(by: Ranked, most: usize) -> Ranking {
        Ranking { by, most, open: BTreeMap::new(), best: BTreeSet::new(), ended: 0 }
    }

    /// The first few, in their order.
    pub fn finish(self) -> Vec<RequestId> {
        self.best.into_iter().map(|(_, _, request)| request).collect()
    }

    fn end(&mut self, at: Instant, request: RequestId, outcome: Outcome) {
        let Some(open) = self.open.remove(&request) else { return };
        let unanswered = matches!(outcome, Outcome::Refused | Outcome::Abandoned | Outcome::Failed);
        let score = match self.by {
            Ranked::Slowest => u128::from(at.since(open.intended).0),
            Ranked::Costliest => open.cost.0.unsigned_abs(),
            Ranked::Failed if unanswered => 0,
            Ranked::Failed => return,
        };
        self.best.insert((std::cmp::Reverse(score), self.ended, request));
        self.ended += 1;
        if self.best.len() > self.most {
            self.best.pop_last();
        }
    }
}

impl Sink for Ranking {
    fn event(&mut self, at: Instant, _: FleetId, event: &Event) {
        match *event {
            Event::Arrived { request, intended, .. } => {
                self.open.insert(request, Open { intended, cost: Money::ZERO });
            }
            Event::Posted { request, amount, .. } | Event::Expensed { request, amount, .. } => {
                if let Some(open) = self.open.get_mut(&request) {
                    open.cost += amount;
                }
            }
            Event::Ended { request, outcome, .. } => self.end(at, request, outcome),
            _ => {}
        }
    }

    fn truth(&mut self, _: Instant, _: &Truth) {}
}
