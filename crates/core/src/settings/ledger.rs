//! Caps on spending.

use rushhour_base::{Money, Span};

/// A cap on spending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapPolicy {
    /// Whose spending.
    pub scope: CapScope,
    /// The cap: spent and reserved money together never pass it.
    pub amount: Money,
    /// Over which window.
    pub window: CapWindow,
    /// Levels, in per cent of the cap, at which an alert is raised once per window. Ascending.
    pub alerts_percent: Vec<u32>,
    /// What happens to requests at the cap.
    pub at_cap: AtCap,
}

/// Whose spending a cap bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CapScope {
    /// The whole fleet's.
    Fleet,
    /// One workflow's, by its index.
    Workflow(u16),
}

/// Over which window a cap counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CapWindow {
    /// A day, which turns at the given instant of the run for the first time and every 24 hours after it.
    Day {
        /// From the start of the run to its first midnight.
        first_turn: Span,
    },
    /// The whole run.
    Total,
}

/// What happens to a request that a cap leaves no room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtCap {
    /// It waits until money comes back or the window turns, but no longer than the queue lets anyone wait. Where neither
    /// can help it falls at once.
    Pause,
    /// It falls to the next rung at once.
    Fall,
}
