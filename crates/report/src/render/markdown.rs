//! `summary.md`: what a reviewer reads in a pull request.

use super::number::{NOTHING, dollars, figure, value};
use super::text::sentence;
use super::trial;
use crate::report::Report;
use crate::slo::{SloResult, Verdict};
use std::fmt::Write as _;

/// A short summary of one run, or of several variants: verdicts, the figures that matter, what binds, and how to
/// repeat it.
pub fn markdown(reports: &[Report], command: &str) -> String {
    let mut text = String::new();
    let Some(base) = reports.first() else { return text };
    let mut line = |arguments: std::fmt::Arguments<'_>| {
        writeln!(text, "{arguments}").expect("a string takes all that is written to it");
    };
    line(format_args!("## {}\n\n{}\n", base.header.scenario, base.header.question));
    let names: Vec<&str> = reports.iter().map(|r| r.header.variant.as_str()).collect();
    line(format_args!("| | {} |\n|---|{}", names.join(" | "), "---:|".repeat(reports.len())));
    for slo in &base.header.slos {
        let cell = |report: &Report| match report.slo.iter().find(|result| result.slo == *slo) {
            Some(result) => cell(result),
            None => String::new(),
        };
        let cells: Vec<String> = reports.iter().map(cell).collect();
        line(format_args!("| `{}` {} | {} |", escaped(&slo.path), escaped(&slo.text), cells.join(" | ")));
    }
    for path in PATHS.iter().filter(|path| base.header.slos.iter().all(|slo| slo.path != **path)) {
        let cells: Vec<String> = reports.iter().filter_map(|r| r.figure(path)).map(|f| figure(&f)).collect();
        line(format_args!("| `{path}` | {} |", cells.join(" | ")));
    }
    line(format_args!(""));
    let trial = trial::rows(reports);
    if !trial.is_empty() {
        line(format_args!("| on trial | {} |\n|---|{}", names.join(" | "), "---:|".repeat(reports.len())));
        trial.iter().for_each(|row| line(format_args!("| {} |", row.join(" | "))));
        line(format_args!(""));
    }
    for report in reports {
        let bound = report
            .binding()
            .map_or("nothing was held back by a quota.".into(), |(pool, b)| sentence(pool, b));
        let (variant, cost) = (&report.header.variant, dollars(report.total.cost));
        line(format_args!(
            "- **{variant}**: {bound} It cost {cost}; digest `{}`.",
            crate::digest::hex(report.digest)
        ));
    }
    line(format_args!("\nSeed {}. To repeat it: `{command}`", base.header.seed));
    text
}

/// The figure and its mark; over replications the mean, and in how many the limit held.
fn cell(result: &SloResult) -> String {
    let Some(over) = &result.over else {
        return format!("{} {}", figure(&result.figure), mark(result.verdict));
    };
    let mean = over.spread.map_or(NOTHING.into(), |spread| value(spread.mean, result.figure.unit));
    let width = over.spread.and_then(|spread| spread.half_width);
    let width = width.map(|width| format!(" ± {}", value(width, result.figure.unit))).unwrap_or_default();
    format!("{mean}{width} ({} of {}) {}", over.held, over.of, mark(over.verdict))
}

pub(super) fn mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Held => "✅",
        Verdict::Missed => "❌",
        Verdict::Inconclusive => "❔",
    }
}

pub(super) fn escaped(text: &str) -> String {
    text.replace('|', "\\|")
}

const PATHS: &[&str] = &[
    "counts.arrived",
    "rates.success",
    "rates.fallback",
    "rates.rejected_429",
    "rates.retry_amplification",
    "latency.response.p50",
    "latency.response.p95",
    "latency.response.p99",
    "cost_usd.per_success",
    "pools.utilisation",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::{header, quality_run, report, report_of};

    /// The one table of what is on trial stands in pull requests too, with as many columns as there are variants.
    #[test]
    fn what_is_on_trial_is_a_table() {
        let mut checked = header();
        checked.variant = "checked".into();
        let text = markdown(&[report(), report_of(&checked, &quality_run())], "rushhour run");
        let rows: Vec<&str> = text.lines().skip_while(|line| !line.starts_with("| on trial")).collect();
        assert_eq!(rows.first(), Some(&"| on trial | base | checked |"), "{text}");
        assert!(rows.contains(&"| facts still there when asked for | – | 0.00 % |"), "{text}");
        assert!(rows.contains(&"| answers that are not so | – | 50.00 % |"), "{text}");
        assert!(rows.contains(&"|   saved against the first, all told | – | −$0.8260 |"), "{text}");
        assert!(!markdown(&[report()], "rushhour run").contains("on trial"));
    }

    #[test]
    fn the_summary_of_a_run() {
        insta::assert_snapshot!(markdown(&[report()], "rushhour run scenarios/peak_hour.toml --seed 7"));
    }
}
