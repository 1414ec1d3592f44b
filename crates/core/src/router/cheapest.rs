//! To the lane on which the request can cost least: its prompt and the longest reply it asks for, at each lane's prices.
//! The worst case is what the ledger reserves, and the only cost that is known before the reply is.

use super::{View, candidates};

/// The open lane with the lowest worst-case price; at a tie the one with the lower id.
pub fn choose<V: View>(view: &V) -> Option<usize> {
    candidates(view).min_by_key(|&place| (view.price(place), view.lanes()[place].lane))
}
