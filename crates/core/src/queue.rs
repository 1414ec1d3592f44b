//! Who goes next: the requests that wait for one pool, as data.
//!
//! Four disciplines share one structure. Requests stand in classes; a class is a line ordered by rank, then by order
//! of arrival.
//!
//! | discipline | class | rank within the class | which class is served |
//! |---|---|---|---|
//! | first come, first served | one for all | 0 | it |
//! | strict priority | the request's | 0 | the most urgent |
//! | earliest deadline | one for all | the deadline | it |
//! | fair | the request's | start tag | the one whose oldest request has `waiting since + class × ageing` least |
//!
//! Start tags are those of start-time fair queueing (P. Goyal, H. Vin, H. Cheng, SIGCOMM 1996): an agent's next
//! request starts where its last one ended in virtual time, so agents that wait share the pool's refill equally however
//! much each of them asks for; calls that never had to wait are not counted. Under the fair discipline no class
//! starves: the ageing key of its oldest request never moves, while newcomers' keys grow with time; and where age alone
//! lets a class go before a more urgent one, it is that oldest request that goes.
//!
//! Earliest deadline first meets all deadlines if any order does, on one server whose work can be interrupted (C. L. Liu,
//! J. W. Layland, J. ACM 20, 1973). A queue before a limiter is not that, but the order is the same. Under overload it is
//! the worst order of all unless what is too late leaves the queue, as it does here under every discipline: else it serves
//! just those whose time has run out.

use crate::settings::Discipline;
use rushhour_base::{AgentId, Instant, Span};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// What the queue needs to know of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Newcomer {
    /// Who asks.
    pub agent: AgentId,
    /// Its class of urgency; 0 goes first.
    pub priority: u8,
    /// When it began to wait.
    pub since: Instant,
    /// When it gives up waiting; never before those who came earlier.
    pub expires_at: Instant,
    /// How long the pool takes to refill what it costs.
    pub cost: Span,
    /// When its answer becomes worthless, and it leaves; [`Instant::NEVER`] for never.
    pub deadline: Instant,
}

/// A place in the queue. It stays valid while the request is set aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    class: u8,
    rank: u64,
    order: u64,
    agent: AgentId,
    cost: Span,
    since: Instant,
    /// When it leaves, if that is before everybody's time is up.
    deadline: Option<Instant>,
}

/// The requests that wait for one pool, by the number that the caller gave them.
#[derive(Clone, Debug)]
pub struct Queue {
    discipline: Discipline,
    classes: BTreeMap<u8, Class>,
    /// When each request gives up, in the order of arrival; nothing where it has left. Everyone waits equally long, so
    /// whoever came first gives up first.
    expiries: VecDeque<Option<(Instant, u32)>>,
    /// Those who give up earlier, because their answers become worthless.
    deadlines: BTreeSet<(Instant, u32)>,
    /// The number, in the order of arrival, of the first of them.
    first_order: u64,
    waiting: u32,
    /// Whether the first of a class need not be its oldest.
    ages_count: bool,
    agent_ends: Vec<u64>,
    virtual_time: u64,
    arrivals: u64,
    standing: u32,
}

#[derive(Clone, Debug, Default)]
struct Class {
    line: BTreeMap<(u64, u64), u32>,
    ages: BTreeMap<(Instant, u64), u32>,
}

impl Queue {
    /// An empty queue. `agents` is how many agents it tells apart when it shares fairly.
    pub fn new(discipline: Discipline, agents: usize) -> Queue {
        let fair = matches!(discipline, Discipline::Fair { .. });
        let told_apart = if fair { agents } else { 0 };
        Queue {
            discipline,
            classes: BTreeMap::new(),
            expiries: VecDeque::new(),
            deadlines: BTreeSet::new(),
            first_order: 1,
            waiting: 0,
            ages_count: fair || discipline == Discipline::EarliestDeadline,
            agent_ends: vec![0; told_apart],
            virtual_time: 0,
            arrivals: 0,
            standing: 0,
        }
    }

    /// Requests that wait, those set aside included.
    pub fn waiting(&self) -> u32 {
        self.waiting
    }

    /// Requests that stand in line; there may be more that are set aside.
    #[inline]
    pub fn standing(&self) -> u32 {
        self.standing
    }

    /// Adds request `slot` and returns its place.
    pub fn push(&mut self, slot: u32, newcomer: Newcomer) -> Standing {
        self.arrivals += 1;
        let cost = newcomer.cost.max(Span(1));
        let (class, rank) = match self.discipline {
            Discipline::Fifo => (0, 0),
            Discipline::EarliestDeadline => (0, newcomer.deadline.0),
            Discipline::Priority => (newcomer.priority, 0),
            Discipline::Fair { .. } => (newcomer.priority, self.start_tag(newcomer.agent, cost)),
        };
        let deadline = (newcomer.deadline < newcomer.expires_at).then_some(newcomer.deadline);
        let standing = Standing {
            class,
            rank,
            order: self.arrivals,
            agent: newcomer.agent,
            cost,
            since: newcomer.since,
            deadline,
        };
        self.deadlines.extend(deadline.map(|at| (at, slot)));
        self.expiries.push_back(Some((newcomer.expires_at, slot)));
        self.waiting += 1;
        self.put_back(slot, standing);
        standing
    }

