//! What one task of an agent may come to.

use crate::record::{Got, Record, Typed};
use rushhour_core::settings::GuardPolicy;

pub(super) fn guard(got: &Got) -> Option<GuardPolicy> {
    let Typed::Table(record) = &got.typed else { return None };
    Some(GuardPolicy {
        repeats: most(record, "repeats"),
        steps: most(record, "steps"),
        dollars: record.maybe("dollars").map(|_| record.money("dollars")),
    })
}

fn most(record: &Record, key: &str) -> Option<u32> {
    matches!(record.get(key).typed, Typed::Count(_)).then(|| record.small(key))
}
