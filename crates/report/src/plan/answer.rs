//! What the answers of the replications come to.

use super::search::{Edge, Search};
use crate::interval::Interval;

/// The answer of a search. Places are those of the axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Answer {
    /// At most half of the replications hold even the easiest value.
    Nothing,
    /// Every replication holds at the hardest value: the answer lies there or beyond.
    Everything {
        /// The hardest value.
        place: u64,
    },
    /// A value of the axis.
    Found(Found),
}

/// An answer and how sure it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    /// The value.
    pub place: u64,
    /// It is the hardest of the axis, and more than half of the replications might bear more.
    pub at_least: bool,
    /// Between which values the answer lies; `None` of one replication.
    pub spread: Option<Spread>,
    /// How it was found.
    pub method: Method,
    /// The hardest value that every replication holds; `None` if one holds nothing.
    pub safe: Option<u64>,
}

/// An interval of values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The easier end; `None` if it lies below the easiest value of the axis.
    pub easier: Option<u64>,
    /// The harder end.
    pub harder: u64,
    /// The harder end lies there or beyond the hardest value of the axis.
    pub open: bool,
    /// With which probability it covers the answer.
    pub level: f64,
}

/// How one answer was made of many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// There was but one replication.
    Single,
    /// Their mean, rounded to the easier step.
    Mean,
    /// Their lower median: they have an order and no mean, or one of them lies off the axis.
    Median,
}

/// The level of the interval around a mean.
const LEVEL: f64 = 0.95;

impl Answer {
    /// The answer of a finished search. `list` says that the values have an order and no distance.
    pub fn of(search: &Search, list: bool) -> Answer {
        let mut ranks: Vec<Option<u64>> = search.edges().iter().map(|edge| rank(search, edge)).collect();
        ranks.sort_unstable();
        let off_axis = ranks.contains(&None) || ranks.contains(&Some(search.hardest()));
        if ranks.iter().all(|rank| *rank == Some(search.hardest())) {
            return Answer::Everything { place: search.place(search.hardest()) };
        }
        if list || off_axis || ranks.len() == 1 {
            return median(search, &ranks);
        }
        mean(search, &ranks.into_iter().flatten().collect::<Vec<_>>())
    }

    /// The value, or the hardest of the axis if all hold; `None` if nothing holds.
    pub fn place(&self) -> Option<u64> {
        match self {
            Answer::Nothing => None,
            Answer::Everything { place } => Some(*place),
            Answer::Found(found) => Some(found.place),
        }
    }
}

fn rank(search: &Search, edge: &Edge) -> Option<u64> {
    match edge {
        Edge::Nothing { .. } => None,
        Edge::Everything { held } | Edge::Between { held, .. } => Some(search.rank(*held)),
    }
}

fn median(search: &Search, ascending: &[Option<u64>]) -> Answer {
    let count = ascending.len();
    let Some(rank) = ascending[(count - 1) / 2] else { return Answer::Nothing };
    let place = |rank: u64| search.place(rank);
    let harder = ascending[count - 1].unwrap_or(rank);
    let spread = Spread {
        easier: ascending[0].map(place),
        harder: place(harder),
        open: harder == search.hardest(),
        level: 1.0 - 2.0 / libm::exp2(count as f64),
    };
    Answer::Found(Found {
        place: place(rank),
        at_least: rank == search.hardest(),
        spread: (count > 1).then_some(spread),
        method: if count > 1 { Method::Median } else { Method::Single },
        safe: ascending[0].map(place),
    })
}

fn mean(search: &Search, ascending: &[u64]) -> Answer {
    let values: Vec<f64> = ascending.iter().map(|rank| *rank as f64).collect();
    let interval = Interval::over(&values, LEVEL);
    let sum: u128 = ascending.iter().map(|rank| u128::from(*rank)).sum();
    let rank = (sum / ascending.len() as u128) as u64;
    let place = |rank: u64| search.place(rank.min(search.hardest()));
    let spread = interval.map(|Interval { mean, half_width, .. }| Spread {
        easier: (mean >= half_width).then(|| place((mean - half_width) as u64)),
        harder: place(libm::ceil(mean + half_width) as u64),
        open: mean + half_width >= search.hardest() as f64,
        level: LEVEL,
    });
    Answer::Found(Found {
        place: place(rank),
        at_least: false,
        spread,
        method: Method::Mean,
        safe: ascending.first().map(|rank| place(*rank)),
    })
}

#[cfg(test)]
mod tests;
