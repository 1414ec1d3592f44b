//! Workloads: who asks, when and for how much.

use super::abuse::abuse;
use super::arrivals::{Run, arrivals_of};
use super::sessions;
use super::spreads::{duration, length};
use super::words;
use crate::errors::Problem;
use crate::reader::Reader;
use crate::record::{Got, Record, Typed};
use crate::trace::{self, Format, Scale, Trace};
use rushhour_base::header::WorkloadHeader;
use rushhour_base::time::SECOND;
use rushhour_base::{Ratio, Span};
use rushhour_world::settings::{
    Arrivals, ComesBackPlan, PromptPlan, RecordedSessions, TaskPlan, TraceRow, UsersPlan, WorkloadPlan,
};
use std::path::Path;
use std::sync::Arc;

/// All that the workload tables say.
#[derive(Debug, Default)]
pub(crate) struct Workloads {
    pub(crate) plans: Vec<WorkloadPlan>,
    pub(crate) headers: Vec<WorkloadHeader>,
    pub(crate) agents: u32,
    pub(crate) users: u32,
    /// The rows of the trace, if there is one.
    pub(crate) rows: Arc<[TraceRow]>,
    /// The recorded sessions, if there are any.
    pub(crate) sessions: Option<RecordedSessions>,
    /// The texts of files of phrases.
    pub(crate) phrases: Vec<String>,
}

/// The most agents of a run, and the most users, so that their numbers fit.
const MOST: u32 = 100_000_000;

/// Reads all workloads, and the trace if one of them replays it; `stated` is the run's duration, if the file says it,
/// and `starts_on` the weekday on which it starts, from Monday.
pub(crate) fn workloads(
    reader: &mut Reader,
    root: &Record,
    base_dir: &Path,
    (stated, starts_on): (Option<Span>, u8),
) -> Workloads {
    let mut all = Workloads {
        rows: trace_rows(reader, root, base_dir, stated).into(),
        sessions: sessions::recorded(reader, root, base_dir),
        ..Workloads::default()
    };
    let horizon = stated.unwrap_or_else(|| horizon_of(&all.rows));
    for named in root.map("workload") {
        let record = named.got.table();
        let arrivals = record.table("arrivals");
        let arrivals = match arrivals.is_sound() {
            true => arrivals_of(reader, arrivals, &all, Run { horizon, starts_on }),
            false => Arrivals::Poisson { per_agent_per_hour: 1.0 },
        };
        if matches!(arrivals, Arrivals::Trace { .. } | Arrivals::Sessions(_)) {
            tell_unused_lengths(reader, record);
        }
        let mut plan = plan(reader, &named.name, record, arrivals);
        plan.abuse = abuse(reader, record, horizon);
        if let Some((words, text)) = words::words(reader, record, &plan, base_dir) {
            plan.words = Some(words);
            all.phrases.extend(text);
        }
        let (agents, users) = (plan.agent_count(), plan.user_count());
        all.headers.push(WorkloadHeader {
            name: named.name.clone(),
            first_agent: all.agents,
            agents,
            first_user: all.users,
            users,
            shared_tokens: plan.prompt.shared,
        });
        all.plans.push(plan);
        all.agents = all.agents.saturating_add(agents);
        all.users = all.users.saturating_add(users);
    }
    for (count, what) in [(all.agents, "agents"), (all.users, "users")] {
        if count > MOST {
            let spot = &root.get("workload").spot;
            let message = format!("there are {count} {what}");
            reader.tell(spot.place, Problem::new(&spot.path, message).expected("at most 100,000,000"));
        }
    }
    all
}

/// How long a run lasts that does not say so.
pub(crate) fn horizon_of(rows: &[TraceRow]) -> Span {
    rows.last().map_or(Span::secs(3_600), |last| Span::secs(last.at.0.div_ceil(SECOND) + 60))
}

