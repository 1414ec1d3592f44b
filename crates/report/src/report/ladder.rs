//! The mode of a fleet over a run.

use super::Bounded;
use rushhour_base::event::{AgentMode, MoveCause};
use rushhour_base::{FleetId, Instant, Span};

/// The modes that the fleets of a run were in.
#[derive(Clone, Debug, PartialEq)]
pub struct LadderReport {
    /// Every mode of the ladder, from full mode down.
    pub modes: Vec<ModeReport>,
    /// Moves, the first thousand of them.
    pub timeline: Bounded<ModeMove>,
}

/// One mode.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ModeReport {
    /// Which.
    pub mode: AgentMode,
    /// For how long, over all fleets.
    pub time: Span,
    /// Its share of the run, over all fleets.
    pub share: f64,
    /// Answers given in it.
    pub answers: u64,
}

/// A fleet changed its mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModeMove {
    /// When.
    pub at: Instant,
    /// Which fleet.
    pub fleet: FleetId,
    /// From this mode.
    pub from: AgentMode,
    /// To this one.
    pub to: AgentMode,
    /// Why.
    pub why: MoveCause,
}

impl LadderReport {
    /// The share of the run spent in a mode; zero for one that the ladder does not have.
    pub fn share(&self, mode: AgentMode) -> f64 {
        self.modes.iter().find(|report| report.mode == mode).map_or(0.0, |report| report.share)
    }
}
