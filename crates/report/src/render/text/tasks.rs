//! What became of agents' tasks.

use super::page::Page;
use crate::render::number::{count, dollars, plural};
use crate::report::Report;

pub(super) fn section(page: &mut Page, report: &Report) {
    let (stopped, known) = (report.tasks.stopped(), report.tasks.known);
    if stopped == 0 && known.is_none() {
        return;
    }
    page.heading("Tasks");
    if let Some(known) = known {
        page.line(&format!("  {} done in {}", plural(known.done, "task"), plural(known.asked, "request")));
        if known.stuck_requests > 0 {
            let (asked, cost) = (plural(known.stuck_requests, "request"), dollars(known.stuck_usd));
            page.line(&format!("  {asked} for {cost} went into steps that could never succeed"));
        }
    }
    if stopped > 0 {
        let by = report.tasks.stopped_by.iter().filter(|(_, n)| *n > 0);
        let by: Vec<String> = by.map(|(rule, n)| format!("{} by {rule}", count(*n))).collect();
        let sound = known.map(|known| stopped.saturating_sub(known.stopped_stuck));
        let sound = sound.map_or(String::new(), |n| format!("; {} of them could have gone on", count(n)));
        page.line(&format!(
            "  {} ended by the loop guard: {}{sound}",
            plural(stopped, "task"),
            by.join(", ")
        ));
    }
}
