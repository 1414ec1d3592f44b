//! Many small choices from one named draw.
//!
//! A text needs dozens of choices, and a named draw for each would cost more than the text. The name is drawn once; what
//! follows is SplitMix64 (G. Steele, D. Lea, C. Flood, "Fast Splittable Pseudorandom Number Generators", 2014) begun at
//! that word. Dice are made for one text and never handed on, so all of it stays a pure function of the name.

use rushhour_base::Ratio;
use rushhour_base::draw::below;

/// The choices of one text.
#[derive(Debug)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(word: u64) -> Dice {
        Dice(word)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    /// A number below `bound`, which is above zero.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        below(self.next(), bound)
    }

    /// A number from `least` to `most`.
    pub(super) fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.below(most.saturating_sub(least).saturating_add(1))
    }

    pub(super) fn holds(&mut self, share: Ratio) -> bool {
        share.holds(self.next())
    }

    /// One of several; the reader of phrases lets no empty list pass.
    pub(super) fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len() as u64) as usize]
    }
}
