//! To the better of two distinct lanes drawn at random (M. Mitzenmacher, "The Power of Two Choices in Randomized Load
//! Balancing", 2001): nearly as even as asking all, and processes that see the same loads do not all run to the same
//! lane.

use super::{View, candidates};
use rushhour_base::draw::below;

/// Of two distinct open lanes drawn at random the one with fewer calls under way; at a tie the one with the lower id.
/// With a single open lane, that one. Weights above 0 are all alike to it.
pub fn choose<V: View>(view: &V, words: [u64; 2]) -> Option<usize> {
    let open = candidates(view).count() as u64;
    if open < 2 {
        return candidates(view).next();
    }
    let first = below(words[0], open);
    let second = below(words[1], open - 1);
    let second = second + u64::from(second >= first);
    let nth = |n: u64| candidates(view).nth(n as usize);
    [nth(first), nth(second)]
        .into_iter()
        .flatten()
        .min_by_key(|&place| (view.in_flight(place), view.lanes()[place].lane))
}
