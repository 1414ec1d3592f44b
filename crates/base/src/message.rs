//! What passes between an agent, the pipeline and a provider.

mod limits;

pub use limits::{Dimension, Enforcement};

use crate::ids::{CallId, LaneId, RequestId, SourceId, UserId, WorkflowId};
use crate::record::words;
use crate::time::{Instant, Span};
use std::num::NonZeroU64;

/// What an agent wants in one turn: the input of the pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Who asks, and in which turn.
    pub request: RequestId,
    /// The subject of the pipeline's own draws for this request. It names the agent by workload and place, so that it
    /// stays the same when agents are numbered anew.
    pub luck: u64,
    /// For which end user it is; an agent without users of its own is one itself.
    pub user: UserId,
    /// From where the end user asks.
    pub source: SourceId,
    /// The fingerprint of what is asked: the same words have the same one.
    pub text: u64,
    /// Which of the agent's tasks it is a step of, from 0. Where agents have no tasks, each request is one.
    pub task: u32,
    /// To which workflow the money is attributed.
    pub workflow: WorkflowId,
    /// Class of urgency; 0 goes first.
    pub priority: u8,
    /// How difficult it is, from 0 to 100.
    pub difficulty: u8,
    /// When the agent meant to ask. Response time counts from here.
    pub intended: Instant,
    /// Tokens of the prompt, as the client counts them: what it reserves.
    pub input_tokens: u64,
    /// Tokens that the prompt really has: what is sent. The same, unless the client estimates.
    pub sent_tokens: u64,
    /// Characters of the prompt; four for each token where there is no text.
    pub characters: u64,
    /// The turn with which the agent's conversation began.
    pub began: u32,
    /// What of the prompt belongs to a conversation.
    pub prefix: Prefix,
    /// The longest reply asked for.
    pub max_tokens: u64,
    /// How long the agent waits before it gives up; [`Span::MAX`] if it never does.
    pub patience: Span,
    /// An answer after this is worthless, and everybody knows it; [`Instant::NEVER`] if none is.
    pub deadline: Instant,
}

/// One exchange with a provider, as the client sends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// For which request.
    pub request: RequestId,
    /// Which attempt of the request this is, over all lanes, from 0.
    pub attempt: u16,
    /// To which lane.
    pub lane: LaneId,
    /// Tokens of the prompt.
    pub input_tokens: u64,
    /// What of the prompt belongs to a conversation.
    pub prefix: Prefix,
    /// For how long the client asks the provider to keep the prompt.
    pub keep: Keep,
    /// The longest reply asked for.
    pub max_tokens: u64,
    /// The fingerprint of what is asked, as [`Ask::text`].
    pub text: u64,
    /// The turn with which the conversation began, as [`Ask::began`].
    pub began: u32,
    /// The prompt tells the model to say nothing that it cannot know from the prompt.
    pub guarded: bool,
    /// What is wanted.
    pub purpose: CallPurpose,
    /// The conversation told what the question asks for, and the prompt was cut so that it no longer does. For the world alone to
    /// say: whoever sends the call does not know it.
    pub lacks_fact: bool,
}

words! {
    /// What a call is made for.
    #[derive(Default)]
    pub enum CallPurpose {
        /// An answer to whoever asked.
        #[default]
        Answer = "answer",
        /// A summary of the older part of a conversation.
        Summary = "summary",
    }
}

/// What of a prompt belongs to a conversation. Two prompts of one conversation agree as far as both of their prefixes
/// reach; whoever shortens or rewrites a history begins a new conversation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Prefix {
    /// Which conversation; of no meaning where `tokens` is zero.
    pub conversation: u64,
    /// The first so many tokens of the prompt; zero for a prompt that no later one repeats.
    pub tokens: u64,
}

words! {
    /// For how long a client asks a provider to keep a prompt, so that the next one that begins alike is cheaper. Anthropic's
    /// `cache_control` knows these two lifetimes.
    #[derive(Default)]
    pub enum Keep {
        /// It does not ask.
        #[default]
        No = "none",
        /// Five minutes from the last use.
        FiveMinutes = "5m",
        /// An hour from the last use; writing it costs more.
        Hour = "1h",
    }
}

