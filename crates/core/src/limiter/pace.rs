//! What each agent is held to, whichever pool its calls draw on: requests per minute, and a least time between calls.
//!
//! # Why it exists
//! A pool's limit does not keep one agent in a loop from taking what all of them share. With 5 agents at 8 a minute each, an
//! account of 50 a minute always has room for the sixth.
//! # When it is wrong
//! As the only limit: "5 × 8 is less than 50" says nothing of the burst when all five begin at once. And it wastes what
//! idle agents leave, where a fair queue would hand it on.

use crate::bucket::TokenBucket;
use crate::limiter::{Denial, Meter, longer};
use crate::settings::{AgentLimits, AimdPolicy, RateLimit};
use rushhour_base::{AgentId, Dimension, Instant, Span};

/// The meters of all agents.
#[derive(Clone, Debug)]
pub struct Pace {
    agents: Vec<OwnMeters>,
}

#[derive(Clone, Debug)]
struct OwnMeters {
    requests: Option<Meter>,
    /// A bucket of one that refills in just the spacing.
    spacing: Option<TokenBucket>,
}

impl Pace {
    /// A pace for so many agents; `None` if nothing holds an agent back.
    pub fn new(limits: AgentLimits, agents: usize, now: Instant) -> Option<Pace> {
        let AgentLimits { requests, spacing } = limits;
        let requests = requests.and_then(|(kind, limit)| Meter::new(kind, limit, AimdPolicy::default(), now));
        let one = RateLimit { amount: 1, period: spacing, burst: 1 };
        let spacing = (spacing > Span::ZERO).then(|| TokenBucket::full(one, now));
        if requests.is_none() && spacing.is_none() {
            return None;
        }
        Some(Pace { agents: vec![OwnMeters { requests, spacing }; agents.max(1)] })
    }

    /// Whether the agent may make a call now. Takes nothing.
    ///
    /// # Errors
    /// What holds it back longest, and until when.
    #[inline]
    pub fn ask(&mut self, agent: AgentId, now: Instant) -> Result<(), Denial> {
        let own = self.of(agent);
        let mut worst = None;
        if let Some(meter) = &mut own.requests {
            longer(&mut worst, Dimension::AgentRequests, meter.ask(1, now));
        }
        if let Some(bucket) = &mut own.spacing {
            longer(&mut worst, Dimension::Spacing, bucket.ask(1, now));
        }
        worst.map_or(Ok(()), Err)
    }

    /// Counts a call, after a yes from [`ask`](Self::ask) at the same instant.
    #[inline]
    pub fn take(&mut self, agent: AgentId, now: Instant) {
        let own = self.of(agent);
        if let Some(meter) = &mut own.requests {
            meter.take(1, now);
        }
        if let Some(bucket) = &mut own.spacing {
            bucket.take(1);
        }
    }

    /// Forgets a call that was counted at `taken_at`: it was never sent.
    pub fn void(&mut self, agent: AgentId, taken_at: Instant, now: Instant) {
        let own = self.of(agent);
        if let Some(meter) = &mut own.requests {
            meter.correct(1, 0, taken_at, now);
        }
        if let Some(bucket) = &mut own.spacing {
            bucket.give_back(1);
        }
    }

    fn of(&mut self, agent: AgentId) -> &mut OwnMeters {
        let place = agent.index() % self.agents.len();
        &mut self.agents[place]
    }
}
