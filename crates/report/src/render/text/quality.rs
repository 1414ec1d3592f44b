//! How the check of replies fared, what shorter histories saved and lost, and what answers were worth.

use super::page::Page;
use crate::render::number::{NOTHING, count, dollars, fine_dollars, percent, plural};
use crate::report::{Confusion, RecallReport, Report, Share, ValidationReport};
use rushhour_base::Money;
use rushhour_base::event::{IssueKind, Tone};

/// Nothing if no reply was checked.
pub(super) fn validation(page: &mut Page, report: &Report) {
    let Some(checked) = &report.validation else { return };
    let of = plural(checked.checked, "reply");
    let head = format!("{} of {of} flagged", count(checked.flagged));
    page.heading_with("Checked replies", &head);
    if !checked.confusion.is_empty() {
        let (precision, recall) = (bounded(checked.precision()), bounded(checked.recall()));
        page.line(&format!("  precision {precision}"));
        page.line(&format!("  recall    {recall}"));
    }
    page.wrapped("  ", &consequences(checked));
    if let Some(said) = &report.hallucination {
        let (caught, alarms) = (said.caught.unwrap_or(0), said.false_alarms.unwrap_or(0));
        let each =
            checked.usd_per_caught().map_or(String::new(), |usd| format!(", {} each", fine_dollars(usd)));
        let cost = format!("{}{each}", dollars(checked.usd));
        let wasted = dollars(checked.false_alarm_usd);
        let caught = plural(caught, "error");
        let alarms = plural(alarms, "false alarm");
        page.wrapped("  ", &format!("caught {caught}, for {cost}; {alarms}, {wasted} of that"));
    }
    let rows: Vec<_> =
        checked.confusion.iter().filter(|row| row.flagged + row.passed > 0).map(confusion).collect();
    page.table("  ", &[0, 3], &rows);
}

fn consequences(checked: &ValidationReport) -> String {
    let mut parts = Vec::new();
    if checked.regenerated > 0 {
        let again = count(checked.regenerated);
        parts.push(format!("{again} asked for again, {} of them mended", count(checked.mended)));
    }
    if checked.fell > 0 {
        parts.push(format!("{} fell to the next rung", plural(checked.fell, "request")));
    }
    if checked.reviewed > 0 {
        let overlooked = plural(checked.overlooked, "error");
        parts.push(format!("{} reviewed by a person, {overlooked} overlooked", count(checked.reviewed)));
    }
    let tones = Tone::ALL.iter().zip(checked.tones).filter(|(tone, n)| **tone != Tone::Plain && *n > 0);
    let tones: Vec<String> = tones.map(|(tone, n)| format!("{tone} {}", count(n))).collect();
    if !tones.is_empty() {
        parts.push(format!("tone: {}", tones.join(", ")));
    }
    if parts.is_empty() { "nothing followed".to_owned() } else { parts.join("; ") }
}

/// One row of the confusion matrix: what replies were, and what was made of them.
fn confusion(row: &Confusion) -> Vec<String> {
    let name = match row.label {
        rushhour_base::Label::None => "right".to_owned(),
        label => label.name().replace('_', " "),
    };
    let mut issues: Vec<_> = IssueKind::ALL.iter().zip(row.issues).collect();
    issues.retain(|(issue, n)| **issue != IssueKind::None && *n > 0);
    // The most frequent first; those as frequent in the order of their gravity.
    issues.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    let others: u64 = issues.iter().skip(NAMED).map(|(_, n)| n).sum();
    let mut found: Vec<String> = issues
        .iter()
        .take(NAMED)
        .map(|(issue, n)| format!("{} {}", issue.name().replace('_', " "), count(*n)))
        .collect();
    if others > 0 {
        found.push(format!("others {}", count(others)));
    }
    let (flagged, passed) =
        (format!("{} flagged", count(row.flagged)), format!("{} passed", count(row.passed)));
    vec![name, flagged, passed, found.join(", ")]
}

