//! How calls are held back.

use crate::record::{Record, Typed};
use rushhour_core::settings::{Kinds, LimiterKind, LimiterPolicy, LimiterScope, OutputHold};

pub(super) fn limiter(record: &Record) -> LimiterPolicy {
    LimiterPolicy {
        kinds: Kinds::all(match record.word("kind") {
            "none" => LimiterKind::None,
            _ => LimiterKind::TokenBucket,
        }),
        scope: match record.word("scope") {
            "key" => LimiterScope::Key,
            _ => LimiterScope::Account,
        },
        output_hold: match record.get("output_hold").typed {
            Typed::Count(tokens) => OutputHold::Tokens(tokens),
            _ => OutputHold::MaxTokens,
        },
        share: record.share("share"),
        ..LimiterPolicy::default()
    }
}
