//! What is worth least is left out.

use super::Shorter;
use super::units::{Units, all, tokens_of};
use super::worth::worth;
use rushhour_base::{Cut, Outline};
use std::cmp::Reverse;

/// A history with as much of what is worth most ([`worth`]) as fits into `to_tokens`, in the order in which it was
/// said.
///
/// What must be kept ([`keep_last`](super::keep_last())) is kept first. The rest is taken from the most worthy down,
/// of two alike the newer first; what does not fit is passed over, and less that does is taken. A tool's call and its
/// results are worth what the best of them is, and are kept or left out as one. If even what must be kept does not
/// fit, it is all that is left, and the target is not met. O(n log n).
pub fn prune(messages: &[Outline], keep_last: u32, to_tokens: u64) -> Shorter {
    let units = Units::new(messages, keep_last);
    let everything: Vec<u32> = all(messages).collect();
    let kept = most_worthy(&units, everything, 0, to_tokens);
    let tokens = tokens_of(messages, &kept, None);
    Shorter { cut: Cut { kept, summary: None, tokens }, met: tokens <= to_tokens }
}

/// The most worthy of `kept`, which has its units whole, within so many tokens, of which `summary_tokens` are taken.
pub(super) fn most_worthy(
    units: &Units<'_>,
    kept: Vec<u32>,
    summary_tokens: u64,
    to_tokens: u64,
) -> Vec<u32> {
    let messages = units.messages;
    let whole = tokens_of(messages, &kept, None) + summary_tokens;
    if whole <= to_tokens {
        return kept;
    }
    // By first message: what its unit is worth, and its tokens.
    let mut offers = vec![(0u32, 0u64); messages.len()];
    let mut optional = 0;
    let count = messages.len() as u32;
    for position in kept.iter().filter(|position| !units.must(**position)) {
        let (message, offer) = (&messages[*position as usize], &mut offers[units.head(*position)]);
        offer.0 = offer.0.max(worth(message, count - 1 - position));
        offer.1 += u64::from(message.tokens);
        optional += u64::from(message.tokens);
    }
    let mut room = to_tokens.saturating_sub(whole - optional);
    let is_head = |position: &u32| units.head(*position) == *position as usize && !units.must(*position);
    let mut heads: Vec<u32> = kept.iter().copied().filter(is_head).collect();
    heads.sort_unstable_by_key(|head| Reverse((offers[*head as usize].0, *head)));
    let mut taken = vec![false; messages.len()];
    for head in heads {
        let tokens = offers[head as usize].1;
        if tokens <= room {
            room -= tokens;
            taken[head as usize] = true;
        }
    }
    kept.into_iter().filter(|position| units.must(*position) || taken[units.head(*position)]).collect()
}
