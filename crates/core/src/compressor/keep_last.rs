//! All but the last few messages is left out.

use super::Shorter;
use super::units::{Units, tokens_of};
use rushhour_base::{Cut, Outline};

/// What must be kept of a history, and nothing else: the system's messages at the beginning, the last `keep_last`
/// messages and the last question, each tool's call with its results. The target moves nothing; it says whether this
/// is enough.
///
/// Linear but for a sort of the tools' messages by number, which mostly are in order.
///
/// ```
/// use rushhour_base::Outline;
/// use rushhour_base::conversation::{Importance, Role, ToolLink};
/// use rushhour_core::compressor::keep_last;
/// let said = |role, tool| Outline { role, tool, tokens: 100, importance: Importance::Ordinary, facts: 0 };
/// let history = [
///     said(Role::System, ToolLink::None),
///     said(Role::User, ToolLink::None),
///     said(Role::Assistant, ToolLink::None),
///     said(Role::User, ToolLink::None), // the last question
///     said(Role::Assistant, ToolLink::Calls(1)),
///     said(Role::Tool, ToolLink::Answers(1)), // the last message, which its call goes with
/// ];
/// let shorter = keep_last(&history, 1, 500);
/// assert_eq!((shorter.cut.kept, shorter.cut.tokens, shorter.met), (vec![0, 3, 4, 5], 403, true));
/// ```
pub fn keep_last(messages: &[Outline], keep_last: u32, to_tokens: u64) -> Shorter {
    let kept = Units::new(messages, keep_last).least();
    let tokens = tokens_of(messages, &kept, None);
    Shorter { cut: Cut { kept, summary: None, tokens }, met: tokens <= to_tokens }
}
