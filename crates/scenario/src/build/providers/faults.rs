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
        "server_error" => FaultKind::ServerError,
        "hang" => FaultKind::Hang,
        "brownout" => {
            let lane = lane.map(|lane| LaneId(lane.0 - first_lane as u16));
            capacity::brownout(reader, record, &models.lanes[first_lane..], lane)
        }
        "rate_limit_storm" => FaultKind::RateLimitStorm {
            retry_after: record.maybe("retry_after").map_or(Span::ZERO, Got::span),
        },
        _ => FaultKind::Overloaded,
    };
    let share = record.maybe("share").map_or(Ratio::ONE, |_| record.share("share"));
    let recurrence = recurrence(reader, record, &models.providers[provider].name, &fault.name);
    let (from, until) = match recurrence {
        Some(_) => (Instant::START, Instant::START + horizon),
        None => set_time(reader, record, horizon),
    };
    models.faults.push(FaultPlan { provider, lane, kind, from, until, share, recurrence });
    models.fault_headers.push(FaultHeader {
        name: fault.name.clone(),
        provider: models.providers[provider].name.clone(),
        kind: record.word("kind").to_owned(),
        from,
        until,
        share,
    });
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
