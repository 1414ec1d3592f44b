//! Costs that are no tokens.

use rushhour_base::{Money, Ratio};

/// A line of costs beside those of calls, rules and people: retrieval, infrastructure, review.
///
/// It falls due whatever anybody decides, so no cap holds it up and it fills none; it stands in the books, the totals and
/// the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CostLine {
    /// For what it falls due.
    pub per: CostPer,
    /// How much each time.
    pub amount: Money,
    /// The workflow that it belongs to, by its index; `None` for all.
    pub of: Option<u16>,
}

/// For what a cost falls due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CostPer {
    /// For each request that arrives.
    Message,
    /// For each case that a person reviews: a share of the answers by models.
    Review {
        /// The share of answers that are reviewed.
        share: Ratio,
    },
    /// For each month of the calendar, and its part of a month that the run holds only in part.
    Month {
        /// Local time at the start of the run, in seconds since 1970-01-01T00:00:00 of the same clock.
        starts_local_s: i64,
    },
}
