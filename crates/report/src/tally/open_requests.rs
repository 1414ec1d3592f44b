//! How many requests are open: the average over time, and the most.

use crate::report::OpenRequests;
use rushhour_base::{Instant, RunHeader};

pub(super) struct OpenTally {
    now: u64,
    max: u64,
    /// Up to when the time is accounted for; not before the end of the warm-up.
    since: Instant,
    horizon: Instant,
    /// Requests times nanoseconds.
    area: u128,
    measured_ns: u64,
}

impl OpenTally {
    pub(super) fn new(header: &RunHeader) -> OpenTally {
        OpenTally {
            now: 0,
            max: 0,
            since: Instant(header.warmup.0),
            horizon: Instant(header.horizon.0),
            area: 0,
            measured_ns: header.horizon.0.saturating_sub(header.warmup.0),
        }
    }

    #[inline]
    pub(super) fn arrived(&mut self, at: Instant) {
        self.pass(at);
        self.now += 1;
        self.max = self.max.max(self.now);
    }

    #[inline]
    pub(super) fn ended(&mut self, at: Instant) {
        self.pass(at);
        self.now = self.now.saturating_sub(1);
    }

    pub(super) fn finish(mut self) -> OpenRequests {
        self.pass(self.horizon);
        let mean = (self.measured_ns > 0).then(|| self.area as f64 / self.measured_ns as f64);
        OpenRequests { mean, max: self.max }
    }

    #[inline]
    fn pass(&mut self, at: Instant) {
        let until = at.min(self.horizon);
        if until > self.since {
            self.area += u128::from(until.since(self.since).0) * u128::from(self.now);
            self.since = until;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rushhour_base::Span;
    use rushhour_base::time::SECOND;

    fn at(seconds: u64) -> Instant {
        Instant(seconds * SECOND)
    }

    /// One request from second 1 to 9 and one from 3 to beyond the horizon, of ten seconds.
    fn check(warmup: u64, mean: f64) {
        let header =
            RunHeader { horizon: Span::secs(10), warmup: Span::secs(warmup), ..crate::script::header() };
        let mut open = OpenTally::new(&header);
        open.arrived(at(1));
        open.arrived(at(3));
        open.ended(at(9));
        let seen = open.finish();
        assert_eq!((seen.mean, seen.max), (Some(mean), 2), "warm-up of {warmup} s");
    }

    #[test]
    fn the_average_is_over_the_time_that_is_measured() {
        check(0, (8.0 + 7.0) / 10.0);
        check(2, (7.0 + 7.0) / 8.0);
        check(5, (4.0 + 5.0) / 5.0);
        check(9, 1.0);
    }
}
