//! What of a long conversation is sent.
//!
//! Each turn of an agent sends the whole conversation again, so what a conversation costs grows with the square of
//! its length, until it no longer fits the model. [`Compressor::fit`] is asked before every hop and says what to
//! send: all of it, a part, or that a part has to be summarised first.
//!
//! # Why not cut at every turn
//! A prompt cache knows a prompt by how it begins. Whoever drops the oldest message at every turn sends a prompt that
//! begins differently each time, and pays the full price for all of it. So a history is left alone until its prompt
//! passes `above_tokens`, and then cut down to `to_tokens` at once; what was cut stays cut, and what comes after is
//! only added, so that from one cut to the next all prompts begin alike. Each cut begins a new *epoch*, and the
//! prompts of an epoch have a name of their own for the cache: a fingerprint of the conversation and of what the cut
//! left. The same beginning has the same name, whoever cut it; of what two epochs share (instructions, mostly) the
//! cache is taken to know nothing.
//!
//! # What is never lost
//! The system's messages at the beginning, the last `keep_last` messages, and the last question. A tool's call and
//! its results are kept or left out as one, for providers refuse one without the other; a call whose result is still
//! to come is kept. If that is more than the target, it is sent all the same, and said to have missed it.
//!
//! # Summaries are extended, not redone
//! A [`Segment`] is the last summary with the messages since, so that each message is read once to be summarised, at
//! the price of having gone through more passes the older it is. A summary that fails is not asked for again until
//! the history has grown; the next method takes its place.
//!
//! # A smaller lane
//! A lane whose window is smaller than what would be sent gets less, for this hop alone: pruned, whatever the methods
//! are, since that asks nobody and keeps the most. The memory does not learn of it. A summary goes before what must
//! be kept.
//!
//! # Several requests of one agent at once
//! The memory of an agent is that of the conversation that asked last; another one takes its place. A history that is
//! shorter than the one which was cut last (an earlier turn, asked late) is cut on its own, without a summary and
//! without a trace. A summary that comes in for such a history, or that reaches less far than another which was
//! faster, is thrown away.
//!
//! # What it does not do
//! It never sees a word. Outlines say who speaks, what belongs together, and how long it is.

mod keep_last;
mod memory;
mod prune;
mod summarize;
#[cfg(test)]
mod tests;
mod units;
mod worth;

pub use keep_last::keep_last;
pub use prune::prune;
pub use worth::worth;

use crate::settings::CompressionPolicy;
use memory::Memory;
use rushhour_base::conversation::REPLY_PRIMING;
use rushhour_base::event::CompressionMethod;
use rushhour_base::{AgentId, Cut, History, Outline, Segment};

/// A history made shorter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shorter {
    /// What is left.
    pub cut: Cut,
    /// Whether its prompt is as short as it was meant to be. If not, this is the least that must be kept.
    pub met: bool,
}

/// What is to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fit {
    /// All of it: there is no need to cut.
    Whole,
    /// What was left of it, now or at an earlier turn.
    Send {
        /// The prompt.
        cut: Cut,
        /// Its name for the prompt cache: what [`Prefix::conversation`](rushhour_base::Prefix::conversation) is to
        /// be.
        prefix_conversation: u64,
        /// Whether it is as short as it was meant to be and fits the lane. If not, no less can be sent.
        met: bool,
        /// The method that cut it last.
        method: CompressionMethod,
    },
    /// Nothing yet: this is to be summarised. Then follows [`Compressor::summarized`] or [`Compressor::failed`], and
    /// then [`Compressor::fit`] again, which does not ask for a summary of the same history twice.
    Summarize(Segment),
}

