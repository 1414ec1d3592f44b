//! The scenario's limits and how they fared.

use super::page::{Mood, Page};
use crate::render::number::{NOTHING, figure, value};
use crate::report::Report;
use crate::slo::{SloResult, Verdict};
use rushhour_base::header::Reference;

pub(super) fn section(page: &mut Page, report: &Report) {
    if report.slo.is_empty() {
        page.heading_with("Limits", "the scenario sets none");
        return;
    }
    page.heading_with("Limits", &summary(&report.slo));
    let row = |result: &SloResult| {
        vec![
            mark(page, result.final_verdict()),
            result.slo.path.clone(),
            figure(&result.figure),
            result.slo.text.clone(),
            page.faint(&why(result)),
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
    let count = |verdict| results.iter().filter(|r| r.final_verdict() == verdict).count();
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

fn why(result: &SloResult) -> String {
    if let Some(over) = &result.over {
        let mean = over.spread.map_or(NOTHING.into(), |spread| value(spread.mean, result.figure.unit));
        let width = over.spread.and_then(|spread| spread.half_width);
        let width = width.map(|width| format!(" ± {}", value(width, result.figure.unit))).unwrap_or_default();
        return format!("held in {} of {}; mean {mean}{width}", over.held, over.of);
    }
    match (result.verdict, result.figure.value, &result.slo.of) {
        (Verdict::Inconclusive, None, _) => "no samples".into(),
        (_, _, Some(of)) => against(result, of),
        (Verdict::Inconclusive, Some(_), _) if result.figure.is_lower_bound() => {
            "requests open at the horizon could decide it either way".into()
        }
        (Verdict::Inconclusive, Some(_), _) => "the run was stopped".into(),
        _ => String::new(),
    }
}

/// What a relative limit was held against.
fn against(result: &SloResult, of: &Reference) -> String {
    let name = match of {
        Reference::Variant(name) => name.as_str(),
        Reference::Baseline => "the baseline",
    };
    match &result.against {
        Some(known) => format!("{name} has {}", figure(known)),
        None => format!("there is no {} to hold it against", name.trim_start_matches("the ")),
    }
}
