//! What became of the requests: outcomes, attempts, rungs, falls, and how evenly agents fared.

use super::page::{Page, bar};
use crate::render::number::{NOTHING, count, duration, percent, plural};
use crate::report::{Ending, Report};
use rushhour_base::event::Reason;
use rushhour_base::{Outcome, Rung};

pub(super) fn section(page: &mut Page, report: &Report) {
    let counts = report.total.counts;
    page.heading_with("Requests", &format!("{} arrived", count(counts.arrived)));
    let outcomes = [
        (Outcome::Answered, counts.answered),
        (Outcome::Refused, counts.refused),
        (Outcome::Abandoned, counts.abandoned),
        (Outcome::Failed, counts.failed),
        (Outcome::Parked, counts.parked),
        (Outcome::InFlight, counts.in_flight),
    ];
    let shown = outcomes.iter().filter(|(outcome, n)| *n > 0 || *outcome == Outcome::Answered);
    let row = |(outcome, n): &(Outcome, u64)| {
        let share = *n as f64 / counts.arrived.max(1) as f64;
        let name = if *outcome == Outcome::InFlight { "in flight" } else { outcome.name() };
        vec![name.into(), count(*n), percent(share), bar(share, 30), page.faint(&reasons(report, *outcome))]
    };
    let rows: Vec<Vec<String>> = shown.map(row).collect();
    page.table("  ", &[0, 3, 4], &rows);
    open_at_once(page, report);
    attempts(page, report);
    rungs(page, report);
}

fn open_at_once(page: &mut Page, report: &Report) {
    let open = report.open_requests;
    if let Some(mean) = open.mean.filter(|_| open.max > 0) {
        page.line(&format!("  open at once {mean:.2} on average, {} at most", count(open.max)));
    }
}

/// Who was served how evenly, and who waited longest.
pub(super) fn fairness(page: &mut Page, report: &Report) {
    let Some(jain) = report.fairness.jain else { return };
    page.heading_with("Fairness", &format!("Jain {jain:.3} over the answered shares of agents (1 is even)"));
    if let Some(longest) = report.fairness.longest_wait {
        let agent = report.header.agent_name(longest.request.agent().0);
        let (waited, turn) = (duration(longest.waited.0), longest.request.turn());
        page.line(&format!("  longest wait in a queue {waited}: {agent}, turn {turn}"));
    }
}

fn attempts(page: &mut Page, report: &Report) {
    let counts = report.total.counts;
    if counts.attempts == 0 {
        return;
    }
    let mut parts = vec![plural(counts.attempts, "attempt")];
    for (n, name) in [
        (counts.retries, plural(counts.retries, "retry")),
        (counts.rejected_429, format!("{} × 429", count(counts.rejected_429))),
        (counts.provider_errors, plural(counts.provider_errors, "provider error")),
        (counts.timeouts, plural(counts.timeouts, "timeout")),
    ] {
        if n > 0 {
            parts.push(name);
        }
    }
    page.line(&format!("  {}", parts.join(" · ")));
    let named = [
        (counts.disconnected, "disconnected"),
        (counts.truncated, "truncated"),
        (counts.stream_errors, "with an error in mid-stream"),
        (counts.malformed, "malformed"),
        (counts.stalled, "stalled"),
        (counts.unauthorized, "unauthorized"),
        (counts.credit_exhausted, "without credit"),
    ];
    let named = named.iter().filter(|(n, _)| *n > 0).map(|(n, name)| format!("{} {name}", count(*n)));
    let named = named.collect::<Vec<_>>();
    if !named.is_empty() {
        page.line(&format!("  among them {}", named.join(" · ")));
    }
    let made = report.amplification;
    if let (Some(mean), Some(p99), Some(max)) = (made.mean, made.p99, made.max) {
        page.line(&format!(
            "  retry amplification {mean:.3} attempts per request that made any; p99 {p99}, most {max}"
        ));
    }
    if let Some(goodput) = report.total.rates.goodput_per_s {
        page.line(&format!("  goodput {goodput:.3} answers by models per second"));
    }
}

fn rungs(page: &mut Page, report: &Report) {
    let falls: u64 = report.falls.iter().map(|fall| fall.count).sum();
    page.heading_with("Rungs", &if falls == 0 { "nobody fell".to_string() } else { plural(falls, "fall") });
    let known = |rung: Rung| report.header.chain.contains(&rung);
    let shown = report.rungs.iter().filter(|r| r.answers > 0 || known(r.rung));
    let row = |r: &crate::report::RungReport| {
        let p95 = r.response.percentiles[2].map_or(NOTHING.into(), |b| {
            format!("{}{}", if b.is_lower_bound() { "≥" } else { "" }, duration(b.at_least.0))
        });
        let share = r.share.unwrap_or(0.0);
        vec![r.rung.name().into(), count(r.answers), percent(share), bar(share, 30), format!("p95 {p95}")]
    };
    let rows: Vec<Vec<String>> = shown.map(row).collect();
    page.table("  ", &[0, 3], &rows);
    let mut largest: Vec<_> = report.falls.iter().collect();
    largest.sort_by_key(|fall| std::cmp::Reverse(fall.count));
    for fall in largest.iter().take(SHOWN) {
        page.line(&format!("  {} × {} → {}: {}", count(fall.count), fall.from, fall.to, words(fall.reason)));
    }
    if largest.len() > SHOWN {
        page.line(&format!("  and {} in other ways", count(largest[SHOWN..].iter().map(|f| f.count).sum())));
    }
}

/// Why requests ended so, the commonest first.
fn reasons(report: &Report, outcome: Outcome) -> String {
    let mut of: Vec<&Ending> =
        report.endings.iter().filter(|e| e.outcome == outcome && !told(e.reason)).collect();
    of.sort_by_key(|ending| std::cmp::Reverse(ending.count));
    let word = |e: &&Ending| {
        if of.len() == 1 { words(e.reason) } else { format!("{} {}", count(e.count), words(e.reason)) }
    };
    of.iter().take(2).map(word).collect::<Vec<_>>().join(", ")
}

/// Reasons that the outcome itself already says.
fn told(reason: Reason) -> bool {
    matches!(reason, Reason::None | Reason::Horizon)
}

fn words(reason: Reason) -> String {
    reason.name().replace('_', " ")
}

const SHOWN: usize = 5;
