//! When and how histories are made shorter before they are sent.

use rushhour_base::event::CompressionMethod;
use rushhour_base::{LaneId, Span};

/// How histories are made shorter.
///
/// A history is left alone until its prompt would pass `above_tokens`; then it is cut to `to_tokens`, and grows again from
/// there. So the prompts between two cuts begin alike, and a provider's prompt cache still knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompressionPolicy {
    /// What is tried, in order, until the target is met. Never empty.
    pub methods: Vec<CompressionMethod>,
    /// Prompts up to so many tokens are sent whole.
    pub above_tokens: u64,
    /// The target: at most so many tokens.
    pub to_tokens: u64,
    /// How many messages at the end are always kept. With a tool's result its call is kept too.
    pub keep_last: u32,
    /// Who summarises; `None` unless [`CompressionMethod::Summarize`] is among the methods.
    pub summary: Option<SummaryPolicy>,
}

/// Who summarises, and how long that may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SummaryPolicy {
    /// The lane that summarises.
    pub lane: LaneId,
    /// The longest summary, in tokens.
    pub max_tokens: u64,
    /// Tokens of the instructions to summarise.
    pub instruction_tokens: u64,
    /// How long the client waits for a summary before it goes on without.
    pub timeout: Span,
}
