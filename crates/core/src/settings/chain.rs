//! Who answers, in order.

use rushhour_base::{LaneId, Money, Ratio, Rung, Span};

/// One rung of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RungPolicy {
    /// Which rung.
    pub rung: Rung,
    /// Who answers there.
    pub answered_by: Answerer,
}

/// Who answers on a rung.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answerer {
    /// Lanes, chosen at random by weight among the healthy ones. At least one weight is above zero.
    Models(Vec<WeightedLane>),
    /// Rules or people.
    Staff(Staff),
}

/// A lane and how often it is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WeightedLane {
    /// Which lane.
    pub lane: LaneId,
    /// Its weight among the lanes of the rung.
    pub weight: u32,
}

/// Rules or people: they too have a price, a capacity and a pace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Staff {
    /// Their place in the list of lanes.
    pub lane: LaneId,
    /// What one answer costs.
    pub cost: Money,
    /// How many answers they work on at once. Above zero.
    pub capacity: u32,
    /// The shortest time an answer takes.
    pub service_min: Span,
    /// The longest; in between it is uniform.
    pub service_max: Span,
    /// The share of requests that they can answer at all.
    pub answers: Ratio,
    /// How many requests may wait for them.
    pub max_waiting: u32,
    /// How long a request waits for them.
    pub max_wait: Span,
}
