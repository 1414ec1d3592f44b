//! Recorded sessions: which file, and how agents replay it.

use crate::errors::Problem;
use crate::reader::Reader;
use crate::record::{Got, Record, Typed};
use crate::trace;
use rushhour_base::Span;
use rushhour_world::settings::{RecordedSessions, SessionTurn, SessionsPlan};
use std::path::Path;

/// The recording, where a workload replays it. One that nobody replays, and a replay without one, are errors: either way
/// the run would not be what the file seems to say.
pub(super) fn recorded(reader: &mut Reader, root: &Record, base_dir: &Path) -> Option<RecordedSessions> {
    let replays = |got: &Got| got.sound && matches!(got.typed, Typed::Word("sessions"));
    let mut kinds = root.map("workload").iter().map(|named| named.got.table().table("arrivals").get("kind"));
    match (kinds.find(|got| replays(got)), root.maybe("sessions")) {
        (Some(_), Some(stated)) => {
            let path = stated.table().get("path");
            if !path.sound {
                return None;
            }
            let dir = if reader.sources.of(path.spot.place).is_override { Path::new("") } else { base_dir };
            match trace::read_sessions(&dir.join(path.text())) {
                Ok(recorded) => Some(recorded),
                Err(problem) => {
                    let message = format!("`{}` cannot be replayed: {}", path.spot.path, problem.what);
                    let told = Problem::new(&path.spot.path, message).hint(Some(problem.way_out));
                    reader.tell(path.spot.place, told.about_value());
                    None
                }
            }
        }
        (Some(kind), None) => {
            let problem = Problem::new(&kind.spot.path, "a workload replays sessions, but there are none");
            reader.tell(kind.spot.place, problem.hint(Some("add a [sessions] table with `path`".to_owned())));
            None
        }
        (None, Some(stated)) if root.get("workload").is_sound() => {
            let problem = Problem::new(&stated.spot.path, "there are sessions, but no workload replays them");
            let hint = "give a workload arrivals = { kind = \"sessions\" }, or remove [sessions]".to_owned();
            reader.tell(stated.spot.place, problem.hint(Some(hint)));
            None
        }
        (None, _) => None,
    }
}

/// How the agents of a workload replay the recording. Where it could not be read, which was told, one request stands in.
pub(super) fn plan(record: &Record, recorded: Option<&RecordedSessions>) -> SessionsPlan {
    let stand_in = || {
        let turn = SessionTurn { at: Span::ZERO, pause: Span::ZERO, input_tokens: 1, output_tokens: 1 };
        RecordedSessions::new(vec![vec![turn]])
    };
    SessionsPlan {
        recorded: recorded.cloned().unwrap_or_else(stand_in),
        pause_cap: record.span("pause_cap"),
        speed: record.maybe("speed").map_or(1.0, |_| record.number("speed")),
        start_within: record.span("start_within"),
        in_order: record.word("begin") == "in_order",
        cache_hit: record.share("cache_hit"),
    }
}
