//! State by number, for as long as there is something to remember.
//!
//! Numbers of users and sources are dense, so finding one is an index into a table of four bytes a number. The states
//! lie side by side; each decision also looks at two of them in turn and forgets what has become idle, so memory follows
//! those who asked of late, and no decision ever sweeps them all.

/// States by number. The default is what holds for a number never seen.
#[derive(Clone, Debug)]
pub(super) struct Subjects<T> {
    /// For each number up to the largest seen: the place of its state, counted from one; 0 for none.
    places: Vec<u32>,
    states: Vec<(u32, T)>,
    hand: usize,
}

impl<T> Default for Subjects<T> {
    fn default() -> Subjects<T> {
        Subjects { places: Vec::new(), states: Vec::new(), hand: 0 }
    }
}

impl<T: Default> Subjects<T> {
    /// The state of a number, made if there is none.
    #[inline]
    pub(super) fn of(&mut self, number: u32) -> &mut T {
        let index = number as usize;
        if self.places.len() <= index {
            self.places.resize(index + 1, 0);
        }
        if self.places[index] == 0 {
            self.states.push((number, T::default()));
            self.places[index] =
                u32::try_from(self.states.len()).expect("there are fewer states than numbers");
        }
        &mut self.states[self.places[index] as usize - 1].1
    }

    /// Looks at the next two states and forgets those of which `idle` says so; it is told the number.
    #[inline]
    pub(super) fn forget_some(&mut self, mut idle: impl FnMut(u32, &mut T) -> bool) {
        for _ in 0..2 {
            let Some((number, state)) = self.states.get_mut(self.hand) else {
                self.hand = 0;
                return;
            };
            let number = *number;
            if !idle(number, state) {
                self.hand += 1;
                continue;
            }
            self.states.swap_remove(self.hand);
            self.places[number as usize] = 0;
            if let Some((moved, _)) = self.states.get(self.hand) {
                self.places[*moved as usize] = self.hand as u32 + 1;
            }
        }
    }

    /// How many are remembered.
    pub(super) fn len(&self) -> usize {
        self.states.len()
    }
}
