//! Randomness by name, never by turn.
//!
//! A draw is a pure function of (seed, purpose, subject, ordinal). Nobody owns a generator that somebody else could
//! advance, so a new draw moves nobody else's luck, and two policies meet the same world: common random numbers even
//! where they make different numbers of calls.
//!
//! One name yields the eight words of one ChaCha block with 8 rounds (D. J. Bernstein, "ChaCha, a variant of
//! Salsa20", 2008; layout of RFC 8439 with a 64-bit counter): the name is the key, the counter is zero. The block
//! function stands here, a dozen lines, because general generators compute four blocks ahead and a keyed draw
//! needs one; a test holds it equal to `rand_chacha`.

/// The one number from which a run grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seed(pub u64);

/// What a draw decides. Its value is a hash of its name, so purposes need no numbering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Purpose(u64);

/// The eight uniform words of one named draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words([u64; 8]);

impl Purpose {
    /// A purpose by its name (64-bit FNV-1a, computed at compile time).
    pub const fn named(name: &str) -> Purpose {
        let (bytes, mut hash, mut i) = (name.as_bytes(), 0xcbf2_9ce4_8422_2325_u64, 0);
        while i < bytes.len() {
            hash = (hash ^ bytes[i] as u64).wrapping_mul(0x0100_0000_01b3);
            i += 1;
        }
        Purpose(hash)
    }

    /// The hash of the name, for subjects that are named rather than numbered.
    pub const fn key(self) -> u64 {
        self.0
    }
}

impl Seed {
    /// The draw of `purpose` for `subject`, number `ordinal`.
    ///
    /// ```
    /// use rushhour_base::{Purpose, Seed};
    /// const ARRIVALS: Purpose = Purpose::named("arrivals");
    /// let first = Seed(7).draw(ARRIVALS, 3, 0);
    /// assert_eq!(first, Seed(7).draw(ARRIVALS, 3, 0)); // the same name, the same luck
    /// assert_ne!(first, Seed(7).draw(ARRIVALS, 4, 0));
    /// ```
    #[inline]
    pub fn draw(self, purpose: Purpose, subject: u64, ordinal: u64) -> Words {
        Words(chacha8_block([self.0, purpose.0, subject, ordinal]))
    }

    /// The seed of replication number `index`; replication 0 is the run itself.
    pub fn replication(self, index: u32) -> Seed {
        const REPLICATION: Purpose = Purpose::named("replication");
        if index == 0 { self } else { Seed(self.draw(REPLICATION, u64::from(index), 0).word(0)) }
    }
}

impl Words {
    /// Word `index` (0 to 7), uniform over all 64-bit values.
    #[inline]
    pub fn word(&self, index: usize) -> u64 {
        self.0[index]
    }

    /// Word `index` as a float strictly between 0 and 1, for world models only.
    #[inline]
    pub fn unit(&self, index: usize) -> f64 {
        ((self.0[index] >> 12) as f64 + 0.5) * (1.0 / (1u64 << 52) as f64)
    }
}

/// A uniform integer below `bound` from a uniform word (multiply and shift; the bias is below `bound / 2⁶⁴`).
#[inline]
pub fn below(word: u64, bound: u64) -> u64 {
    ((u128::from(word) * u128::from(bound)) >> 64) as u64
}

#[inline]
fn chacha8_block(key: [u64; 4]) -> [u64; 8] {
    let mut start = [0u32; 16];
    start[..4].copy_from_slice(&[0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574]); // "expand 32-byte k"
    for (i, word) in key.into_iter().enumerate() {
        start[4 + 2 * i] = word as u32;
        start[5 + 2 * i] = (word >> 32) as u32;
    }
    let mut s = start;
    for _ in 0..4 {
        for [a, b, c, d] in [[0, 4, 8, 12], [1, 5, 9, 13], [2, 6, 10, 14], [3, 7, 11, 15]] {
            quarter_round(&mut s, a, b, c, d);
        }
        for [a, b, c, d] in [[0, 5, 10, 15], [1, 6, 11, 12], [2, 7, 8, 13], [3, 4, 9, 14]] {
            quarter_round(&mut s, a, b, c, d);
        }
    }
    for (word, start) in s.iter_mut().zip(start) {
        *word = word.wrapping_add(start);
    }
    std::array::from_fn(|i| u64::from(s[2 * i]) | u64::from(s[2 * i + 1]) << 32)
}

#[inline(always)]
fn quarter_round(s: &mut [u32; 16], a: usize, b: usize, c: usize, d: usize) {
    for (shift_d, shift_b) in [(16, 12), (8, 7)] {
        s[a] = s[a].wrapping_add(s[b]);
        s[d] = (s[d] ^ s[a]).rotate_left(shift_d);
        s[c] = s[c].wrapping_add(s[d]);
        s[b] = (s[b] ^ s[c]).rotate_left(shift_b);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::rand_core::{Rng, SeedableRng};

    #[test]
    fn the_block_is_the_one_of_rand_chacha() {
        for n in 0..1_000u64 {
            let key = [n, n * 31, u64::MAX - n, n << 40];
            let mut bytes = [0u8; 32];
            for (i, word) in key.into_iter().enumerate() {
                bytes[i * 8..i * 8 + 8].copy_from_slice(&word.to_le_bytes());
            }
            let mut peer = rand_chacha::ChaCha8Rng::from_seed(bytes);
            assert_eq!(chacha8_block(key), std::array::from_fn(|_| peer.next_u64()));
        }
    }

    /// Whoever changes this changes every number ever published.
    #[test]
    fn the_stream_is_pinned() {
        let words = Seed(20_260_311).draw(Purpose::named("arrivals"), 17, 42);
        assert_eq!(
            (words.word(0), words.word(7)),
            (PIN_FIRST, PIN_LAST),
            "the stream changed: every stored report is now stale"
        );
    }
    const PIN_FIRST: u64 = 12_784_744_384_760_572_173;
    const PIN_LAST: u64 = 8_522_524_954_938_728_413;

    #[test]
    fn units_lie_strictly_between_zero_and_one() {
        assert!(Words([0; 8]).unit(0) > 0.0);
        assert!(Words([u64::MAX; 8]).unit(0) < 1.0);
        assert_eq!(below(u64::MAX, 10), 9);
        assert_eq!(below(0, 10), 0);
    }

    #[test]
    fn replication_zero_is_the_run_itself() {
        assert_eq!(Seed(5).replication(0), Seed(5));
        assert_ne!(Seed(5).replication(1), Seed(5).replication(2));
    }
}
