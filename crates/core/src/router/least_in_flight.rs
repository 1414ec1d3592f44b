//! To the lane with the fewest calls under way. It knows of this fleet's calls only: several processes that share a
//! provider each see their own.

use super::{View, candidates};

/// The open lane with the fewest calls under way; at a tie the one with the lower id.
pub fn choose<V: View>(view: &V) -> Option<usize> {
    candidates(view).min_by_key(|&place| (view.in_flight(place), view.lanes()[place].lane))
}
