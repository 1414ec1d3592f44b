//! What a trace holds, for people.

use super::Style;
use super::page::{Page, blocks};
use crate::render::number::{count, duration, plural};
use crate::traffic::{Spread, Traffic};

/// The page of a trace: `name` is the file's, `format` how it is written.
pub fn traffic_text(traffic: &Traffic, name: &str, format: &str, style: Style) -> String {
    let mut page = Page::new(style);
    let title = page.strong(name);
    let rows = plural(traffic.requests, "request");
    page.line(&format!("{title} · {format} · {rows} in {}", duration(traffic.span.0)));
    page.heading("arrivals");
    let number = |value: Option<f64>, decimals: usize| {
        value.map_or_else(|| "–".to_owned(), |value| format!("{value:.decimals$}"))
    };
    page.line(&format!(
        "  {} a minute on the average · {} in the busiest 60 s, to {}",
        number(traffic.per_minute, 1),
        count(traffic.peak_per_minute),
        duration(traffic.peak_at.0)
    ));
    if let Some(gaps) = &traffic.gaps {
        page.line(&format!(
            "  gaps: mean {} · p50 {} · p95 {} · p99 {} · longest {}, from {}",
            duration(gaps.mean as u64),
            duration(gaps.p50),
            duration(gaps.p95),
            duration(gaps.p99),
            duration(gaps.max),
            duration(traffic.silent_from.unwrap_or_default().0)
        ));
    }
    page.line(&format!(
        "  burstiness: CV of gaps {} · dispersion of 60 s counts {}  (a Poisson process has 1 and 1)",
        number(traffic.gaps.map(|gaps| gaps.cv), 2),
        number(traffic.dispersion, 2)
    ));
    page.line(&format!("  0 {} {}", blocks(&traffic.shape), duration(traffic.span.0)));
    page.heading("tokens");
    let mut rows = vec![["", "mean", "p50", "p95", "p99", "max", "CV"].map(str::to_owned).to_vec()];
    for (name, spread) in [("prompt", traffic.input_tokens), ("reply", traffic.output_tokens)] {
        rows.extend(spread.map(|spread| row(name, &spread)));
    }
    page.table("  ", &[0], &rows);
    let per_minute =
        traffic.tokens_per_minute.map_or_else(|| "–".to_owned(), |value| count((value + 0.5) as u64));
    page.line(&format!(
        "  {per_minute} a minute on the average · {} in the busiest 60 s",
        count(traffic.peak_tokens_per_minute)
    ));
    page.finish()
}

fn row(name: &str, spread: &Spread) -> Vec<String> {
    let mut cells = vec![name.to_owned(), count((spread.mean + 0.5) as u64)];
    cells.extend([spread.p50, spread.p95, spread.p99, spread.max].map(count));
    cells.push(format!("{:.2}", spread.cv));
    cells
}
