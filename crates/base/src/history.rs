//! What a client remembers of a conversation, and what of it a call sends.
//!
//! Whoever cuts a history needs no text: who speaks, what belongs together, how long it is and how much it matters. Positions
//! are those in [`History::messages`], from 0.

use crate::conversation::{Fact, Importance, Message, Role, ToolLink};
use std::rc::Rc;
use std::sync::Arc;

/// One message, without its text.
///
/// ```
/// use rushhour_base::conversation::{Importance, Role, ToolLink};
/// use rushhour_base::history::Outline;
/// let greeting = Outline {
///     role: Role::User, tool: ToolLink::None, tokens: 8, importance: Importance::Chatter, facts: 0,
/// };
/// assert!(greeting.importance < Importance::Commitment);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outline {
    /// Who speaks.
    pub role: Role,
    /// Whether it belongs to a tool.
    pub tool: ToolLink,
    /// Its tokens, what frames a message included.
    pub tokens: u32,
    /// How much it matters to what comes later.
    pub importance: Importance,
    /// How many facts it tells.
    pub facts: u16,
}

impl Outline {
    /// The outline of a message that tells so many facts.
    pub fn of(message: &Message, facts: u16) -> Outline {
        let Message { role, tool, tokens, importance, .. } = *message;
        Outline { role, tool, tokens, importance, facts }
    }
}

/// What a client remembers of the conversation that a request belongs to, its last question included. Shared, not copied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// Which conversation, as [`Prefix::conversation`](crate::Prefix::conversation).
    pub conversation: u64,
    /// The messages, oldest first.
    pub messages: Rc<Vec<Outline>>,
    /// The facts that they tell, in that order.
    pub facts: Rc<Vec<Fact>>,
    /// The topic and the subject that the last question asks for, where the client knows them.
    pub asked: Option<(Arc<str>, Arc<str>)>,
    /// The last question wants a reply that a machine can read.
    pub structured: bool,
}

/// What a call sends.
#[derive(Clone, Copy, Debug)]
pub enum Prompt<'a> {
    /// The whole conversation.
    Whole,
    /// What was left of it.
    Cut(&'a Cut),
    /// A part of it, to be summarised.
    Summarize(&'a Segment),
}

/// A history that was cut.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cut {
    /// The messages that are kept, by their positions, in order.
    pub kept: Vec<u32>,
    /// What stands for messages that are not. It comes after the system's messages at the beginning.
    pub summary: Option<Summary>,
    /// Tokens of the prompt that this makes.
    pub tokens: u64,
}

/// What a model made of the older part of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Up to which position each pass of summarising reached, the first pass first. Each pass read the summary of the pass before
    /// it, and the messages from there on.
    pub passes: Rc<[u32]>,
    /// Its tokens, what frames a message included.
    pub tokens: u32,
}

impl Summary {
    /// From this position on messages are not in it.
    pub fn end(&self) -> u32 {
        self.passes.last().copied().unwrap_or(0)
    }

    /// How many passes of summarising the message at `position` has gone through; 0 if it is not in the summary.
    pub fn passes_over(&self, position: u32) -> u32 {
        let before = self.passes.iter().filter(|end| **end <= position).count();
        (self.passes.len() - before) as u32
    }
}

/// What is to be summarised: messages, after the summary of those before them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The messages, by their positions, in order.
    pub messages: Vec<u32>,
    /// The summary that is to be extended.
    pub before: Option<Summary>,
    /// Up to which position the new summary will reach.
    pub end: u32,
    /// Tokens of the prompt that this makes, the instructions to summarise included.
    pub tokens: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_goes_through_each_pass_since_it_was_taken_in() {
        let summary = Summary { passes: [4, 4, 9].into(), tokens: 300 };
        assert_eq!(summary.end(), 9);
        for (position, passes) in [(0, 3), (3, 3), (4, 1), (8, 1), (9, 0)] {
            assert_eq!(summary.passes_over(position), passes, "{position}");
        }
    }
}
