//! What replications came to: means with their intervals, and the differences between variants.

use super::HEADLINES;
use super::page::Page;
use crate::compare::{Question, Side, compare};
use crate::render::compare::table::table;
use crate::render::number::{count, figure, value};
use crate::replication::{Replications, Spread};
use crate::report::Report;

/// The figures of one variant over all its replications, beside those of the run itself.
pub(super) fn section(page: &mut Page, report: &Report) {
    let Some(all) = &report.replications else { return };
    page.heading_with("Replications", &head(all));
    let mut rows = vec![["", "this run", "mean", "± 95 %", "least", "most"].map(String::from).to_vec()];
    for path in HEADLINES {
        let (Some(here), Some(series)) = (report.figure(path), all.of_path(path)) else { continue };
        let Some(spread) = Spread::over(&series.values) else { continue };
        let bound = if spread.lower_bound { "≥" } else { "" };
        rows.push(vec![
            (*path).to_owned(),
            figure(&here),
            format!("{bound}{}", value(spread.mean, series.unit)),
            spread.half_width.map(|width| value(width, series.unit)).unwrap_or_default(),
            format!("{bound}{}", value(spread.least, series.unit)),
            format!("{bound}{}", value(spread.most, series.unit)),
        ]);
    }
    page.table("  ", &[0], &rows);
}

fn head(all: &Replications) -> String {
    let seed = all.seeds.first().copied().unwrap_or_default();
    let stopped = match all.stopped() {
        0 => String::new(),
        stopped => format!("; {} stopped by a limit and left out", count(stopped as u64)),
    };
    format!(
        "{} runs, this one of seed {seed} and others of seeds derived from it{stopped}",
        count(all.count() as u64)
    )
}

/// How each further variant differs from the first over all replications.
pub(super) fn differences(page: &mut Page, reports: &[Report]) {
    let Some((base, others)) = reports.split_first() else { return };
    let Some(all) = &base.replications else { return };
    let question = Question { noise: all.noise, different_worlds: false, decide: Vec::new() };
    for other in others {
        let (name, against) = (&other.header.variant, &base.header.variant);
        let sides = (Side::of(base, against), Side::of(other, name));
        let band = format!("{} paired runs; noise band {} %", all.count(), all.noise * 100.0);
        page.heading_with(&format!("{name} against {against}"), &band);
        match compare(sides.0, sides.1, &question) {
            Ok(comparison) => {
                let looked_at = |path: &str| HEADLINES.contains(&path);
                let shown: Vec<_> =
                    comparison.figures.iter().filter(|f| f.decides || looked_at(&f.path)).collect();
                table(page, (against, name), &shown);
            }
            Err(reasons) => page.wrapped("  ", &reasons.to_string()),
        }
    }
    if !others.is_empty() {
        page.line(&page.faint("  ✓ improved  ✗ regressed  = unchanged  · moved  ? inconclusive"));
    }
}
