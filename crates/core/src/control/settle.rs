//! The way from a grant back: the truth replaces the reservation, breaker and pool learn, and others go.

use super::{Control, Grant, Held, Posting, Settlement, Want};
use crate::breaker::{Ticket, Verdict};
use crate::ledger::Reservation;
use crate::limiter::{Charge, Ending};
use rushhour_base::event::{BreakerState, Cause, Event};
use rushhour_base::message::AttemptResult;
use rushhour_base::{Instant, LaneId, Money, Span, Usage};

impl Control {
    /// Ends a granted call: replaces its reservation by the truth, tells the breaker, and lets others go.
    pub fn settle(&mut self, grant: Grant, settlement: Settlement, now: Instant) -> Option<Posting> {
        let Held { want, pool, ticket, reservation, hold, outer, .. } = self.give_up(grant);
        let (amount, ending) = match (settlement.usage, settlement.result) {
            (Some(usage), _) => (
                self.lanes[want.lane.index()].prices.cost(usage),
                Ending::Answered(self.charged_by(pool, usage)),
            ),
            (None, result) if result.leaves_usage_unknown() => (reservation.amount(), Ending::Unknown),
            (None, AttemptResult::RateLimited) => (Money::ZERO, Ending::RateLimited),
            (None, _) => (Money::ZERO, Ending::Failed),
        };
        let answered = settlement.result == AttemptResult::Completed;
        let cause = if answered { settlement.cause } else { Cause::Wasted };
        let limiter = &mut self.pools[pool as usize].limiter;
        if limiter.settle(hold, ending, now)
            && let Some((dimension, limit)) = limiter.felt()
        {
            self.news.push(Event::LimitMoved {
                lane: want.lane,
                dimension,
                limit,
                cut: ending == Ending::RateLimited,
            });
        }
        if let Some((outer, hold)) = outer {
            self.pools[outer as usize].limiter.settle(hold, ending, now);
        }
        let refused = settlement.result == AttemptResult::RateLimited;
        self.observe(pool, want.lane, &settlement.limits, refused, now);
        let posting = Posting { cause, amount, estimated: settlement.usage.is_none() };
        let posting = self.post(reservation, &want, posting, now);
        if refused && self.policy.shared_backoff {
            self.hold_back(pool, want.lane, settlement.retry_after, now);
        }
        self.tell_breaker(want.lane, ticket, &settlement, now);
        self.after_release(pool, want.payer(), now);
        posting
    }

    /// Ends a staff grant: books what the answer cost.
    pub fn settle_staff(&mut self, grant: Grant, cause: Cause, now: Instant) -> Option<Posting> {
        let Held { want, pool, ticket, reservation, hold, .. } = self.give_up(grant);
        self.lanes[want.lane.index()].breaker.on_neutral(ticket);
        self.pools[pool as usize].limiter.settle(hold, Ending::Unknown, now);
        let posting = Posting { cause, amount: reservation.amount(), estimated: false };
        let posting = self.post(reservation, &want, posting, now);
        self.after_release(pool, want.payer(), now);
        posting
    }

    /// Gives a grant back whole: the call was never sent.
    pub fn void(&mut self, grant: Grant, now: Instant) {
        let Held { want, pool, ticket, reservation, hold, outer, .. } = self.give_up(grant);
        self.lanes[want.lane.index()].breaker.on_neutral(ticket);
        let taken_at = hold.at();
        self.pools[pool as usize].limiter.void(hold, now);
        if let Some((outer, hold)) = outer {
            self.pools[outer as usize].limiter.void(hold, now);
        }
        self.ledger.void(reservation, now, &mut self.news);
        if self.lanes[want.lane.index()].is_model {
            self.give_pace_back(want.request.agent(), taken_at, now);
        }
        self.after_release(pool, want.payer(), now);
    }

    /// Books a posting; one of nothing only lets go of its reservation.
    fn post(&mut self, held: Reservation, want: &Want, posting: Posting, now: Instant) -> Option<Posting> {
        if posting.amount == Money::ZERO {
            self.ledger.void(held, now, &mut self.news);
            return None;
        }
        if let Some(guard) = &mut self.guard {
            guard.on_posted(want.request.agent(), posting.amount);
        }
        self.ledger.post(held, want.lane, posting.cause, posting.amount, now, &mut self.news);
        Some(posting)
    }

    fn tell_breaker(&mut self, lane: LaneId, ticket: Ticket, settlement: &Settlement, now: Instant) {
        let breaker = &mut self.lanes[lane.index()].breaker;
        let Settlement { result, took, word, .. } = *settlement;
        let verdict = self.policy.breaker.as_ref().map_or(Verdict::Nothing, |policy| policy.verdict(result));
        let moved = match verdict {
            Verdict::Success => breaker.on_success(ticket, took, now, word),
            Verdict::Failure => breaker.on_failure(ticket, took, now, word),
            Verdict::Nothing => {
                breaker.on_neutral(ticket);
                false
            }
        };
        if moved {
            let (state, until) = breaker.state();
            self.news.push(Event::BreakerMoved { lane, state, until });
            if state == BreakerState::Open {
                self.turn_away(lane, now);
            }
        }
    }

    /// What a usage costs the pool: input that the cache knew is free of most quotas.
    #[inline]
    fn charged_by(&self, pool: u32, usage: Usage) -> Charge {
        let cached = usage.cached_tokens & self.pools[pool as usize].limiter.cached_mask();
        let input_tokens = usage.input_tokens + usage.written_tokens() + cached;
        Charge { input_tokens, output_tokens: usage.output_tokens }
    }

    fn hold_back(&mut self, pool: u32, lane: LaneId, retry_after: Option<Span>, now: Instant) {
        let retry = &self.policy.retry;
        let asked = match retry_after {
            Some(asked) if retry.retry_after_max > Span::ZERO => asked.min(retry.retry_after_max),
            _ => retry.base,
        };
        let pool = &mut self.pools[pool as usize];
        if now + asked > pool.held_back_until {
            pool.held_back_until = now + asked;
            self.news.push(Event::BackedOff { lane, until: pool.held_back_until });
        }
    }
}
