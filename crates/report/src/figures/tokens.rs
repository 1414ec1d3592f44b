//! Rows of the table of figures about tokens.

use super::{Better, Of};
use crate::report::{Report, TokenReport};
use crate::slo::Unit;
use rushhour_base::Money;

fn usd(report: &Report, of: impl Fn(TokenReport) -> Money) -> Option<f64> {
    report.tokens.map(|tokens| of(tokens).as_usd_f64())
}

fn number(report: &Report, of: impl Fn(TokenReport) -> u64) -> Option<f64> {
    report.tokens.map(|tokens| of(tokens) as f64)
}

pub(super) const TOKENS: &[(&str, Unit, Better, Of<Report>)] = &[
    ("cost_usd.saved_by_prompt_cache", Unit::Dollars, Better::Higher, |r| usd(r, |t| t.saved_by_cache)),
    ("tokens.input", Unit::Number, Better::Neither, |r| number(r, |t| t.input)),
    ("tokens.cached", Unit::Number, Better::Neither, |r| number(r, |t| t.cached)),
    ("tokens.cached_share", Unit::Ratio, Better::Higher, |r| r.tokens?.cached_share()),
    ("tokens.cache_written", Unit::Number, Better::Neither, |r| number(r, |t| t.cache_written)),
    ("tokens.output", Unit::Number, Better::Neither, |r| number(r, |t| t.output)),
    ("tokens.reasoning", Unit::Number, Better::Neither, |r| number(r, |t| t.reasoning)),
    ("tokens.reasoning_share", Unit::Ratio, Better::Neither, |r| r.tokens?.reasoning_share()),
    ("tokens.replies", Unit::Number, Better::Neither, |r| number(r, |t| t.replies)),
    ("tokens.cut_by_length", Unit::Number, Better::Lower, |r| number(r, |t| t.cut)),
    ("tokens.cut_share", Unit::Ratio, Better::Lower, |r| r.tokens?.cut_share()),
    ("tokens.cut_usd", Unit::Dollars, Better::Lower, |r| usd(r, |t| t.cut_usd)),
];
