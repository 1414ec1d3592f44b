//! More or less load from the same trace.

use rushhour_base::draw::below;
use rushhour_base::{Purpose, Seed, Span};
use rushhour_world::settings::TraceRow;

/// Which rows of a fractional copy are kept.
const THINNING: Purpose = Purpose::named("trace thinning");

/// How a trace is changed before it is replayed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Scale {
    /// How many times as fast its clock runs: 2 halves every gap.
    pub(crate) speed: f64,
    /// How many times as many requests there are, in the same time.
    pub(crate) rate: f64,
}

impl Scale {
    /// The rows so changed, in the order of time.
    ///
    /// A rate of 2.3 lays the trace over itself: whole, whole again, and a third time with 30 % of its rows, drawn by the
    /// row's number and the same under every seed of the run. Each further copy is turned round by an equal share of the span, so that bursts stay as they are
    /// and do not pile up on themselves.
    pub(crate) fn apply(self, rows: Vec<TraceRow>) -> Vec<TraceRow> {
        let faster = |row: TraceRow| TraceRow { at: scaled(row.at, self.speed), ..row };
        let rows: Vec<TraceRow> = rows.into_iter().map(faster).collect();
        let (Some(last), false) = (rows.last(), self.rate.to_bits() == 1f64.to_bits()) else { return rows };
        let around = Span(last.at.0.saturating_add(1));
        let whole = self.rate as u64;
        let rest_ppm = ((self.rate - whole as f64) * 1e6 + 0.5) as u64;
        let copies = whole + u64::from(rest_ppm > 0);
        let mut all = Vec::with_capacity(rows.len() * copies as usize);
        for copy in 0..copies {
            let turn = (u128::from(around.0) * u128::from(copy) / u128::from(copies)) as u64;
            let kept = |index: usize| {
                copy < whole
                    || below(Seed(0).draw(THINNING, copy, index as u64).word(0), 1_000_000) < rest_ppm
            };
            let turned = |row: &TraceRow| TraceRow { at: Span((row.at.0 + turn) % around.0), ..*row };
            all.extend(rows.iter().enumerate().filter(|(index, _)| kept(*index)).map(|(_, row)| turned(row)));
        }
        all.sort_by_key(|row| row.at); // stable: of equal times the earlier copy, then the earlier row
        all
    }
}

fn scaled(at: Span, speed: f64) -> Span {
    if speed.to_bits() == 1f64.to_bits() { at } else { Span((at.0 as f64 / speed + 0.5) as u64) }
}
