//! Admission control: whether, when and at what price a call of the fleet may go out.
//!
//! # The protocol
//! [`enqueue`](Control::enqueue) asks for a grant. If it has to wait, the place in the queue is data; when something
//! changes (a settlement, a cancellation, a due wake) the control pumps its queues by itself and names in
//! [`drain_woken`](Control::drain_woken) exactly the places whose [`verdict`](Control::verdict) is in. The caller keeps
//! one timer for [`next_wake`](Control::next_wake) and calls [`on_wake`](Control::on_wake) when it is due. A
//! [`Grant`] is used up by [`settle`](Control::settle) or [`void`](Control::void).
//!
//! # Why everything is taken at the instant of the grant
//! A request that held its reservation, or the breaker's only probe, while it waits for another resource would lock
//! others out of what it cannot use yet. So [`Control`] asks breaker, ledger and limiter, and only if all say yes
//! takes from all of them.

mod aside;
mod grant;
mod lanes;
mod observe;
mod obstacle;
mod outer;
mod paced;
mod pressure;
mod pump;
mod settle;

use aside::Desk;
pub use grant::{Entry, Grant, Held, Place, Posting, Settlement, Want};

use crate::breaker::Breaker;
use crate::guard::{LoopGuard, Tripped};
use crate::ledger::{Grade, Ledger, Payer};
use crate::limiter::Limiter;
use crate::limiter::pace::Pace;
use crate::queue::{Queue, Standing};
use crate::retry::RetryBudget;
use crate::settings::{LimiterScope, Policy, Topology};
use rushhour_base::event::{Blocker, BreakerState, Event, Reason};
use rushhour_base::{AgentId, CapId, Instant, LaneId, Money, Span};
use std::collections::{BTreeMap, BTreeSet};

/// The admission control of one fleet.
#[derive(Debug)]
pub struct Control {
    policy: Policy,
    lanes: Vec<Lane>,
    pools: Vec<Pool>,
    /// What each agent is held to, over all pools.
    pace: Option<Pace>,
    ledger: Ledger,
    retry_budget: Option<RetryBudget>,
    guard: Option<LoopGuard>,
    /// Requests that wait and calls that were granted, by the number of their place or grant.
    slots: Vec<Slot>,
    free: Vec<u32>,
    wakes: BTreeSet<(Instant, u32)>,
    pools_aside: BTreeSet<u32>,
    woken: Vec<u32>,
    news: Vec<Event>,
}

#[derive(Debug)]
struct Lane {
    breaker: Breaker,
    prices: rushhour_base::Prices,
    context_tokens: u64,
    first_pool: u32,
    pool_per_agent: bool,
    /// Rules and people are no calls, and no agent's pace holds for them.
    is_model: bool,
    /// For caps that leave only the cheaper kinds of answers.
    grade: Grade,
    /// The group of lanes with which it shares its fate.
    group: u16,
}

#[derive(Debug)]
struct Pool {
    limiter: Limiter,
    queue: Queue,
    /// Requests that a cap holds up, by desk and order of arrival; out of line, so that they hold up nobody else.
    aside: BTreeMap<(Desk, u64), u32>,
    aside_until: Instant,
    /// Requests that their agents' own limits hold up, out of line too.
    paced: paced::Paced,
    /// The pool whose limits hold for it too.
    outer: Option<u32>,
    /// The pool in whose line its head stands: the outer one, or itself if it is that to others; and where in it.
    stands_in: Option<u32>,
    head: Option<outer::Head>,
    /// The heads that wait for its limits, if others stand within it, and what the first of them waits for.
    line: BTreeSet<outer::Head>,
    line_waits_for: Blocker,
    held_back_until: Instant,
    /// When headers are looked at again.
    look_at: Instant,
    blocked_on: Blocker,
    wake: Option<Instant>,
    max_waiting: u32,
    max_wait: Span,
}

#[derive(Debug)]
enum Slot {
    Free,
    /// `aside_for` is what it stood aside for last, if it did, and `desk` where it last waited for money.
    Waiting {
        want: Want,
        pool: u32,
        standing: Standing,
        since: Instant,
        aside_for: Blocker,
        desk: Option<Desk>,
    },
    Granted(Held),
    Refused(Reason),
}

