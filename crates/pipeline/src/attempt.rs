//! One attempt: send a granted call, wait for its reply or the timeout, settle.

use crate::env::{Env, HungUp, Waits};
use crate::fleet::Fleet;
use rushhour_base::event::{AttemptKind, Cause, Event};
use rushhour_base::message::{AttemptResult, CallError, Completion, ErrorKind};
use rushhour_base::{Ask, Call, CallId, Instant, LaneId, LimitHeaders, Part, Prompt, Purpose, Reply, Span};
use rushhour_core::control::{Grant, Settlement};
use rushhour_core::settings::{StallPolicy, TokenEstimate};

/// By how much a breaker's cool-down is shortened, should this attempt open it.
const COOLDOWN_JITTER: Purpose = Purpose::named("cooldown jitter");

/// A granted call that is under way. Dropped before its reply, it settles at its reservation: the provider may have
/// produced, and will bill, what nobody waited for.
pub(crate) struct Attempt<'a, E: Env> {
    fleet: &'a Fleet<E>,
    ask: &'a Ask,
    grant: Option<Grant>,
    sent_at: Instant,
    lane: LaneId,
    number: u16,
    kind: AttemptKind,
}

/// A reply that came whole.
pub(crate) struct Whole {
    /// The provider's name for its call.
    pub(crate) call: CallId,
    pub(crate) completion: Completion,
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
        let control = fleet.control.borrow();
        let held = control.held(&grant);
        let lane = held.lane();
        fleet.env.emit(Event::Sent {
            request: ask.request,
            attempt: number,
            lane,
            kind,
            waited: held.waited(),
            blocked_on: held.blocked_on(),
            held_input_tokens: held.charge().input_tokens,
            held_output_tokens: held.charge().output_tokens,
            held_usd: held.money(),
        });
        Attempt { fleet, ask, grant: Some(grant), sent_at: fleet.env.now(), lane, number, kind }
    }

    /// How long the policy waits for an answer.
    pub(crate) fn waits(&self) -> Waits {
        let (sent_at, policy) = (self.sent_at, &self.fleet.policy);
        let StallPolicy { first_token, idle } = policy.stall.unwrap_or(StallPolicy::NONE);
        Waits { reply_until: sent_at + policy.timeout, first_token_until: sent_at + first_token, idle }
    }

    /// Sends the call, and waits for its reply.
    pub(crate) fn reply<'p>(
        &self,
        call: Call,
        prompt: Prompt<'p>,
        waits: Waits,
    ) -> impl Future<Output = Result<Reply, HungUp>> + use<'a, 'p, E> {
        self.fleet.env.call(call, prompt, waits)
    }

    /// Settles what came back.
    pub(crate) fn finish(mut self, reply: Result<Reply, HungUp>) -> Result<Whole, CallError> {
        let reply = match reply {
            Ok(reply) => reply,
            Err(hung_up) => {
                let kind = match hung_up {
                    HungUp::TimedOut => ErrorKind::TimedOut,
                    HungUp::Stalled => ErrorKind::Stalled,
                };
                self.settle(None, kind.into());
                return Err(CallError { kind, retry_after: None });
            }
        };
        let result = reply.result.map_or_else(|error| error.kind.into(), |_| AttemptResult::Completed);
        self.settle(Some(reply), result);
        reply.result.map(|completion| Whole { call: reply.call, completion })
    }

    fn settle(&mut self, reply: Option<Reply>, result: AttemptResult) {
        let Some(grant) = self.grant.take() else { return };
        let (fleet, request, workflow, lane) = (self.fleet, self.ask.request, self.ask.workflow, self.lane);
        let usage = reply.and_then(|reply| reply.result.ok()).map(|completion| completion.usage);
        let call = reply.map_or(CallId::default(), |reply| reply.call);
        let first_token_at = reply.and_then(|reply| reply.first_token_at);
        let tokens = usage.unwrap_or_default();
        fleet.env.emit(Event::AttemptEnded {
            request,
            attempt: self.number,
            lane,
            call,
            result,
            ttft: first_token_at.map_or(Span::ZERO, |at| at.since(self.sent_at)),
            service: fleet.env.now().since(self.sent_at),
            input_tokens: tokens.input_tokens + tokens.written_tokens(),
            cached_tokens: tokens.cached_tokens,
            output_tokens: tokens.output_tokens,
        });
        if let Some(usage) = usage.filter(|_| fleet.policy.token_estimate != TokenEstimate::Exact) {
            let input_tokens = usage.input_tokens + usage.cached_tokens + usage.cache_write_tokens;
            let estimated_tokens = fleet.control.borrow().held(&grant).charge().input_tokens;
            fleet.env.emit(Event::Estimated { request, estimated_tokens, input_tokens });
        }
        let retry_after = reply.and_then(|reply| reply.result.err()).and_then(|error| error.retry_after);
        let cause = match self.kind {
            AttemptKind::First | AttemptKind::Fallback => Cause::Answer,
            AttemptKind::Retry => Cause::Retry,
            AttemptKind::Regeneration => Cause::Regeneration,
            AttemptKind::Summary => Cause::Summary,
        };
        let mut control = fleet.control.borrow_mut();
        let (took, word) = (fleet.env.now().since(self.sent_at), self.breaker_word());
        let limits = reply.map_or(LimitHeaders::default(), |reply| reply.limits);
        let settlement = Settlement { result, usage, retry_after, limits, cause, took, word };
        // The booking is told before what followed from it.
        let posting = fleet.env.timed(Part::Control, || control.settle(grant, settlement, fleet.env.now()));
        if let Some(posting) = posting {
            let (cause, amount, estimated) = (posting.cause, posting.amount, posting.estimated);
            fleet.env.emit(Event::Posted { request, workflow, lane, call, cause, amount, estimated });
        }
        fleet.pass_on(control);
    }
}

impl<E: Env> Attempt<'_, E> {
    /// The draw for the length of a cool-down, where that is drawn at all.
    fn breaker_word(&self) -> u64 {
        if !self.fleet.policy.breaker.is_some_and(|policy| policy.has_jitter()) {
            return 0;
        }
        let number = u64::from(self.ask.request.turn()) << 16 | u64::from(self.number);
        self.fleet.seed.draw(COOLDOWN_JITTER, self.ask.luck, number).word(0)
    }
}

impl<E: Env> Drop for Attempt<'_, E> {
    fn drop(&mut self) {
        self.settle(None, AttemptResult::Cancelled);
    }
}
