//! Faults: of the script, and at random.

use super::{Models, capacity};
use crate::build::spreads::duration;
use crate::errors::Problem;
use crate::reader::Reader;
use crate::record::{Got, Named, Record};
use crate::suggest;
use rushhour_base::header::FaultHeader;
use rushhour_base::{Instant, LaneId, Purpose, Ratio, Span};
use rushhour_world::settings::{CommonCause, FaultKind, FaultPlan, Recurrence};

pub(super) fn one_fault(
    reader: &mut Reader,
    models: &mut Models,
    fault: &Named,
    first_lane: usize,
    horizon: Span,
) {
    let record = fault.got.table();
    let provider = models.providers.len() - 1;
    let lane = record.maybe("model").and_then(|model| struck_lane(reader, models, model, first_lane));
    let kind = match record.word("kind") {
        "brownout" => {
            let lane = lane.map(|lane| LaneId(lane.0 - first_lane as u16));
            capacity::brownout(reader, record, &models.lanes[first_lane..], lane)
        }
        word => kind(reader, record, word),
    };
    let share = record.maybe("share").map_or(Ratio::ONE, |_| record.share("share"));
    let recurrence = recurrence(reader, record, &models.providers[provider].name, &fault.name);
    let (from, until) = match recurrence {
        Some(_) => (Instant::START, Instant::START + horizon),
        None => set_time(reader, record, horizon),
    };
    let ramp = ramp(reader, record, recurrence.is_none());
    let attempts = record.maybe("attempts").map(|got| u16::try_from(got.count()).unwrap_or(u16::MAX));
    models.faults.push(FaultPlan { provider, lane, kind, from, until, share, ramp, attempts, recurrence });
    models.fault_headers.push(FaultHeader {
        name: fault.name.clone(),
        provider: models.providers[provider].name.clone(),
        kind: record.word("kind").to_owned(),
        from,
        until,
        share,
    });
}

/// What a fault does that is no brownout.
fn kind(reader: &mut Reader, record: &Record, word: &str) -> FaultKind {
    match word {
        "server_error" => FaultKind::ServerError,
        "hang" => FaultKind::Hang,
        "rate_limit_storm" => FaultKind::RateLimitStorm {
            retry_after: record.maybe("retry_after").map_or(Span::ZERO, Got::span),
        },
        "revoked_key" => FaultKind::RevokedKey,
        "exhausted_credit" => FaultKind::ExhaustedCredit,
        "reset" => FaultKind::Reset,
        "truncated" => FaultKind::Truncated,
        "stream_error" => FaultKind::StreamError,
        "malformed" => FaultKind::Malformed,
        "slow_first_token" => {
            let added = record.maybe("added");
            FaultKind::SlowFirstToken {
                per_mille: factor(reader, record, added.is_none()),
                added: added.map_or(Span::ZERO, Got::span),
            }
        }
        "slow_drip" => FaultKind::SlowDrip { per_mille: factor(reader, record, true) },
        "wrong_usage" => FaultKind::WrongUsage { per_mille: factor(reader, record, true) },
        _ => FaultKind::Overloaded,
    }
}

/// A factor in thousandths: one that changes something, and is not left out where it is all that the fault does.
fn factor(reader: &mut Reader, record: &Record, needed: bool) -> u32 {
    let (kind, path) = (record.word("kind"), format!("{}.factor", record.spot.path));
    let Some(got) = record.maybe("factor") else {
        if needed && record.get("factor").sound {
            let expected = if kind == "slow_first_token" { "`factor`, or `added`" } else { "a number" };
            let problem = Problem::new(&path, format!("`{path}` is missing")).expected(expected);
            reader.tell(record.spot.place, problem);
        }
        return 1_000;
    };
    let per_mille = (record.number("factor") * 1_000.0 + 0.5) as u32;
    let (changes, expected) = match kind {
        "wrong_usage" => (per_mille != 1_000, "any number but 1"),
        _ => (per_mille > 1_000, "a number above 1"),
    };
    if got.sound && !changes {
        reader.reject(&got.spot, "nothing would be slower, or wrong", expected, None);
    }
    per_mille
}