impl Control {
    /// The control of a fleet that begins at `now` with full buckets, closed breakers and empty books.
    pub fn new(policy: Policy, topology: &Topology, now: Instant) -> Control {
        let mut control = Control {
            lanes: Vec::with_capacity(topology.lanes.len()),
            pools: Vec::new(),
            pace: Pace::new(policy.limiter.per_agent, topology.agents as usize, now),
            ledger: Ledger::new(
                &policy.caps,
                usize::from(topology.workflows),
                topology.agents as usize,
                topology.lanes.len(),
            ),
            retry_budget: policy.retry.budget.map(RetryBudget::full),
            guard: policy.guard.map(|guard| LoopGuard::new(guard, topology.agents as usize)),
            slots: Vec::new(),
            free: Vec::new(),
            wakes: BTreeSet::new(),
            pools_aside: BTreeSet::new(),
            woken: Vec::new(),
            news: Vec::new(),
            policy,
        };
        control.open_pools(topology, now);
        control.open_lanes(topology);
        control
    }

    /// Whether the loop guard lets an agent go on with its task, of which this is the next request.
    ///
    /// # Errors
    /// Why the task is to end.
    #[inline]
    pub fn guard(&mut self, agent: AgentId, task: u32, text: u64) -> Result<(), Tripped> {
        self.guard.as_mut().map_or(Ok(()), |guard| guard.ask(agent, task, text))
    }

    /// Notes that a request was made: it earns its share of a retry.
    #[inline]
    pub fn on_request(&mut self) {
        if let Some(budget) = &mut self.retry_budget {
            budget.deposit();
        }
    }

    /// Whether the retry budget grants a retry; takes it if so.
    pub fn may_retry(&mut self) -> bool {
        self.retry_budget.as_mut().is_none_or(RetryBudget::withdraw)
    }

    /// Whether a lane's breaker would let a call pass.
    #[inline]
    pub fn healthy(&self, lane: LaneId, now: Instant) -> bool {
        self.lanes[lane.index()].breaker.passes(now)
    }

    /// Whether lanes that share this one's fate tell against it: it is not shut itself, but as many of its group as the
    /// policy says are. A lane that is shut goes by its own breaker alone, so a group always comes back.
    pub fn is_doomed(&self, lane: LaneId, now: Instant) -> bool {
        let Some(limit) = self.policy.correlated else { return false };
        let own = &self.lanes[lane.index()];
        if !own.is_model || own.breaker.state().0 != BreakerState::Closed {
            return false;
        }
        let shut = |other: &&Lane| other.is_model && other.group == own.group && !other.breaker.passes(now);
        self.lanes.iter().filter(shut).take(limit as usize).count() >= limit as usize
    }

    /// Whether two lanes share a fate.
    pub fn share_fate(&self, one: LaneId, other: LaneId) -> bool {
        self.lanes[one.index()].group == self.lanes[other.index()].group
    }

    /// Whether two lanes draw on one pool.
    pub fn share_pool(&self, one: LaneId, other: LaneId) -> bool {
        self.lanes[one.index()].first_pool == self.lanes[other.index()].first_pool
    }

    /// How many calls are under way on a lane.
    #[inline]
    pub fn in_flight(&self, lane: LaneId) -> u32 {
        self.lanes[lane.index()].breaker.tickets()
    }

    /// Whether such a prompt and such a longest reply fit the lane's context window.
    #[inline]
    pub fn fits(&self, lane: LaneId, input_tokens: u64, max_tokens: u64) -> bool {
        input_tokens.saturating_add(max_tokens) <= self.lanes[lane.index()].context_tokens
    }

    /// The tokens that are believed to fit the lane's context window.
    pub fn window(&self, lane: LaneId) -> u64 {
        self.lanes[lane.index()].context_tokens
    }

    /// The most that a call with such a prompt and such a longest reply can cost.
    #[inline]
    pub fn worst_case(&self, lane: LaneId, input_tokens: u64, max_tokens: u64) -> Money {
        self.lanes[lane.index()].prices.worst_case(input_tokens, max_tokens, self.policy.prompt_cache)
    }

