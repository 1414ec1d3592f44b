//! The gate at a terminal.

use super::{findings, mark, moved, outcome};
use crate::gate::Judgement;
use crate::render::number::plural;
use crate::render::text::Style;
use crate::render::text::page::{Mood, Page};
use crate::slo::Verdict;

/// How many lines are told of one finding.
const TOLD: usize = 12;

/// The page: a line for each scenario, then what is wrong with those that did not pass, then the sum.
pub fn gate_text(judgements: &[Judgement], style: Style) -> String {
    let mut page = Page::new(style);
    let rows: Vec<Vec<String>> = judgements
        .iter()
        .map(|judgement| {
            let verdict = judgement.verdict();
            vec![page.mood(mood(verdict), mark(verdict)), judgement.scenario.clone(), outcome(judgement)]
        })
        .collect();
    page.table("", &[0, 1, 2], &rows);
    judgements.iter().for_each(|judgement| details(&mut page, judgement));
    page.line("");
    page.line(&sum(judgements));
    page.finish()
}

fn details(page: &mut Page, judgement: &Judgement) {
    let all = findings(judgement);
    let bad = all.iter().filter(|finding| finding.verdict != Verdict::Held);
    let better = judgement.variants.iter().filter(|variant| variant.better().next().is_some());
    if bad.clone().next().is_none() && better.clone().next().is_none() {
        return;
    }
    page.rule(&judgement.scenario);
    for finding in bad {
        let mark = page.mood(mood(finding.verdict), mark(finding.verdict));
        page.line(&format!("{mark} {}", finding.name));
        listed(page, &finding.lines);
    }
    for variant in better {
        let mark = page.mood(Mood::Good, "✓");
        page.line(&format!("{mark} {} · better than its baseline", variant.variant));
        listed(page, &variant.better().map(moved).collect::<Vec<_>>());
    }
}

fn listed(page: &mut Page, lines: &[String]) {
    let (because, figures): (Vec<&String>, Vec<&String>) =
        lines.iter().partition(|line| line.starts_with("because "));
    for list in [figures, because] {
        list.iter().take(TOLD).for_each(|line| page.wrapped("    ", line));
        if list.len() > TOLD {
            page.line(&format!("    … and {} more; --json tells them all", list.len() - TOLD));
        }
    }
}

fn sum(judgements: &[Judgement]) -> String {
    let count = |wanted| judgements.iter().filter(|judgement| judgement.verdict() == wanted).count() as u64;
    let (held, missed, open) = (count(Verdict::Held), count(Verdict::Missed), count(Verdict::Inconclusive));
    let changed = judgements.iter().filter(|judgement| judgement.differs()).count() as u64;
    let mut text = format!("{}: {held} passed, {missed} failed", plural(judgements.len() as u64, "scenario"));
    if open > 0 {
        text.push_str(&format!(", {open} undecided"));
    }
    if changed > 0 {
        text.push_str("; --update accepts what changed");
    }
    text
}

pub(super) fn mood(verdict: Verdict) -> Mood {
    match verdict {
        Verdict::Held => Mood::Good,
        Verdict::Missed => Mood::Bad,
        Verdict::Inconclusive => Mood::Unsure,
    }
}
