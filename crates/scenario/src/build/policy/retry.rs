//! How failed attempts are repeated.

use crate::reader::Reader;
use crate::record::{Record, Typed};
use rushhour_core::settings::{Jitter, RetryBudgetPolicy, RetryPolicy};

pub(super) fn retry(reader: &mut Reader, record: &Record) -> RetryPolicy {
    let (base, cap) = (record.get("base"), record.get("cap"));
    if base.sound && cap.sound && cap.span() < base.span() {
        let at_fault = if cap.written { cap } else { base };
        let why = format!("base = {} and cap = {}", base.span(), cap.span());
        reader.reject(&at_fault.spot, &why, "a `cap` of at least `base`", None);
    }
    RetryPolicy {
        max_attempts: record.small("max_attempts"),
        base: base.span(),
        cap: cap.span(),
        jitter: match record.word("jitter") {
            "none" => Jitter::None,
            _ => Jitter::Full,
        },
        retry_after_max: record.span("retry_after_max"),
        budget: match &record.get("budget").typed {
            Typed::Table(budget) => Some(RetryBudgetPolicy {
                per_request: budget.share("per_request"),
                burst: budget.small("burst"),
            }),
            _ => None,
        },
    }
}
