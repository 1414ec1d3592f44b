//! The report for people.

use super::{LaneReport, QuotaReport, ServerReport};
use rushhour_base::Span;
use rushhour_base::time::MILLISECOND;
use std::fmt::Write;

pub(super) fn page(report: &ServerReport) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = write(&mut out, report);
    out
}

fn write(out: &mut String, report: &ServerReport) -> std::fmt::Result {
    let elapsed = Span(report.elapsed.0 - report.elapsed.0 % MILLISECOND);
    let speed = if report.speed == "1" { String::new() } else { format!(" at speed {}", report.speed) };
    writeln!(out, "{}, seed {}: served {elapsed}{speed}", report.scenario, report.seed)?;
    let retries: u64 = report.retries.iter().map(|(_, count)| count).sum();
    let by_number: Vec<String> =
        report.retries.iter().map(|(number, count)| format!("#{number}: {count}")).collect();
    let by_number = if by_number.is_empty() { String::new() } else { format!(" ({})", by_number.join(", ")) };
    line(out, "requests", &format!("{}, of which retries {retries}{by_number}", report.attempts))?;
    let statuses: Vec<String> =
        report.statuses.iter().map(|(status, count)| format!("{status}: {count}")).collect();
    let statuses = if statuses.is_empty() { "none".to_owned() } else { statuses.join(", ") };
    line(out, "responses", &statuses)?;
    line(out, "hung up", &format!("{}; broken off by faults {}", report.hung_up, report.broken))?;
    if report.connections_refused > 0 {
        line(out, "connections", &format!("{} turned away: too many were open", report.connections_refused))?;
    }
    line(out, "spend", &format!("${:.4}", report.spend().as_usd_f64()))?;
    report.lanes.iter().try_for_each(|lane| of_lane(out, lane))?;
    report.quotas.iter().try_for_each(|quota| of_quota(out, quota))?;
    for (name, kind, struck) in &report.faults {
        line(out, "fault", &format!("{name} ({kind}) struck {struck}"))?;
    }
    if !report.labels.is_empty() {
        let labels: Vec<String> =
            report.labels.iter().map(|(label, count)| format!("{label}: {count}")).collect();
        line(out, "replies", &labels.join(", "))?;
    }
    Ok(())
}

fn of_lane(out: &mut String, lane: &LaneReport) -> std::fmt::Result {
    let LaneReport { name, attempts, answered, input_tokens, cached_tokens, output_tokens, spend } = lane;
    let spend = spend.as_usd_f64();
    line(
        out,
        "lane",
        &format!(
            "{name}: {answered} of {attempts} answered; tokens in {input_tokens}, cached {cached_tokens}, out \
             {output_tokens}; ${spend:.4}"
        ),
    )
}

fn of_quota(out: &mut String, quota: &QuotaReport) -> std::fmt::Result {
    let QuotaReport { name, dimension, amount, period, used, granted, refused } = quota;
    line(
        out,
        "quota",
        &format!(
            "{name}: {dimension} {amount} per {period}: used {used} of {granted} granted, {} unused; refused {refused}",
            quota.unused()
        ),
    )
}

fn line(out: &mut String, name: &str, text: &str) -> std::fmt::Result {
    writeln!(out, "  {name:<12}{text}")
}