/// The conversations of a fleet, as far as they were cut.
///
/// ```
/// use rushhour_base::conversation::{Importance, Role, ToolLink};
/// use rushhour_base::event::CompressionMethod;
/// use rushhour_base::{AgentId, History, Outline};
/// use rushhour_core::compressor::{Compressor, Fit};
/// use rushhour_core::settings::CompressionPolicy;
/// let policy = CompressionPolicy {
///     methods: vec![CompressionMethod::Prune], above_tokens: 1000, to_tokens: 500, keep_last: 2, summary: None,
/// };
/// let outline = Outline {
///     role: Role::User, tool: ToolLink::None, tokens: 100, importance: Importance::Ordinary, facts: 0,
/// };
/// let history = |messages| History { conversation: 7, messages: vec![outline; messages].into(), ..History::default() };
/// let mut compressor = Compressor::default();
/// let mut kept = |messages| match compressor.fit(AgentId(0), &history(messages), &policy, u64::MAX) {
///     Fit::Send { cut, .. } => cut.kept,
///     _ => Vec::new(),
/// };
/// assert_eq!(kept(9), []); // 903 tokens are sent whole
/// assert_eq!(kept(10), [6, 7, 8, 9]); // 1003 are too many
/// assert_eq!(kept(12), [6, 7, 8, 9, 10, 11]); // and what was cut stays cut
/// ```
#[derive(Clone, Debug, Default)]
pub struct Compressor {
    /// By agent; none where nothing was cut.
    memories: Vec<Option<Box<Memory>>>,
}

impl Compressor {
    /// What of `history` fits the policy and a lane that takes prompts of so many tokens (its window less the longest
    /// reply; [`u64::MAX`] for any). To be asked at every hop; the policy is the same for all of an agent's requests.
    pub fn fit(
        &mut self,
        agent: AgentId,
        history: &History,
        policy: &CompressionPolicy,
        lane_window_tokens: u64,
    ) -> Fit {
        let remembered = self.memories.get_mut(agent.index()).and_then(Option::as_mut);
        if let Some(memory) = remembered.filter(|memory| memory.conversation() == history.conversation) {
            if memory.is_ahead_of(history) {
                return Memory::without_summaries(history).fit(history, policy, lane_window_tokens);
            }
            return memory.fit(history, policy, lane_window_tokens);
        }
        self.forget(agent);
        if prompt_tokens(&history.messages) <= policy.above_tokens.min(lane_window_tokens) {
            return Fit::Whole;
        }
        let mut memory = Memory::new(history);
        let fit = memory.fit(history, policy, lane_window_tokens);
        if memory.has_cut() {
            *self.slot(agent) = Some(Box::new(memory));
        }
        fit
    }

    /// A model made a summary of so many tokens of the segment.
    pub fn summarized(&mut self, agent: AgentId, history: &History, segment: &Segment, summary_tokens: u64) {
        self.memory(agent, history).summarized(history, segment, summary_tokens);
    }

    /// Nobody made the summary that was asked for.
    pub fn failed(&mut self, agent: AgentId, history: &History) {
        self.memory(agent, history).failed(history);
    }

    /// How many conversations are remembered.
    pub fn remembered(&self) -> usize {
        self.memories.iter().flatten().count()
    }

    /// The memory of a conversation, begun if it is another one that is remembered.
    fn memory(&mut self, agent: AgentId, history: &History) -> &mut Memory {
        let slot = self.slot(agent);
        if slot.as_ref().is_some_and(|memory| memory.conversation() != history.conversation) {
            *slot = None;
        }
        slot.get_or_insert_with(|| Box::new(Memory::new(history)))
    }

    fn slot(&mut self, agent: AgentId) -> &mut Option<Box<Memory>> {
        if self.memories.len() <= agent.index() {
            self.memories.resize_with(agent.index() + 1, || None);
        }
        &mut self.memories[agent.index()]
    }

    fn forget(&mut self, agent: AgentId) {
        if let Some(slot) = self.memories.get_mut(agent.index()) {
            *slot = None;
        }
    }
}

/// Tokens of a prompt of all these messages.
pub fn prompt_tokens(messages: &[Outline]) -> u64 {
    messages.iter().map(|message| u64::from(message.tokens)).sum::<u64>() + REPLY_PRIMING
}
