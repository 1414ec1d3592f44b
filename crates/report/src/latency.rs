//! Durations as the report keeps them: one histogram of bounded size, an exact mean and maximum, and an honest mark
//! where requests were still open at the horizon.
//!
//! # Why two bounds?
//! A request that is still open has lasted at least as long as its age, and nobody knows how much longer it would
//! have taken. Leaving it out flatters; counting it at its age alone may flatter too. So a figure says both what it is
//! if the open requests ended now ([`Bounds::at_least`]) and what it is if they never ended ([`Bounds::at_most`]). With
//! two requests open out of ten thousand the two agree up to the 99.9th percentile, and the figure is simply known.

use hdrhistogram::Histogram;
use rushhour_base::Span;

/// Collects durations while a run goes on. Microseconds, three significant digits.
#[derive(Clone, Debug)]
pub struct Recorder {
    closed: Histogram<u64>,
    open: Option<Box<Histogram<u64>>>,
    sum_ns: u128,
    max: Span,
}

/// A distribution of durations. Everything but its histogram is `None` without samples.
#[derive(Clone, Debug, PartialEq)]
pub struct Latency {
    /// How many durations, those of open requests included.
    pub count: u64,
    /// How many of them belong to requests still open at the horizon, counted at their age.
    pub open: u64,
    /// The arithmetic mean, exact to the nanosecond.
    pub mean: Option<Bounds>,
    /// The percentiles of [`Statistic::PERCENTILES`], in that order, by nearest rank.
    pub percentiles: [Option<Bounds>; 5],
    /// The longest duration, exact.
    pub max: Option<Bounds>,
    /// All durations in microseconds, those of open requests at their age.
    pub histogram: Histogram<u64>,
}

/// What is known of a duration when some requests were still open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The figure with open requests counted at their age.
    pub at_least: Span,
    /// The figure if they were never answered; `None` if it then has no bound. Equal to `at_least` where nothing is open.
    pub at_most: Option<Span>,
}

/// A figure of a distribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statistic {
    /// The number of samples.
    Count,
    /// The arithmetic mean.
    Mean,
    /// The median.
    P50,
    /// The 90th percentile.
    P90,
    /// The 95th percentile.
    P95,
    /// The 99th percentile.
    P99,
    /// The 99.9th percentile.
    P999,
    /// The largest.
    Max,
}

impl Statistic {
    /// All of them, in the order of the report.
    pub const ALL: [Statistic; 8] = [
        Statistic::Count,
        Statistic::Mean,
        Statistic::P50,
        Statistic::P90,
        Statistic::P95,
        Statistic::P99,
        Statistic::P999,
        Statistic::Max,
    ];
    /// The percentiles among them.
    pub const PERCENTILES: [Statistic; 5] =
        [Statistic::P50, Statistic::P90, Statistic::P95, Statistic::P99, Statistic::P999];

    /// Its name in paths.
    pub const fn name(self) -> &'static str {
        match self {
            Statistic::Count => "count",
            Statistic::Mean => "mean",
            Statistic::P50 => "p50",
            Statistic::P90 => "p90",
            Statistic::P95 => "p95",
            Statistic::P99 => "p99",
            Statistic::P999 => "p999",
            Statistic::Max => "max",
        }
    }
}

impl Bounds {
    /// Whether open requests could still move the figure.
    pub fn is_lower_bound(self) -> bool {
        self.at_most != Some(self.at_least)
    }
}

impl Default for Recorder {
    fn default() -> Recorder {
        Recorder { closed: empty_histogram(), open: None, sum_ns: 0, max: Span::ZERO }
    }
}

impl Recorder {
    /// Counts a duration that came to its end.
    #[inline]
    pub fn record(&mut self, span: Span) {
        add(&mut self.closed, span);
        self.note(span);
    }

    /// Counts the age of a request that is still open.
    pub fn record_open(&mut self, age: Span) {
        add(self.open.get_or_insert_with(|| Box::new(empty_histogram())), age);
        self.note(age);
    }

    /// Adds all that `other` has counted.
    pub fn merge(&mut self, other: &Recorder) {
        merge_into(&mut self.closed, &other.closed);
        if let Some(open) = &other.open {
            merge_into(self.open.get_or_insert_with(|| Box::new(empty_histogram())), open);
        }
        self.sum_ns += other.sum_ns;
        self.max = self.max.max(other.max);
    }

    /// The distribution of all that was counted.
    ///
    /// ```
    /// use rushhour_base::Span;
    /// use rushhour_report::latency::{Recorder, Statistic};
    /// let mut waits = Recorder::default();
    /// (1..=100).for_each(|ms| waits.record(Span::millis(ms)));
    /// let p95 = waits.finish().get(Statistic::P95).unwrap();
    /// assert_eq!(p95.at_least.0 / 100_000, 950); // 95.0 ms, to three digits
    /// ```
    pub fn finish(&self) -> Latency {
        let mut histogram = self.closed.clone();
        let open = self.open.as_ref().map_or(0, |open| open.len());
        if let Some(ages) = &self.open {
            merge_into(&mut histogram, ages);
        }
        let count = histogram.len();
        let known = |at_least| Bounds { at_least, at_most: (open == 0).then_some(at_least) };
        let lows = ranked(&histogram, count, self.max);
        let highs = if open == 0 { lows } else { ranked(&self.closed, count, self.max) };
        let percentiles =
            std::array::from_fn(|i| lows[i].map(|low| Bounds { at_least: low, at_most: highs[i] }));
        let mean = (count > 0).then(|| known(Span((self.sum_ns / u128::from(count.max(1))) as u64)));
        Latency { count, open, mean, percentiles, max: (count > 0).then(|| known(self.max)), histogram }
    }

