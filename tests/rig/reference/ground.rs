//! What the cases stand on: the file, the traces and how long a run may be.

use crate::reference::case::{Answer, Case, Problem};
use crate::root;
use rushhour_base::Seed;
use rushhour_scenario::trace::{Format, read};
use rushhour_world::settings::TraceRow;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// From which all luck of the cases grows.
pub const SEED: Seed = Seed(20_260_311);

/// A flat trace by the name that cases use: the file, and how it is written.
type Flat = (&'static str, &'static str, Format);

const FLAT: [Flat; 4] = [
    ("azure_code", "azure2023/AzureLLMInferenceTrace_code.csv", Format::Azure),
    ("azure_conv", "azure2023/AzureLLMInferenceTrace_conv.csv", Format::Azure),
    ("mooncake_conversation", "mooncake-fast25/conversation_trace.jsonl", Format::Mooncake),
    ("mooncake_synthetic", "mooncake-fast25/synthetic_trace.jsonl", Format::Mooncake),
];

/// The recorded agent sessions, by the name that cases use.
pub const SESSIONS: &str = "claude_code";

type Slot<T> = OnceLock<Option<Arc<[T]>>>;

/// Where cases and traces are, and how long statistical runs are.
pub struct Ground {
    file: PathBuf,
    traces: PathBuf,
    required: bool,
    known_absent: Vec<String>,
    run_length: f64,
    flat: [Slot<TraceRow>; FLAT.len()],
    sessions: Slot<SessionCall>,
}

/// One call of a recorded agent session.
#[derive(Clone, Copy, Debug)]
pub struct SessionCall {
    /// Which session.
    pub session: u32,
    /// Milliseconds from the start of the session.
    pub at_ms: u64,
    pub input_tokens: u64,
    pub output_tokens: u64,
    /// Milliseconds that the server took, if that was recorded.
    pub api_ms: Option<u64>,
}

impl Ground {
    /// What the environment says: `RUSHHOUR_CASES` and the other variables of CONTRIBUTING.
    pub fn from_env() -> Ground {
        let path = |name: &str, otherwise: PathBuf| std::env::var_os(name).map_or(otherwise, PathBuf::from);
        let text = |name: &str| std::env::var(name).unwrap_or_default();
        let absent = text("RUSHHOUR_ABSENT_TRACES");
        Ground {
            file: path("RUSHHOUR_CASES", root().join("tests/reference/cases.json")),
            traces: path("RUSHHOUR_TRACES", root().join("../shared/traces")),
            required: text("RUSHHOUR_REQUIRE_TRACES") == "1",
            known_absent: absent.split(',').map(|name| name.trim().to_owned()).collect(),
            run_length: text("RUSHHOUR_RUN_LENGTH").parse().unwrap_or(1.0),
            flat: Default::default(),
            sessions: OnceLock::new(),
        }
    }

    /// The same with statistical runs of another length; 1 is the usual one.
    #[must_use]
    pub fn with_run_length(self, run_length: f64) -> Ground {
        Ground { run_length, ..self }
    }

    /// The file of the cases.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// All cases of the file, in its order.
    pub fn cases(&self) -> Result<Vec<Case>, String> {
        let name = self.file.display();
        let text = std::fs::read_to_string(&self.file).map_err(|error| format!("{name}: {error}"))?;
        let file: Value = serde_json::from_str(&text).map_err(|error| format!("{name}: {error}"))?;
        let groups = file.as_object().ok_or_else(|| format!("{name}: no object of groups"))?;
        let mut cases = Vec::new();
        for (group, list) in groups {
            let list =
                list.as_array().ok_or_else(|| format!("{name}: group `{group}` is no list of cases"))?;
            for value in list {
                cases.push(Case::new(group, value).map_err(|error| format!("{name}: {error}"))?);
            }
        }
        Ok(cases)
    }

    /// Whether a trace may be absent without failing the case that needs it.
    pub fn may_lack(&self, trace: &str) -> bool {
        let name = trace.trim_end_matches(" is absent");
        !self.required || self.known_absent.iter().any(|absent| absent == name)
    }

    /// A number of runs or customers, scaled by the run length asked for.
    pub fn scaled(&self, usual: u64) -> u64 {
        ((usual as f64 * self.run_length) as u64).max(1)
    }

    /// The name under which a flat trace is known, given one that a case uses.
    pub fn name_of(trace: &str) -> &str {
        if trace == "mooncake" { "mooncake_conversation" } else { trace }
    }

    /// The rows of a flat trace.
    pub fn rows(&self, trace: &str) -> Answer<Arc<[TraceRow]>> {
        let name = Ground::name_of(trace);
        let Some(place) = FLAT.iter().position(|(known, ..)| *known == name) else {
            return Err(Problem::Unknown(format!("there is no trace `{trace}`")));
        };
        let (_, file, format) = FLAT[place];
        let rows = self.flat[place].get_or_init(|| {
            let path = self.traces.join(file);
            path.exists().then(|| match read(&path, Some(format)) {
                Ok(trace) => trace.rows.into(),
                Err(problem) => panic!("{}", problem.what),
            })
        });
        rows.clone().ok_or_else(|| Problem::Absent(name.to_owned()))
    }

    /// All calls of the recorded sessions, session by session.
    pub fn sessions(&self) -> Answer<Arc<[SessionCall]>> {
        let calls = self.sessions.get_or_init(|| {
            let text =
                std::fs::read_to_string(self.traces.join("claude-code-agentic/requests_dedup.csv")).ok()?;
            Some(text.lines().skip(1).map(session_call).collect())
        });
        calls.clone().ok_or_else(|| Problem::Absent(SESSIONS.to_owned()))
    }
}

/// `session,agent,seq,t_s,model,in_tokens,out_tokens,api_time_s,…`
fn session_call(line: &str) -> SessionCall {
    let fields: Vec<&str> = line.split(',').collect();
    let whole =
        |field: usize| fields[field].parse::<u64>().expect("a count of the sessions is a whole number");
    let millis = |text: &str| {
        (text.parse::<f64>().expect("a time of the sessions is a number") * 1_000.0 + 0.5) as u64
    };
    SessionCall {
        session: whole(0) as u32,
        at_ms: millis(fields[3]),
        input_tokens: whole(5),
        output_tokens: whole(6),
        api_ms: (!fields[7].is_empty()).then(|| millis(fields[7])),
    }
}
