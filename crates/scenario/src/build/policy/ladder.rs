//! What the fleet falls back to as a whole.

use crate::fields;
use crate::reader::Reader;
use crate::record::{Got, Record, Typed};
use rushhour_base::{Ratio, Rung};
use rushhour_core::ladder::steps;
use rushhour_core::settings::{Climb, ClimbProbes, LadderPolicy, RungPolicy};

pub(super) fn ladder(reader: &mut Reader, record: &Record, chain: &[RungPolicy]) -> Option<LadderPolicy> {
    if record.word("kind") == "none" {
        tell_unused(reader, record);
        return None;
    }
    let economy = economy(record);
    let kind = record.get("kind");
    if kind.sound && steps(&economy, chain).len() < 2 {
        let hint = "add rules, people or another model to the chain, or leave the ladder out".to_owned();
        let expected = "a chain of which economy, rules or human mode allow a part";
        reader.reject(&kind.spot, "there is no mode to go down to", expected, Some(hint));
    }
    check_levels(reader, record);
    Some(LadderPolicy {
        economy,
        window: record.small("window"),
        window_span: record.span("window_span"),
        min_samples: record.small("min_samples"),
        down_at: record.share("down_at"),
        dwell: record.span("dwell"),
        dwell_growth_percent: record.small("dwell_growth"),
        dwell_max: record.span("dwell_max"),
        climb: match record.word("climb") {
            "trial" => Climb::Trial,
            _ => Climb::Probe(ClimbProbes {
                share: record.share("probe_share"),
                min_samples: record.small("probe_samples"),
                up_at: record.share("up_at"),
            }),
        },
        count_queue: record.flag("count_queue"),
        budget_at: share(record.maybe("budget_at")),
        queue_wait: record.maybe("queue_wait").map(Got::span),
    })
}

fn economy(record: &Record) -> Vec<Rung> {
    let Typed::List(rungs) = &record.get("economy").typed else { return Vec::new() };
    let rung = |got: &Got| match got.typed {
        Typed::Word(word) => fields::rung(word),
        _ => None,
    };
    rungs.iter().filter_map(rung).collect()
}

fn share(got: Option<&Got>) -> Option<Ratio> {
    match got?.typed {
        Typed::Share(share) => Some(share),
        _ => None,
    }
}

/// The level at which it climbs lies below that at which it goes down, or it would never come to rest.
fn check_levels(reader: &mut Reader, record: &Record) {
    let (down, up) = (record.get("down_at"), record.get("up_at"));
    let apart = record.share("up_at").as_f64() < record.share("down_at").as_f64();
    if record.word("climb") == "probe" && down.sound && up.sound && !apart {
        let at_fault = if up.written { up } else { down };
        let why = format!("up_at = {} and down_at = {}", record.share("up_at"), record.share("down_at"));
        reader.reject(&at_fault.spot, &why, "an `up_at` below `down_at`, or the fleet would flap", None);
    }
    let (samples, window) = (record.get("min_samples"), record.get("window"));
    if samples.sound && window.sound && samples.count() > window.count() {
        let at_fault = if samples.written { samples } else { window };
        let why = format!("min_samples = {} and window = {}", samples.count(), window.count());
        reader.reject(&at_fault.spot, &why, "at most `window` samples", None);
    }
    let (dwell, most) = (record.get("dwell"), record.get("dwell_max"));
    if dwell.sound && most.sound && most.span() < dwell.span() {
        let at_fault = if most.written { most } else { dwell };
        let why = format!("dwell = {} and dwell_max = {}", dwell.span(), most.span());
        reader.reject(&at_fault.spot, &why, "a `dwell_max` of at least `dwell`", None);
    }
    if record.word("climb") == "trial" {
        for key in ["probe_share", "probe_samples", "up_at"] {
            let got = record.get(key);
            if got.written {
                reader.notice(&got.spot.path, "it is without effect: a trial needs no probes".to_owned());
            }
        }
    }
}

fn tell_unused(reader: &mut Reader, record: &Record) {
    let unused = record.fields().iter().filter(|(_, got)| got.written);
    for (_, got) in unused.filter(|_| !record.get("kind").written) {
        let text = "it is without effect: without kind = \"failures\" there is no ladder".to_owned();
        reader.notice(&got.spot.path, text);
    }
}