/// Tokens of one call, as the provider counts and bills them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Input tokens that no cache knew.
    pub input_tokens: u64,
    /// Input tokens read from the prompt cache.
    pub cached_tokens: u64,
    /// Input tokens written to the prompt cache for as long as a plain write keeps them.
    pub cache_write_tokens: u64,
    /// Input tokens written to the prompt cache for an hour.
    pub cache_write_1h_tokens: u64,
    /// Tokens of the reply, those of reasoning included.
    pub output_tokens: u64,
    /// Tokens of the reply that nobody sees: reasoning before the answer.
    pub reasoning_tokens: u64,
}

impl Usage {
    /// Tokens of the whole prompt, whatever a cache did with them.
    #[inline]
    pub fn prompt_tokens(&self) -> u64 {
        self.input_tokens + self.cached_tokens + self.written_tokens()
    }

    /// Input tokens written to the prompt cache, for however long.
    #[inline]
    pub fn written_tokens(&self) -> u64 {
        self.cache_write_tokens + self.cache_write_1h_tokens
    }
}

/// A whole reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Completion {
    /// What it used.
    pub usage: Usage,
    /// The reply ended because it reached `max_tokens`.
    pub cut_by_length: bool,
}

/// What came back from a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The provider's name for the exchange.
    pub call: CallId,
    /// When the first token came, if one did.
    pub first_token_at: Option<Instant>,
    /// A completion, or why there is none.
    pub result: Result<Completion, CallError>,
    /// What its headers say of the quota.
    pub limits: LimitHeaders,
}

/// What the rate-limit headers of a reply say, family by family, as every dialect says it: what is left of each limit.
///
/// A header says what was true when the provider read it. By the time a long reply has ended, more has come in, and calls
/// sent since have taken from it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LimitHeaders {
    /// When the provider read its state, or a time before that.
    pub as_of: Instant,
    /// To which multiple tokens left are rounded; 0 and 1 for not at all.
    pub rounded_to: u64,
    /// Requests, by the minute or by the day: the header does not say.
    pub requests: Option<LimitState>,
    /// Input and output tokens together.
    pub tokens: Option<LimitState>,
    /// Input tokens.
    pub input_tokens: Option<LimitState>,
    /// Output tokens.
    pub output_tokens: Option<LimitState>,
}

/// What a provider says of one limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitState {
    /// The limit.
    pub limit: NonZeroU64,
    /// What is left of it.
    pub remaining: u64,
    /// When all of it will be there again, to the provider's grain; the time of reading if the provider does not say.
    pub full_at: Instant,
}

/// Why a call gave no completion, as far as the client can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallError {
    /// The class of the error.
    pub kind: ErrorKind,
    /// How long the provider asks to wait, if it says so.
    pub retry_after: Option<Span>,
}

words! {
    /// The class of an error of a call.
    pub enum ErrorKind {
        /// 429: a quota refused the call.
        RateLimited = "rate_limited",
        /// 529 or 503: the provider has more load than it can serve.
        Overloaded = "overloaded",
        /// 500, 502, 504: the provider broke.
        ServerError = "server_error",
        /// The client's own limit on a call's duration ran out.
        TimedOut = "timed_out",
        /// 400 and the like: the caller's own fault.
        InvalidRequest = "invalid_request",
        /// The connection was lost in the middle of the reply.
        Disconnected = "disconnected",
        /// The reply came to an orderly end, but without its last part.
        Truncated = "truncated",
        /// The provider told an error in the middle of the reply, whose status had been 200.
        StreamError = "stream_error",
        /// The whole body came, and nobody can read it.
        Malformed = "malformed",
        /// 401 or 403: the key is not, or no longer, good for this.
        Unauthorized = "unauthorized",
        /// 429 `insufficient_quota` or 402: the money at the provider is spent. No time mends it.
        CreditExhausted = "credit_exhausted",
        /// The client's own limit on the time without a token ran out.
        Stalled = "stalled",
    }
}

