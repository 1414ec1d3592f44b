//! When a fleet as a whole goes down to a lesser mode, and when it climbs again.

use rushhour_base::{Ratio, Rung, Span};

/// When a fleet as a whole goes down to a lesser mode, and when it climbs again. The defaults of scenarios for `window` (100)
/// and `down_at` (50 %) are those of resilience4j's breaker over a count-based window, whose judgement this is, of a
/// whole fleet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LadderPolicy {
    /// The rungs of models that economy mode allows, beside rules and people.
    pub economy: Vec<Rung>,
    /// How many outcomes are looked at: the latest. Above zero.
    pub window: u32,
    /// How old an outcome may be to be looked at. Above zero.
    pub window_span: Span,
    /// How many outcomes it takes to judge a mode by its failures. Above zero, at most `window`.
    pub min_samples: u32,
    /// The share of failures from which on it goes down.
    pub down_at: Ratio,
    /// The least time between two moves.
    pub dwell: Span,
    /// By how much the time before a climb grows, in per cent of the last, when it falls back soon after one; 100 for
    /// not at all.
    pub dwell_growth_percent: u32,
    /// That time grows no further. At least `dwell`.
    pub dwell_max: Span,
    /// How it learns that the mode above works again.
    pub climb: Climb,
    /// Whether a request that its first rung's queue turned away counts as a failure.
    pub count_queue: bool,
    /// The share of any cap of the whole fleet from which on it goes to economy mode; `None` for never.
    pub budget_at: Option<Ratio>,
    /// How long the oldest request may wait for a quota of the first rung before it goes to economy mode; `None` for any
    /// length of time.
    pub queue_wait: Option<Span>,
}

/// How a fleet learns that the mode above works again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Climb {
    /// It climbs when it has been down for long enough, and sees.
    Trial,
    /// A share of the requests is handled as the mode above would, and it climbs on their outcomes.
    Probe(ClimbProbes),
}

/// How probes of the mode above are drawn and judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClimbProbes {
    /// The share of requests that are probes.
    pub share: Ratio,
    /// How many outcomes of probes it takes to climb. Above zero.
    pub min_samples: u32,
    /// The share of failures among them up to which it climbs. Below the share at which it goes down.
    pub up_at: Ratio,
}
