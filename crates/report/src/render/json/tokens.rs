//! Tokens, for programs.

use crate::render::writer::Writer;
use crate::report::Report;

pub(super) fn tokens(w: &mut Writer, report: &Report) {
    let known = report.tokens;
    w.object("tokens", |w| {
        w.optional("input", known.map(|t| t.input));
        w.optional("cached", known.map(|t| t.cached));
        w.float("cached_share", known.and_then(|t| t.cached_share()));
        w.optional("cache_written", known.map(|t| t.cache_written));
        w.optional("output", known.map(|t| t.output));
        w.optional("reasoning", known.map(|t| t.reasoning));
        w.float("reasoning_share", known.and_then(|t| t.reasoning_share()));
        w.optional("replies", known.map(|t| t.replies));
        w.optional("cut_by_length", known.map(|t| t.cut));
        w.float("cut_share", known.and_then(|t| t.cut_share()));
        w.money("cut_usd", known.map(|t| t.cut_usd));
    });
}
