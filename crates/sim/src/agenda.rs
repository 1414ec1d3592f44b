//! What is due, in a total order: by time, then by order of scheduling.
//!
//! A four-ary heap of packed keys, with slots to cancel by. A cancelled entry stays in the heap as a tombstone; once
//! two thirds are tombstones the heap is rebuilt without them, so timeouts that never fire cost little (a minute-long
//! timeout on each of a hundred calls a second would otherwise keep six thousand dead entries).

use dary_heap::QuaternaryHeap;
use rushhour_base::Instant;
use std::cmp::Reverse;

/// What happens when a time comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// This task is polled.
    Task(u32),
    /// This agent asks.
    Arrival(u32),
    /// The one with this number, who got no answer, asks again.
    Return(u32),
    /// A fault of the world begins or ends.
    World,
}

/// Names an entry of the agenda until it fires or is cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timer {
    slot: u32,
    order: u64,
}

/// All that is due.
///
/// ```
/// use rushhour_base::Instant;
/// use rushhour_sim::agenda::{Agenda, Due};
/// let mut agenda = Agenda::default();
/// agenda.schedule(Instant(5), Due::Task(1));
/// let second = agenda.schedule(Instant(5), Due::Task(2));
/// agenda.schedule(Instant(3), Due::Arrival(7));
/// agenda.cancel(second);
/// assert_eq!(agenda.pop(), Some((Instant(3), Due::Arrival(7))));
/// assert_eq!(agenda.pop(), Some((Instant(5), Due::Task(1))));
/// assert_eq!(agenda.pop(), None);
/// ```
#[derive(Debug, Default)]
pub struct Agenda {
    heap: QuaternaryHeap<Reverse<u128>>,
    slots: Vec<Slot>,
    free: Vec<u32>,
    scheduled: u64,
    tombstones: usize,
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    /// The order number of the entry that lives here; zero for none.
    order: u64,
    due: Due,
}

/// Key: 64 bits of time, 38 of order, 26 of slot.
const SLOT_BITS: u32 = 26;
const ORDER_BITS: u32 = 38;
/// Below this size a rebuild is not worth its while.
const SMALL: usize = 64;

impl Agenda {
    /// Puts `due` on the agenda at `at`.
    #[inline]
    pub fn schedule(&mut self, at: Instant, due: Due) -> Timer {
        self.scheduled += 1;
        let order = self.scheduled;
        assert!(order >> ORDER_BITS == 0, "a run schedules at most 2^38 timers");
        let slot = match self.free.pop() {
            Some(slot) => {
                self.slots[slot as usize] = Slot { order, due };
                slot
            }
            None => {
                self.slots.push(Slot { order, due });
                let slot = self.slots.len() as u32 - 1;
                assert!(slot >> SLOT_BITS == 0, "a run has at most 2^26 timers at once");
                slot
            }
        };
        self.heap.push(Reverse(key(at, order, slot)));
        Timer { slot, order }
    }

    /// Takes an entry off the agenda; does nothing if it has fired.
    #[inline]
    pub fn cancel(&mut self, timer: Timer) {
        let slot = &mut self.slots[timer.slot as usize];
        if slot.order != timer.order {
            return;
        }
        slot.order = 0;
        self.free.push(timer.slot);
        self.tombstones += 1;
        if self.tombstones * 3 > self.heap.len() * 2 && self.heap.len() > SMALL {
            self.sweep();
        }
    }

    /// What is due next, and when.
    #[inline]
    pub fn pop(&mut self) -> Option<(Instant, Due)> {
        while let Some(Reverse(key)) = self.heap.pop() {
            let slot = (key as u32) & ((1 << SLOT_BITS) - 1);
            let entry = &mut self.slots[slot as usize];
            if entry.order == order_of(key) {
                entry.order = 0;
                self.free.push(slot);
                return Some((Instant((key >> 64) as u64), entry.due));
            }
            self.tombstones -= 1;
        }
        None
    }

    /// Entries that are still due.
    pub fn len(&self) -> usize {
        self.heap.len() - self.tombstones
    }

    /// Whether nothing is due any more.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[cold]
    fn sweep(&mut self) {
        let mut keys = std::mem::take(&mut self.heap).into_vec();
        keys.retain(|Reverse(key)| {
            let slot = (*key as u32) & ((1 << SLOT_BITS) - 1);
            self.slots[slot as usize].order == order_of(*key)
        });
        self.heap = keys.into();
        self.tombstones = 0;
    }
}

#[inline]
fn key(at: Instant, order: u64, slot: u32) -> u128 {
    u128::from(at.0) << 64 | u128::from(order) << SLOT_BITS | u128::from(slot)
}

#[inline]
fn order_of(key: u128) -> u64 {
    (key as u64) >> SLOT_BITS
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn equal_times_fire_in_the_order_of_scheduling() {
        let mut agenda = Agenda::default();
        for task in 0..100 {
            agenda.schedule(Instant(9), Due::Task(task));
        }
        let fired: Vec<Due> = std::iter::from_fn(|| agenda.pop()).map(|(_, due)| due).collect();
        assert_eq!(fired, (0..100).map(Due::Task).collect::<Vec<_>>());
    }

    proptest! {
        #![proptest_config(ProptestConfig {
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(20_260_311),
        ..ProptestConfig::default()
    })]

        /// The agenda is a sorted list, however timers are set and cancelled in between.
        #[test]
        fn it_fires_what_a_sorted_list_would(steps in prop::collection::vec((0u64..50, 0u8..4), 1..400)) {
            let (mut agenda, mut model, mut live) = (Agenda::default(), Vec::new(), Vec::new());
            for (number, (at, what)) in (0u32..).zip(steps) {
                if what == 0 && !live.is_empty() {
                    let (timer, name) = live.swap_remove(at as usize % live.len());
                    agenda.cancel(timer);
                    agenda.cancel(timer);
                    model.retain(|&(_, n)| n != name);
                } else {
                    live.push((agenda.schedule(Instant(at), Due::Task(number)), number));
                    model.push((at, number));
                }
                prop_assert_eq!(agenda.len(), model.len());
            }
            model.sort_unstable();
            let fired: Vec<_> = std::iter::from_fn(|| agenda.pop()).collect();
            let expected: Vec<_> = model.into_iter().map(|(at, n)| (Instant(at), Due::Task(n))).collect();
            prop_assert_eq!(fired, expected);
        }
    }
}
