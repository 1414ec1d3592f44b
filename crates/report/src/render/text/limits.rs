//! The scenario's limits and how they fared.

use super::page::{Mood, Page};
use crate::render::number::figure;
use crate::report::Report;
use crate::slo::{SloResult, Verdict};

pub(super) fn section(page: &mut Page, report: &Report) {
    if report.slo.is_empty() {
        page.heading_with("Limits", "the scenario sets none");
        return;
    }
    page.heading_with("Limits", &summary(&report.slo));
    let row = |result: &SloResult| {
        vec![
            mark(page, result.verdict),
            result.slo.path.clone(),
            figure(&result.figure),
            result.slo.text.clone(),
            page.faint(why(result)),
        ]
    };
    let rows: Vec<Vec<String>> = report.slo.iter().map(row).collect();
    page.table("  ", &[0, 1, 3, 4], &rows);
}

pub(super) fn mark(page: &Page, verdict: Verdict) -> String {
    match verdict {
        Verdict::Held => page.mood(Mood::Good, "✓"),
        Verdict::Missed => page.mood(Mood::Bad, "✗"),
        Verdict::Inconclusive => page.mood(Mood::Unsure, "?"),
    }
}

fn summary(results: &[SloResult]) -> String {
    let count = |verdict| results.iter().filter(|r| r.verdict == verdict).count();
    let (missed, unsure) = (count(Verdict::Missed), count(Verdict::Inconclusive));
    let mut parts = vec![format!("{} of {} held", count(Verdict::Held), results.len())];
    if missed > 0 {
        parts.push(format!("{missed} missed"));
    }
    if unsure > 0 {
        parts.push(format!("{unsure} inconclusive"));
    }
    parts.join(", ")
}

fn why(result: &SloResult) -> &'static str {
    match (result.verdict, result.figure.value) {
        (Verdict::Inconclusive, None) => "no samples",
        (Verdict::Inconclusive, Some(_)) => "requests open at the horizon could decide it either way",
        _ => "",
    }
}