    /// Opens a cap by hand that was shut when it was spent, see [`Resume::ByHand`](crate::settings::Resume::ByHand).
    pub fn resume_cap(&mut self, cap: CapId) {
        self.ledger.resume(cap);
    }

    /// Books what cost line number `line` of the policy comes to for one request.
    pub fn expense(&mut self, line: usize, payer: Payer) {
        self.ledger.expense(line, &self.policy.costs[line], payer);
    }

    /// Books the costs of months at the end of the run.
    pub fn accrue(&mut self, until: Instant) {
        self.ledger.accrue(&self.policy.costs, until, &mut self.news);
    }

    /// The books.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// What the fleet still holds, as the event that closes it.
    pub fn closing(&self) -> Event {
        let outermost = self.pools.iter().filter(|pool| pool.outer.is_none());
        Event::Closed {
            waiting: self.pools.iter().map(|pool| u64::from(pool.queue.waiting())).sum(),
            in_flight: outermost.map(|pool| u64::from(pool.limiter.in_flight())).sum(),
            held_usd: self.ledger.held(),
            tickets: self.lanes.iter().map(|lane| u64::from(lane.breaker.tickets())).sum(),
            booked_usd: self.ledger.booked(),
        }
    }

    /// Hands over what happened inside since the last call: breakers, backoffs, caps and alerts.
    pub fn drain_news(&mut self) -> std::vec::Drain<'_, Event> {
        self.news.drain(..)
    }

    /// Whether [`drain_news`](Self::drain_news) has anything to hand over.
    #[inline]
    pub fn has_news(&self) -> bool {
        !self.news.is_empty()
    }

    /// The numbers of the places whose verdict came in since the last call.
    pub fn drain_woken(&mut self) -> std::vec::Drain<'_, u32> {
        self.woken.drain(..)
    }

    /// Whether [`drain_woken`](Self::drain_woken) names anyone.
    #[inline]
    pub fn has_woken(&self) -> bool {
        !self.woken.is_empty()
    }

    #[inline]
    fn pool_of(&self, lane: LaneId, agent: AgentId) -> u32 {
        let lane = &self.lanes[lane.index()];
        lane.first_pool + if lane.pool_per_agent { agent.0 } else { 0 }
    }

    fn open_pools(&mut self, topology: &Topology, now: Instant) {
        let keys = match self.policy.limiter.scope {
            LimiterScope::Account => 1,
            LimiterScope::Key => topology.agents,
        };
        for limits in &topology.pools {
            for _ in 0..keys {
                let limiter = Limiter::with_policy(limits, &self.policy.limiter, now);
                let agents = if keys == 1 { topology.agents as usize } else { 1 };
                let queue = Queue::new(self.policy.queue.discipline, agents);
                self.pools.push(Pool::new(
                    limiter,
                    queue,
                    self.policy.queue.max_waiting,
                    self.policy.queue.max_wait,
                ));
            }
        }
        for (inner, outer) in topology.within.iter().enumerate() {
            let Some(outer) = outer.map(u32::from) else { continue };
            for key in 0..keys {
                let (inner, outer) = (inner as u32 * keys + key, outer * keys + key);
                self.pools[inner as usize].outer = Some(outer);
                self.pools[inner as usize].stands_in = Some(outer);
                self.pools[outer as usize].stands_in = Some(outer);
            }
        }
    }
}

impl Pool {
    fn new(limiter: Limiter, queue: Queue, max_waiting: u32, max_wait: Span) -> Pool {
        Pool {
            limiter,
            queue,
            aside: BTreeMap::new(),
            aside_until: Instant::NEVER,
            paced: paced::Paced::default(),
            outer: None,
            stands_in: None,
            head: None,
            line: BTreeSet::new(),
            line_waits_for: Blocker::Nothing,
            held_back_until: Instant::START,
            look_at: Instant::START,
            blocked_on: Blocker::Nothing,
            wake: None,
            max_waiting,
            max_wait,
        }
    }
}

#[cfg(test)]
mod tests;
