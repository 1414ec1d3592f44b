//! What became of tokens, where there is more to say than how many there were.

use super::page::Page;
use crate::render::number::{NOTHING, dollars, percent, plural};
use crate::report::Report;
use rushhour_base::Money;

pub(super) fn section(page: &mut Page, report: &Report) {
    let Some(tokens) = report.tokens else { return };
    if !tokens.used_a_cache() && tokens.reasoning == 0 && tokens.cut == 0 {
        return;
    }
    let both = format!("{} in, {} out", plural(tokens.input, "token"), plural(tokens.output, "token"));
    page.heading_with("Tokens", &both);
    let share = |share: Option<f64>| share.map_or(NOTHING.into(), percent);
    if tokens.used_a_cache() {
        let saved = tokens.saved_by_cache;
        let effect = match saved < Money::ZERO {
            true => format!("cost {} more than without it", dollars(-saved)),
            false => format!("saved {}", dollars(saved)),
        };
        let written = percent(tokens.cache_written as f64 / tokens.input.max(1) as f64);
        let read = share(tokens.cached_share());
        page.line(&format!(
            "  prompt cache: {read} of input read from it, {written} written to it; it {effect}"
        ));
    }
    if tokens.reasoning > 0 {
        page.line(&format!("  reasoning that nobody sees: {} of output", share(tokens.reasoning_share())));
    }
    if tokens.cut > 0 {
        let (cut, of, cost) =
            (plural(tokens.cut, "reply"), share(tokens.cut_share()), dollars(tokens.cut_usd));
        page.line(&format!("  {cut} cut by max_tokens, {of} of all; they cost {cost}"));
    }
}
