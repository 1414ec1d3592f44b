//! The mode of each fleet: how long it lasted and what was answered in it.

use crate::report::{Bounded, LadderReport, ModeMove, ModeReport};
use rushhour_base::event::AgentMode;
use rushhour_base::{FleetId, Instant, Span};

pub(super) struct LadderTally {
    /// The modes of the ladder; none without one.
    modes: Vec<AgentMode>,
    fleets: Vec<(AgentMode, Instant)>,
    time: [Span; AgentMode::ALL.len()],
    answers: [u64; AgentMode::ALL.len()],
    timeline: Bounded<ModeMove>,
}

impl LadderTally {
    pub(super) fn new(modes: &[AgentMode]) -> LadderTally {
        LadderTally {
            modes: modes.to_vec(),
            fleets: Vec::new(),
            time: Default::default(),
            answers: Default::default(),
            timeline: Bounded::default(),
        }
    }

    pub(super) fn moved(&mut self, step: ModeMove) {
        let fleet = self.fleet(step.fleet);
        let (was, since) = std::mem::replace(fleet, (step.to, step.at));
        self.time[was as usize] += step.at.since(since);
        self.timeline.push(step);
    }

    #[inline]
    pub(super) fn answered(&mut self, fleet: FleetId) {
        if !self.modes.is_empty() {
            let mode = self.fleet(fleet).0;
            self.answers[mode as usize] += 1;
        }
    }

    /// Every fleet is shut once, and so known by then.
    pub(super) fn closed(&mut self, fleet: FleetId) {
        self.fleet(fleet);
    }

    fn fleet(&mut self, fleet: FleetId) -> &mut (AgentMode, Instant) {
        if self.fleets.len() <= fleet.index() {
            self.fleets.resize(fleet.index() + 1, (AgentMode::Full, Instant::START));
        }
        &mut self.fleets[fleet.index()]
    }

    pub(super) fn finish(mut self, horizon: Span) -> Option<LadderReport> {
        for (mode, since) in &self.fleets {
            self.time[*mode as usize] += Instant(horizon.0).since(*since);
        }
        let whole = horizon.as_secs_f64() * self.fleets.len().max(1) as f64;
        let mode = |mode: &AgentMode| {
            let (time, answers) = (self.time[*mode as usize], self.answers[*mode as usize]);
            let share = if whole > 0.0 { time.as_secs_f64() / whole } else { 0.0 };
            ModeReport { mode: *mode, time, share, answers }
        };
        let modes: Vec<ModeReport> = self.modes.iter().map(mode).collect();
        (!modes.is_empty()).then_some(LadderReport { modes, timeline: self.timeline })
    }
}
