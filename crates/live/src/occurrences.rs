//! How often a body has come: the number of the attempt, where nobody says it.

use std::collections::BTreeMap;

/// Counts bodies by their hash, in bounded memory: of two generations, the older is forgotten when the younger is full. A body
/// that is forgotten begins anew.
#[derive(Debug, Default)]
pub(crate) struct Occurrences {
    young: BTreeMap<u64, u16>,
    old: BTreeMap<u64, u16>,
}

impl Occurrences {
    /// How often `body` had come before.
    pub(crate) fn count(&mut self, body: u64) -> u16 {
        if let Some(times) = self.young.get_mut(&body) {
            *times = times.saturating_add(1);
            return *times;
        }
        let times = self.old.get(&body).map_or(0, |times| times.saturating_add(1));
        if self.young.len() >= GENERATION {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(body, times);
        times
    }
}

/// Bodies of one generation.
const GENERATION: usize = 1 << 17;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_counted_and_memory_is_bounded() {
        let mut seen = Occurrences::default();
        assert_eq!([7, 7, 8, 7].map(|body| seen.count(body)), [0, 1, 0, 2]);
        (100..100 + GENERATION as u64).for_each(|body| assert_eq!(seen.count(body), 0));
        assert_eq!(seen.count(7), 3, "the older generation is still known");
        (0..3 * GENERATION as u64).for_each(|body| assert_eq!(seen.count(1 << 40 | body), 0));
        assert!(seen.young.len() + seen.old.len() <= 2 * GENERATION);
        assert_eq!(seen.count(8), 0, "forgotten");
    }
}
