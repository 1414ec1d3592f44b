//! How the check of replies fared, and what shorter histories saved and lost.

use crate::render::writer::Writer;
use crate::report::{RecallReport, Report, Share, ValidationReport};
use rushhour_base::event::{IssueKind, Tone};

pub(super) fn validation(w: &mut Writer, report: &Report) {
    let Some(report) = &report.validation else { return w.optional("validation", None::<u64>) };
    w.object("validation", |w| {
        w.count("checked", report.checked);
        w.count("valid", report.valid);
        w.count("flagged", report.flagged);
        share(w, "precision", report.precision());
        share(w, "recall", report.recall());
        w.count("regenerated", report.regenerated);
        w.count("mended", report.mended);
        w.count("fell", report.fell);
        w.count("reviewed", report.reviewed);
        w.count("overlooked", report.overlooked);
        w.money("usd", Some(report.usd));
        w.money("usd_per_caught", report.usd_per_caught());
        w.money("false_alarm_usd", Some(report.false_alarm_usd));
        w.object("tone", |w| {
            Tone::ALL.iter().zip(report.tones).for_each(|(tone, replies)| w.count(tone.name(), replies));
        });
        confusion(w, report);
    });
}

fn confusion(w: &mut Writer, report: &ValidationReport) {
    w.list("confusion", &report.confusion, |w, row| {
        w.string("label", row.label.name());
        w.count("flagged", row.flagged);
        w.count("passed", row.passed);
        w.object("issues", |w| {
            IssueKind::ALL.iter().zip(row.issues).for_each(|(issue, replies)| w.count(issue.name(), replies));
        });
    });
}

/// A share and its bounds.
fn share(w: &mut Writer, key: &str, share: Share) {
    w.float(key, share.value());
    w.float(&format!("{key}_low"), share.low());
    w.float(&format!("{key}_high"), share.high());
}

pub(super) fn compression(w: &mut Writer, report: &Report) {
    let Some(report) = report.compression else { return w.optional("compression", None::<u64>) };
    w.object("compression", |w| {
        w.count("requests", report.requests);
        w.count("cut", report.cut);
        w.count("whole_tokens", report.whole_tokens);
        w.count("sent_tokens", report.sent_tokens);
        w.optional("saved_tokens", Some(report.saved_tokens()));
        w.float("saved_share", report.saved_share());
        w.money("gross_usd", Some(report.gross_usd));
        w.count("summaries", report.summaries);
        w.count("summaries_failed", report.summaries_failed);
        w.money("summary_usd", Some(report.summary_usd));
        w.count("unmet", report.unmet);
        w.object("recall", |w| recall(w, report.recall));
        w.count("facts_summarized", report.facts_summarized);
        w.count("facts_kept", report.facts_kept);
    });
}

fn recall(w: &mut Writer, recall: RecallReport) {
    w.count("asked", recall.asked);
    w.count("carried", recall.carried);
    w.count("lost", recall.lost());
    share(w, "survival", recall.survival());
    w.count("lost_to_cut", recall.lost_to_cut);
    w.count("lost_to_summary", recall.lost_to_summary);
    w.count("wrong_carried", recall.wrong_carried);
    w.count("wrong_after_loss", recall.wrong_after_loss);
}

/// What is modelled is labelled so.
pub(super) fn business(w: &mut Writer, report: &Report) {
    let Some(report) = report.business else { return w.optional("business", None::<u64>) };
    w.object("business", |w| {
        w.float("leads", Some(report.leads()));
        w.float("leads_captured", Some(report.leads_captured()));
        w.float("capture_rate", report.capture_rate());
        w.float("apology_rate", report.apology_rate());
        w.float("satisfaction", report.satisfaction());
        w.boolean("modelled", true);
    });
}
