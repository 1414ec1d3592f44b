//! A table of what is open: requests, calls. Its size follows what is open at once, never what has passed.
//!
//! A plain open-addressing table with linear probing, because it is on the path of every record: a lookup is one
//! multiplication and usually one cache line. It has no order that anyone could see; whoever lists it sorts first.

/// Values by a 64-bit name, for as long as they are open.
#[derive(Clone, Debug)]
pub(crate) struct Open<V> {
    slots: Vec<Option<(u64, V)>>,
    count: usize,
}

impl<V> Open<V> {
    pub(crate) fn new() -> Open<V> {
        Open { slots: std::iter::repeat_with(|| None).take(SMALLEST).collect(), count: 0 }
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, key: u64) -> Option<&mut V> {
        let slot = self.find(key);
        self.slots[slot].as_mut().map(|(_, value)| value)
    }

    /// The value of `key`, made by `new` if there is none.
    #[inline]
    pub(crate) fn entry(&mut self, key: u64, new: impl FnOnce() -> V) -> &mut V {
        let mut slot = self.find(key);
        if self.slots[slot].is_none() {
            if (self.count + 1) * 2 > self.slots.len() {
                self.grow();
                slot = self.find(key);
            }
            self.count += 1;
        }
        &mut self.slots[slot].get_or_insert_with(|| (key, new())).1
    }

    /// Takes the value of `key` out and closes the gap, so that a probe never has to step over a grave.
    #[inline]
    pub(crate) fn remove(&mut self, key: u64) -> Option<V> {
        let mut gap = self.find(key);
        let (_, value) = self.slots[gap].take()?;
        self.count -= 1;
        let mask = self.slots.len() - 1;
        let mut next = (gap + 1) & mask;
        while let Some((other, _)) = &self.slots[next] {
            let home = self.home(*other);
            if (next.wrapping_sub(home) & mask) >= (next.wrapping_sub(gap) & mask) {
                self.slots.swap(gap, next);
                gap = next;
            }
            next = (next + 1) & mask;
        }
        Some(value)
    }

    /// All that is open, sorted by name.
    pub(crate) fn into_sorted(self) -> Vec<(u64, V)> {
        let mut all: Vec<(u64, V)> = self.slots.into_iter().flatten().collect();
        all.sort_by_key(|(key, _)| *key);
        all
    }

    #[inline]
    fn home(&self, key: u64) -> usize {
        let mixed = (key ^ (key >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed >> 32) as usize & (self.slots.len() - 1)
    }

    #[inline]
    fn find(&self, key: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = self.home(key);
        while let Some((other, _)) = &self.slots[slot] {
            if *other == key {
                break;
            }
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn grow(&mut self) {
        let wider = std::iter::repeat_with(|| None).take(self.slots.len() * 2).collect();
        for (key, value) in std::mem::replace(&mut self.slots, wider).into_iter().flatten() {
            let slot = self.find(key);
            self.slots[slot] = Some((key, value));
        }
    }
}

const SMALLEST: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #![proptest_config(ProptestConfig {
            failure_persistence: None,
            cases: 128,
            rng_seed: proptest::test_runner::RngSeed::Fixed(2),
            ..ProptestConfig::default()
        })]
        #[test]
        fn it_is_a_map(steps in proptest::collection::vec((0u64..3, 0u64..300), 1..800)) {
            let (mut table, mut map) = (Open::new(), BTreeMap::new());
            for (n, (verb, low)) in steps.into_iter().enumerate() {
                let key = (low << 32) | (low % 3);
                match verb {
                    0 => prop_assert_eq!(table.remove(key), map.remove(&key)),
                    1 => prop_assert_eq!(table.get_mut(key).copied(), map.get(&key).copied()),
                    _ => prop_assert_eq!(*table.entry(key, || n), *map.entry(key).or_insert(n)),
                }
            }
            prop_assert_eq!(table.count, map.len());
            prop_assert_eq!(table.into_sorted(), map.into_iter().collect::<Vec<_>>());
        }
    }
}
