//! When a lane is shut.

use crate::reader::Reader;
use crate::record::Record;
use rushhour_base::Span;
use rushhour_core::settings::{
    BreakerPolicy, BreakerWindow, CooldownPolicy, Counted, ProbePolicy, SharePolicy, SlowPolicy, Trip,
};

/// The keys that only some kinds know.
const OF_KINDS: [(&str, &[&str]); 8] = [
    ("failures", &["consecutive"]),
    ("calls", &["share", "tumbling"]),
    ("span", &["time"]),
    ("buckets", &["time"]),
    ("share", &["share", "tumbling", "time"]),
    ("min_calls", &["share", "time"]),
    ("slow_after", &["share", "tumbling", "time"]),
    ("slow_share", &["share", "tumbling", "time"]),
];

pub(super) fn breaker(reader: &mut Reader, record: &Record) -> Option<BreakerPolicy> {
    let kind = record.word("kind");
    if kind == "none" {
        return None;
    }
    for (key, kinds) in OF_KINDS {
        let got = record.get(key);
        if got.written && !kinds.contains(&kind) {
            reader
                .notice(&got.spot.path, format!("it is without effect: kind = \"{kind}\" does not know it"));
        }
    }
    let counted = Counted {
        rate_limited: record.flag("count_rate_limited"),
        overloaded: record.flag("count_overloaded"),
        server_error: record.flag("count_server_errors"),
        timed_out: record.flag("count_timeouts"),
        broken: record.flag("count_broken"),
        account: record.flag("count_account"),
    };
    let probes = ProbePolicy {
        at_once: record.small("probes"),
        successes: record.small("successes"),
        lease: record.span("probe_lease"),
    };
    Some(BreakerPolicy { trip: trip(reader, record), cooldown: cooldown(reader, record), probes, counted })
}

fn trip(reader: &mut Reader, record: &Record) -> Trip {
    let window = match record.word("kind") {
        "share" => BreakerWindow::Calls(record.small("calls")),
        "tumbling" => BreakerWindow::Tumbling(record.small("calls")),
        "time" => {
            let buckets = record.small("buckets");
            BreakerWindow::Time { bucket: Span(record.span("span").0.div_ceil(u64::from(buckets))), buckets }
        }
        _ => return Trip::Consecutive(record.small("failures")),
    };
    let (min_calls, calls) = (record.get("min_calls"), record.get("calls"));
    if let BreakerWindow::Calls(size) = window
        && min_calls.sound
        && calls.sound
        && min_calls.count() > u64::from(size)
    {
        let at_fault = if min_calls.written { min_calls } else { calls };
        let why = format!("min_calls = {} of the last {size} calls never come together", min_calls.count());
        reader.reject(&at_fault.spot, &why, "at most as many `min_calls` as `calls`", None);
    }
    Trip::Share(SharePolicy {
        window,
        share: record.share("share"),
        min_calls: record.small("min_calls"),
        slow: record
            .maybe("slow_after")
            .map(|got| SlowPolicy { after: got.span(), share: record.share("slow_share") }),
    })
}

fn cooldown(reader: &mut Reader, record: &Record) -> CooldownPolicy {
    let (first, most) = (record.span("cooldown"), record.get("cooldown_max"));
    let growth_per_mille = (record.number("growth") * 1_000.0 + 0.5) as u32;
    let grows = growth_per_mille > 1_000;
    if grows && most.sound && record.get("cooldown").sound && most.span() < first {
        let at_fault = if most.written { most } else { record.get("cooldown") };
        let why = format!("cooldown = {first} and cooldown_max = {}", most.span());
        reader.reject(&at_fault.spot, &why, "a `cooldown_max` of at least `cooldown`", None);
    }
    if most.written && !grows {
        reader.notice(&most.spot.path, "it is without effect: the cool-down does not grow".to_owned());
    }
    let most = if grows { most.span() } else { first };
    CooldownPolicy { first, growth_per_mille, most, jitter: record.share("jitter") }
}
