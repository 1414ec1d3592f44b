//! What answers are worth to those who ask.

use crate::errors::Problem;
use crate::reader::Reader;
use crate::record::{Named, Record};
use crate::suggest;
use rushhour_base::header::{BusinessHeader, WorkloadHeader};

/// The weights of all workloads that have any, in the order of the file.
pub(crate) fn business(
    reader: &mut Reader,
    root: &Record,
    workloads: &[WorkloadHeader],
) -> Vec<BusinessHeader> {
    root.map("business").iter().filter_map(|named| one(reader, named, workloads)).collect()
}

fn one(reader: &mut Reader, named: &Named, workloads: &[WorkloadHeader]) -> Option<BusinessHeader> {
    let Some(of) = workloads.iter().position(|workload| workload.name == named.name) else {
        let names: Vec<&str> = workloads.iter().map(|workload| workload.name.as_str()).collect();
        let problem = Problem::new(&named.got.spot.path, format!("there is no workload `{}`", named.name));
        reader.tell(named.name_place, problem.expected(suggest::one_of(&names)));
        return None;
    };
    let record = named.got.table();
    if !record.is_sound() {
        return None;
    }
    let (prompt, late) = (record.span("prompt"), record.span("late"));
    if late <= prompt {
        let why = format!("`prompt` is {prompt}");
        reader.reject(&record.get("late").spot, &why, "longer than `prompt`", None);
    }
    Some(BusinessHeader {
        of: u16::try_from(of).unwrap_or(u16::MAX),
        leads: record.share("leads"),
        capture: record.share("capture"),
        prompt,
        late,
        late_worth: record.share("late_worth"),
        rules: record.share("rules"),
        human: record.share("human"),
        unknown: record.share("unknown"),
        apology: record.share("apology"),
        wrong: record.share("wrong"),
    })
}
