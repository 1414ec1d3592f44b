//! Rows of the table of figures about what replies are worth, and what is left of histories.

use super::{Better, Of};
use crate::report::{CompressionReport, HallucinationReport, Report, Share, ValidationReport};
use crate::slo::Unit;
use rushhour_base::Money;
use rushhour_base::event::Tone;

/// A figure of hallucinations, where there are any words.
macro_rules! of_words {
    ($of:expr) => {
        |r: &Report| {
            let of: fn(&HallucinationReport) -> Option<f64> = $of;
            of(r.hallucination.as_ref()?)
        }
    };
}

/// A figure of the check of replies, where there is one.
macro_rules! of_checks {
    ($of:expr) => {
        |r: &Report| {
            let of: fn(&ValidationReport) -> Option<f64> = $of;
            of(r.validation.as_ref()?)
        }
    };
}

/// A figure of shorter histories, where there are any.
macro_rules! of_cuts {
    ($of:expr) => {
        |r: &Report| {
            let of: fn(CompressionReport) -> Option<f64> = $of;
            of(r.compression?)
        }
    };
}

type Row = (&'static str, Unit, Better, Of<Report>);

pub(super) const HALLUCINATION: &[Row] = &[
    ("hallucination.asked", Unit::Number, Better::Neither, of_words!(|h| number(h.asked))),
    ("hallucination.injected", Unit::Number, Better::Lower, of_words!(|h| number(h.injected))),
    ("hallucination.caught", Unit::Number, Better::Higher, of_words!(|h| number(h.caught?))),
    ("hallucination.leaked", Unit::Number, Better::Lower, of_words!(|h| number(h.leaked))),
    ("hallucination.lost", Unit::Number, Better::Neither, of_words!(|h| number(h.lost))),
    ("hallucination.false_alarms", Unit::Number, Better::Lower, of_words!(|h| number(h.false_alarms?))),
    ("hallucination.leaked_rate", Unit::Ratio, Better::Lower, of_words!(HallucinationReport::leaked_rate)),
    (
        "hallucination.leaked_rate_high",
        Unit::Ratio,
        Better::Lower,
        of_words!(|h| h.leaked_rate_bounds().map(|b| b.1)),
    ),
];

pub(super) const VALIDATION: &[Row] = &[
    ("validation.checked", Unit::Number, Better::Neither, of_checks!(|v| number(v.checked))),
    ("validation.valid", Unit::Number, Better::Neither, of_checks!(|v| number(v.valid))),
    ("validation.flagged", Unit::Number, Better::Neither, of_checks!(|v| number(v.flagged))),
    ("validation.precision", Unit::Ratio, Better::Higher, of_checks!(|v| v.precision().value())),
    ("validation.precision_low", Unit::Ratio, Better::Higher, of_checks!(|v| v.precision().low())),
    ("validation.precision_high", Unit::Ratio, Better::Higher, of_checks!(|v| v.precision().high())),
    ("validation.recall", Unit::Ratio, Better::Higher, of_checks!(|v| v.recall().value())),
    ("validation.recall_low", Unit::Ratio, Better::Higher, of_checks!(|v| v.recall().low())),
    ("validation.recall_high", Unit::Ratio, Better::Higher, of_checks!(|v| v.recall().high())),
    ("validation.regenerated", Unit::Number, Better::Neither, of_checks!(|v| number(v.regenerated))),
    ("validation.mended", Unit::Number, Better::Higher, of_checks!(|v| number(v.mended))),
    ("validation.fell", Unit::Number, Better::Neither, of_checks!(|v| number(v.fell))),
    ("validation.reviewed", Unit::Number, Better::Neither, of_checks!(|v| number(v.reviewed))),
    ("validation.overlooked", Unit::Number, Better::Lower, of_checks!(|v| number(v.overlooked))),
    ("validation.usd", Unit::Dollars, Better::Lower, of_checks!(|v| usd(v.usd))),
    ("validation.usd_per_caught", Unit::Dollars, Better::Lower, of_checks!(|v| usd(v.usd_per_caught()?))),
    ("validation.false_alarm_usd", Unit::Dollars, Better::Lower, of_checks!(|v| usd(v.false_alarm_usd))),
    ("validation.tone.plain", Unit::Number, Better::Neither, of_checks!(|v| tone(v, Tone::Plain))),
    ("validation.tone.unknown", Unit::Number, Better::Neither, of_checks!(|v| tone(v, Tone::Unknown))),
    ("validation.tone.apology", Unit::Number, Better::Lower, of_checks!(|v| tone(v, Tone::Apology))),
    ("validation.tone.refusal", Unit::Number, Better::Lower, of_checks!(|v| tone(v, Tone::Refusal))),
];

pub(super) const COMPRESSION: &[Row] = &[
    ("compression.requests", Unit::Number, Better::Neither, of_cuts!(|c| number(c.requests))),
    ("compression.cut", Unit::Number, Better::Neither, of_cuts!(|c| number(c.cut))),
    ("compression.whole_tokens", Unit::Number, Better::Neither, of_cuts!(|c| number(c.whole_tokens))),
    ("compression.sent_tokens", Unit::Number, Better::Neither, of_cuts!(|c| number(c.sent_tokens))),
    ("compression.saved_tokens", Unit::Number, Better::Higher, of_cuts!(|c| Some(c.saved_tokens() as f64))),
    ("compression.saved_share", Unit::Ratio, Better::Higher, of_cuts!(|c| c.saved_share())),
    ("compression.gross_usd", Unit::Dollars, Better::Higher, of_cuts!(|c| usd(c.gross_usd))),
    ("compression.summaries", Unit::Number, Better::Neither, of_cuts!(|c| number(c.summaries))),
    ("compression.summaries_failed", Unit::Number, Better::Lower, of_cuts!(|c| number(c.summaries_failed))),
    ("compression.summary_usd", Unit::Dollars, Better::Lower, of_cuts!(|c| usd(c.summary_usd))),
    ("compression.unmet", Unit::Number, Better::Lower, of_cuts!(|c| number(c.unmet))),
    ("compression.recall.asked", Unit::Number, Better::Neither, of_cuts!(|c| number(c.recall.asked))),
    ("compression.recall.carried", Unit::Number, Better::Higher, of_cuts!(|c| number(c.recall.carried))),
    ("compression.recall.lost", Unit::Number, Better::Lower, of_cuts!(|c| number(c.recall.lost()))),
    ("compression.recall.survival", Unit::Ratio, Better::Higher, of_cuts!(|c| survival(c).value())),
    ("compression.recall.survival_low", Unit::Ratio, Better::Higher, of_cuts!(|c| survival(c).low())),
    ("compression.recall.survival_high", Unit::Ratio, Better::Higher, of_cuts!(|c| survival(c).high())),
    (
        "compression.recall.lost_to_cut",
        Unit::Number,
        Better::Lower,
        of_cuts!(|c| number(c.recall.lost_to_cut)),
    ),
    (
        "compression.recall.lost_to_summary",
        Unit::Number,
        Better::Lower,
        of_cuts!(|c| number(c.recall.lost_to_summary)),
    ),
    (
        "compression.recall.wrong_carried",
        Unit::Number,
        Better::Lower,
        of_cuts!(|c| number(c.recall.wrong_carried)),
    ),
    (
        "compression.recall.wrong_after_loss",
        Unit::Number,
        Better::Lower,
        of_cuts!(|c| number(c.recall.wrong_after_loss)),
    ),
    ("compression.facts_summarized", Unit::Number, Better::Neither, of_cuts!(|c| number(c.facts_summarized))),
    ("compression.facts_kept", Unit::Number, Better::Neither, of_cuts!(|c| number(c.facts_kept))),
];

pub(super) const BUSINESS: &[Row] = &[
    ("business.leads", Unit::Number, Better::Neither, |r| r.business.map(|b| b.leads())),
    ("business.leads_captured", Unit::Number, Better::Higher, |r| r.business.map(|b| b.leads_captured())),
    ("business.capture_rate", Unit::Ratio, Better::Higher, |r| r.business?.capture_rate()),
    ("business.apology_rate", Unit::Ratio, Better::Lower, |r| r.business?.apology_rate()),
    ("business.satisfaction", Unit::Ratio, Better::Higher, |r| r.business?.satisfaction()),
];

fn number(count: u64) -> Option<f64> {
    Some(count as f64)
}

fn usd(amount: Money) -> Option<f64> {
    Some(amount.as_usd_f64())
}

fn tone(validation: &ValidationReport, tone: Tone) -> Option<f64> {
    number(validation.tones[tone as usize])
}

fn survival(compression: CompressionReport) -> Share {
    compression.recall.survival()
}
