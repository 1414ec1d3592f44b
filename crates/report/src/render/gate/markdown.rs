//! The gate in a pull request, or as the step summary of a workflow.

use super::{findings, moved, outcome};
use crate::gate::Judgement;
use crate::render::markdown::{escaped, mark};
use crate::slo::Verdict;
use std::fmt::Write as _;

/// A table of all scenarios, then a section for each that did not pass or got better.
pub fn gate_markdown(judgements: &[Judgement]) -> String {
    let mut text = String::from("## Rushhour gate\n\n| | scenario | |\n|---|---|---|\n");
    let mut line = |arguments: std::fmt::Arguments<'_>| {
        writeln!(text, "{arguments}").expect("a string takes all that is written to it");
    };
    for judgement in judgements {
        let name = escaped(&judgement.scenario);
        line(format_args!("| {} | {name} | {} |", mark(judgement.verdict()), escaped(&outcome(judgement))));
    }
    for judgement in judgements {
        let all = findings(judgement);
        let bad = all.iter().filter(|finding| finding.verdict != Verdict::Held);
        let better = judgement.variants.iter().filter(|variant| variant.better().next().is_some());
        if bad.clone().next().is_none() && better.clone().next().is_none() {
            continue;
        }
        line(format_args!("\n### {}\n", judgement.scenario));
        for finding in bad {
            line(format_args!("- {} `{}`", mark(finding.verdict), finding.name));
            finding.lines.iter().for_each(|told| line(format_args!("  - {told}")));
        }
        for variant in better {
            line(format_args!("- ✅ `{}` is better than its baseline", variant.variant));
            variant.better().for_each(|figure| line(format_args!("  - {}", moved(figure))));
        }
    }
    text
}
