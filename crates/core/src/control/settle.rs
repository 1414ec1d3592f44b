//! The way from a grant back: the truth replaces the reservation, breaker and pool learn, and others go.

use super::{Control, Grant, Posting, Settlement};
use crate::breaker::Ticket;
use crate::ledger::Account;
use crate::limiter::Charge;
use rushhour_base::event::{Cause, Event};
use rushhour_base::message::AttemptResult;
use rushhour_base::{Instant, LaneId, Money, Span, Usage};

impl Control {
    /// Ends a granted call: replaces its reservation by the truth, tells the breaker, and lets others go.
    pub fn settle(&mut self, grant: Grant, settlement: Settlement, now: Instant) -> Option<Posting> {
        let lane = &mut self.lanes[grant.want.lane.index()];
        let (amount, actual) = match (settlement.usage, settlement.result) {
            (Some(usage), _) => (lane.prices.cost(usage), charged_by(usage)),
            (None, AttemptResult::TimedOut | AttemptResult::Cancelled) => (grant.held(), grant.want.charge),
            (None, _) => (Money::ZERO, Charge::default()),
        };
        let posting = Posting {
            cause: if settlement.result == AttemptResult::Completed {
                settlement.cause
            } else {
                Cause::Wasted
            },
            amount,
            estimated: settlement.usage.is_none(),
        };
        self.tell_breaker(grant.want.lane, grant.ticket, settlement.result, now);
        self.pools[grant.pool as usize].limiter.settle(grant.want.charge, actual);
        let booked = amount != Money::ZERO;
        if booked {
            let account = Account {
                workflow: grant.want.workflow,
                agent: grant.want.request.agent(),
                lane: grant.want.lane,
                cause: posting.cause,
            };
            self.ledger.post(grant.reservation, account, amount, now, &mut self.news);
        } else {
            self.ledger.void(grant.reservation, now, &mut self.news);
        }
        if settlement.result == AttemptResult::RateLimited && self.policy.shared_backoff {
            self.hold_back(grant.pool, grant.want.lane, settlement.retry_after, now);
        }
        self.after_release(grant.pool, now);
        booked.then_some(posting)
    }

    /// Ends a staff grant: books what the answer cost.
    pub fn settle_staff(&mut self, grant: Grant, cause: Cause, now: Instant) -> Option<Posting> {
        let amount = grant.held();
        let account = Account {
            workflow: grant.want.workflow,
            agent: grant.want.request.agent(),
            lane: grant.want.lane,
            cause,
        };
        self.lanes[grant.want.lane.index()].breaker.on_success(grant.ticket);
        self.pools[grant.pool as usize].limiter.settle(grant.want.charge, grant.want.charge);
        self.ledger.post(grant.reservation, account, amount, now, &mut self.news);
        self.after_release(grant.pool, now);
        (amount != Money::ZERO).then_some(Posting { cause, amount, estimated: false })
    }

    /// Gives a grant back whole: the call was never sent.
    pub fn void(&mut self, grant: Grant, now: Instant) {
        self.lanes[grant.want.lane.index()].breaker.on_neutral(grant.ticket, now);
        self.pools[grant.pool as usize].limiter.void(grant.want.charge);
        self.ledger.void(grant.reservation, now, &mut self.news);
        self.after_release(grant.pool, now);
    }

    fn tell_breaker(&mut self, lane: LaneId, ticket: Ticket, result: AttemptResult, now: Instant) {
        let breaker = &mut self.lanes[lane.index()].breaker;
        let counts_429 = self.policy.breaker.is_some_and(|policy| policy.count_rate_limited);
        let moved = match result {
            AttemptResult::Completed => breaker.on_success(ticket),
            AttemptResult::Overloaded | AttemptResult::ServerError | AttemptResult::TimedOut => {
                breaker.on_failure(ticket, now)
            }
            AttemptResult::RateLimited if counts_429 => breaker.on_failure(ticket, now),
            AttemptResult::RateLimited | AttemptResult::InvalidRequest | AttemptResult::Cancelled => {
                breaker.on_neutral(ticket, now);
                false
            }
        };
        if moved {
            let (state, until) = breaker.state();
            self.news.push(Event::BreakerMoved { lane, state, until });
        }
    }

    fn hold_back(&mut self, pool: u32, lane: LaneId, retry_after: Option<Span>, now: Instant) {
        let retry = &self.policy.retry;
        let asked = retry_after.map_or(retry.base, |asked| asked.min(retry.retry_after_max));
        let pool = &mut self.pools[pool as usize];
        if now + asked > pool.held_back_until {
            pool.held_back_until = now + asked;
            self.news.push(Event::BackedOff { lane, until: pool.held_back_until });
        }
    }
}

/// What a usage costs the client's buckets: input that the cache knew is free of quota, as providers count it.
#[inline]
fn charged_by(usage: Usage) -> Charge {
    Charge { input_tokens: usage.input_tokens + usage.cache_write_tokens, output_tokens: usage.output_tokens }
}
