//! Which of a rung's lanes takes a call, and what an error of one lane means for the others; and how long staff take.
//!
//! A route sees a read-only [`View`] of the rung's lanes (weights, which of them are open, calls in flight, prices) and
//! names a place. Lanes of weight 0 and those that are not open are never chosen, whatever the route. At a tie the lane
//! with the lower id goes first, so no order of configuration decides anything in silence.
//!
//! | route | takes |
//! |---|---|
//! | [`weighted`] | one at random, by weight |
//! | [`least_in_flight`] | the one with the fewest calls under way |
//! | [`cheapest`] | the one on which this request can cost least |
//! | [`power_of_two`] | of two distinct ones drawn at random, the one with fewer calls under way |

pub mod cheapest;
pub mod least_in_flight;
pub mod power_of_two;
pub mod weighted;

use crate::settings::{Route, Staff, WeightedLane};
use rushhour_base::draw::below;
use rushhour_base::{Money, Span};

/// What a route may look at: the lanes of one rung, as they are now. Places are positions in [`lanes`](View::lanes).
pub trait View {
    /// The lanes and their weights.
    fn lanes(&self) -> &[WeightedLane];
    /// Whether a lane is healthy and was not tried yet.
    fn is_open(&self, place: usize) -> bool;
    /// How many calls of this fleet are under way on a lane.
    fn in_flight(&self, place: usize) -> u32;
    /// The most that this request can cost on a lane.
    fn price(&self, place: usize) -> Money;
}

/// The places that a route may choose from: open, and with a weight.
pub(crate) fn candidates<V: View>(view: &V) -> impl Iterator<Item = usize> + Clone + '_ {
    (0..view.lanes().len()).filter(|&place| view.lanes()[place].weight > 0 && view.is_open(place))
}

/// The place of the lane that takes the call; `None` if no lane is open. `words` are uniform draws.
pub fn choose<V: View>(route: Route, view: &V, words: [u64; 2]) -> Option<usize> {
    match route {
        Route::Weighted => weighted::choose(view.lanes(), |place| view.is_open(place), words[0]),
        Route::LeastInFlight => least_in_flight::choose(view),
        Route::Cheapest => cheapest::choose(view),
        Route::PowerOfTwo => power_of_two::choose(view, words),
    }
}

impl Staff {
    /// How long an answer takes: uniform from `service_min` to `service_max`; `word` is a uniform draw.
    pub fn service(&self, word: u64) -> Span {
        let width = self.service_max.0.saturating_sub(self.service_min.0);
        Span(self.service_min.0 + below(word, width.saturating_add(1)))
    }
}

#[cfg(test)]
mod tests;
