//! What was counted, as Prometheus reads it.
//!
//! Names are those of OpenTelemetry's conventions for generative AI where there is one, as Prometheus writes them: points become
//! underscores, and the unit stands at the end. The conventions are still in development; all names stand here and nowhere else.
//! What they do not know is under `rushhour_`.

use crate::desk::Desk;
use crate::report::ServerReport;
use crate::tally::{Histogram, LaneTally, SECONDS, TOKEN_SECONDS, TOKENS};
use rushhour_world::settings::Dialect;
use std::fmt::Write;

/// The content type of the page.
pub(crate) const TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// All metrics.
pub(crate) fn page(desk: &Desk) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = histograms(&mut out, desk).and_then(|()| counters(&mut out, &ServerReport::of(desk), desk));
    out
}

/// A histogram of a lane, with the bounds of its buckets.
type Of = (fn(&LaneTally) -> &Histogram, &'static [f64]);

fn histograms(out: &mut String, desk: &Desk) -> std::fmt::Result {
    let of_seconds: [(&str, &str, Of); 3] = [
        (
            "gen_ai_server_request_duration_seconds",
            "From a request to the end of its reply.",
            (|lane| &lane.duration, &SECONDS),
        ),
        (
            "gen_ai_server_time_to_first_token_seconds",
            "From a request to the first token of its reply.",
            (|lane| &lane.to_first_token, &SECONDS),
        ),
        (
            "gen_ai_server_time_per_output_token_seconds",
            "Between two tokens after the first.",
            (|lane| &lane.per_token, &TOKEN_SECONDS),
        ),
    ];
    for (name, help, (of, bounds)) in of_seconds {
        head(out, name, help, "histogram")?;
        for (labels, lane) in lanes(desk) {
            histogram(out, name, &labels, of(&lane), bounds)?;
        }
    }
    let name = "gen_ai_client_token_usage";
    head(out, name, "Tokens of a call, as its reply states them.", "histogram")?;
    for (labels, lane) in lanes(desk) {
        for (kind, tokens) in [("input", &lane.input), ("output", &lane.output)] {
            histogram(out, name, &format!("{labels},gen_ai_token_type=\"{kind}\""), tokens, &TOKENS)?;
        }
    }
    Ok(())
}

/// The lanes that any call came to, with the labels that name them.
fn lanes(desk: &Desk) -> Vec<(String, LaneTally)> {
    let tally = desk.tally();
    let all = desk.header.lanes.iter().zip(&desk.world.lanes).zip(&tally.lanes);
    let used = all.filter(|(_, lane)| lane.attempts > 0);
    used.map(|((named, plan), lane)| {
        let provider = match desk.world.providers[plan.provider].dialect {
            Dialect::OpenAi => "openai",
            Dialect::Anthropic => "anthropic",
        };
        let labels = format!(
            "gen_ai_operation_name=\"chat\",gen_ai_provider_name=\"{provider}\",gen_ai_request_model={},rushhour_lane={}",
            quoted(&named.model),
            quoted(&named.name)
        );
        (labels, lane.clone())
    })
    .collect()
}

fn counters(out: &mut String, report: &ServerReport, desk: &Desk) -> std::fmt::Result {
    let scalars = [
        ("rushhour_requests_total", "Requests to a model's endpoints.", "counter", report.attempts),
        ("rushhour_hung_up_total", "Calls whose caller hung up.", "counter", report.hung_up),
        (
            "rushhour_broken_replies_total",
            "Replies that a fault broke off or spoilt.",
            "counter",
            report.broken,
        ),
        (
            "rushhour_connections_refused_total",
            "Connections turned away because too many were open.",
            "counter",
            report.connections_refused,
        ),
        ("rushhour_calls_under_way", "Calls under way.", "gauge", desk.calls_under_way() as u64),
    ];
    for (name, help, kind, value) in scalars {
        head(out, name, help, kind)?;
        writeln!(out, "{name} {value}")?;
    }
    head(out, "rushhour_retries_total", "Requests that their library numbered as a retry.", "counter")?;
    for (number, count) in &report.retries {
        writeln!(out, "rushhour_retries_total{{number=\"{number}\"}} {count}")?;
    }
    head(out, "rushhour_responses_total", "Responses by status.", "counter")?;
    for (status, count) in &report.statuses {
        writeln!(out, "rushhour_responses_total{{status=\"{status}\"}} {count}")?;
    }
    head(out, "rushhour_spend_usd_total", "What the provider put on its invoice.", "counter")?;
    for lane in &report.lanes {
        let usd = lane.spend.as_usd_f64();
        writeln!(out, "rushhour_spend_usd_total{{lane={}}} {usd:.6}", quoted(&lane.name))?;
    }
    head(out, "rushhour_quota_used_total", "What was used of a quota.", "counter")?;
    for quota in &report.quotas {
        let labels = format!("quota={},dimension=\"{}\"", quoted(&quota.name), quota.dimension);
        writeln!(out, "rushhour_quota_used_total{{{labels}}} {}", quota.used)?;
    }
    head(out, "rushhour_quota_granted_total", "What a quota granted, from full at the start.", "counter")?;
    for quota in &report.quotas {
        let labels = format!("quota={},dimension=\"{}\"", quoted(&quota.name), quota.dimension);
        writeln!(out, "rushhour_quota_granted_total{{{labels}}} {}", quota.granted)?;
    }
    head(out, "rushhour_faults_struck_total", "Calls that a fault struck.", "counter")?;
    for (name, kind, struck) in &report.faults {
        writeln!(out, "rushhour_faults_struck_total{{fault={},kind=\"{kind}\"}} {struck}", quoted(name))?;
    }
    Ok(())
}

fn head(out: &mut String, name: &str, help: &str, kind: &str) -> std::fmt::Result {
    writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}")
}

fn histogram(out: &mut String, name: &str, labels: &str, of: &Histogram, bounds: &[f64]) -> std::fmt::Result {
    let mut below = 0;
    for (place, bound) in bounds.iter().enumerate() {
        below += of.counts.get(place).copied().unwrap_or(0);
        writeln!(out, "{name}_bucket{{{labels},le=\"{bound}\"}} {below}")?;
    }
    writeln!(out, "{name}_bucket{{{labels},le=\"+Inf\"}} {}", of.count)?;
    writeln!(out, "{name}_sum{{{labels}}} {}\n{name}_count{{{labels}}} {}", of.sum, of.count)
}

/// A value of a label.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}
