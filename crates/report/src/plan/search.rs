//! Which value to try next: a coarse grid, then halving, for each replication by itself.

use std::collections::BTreeMap;

/// Which end of the values that hold is sought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seek {
    /// The largest: more is harder, as of agents.
    Largest,
    /// The smallest: less is harder, as of a quota.
    Smallest,
}

/// One run to make: a value by its place on the axis, under the seed of a replication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Trial {
    /// The place of the value on the axis, from 0.
    pub place: u64,
    /// The replication, from 0.
    pub replication: u32,
}

/// What one replication bears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// Not even the easiest value; its place.
    Nothing {
        /// Where it broke.
        broken: u64,
    },
    /// Everything that was tried; the place of the hardest value.
    Everything {
        /// The hardest value of the axis.
        held: u64,
    },
    /// Up to a value, and no further.
    Between {
        /// The last value that held.
        held: u64,
        /// The first that did not.
        broken: u64,
    },
}

/// A value that held although an easier one broke in the same replication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Island {
    /// The place of the value.
    pub place: u64,
    /// In how many replications.
    pub replications: u32,
}

/// A search over an axis, by asking [`Search::wanted`] and answering with [`Search::tell`] until nothing is wanted.
/// What it asks depends on nothing but the answers, so any number of runs may be under way at once.
///
/// ```
/// use rushhour_report::plan::{Edge, Search, Seek};
/// let mut search = Search::new(Seek::Largest, 1_000, 2, 9);
/// loop {
///     let trials = search.wanted();
///     if trials.is_empty() {
///         break;
///     }
///     trials.into_iter().for_each(|trial| search.tell(trial, trial.place <= 137));
/// }
/// assert_eq!(search.edges(), [Edge::Between { held: 137, broken: 138 }; 2]);
/// ```
#[derive(Clone, Debug)]
pub struct Search {
    seek: Seek,
    values: u64,
    grid: Vec<u64>,
    /// What held, by replication and rank: the place counted from the easiest value.
    tried: Vec<BTreeMap<u64, bool>>,
}

impl Search {
    /// A search over `values` places, at least one, that begins with a grid of `grid` of them, both ends included.
    pub fn new(seek: Seek, values: u64, replications: u32, grid: u64) -> Search {
        let (last, parts) = (values.max(1) - 1, grid.max(2) - 1);
        let rank = |part: u64| (u128::from(last) * u128::from(part) / u128::from(parts)) as u64;
        let mut grid: Vec<u64> = (0..=parts).map(rank).collect();
        grid.dedup();
        Search { seek, values: last + 1, grid, tried: vec![BTreeMap::new(); replications.max(1) as usize] }
    }

    /// The runs that the search needs next, in a fixed order; none when it is over.
    pub fn wanted(&self) -> Vec<Trial> {
        let of_grid = self.grid.iter().flat_map(|rank| self.untried(*rank)).collect::<Vec<_>>();
        if !of_grid.is_empty() {
            return of_grid;
        }
        let halving = |(replication, tried): (usize, &BTreeMap<u64, bool>)| {
            let (held, broken) = bracket(tried);
            let (held, broken) = (held?, broken?);
            (broken - held > 1).then(|| self.trial(held + (broken - held) / 2, replication))
        };
        self.tried.iter().enumerate().filter_map(halving).collect()
    }

    /// The runs of a place that were not made yet: what is to be told of a value is told of all replications.
    pub fn missing(&self, place: u64) -> Vec<Trial> {
        self.untried(self.rank(place))
    }

    /// Takes up what became of a run.
    pub fn tell(&mut self, trial: Trial, held: bool) {
        let rank = self.rank(trial.place);
        self.tried[trial.replication as usize].insert(rank, held);
    }

    /// What every replication bears, by all that was tried.
    pub fn edges(&self) -> Vec<Edge> {
        let edge = |tried: &BTreeMap<u64, bool>| match bracket(tried) {
            (None, broken) => Edge::Nothing { broken: self.place(broken.unwrap_or(0)) },
            (Some(held), None) => Edge::Everything { held: self.place(held) },
            (Some(held), Some(broken)) => {
                Edge::Between { held: self.place(held), broken: self.place(broken) }
            }
        };
        self.tried.iter().map(edge).collect()
    }

    /// Values that held beyond one that broke, from the easiest.
    pub fn islands(&self) -> Vec<Island> {
        let mut ranks: BTreeMap<u64, u32> = BTreeMap::new();
        for tried in &self.tried {
            let beyond = tried.iter().skip_while(|(_, held)| **held).filter(|(_, held)| **held);
            beyond.for_each(|(rank, _)| *ranks.entry(*rank).or_default() += 1);
        }
        let island = |(rank, replications)| Island { place: self.place(rank), replications };
        ranks.into_iter().map(island).collect()
    }

    /// The place that is so many steps from the easiest value, and the other way round.
    pub(super) fn place(&self, rank: u64) -> u64 {
        self.rank(rank)
    }

    pub(super) fn rank(&self, place: u64) -> u64 {
        match self.seek {
            Seek::Largest => place,
            Seek::Smallest => self.values - 1 - place,
        }
    }

    /// The rank of the hardest value.
    pub(super) fn hardest(&self) -> u64 {
        self.values - 1
    }

    fn untried(&self, rank: u64) -> Vec<Trial> {
        let untried = self.tried.iter().enumerate().filter(|(_, tried)| !tried.contains_key(&rank));
        untried.map(|(replication, _)| self.trial(rank, replication)).collect()
    }

    fn trial(&self, rank: u64, replication: usize) -> Trial {
        Trial { place: self.place(rank), replication: replication as u32 }
    }
}

/// The last rank before the first that broke, and that one; `None` where there is no such.
fn bracket(tried: &BTreeMap<u64, bool>) -> (Option<u64>, Option<u64>) {
    let held = tried.iter().take_while(|(_, held)| **held).last().map(|(rank, _)| *rank);
    (held, tried.iter().find(|(_, held)| !**held).map(|(rank, _)| *rank))
}
