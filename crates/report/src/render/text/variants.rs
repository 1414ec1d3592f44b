//! Variants side by side: their limits, their figures, and what the difference means.

use super::limits::mark;
use super::page::{Mood, Page};
use super::pools::sentence;
use super::recovery;
use crate::compare::{Change, change};
use crate::figures::Figure;
use crate::render::number::{figure, value};
use crate::render::trial;
use crate::report::Report;
use crate::slo::SloResult;

/// The limits of all variants.
pub(super) fn limits(page: &mut Page, reports: &[Report]) {
    for_each_chunk(reports, |shown| {
        let Some(base) = shown.first().filter(|base| !base.header.slos.is_empty()) else { return };
        page.heading("Limits");
        let mut rows = vec![title(page, shown, "")];
        for slo in &base.header.slos {
            let cell = |report: &&Report| match report.slo.iter().find(|result| result.slo == *slo) {
                Some(result) => cell(page, result),
                None => String::new(),
            };
            let name = format!("{} {}", slo.path, slo.text);
            rows.push(std::iter::once(name).chain(shown.iter().map(cell)).collect());
        }
        page.table("  ", &[0], &rows);
    });
}

/// The figure and its mark; over replications also in how many the limit held.
fn cell(page: &Page, result: &SloResult) -> String {
    let held = result.over.as_ref().map(|over| format!(" {}/{}", over.held, over.of)).unwrap_or_default();
    format!("{}{held} {}", figure(&result.figure), mark(page, result.final_verdict()))
}

/// The figures of all variants, and what held each of them back.
pub(super) fn section(page: &mut Page, reports: &[Report]) {
    for_each_chunk(reports, |shown| {
        let legend = page.faint("difference to the first variant: ✓ better  ✗ worse  · neither  ? unknown");
        page.heading_with("Figures", &legend);
        page.table("  ", &[0], &figures(page, shown));
    });
    trial(page, reports);
    page.heading("What binds");
    for report in reports {
        let bound =
            report.binding().map_or("nothing was held back by a quota".into(), |(pool, b)| sentence(pool, b));
        page.wrapped("  ", &format!("{}: {bound}", page.strong(&report.header.variant)));
    }
    recovery::of_variants(page, reports);
}

/// Tokens, dollars, latency and the quality of answers, where checks or shorter histories are on trial.
fn trial(page: &mut Page, reports: &[Report]) {
    let rows = trial::rows(reports);
    if rows.is_empty() {
        return;
    }
    page.heading("Tokens, dollars, latency and quality");
    let columns: Vec<usize> = (1..=reports.len()).collect();
    for shown in columns.chunks(ABREAST) {
        let part = |row: &Vec<String>| -> Vec<String> {
            std::iter::once(&row[0]).chain(shown.iter().map(|column| &row[*column])).cloned().collect()
        };
        let names: Vec<&Report> = shown.iter().map(|column| &reports[column - 1]).collect();
        let mut table = vec![title(page, &names, "")];
        table.extend(rows.iter().map(part));
        page.table("  ", &[0], &table);
    }
}

/// The first variant with as many others beside it as the page is wide, until all were shown.
fn for_each_chunk(reports: &[Report], mut show: impl FnMut(&[&Report])) {
    let Some((base, others)) = reports.split_first() else { return };
    for chunk in others.chunks(BESIDE) {
        show(&std::iter::once(base).chain(chunk).collect::<Vec<_>>());
    }
}

fn figures(page: &Page, shown: &[&Report]) -> Vec<Vec<String>> {
    let mut rows = vec![title(page, shown, "")];
    for path in PATHS {
        let found: Vec<Figure> = shown.iter().filter_map(|report| report.figure(path)).collect();
        let Some(base) = found.first().filter(|_| found.iter().any(|f| f.value.is_some())) else { continue };
        let cell = |(place, f): (usize, &Figure)| match place {
            0 => figure(f),
            _ => format!("{}  {}", figure(f), difference(page, base, f)),
        };
        rows.push(std::iter::once((*path).to_string()).chain(found.iter().enumerate().map(cell)).collect());
    }
    rows
}

fn title(page: &Page, shown: &[&Report], first: &str) -> Vec<String> {
    let names = shown.iter().map(|report| page.strong(&report.header.variant));
    std::iter::once(first.to_string()).chain(names).collect()
}

/// The signed difference and its mark, always of the same width, so that values stay under each other.
fn difference(page: &Page, base: &Figure, figure: &Figure) -> String {
    let mark = match change(base, figure) {
        Change::Better => page.mood(Mood::Good, "✓"),
        Change::Worse => page.mood(Mood::Bad, "✗"),
        Change::Unknown => page.mood(Mood::Unsure, "?"),
        Change::Different => "·".to_string(),
        Change::Same => " ".to_string(),
    };
    let amount = match base.value.zip(figure.value) {
        None => String::new(),
        Some((before, after)) if (after - before).abs() < f64::EPSILON => "=".into(),
        Some((before, after)) => {
            let sign = if after > before { "+" } else { "−" };
            format!("{sign}{}", value((after - before).abs(), figure.unit))
        }
    };
    format!("{amount:>11} {mark}")
}

/// How many variants stand beside the first within the page's width.
const BESIDE: usize = 2;

/// How many variants stand side by side where no differences are shown.
const ABREAST: usize = 5;

/// The figures that most people look at.
pub(in crate::render) const PATHS: &[&str] = &[
    "counts.arrived",
    "rates.success",
    "rates.availability",
    "rates.fallback",
    "rates.rejected_429",
    "rates.goodput_per_s",
    "rates.retry_amplification",
    "counts.refused",
    "counts.abandoned",
    "counts.failed",
    "counts.in_flight",
    "latency.response.mean",
    "latency.response.p50",
    "latency.response.p95",
    "latency.response.p99",
    "latency.queue_wait.p95",
    "latency.ttft.p95",
    "cost_usd.total",
    "cost_usd.per_success",
    "cost_usd.invoiced",
    "cost_usd.saved_by_compression",
    "hallucination.leaked",
    "hallucination.leaked_rate",
    "validation.recall",
    "validation.usd_per_caught",
    "compression.recall.survival",
    "business.leads_captured",
    "business.satisfaction",
    "token_estimate.error_p95",
    "pools.utilisation",
    "pools.overshoot",
    "pools.first_429_s",
    "pools.undershoot",
    "recovery.back_after_s",
    "lanes.breaker.opens",
    "lanes.breaker.open_s",
    "counts.deadline_missed",
    "returns.came_back",
    "returns.success",
    "returns.amplification",
    "tasks.done",
    "tasks.stopped",
    "tasks.stuck_requests",
    "tasks.stuck_usd",
    "fairness.jain",
    "fairness.longest_wait_ms",
];
