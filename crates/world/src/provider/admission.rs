//! What becomes of a call that comes in: turned away by a fault or its quota, or admitted, and with which reply.

use super::Providers;
use super::calls::{Fate, UnderWay};
use super::load::Crowd;
use super::reply::{Ending, TRUE, UnderWayReply};
use super::says::Says;
use crate::cache::Divided;
use crate::luck::Luck;
use crate::quota::Refusal;
use crate::script::Answer;
use crate::settings::{FaultKind, ModelLane};
use rushhour_base::message::ErrorKind;
use rushhour_base::time::SECOND;
use rushhour_base::{
    Call, CallError, CallId, CallPurpose, Instant, LimitHeaders, QuotaId, Sink, Span, Truth, Words,
};
use std::cell::LazyCell;

impl Providers {
    /// What will become of a call, and when that is told.
    #[inline]
    pub(super) fn decide<S: Sink>(
        &mut self,
        id: CallId,
        (call, reply_tokens): (Call, Option<u64>),
        lane: &ModelLane,
        now: Instant,
        truths: &mut S,
    ) -> UnderWay {
        let luck = &self.luck;
        let of_model = Call { lane: lane.same_model_as.unwrap_or(call.lane), ..call };
        let words = LazyCell::new(|| draw(luck, &of_model, 0));
        let told_at = now + lane.latency.refusal;
        let fault = self.faults.strikes(lane.provider, &of_model, now, |fault| {
            match fault.index() / FAULTS_PER_DRAW {
                0 => words.word(FIRST_FAULT + fault.index()),
                block => {
                    draw(luck, &of_model, block as u64).word(FIRST_FAULT + fault.index() % FAULTS_PER_DRAW)
                }
            }
        });
        let (fault, spoiling) = match fault {
            Some((_, kind)) if kind.spoils_the_reply() => (None, fault),
            _ => (fault, None),
        };
        let (crowd, brownout) =
            self.load.ask(of_model.lane, self.faults.brownout(lane.provider, of_model.lane));
        if let Some(fault) = fault.map(|(fault, _)| fault).or(brownout) {
            truths.truth(now, &Truth::Struck { call: id, fault });
        }
        let full = (crowd == Crowd::Full).then_some(FaultKind::Overloaded);
        let quota = lane.quota;
        if let Some(kind) = fault.map(|(_, kind)| kind).or(full) {
            if is_counted(kind) {
                self.quotas.count_failed(quota, id, now, truths);
            }
            let fate = struck(kind);
            let ends_at = if fate == Fate::Hangs { Instant::NEVER } else { told_at };
            return UnderWay::new(id, call, ends_at, fate, LimitHeaders::default());
        }
        if call.input_tokens.saturating_add(call.max_tokens) > lane.context_tokens {
            self.quotas.count_failed(quota, id, now, truths);
            return UnderWay::new(id, call, told_at, TOO_LONG, LimitHeaders::default());
        }
        let divided = self.divide(&call, now);
        let input_tokens = self.counted(quota, &call, divided);
        let dialect = self.dialects[lane.provider];
        let charged = match self.quotas.admit(quota, id, input_tokens, call.max_tokens, now, truths) {
            Ok(charged) => charged,
            Err(refusal) => {
                let limits = self.quotas.headers(quota, dialect, now);
                let fate = Fate::Refused(rate_limited(refusal, now));
                return UnderWay::new(id, call, told_at, fate, limits);
            }
        };
        let limits = self.quotas.headers(quota, dialect, now);
        self.load.enter(of_model.lane);
        let reasoning = self.script.reasoning_tokens(of_model.lane, call.request);
        let Answer { mut tokens, truth } = self.script.reply(&call);
        tokens = reply_tokens.unwrap_or(tokens);
        if call.purpose == CallPurpose::Summary {
            tokens = tokens.min(call.max_tokens.saturating_sub(reasoning));
        }
        let whole_reply = reasoning.saturating_add(tokens);
        let output_tokens = whole_reply.min(call.max_tokens);
        let input = (call.input_tokens, divided.read);
        let (to_first, to_last) = lane.latency.times(input, output_tokens, || words.unit(PACE));
        let (to_first, to_last) = (crowd.stretch(to_first), crowd.stretch(to_last));
        let cut_by_length = whole_reply > call.max_tokens;
        let mut reply = UnderWayReply {
            first_token_at: now + to_first,
            last_token_at: now + to_last,
            output_tokens,
            reasoning_tokens: reasoning.min(output_tokens),
            divided,
            ending: Ending::Whole { cut_by_length, stated_per_mille: TRUE },
            charged,
            counted: 0,
        };
        let mut ends_at = reply.last_token_at;
        if let Some((fault, kind)) = spoiling {
            truths.truth(now, &Truth::Struck { call: id, fault });
            let place = || draw(luck, &of_model, BREAKS_OFF + fault.index() as u64).word(0);
            ends_at = reply.spoil(kind, now, place);
        }
        self.remember(id, &call, &reply, now, truths);
        let mut under_way = UnderWay::new(id, call, ends_at, Fate::Answers(reply), limits);
        under_way.says = Says::of(&call, truth);
        if let Some(every) = self.quotas.charges_every(quota) {
            under_way.charge_at = reply.first_token_at + every;
            under_way.plan_wake();
        }
        under_way
    }

