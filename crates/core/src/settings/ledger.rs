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
    /// Levels at which an alert is raised once per window.
    pub alerts: Vec<AlertLevel>,
    /// What happens to requests at the cap.
    pub at_cap: AtCap,
}

/// Whose spending a cap bounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CapScope {
    /// The whole fleet's.
    Fleet,
    /// One workflow's, by its index.
    Workflow(u16),
    /// Each agent's: a cap of this size for every one of them.
    EachAgent {
        /// Only the agents of this workflow, by its index; `None` for all.
        of: Option<u16>,
        /// Agents that have a cap of their own instead, in ascending order.
        except: Vec<u32>,
    },
    /// One agent's.
    OneAgent(u32),
    /// Each end user's: a cap of this size for every one of them.
    EachUser {
        /// Only what this workflow spends on them, by its index; `None` for all.
        of: Option<u16>,
    },
}

/// Over which window a cap counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CapWindow {
    /// A day, which turns at the given instant of the run for the first time and every 24 hours after it.
    Day {
        /// From the start of the run to its first midnight.
        first_turn: Span,
    },
    /// A month of the calendar.
    Month {
        /// Local time at the start of the run, in seconds since 1970-01-01T00:00:00 of the same clock.
        starts_local_s: i64,
    },
    /// The whole run.
    Total,
}

/// A level of spending that somebody wants to hear of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlertLevel {
    /// In per cent of the cap.
    Percent(u32),
    /// In dollars.
    Dollars(Money),
}

/// What happens to a request that a cap leaves no room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtCap {
    /// It waits, but no longer than the queue lets anyone wait. Where waiting cannot help it falls at once.
    Pause {
        /// What it waits for.
        resume: Resume,
    },
    /// From here to the end of the window no model of the primary rung is asked: cheaper ones must do.
    Degrade {
        /// The part of the cap that only what is left to ask may spend.
        kept: Money,
    },
    /// From here to the end of the window rules alone answer.
    Rules {
        /// The part of the cap that only rules may spend.
        kept: Money,
    },
    /// It falls to the next rung at once.
    Fall,
}

/// When a paused cap lets money pass again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resume {
    /// When a call under way settles for less than it holds, or when the window turns.
    AtTurn,
    /// Only when a call under way settles for less than it holds: nobody waits for the window to turn.
    OnRelease,
    /// At a set hour: a cap that was spent stays shut until that hour comes with a window that has turned.
    AtHour {
        /// From the start of the run to the first time of that hour.
        first: Span,
    },
    /// When somebody resumes it by hand ([`Control::resume_cap`](crate::Control::resume_cap)), even if the window turns
    /// before.
    ByHand,
}
