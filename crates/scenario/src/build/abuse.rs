//! Who abuses a workload.

use crate::reader::Reader;
use crate::record::{Got, Named, Record};
use rushhour_base::{AbuseKind, Instant, Span};
use rushhour_world::settings::AbusePlan;

/// The abusers of a workload of a run that ends after `horizon`.
pub(super) fn abuse(reader: &mut Reader, workload: &Record, horizon: Span) -> Vec<AbusePlan> {
    workload.map("abuse").iter().map(|named| one(reader, named, horizon)).collect()
}

fn one(reader: &mut Reader, named: &Named, horizon: Span) -> AbusePlan {
    let record = named.got.table();
    let at = record.get("at");
    if at.sound && at.span() >= horizon {
        let why = format!("the run is over after {horizon}");
        reader.reject(&at.spot, &why, "a time before the end of the run", None);
    }
    let from = Instant::START + at.span();
    let end = record.maybe("for").map_or(Instant::NEVER, |lasts| from + lasts.span());
    let (kind, burst, gap) = shape(record);
    AbusePlan {
        name: named.name.clone(),
        kind,
        abusers: record.small("abusers"),
        requests: record.small("requests"),
        from,
        until: end.min(Instant::START + horizon),
        burst,
        gap,
        prompt: (kind == AbuseKind::PromptBombs).then(|| record.count("tokens")),
        accounts: if kind == AbuseKind::ManyAccounts { record.small("accounts") } else { 1 },
    }
}

/// The kind, and the size and pace of its episodes.
fn shape(record: &Record) -> (AbuseKind, u32, Span) {
    let (kind, burst, gap) = match record.word("kind") {
        "hammering" => (AbuseKind::Hammering, 120, Span::millis(500)),
        "repeats" => (AbuseKind::Repeats, 20, Span::secs(5)),
        "many_accounts" => (AbuseKind::ManyAccounts, 5, Span::secs(20)),
        "prompt_bombs" => return (AbuseKind::PromptBombs, 1, Span::ZERO),
        _ => return (AbuseKind::SlowCreep, 1, Span::ZERO),
    };
    let burst = record.maybe("burst").map_or(burst, |got| u32::try_from(got.count()).unwrap_or(u32::MAX));
    (kind, burst, record.maybe("gap").map_or(gap, Got::span))
}
