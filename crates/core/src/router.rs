//! Which of a rung's lanes takes a call: at random by weight, among those whose breaker lets it pass; and how long staff
//! take.

use crate::settings::{Staff, WeightedLane};
use rushhour_base::draw::below;
use rushhour_base::{LaneId, Span};

/// Chooses by weight among the lanes that are healthy; `word` is a uniform draw. `None` if no healthy lane has weight.
///
/// ```
/// use rushhour_base::LaneId;
/// use rushhour_core::{router::choose, settings::WeightedLane};
/// let lanes = [WeightedLane { lane: LaneId(0), weight: 3 }, WeightedLane { lane: LaneId(1), weight: 1 }];
/// assert_eq!(choose(&lanes, |_| true, 0), Some(LaneId(0)));
/// assert_eq!(choose(&lanes, |_| true, u64::MAX), Some(LaneId(1)));
/// assert_eq!(choose(&lanes, |lane| lane == LaneId(1), 0), Some(LaneId(1)));
/// assert_eq!(choose(&lanes, |_| false, 0), None);
/// ```
pub fn choose(lanes: &[WeightedLane], healthy: impl Fn(LaneId) -> bool, word: u64) -> Option<LaneId> {
    let total: u64 = lanes.iter().filter(|l| healthy(l.lane)).map(|l| u64::from(l.weight)).sum();
    if total == 0 {
        return None;
    }
    let mut left = below(word, total);
    for candidate in lanes.iter().filter(|l| healthy(l.lane)) {
        match left.checked_sub(u64::from(candidate.weight)) {
            Some(rest) => left = rest,
            None => return Some(candidate.lane),
        }
    }
    unreachable!("a draw below the sum of the weights falls into one of them")
}

impl Staff {
    /// How long an answer takes: uniform from `service_min` to `service_max`; `word` is a uniform draw.
    pub fn service(&self, word: u64) -> Span {
        let width = self.service_max.0.saturating_sub(self.service_min.0);
        Span(self.service_min.0 + below(word, width.saturating_add(1)))
    }
}
