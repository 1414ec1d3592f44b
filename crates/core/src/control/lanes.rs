//! What each lane stands on: a breaker, prices, a pool; and what kind of answers it gives.

use super::{Control, Lane, Pool};
use crate::breaker::Breaker;
use crate::ledger::Grade;
use crate::limiter::Limiter;
use crate::queue::Queue;
use crate::settings::{Answerer, Discipline, LimiterScope, Policy, PoolLimits, RungPolicy, Staff, Topology};
use rushhour_base::{Instant, LaneId, Ratio, Rung, Span};

impl Control {
    pub(super) fn open_lanes(&mut self, topology: &Topology) {
        let pool_per_agent = self.policy.limiter.scope == LimiterScope::Key;
        let keys = if pool_per_agent { topology.agents } else { 1 };
        let of_chain = self.policy.chain.iter().filter_map(|rung| match rung.answered_by {
            Answerer::Staff(staff) => Some(staff),
            Answerer::Models(_) => None,
        });
        let staff: Vec<Staff> = of_chain.chain(reviewers(&self.policy)).collect();
        for (index, plan) in topology.lanes.iter().enumerate() {
            let lane = match plan.pool {
                Some(pool) => Lane {
                    breaker: Breaker::new(self.policy.breaker),
                    prices: plan.prices,
                    context_tokens: self.policy.windows.believed(LaneId(index as u16), plan.context_tokens),
                    first_pool: u32::from(pool) * keys,
                    pool_per_agent,
                    is_model: true,
                    grade: grade_of(&self.policy, index),
                    group: plan.group,
                },
                None => Lane {
                    breaker: Breaker::new(None),
                    prices: plan.prices,
                    context_tokens: plan.context_tokens,
                    first_pool: self.open_staff_pool(staff.iter().find(|s| s.lane.index() == index)),
                    pool_per_agent: false,
                    is_model: false,
                    grade: grade_of(&self.policy, index),
                    group: plan.group,
                },
            };
            self.lanes.push(lane);
        }
    }

    fn open_staff_pool(&mut self, staff: Option<&Staff>) -> u32 {
        let (capacity, max_waiting, max_wait) =
            staff.map_or((0, 0, Span::ZERO), |staff| (staff.capacity, staff.max_waiting, staff.max_wait));
        let limits = PoolLimits { concurrency: Some(capacity), ..PoolLimits::default() };
        let limiter = Limiter::new(&limits, Ratio::ONE, Instant::START);
        let queue = Queue::new(Discipline::Priority, 1);
        self.pools.push(Pool::new(limiter, queue, max_waiting, max_wait));
        self.pools.len() as u32 - 1
    }
}

/// What kind of answers a lane gives: that of the first rung that uses it. People who review are people; a lane that only
/// summarises is none that one wants.
fn grade_of(policy: &Policy, lane: usize) -> Grade {
    let on = |rung: &&RungPolicy| match &rung.answered_by {
        Answerer::Models(lanes) => lanes.iter().any(|used| used.lane.index() == lane && used.weight > 0),
        Answerer::Staff(staff) => staff.lane.index() == lane,
    };
    match policy.chain.iter().find(on).map(|rung| rung.rung) {
        Some(Rung::Primary) => Grade::Wanted,
        Some(Rung::Secondary | Rung::Tertiary) => Grade::Economy,
        Some(Rung::Rules) => Grade::Rules,
        Some(Rung::Human) => Grade::Human,
        None if reviewers(policy).is_some_and(|staff| staff.lane.index() == lane) => Grade::Human,
        None if summarises(policy, lane) => Grade::Economy,
        None => Grade::Wanted,
    }
}

fn reviewers(policy: &Policy) -> Option<Staff> {
    Some(policy.validation.as_ref()?.review?.staff)
}

fn summarises(policy: &Policy, lane: usize) -> bool {
    let summary = policy.compression.as_ref().and_then(|compression| compression.summary);
    let of_a_class = policy.classes.iter().any(|class| class.lanes.iter().any(|l| l.lane.index() == lane));
    summary.is_some_and(|summary| summary.lane.index() == lane) && !of_a_class
}
