//! What checks and shorter histories come to: tokens, dollars, latency and the quality of answers, variant by variant.

use super::number::{NOTHING, figure, value};
use crate::report::Report;
use crate::slo::Unit;

/// The table's rows, one for each figure that any of the variants has: its name, and what each of them comes to. Empty unless one of
/// them checks replies, cuts histories, or says what answers were worth.
pub(super) fn rows(reports: &[Report]) -> Vec<Vec<String>> {
    let on_trial = |r: &Report| {
        r.validation.is_some() || r.business.is_some() || r.compression.is_some_and(|cut| cut.cut_any())
    };
    if !reports.iter().any(on_trial) {
        return Vec::new();
    }
    let mut rows: Vec<Vec<String>> =
        ROWS.iter().filter_map(|(name, path)| row(reports, name, path)).collect();
    if let Some(place) = rows.iter().position(|row| row[0] == COST)
        && reports.len() > 1
    {
        rows.insert(place + 1, against_the_first(reports));
    }
    rows
}

fn row(reports: &[Report], name: &str, path: &str) -> Option<Vec<String>> {
    let found: Vec<_> = reports.iter().map(|report| report.figure(path)).collect();
    let known = |figure: &Option<crate::figures::Figure>| figure.is_some_and(|figure| figure.value.is_some());
    if !found.iter().any(known) {
        return None;
    }
    let cells = found.iter().map(|found| match found {
        Some(found) if found.value.is_some() => figure(found),
        _ => NOTHING.to_owned(),
    });
    Some(std::iter::once(name.to_owned()).chain(cells).collect())
}

/// How much less a variant cost than the first: net of everything, summaries, regenerations and cache hits lost included.
fn against_the_first(reports: &[Report]) -> Vec<String> {
    let base = reports.first().map_or(0.0, |base| base.total.cost.as_usd_f64());
    let cell = |(place, report): (usize, &Report)| {
        let saved = base - report.total.cost.as_usd_f64();
        match place {
            0 => NOTHING.to_owned(),
            _ if saved < 0.0 => format!("−{}", value(-saved, Unit::Dollars)),
            _ => value(saved, Unit::Dollars),
        }
    };
    let name = "  saved against the first, all told".to_owned();
    std::iter::once(name).chain(reports.iter().enumerate().map(cell)).collect()
}

const COST: &str = "cost";

/// What the rows are called, and which figures they show.
const ROWS: &[(&str, &str)] = &[
    ("input tokens", "tokens.input"),
    ("  read from a prompt cache", "tokens.cached_share"),
    ("  cut from prompts that were cut", "compression.saved_share"),
    (COST, "cost_usd.total"),
    ("  per answer", "cost_usd.per_success"),
    ("  saved by cuts, in their own mix", "cost_usd.saved_by_compression"),
    ("  summaries", "compression.summary_usd"),
    ("  what followed from checks", "validation.usd"),
    ("  per error caught", "validation.usd_per_caught"),
    ("response, median", "latency.response.p50"),
    ("response, 95th percentile", "latency.response.p95"),
    ("facts still there when asked for", "compression.recall.survival"),
    ("answers that are not so", "hallucination.leaked_rate"),
    ("  errors caught", "hallucination.caught"),
    ("  false alarms", "hallucination.false_alarms"),
    ("leads captured (modelled)", "business.leads_captured"),
    ("apologies (modelled)", "business.apology_rate"),
    ("satisfaction (modelled)", "business.satisfaction"),
];