words! {
    /// How an attempt ended.
    pub enum AttemptResult {
        /// With a whole reply.
        Completed = "completed",
        /// With a 429.
        RateLimited = "rate_limited",
        /// With a 529 or 503.
        Overloaded = "overloaded",
        /// With a 5xx.
        ServerError = "server_error",
        /// The client stopped waiting; the reply, and its usage, were never learned.
        TimedOut = "timed_out",
        /// With a 4xx that is the caller's own fault.
        InvalidRequest = "invalid_request",
        /// The request was cancelled while the call was under way; its usage was never learned.
        Cancelled = "cancelled",
        /// The connection was lost in the middle of the reply; its usage was never learned.
        Disconnected = "disconnected",
        /// The reply lacked its last part; its usage was never learned.
        Truncated = "truncated",
        /// The provider told an error in the middle of the reply; its usage was never learned.
        StreamError = "stream_error",
        /// The body was none that anybody can read; its usage was never learned.
        Malformed = "malformed",
        /// With a 401 or 403.
        Unauthorized = "unauthorized",
        /// With a 429 or 402 that says that the money at the provider is spent.
        CreditExhausted = "credit_exhausted",
        /// No token came for too long, and the client stopped waiting; its usage was never learned.
        Stalled = "stalled",
    }
}

impl AttemptResult {
    /// Whether the call may have cost what nobody told the client: it was cut off on the way, by either side.
    pub const fn leaves_usage_unknown(self) -> bool {
        matches!(
            self,
            AttemptResult::TimedOut
                | AttemptResult::Cancelled
                | AttemptResult::Disconnected
                | AttemptResult::Truncated
                | AttemptResult::StreamError
                | AttemptResult::Malformed
                | AttemptResult::Stalled
        )
    }

    /// Whether the reply had begun and then broke off, or was none that anybody can read.
    pub const fn is_broken_reply(self) -> bool {
        matches!(
            self,
            AttemptResult::Disconnected
                | AttemptResult::Truncated
                | AttemptResult::StreamError
                | AttemptResult::Malformed
        )
    }
}

impl From<ErrorKind> for AttemptResult {
    fn from(kind: ErrorKind) -> AttemptResult {
        match kind {
            ErrorKind::RateLimited => AttemptResult::RateLimited,
            ErrorKind::Overloaded => AttemptResult::Overloaded,
            ErrorKind::ServerError => AttemptResult::ServerError,
            ErrorKind::TimedOut => AttemptResult::TimedOut,
            ErrorKind::InvalidRequest => AttemptResult::InvalidRequest,
            ErrorKind::Disconnected => AttemptResult::Disconnected,
            ErrorKind::Truncated => AttemptResult::Truncated,
            ErrorKind::StreamError => AttemptResult::StreamError,
            ErrorKind::Malformed => AttemptResult::Malformed,
            ErrorKind::Unauthorized => AttemptResult::Unauthorized,
            ErrorKind::CreditExhausted => AttemptResult::CreditExhausted,
            ErrorKind::Stalled => AttemptResult::Stalled,
        }
    }
}

words! {
    /// A step of the fallback chain.
    pub enum Rung {
        /// The model one wants.
        Primary = "primary",
        /// The first fallback.
        Secondary = "secondary",
        /// The second fallback.
        Tertiary = "tertiary",
        /// Answers without a model.
        Rules = "rules",
        /// A person.
        Human = "human",
    }
}

impl Rung {
    /// Whether a model answers on this rung.
    pub fn is_ai(self) -> bool {
        matches!(self, Rung::Primary | Rung::Secondary | Rung::Tertiary)
    }
}

words! {
    /// How a request stands at its end or at the horizon. The six sum to `arrived`.
    pub enum Outcome {
        /// It got an answer, from the rung named beside it.
        Answered = "answered",
        /// It was turned away on purpose, before or between attempts.
        Refused = "refused",
        /// Whoever asked gave up.
        Abandoned = "abandoned",
        /// Every rung failed.
        Failed = "failed",
        /// It was set aside for later and had not come back at the horizon.
        Parked = "parked",
        /// It was under way at the horizon.
        InFlight = "in_flight",
    }
}
