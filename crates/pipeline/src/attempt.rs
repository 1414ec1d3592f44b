//! One attempt: send a granted call, wait for its reply or the timeout, settle.

use crate::env::Env;
use crate::fleet::Fleet;
use crate::race::{Either, race};
use rushhour_base::event::{AttemptKind, Cause, Event};
use rushhour_base::message::{AttemptResult, CallError, ErrorKind};
use rushhour_base::{Ask, Call, CallId, Instant, LaneId, Reply, Span, Usage};
use rushhour_core::control::{Grant, Settlement};

/// A granted call that is under way. Dropped before its reply, it settles at its reservation: the provider may have
/// produced, and will bill, what nobody waited for.
pub(crate) struct Attempt<'a, E: Env> {
    fleet: &'a Fleet<E>,
    ask: &'a Ask,
    grant: Option<Grant>,
    number: u16,
    kind: AttemptKind,
    sent_at: Instant,
}

impl<'a, E: Env> Attempt<'a, E> {
    /// Notes the send of a granted call.
    pub(crate) fn send(
        fleet: &'a Fleet<E>,
        ask: &'a Ask,
        grant: Grant,
        number: u16,
        kind: AttemptKind,
    ) -> Attempt<'a, E> {
        fleet.env.emit(Event::Sent {
            request: ask.request,
            attempt: number,
            lane: grant.lane(),
            kind,
            waited: grant.waited(),
            blocked_on: grant.blocked_on(),
            held_input_tokens: grant.charge().input_tokens,
            held_output_tokens: grant.charge().output_tokens,
            held_usd: grant.held(),
        });
        let sent_at = fleet.env.now();
        Attempt { fleet, ask, grant: Some(grant), number, kind, sent_at }
    }

    /// Waits for the reply, at most as long as the policy says, and settles.
    pub(crate) async fn outcome(mut self, lane: LaneId) -> Result<(), CallError> {
        let call = Call {
            request: self.ask.request,
            attempt: self.number,
            lane,
            input_tokens: self.ask.input_tokens,
            max_tokens: self.ask.max_tokens,
        };
        let env = &self.fleet.env;
        let timeout = env.sleep_until(self.sent_at + self.fleet.policy.timeout);
        match race(env.call(call), timeout).await {
            Either::First(reply) => {
                self.settle_reply(&reply);
                reply.result.map(|_| ())
            }
            Either::Second(()) => {
                self.settle(CallId::default(), AttemptResult::TimedOut, None, None, None);
                Err(CallError { kind: ErrorKind::TimedOut, retry_after: None })
            }
        }
    }

    fn settle_reply(&mut self, reply: &Reply) {
        let (result, usage, retry_after) = match reply.result {
            Ok(completion) => (AttemptResult::Completed, Some(completion.usage), None),
            Err(error) => (AttemptResult::from(error.kind), None, error.retry_after),
        };
        self.settle(reply.call, result, usage, retry_after, reply.first_token_at);
    }

    fn settle(
        &mut self,
        call: CallId,
        result: AttemptResult,
        usage: Option<Usage>,
        retry_after: Option<Span>,
        first_token_at: Option<Instant>,
    ) {
        let Some(grant) = self.grant.take() else { return };
        let (fleet, request, lane) = (self.fleet, self.ask.request, grant.lane());
        let cause = if self.kind == AttemptKind::Retry { Cause::Retry } else { Cause::Answer };
        let tokens = usage.unwrap_or_default();
        fleet.env.emit(Event::AttemptEnded {
            request,
            attempt: self.number,
            lane,
            call,
            result,
            ttft: first_token_at.map_or(Span::ZERO, |at| at.since(self.sent_at)),
            service: fleet.env.now().since(self.sent_at),
            input_tokens: tokens.input_tokens + tokens.cache_write_tokens,
            cached_tokens: tokens.cached_tokens,
            output_tokens: tokens.output_tokens,
        });
        let settlement = Settlement { result, usage, retry_after, cause };
        let workflow = self.ask.workflow;
        if let Some(posting) = fleet.with(|control, now| control.settle(grant, settlement, now)) {
            let (cause, amount, estimated) = (posting.cause, posting.amount, posting.estimated);
            fleet.env.emit(Event::Posted { request, workflow, lane, call, cause, amount, estimated });
        }
    }
}

impl<E: Env> Drop for Attempt<'_, E> {
    fn drop(&mut self) {
        self.settle(CallId::default(), AttemptResult::Cancelled, None, None, None);
    }
}
