//! Costs that are no tokens: one for each message, at most one review for each answer, and months without a gap, each at the
//! part of it that the run holds.

use super::Found;
use crate::timestamp::days_in_month;
use rushhour_base::header::CostHeader;
use rushhour_base::time::{DAY, SECOND};
use rushhour_base::{Event, Instant, Money, Outcome, RunHeader, Span};

pub(super) struct Costs {
    lines: Vec<Line>,
    starts_local_s: i64,
    horizon: Span,
}

struct Line {
    header: CostHeader,
    /// How many times it may still fall due, or must: messages that arrived, answers that were not reviewed.
    open: i64,
    /// Until when its months were booked.
    booked_until: Instant,
}

impl Costs {
    pub(super) fn new(header: &RunHeader) -> Costs {
        let line =
            |header: &CostHeader| Line { header: header.clone(), open: 0, booked_until: Instant::START };
        Costs {
            lines: header.costs.iter().map(line).collect(),
            starts_local_s: header.starts_unix_s + i64::from(header.utc_offset_s),
            horizon: header.horizon,
        }
    }

    #[inline]
    pub(super) fn event(&mut self, event: &Event, found: &mut Found) {
        if self.lines.is_empty() {
            return;
        }
        match *event {
            Event::Arrived { workflow, .. } => {
                for line in self.lines.iter_mut().filter(|line| line.header.per == "message") {
                    line.open += i64::from(line.header.of.is_none_or(|of| of == workflow.0));
                }
            }
            Event::Ended { outcome: Outcome::Answered, .. } => {
                for line in self.lines.iter_mut().filter(|line| line.header.per == "review") {
                    line.open += 1;
                }
            }
            Event::Expensed { request, line, amount, .. } => {
                let known = &mut self.lines[usize::from(line)];
                let due = known.header.amount;
                if amount != due || known.header.per == "month" {
                    let name = &known.header.name;
                    found.report("costs", || {
                        format!("request {request} was booked {amount} on {name}, which is {due}")
                    });
                }
                known.open -= 1;
            }
            Event::Accrued { line, from, until, amount } => self.accrued(line, from, until, amount, found),
            _ => {}
        }
    }

    fn accrued(&mut self, line: u16, from: Instant, until: Instant, amount: Money, found: &mut Found) {
        let local_s = |at: Instant| self.starts_local_s + (at.0 / SECOND) as i64;
        let known = &mut self.lines[usize::from(line)];
        let whole = i128::from(days_in_month(local_s(from))) * i128::from(DAY);
        let due = Money(known.header.amount.0 * i128::from(until.0 - from.0) / whole);
        if amount != due || from != known.booked_until || known.header.per != "month" {
            let name = &known.header.name;
            let (from, until) = (Span(from.0), Span(until.0));
            found.report("costs", || {
                format!("{name} was booked {amount} from {from} to {until}, which is {due}")
            });
        }
        known.booked_until = until;
    }

    pub(super) fn finish(&self, found: &mut Found) {
        for line in &self.lines {
            let name = &line.header.name;
            if line.header.per == "message" && line.open != 0 {
                found.report("costs", || format!("{} messages were not booked once on {name}", line.open));
            }
            if line.header.per == "review" && line.open < 0 {
                found.report("costs", || format!("{} more reviews than answers on {name}", -line.open));
            }
            if line.header.per == "month" && line.booked_until.0 != self.horizon.0 {
                found.report("costs", || {
                    format!("{name} was booked until {} only", Span(line.booked_until.0))
                });
            }
        }
    }
}
