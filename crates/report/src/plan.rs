//! How much of something a scenario bears before it breaks a limit: the search, its answer, and what is told beside it.
//!
//! # How the answer is found
//! A key takes values from an ascending axis. Every replication, a run under a seed of its own that is the same at all
//! values (common random numbers), has an answer of its own: the last value before the first at which it breaks a
//! limit. A coarse grid over the whole axis finds about where that is, and halving finds it to the step. The grid
//! reaches beyond the answer, so that a value that holds beyond one that broke is seen and named: an *island*. The
//! answer never counts islands: below it, all that was tried holds.
//!
//! # How sure it is
//! The answers of the replications do not depend on each other. Their mean, rounded down to a step, is the answer, and
//! Student's t gives its interval (see [`interval`](crate::interval)). Where a mean makes no sense, because the values
//! are a list or a replication held or broke everywhere, the answer is the lower median, and the interval is that from
//! the smallest to the largest answer, which covers the median with probability `1 − 2^(1−n)` (H. A. David and
//! H. N. Nagaraja, "Order Statistics", 7.1). The value that holds in every replication is told beside it.
//!
//! # What counts as broken
//! A run holds if it keeps every limit. A limit that cannot be decided is not kept; how many answers hang on one is
//! told.

mod answer;
mod probe;
mod search;

pub use answer::{Answer, Found, Method, Spread};
pub use probe::{Bill, Breaking, Curve, HeadRoom, Point, Probe};
pub use search::{Edge, Island, Search, Seek, Trial};

/// A finished search and all that its page says.
pub struct Plan<'a> {
    /// The scenario's name, its question, and the variant whose policy was tried.
    pub scenario: &'a rushhour_base::RunHeader,
    /// The key that was varied.
    pub key: &'a str,
    /// Which end was sought.
    pub seek: Seek,
    /// The place of the last value of the axis.
    pub last: u64,
    /// What value a place of the axis is, as a scenario writes it.
    pub label: &'a dyn Fn(u64) -> String,
    /// The answer, of every replication and of all together.
    pub found: Outcome,
    /// The same on other published tiers.
    pub what_if: Vec<WhatIf>,
    /// How many simulations it took.
    pub runs: u64,
    /// The command that repeats it.
    pub command: String,
}

/// What a search came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The answer.
    pub answer: Answer,
    /// The answer of every replication.
    pub edges: Vec<Edge>,
    /// Values that held beyond one that broke.
    pub islands: Vec<Island>,
    /// Every value that was tried, ascending.
    pub points: Vec<Point>,
}

/// The answer on another tier.
#[derive(Clone, Debug, PartialEq)]
pub struct WhatIf {
    /// The provider.
    pub provider: String,
    /// The tier that the scenario names.
    pub from: String,
    /// The tier that was tried instead.
    pub to: String,
    /// What came of it.
    pub outcome: Outcome,
}

impl Plan<'_> {
    /// The values at which every replication was run, ascending: means of fewer would mix luck with load.
    pub fn curve(&self) -> impl Iterator<Item = &Point> {
        let all = self.found.edges.len();
        self.found.points.iter().filter(move |point| point.probes.len() == all)
    }
}

impl Outcome {
    /// The tried value at which the answer stands; `None` if there is no answer.
    pub fn point(&self) -> Option<&Point> {
        let place = self.answer.place()?;
        self.points.iter().find(|point| point.place == place)
    }

    /// What broke first, replication by replication.
    pub fn breaking(&self) -> Breaking {
        Breaking::of(&self.edges, &self.points)
    }
}
