//! All figures of a report, one after the other.

use super::{Figure, metrics};
use crate::report::Report;

impl Report {
    /// Every figure with its path, without tags, in an order that is the same for all reports of a version.
    pub fn figures(&self) -> Vec<(String, Figure)> {
        let read = |metric: super::Metric| {
            let figure = metric.read(self, None).unwrap_or(Figure::UNKNOWN);
            (metric.path, figure)
        };
        metrics().into_iter().map(read).collect()
    }
}