/// Over how long the share of calls that a fault strikes grows.
fn ramp(reader: &mut Reader, record: &Record, comes_once: bool) -> Span {
    let Some(ramp) = record.maybe("ramp") else { return Span::ZERO };
    let lasts = record.maybe("for").filter(|lasts| comes_once && lasts.sound);
    if let Some(lasts) = lasts
        && ramp.sound
        && ramp.span() > lasts.span()
    {
        let why = format!("the fault is over after for = {}", lasts.span());
        reader.reject(&ramp.spot, &why, "at most `for`", None);
    }
    ramp.span()
}

/// When a fault comes that comes once.
fn set_time(reader: &mut Reader, record: &Record, horizon: Span) -> (Instant, Instant) {
    for key in ["at", "for"] {
        if record.maybe(key).is_none() && record.get(key).sound {
            let path = format!("{}.{key}", record.spot.path);
            let hint =
                "write `at` and `for`, or `every` and `lasts` for a fault that comes at random".to_owned();
            let problem = Problem::new(&path, format!("`{path}` is missing"));
            reader.tell(record.spot.place, problem.expected("a length of time").hint(Some(hint)));
        }
    }
    for key in ["cause", "beta"] {
        let got = record.get(key);
        if got.written {
            reader.notice(&got.spot.path, "it is without effect: the fault comes at a set time".to_owned());
        }
    }
    let span = |key: &str| record.maybe(key).map_or(Span::ZERO, Got::span);
    let at = record.get("at");
    if at.written && at.sound && at.span() >= horizon {
        let why = format!("the run is over after {horizon}");
        reader.reject(&at.spot, &why, "a time before the end of the run", None);
    }
    let from = Instant::START + span("at");
    (from, from + span("for"))
}

/// How a fault comes and goes that does so at random.
fn recurrence(reader: &mut Reader, record: &Record, provider: &str, name: &str) -> Option<Recurrence> {
    let (every, lasts) = (record.maybe("every"), record.maybe("lasts"));
    let (every, lasts) = match (every, lasts) {
        (Some(every), Some(lasts)) => (every, lasts),
        (None, None) => return None,
        (Some(alone), None) | (None, Some(alone)) => {
            let problem =
                Problem::new(&alone.spot.path, "a fault that comes at random needs `every` and `lasts`");
            reader.tell(alone.spot.place, problem.expected("both"));
            return None;
        }
    };
    for key in ["at", "for"] {
        let got = record.get(key);
        if got.written {
            let problem =
                Problem::new(&got.spot.path, format!("`{key}` sets a time, but the fault comes at random"));
            reader.tell(got.spot.place, problem.expected("either `at` and `for`, or `every` and `lasts`"));
        }
    }
    let common = match (record.maybe("cause"), record.maybe("beta")) {
        (Some(cause), Some(_)) => {
            let luck = Purpose::named(&format!("cause/{}", cause.text())).key();
            Some(CommonCause { luck, beta: record.share("beta") })
        }
        (None, None) => None,
        (Some(alone), None) | (None, Some(alone)) => {
            let problem = Problem::new(&alone.spot.path, "a shared cause needs `cause` and `beta`");
            reader.tell(alone.spot.place, problem.expected("both"));
            None
        }
    };
    let luck = Purpose::named(&format!("fault/{provider}/{name}")).key();
    Some(Recurrence { up: duration(reader, every), down: duration(reader, lasts), luck, common })
}

fn struck_lane(reader: &mut Reader, models: &Models, model: &Got, first_lane: usize) -> Option<LaneId> {
    let provider = &models.providers.last()?.name;
    if let Some(lane) = models.lane(&format!("{provider}/{}", model.text())) {
        return Some(lane);
    }
    let known: Vec<&str> =
        models.lane_names[first_lane..].iter().filter_map(|name| Some(name.split_once('/')?.1)).collect();
    if model.sound {
        let hint = suggest::nearest(model.text(), &known);
        reader.reject(&model.spot, "the provider has no such model", suggest::one_of_quoted(&known), hint);
    }
    None
}