    /// How the prompt cache divides a call's prompt: as recorded, or as far as the lane remembers it.
    #[inline]
    fn divide(&self, call: &Call, now: Instant) -> Divided {
        match self.script.recorded(call.request, call.input_tokens) {
            // A summary is none of the calls that were recorded.
            Some(recorded) if call.purpose == CallPurpose::Answer => recorded,
            _ => self.caches.divide(call, now),
        }
    }

    /// Notes what an admitted call leaves in the prompt cache.
    #[inline]
    fn remember<S: Sink>(
        &mut self,
        id: CallId,
        call: &Call,
        reply: &UnderWayReply,
        now: Instant,
        truths: &mut S,
    ) {
        let Divided { read: read_tokens, written: written_tokens, lifetime, keep } = reply.divided;
        if lifetime == Span::ZERO {
            return;
        }
        self.caches.note(call, reply.divided, now, reply.first_token_at);
        let (agent, conversation) = (call.request.agent(), call.prefix.conversation);
        let kept = Truth::Cached {
            call: id,
            lane: call.lane,
            agent,
            conversation,
            read_tokens,
            written_tokens,
            readable_from: reply.first_token_at,
            lifetime,
            keep,
        };
        truths.truth(now, &kept);
    }

    /// Tokens of a prompt that its quota counts.
    #[inline]
    fn counted(&self, quota: QuotaId, call: &Call, divided: Divided) -> u64 {
        if self.quotas.of(quota).counts_cached() {
            call.input_tokens
        } else {
            call.input_tokens - divided.read
        }
    }
}

/// Draw number `block` of a call, named by its request, lane and attempt.
fn draw(luck: &Luck, call: &Call, block: u64) -> Words {
    let ordinal = block << 32 | u64::from(call.lane.0) << 16 | u64::from(call.attempt);
    luck.of_request(call.request, ordinal)
}

/// What becomes of a call that a fault of this kind strikes.
fn struck(kind: FaultKind) -> Fate {
    let (kind, retry_after) = match kind {
        FaultKind::Overloaded => (ErrorKind::Overloaded, None),
        FaultKind::ServerError => (ErrorKind::ServerError, None),
        FaultKind::RateLimitStorm { retry_after } => (ErrorKind::RateLimited, Some(retry_after)),
        FaultKind::Hang => return Fate::Hangs,
        FaultKind::RevokedKey => (ErrorKind::Unauthorized, None),
        FaultKind::ExhaustedCredit => (ErrorKind::CreditExhausted, None),
        _ => unreachable!("{kind:?} turns no call away by itself"),
    };
    Fate::Refused(CallError { kind, retry_after })
}

/// Whether a call that was turned away like this counts as a request where failed calls do. Whoever has no account that is
/// good, or no money in it, is turned away before any quota is looked at; no source says otherwise.
fn is_counted(kind: FaultKind) -> bool {
    !matches!(kind, FaultKind::RevokedKey | FaultKind::ExhaustedCredit)
}

/// A 429 with the whole seconds until the call could pass, never less than one.
fn rate_limited(refusal: Refusal, now: Instant) -> CallError {
    let seconds = refusal.retry_at.since(now).0.div_ceil(SECOND).max(1);
    CallError { kind: ErrorKind::RateLimited, retry_after: Some(Span(seconds.saturating_mul(SECOND))) }
}

/// A 400: prompt and longest reply do not fit the context window.
const TOO_LONG: Fate = Fate::Refused(CallError { kind: ErrorKind::InvalidRequest, retry_after: None });

// Which word of a call's draw decides what.
/// How much slower than the median the reply is.
const PACE: usize = 0;
/// Whether the first fault of the script strikes; the next six follow, and every further seven have a draw of their own.
const FIRST_FAULT: usize = 1;
const FAULTS_PER_DRAW: usize = 7;
/// From here on, one draw for each fault that breaks replies off: where.
const BREAKS_OFF: u64 = 1 << 20;
