//! How the client counts the tokens of its prompts, and whether it guards them.

use super::Around;
use crate::reader::Reader;
use crate::record::{Record, Typed};
use rushhour_core::settings::TokenEstimate;

pub(super) fn token_estimate(reader: &mut Reader, record: &Record, around: &Around<'_>) -> TokenEstimate {
    let got = record.get("token_estimate");
    match &got.typed {
        Typed::Table(biased) => TokenEstimate::Biased {
            bias_permille: permille(biased.number("bias")),
            spread_permille: permille(biased.number("spread")).unsigned_abs(),
        },
        Typed::Word("characters") => {
            if !around.has_words {
                let text = "no workload has words, so each token has four characters and the count is exact";
                reader.notice(&got.spot.path, text.to_owned());
            }
            TokenEstimate::Characters
        }
        _ => TokenEstimate::Exact,
    }
}

pub(super) fn guarded(reader: &mut Reader, record: &Record, around: &Around<'_>) -> bool {
    let guarded = record.flag("guarded");
    if guarded && !around.has_words {
        let text = "it is without effect: no workload has words";
        reader.notice(&record.get("guarded").spot.path, text.to_owned());
    }
    guarded
}

/// By how many tokens a guarded prompt is longer. Nobody makes one unless prompts are guarded, or replies regenerated.
pub(super) fn guard_tokens(reader: &mut Reader, record: &Record) -> u64 {
    let got = record.get("guard_tokens");
    let regenerates = record.table("validation").word("on_invalid") == "regenerate";
    if got.sound && got.count() > 0 && !record.flag("guarded") && !regenerates {
        let text = "it is without effect: no prompt is `guarded`, and nothing is regenerated";
        reader.notice(&got.spot.path, text.to_owned());
    }
    got.count()
}

/// The field's bounds keep it far within the integer's.
fn permille(part: f64) -> i32 {
    (part * 1_000.0).round() as i32
}
