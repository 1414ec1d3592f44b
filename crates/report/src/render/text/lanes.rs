//! The lanes and their breakers, drawn over the run with the faults above them.

use super::page::Page;
use crate::render::number::{count, dollars, duration};
use crate::report::{BreakerReport, LaneReport, Report};
use rushhour_base::event::BreakerState;
use rushhour_base::{FleetId, Instant, Span};

pub(super) fn section(page: &mut Page, report: &Report) {
    page.heading("Lanes");
    let mut rows = vec![
        ["", "attempts", "× 429", "errors", "timeouts", "served", "backoffs", "opens", "cost"]
            .map(String::from)
            .to_vec(),
    ];
    rows.extend(report.lanes.iter().map(row));
    page.table("  ", &[0], &rows);
    timelines(page, report);
}

fn row(lane: &LaneReport) -> Vec<String> {
    let counts = [
        lane.attempts,
        lane.rejected,
        lane.errors,
        lane.timeouts,
        lane.served,
        lane.backoffs,
        lane.breaker.opens,
    ];
    let shown = counts.map(|n| if n == 0 { "·".to_string() } else { count(n) });
    [short(&lane.name)].into_iter().chain(shown).chain([dollars(lane.cost)]).collect()
}

fn timelines(page: &mut Page, report: &Report) {
    let moved: Vec<&LaneReport> = report.lanes.iter().filter(|l| l.breaker.moves.count() > 0).collect();
    if moved.is_empty() && report.faults.is_empty() {
        return;
    }
    let horizon = report.header.horizon;
    let mut rows = Vec::new();
    for fault in &report.faults {
        let struck = fault.struck.map_or(String::new(), |n| format!("struck {}", count(n)));
        let drawn = columns(horizon, |from, until| fault.from < until && fault.until > from);
        let drawn = drawn.into_iter().map(|hit| if hit { '▓' } else { ' ' }).collect();
        rows.push(vec![short(&fault.name), drawn, struck]);
    }
    for lane in &moved {
        let open = format!("open {}", duration(lane.breaker.open.0));
        rows.push(vec![short(&lane.name), drawn(&lane.breaker, horizon), open]);
    }
    if moved.is_empty() {
        rows.push(vec!["all breakers".into(), "▁".repeat(COLUMNS), "stayed closed".into()]);
    }
    let end = horizon.to_string();
    let gap = COLUMNS.saturating_sub(1 + end.chars().count());
    rows.push(vec![String::new(), page.faint(&format!("0{}{end}", " ".repeat(gap))), String::new()]);
    page.line("");
    page.table("  ", &[0, 1, 2], &rows);
    let left_out: u64 = moved.iter().map(|l| l.breaker.moves.left_out).sum();
    if left_out > 0 {
        page.line(&format!("  {} later moves are not drawn", count(left_out)));
    }
    page.line(&page.faint("  ▁ closed  ▒ half-open  █ open  ▓ fault in force"));
}

/// The worst state of any fleet's breaker in each column.
fn drawn(breaker: &BreakerReport, horizon: Span) -> String {
    let mut fleets: Vec<FleetId> = breaker.moves.first.iter().map(|m| m.fleet).collect();
    fleets.sort();
    fleets.dedup();
    let mut worst = vec![BreakerState::Closed; COLUMNS];
    for fleet in fleets {
        let mut since = (Instant::START, BreakerState::Closed);
        let moves = breaker.moves.first.iter().filter(|m| m.fleet == fleet).map(|m| (m.at, m.state));
        for next in moves.chain([(Instant(horizon.0), BreakerState::Closed)]) {
            let lasted = columns(horizon, |from, until| since.0 < until && next.0 > from && next.0 > since.0);
            for (column, _) in worst.iter_mut().zip(lasted).filter(|(_, hit)| *hit) {
                *column = if gravity(since.1) > gravity(*column) { since.1 } else { *column };
            }
            since = next;
        }
    }
    let draw = |state| match state {
        BreakerState::Closed => '▁',
        BreakerState::HalfOpen => '▒',
        BreakerState::Open => '█',
    };
    worst.into_iter().map(draw).collect()
}

/// Asks, for each column of the run, whether something holds between its two ends.
pub(super) fn columns(horizon: Span, holds: impl Fn(Instant, Instant) -> bool) -> Vec<bool> {
    let edge = |column: usize| Instant((u128::from(horizon.0) * column as u128 / COLUMNS as u128) as u64);
    (0..COLUMNS).map(|column| holds(edge(column), edge(column + 1))).collect()
}

fn gravity(state: BreakerState) -> u8 {
    match state {
        BreakerState::Closed => 0,
        BreakerState::HalfOpen => 1,
        BreakerState::Open => 2,
    }
}

fn short(name: &str) -> String {
    if name.chars().count() <= NAME {
        name.into()
    } else {
        name.chars().take(NAME - 1).chain(['…']).collect()
    }
}

pub(super) const COLUMNS: usize = 60;
const NAME: usize = 22;
