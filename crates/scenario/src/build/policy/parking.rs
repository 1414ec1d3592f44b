//! What becomes of requests that can wait.

use super::Around;
use crate::errors::Problem;
use crate::reader::Reader;
use crate::record::{Got, Record, Typed};
use crate::suggest;
use rushhour_base::{Span, WorkflowId};
use rushhour_core::settings::{DrainHours, DrainPolicy, InsteadOf, ParkingPolicy};

/// `timeout` is how long a call may take.
pub(super) fn parking(
    reader: &mut Reader,
    record: &Record,
    timeout: &Got,
    around: &Around<'_>,
) -> Option<ParkingPolicy> {
    if record.word("kind") == "none" {
        let unused = record.fields().iter().filter(|(_, got)| got.written);
        for (_, got) in unused.filter(|_| !record.get("kind").written) {
            let text = "it is without effect: without kind = \"park\" nothing is parked".to_owned();
            reader.notice(&got.spot.path, text);
        }
        return None;
    }
    let workflows = workflows(reader, record.get("workloads"), around);
    let from_class = record.maybe("from_priority").map(|got| u8::try_from(got.count()).unwrap_or(u8::MAX));
    let kind = record.get("kind");
    if kind.sound && record.get("workloads").is_sound() && workflows.is_empty() && from_class.is_none() {
        let expected = "`workloads` or `from_priority`, which say what can wait";
        reader.reject(&kind.spot, "nothing can wait", expected, None);
    }
    let lease = record.get("lease");
    if lease.sound && timeout.sound && lease.span() <= timeout.span() {
        let at_fault = if lease.written { lease } else { timeout };
        let why = format!("lease = {} and timeout = {}", lease.span(), timeout.span());
        reader.reject(
            &at_fault.spot,
            &why,
            "a `lease` longer than one call may take, or work would be taken back unfinished",
            None,
        );
    }
    Some(ParkingPolicy {
        workflows,
        from_class,
        instead_of: match record.word("instead_of") {
            "trying" => InsteadOf::Trying,
            "failing" => InsteadOf::Failing,
            _ => InsteadOf::Falling,
        },
        max_parked: record.small("max_parked"),
        max_attempts: record.small("max_attempts"),
        max_age: record.span("max_age"),
        lease: lease.span(),
        backoff: record.span("backoff"),
        drain: drain(reader, record.table("drain"), around.time_of_day),
    })
}

fn drain(reader: &mut Reader, record: &Record, starts_at: Span) -> DrainPolicy {
    let hours = match (record.maybe("from"), record.maybe("until")) {
        (Some(from), Some(until)) => {
            if from.sound && until.sound && from.span() == until.span() {
                let why = "from = until";
                reader.reject(&until.spot, why, "two times of day, or neither for at any time", None);
            }
            Some(DrainHours { starts_at, from: from.span(), until: until.span() })
        }
        (None, None) => None,
        (Some(one), None) | (None, Some(one)) => {
            let hint = "for example from = \"22:00\" and until = \"06:00\"".to_owned();
            reader.reject(&one.spot, "", "`from` and `until` together", Some(hint));
            None
        }
    };
    DrainPolicy {
        at_once: record.small("at_once"),
        amount: record.small("amount"),
        period: record.span("period"),
        queue_below: record.small("queue_below"),
        hours,
    }
}

fn workflows(reader: &mut Reader, got: &Got, around: &Around<'_>) -> Vec<WorkflowId> {
    let Typed::List(names) = &got.typed else { return Vec::new() };
    let mut found = Vec::new();
    for name in names.iter().filter(|name| name.sound) {
        match around.workloads.iter().position(|workload| workload.name == name.text()) {
            Some(index) => found.push(WorkflowId(u16::try_from(index).unwrap_or(u16::MAX))),
            None => {
                let known: Vec<&str> =
                    around.workloads.iter().map(|workload| workload.name.as_str()).collect();
                let problem =
                    Problem::new(&name.spot.path, format!("there is no workload `{}`", name.text()));
                let hint = suggest::nearest(name.text(), &known);
                reader.tell(name.spot.place, problem.expected(suggest::one_of_quoted(&known)).hint(hint));
            }
        }
    }
    found
}
