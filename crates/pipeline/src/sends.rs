//! What a call sends, in numbers, and how the client counts it.

use crate::env::Env;
use crate::fleet::Fleet;
use crate::journey::Journey;
use rushhour_base::event::CompressionMethod;
use rushhour_base::{Ask, Call, CallPurpose, Cut, Keep, LaneId, Prefix, Prompt, Purpose};
use rushhour_core::settings::TokenEstimate;

/// How wrong a client's count of a prompt's tokens is.
const ESTIMATE: Purpose = Purpose::named("token estimate");

/// The tokens of a whole prompt as the client counts them: all that it decides by from here on.
#[inline]
pub(crate) fn estimate<E: Env>(fleet: &Fleet<E>, ask: &Ask) -> u64 {
    let estimate = fleet.policy.token_estimate;
    if estimate == TokenEstimate::Exact {
        return ask.sent_tokens;
    }
    let word = fleet.seed.draw(ESTIMATE, ask.luck, ask.request.turn().into()).word(0);
    estimate.tokens(ask.sent_tokens, ask.characters, word)
}

/// What is left of a history for a lane.
#[derive(Debug)]
pub(crate) struct Fitted {
    pub(crate) cut: Cut,
    /// Its name for the prompt cache.
    pub(crate) conversation: u64,
    /// Whether it is as short as it was meant to be.
    pub(crate) met: bool,
    /// The method that cut it last.
    pub(crate) method: CompressionMethod,
}

/// What a call sends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sends {
    pub(crate) input_tokens: u64,
    /// The same, as the client counts them.
    pub(crate) counted_tokens: u64,
    pub(crate) max_tokens: u64,
    pub(crate) prefix: Prefix,
    pub(crate) keep: Keep,
    pub(crate) guarded: bool,
    pub(crate) purpose: CallPurpose,
}

impl Sends {
    /// What the next call for an answer sends: the conversation, or what was left of it, and what guards it.
    #[inline]
    pub(crate) fn answer<E: Env>(fleet: &Fleet<E>, ask: &Ask, journey: &Journey) -> Sends {
        let policy = &fleet.policy;
        let guard = guard_tokens(fleet, journey);
        // A guard that stands in every prompt stands at its beginning; one that comes with a regeneration stands at its end.
        let ahead = if policy.guarded && ask.prefix.tokens > 0 { guard } else { 0 };
        let (tokens, counted, prefix) = match journey.fitted.as_deref() {
            None => (ask.sent_tokens, ask.input_tokens, ask.prefix),
            Some(Fitted { cut, conversation, .. }) => {
                let repeated = if ask.prefix.tokens > 0 { cut.tokens } else { 0 };
                let prefix = Prefix { conversation: *conversation, tokens: repeated };
                (cut.tokens, counted(ask, cut.tokens), prefix)
            }
        };
        Sends {
            input_tokens: tokens + guard,
            counted_tokens: counted + guard,
            max_tokens: ask.max_tokens,
            prefix: Prefix { tokens: prefix.tokens + ahead, ..prefix },
            keep: policy.prompt_cache,
            guarded: policy.guarded || journey.stricter,
            purpose: CallPurpose::Answer,
        }
    }

    /// What a call for a summary sends: no later prompt begins with it.
    pub(crate) fn summary(ask: &Ask, input_tokens: u64, max_tokens: u64) -> Sends {
        Sends {
            input_tokens,
            counted_tokens: counted(ask, input_tokens),
            max_tokens,
            prefix: Prefix::default(),
            keep: Keep::No,
            guarded: false,
            purpose: CallPurpose::Summary,
        }
    }

    /// The call that sends it to a lane.
    #[inline]
    pub(crate) fn call(self, ask: &Ask, (attempt, lane): (u16, LaneId)) -> Call {
        Call {
            request: ask.request,
            attempt,
            lane,
            input_tokens: self.input_tokens,
            prefix: self.prefix,
            keep: self.keep,
            max_tokens: self.max_tokens,
            text: ask.text,
            began: ask.began,
            guarded: self.guarded,
            purpose: self.purpose,
            lacks_fact: false,
        }
    }
}

/// The prompt of the next call for an answer.
#[inline]
pub(crate) fn prompt(journey: &Journey) -> Prompt<'_> {
    journey.fitted.as_deref().map_or(Prompt::Whole, |fitted| Prompt::Cut(&fitted.cut))
}

/// Tokens by which the next prompt is longer than the conversation.
#[inline]
pub(crate) fn guard_tokens<E: Env>(fleet: &Fleet<E>, journey: &Journey) -> u64 {
    if fleet.policy.guarded || journey.stricter { fleet.policy.guard_tokens } else { 0 }
}

/// A part of a prompt as the client counts it: it is as wrong about the part as about the whole, rounded up.
fn counted(ask: &Ask, tokens: u64) -> u64 {
    if ask.input_tokens == ask.sent_tokens {
        return tokens;
    }
    scaled(tokens, ask.input_tokens, ask.sent_tokens, true)
}

/// How many tokens a prompt may really have of which the client would count at most `counted`.
pub(crate) fn really(ask: &Ask, counted: u64) -> u64 {
    if ask.input_tokens == ask.sent_tokens || counted == u64::MAX {
        return counted;
    }
    scaled(counted, ask.sent_tokens, ask.input_tokens, false)
}

fn scaled(tokens: u64, by: u64, of: u64, up: bool) -> u64 {
    let (product, of) = (u128::from(tokens) * u128::from(by), u128::from(of.max(1)));
    let scaled = if up { product.div_ceil(of) } else { product / of };
    u64::try_from(scaled).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is cut so that the client counts it at most so long is never counted longer.
    #[test]
    fn a_part_that_is_counted_to_fit_fits() {
        for (by, of) in [(1_000, 1_000), (700, 1_000), (1_300, 1_000), (1, 999), (999, 1), (7, 13)] {
            for most in [0, 1, 12, 999, 123_456] {
                let part = scaled(most, of, by, false);
                assert!(scaled(part, by, of, true) <= most, "{most} by {by} of {of}");
            }
        }
    }
}
