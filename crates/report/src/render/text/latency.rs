//! Durations: the table of percentiles, and the shape of the response times.

use super::page::{Page, blocks};
use crate::figures::FAMILIES;
use crate::latency::{Bounds, Latency, Statistic};
use crate::render::number::{NOTHING, count, duration, percent};
use crate::report::Report;
use hdrhistogram::Histogram;
use rushhour_base::time::MICROSECOND;

pub(super) fn section(page: &mut Page, report: &Report) {
    let response = &report.total.latency.response;
    let open = match response.open {
        0 => String::new(),
        open => format!("; {} open at the horizon counted at their age", count(open)),
    };
    page.heading_with("Latency", &format!("of requests answered by a model{open}"));
    if response.count == 0 {
        page.line("  no samples");
        return;
    }
    let mut rows =
        vec![["", "count", "mean", "p50", "p90", "p95", "p99", "p99.9", "max"].map(String::from).to_vec()];
    for ((_, of), name) in FAMILIES.iter().zip(["response", "queue wait", "service", "first token"]) {
        rows.push(row(name, of(&report.total.latency)));
    }
    if report.workloads.len() > 1 {
        for (workload, slice) in report.header.workloads.iter().zip(&report.workloads) {
            rows.push(row(&format!("response {}", short(&workload.name)), &slice.latency.response));
        }
    }
    page.table("  ", &[0], &rows);
    if let Some(waited) = report.total.rates.waited.filter(|waited| *waited > 0.0) {
        page.line(&format!("  {} waited in a queue", percent(waited)));
    }
    if let Some((low, high, shape)) = shape(&response.histogram) {
        page.line(&format!("  response {low} {shape} {high}"));
    }
}

fn row(name: &str, latency: &Latency) -> Vec<String> {
    let cells = Statistic::ALL[1..].iter().map(|statistic| bounds(latency.get(*statistic)));
    [name.to_string(), count(latency.count)].into_iter().chain(cells).collect()
}

fn bounds(bounds: Option<Bounds>) -> String {
    match bounds {
        None => NOTHING.into(),
        Some(bounds) if bounds.is_lower_bound() => format!("≥{}", duration(bounds.at_least.0)),
        Some(bounds) => duration(bounds.at_least.0),
    }
}

/// The distribution on a logarithmic scale, with its ends.
pub(super) fn shape(histogram: &Histogram<u64>) -> Option<(String, String, String)> {
    if histogram.is_empty() {
        return None;
    }
    let (low, high) = (histogram.min().max(1), histogram.max().max(1));
    let (from, span) = (libm::log(low as f64), libm::log(high as f64 / low as f64).max(1e-9));
    let mut columns = [0u64; COLUMNS];
    for step in histogram.iter_recorded() {
        let place = (libm::log(step.value_iterated_to().max(1) as f64) - from) / span * COLUMNS as f64;
        columns[(place.max(0.0) as usize).min(COLUMNS - 1)] += step.count_at_value();
    }
    Some((duration(low * MICROSECOND), duration(high * MICROSECOND), blocks(&columns)))
}

fn short(name: &str) -> String {
    if name.chars().count() <= 12 { name.into() } else { name.chars().take(11).chain(['…']).collect() }
}

const COLUMNS: usize = 60;
