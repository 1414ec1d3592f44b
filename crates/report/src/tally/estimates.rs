//! How wrong clients were about the tokens of their prompts.

use crate::report::EstimateReport;
use std::collections::BTreeMap;

/// How wrong the client's counts of its prompts were.
#[derive(Default)]
pub(super) struct EstimateTally {
    calls: u64,
    too_small: u64,
    /// The errors in millionths.
    sum: i128,
    /// How many calls were wrong by so many thousandths, from -1000 to 10,000.
    by_permille: BTreeMap<i64, u64>,
}

impl EstimateTally {
    pub(super) fn counted(&mut self, estimated: u64, actual: u64) {
        let error = (i128::from(estimated) - i128::from(actual)) * 1_000_000 / i128::from(actual.max(1));
        self.calls += 1;
        self.too_small += u64::from(estimated < actual);
        self.sum += error;
        let permille = i64::try_from(error.div_euclid(1_000)).unwrap_or(i64::MAX).min(10_000);
        *self.by_permille.entry(permille).or_default() += 1;
    }

    /// `None` if every count was exact by policy.
    pub(super) fn finish(self) -> Option<EstimateReport> {
        (self.calls > 0).then(|| EstimateReport {
            calls: self.calls,
            too_small: self.too_small,
            mean: self.sum as f64 / self.calls as f64 / 1e6,
            p5: self.percentile(5),
            p95: self.percentile(95),
        })
    }

    /// By nearest rank.
    fn percentile(&self, percent: u64) -> f64 {
        let rank = (u128::from(self.calls) * u128::from(percent)).div_ceil(100) as u64;
        let mut seen = 0;
        let reaches = |(permille, calls): (&i64, &u64)| {
            seen += calls;
            (seen >= rank).then_some(*permille as f64 / 1_000.0)
        };
        self.by_permille.iter().find_map(reaches).unwrap_or(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_estimates() {
        let mut tally = EstimateTally::default();
        (0..90).for_each(|_| tally.counted(1_000, 1_000));
        (0..4).for_each(|_| tally.counted(1_500, 1_000));
        (0..6).for_each(|_| tally.counted(800, 1_000));
        let report = tally.finish().expect("there were calls");
        assert_eq!((report.calls, report.too_small), (100, 6));
        assert_eq!(format!("{:.4} {} {}", report.mean, report.p5, report.p95), "0.0080 -0.2 0");
        let mut far = EstimateTally::default();
        far.counted(1_000_000, 1);
        assert_eq!(far.finish().map(|report| report.p95), Some(10.0));
        assert_eq!(EstimateTally::default().finish(), None);
    }
}
