//! Who answers, in order.

use rushhour_base::{LaneId, Money, Ratio, Rung, Span};

/// One rung of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RungPolicy {
    /// Which rung.
    pub rung: Rung,
    /// Who answers there.
    pub answered_by: Answerer,
    /// Which of its lanes takes a call; without effect for rules and people.
    pub route: Route,
}

/// Which of a rung's lanes takes a call. Lanes of weight 0 never do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Route {
    /// At random, by weight.
    #[default]
    Weighted,
    /// The one with the fewest calls of this fleet under way.
    LeastInFlight,
    /// The one on which the request can cost least.
    Cheapest,
    /// Of two drawn at random, the one with fewer calls of this fleet under way.
    PowerOfTwo,
}

/// Requests up to a difficulty that try lanes of their own before those of the first rung.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassPolicy {
    /// The most difficult request of the class, from 0 to 100. A request belongs to the first class that takes it.
    pub up_to: u8,
    /// The lanes that it tries first.
    pub lanes: Vec<WeightedLane>,
    /// Which of them takes a call.
    pub route: Route,
}

/// Who answers on a rung.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answerer {
    /// Lanes, chosen by the rung's route among the healthy ones. At least one weight is above zero.
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
