//! At random, by weight.

use crate::settings::WeightedLane;
use rushhour_base::draw::below;

/// Chooses by weight among the lanes whose places are open, and says which place; `word` is a uniform draw. `None` if
/// no open lane has weight.
///
/// ```
/// use rushhour_base::LaneId;
/// use rushhour_core::{router::weighted::choose, settings::WeightedLane};
/// let lanes = [WeightedLane { lane: LaneId(7), weight: 3 }, WeightedLane { lane: LaneId(9), weight: 1 }];
/// assert_eq!(choose(&lanes, |_| true, 0), Some(0));
/// assert_eq!(choose(&lanes, |_| true, u64::MAX), Some(1));
/// assert_eq!(choose(&lanes, |place| place == 1, 0), Some(1));
/// assert_eq!(choose(&lanes, |_| false, 0), None);
/// ```
pub fn choose(lanes: &[WeightedLane], is_open: impl Fn(usize) -> bool, word: u64) -> Option<usize> {
    let candidates = || lanes.iter().enumerate().filter(|(place, _)| is_open(*place));
    let total: u64 = candidates().map(|(_, lane)| u64::from(lane.weight)).sum();
    if total == 0 {
        return None;
    }
    let mut left = below(word, total);
    for (place, lane) in candidates() {
        match left.checked_sub(u64::from(lane.weight)) {
            Some(rest) => left = rest,
            None => return Some(place),
        }
    }
    unreachable!("a draw below the sum of the weights falls into one of them")
}