/// A share with what it may be, at 95 %.
fn bounded(share: Share) -> String {
    match (share.value(), share.low(), share.high()) {
        (Some(value), Some(low), Some(high)) => {
            format!("{} (95 % between {} and {})", percent(value), percent(low), percent(high))
        }
        _ => NOTHING.to_owned(),
    }
}

/// Nothing if no history was cut, and nobody asked for anything told earlier.
pub(super) fn compression(page: &mut Page, report: &Report) {
    let Some(cut) = report.compression else { return };
    if cut.cut_any() {
        let (calls, requests) = (plural(cut.cut, "call"), plural(cut.requests, "request"));
        let less = cut.saved_share().map_or(String::new(), |share| format!(" ({} less)", signed(share)));
        let (sent, whole) = (count(cut.sent_tokens), count(cut.whole_tokens));
        let head = format!("{calls} of {requests} sent {sent} tokens instead of {whole}{less}");
        page.heading_with("Shorter histories", &head);
        let summaries = match cut.summaries + cut.summaries_failed {
            0 => String::new(),
            all => {
                let failed = match cut.summaries_failed {
                    0 => String::new(),
                    failed => format!(", {} of them in vain", count(failed)),
                };
                let all = plural(all, "summary");
                format!(", less {} for {all}{failed}", dollars(cut.summary_usd))
            }
        };
        let net = if cut.summary_usd == Money::ZERO {
            String::new()
        } else {
            format!(" = {}", dollars(cut.saved()))
        };
        page.wrapped(
            "  ",
            &format!("saved {} in the mix of these calls{summaries}{net}", dollars(cut.gross_usd)),
        );
        if cut.unmet > 0 {
            page.line(&format!("  {} still longer than meant", plural(cut.unmet, "prompt")));
        }
    } else {
        page.heading_with("Shorter histories", "none was cut");
    }
    if cut.facts_summarized > 0 {
        let (kept, of) = (count(cut.facts_kept), plural(cut.facts_summarized, "fact"));
        page.line(&format!("  summaries told {kept} of {of}"));
    }
    if cut.recall.asked > 0 {
        recall(page, cut.recall);
    }
}

fn recall(page: &mut Page, recall: RecallReport) {
    let asked = plural(recall.asked, "question");
    let survived = bounded(recall.survival());
    page.wrapped(
        "  ",
        &format!("{asked} about something told before: {survived} still had it in the prompt"),
    );
    let wrong = |part: u64, whole: u64| {
        let share = Share::of(part, whole).value().map_or(NOTHING.into(), percent);
        format!("{} of {} ({share})", count(part), count(whole))
    };
    let carried = wrong(recall.wrong_carried, recall.carried);
    if recall.lost() == 0 {
        return page.line(&format!("  wrong replies: {carried}"));
    }
    let lost = wrong(recall.wrong_after_loss, recall.lost());
    page.line(&format!("  wrong replies: {carried} where it was there, {lost} where it was not"));
    let (cut, summary) = (count(recall.lost_to_cut), count(recall.lost_to_summary));
    page.line(&format!("  lost: {cut} were left out, {summary} were left out of a summary"));
}

/// A share that may be less than nothing.
fn signed(share: f64) -> String {
    if share < 0.0 { format!("-{}", percent(-share)) } else { percent(share) }
}

/// Nothing if the scenario has no weights.
pub(super) fn business(page: &mut Page, report: &Report) {
    let Some(business) = report.business else { return };
    let rate = |rate: Option<f64>| rate.map_or(NOTHING.into(), percent);
    page.heading_with("Business", "modelled: by the scenario's own weights, not a finding");
    page.line(&format!(
        "  {:.1} of {:.1} leads captured ({}) · satisfaction {} · apologies {} of answers",
        business.leads_captured(),
        business.leads(),
        rate(business.capture_rate()),
        rate(business.satisfaction()),
        rate(business.apology_rate()),
    ));
}

/// How many kinds of issues a row names.
const NAMED: usize = 2;
