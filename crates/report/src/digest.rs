//! One number for a whole run: two runs with the same digest did the same things at the same times.

use rushhour_base::{Event, Fields, FleetId, Instant, Money, Record, Sink, Truth};
use xxhash_rust::xxh3::Xxh3;

/// A 128-bit hash (XXH3, Y. Collet) over the fixed-width integers of every record, in their total order.
///
/// A record enters as its time, its kind's number, for events the fleet, and its fields in order: 64-bit little-endian
/// integers, 128-bit ones for money, the number of a word for words. Names, floats and facts of the machine stay out.
/// The kind's number says how many bytes follow, so no two sequences of records look alike.
///
/// ```
/// use rushhour_base::{CallId, Instant, QuotaId, Sink, Truth};
/// use rushhour_report::digest::{Digest, hex};
/// let mut digest = Digest::default();
/// digest.truth(Instant(5), &Truth::Released { call: CallId(1), quota: QuotaId(0) });
/// assert_eq!(hex(digest.finish()).len(), 32);
/// ```
pub struct Digest {
    hash: Xxh3,
    buffer: Box<[u8; BUFFER]>,
    used: usize,
}

/// A digest as reports print it: 32 hex digits.
pub fn hex(digest: u128) -> String {
    format!("{digest:032x}")
}

impl Default for Digest {
    fn default() -> Digest {
        Digest { hash: Xxh3::new(), buffer: Box::new([0; BUFFER]), used: 0 }
    }
}

impl Digest {
    /// The hash of all records so far.
    pub fn finish(mut self) -> u128 {
        self.flush();
        self.hash.digest128()
    }

    #[inline]
    fn begin(&mut self, at: Instant, code: u64) {
        if self.used > BUFFER - LARGEST_RECORD {
            self.flush();
        }
        self.put(at.0);
        self.put(code);
    }

    #[inline(always)]
    fn put(&mut self, value: u64) {
        self.put_bytes(value.to_le_bytes());
    }

    #[inline(always)]
    fn put_bytes<const N: usize>(&mut self, bytes: [u8; N]) {
        let end = self.used + N;
        self.buffer[self.used..end].copy_from_slice(&bytes);
        self.used = end;
    }

    fn flush(&mut self) {
        self.hash.update(&self.buffer[..self.used]);
        self.used = 0;
    }
}

impl Sink for Digest {
    #[inline]
    fn event(&mut self, at: Instant, fleet: FleetId, event: &Event) {
        self.begin(at, event.code());
        self.put(u64::from(fleet.0));
        event.visit(self);
    }

    #[inline]
    fn truth(&mut self, at: Instant, truth: &Truth) {
        self.begin(at, truth.code());
        truth.visit(self);
    }
}

impl Fields for Digest {
    #[inline(always)]
    fn integer(&mut self, _: &'static str, value: u64) {
        self.put(value);
    }
    #[inline(always)]
    fn money(&mut self, _: &'static str, value: Money) {
        self.put_bytes(value.0.to_le_bytes());
    }
    #[inline(always)]
    fn word(&mut self, _: &'static str, code: u64, _: &'static str) {
        self.put(code);
    }
}

const BUFFER: usize = 8_192;
/// No record comes near this many bytes; a test holds the largest kinds against it.
const LARGEST_RECORD: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::{clean_run, replay};
    use rushhour_base::{CallId, QuotaId};

    fn released(call: u64) -> Truth {
        Truth::Released { call: CallId(call), quota: QuotaId(0) }
    }

    fn digest_of(records: &[(u64, Truth)]) -> u128 {
        let mut digest = Digest::default();
        records.iter().for_each(|(at, truth)| digest.truth(Instant(*at), truth));
        digest.finish()
    }

    /// The bytes are those of the description above, hashed in one piece by the library itself.
    #[test]
    fn the_bytes_are_the_described_ones() {
        let bytes: Vec<u8> = [9u64, 103, 7, 0].into_iter().flat_map(u64::to_le_bytes).collect();
        assert_eq!(digest_of(&[(9, released(7))]), xxhash_rust::xxh3::xxh3_128(&bytes));
    }

    #[test]
    fn everything_counts() {
        let base = digest_of(&[(1, released(1)), (1, released(2))]);
        assert_eq!(base, digest_of(&[(1, released(1)), (1, released(2))]));
        assert_ne!(base, digest_of(&[(1, released(2)), (1, released(1))]), "the order");
        assert_ne!(base, digest_of(&[(1, released(1)), (2, released(2))]), "the time");
        assert_ne!(base, digest_of(&[(1, released(1)), (1, released(3))]), "a field");
        assert_ne!(base, digest_of(&[(1, released(1))]), "the number");
    }

    #[test]
    fn buffering_changes_nothing() {
        let records: Vec<(u64, Truth)> = (0..2_000).map(|n| (n, released(n))).collect();
        let bytes: Vec<u8> = (0..2_000u64).flat_map(|n| [n, 103, n, 0]).flat_map(u64::to_le_bytes).collect();
        assert_eq!(digest_of(&records), xxhash_rust::xxh3::xxh3_128(&bytes));
    }

    #[test]
    fn no_record_outgrows_its_room() {
        struct Widest(usize);
        impl Sink for Widest {
            fn event(&mut self, at: Instant, fleet: FleetId, event: &Event) {
                let mut digest = Digest::default();
                digest.event(at, fleet, event);
                self.0 = self.0.max(digest.used);
            }
            fn truth(&mut self, _: Instant, _: &Truth) {}
        }
        let mut widest = Widest(0);
        replay(&clean_run(), &mut widest);
        assert!((64..=LARGEST_RECORD).contains(&widest.0), "{} bytes", widest.0);
    }
}
