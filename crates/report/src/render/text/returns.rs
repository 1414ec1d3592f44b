//! Deadlines, and who came back after none was met.

use super::page::Page;
use crate::render::number::{count, percent, plural};
use crate::report::Report;

pub(super) fn section(page: &mut Page, report: &Report) {
    if let Some(deadlines) = report.total.deadlines {
        page.heading("Deadlines");
        page.line(&format!(
            "  {} of {} missed ({}), {} of them answered too late to be worth anything",
            count(deadlines.missed),
            plural(deadlines.set, "request"),
            percent(deadlines.missed_share()),
            count(deadlines.late)
        ));
    }
    if let Some(returns) = report.returns {
        page.heading("Asked again");
        page.line(&format!(
            "  {} by people who came back, {} answered",
            plural(returns.came_back, "request"),
            count(returns.answered)
        ));
        let amplification = returns.amplification().unwrap_or(1.0);
        page.line(&format!(
            "  {amplification:.3} requests for each of {}; {} answered in the end",
            plural(returns.questions, "question"),
            percent(returns.success().unwrap_or(0.0))
        ));
    }
}
