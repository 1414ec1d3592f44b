//! What the gate says: to people at a terminal, to a pull request, and to programs.
//!
//! All of them work from the same [`Finding`]s, so that none can pass what another fails.

mod annotations;
mod json;
mod junit;
mod markdown;
mod text;

pub use annotations::gate_annotations;
pub use json::gate_json;
pub use junit::gate_junit;
pub use markdown::gate_markdown;
pub use text::gate_text;

use super::number;
use crate::gate::{Judgement, Moved};
use crate::slo::{SloResult, Verdict};

/// One thing that was asked of a scenario, and what came of it.
struct Finding {
    /// What was asked: a limit, a checker, or all figures of a variant.
    name: String,
    verdict: Verdict,
    /// What is wrong, a line each; empty where it held.
    lines: Vec<String>,
}

/// Everything that was asked of a scenario, in order: limits, checkers, baselines.
fn findings(judgement: &Judgement) -> Vec<Finding> {
    let mut all: Vec<Finding> = judgement.slos.iter().map(of_limit).collect();
    all.extend(judgement.relative.iter().map(|(variant, slo)| {
        let finding = of_limit(slo);
        Finding { name: format!("{variant} · {}", finding.name), ..finding }
    }));
    for (variant, violation) in &judgement.violations {
        let name = format!("{variant} · {}", violation.checker);
        all.push(Finding { name, verdict: Verdict::Missed, lines: vec![violation.sentence.clone()] });
    }
    all.extend(without_baseline(judgement));
    for variant in &judgement.variants {
        let mut lines: Vec<String> = variant.worse().map(moved).collect();
        let verdict = if lines.is_empty() { Verdict::Held } else { Verdict::Missed };
        if !lines.is_empty() {
            lines.extend(variant.causes.iter().map(|cause| format!("because {cause}")));
        }
        all.push(Finding { name: format!("{} · baseline", variant.variant), verdict, lines });
    }
    all
}

/// That there is no baseline to hold anything against, if there is none.
fn without_baseline(judgement: &Judgement) -> Option<Finding> {
    let reason = judgement.no_baseline.clone()?;
    Some(Finding { name: "baseline".into(), verdict: Verdict::Inconclusive, lines: vec![reason] })
}

fn of_limit(slo: &SloResult) -> Finding {
    let name = format!("{} {}", slo.slo.path, slo.slo.text);
    let lines = match slo.verdict {
        Verdict::Held => Vec::new(),
        Verdict::Missed => vec![format!("it is {}", number::figure(&slo.figure))],
        Verdict::Inconclusive if slo.figure.value.is_none() => vec!["it has no samples".to_owned()],
        Verdict::Inconclusive if slo.slo.of.is_some() && slo.against.is_none() => {
            vec!["there is nothing to hold it against".to_owned()]
        }
        Verdict::Inconclusive if !slo.figure.is_lower_bound() => vec!["the run was stopped".to_owned()],
        Verdict::Inconclusive => {
            vec![format!("it is {}; open requests could decide it either way", number::figure(&slo.figure))]
        }
    };
    Finding { name, verdict: slo.verdict, lines }
}

/// `rates.fallback 0.61 % → 0.93 %`; where both look alike, by how much they differ.
fn moved(moved: &Moved) -> String {
    let (before, after) = (number::figure(&moved.before), number::figure(&moved.after));
    let by = match (moved.before.value, moved.after.value) {
        (Some(was), Some(is)) if before == after => {
            let sign = if is >= was { "+" } else { "" };
            format!(" ({sign}{})", number::value(is - was, moved.unit))
        }
        _ => String::new(),
    };
    format!("{} {before} → {after}{by}", moved.path)
}

fn mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Held => "✓",
        Verdict::Missed => "✗",
        Verdict::Inconclusive => "?",
    }
}

/// What came of a scenario, in half a line.
fn outcome(judgement: &Judgement) -> String {
    let all = || judgement.slos.iter().chain(judgement.relative.iter().map(|(_, slo)| slo));
    let limits = |wanted: Verdict| all().filter(|slo| slo.verdict == wanted).count() as u64;
    let worse: u64 = judgement.variants.iter().map(|variant| variant.worse().count() as u64).sum();
    let better: u64 = judgement.variants.iter().map(|variant| variant.better().count() as u64).sum();
    let mut parts = Vec::new();
    for (wanted, word) in
        [(Verdict::Held, "held"), (Verdict::Missed, "missed"), (Verdict::Inconclusive, "undecided")]
    {
        if limits(wanted) > 0 {
            parts.push(format!("{} {word}", number::plural(limits(wanted), "limit")));
        }
    }
    if !judgement.violations.is_empty() {
        parts.push(number::plural(judgement.violations.len() as u64, "contradiction"));
    }
    if worse > 0 {
        parts.push(format!("{} worse", number::plural(worse, "figure")));
    }
    if better > 0 {
        parts.push(format!("{} better", number::plural(better, "figure")));
    }
    match &judgement.no_baseline {
        Some(reason) => parts.push(reason.clone()),
        None if !judgement.differs() => parts.push("as its baseline".to_owned()),
        None if worse + better == 0 => parts.push("changed, neither better nor worse".to_owned()),
        None => {}
    }
    parts.join(" · ")
}
