//! A fleet's mode moves one after the other: each move begins where the last one ended, and the first in full mode.

use super::Found;
use rushhour_base::event::AgentMode;
use rushhour_base::{Event, FleetId, Instant, RunHeader, Span};

pub(super) struct Modes {
    known: Vec<AgentMode>,
    fleets: Vec<AgentMode>,
}

impl Modes {
    pub(super) fn new(header: &RunHeader) -> Modes {
        Modes { known: header.modes.clone(), fleets: Vec::new() }
    }

    #[inline]
    pub(super) fn event(&mut self, at: Instant, fleet: FleetId, event: &Event, found: &mut Found) {
        let Event::ModeMoved { from, to, .. } = *event else { return };
        if self.fleets.len() <= fleet.index() {
            self.fleets.resize(fleet.index() + 1, AgentMode::Full);
        }
        let was = std::mem::replace(&mut self.fleets[fleet.index()], to);
        let place = |mode: AgentMode| self.known.iter().position(|known| *known == mode);
        let one_step = place(from).zip(place(to)).is_some_and(|(from, to)| from.abs_diff(to) == 1);
        if was != from || !one_step {
            found.report("modes", || {
                format!("fleet {fleet} moved from {from} to {to} at {} and was in {was} mode", Span(at.0))
            });
        }
    }
}
