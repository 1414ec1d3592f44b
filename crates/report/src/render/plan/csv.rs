//! The curve of a search as CSV: a row for each value at which every replication was run.

use crate::plan::{Curve, Plan};
use crate::render::number::usd6;

/// Value against how many runs held, 95th percentile of response times, goodput, fallback and cost. Figures are means
/// with six decimals; empty where a run has no samples.
pub fn plan_csv(plan: &Plan<'_>) -> String {
    let mut text =
        "value,runs,held,latency.response.p95,rates.goodput_per_s,rates.fallback,cost_usd.per_hour\n"
            .to_owned();
    for point in plan.curve() {
        let Curve { held, runs, figures, per_hour, .. } = point.curve();
        let [p95, goodput, fallback] =
            figures.map(|figure| figure.map_or(String::new(), |f| format!("{f:.6}")));
        let value = field(&(plan.label)(point.place));
        text.push_str(&format!("{value},{runs},{held},{p95},{goodput},{fallback},{}\n", usd6(per_hour)));
    }
    text
}

/// A field in quotes where CSV needs them (RFC 4180, 2).
fn field(text: &str) -> String {
    if text.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}
