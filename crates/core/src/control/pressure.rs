//! What the state of queues, breakers and books says about room for more: asked by those who decide before a request asks
//! for a grant.

use super::{Control, Slot};
use rushhour_base::event::BreakerState;
use rushhour_base::{AgentId, Instant, LaneId, Ratio, Span};

impl Control {
    /// How long the request that waits longest for a lane's quota has been waiting. Those set aside for a cap or for their
    /// agent's own pace do not count: they hold up nobody, so nobody may draw conclusions from them.
    pub fn longest_wait(&self, lane: LaneId, agent: AgentId, now: Instant) -> Span {
        let pool = &self.pools[self.pool_of(lane, agent) as usize];
        let since = pool.queue.oldest_of_each_class().filter_map(|slot| match &self.slots[slot as usize] {
            Slot::Waiting { since, .. } => Some(*since),
            _ => None,
        });
        since.min().map_or(Span::ZERO, |since| now.since(since))
    }

    /// How many requests stand in line for a lane's quota; those set aside do not.
    pub fn waiting_for(&self, lane: LaneId, agent: AgentId) -> u32 {
        self.pools[self.pool_of(lane, agent) as usize].queue.standing()
    }

    /// When a lane's breaker lets the next call pass, and whether that call is its probe; no instant if only the end of
    /// the present probe can tell.
    pub fn passes_at(&self, lane: LaneId, now: Instant) -> (Option<Instant>, bool) {
        let breaker = &self.lanes[lane.index()].breaker;
        let (state, until) = breaker.state();
        let at = if breaker.passes(now) { Some(now) } else { Some(until).filter(|until| *until > now) };
        (at, state != BreakerState::Closed)
    }

    /// Whether any cap on the whole fleet's spending has spent such a share of it in its present window.
    pub fn has_spent(&self, share: Ratio, now: Instant) -> bool {
        self.ledger.has_spent(share, now)
    }
}
