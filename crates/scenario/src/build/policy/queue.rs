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
    let ignores = record.maybe("deadlines");
    if let Some(ignores) = ignores {
        let text = match (deadlines, discipline) {
            (false, _) => "it is without effect: no workload has a `deadline`",
            (true, Discipline::EarliestDeadline) => "with it `earliest_deadline` is first come, first served",
            (true, _) => "",
        };
        if !text.is_empty() {
            reader.notice(&ignores.spot.path, text.to_owned());
        }
    }
    QueuePolicy {
        discipline,
        max_waiting: record.small("max_waiting"),
        max_wait: record.span("max_wait"),
        obeys_deadlines: ignores.is_none(),
    }
}
