//! Values kept whole: exact percentiles by nearest rank, and what a closed loop forgot to measure.
//!
//! Where a run has few values, or a figure must be exact, they are kept; [`latency`](crate::latency) folds any number
//! of them into a histogram of bounded size instead.
//!
//! # Coordinated omission
//! A client that waits for each answer before it asks again makes no call while its provider stalls, and so measures
//! the stall once instead of once for each call that it meant to make. [`Sample::corrected`] puts back what is missing,
//! as HdrHistogram does (G. Tene, "How NOT to Measure Latency", 2013): beside a value `v` longer than the intended
//! interval `i`, the values `v − i`, `v − 2i`, … down to `i`. A run of this tool needs no correction: it measures from
//! the intended start.

use rushhour_base::Ratio;

/// Values in ascending order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sample {
    values: Vec<u64>,
}

impl Sample {
    /// A sample of these values, in whatever order.
    pub fn new(mut values: Vec<u64>) -> Sample {
        values.sort_unstable();
        Sample { values }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.values.len()
    }

    /// The arithmetic mean; `None` of nothing.
    pub fn mean(&self) -> Option<f64> {
        let sum: u128 = self.values.iter().map(|value| u128::from(*value)).sum();
        (self.count() > 0).then(|| sum as f64 / self.count() as f64)
    }

    /// The value at a share of the sample, by nearest rank; `None` of nothing. Ranks are integers: in floating point,
    /// 99.9 % of 20,000 comes out one too high.
    ///
    /// ```
    /// use rushhour_base::Ratio;
    /// use rushhour_report::sample::Sample;
    /// let sample = Sample::new((1..=20_000).collect());
    /// assert_eq!(sample.percentile(Ratio::new(999, 1000).unwrap()), Some(19_980));
    /// assert_eq!(sample.percentile(Ratio::ZERO), Some(1));
    /// ```
    pub fn percentile(&self, share: Ratio) -> Option<u64> {
        let count = self.count() as u64;
        // The least rank at or above the share: what lies above it, rounded down, is left out.
        let rank = count - share.rest().of(count);
        self.values.get(rank.max(1) as usize - 1).copied()
    }

    /// The largest; `None` of nothing.
    pub fn max(&self) -> Option<u64> {
        self.values.last().copied()
    }

    /// How many are at most `limit`.
    pub fn at_most(&self, limit: u64) -> usize {
        self.values.partition_point(|value| *value <= limit)
    }

    /// The sample as an open loop with one call each `interval` would have measured it, see the module.
    ///
    /// ```
    /// use rushhour_report::sample::Sample;
    /// let measured = Sample::new(vec![1, 1, 35]);
    /// assert_eq!(measured.corrected(10), Sample::new(vec![1, 1, 35, 25, 15]));
    /// ```
    ///
    /// # Panics
    /// If the interval is zero.
    #[must_use]
    pub fn corrected(&self, interval: u64) -> Sample {
        assert!(interval > 0, "calls are made at an interval");
        let mut all = self.values.clone();
        for &value in &self.values {
            let mut missing = value;
            while missing >= 2 * interval {
                missing -= interval;
                all.push(missing);
            }
        }
        Sample::new(all)
    }
}