fn plan(reader: &mut Reader, name: &str, record: &Record, arrivals: Arrivals) -> WorkloadPlan {
    let prompt = prompt(reader, record.table("prompt"));
    let output = record.get("output");
    let longest = match &output.typed {
        Typed::Table(spread) => spread.count("max"),
        _ => 0,
    };
    let output = length(reader, output, longest, "max");
    let task = task(reader, record, &arrivals);
    let max_tokens = record.count("max_tokens");
    let too_long = |output_tokens: &u64| *output_tokens > max_tokens;
    let cut = match &arrivals {
        Arrivals::Trace { rows } => rows.iter().map(|row| row.output_tokens).filter(too_long).count(),
        Arrivals::Sessions(sessions) => {
            sessions.recorded.turns().iter().map(|turn| turn.output_tokens).filter(too_long).count()
        }
        _ => 0,
    };
    if cut > 0 {
        {
            let path = &record.get("max_tokens").spot.path;
            reader.notice(
                path,
                format!("{cut} of the recorded replies are longer than {max_tokens} tokens and are cut"),
            );
        }
    }
    WorkloadPlan {
        name: name.to_owned(),
        agents: record.small("agents"),
        users: record.maybe("users").map(users),
        prompt,
        task,
        output,
        max_tokens,
        patience: record.maybe("patience").map_or(Span::MAX, Got::span),
        deadline: record.maybe("deadline").map_or(Span::MAX, Got::span),
        comes_back: comes_back(reader, record, &arrivals),
        priority: u8::try_from(record.count("priority")).unwrap_or(u8::MAX),
        abuse: Vec::new(),
        difficulty: difficulty(reader, record.get("difficulty")),
        arrivals,
        words: None,
    }
}

/// One figure, or the least and the most.
fn difficulty(reader: &mut Reader, got: &Got) -> [u8; 2] {
    let level = |got: &Got| u8::try_from(got.count()).unwrap_or(100);
    let Typed::List(ends) = &got.typed else { return [level(got); 2] };
    let [Some(least), Some(most)] = [ends.first(), ends.last()].map(|end| end.map(level)) else {
        return [50; 2];
    };
    if got.is_sound() && most < least {
        reader.reject(&got.spot, "the most is below the least", "the least first", None);
    }
    [least, most.max(least)]
}

/// A population of end users: how many, or a table that says more.
fn users(got: &Got) -> UsersPlan {
    match &got.typed {
        Typed::Table(record) => UsersPlan {
            count: record.small("count"),
            skew: record.number("skew"),
            per_source: record.small("per_source"),
        },
        _ => UsersPlan { count: u32::try_from(got.count()).unwrap_or(u32::MAX), skew: 0.0, per_source: 1 },
    }
}

/// The tasks of a workload. An agent that does not wait for an outcome cannot go on from it.
fn task(reader: &mut Reader, record: &Record, arrivals: &Arrivals) -> Option<TaskPlan> {
    let got = record.maybe("task")?;
    let kind = record.table("arrivals").get("kind");
    if kind.sound && !matches!(arrivals, Arrivals::ClosedLoop { .. }) {
        let why =
            format!("{} asks whatever became of the last request", record.table("arrivals").word("kind"));
        let problem = Problem::new(&got.spot.path, format!("`{}` has no effect: {why}", got.spot.path));
        reader.tell(got.spot.place, problem.expected("arrivals of kind closed_loop, or no `task`"));
    }
    let record = got.table();
    let steps = record.get("steps");
    let longest = match &steps.typed {
        Typed::Table(spread) => spread.count("max"),
        _ => 0,
    };
    Some(TaskPlan { steps: length(reader, steps, longest, "max"), stuck: record.share("stuck") })
}

/// How people come back who got no answer. Whoever waits for the outcome of each request goes on by itself.
fn comes_back(reader: &mut Reader, record: &Record, arrivals: &Arrivals) -> Option<ComesBackPlan> {
    let got = record.maybe("comes_back")?;
    let kind = record.table("arrivals").get("kind");
    if kind.sound && matches!(arrivals, Arrivals::ClosedLoop { .. } | Arrivals::Sessions(_)) {
        let why = format!("an agent of kind {} goes on anyway", record.table("arrivals").word("kind"));
        let problem = Problem::new(&got.spot.path, format!("`{}` has no effect: {why}", got.spot.path));
        reader.tell(got.spot.place, problem.expected("arrivals of an open loop, or no `comes_back`"));
    }
    let record_of = got.table();
    let Typed::List(words) = &record_of.get("when").typed else { return None };
    let when = |word: &str| words.iter().any(|got| matches!(got.typed, Typed::Word(known) if known == word));
    if when("abandoned") && record.maybe("patience").is_none() {
        let text = "nobody runs out of patience: the workload has no `patience`".to_owned();
        reader.notice(&record_of.get("when").spot.path, text);
    }
    Some(ComesBackPlan {
        share: record_of.share("share"),
        after: duration(reader, record_of.get("after")),
        times: record_of.small("times"),
        abandoned: when("abandoned"),
        failed: when("failed"),
        refused: when("refused"),
    })
}

