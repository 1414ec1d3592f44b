//! What of a history belongs together, and what must be kept of it.

use rushhour_base::conversation::{REPLY_PRIMING, Role, ToolLink};
use rushhour_base::{Outline, Summary};

/// A history as whoever cuts it sees it: by position, which messages are kept or left out as one, and which must be
/// kept.
#[derive(Clone, Debug)]
pub(super) struct Units<'a> {
    pub(super) messages: &'a [Outline],
    /// By position: the first message of the unit. A message that belongs to no other is a unit by itself.
    heads: Vec<u32>,
    /// By position: whether it must be kept.
    must: Vec<bool>,
}

impl<'a> Units<'a> {
    /// `keep_last` is how many messages at the end must be kept.
    ///
    /// The rest of what must be kept are the system's messages at the beginning, the last question, calls of tools
    /// whose result is still to come (it would stand there without its call), and whatever is one with any of these.
    pub(super) fn new(messages: &'a [Outline], keep_last: u32) -> Units<'a> {
        let count = messages.len();
        let (heads, pending) = heads(messages);
        let mut chosen = vec![false; count];
        let mut choose = |position: usize| chosen[heads[position] as usize] = true;
        (0..leading(messages)).for_each(&mut choose);
        (tail(count, keep_last)..count).for_each(&mut choose);
        messages.iter().rposition(|message| message.role == Role::User).into_iter().for_each(&mut choose);
        pending.into_iter().for_each(|head| choose(head as usize));
        let must = heads.iter().map(|head| chosen[*head as usize]).collect();
        Units { messages, heads, must }
    }

    /// The first message of the unit to which the one at `position` belongs.
    #[inline]
    pub(super) fn head(&self, position: u32) -> usize {
        self.heads[position as usize] as usize
    }

    /// Whether the message at `position` must be kept.
    #[inline]
    pub(super) fn must(&self, position: u32) -> bool {
        self.must[position as usize]
    }

    /// All that must be kept.
    pub(super) fn least(&self) -> Vec<u32> {
        all(self.messages).filter(|position| self.must(*position)).collect()
    }

    /// Where the end begins that is kept as it stands: the last `keep_last` messages, and those right before them
    /// that must be kept as well.
    pub(super) fn tail(&self, keep_last: u32) -> u32 {
        let mut from = tail(self.messages.len(), keep_last);
        while from > 0 && self.must[from - 1] {
            from -= 1;
        }
        from as u32
    }

    /// `kept` with its units whole, and all that must be kept: what belongs to a part comes back.
    pub(super) fn mended(&self, kept: &[u32]) -> Vec<u32> {
        let mut part = vec![false; self.messages.len()];
        kept.iter().for_each(|position| part[self.head(*position)] = true);
        all(self.messages).filter(|position| self.must(*position) || part[self.head(*position)]).collect()
    }
}

/// The positions of all messages.
pub(super) fn all(messages: &[Outline]) -> std::ops::Range<u32> {
    0..u32::try_from(messages.len()).unwrap_or(u32::MAX)
}

/// How many of the system's messages stand at the beginning.
pub(super) fn leading(messages: &[Outline]) -> usize {
    messages.iter().take_while(|message| message.role == Role::System).count()
}

/// Tokens of a prompt of the messages at these positions, after a summary.
pub(super) fn tokens_of(messages: &[Outline], kept: &[u32], summary: Option<&Summary>) -> u64 {
    let messages: u64 = kept.iter().map(|position| u64::from(messages[*position as usize].tokens)).sum();
    messages + REPLY_PRIMING + summary.map_or(0, |summary| u64::from(summary.tokens))
}

fn tail(count: usize, keep_last: u32) -> usize {
    count.saturating_sub(keep_last as usize)
}

/// The last message before a result that is one with it: its call, or what the call gave back before.
pub(super) fn joins(messages: &[Outline], result: usize) -> Option<usize> {
    let number = number(&messages[result])?;
    messages[..result].iter().rposition(|message| self::number(message) == Some(number))
}

fn number(message: &Outline) -> Option<u32> {
    match message.tool {
        ToolLink::None => None,
        ToolLink::Calls(number) | ToolLink::Answers(number) => Some(number),
    }
}

/// By position the first message of its unit, and the first messages of those units whose result is still to come.
///
/// A unit is a call with its results: from a [`ToolLink::Calls`] to before the next one of the same number that comes
/// after a result. Results without a call are a unit too: they were apart before anybody cut.
fn heads(messages: &[Outline]) -> (Vec<u32>, Vec<u32>) {
    let mut heads: Vec<u32> = all(messages).collect();
    let linked = all(messages).zip(messages);
    let mut linked: Vec<(u32, u32)> =
        linked.filter_map(|(position, message)| Some((number(message)?, position))).collect();
    // Numbers mostly ascend, and a stable sort takes what is sorted already in one pass.
    linked.sort();
    let mut pending = Vec::new();
    for group in linked.chunk_by(|left, right| left.0 == right.0) {
        let (mut head, mut answered) = (group[0].1, false);
        for (_, position) in group {
            let calls = matches!(messages[*position as usize].tool, ToolLink::Calls(_));
            if calls && answered {
                (head, answered) = (*position, false);
            }
            answered |= !calls;
            heads[*position as usize] = head;
        }
        if !answered {
            pending.push(head);
        }
    }
    (heads, pending)
}
