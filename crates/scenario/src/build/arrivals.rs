//! When agents ask.

use super::sessions;
use super::spreads::duration;
use super::workloads::Workloads;
use crate::errors::Problem;
use crate::reader::Reader;
use crate::record::{Got, Record, Spot, Typed};
use rushhour_base::Span;
use rushhour_world::settings::{Arrivals, BurstPlan, GapLaw, Gaps, LevelPlan, ShapePlan, ShapedPlan};
use std::sync::Arc;

/// What a run says of time.
#[derive(Clone, Copy)]
pub(super) struct Run {
    /// How long it lasts.
    pub(super) horizon: Span,
    /// On which weekday it starts; 0 is Monday.
    pub(super) starts_on: u8,
}

pub(super) fn arrivals_of(reader: &mut Reader, record: &Record, all: &Workloads, run: Run) -> Arrivals {
    match record.word("kind") {
        "day_curve" => Arrivals::DayCurve {
            per_agent_per_hour: record.number("per_agent_per_hour"),
            peak: record.span("peak"),
            peak_to_mean: record.number("peak_to_mean"),
        },
        "batch" => Arrivals::Batch {
            at: record.span("at"),
            each: record.small("each"),
            over: record.maybe("over").map_or(Span::ZERO, Got::span),
        },
        "closed_loop" => Arrivals::ClosedLoop { think: duration(reader, record.get("think")) },
        "trace" => Arrivals::Trace { rows: Arc::clone(&all.rows) },
        "sessions" => Arrivals::Sessions(sessions::plan(record, all.sessions.as_ref())),
        law => at_a_rate(reader, record, law, run),
    }
}

/// An open loop at a stated rate, which may change with time.
fn at_a_rate(reader: &mut Reader, record: &Record, law: &str, run: Run) -> Arrivals {
    let per_agent_per_hour = record.number("per_agent_per_hour");
    let gaps = match law {
        "gamma" => Gaps::Renewal { law: GapLaw::Gamma, cv: record.number("cv") },
        "weibull" => Gaps::Renewal { law: GapLaw::Weibull, cv: record.number("cv") },
        _ => Gaps::Exponential,
    };
    let midway = record.maybe("start").is_some();
    let (shape, bursts) = (record.maybe("shape"), record.maybe("bursts"));
    if midway || shape.is_some() || bursts.is_some() {
        let shape = shape.map_or(ShapePlan::Flat, |got| shape_of(reader, got.table(), run));
        let bursts = bursts.map_or_else(Vec::new, |got| bursts_of(reader, got, run.horizon));
        return Arrivals::Shaped(ShapedPlan { per_agent_per_hour, gaps, midway, shape, bursts });
    }
    match gaps {
        Gaps::Exponential => Arrivals::Poisson { per_agent_per_hour },
        Gaps::Renewal { law, cv } => Arrivals::Renewal { per_agent_per_hour, law, cv },
    }
}

fn shape_of(reader: &mut Reader, record: &Record, run: Run) -> ShapePlan {
    match record.word("kind") {
        "steps" => ShapePlan::Steps(levels(reader, record.get("steps"), run.horizon)),
        "ramp" => {
            tell_if_beyond(reader, record.get("at"), run.horizon);
            let (from, to) = (record.number("from"), record.number("to"));
            if from == 0.0 && to == 0.0 {
                let spot = &record.get("to").spot;
                reader.reject(spot, "nobody would ever ask", "`from` or `to` above 0", None);
            }
            ShapePlan::Ramp { from, to, at: record.span("at"), over: record.span("over") }
        }
        "day" => ShapePlan::Day { peak: record.span("peak"), peak_to_mean: record.number("peak_to_mean") },
        _ => ShapePlan::Week {
            peak: record.span("peak"),
            peak_to_mean: record.number("peak_to_mean"),
            weights: weights(reader, record.get("days")),
            starts_on: run.starts_on,
        },
    }
}

fn levels(reader: &mut Reader, got: &Got, horizon: Span) -> Vec<LevelPlan> {
    let Typed::List(items) = &got.typed else { return Vec::new() };
    let mut levels: Vec<LevelPlan> = Vec::with_capacity(items.len());
    for record in items.iter().map(Got::table) {
        let (from, factor) = (record.get("from"), record.number("factor"));
        if let Some(before) = levels.last().filter(|before| from.span() <= before.from) {
            let why = format!("the level before it holds from {} on", before.from);
            reader.reject(&from.spot, &why, "levels in the order of time", None);
            continue;
        }
        tell_if_beyond(reader, from, horizon);
        levels.push(LevelPlan { from: from.span(), factor });
    }
    if levels.iter().all(|level| level.factor == 0.0) && levels.first().is_some_and(|l| l.from == Span::ZERO)
    {
        reader.reject(&got.spot, "nobody would ever ask", "a `factor` above 0", None);
    }
    levels
}

fn weights(reader: &mut Reader, got: &Got) -> [f64; 7] {
    let record = got.table();
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let weights = days.map(|day| record.number(day));
    if weights.iter().all(|weight| *weight == 0.0) {
        let problem =
            Problem::new(&got.spot.path, format!("`{}` has no day on which anybody asks", got.spot.path));
        reader.tell(got.spot.place, problem.expected("a weight above 0"));
        return [1.0; 7];
    }
    weights
}

fn bursts_of(reader: &mut Reader, got: &Got, horizon: Span) -> Vec<BurstPlan> {
    let Typed::List(items) = &got.typed else { return Vec::new() };
    let burst = |record: &Record| {
        tell_if_beyond(reader, record.get("at"), horizon);
        BurstPlan {
            at: record.span("at"),
            lasts: record.maybe("for").map_or(Span::MAX, Got::span),
            factor: record.number("factor"),
        }
    };
    items.iter().map(Got::table).map(burst).collect()
}

/// Says of what begins when the run is over that it has no effect.
fn tell_if_beyond(reader: &mut Reader, at: &Got, horizon: Span) {
    let Got { spot: Spot { path, .. }, .. } = at;
    if at.sound && at.span() >= horizon {
        reader.notice(path, format!("it is without effect: the run is over after {horizon}"));
    }
}