    /// The request that goes next.
    pub fn first(&self) -> Option<u32> {
        let mut classes = self.classes.iter().filter(|(_, class)| !class.line.is_empty());
        let Discipline::Fair { ageing } = self.discipline else {
            return classes.next().and_then(|(_, class)| class.first());
        };
        let most_urgent = classes.clone().next().map(|(number, _)| *number);
        let (number, class) = classes.min_by_key(|(number, class)| class.aged(**number, ageing))?;
        if most_urgent == Some(*number) { class.first() } else { class.oldest() }
    }

    /// Of each class that has somebody in line, the request that waits longest.
    pub fn oldest_of_each_class(&self) -> impl Iterator<Item = u32> + '_ {
        // Without ageing a class is a line by order of arrival, so its first is its oldest.
        let oldest = |class: &Class| if self.ages_count { class.oldest() } else { class.first() };
        self.classes.values().filter_map(oldest)
    }

    /// Takes out a request that was granted: virtual time moves on to its start.
    pub fn grant(&mut self, slot: u32, standing: Standing) {
        self.leave(slot, standing);
        self.virtual_time = self.virtual_time.max(standing.rank);
    }

    /// Takes out a request that expired, was cancelled or refused: what it did not get is not held against its agent.
    pub fn forget(&mut self, slot: u32, standing: Standing) {
        self.leave(slot, standing);
        let agents = self.agent_ends.len();
        if agents > 0 {
            let end = &mut self.agent_ends[standing.agent.index() % agents];
            *end = end.saturating_sub(standing.cost.0);
        }
    }

    /// Takes a request out of line for a while, so that it holds up nobody behind it.
    pub fn set_aside(&mut self, standing: Standing) {
        self.take_out(standing);
    }

    /// Puts a request that was set aside back into its old place.
    pub fn put_back(&mut self, slot: u32, standing: Standing) {
        let class = self.classes.entry(standing.class).or_default();
        if class.line.insert((standing.rank, standing.order), slot).is_none() {
            self.standing += 1;
        }
        if self.ages_count {
            class.ages.insert((standing.since, standing.order), slot);
        }
    }

    /// The request that gives up first, and when.
    #[inline]
    pub fn next_expiry(&self) -> Option<(Instant, u32)> {
        let patient = self.expiries.front().copied().flatten();
        match self.deadlines.first() {
            None => patient,
            first => first.copied().into_iter().chain(patient).min(),
        }
    }

    fn leave(&mut self, slot: u32, standing: Standing) {
        let place = (standing.order - self.first_order) as usize;
        debug_assert_eq!(self.expiries[place].map(|(_, slot)| slot), Some(slot), "a request left twice");
        self.expiries[place] = None;
        if let Some(at) = standing.deadline {
            self.deadlines.remove(&(at, slot));
        }
        while let Some(None) = self.expiries.front() {
            self.expiries.pop_front();
            self.first_order += 1;
        }
        self.waiting -= 1;
        self.take_out(standing);
    }

    fn take_out(&mut self, standing: Standing) {
        if let Some(class) = self.classes.get_mut(&standing.class) {
            if class.line.remove(&(standing.rank, standing.order)).is_some() {
                self.standing -= 1;
            }
            if self.ages_count {
                class.ages.remove(&(standing.since, standing.order));
            }
        }
    }

    fn start_tag(&mut self, agent: AgentId, cost: Span) -> u64 {
        let place = agent.index() % self.agent_ends.len();
        let start = self.agent_ends[place].max(self.virtual_time);
        self.agent_ends[place] = start.saturating_add(cost.0);
        start
    }
}

impl Standing {
    /// Its class of urgency; 0 for all where only the order of arrival counts.
    pub fn class(&self) -> u8 {
        self.class
    }

    /// Its number in the order of arrival.
    pub fn order(&self) -> u64 {
        self.order
    }
}

impl Class {
    fn first(&self) -> Option<u32> {
        self.line.first_key_value().map(|(_, slot)| *slot)
    }

    fn oldest(&self) -> Option<u32> {
        self.ages.first_key_value().map(|(_, slot)| *slot)
    }

    /// The key by which classes compete under ageing: least goes first, the more urgent class at a tie.
    fn aged(&self, number: u8, ageing: Span) -> (u64, u8) {
        let since = self.ages.first_key_value().map_or(u64::MAX, |((since, _), _)| since.0);
        (since.saturating_add(ageing.0.saturating_mul(u64::from(number))), number)
    }
}

#[cfg(test)]
mod tests;
