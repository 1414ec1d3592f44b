//! A reply under way: how much of it there is at a time, how it ends, and how a fault spoils it.

use super::calls::UnderWay;
use crate::cache::Divided;
use crate::quota::Charged;
use crate::settings::FaultKind;
use rushhour_base::draw::below;
use rushhour_base::message::ErrorKind;
use rushhour_base::{Instant, Span, Usage};

/// A reply under way. Its tokens come evenly from the first instant to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct UnderWayReply {
    /// When the reply begins to come.
    pub(super) first_token_at: Instant,
    /// When its last token comes, unless it breaks off before.
    pub(super) last_token_at: Instant,
    /// Tokens of the whole.
    pub(super) output_tokens: u64,
    /// The first so many of them are reasoning, which nobody sees.
    pub(super) reasoning_tokens: u64,
    /// How the prompt cache divides its prompt.
    pub(super) divided: Divided,
    pub(super) ending: Ending,
    pub(super) charged: Charged,
    /// Output tokens that were charged on the way.
    pub(super) counted: u64,
}

/// How a reply ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// Whole, or cut by `max_tokens`; it states its usage times so many thousandths.
    Whole { cut_by_length: bool, stated_per_mille: u32 },
    /// With an error, after part of it or all was produced.
    Broken(ErrorKind),
}

/// Thousandths of the truth.
pub(super) const TRUE: u32 = 1_000;

impl UnderWayReply {
    /// Tokens there are by `now`.
    pub(super) fn produced(&self, now: Instant) -> u64 {
        if now >= self.last_token_at {
            return self.output_tokens;
        }
        // Before the first token nothing has passed, and from there on the last one lies after it.
        let (passed, decode) = (now.since(self.first_token_at), self.decode().max(Span(1)));
        (u128::from(self.output_tokens) * u128::from(passed.0) / u128::from(decode.0)) as u64
    }

    /// When the part of it begins that is seen; never, if all of it is reasoning.
    pub(super) fn seen_from(&self) -> Instant {
        match self.reasoning_tokens {
            0 => self.first_token_at,
            hidden if hidden < self.output_tokens => self.token_at(hidden),
            _ => Instant::NEVER,
        }
    }

    /// When a token of it is first seen, if one is.
    #[inline]
    pub(super) fn first_seen_at(&self) -> Option<Instant> {
        (self.output_tokens > self.reasoning_tokens).then(|| self.seen_from())
    }

    /// When token number `number` (from 1) is there; the beginning of the reply for number 0.
    pub(super) fn token_at(&self, number: u64) -> Instant {
        let share = u128::from(number) * u128::from(self.decode().0);
        self.first_token_at + Span(share.div_ceil(u128::from(self.output_tokens.max(1))) as u64)
    }

    /// The first instant from `from` on at which there are more tokens than at `now`; never, if there are all.
    pub(super) fn next_telling(&self, from: Instant, now: Instant) -> Instant {
        let produced = self.produced(now);
        if produced >= self.output_tokens { Instant::NEVER } else { from.max(self.token_at(produced + 1)) }
    }

    /// From the first token to the last.
    fn decode(&self) -> Span {
        self.last_token_at.since(self.first_token_at)
    }

    /// Lets a fault have its way with a reply whose call came in at `now`. `word` says where it breaks off, if it does.
    pub(super) fn spoil(&mut self, kind: FaultKind, now: Instant, word: impl FnOnce() -> u64) -> Instant {
        let (to_first, decode) = (self.first_token_at.since(now), self.decode());
        let break_off = |error: ErrorKind| {
            self.ending = Ending::Broken(error);
            self.first_token_at + Span(below(word(), decode.0))
        };
        match kind {
            FaultKind::Reset => return break_off(ErrorKind::Disconnected),
            FaultKind::Truncated => return break_off(ErrorKind::Truncated),
            FaultKind::StreamError => return break_off(ErrorKind::StreamError),
            FaultKind::Malformed => self.ending = Ending::Broken(ErrorKind::Malformed),
            FaultKind::SlowFirstToken { per_mille, added } => {
                self.first_token_at = now + (times(to_first, per_mille) + added);
                self.last_token_at = self.first_token_at + decode;
            }
            FaultKind::SlowDrip { per_mille } => {
                self.last_token_at = self.first_token_at + times(decode, per_mille);
            }
            FaultKind::WrongUsage { per_mille } => {
                if let Ending::Whole { stated_per_mille, .. } = &mut self.ending {
                    *stated_per_mille = per_mille;
                }
            }
            FaultKind::Overloaded
            | FaultKind::ServerError
            | FaultKind::RateLimitStorm { .. }
            | FaultKind::Hang
            | FaultKind::Brownout { .. }
            | FaultKind::RevokedKey
            | FaultKind::ExhaustedCredit => unreachable!("{kind:?} lets no reply begin"),
        }
        self.last_token_at
    }
}

impl UnderWay {
    /// Plans when output is charged next, after `now`; steps are counted from the first token.
    pub(super) fn plan_charge(&mut self, every: Span, now: Instant) {
        let steps = now.since(self.charge_at).0 / every.0 + 1;
        self.charge_at = self.charge_at + Span(every.0.saturating_mul(steps));
        self.plan_wake();
    }
}

/// What a reply states that is off by a factor of so many thousandths.
pub(super) fn misstated(usage: Usage, per_mille: u32) -> Usage {
    let off = |tokens: u64| {
        let stated = u128::from(tokens) * u128::from(per_mille) / 1_000;
        u64::try_from(stated).unwrap_or(u64::MAX)
    };
    Usage {
        input_tokens: off(usage.input_tokens),
        cached_tokens: off(usage.cached_tokens),
        cache_write_tokens: off(usage.cache_write_tokens),
        cache_write_1h_tokens: off(usage.cache_write_1h_tokens),
        output_tokens: off(usage.output_tokens),
        reasoning_tokens: off(usage.reasoning_tokens),
    }
}

fn times(span: Span, per_mille: u32) -> Span {
    let ns = u128::from(span.0) * u128::from(per_mille) / 1_000;
    Span(u64::try_from(ns).unwrap_or(u64::MAX))
}
