//! How the rate of an open loop changes with time.

use super::GapLaw;
use rushhour_base::Span;

/// An open loop whose rate changes with time.
///
/// The rate at a moment is `per_agent_per_hour` times the factor of the shape there times the factors of all bursts in
/// force. Gaps are drawn on the clock of the average rate and laid over the shape by a change of time (I. Gerhardt,
/// B. L. Nelson, "Transforming Renewal Processes for Simulation of Nonstationary Arrival Processes", INFORMS Journal on
/// Computing 21, 2009): whatever the shape does to the rate, the law of the gaps stays, so that a flash crowd can itself
/// be bursty.
#[derive(Clone, Debug, PartialEq)]
pub struct ShapedPlan {
    /// Requests of one agent per hour where the factor is 1. Above zero.
    pub per_agent_per_hour: f64,
    /// The law of the gaps.
    pub gaps: Gaps,
    /// Agents are met in the middle of a gap, as those of a stream that has run for long, and do not begin one with the
    /// run. Without it the first request of a bursty stream comes too early: of variation `cv`, `(cv² − 1) / 2` requests
    /// too many are made near the start.
    pub midway: bool,
    /// The shape.
    pub shape: ShapePlan,
    /// What is laid over it.
    pub bursts: Vec<BurstPlan>,
}

/// How the gaps between an agent's requests are distributed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Gaps {
    /// Exponential: a Poisson process.
    Exponential,
    /// Burstier or steadier.
    Renewal {
        /// The law.
        law: GapLaw,
        /// Standard deviation over mean; from 0.1 to 10.
        cv: f64,
    },
}

/// A factor of the rate over time.
#[derive(Clone, Debug, PartialEq)]
pub enum ShapePlan {
    /// 1 at all times.
    Flat,
    /// A staircase. Before its first level the factor is 1.
    Steps(Vec<LevelPlan>),
    /// A straight line from one level to another.
    Ramp {
        /// The factor until `at`. Zero or more.
        from: f64,
        /// The factor from the end of the ramp on. Zero or more.
        to: f64,
        /// When it begins.
        at: Span,
        /// How long it is. Zero for a jump.
        over: Span,
    },
    /// The day curve: `exp(κ·cos)` around the peak, as a staircase of five-minute steps, 1 on the average of a day.
    Day {
        /// Local time of day of the peak.
        peak: Span,
        /// The factor at the peak; at least 1, and at most 288.
        peak_to_mean: f64,
    },
    /// A day curve under a weight for each weekday; 1 on the average of a week.
    Week {
        /// Local time of day of the peak.
        peak: Span,
        /// The factor at the peak over that day's average; at least 1, and at most 288.
        peak_to_mean: f64,
        /// The weights of the days from Monday to Sunday. Zero or more, and not all zero.
        weights: [f64; 7],
        /// The weekday on which the run starts; 0 is Monday.
        starts_on: u8,
    },
}

/// A level of a staircase.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LevelPlan {
    /// From when, since the start of the run; later than the level before.
    pub from: Span,
    /// The factor. Zero or more.
    pub factor: f64,
}

/// A flash crowd, or a lull.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BurstPlan {
    /// When it begins, from the start of the run.
    pub at: Span,
    /// How long it lasts.
    pub lasts: Span,
    /// By how much it multiplies the rate. Zero or more.
    pub factor: f64,
}
