//! What was set aside for later, and what became of it.

use crate::latency::Latency;
use rushhour_base::Span;
use rushhour_base::event::Reason;

/// Requests that could wait. `requests` = drained for good + `dead_letters` + `given_up` + `waiting`, where drained for
/// good are those that ended otherwise after they were taken up, or were under way at the horizon.
#[derive(Clone, Debug, PartialEq)]
pub struct ParkingReport {
    /// Requests that were ever parked.
    pub requests: u64,
    /// How often requests were parked, those that came back included.
    pub stays: u64,
    /// How often they were taken up.
    pub drained: u64,
    /// Those that were given up for good.
    pub dead_letters: u64,
    /// Why; only what happened.
    pub dead: Vec<(Reason, u64)>,
    /// Those whose asker gave up while they were parked.
    pub given_up: u64,
    /// Those that could wait but found no room.
    pub shed: u64,
    /// Those still parked at the horizon.
    pub waiting: u64,
    /// How long ago the oldest of them was parked for the first time; `None` if there is none.
    pub oldest: Option<Span>,
    /// How long each stay took. Those still parked at the horizon count at their age.
    pub stay: Latency,
    /// How many were taken up in each hour of the run; the last may be shorter.
    pub drained_per_hour: Vec<u64>,
}

impl ParkingReport {
    /// Dead letters among requests that were ever parked; `None` if there are none.
    pub fn dead_share(&self) -> Option<f64> {
        (self.requests > 0).then(|| self.dead_letters as f64 / self.requests as f64)
    }

    /// The most that were taken up in one hour.
    pub fn busiest_hour(&self) -> u64 {
        self.drained_per_hour.iter().copied().max().unwrap_or(0)
    }
}
