//! Who goes first.

use crate::reader::Reader;
use crate::record::Record;
use rushhour_core::settings::{Discipline, QueuePolicy};

/// `deadlines` is whether any workload has them.
pub(super) fn queue(reader: &mut Reader, record: &Record, deadlines: bool) -> QueuePolicy {
    let ageing = record.get("ageing");
    let discipline = match record.word("discipline") {
        "fifo" => Discipline::Fifo,
        "priority" => Discipline::Priority,
        "earliest_deadline" => Discipline::EarliestDeadline,
        _ => Discipline::Fair { ageing: ageing.span() },
    };
    if ageing.written && !matches!(discipline, Discipline::Fair { .. }) {
        reader.notice(
            &ageing.spot.path,
            "it is without effect: only the `fair` discipline knows ageing".to_owned(),
        );
    }
    if discipline == Discipline::EarliestDeadline && !deadlines {
        let text = "no workload has a `deadline`, so it is first come, first served".to_owned();
        reader.notice(&record.get("discipline").spot.path, text);
    }
    QueuePolicy { discipline, max_waiting: record.small("max_waiting"), max_wait: record.span("max_wait") }
}
