//! What the fleet allowed itself, drawn over the run, and what it set aside for later.

use super::lanes::{COLUMNS, columns};
use super::page::{Page, blocks};
use crate::render::number::{NOTHING, count, duration, percent, plural};
use crate::report::{LadderReport, ParkingReport, Report};
use rushhour_base::event::{AgentMode, Reason};
use rushhour_base::{FleetId, Instant, Span};

/// The ladder, if the fleet has one.
pub(super) fn ladder(page: &mut Page, report: &Report) {
    let Some(ladder) = &report.ladder else { return };
    page.heading_with("Ladder", &plural(ladder.timeline.count(), "move"));
    let horizon = report.header.horizon;
    let mut rows: Vec<Vec<String>> = Vec::new();
    for mode in &ladder.modes {
        let drawn = drawn(ladder, mode.mode, horizon);
        let answers = plural(mode.answers, "answer");
        rows.push(vec![mode.mode.name().into(), drawn, percent(mode.share), answers]);
    }
    let end = horizon.to_string();
    let gap = COLUMNS.saturating_sub(1 + end.chars().count());
    rows.push(vec![String::new(), page.faint(&format!("0{}{end}", " ".repeat(gap)))]);
    page.table("  ", &[0, 1, 3], &rows);
    for step in ladder.timeline.first.iter().take(SHOWN) {
        let why = words(step.why.name());
        page.line(&format!("  {:>10}  {} → {}: {why}", Span(step.at.0).to_string(), step.from, step.to));
    }
    let more = ladder.timeline.count().saturating_sub(SHOWN as u64);
    if more > 0 {
        page.line(&format!("  and {} more", plural(more, "move")));
    }
}

/// Parking, if anything was parked.
pub(super) fn parking(page: &mut Page, report: &Report) {
    let Some(parking) = &report.parking else { return };
    page.heading_with("Parking", &format!("{} parked", plural(parking.requests, "request")));
    let stay = |place: usize| {
        parking.stay.percentiles[place].map_or(NOTHING.into(), |bounds| duration(bounds.at_least.0))
    };
    let longest = parking.stay.max.map_or(NOTHING.into(), |bounds| duration(bounds.at_least.0));
    let stays = count(parking.stays);
    page.line(&format!("  stays {stays}: p50 {}, p95 {}, longest {longest}", stay(0), stay(2)));
    page.line(&format!("  {}", became(parking).join(" · ")));
    if !parking.dead.is_empty() {
        let dead = parking.dead.iter().map(|(reason, n)| format!("{} {}", count(*n), reason_words(*reason)));
        page.wrapped("  ", &format!("dead letters: {}", dead.collect::<Vec<_>>().join(", ")));
    }
    if let Some(oldest) = parking.oldest {
        page.line(&format!("  the oldest that still waits was parked {} ago", duration(oldest.0)));
    }
    if parking.drained_per_hour.len() <= WIDEST_DAY && parking.drained > 0 {
        let hours = blocks(&parking.drained_per_hour);
        let busiest = count(parking.busiest_hour());
        page.line(&format!("  taken up, by hour of the run: {hours}  at most {busiest}"));
    }
}

fn became(parking: &ParkingReport) -> Vec<String> {
    let parts = [
        (parking.drained, "taken up"),
        (parking.dead_letters, if parking.dead_letters == 1 { "dead letter" } else { "dead letters" }),
        (parking.given_up, "given up by who asked"),
        (parking.shed, "turned away for want of room"),
        (parking.waiting, "still parked"),
    ];
    let shown = parts.iter().enumerate().filter(|(place, (n, _))| *place == 0 || *n > 0);
    shown.map(|(_, (n, what))| format!("{} {what}", count(*n))).collect()
}

/// Where any fleet was in a mode, as far as its moves are kept.
fn drawn(ladder: &LadderReport, mode: AgentMode, horizon: Span) -> String {
    let mut fleets: Vec<FleetId> = ladder.timeline.first.iter().map(|step| step.fleet).collect();
    fleets.extend([FleetId(0)]);
    fleets.sort();
    fleets.dedup();
    let mut line = vec![' '; COLUMNS];
    for fleet in fleets {
        let mut since = (Instant::START, AgentMode::Full);
        let steps = ladder.timeline.first.iter().filter(|step| step.fleet == fleet);
        let end = (Instant(horizon.0), AgentMode::Full);
        for next in steps.map(|step| (step.at, step.to)).chain([end]) {
            let lasted = columns(horizon, |from, until| since.0 < until && next.0 > from && next.0 > since.0);
            for (column, _) in line.iter_mut().zip(lasted).filter(|(_, hit)| *hit && since.1 == mode) {
                *column = '█';
            }
            since = next;
        }
    }
    line.into_iter().collect()
}

fn reason_words(reason: Reason) -> String {
    words(reason.name())
}

fn words(name: &str) -> String {
    name.replace('_', " ")
}

const SHOWN: usize = 8;
/// The most hours that fit on a line.
const WIDEST_DAY: usize = 48;
