//! Costs that are no tokens.

use super::Around;
use crate::reader::Reader;
use crate::record::Named;
use crate::suggest;
use rushhour_base::{Money, Ratio};
use rushhour_core::settings::{CostLine, CostPer};

pub(super) fn one_line(reader: &mut Reader, line: &Named, around: &Around<'_>) -> CostLine {
    let record = line.got.table();
    let per = record.get("per");
    let share = record.maybe("share");
    let per = match record.word("per") {
        "review" => {
            if share.is_none() && per.sound {
                let why = "which share of the answers is reviewed is missing";
                reader.reject(&per.spot, why, "`share`, such as \"0.5%\", beside it", None);
            }
            CostPer::Review { share: share.map_or(Ratio::ONE, |_| record.share("share")) }
        }
        word => {
            if let Some(share) = share.filter(|_| per.sound) {
                let why = format!("it has no meaning with `per` = \"{word}\"");
                reader.reject(&share.spot, &why, "`per` = \"review\"", None);
            }
            match word {
                "month" => CostPer::Month { starts_local_s: around.starts_local_s },
                _ => CostPer::Message,
            }
        }
    };
    let of = record.maybe("of").and_then(|of| {
        if matches!(per, CostPer::Month { .. }) {
            reader.reject(&of.spot, "a month is no workload's", "`per` = \"message\" or \"review\"", None);
        }
        let known: Vec<&str> = around.workloads.iter().map(|workload| workload.name.as_str()).collect();
        let index = known.iter().position(|name| *name == of.text());
        if index.is_none() && of.sound {
            let hint = suggest::nearest(of.text(), &known);
            reader.reject(&of.spot, "there is no such workload", suggest::one_of_quoted(&known), hint);
        }
        u16::try_from(index?).ok()
    });
    let amount = if record.get("amount").sound { record.money("amount") } else { Money::ZERO };
    CostLine { per, amount, of }
}
