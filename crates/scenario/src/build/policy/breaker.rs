//! When a lane is shut.

use crate::record::Record;
use rushhour_core::settings::BreakerPolicy;

pub(super) fn breaker(record: &Record) -> Option<BreakerPolicy> {
    (record.word("kind") != "none").then(|| BreakerPolicy {
        failures: record.small("failures"),
        cooldown: record.span("cooldown"),
        probe_lease: record.span("probe_lease"),
        count_rate_limited: record.flag("count_rate_limited"),
    })
}