fn prompt(reader: &mut Reader, record: &Record) -> PromptPlan {
    let max = record.count("max");
    PromptPlan {
        first: length(reader, record.get("first"), max, "max"),
        growth: record.count("growth"),
        turns: record.small("turns"),
        max,
        shared: record.count("shared"),
    }
}

/// The rows of the trace, where a workload replays it. A trace that nobody replays, and a replay without a trace, are
/// errors: either way the run would not be what the file seems to say.
fn trace_rows(reader: &mut Reader, root: &Record, base_dir: &Path, stated: Option<Span>) -> Vec<TraceRow> {
    let horizon = stated.unwrap_or(Span::MAX);
    let replays = |got: &Got| got.sound && matches!(got.typed, Typed::Word("trace"));
    let mut kinds = root.map("workload").iter().map(|named| named.got.table().table("arrivals").get("kind"));
    match (kinds.find(|got| replays(got)), root.maybe("trace")) {
        (Some(_), Some(stated)) => {
            let path = stated.table().get("path");
            if !path.sound {
                return Vec::new();
            }
            let dir = if reader.sources.of(path.spot.place).is_override { Path::new("") } else { base_dir };
            let format = Format::named(stated.table().word("format"));
            match trace::read(&dir.join(path.text()), format) {
                Ok(trace) => rows_within(reader, stated.table(), trace, horizon),
                Err(problem) => {
                    let message = format!("`{}` cannot be replayed: {}", path.spot.path, problem.what);
                    let told =
                        Problem::new(&path.spot.path, message).hint(Some(problem.way_out)).about_value();
                    reader.tell(path.spot.place, told);
                    Vec::new()
                }
            }
        }
        (Some(kind), None) => {
            let problem = Problem::new(&kind.spot.path, "a workload replays a trace, but there is none");
            let hint = "add a [trace] table with `path` and `format`".to_owned();
            reader.tell(kind.spot.place, problem.hint(Some(hint)));
            Vec::new()
        }
        (None, Some(stated)) => {
            let problem = Problem::new(&stated.spot.path, "there is a trace, but no workload replays it");
            let hint = "give a workload arrivals = { kind = \"trace\" }, or remove [trace]".to_owned();
            if root.get("workload").is_sound() {
                reader.tell(stated.spot.place, problem.hint(Some(hint)));
            }
            Vec::new()
        }
        (None, None) => Vec::new(),
    }
}

/// The rows of a trace as the scenario replays them: scaled, and cut at the end of the run. What is left out is told.
fn rows_within(reader: &mut Reader, record: &Record, trace: Trace, horizon: Span) -> Vec<TraceRow> {
    let path = &record.get("path").spot.path;
    if let Some(suspicion) = trace.suspicion {
        reader.notice(path, suspicion);
    }
    if trace.failed > 0 {
        let text = format!("{} rows failed in the recording, have no reply and are left out", trace.failed);
        reader.notice(path, text);
    }
    let scale = Scale { speed: record.number("speed"), rate: record.number("rate") };
    let mut rows = scale.apply(trace.rows);
    let beyond = rows.len() - rows.partition_point(|row| row.at < horizon);
    if beyond > 0 {
        reader.notice(path, format!("{beyond} rows lie beyond the run's {horizon} and are left out"));
        rows.truncate(rows.len() - beyond);
    }
    rows
}

/// Whether a recording says what prompt caches know of the prompts of a workload.
pub(crate) fn states_cache_hits(plan: &WorkloadPlan) -> bool {
    matches!(&plan.arrivals, Arrivals::Sessions(sessions) if sessions.cache_hit != Ratio::ZERO)
}

/// Whether prompts of a workload carry conversations.
pub(crate) fn has_conversations(plan: &WorkloadPlan) -> bool {
    match &plan.arrivals {
        Arrivals::Sessions(_) => true,
        Arrivals::Trace { .. } => false,
        _ => plan.words.is_some() || plan.prompt.turns > 1,
    }
}

fn tell_unused_lengths(reader: &mut Reader, record: &Record) {
    for key in ["prompt", "output"] {
        let got = record.get(key);
        if got.written {
            reader.notice(
                &got.spot.path,
                "it is without effect: the recording has its own token counts".to_owned(),
            );
        }
    }
}
