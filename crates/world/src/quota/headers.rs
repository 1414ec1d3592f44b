//! What the headers of a reply say of a quota: its true state, as coarsely as the dialect tells it.
//!
//! | | Anthropic | OpenAI |
//! |---|---|---|
//! | families | requests, input tokens, output tokens, and tokens: the joint limit, or both added | requests and tokens; where requests are limited by the day, that limit |
//! | tokens left | to the nearest 1,000 | exactly |
//! | full again | to the whole second, cut off | (limit − left) / limit × period, in whole milliseconds, cut off |
//!
//! Where a quota stands within another, each family is that of the most restrictive of them, which is the one with the
//! least left: so Anthropic documents its plain `tokens`, and OpenAI adds a family `project-tokens` that says the same.
//! A window that turns is full again when it does. The state is that of the admission: the head of a stream goes out
//! before the first token, and its headers are final then.

use super::{Gauge, Quota, Quotas};
use crate::settings::Dialect;
use rushhour_base::time::{MILLISECOND, SECOND};
use rushhour_base::{Instant, LimitHeaders, LimitState, QuotaId};
use std::num::NonZeroU64;

impl Quotas {
    /// What headers say now of `quota` and all that it stands within.
    #[inline]
    pub fn headers(&mut self, quota: QuotaId, dialect: Dialect, now: Instant) -> LimitHeaders {
        let mut headers = self.quotas[quota.index()].headers(dialect, now);
        if self.quotas[quota.index()].within.is_some() {
            self.each(quota, |_, state| headers = tighter(headers, state.headers(dialect, now)));
        }
        headers
    }
}

impl Quota {
    /// What headers say now.
    #[inline]
    pub fn headers(&mut self, dialect: Dialect, now: Instant) -> LimitHeaders {
        match dialect {
            Dialect::Anthropic => self.headers_of_anthropic(now),
            Dialect::OpenAi => self.headers_of_openai(now),
        }
    }

    fn headers_of_anthropic(&mut self, now: Instant) -> LimitHeaders {
        let coarse = |state: LimitState| LimitState {
            full_at: Instant(state.full_at.0 - state.full_at.0 % SECOND),
            ..state
        };
        let tokens = |gauge: &mut Option<Gauge>| {
            let state = coarse(state(gauge.as_mut()?, false, now)?);
            Some(LimitState { remaining: (state.remaining + THOUSAND / 2) / THOUSAND * THOUSAND, ..state })
        };
        let (input_tokens, output_tokens) = (tokens(&mut self.input_tokens), tokens(&mut self.output_tokens));
        LimitHeaders {
            as_of: now,
            rounded_to: THOUSAND,
            requests: self.requests.as_mut().and_then(|gauge| state(gauge, false, now)).map(coarse),
            tokens: tokens(&mut self.tokens).or_else(|| added(input_tokens?, output_tokens?)),
            input_tokens,
            output_tokens,
        }
    }

    fn headers_of_openai(&mut self, now: Instant) -> LimitHeaders {
        let cut = |gauge: &mut Gauge| {
            let state = state(gauge, true, now)?;
            let wait = state.full_at.since(now).0;
            Some(LimitState { full_at: Instant(now.0 + (wait - wait % MILLISECOND)), ..state })
        };
        LimitHeaders {
            as_of: now,
            rounded_to: 0,
            requests: self.requests_per_day.as_mut().or(self.requests.as_mut()).and_then(cut),
            tokens: self.tokens.as_mut().or(self.tokens_per_day.as_mut()).and_then(cut),
            input_tokens: None,
            output_tokens: None,
        }
    }
}

/// Of each family the state with less left, or the first if both have the same.
fn tighter(inner: LimitHeaders, outer: LimitHeaders) -> LimitHeaders {
    let least = |inner: Option<LimitState>, outer: Option<LimitState>| match (inner, outer) {
        (Some(inner), Some(outer)) => Some(if outer.remaining < inner.remaining { outer } else { inner }),
        (inner, outer) => inner.or(outer),
    };
    LimitHeaders {
        requests: least(inner.requests, outer.requests),
        tokens: least(inner.tokens, outer.tokens),
        input_tokens: least(inner.input_tokens, outer.input_tokens),
        output_tokens: least(inner.output_tokens, outer.output_tokens),
        ..inner
    }
}

/// A limit that is above zero, as every grant is.
#[inline]
fn state(gauge: &mut Gauge, by_the_token: bool, now: Instant) -> Option<LimitState> {
    let (remaining, full_at) = gauge.stands(by_the_token, now);
    Some(LimitState { limit: NonZeroU64::new(gauge.amount())?, remaining, full_at })
}

/// Both added: what Anthropic shows as `tokens` where no joint limit is in force.
fn added(input: LimitState, output: LimitState) -> Option<LimitState> {
    Some(LimitState {
        limit: input.limit.checked_add(output.limit.get())?,
        remaining: input.remaining.saturating_add(output.remaining),
        full_at: input.full_at.max(output.full_at),
    })
}

const THOUSAND: u64 = 1_000;
