//! Who goes first.

use crate::reader::Reader;
use crate::record::Record;
use rushhour_core::settings::{Discipline, QueuePolicy};

pub(super) fn queue(reader: &mut Reader, record: &Record) -> QueuePolicy {
    let ageing = record.get("ageing");
    let discipline = match record.word("discipline") {
        "fifo" => Discipline::Fifo,
        "priority" => Discipline::Priority,
        _ => Discipline::Fair { ageing: ageing.span() },
    };
    if ageing.written && !matches!(discipline, Discipline::Fair { .. }) {
        reader.notice(
            &ageing.spot.path,
            "it is without effect: only the `fair` discipline knows ageing".to_owned(),
        );
    }
    QueuePolicy { discipline, max_waiting: record.small("max_waiting"), max_wait: record.span("max_wait") }
}
