//! Lists that a long run cannot make long.

/// A list of which only the first thousand entries are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounded<T> {
    /// The first entries.
    pub first: Vec<T>,
    /// How many more there were.
    pub left_out: u64,
}

impl<T> Bounded<T> {
    /// Keeps `entry` if there is still room.
    pub fn push(&mut self, entry: T) {
        if self.first.len() < KEPT { self.first.push(entry) } else { self.left_out += 1 }
    }

    /// How many entries there were, kept or not.
    pub fn count(&self) -> u64 {
        self.first.len() as u64 + self.left_out
    }
}

impl<T> Default for Bounded<T> {
    fn default() -> Bounded<T> {
        Bounded { first: Vec::new(), left_out: 0 }
    }
}

const KEPT: usize = 1_000;
