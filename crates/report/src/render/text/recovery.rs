//! Whether goodput came back after each fault.

use super::page::{Mood, Page};
use crate::render::number::{NOTHING, duration, percent};
use crate::report::{Back, Recovery, Report};

pub(super) fn section(page: &mut Page, report: &Report) {
    let told: Vec<_> = report.faults.iter().filter(|fault| fault.recovery.back != Back::Unknown).collect();
    if told.is_empty() {
        return;
    }
    page.heading_with(
        "Recovery",
        "goodput as the share of requests answered well, by when they were meant to be sent",
    );
    told.iter().for_each(|fault| line(page, &fault.name, &fault.recovery));
}

/// The same for each variant, fault by fault.
pub(super) fn of_variants(page: &mut Page, reports: &[Report]) {
    let Some(base) = reports.first() else { return };
    for (place, fault) in base.faults.iter().enumerate() {
        let told = reports.iter().filter_map(|report| Some((report, &report.faults.get(place)?.recovery)));
        let told: Vec<_> = told.filter(|(_, recovery)| recovery.back != Back::Unknown).collect();
        if !told.is_empty() {
            page.heading_with("Recovery", &format!("from {}", fault.name));
        }
        told.iter().for_each(|(report, recovery)| line(page, &report.header.variant, recovery));
    }
}

fn line(page: &mut Page, name: &str, recovery: &Recovery) {
    let (sentence, mood) = sentence(recovery);
    let share = |share: Option<f64>| share.map_or(NOTHING.to_string(), percent);
    let (before, during) = (share(recovery.before), share(recovery.during));
    let words: Vec<String> = sentence.split(' ').map(|word| page.mood(mood, word)).collect();
    let name = page.strong(name);
    page.wrapped("  ", &format!("{name}: {before} before, {during} during; {}", words.join(" ")));
}

fn sentence(recovery: &Recovery) -> (String, Mood) {
    match recovery.back {
        Back::Unknown => ("nobody can tell whether it came back".into(), Mood::Unsure),
        Back::After(_)
            if recovery.during.zip(recovery.before).is_some_and(|(now, then)| now >= ENOUGH * then) =>
        {
            ("it hardly suffered".into(), Mood::Good)
        }
        Back::After(span) if span.0 == 0 => ("back as soon as it was over".into(), Mood::Good),
        Back::After(span) => (format!("back to 95 % of that {} after its end", duration(span.0)), Mood::Good),
        Back::Not { at_least, metastable } => {
            let last = recovery.at_last.map_or(String::new(), |last| format!(", {} at last", percent(last)));
            let what = if metastable {
                "it did not come back before the horizon: metastable"
            } else {
                "it was not back at the horizon"
            };
            (format!("{what}, {} after its end{last}", duration(at_least.0)), Mood::Bad)
        }
    }
}

/// Goodput that stays above this share of what it was did not suffer.
const ENOUGH: f64 = 0.95;
