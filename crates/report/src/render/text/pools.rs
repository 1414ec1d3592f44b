//! The quotas: how full, how often overrun, how much left unused while somebody waited, and what binds first.

use super::page::{Mood, Page, bar};
use crate::render::number::{count, duration, percent};
use crate::report::{Binding, Evidence, LimitReport, PoolReport, Report};
use rushhour_base::time::{DAY, HOUR, MINUTE, SECOND};
use rushhour_base::{Dimension, Span};

pub(super) fn section(page: &mut Page, report: &Report) {
    page.heading("Quotas");
    match report.binding() {
        Some((pool, binding)) => {
            let words = page.mood_words(Mood::Unsure, &sentence(pool, binding));
            page.wrapped("  ", &words);
        }
        None => page.line("  nothing was held back by a quota"),
    }
    for pool in &report.pools {
        page.line(&format!("  {} · {}", page.strong(&pool.name), overshoot(pool)));
        let rows: Vec<Vec<String>> = pool.limits.iter().map(row).collect();
        page.table("    ", &[0, 4], &rows);
        if pool.outgrown() > 0 {
            let calls = count(pool.outgrown());
            page.line(&format!(
                "    {calls} calls were refused because usage grew too fast, within its limits"
            ));
        }
        if pool.counted_failed > 0 {
            let calls = count(pool.counted_failed);
            page.line(&format!(
                "    {calls} calls that were refused or failed counted as requests all the same"
            ));
        }
        if let Some(felt) = pool.felt {
            let (last, cuts) = (count(felt.last), count(felt.cuts));
            let what = match felt.dimension {
                Dimension::Concurrency => "calls at once".to_owned(),
                other => format!("{} per minute", other.name().replace('_', " ")),
            };
            page.line(&format!(
                "    the client felt for its limit: {last} {what} in the end, cut {cuts} times"
            ));
        }
        if pool.corrections > 0 {
            let times = count(pool.corrections);
            page.line(&format!("    headers corrected what the client believed of it {times} ×"));
        }
        if let Some(share) = pool.undershoot {
            let waited = duration(pool.waited.0);
            page.line(&format!("    {} left unused while requests waited, {waited} in sum", percent(share)));
        }
    }
}

/// What held requests back most, as a sentence.
pub(in crate::render) fn sentence(pool: &PoolReport, binding: &Binding) -> String {
    let (what, verb, them) = constraint(pool, binding);
    let share = percent(binding.share);
    match binding.evidence {
        Evidence::Waited(span) => {
            let waited = duration(span.0);
            format!(
                "{}: {what} {verb} first — requests waited {waited} for {them} in sum, {share} of all waiting.",
                pool.name
            )
        }
        Evidence::Refused(calls) => {
            let calls = count(calls);
            format!(
                "{}: {what} {verb} first — {calls} calls were refused for {them}, {share} of all refusals.",
                pool.name
            )
        }
    }
}

/// What held requests back most, without how much: `anthropic/sonnet-4: output tokens per minute bind first`.
pub fn what_binds(report: &Report) -> Option<String> {
    let (pool, binding) = report.binding()?;
    let (what, verb, _) = constraint(pool, binding);
    Some(format!("{}: {what} {verb} first", pool.name))
}

/// A constraint in words, with the verb and the pronoun that go with it.
fn constraint(pool: &PoolReport, binding: &Binding) -> (String, &'static str, &'static str) {
    let limit = pool.limits.iter().find(|l| l.limit.dimension.name() == binding.constraint);
    match (limit, binding.constraint) {
        (Some(limit), _) if limit.limit.dimension == Dimension::Concurrency => {
            ("calls at once".into(), "bind", "them")
        }
        (Some(limit), _) => (granted(limit), "bind", "them"),
        (None, "backoff") => ("the shared backoff after 429s".into(), "binds", "it"),
        (None, "growth") => ("how fast usage may grow".into(), "binds", "it"),
        (None, "budget") => ("a cap on spending".into(), "binds", "it"),
        (None, other) => (format!("the client's own limit on {}", other.replace('_', " ")), "binds", "it"),
    }
}

fn overshoot(pool: &PoolReport) -> String {
    match pool.overshoot() {
        0 => "never overrun".into(),
        n => {
            let counted = pool.overruns.iter().filter(|(d, _)| *d != Dimension::Growth);
            let by = counted.map(|(d, n)| format!("{} {}", count(*n), d.name().replace('_', " ")));
            let by = by.collect::<Vec<_>>().join(", ");
            let first = pool.first_429.map(|at| format!(", first after {}", duration(at.0)));
            format!("overrun {} × ({by}){}", count(n), first.unwrap_or_default())
        }
    }
}

fn row(limit: &LimitReport) -> Vec<String> {
    let LimitReport { limit: header, charged, utilisation } = limit;
    let (name, used) = if header.dimension == Dimension::Concurrency {
        ("calls at once".to_string(), format!("most {}", count(*charged)))
    } else {
        (granted(limit), format!("{} charged", count(*charged)))
    };
    vec![name, count(header.amount), used, percent(*utilisation), bar(*utilisation, 30)]
}

/// `output tokens per minute`.
fn granted(limit: &LimitReport) -> String {
    let words = limit.limit.dimension.name().replace('_', " ");
    let what = words.strip_suffix(" per day").unwrap_or(&words);
    let period = match limit.limit.period.0 {
        SECOND => "per second".into(),
        MINUTE => "per minute".into(),
        HOUR => "per hour".into(),
        DAY => "per day".into(),
        other => format!("per {}", Span(other)),
    };
    format!("{what} {period}")
}
