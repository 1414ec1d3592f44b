//! Caps on spending.

use super::Around;
use crate::errors::Problem;
use crate::reader::Reader;
use crate::record::{Named, Record, Typed};
use crate::suggest;
use rushhour_base::time::DAY;
use rushhour_base::{Money, Ratio, Span};
use rushhour_core::settings::{AtCap, CapPolicy, CapScope, CapWindow};

pub(super) fn one_cap(reader: &mut Reader, cap: &Named, around: &Around<'_>) -> CapPolicy {
    let record = cap.got.table();
    let first_turn = Span(DAY - around.time_of_day.0);
    CapPolicy {
        scope: scope(reader, cap, around),
        amount: if record.get("cap").sound { record.money("cap") } else { Money::ZERO },
        window: match record.word("per") {
            "total" => CapWindow::Total,
            _ => CapWindow::Day { first_turn },
        },
        alerts_percent: alerts(reader, record),
        at_cap: match record.word("at_cap") {
            "fall" => AtCap::Fall,
            _ => AtCap::Pause,
        },
    }
}

fn scope(reader: &mut Reader, cap: &Named, around: &Around<'_>) -> CapScope {
    let index = around.workloads.iter().position(|workload| workload.name == cap.name);
    if let Some(index) = index {
        return CapScope::Workflow(u16::try_from(index).unwrap_or(u16::MAX));
    }
    if cap.name != "fleet" {
        let names = around.workloads.iter().map(|workload| workload.name.as_str());
        let known: Vec<&str> = std::iter::once("fleet").chain(names).collect();
        let problem = Problem::new(&cap.got.spot.path, format!("there is no workload `{}` to cap", cap.name));
        let hint = suggest::nearest(&cap.name, &known);
        reader.tell(cap.name_place, problem.expected(suggest::one_of_quoted(&known)).hint(hint));
    }
    CapScope::Fleet
}

fn alerts(reader: &mut Reader, record: &Record) -> Vec<u32> {
    let Typed::List(levels) = &record.get("alerts").typed else { return Vec::new() };
    let mut percents: Vec<u32> = Vec::new();
    for level in levels {
        let Typed::Share(share) = level.typed else { continue };
        let percent = u32::try_from(share.of(100)).unwrap_or(100);
        if Some(share) != Ratio::new(u64::from(percent), 100).map(reduced) {
            reader.reject(
                &level.spot,
                "it is no whole number of per cent",
                "a whole number, such as \"80%\"",
                None,
            );
        } else if percents.last().is_some_and(|before| *before >= percent) {
            reader.reject(&level.spot, "it is not above the level before", "levels that ascend", None);
        }
        percents.push(percent);
    }
    percents
}

/// The same share in the form in which the reader makes shares.
fn reduced(share: Ratio) -> Ratio {
    crate::notation::share(&share.to_string()).unwrap_or(share)
}
