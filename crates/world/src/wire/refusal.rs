//! Why a provider does not answer, with the numbers that its message names.

use rushhour_base::message::ErrorKind;
use rushhour_base::{Call, CallError, Dimension, LimitHeaders, LimitState, Span};

/// Why a call is not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal<'a> {
    /// A limit has no room.
    RateLimited {
        /// Which.
        dimension: Dimension,
        /// The limit.
        limit: u64,
        /// What is used of it.
        used: u64,
        /// What the call asks for.
        requested: u64,
        /// How long to wait, whole seconds up.
        retry_after: Option<Span>,
    },
    /// The call alone is larger than a limit, and never passes.
    TooLarge {
        /// Which.
        dimension: Dimension,
        /// The limit.
        limit: u64,
        /// What the call asks for.
        requested: u64,
    },
    /// Too many calls at once.
    Concurrency,
    /// Traffic grew too fast, although it is within its limits.
    TooFast {
        /// How long to wait.
        retry_after: Option<Span>,
    },
    /// The provider has more load than it can serve.
    Overloaded,
    /// The provider broke.
    ServerError,
    /// The provider did not finish in time.
    GatewayTimeout,
    /// The money at the provider is spent.
    NoCredit,
    /// The account's own limit on spending is reached.
    SpendLimit,
    /// The key is not good.
    InvalidKey {
        /// The key, masked.
        masked: &'a str,
    },
    /// No key was sent.
    NoKey,
    /// The key is good, but not for this.
    Forbidden,
    /// There is no such model.
    NoSuchModel {
        /// The name asked for.
        model: &'a str,
    },
    /// There is nothing at this path, or not for this method.
    NoSuchPath {
        /// The method.
        method: &'a str,
        /// The path.
        path: &'a str,
    },
    /// Prompt and longest reply do not fit the context window.
    TooLong {
        /// The window.
        context: u64,
        /// Tokens of the prompt.
        prompt: u64,
        /// The longest reply asked for.
        max_tokens: u64,
    },
    /// The body is too large.
    BodyTooLarge,
    /// A field is wrong.
    Invalid {
        /// What is wrong with it.
        message: &'a str,
        /// Which.
        param: Option<&'a str>,
    },
}

impl Refusal<'_> {
    /// What the error of a reply to `call` was, from what its headers say of the limits; `context` is the window of its
    /// model. A call that is refused although every limit has room came too fast after others.
    pub fn of(error: CallError, call: &Call, limits: &LimitHeaders, context: u64) -> Refusal<'static> {
        match error.kind {
            ErrorKind::RateLimited => Refusal::by_a_limit(call, limits, error.retry_after),
            ErrorKind::Overloaded => Refusal::Overloaded,
            ErrorKind::Unauthorized => Refusal::InvalidKey { masked: "sk-****" },
            ErrorKind::CreditExhausted => Refusal::NoCredit,
            ErrorKind::InvalidRequest => {
                Refusal::TooLong { context, prompt: call.input_tokens, max_tokens: call.max_tokens }
            }
            ErrorKind::TimedOut => Refusal::GatewayTimeout,
            _ => Refusal::ServerError,
        }
    }

    fn by_a_limit(call: &Call, limits: &LimitHeaders, retry_after: Option<Span>) -> Refusal<'static> {
        let both = call.input_tokens.saturating_add(call.max_tokens);
        let families = [
            (Dimension::Requests, limits.requests, 1),
            (Dimension::Tokens, limits.tokens.filter(|_| limits.input_tokens.is_none()), both),
            (Dimension::InputTokens, limits.input_tokens, call.input_tokens),
            (Dimension::OutputTokens, limits.output_tokens, 1),
        ];
        let lacks = |&(dimension, state, requested): &(Dimension, Option<LimitState>, u64)| {
            let state = state?;
            let limit = state.limit.get();
            if requested > limit {
                return Some(Refusal::TooLarge { dimension, limit, requested });
            }
            let used = limit.saturating_sub(state.remaining);
            (requested > state.remaining).then_some(Refusal::RateLimited {
                dimension,
                limit,
                used,
                requested,
                retry_after,
            })
        };
        families.iter().find_map(lacks).unwrap_or(Refusal::TooFast { retry_after })
    }
}