    fn note(&mut self, span: Span) {
        self.sum_ns += u128::from(span.0);
        self.max = self.max.max(span);
    }
}

impl Latency {
    /// A figure of the distribution; `None` without samples, and for the count.
    pub fn get(&self, statistic: Statistic) -> Option<Bounds> {
        match statistic {
            Statistic::Count => None,
            Statistic::Mean => self.mean,
            Statistic::Max => self.max,
            percentile => {
                let index = Statistic::PERCENTILES.iter().position(|p| *p == percentile)?;
                self.percentiles[index]
            }
        }
    }
}

fn empty_histogram() -> Histogram<u64> {
    Histogram::new(SIGNIFICANT_DIGITS).expect("three significant digits are within what a histogram offers")
}

fn add(histogram: &mut Histogram<u64>, span: Span) {
    let microseconds = (span.0 + 500) / 1_000;
    histogram.record(microseconds).expect("a histogram that grows by itself takes any value");
}

fn merge_into(histogram: &mut Histogram<u64>, other: &Histogram<u64>) {
    histogram.add(other).expect("a histogram that grows by itself takes any other");
}

/// The value at each percentile's rank out of `count`, by nearest rank; `None` where `histogram` has fewer samples.
/// Ranks are integers: in floating point, 99.9 % of 20,000 comes out one too high.
fn ranked(histogram: &Histogram<u64>, count: u64, max: Span) -> [Option<Span>; 5] {
    let ranks = PER_MILLE.map(|p| (u128::from(count) * p).div_ceil(1_000).max(1) as u64);
    let mut values = [None; 5];
    let (mut seen, mut next) = (0, 0);
    for step in histogram.iter_recorded() {
        seen += step.count_since_last_iteration();
        while next < ranks.len() && ranks[next] <= seen {
            values[next] = Some(Span(step.value_iterated_to().saturating_mul(1_000)).min(max));
            next += 1;
        }
    }
    values
}

const SIGNIFICANT_DIGITS: u8 = 3;
const PER_MILLE: [u128; 5] = [500, 900, 950, 990, 999];

#[cfg(test)]
mod tests {
    use super::*;

    fn near(bounds: Option<Bounds>, seconds: f64) {
        let value = bounds.expect("there are samples").at_least.as_secs_f64();
        assert!((value - seconds).abs() <= seconds * 0.001, "{value} is not {seconds} to three digits");
    }

    /// Gil Tene's example: 100 s of 1 ms calls every 10 ms, then a stall of 100 s, seen from the intended starts.
    #[test]
    fn a_stall_is_seen_by_all_who_meant_to_call_during_it() {
        let mut response = Recorder::default();
        (0..10_000).for_each(|_| response.record(Span::millis(1)));
        (1..=10_000).for_each(|n| response.record(Span::millis(n * 10)));
        let seen = response.finish();
        assert_eq!(seen.count, 20_000);
        assert_eq!(seen.mean.unwrap().at_least, Span(25_003_000_000), "the mean is exact");
        for (statistic, seconds) in [
            (Statistic::P50, 0.001),
            (Statistic::P90, 80.0),
            (Statistic::P99, 98.0),
            (Statistic::P999, 99.80),
        ] {
            near(seen.get(statistic), seconds);
        }
        assert_eq!(seen.max.unwrap().at_least, Span::secs(100));
    }

    /// 99.9 % of 20,000 is rank 19,980; floats say 19,981.
    #[test]
    fn ranks_are_integers() {
        let mut values = Recorder::default();
        (0..19_980).for_each(|_| values.record(Span::millis(1)));
        (0..20).for_each(|_| values.record(Span::secs(9)));
        near(values.finish().get(Statistic::P999), 0.001);
    }

    #[test]
    fn nothing_has_no_percentiles() {
        let none = Recorder::default().finish();
        assert_eq!((none.count, none.mean, none.percentiles, none.max), (0, None, [None; 5], None));
    }

    #[test]
    fn an_open_request_bounds_only_what_it_can_move() {
        let mut values = Recorder::default();
        (0..999).for_each(|_| values.record(Span::millis(10)));
        values.record_open(Span::millis(5));
        let seen = values.finish();
        assert!(!seen.get(Statistic::P99).unwrap().is_lower_bound(), "989 closed ones stand below rank 990");
        assert!(seen.get(Statistic::Max).unwrap().is_lower_bound());
        assert!(seen.get(Statistic::Mean).unwrap().is_lower_bound());
        assert_eq!(seen.open, 1);
    }

    #[test]
    fn merged_parts_are_the_whole() {
        let (mut left, mut right, mut whole) =
            (Recorder::default(), Recorder::default(), Recorder::default());
        for n in 1..500u64 {
            let span = Span(n * n * 7_919);
            whole.record(span);
            if n % 3 == 0 { left.record(span) } else { right.record(span) }
        }
        right.record_open(Span::secs(2));
        whole.record_open(Span::secs(2));
        left.merge(&right);
        assert_eq!(left.finish(), whole.finish());
    }
}
