//! What is older is left to a model to summarise.

use super::units::{Units, leading, tokens_of};
use crate::settings::SummaryPolicy;
use rushhour_base::{Segment, Summary};

/// What is to be summarised now: all between the summary that there is and the last `keep_last` messages. `None` if
/// there is nothing, or so little that no summary would be shorter.
///
/// Two kinds of messages are in it although they are also sent themselves for as long as they must be: the last
/// question, and calls whose results are among the last messages. So whatever stands before the segment's end is in
/// the summary, and nothing is missing from it later on. What an earlier cut left out is in it as well.
pub(super) fn segment(
    units: &Units<'_>,
    before: Option<&Summary>,
    keep_last: u32,
    policy: &SummaryPolicy,
) -> Option<Segment> {
    let start = (leading(units.messages) as u32).max(before.map_or(0, Summary::end));
    let end = units.tail(keep_last);
    let messages: Vec<u32> = (start..end).collect();
    let known = before.map_or(0, |summary| u64::from(summary.tokens));
    let told: u64 = messages.iter().map(|at| u64::from(units.messages[*at as usize].tokens)).sum();
    if messages.is_empty() || known + told <= policy.max_tokens {
        return None;
    }
    let tokens = tokens_of(units.messages, &messages, before) + policy.instruction_tokens;
    Some(Segment { messages, before: before.cloned(), end, tokens })
}
