//! A search for programs.

use crate::plan::{
    Answer, Breaking, Curve, Edge, Found, HeadRoom, Method, Outcome, Plan, Point, Seek, WhatIf,
};
use crate::render::writer::Writer;

/// Name and version of the document.
const FORMAT: &str = "rushhour/plan/1";

/// Everything that the search found. Values are written as a scenario writes them.
pub fn plan_json(plan: &Plan<'_>) -> String {
    let header = plan.scenario;
    Writer::document(|w| {
        w.string("format", FORMAT);
        w.object("scenario", |w| {
            w.string("name", &header.scenario);
            w.string("hash", &header.scenario_hash);
            w.string("variant", &header.variant);
            w.count("seed", header.seed);
            w.string("version", &header.version);
        });
        w.string("key", plan.key);
        w.string("seek", if plan.seek == Seek::Largest { "largest" } else { "smallest" });
        w.count("runs", plan.runs);
        outcome(w, plan, &plan.found);
        w.list("curve", plan.curve(), |w, point| curve(w, plan, point));
        w.list("what_if", &plan.what_if, |w, what_if| {
            let WhatIf { provider, from, to, outcome: found } = what_if;
            w.string("provider", provider);
            w.string("from", from);
            w.string("to", to);
            outcome(w, plan, found);
        });
        w.string("command", &plan.command);
    })
}

fn outcome(w: &mut Writer, plan: &Plan<'_>, outcome: &Outcome) {
    w.object("answer", |w| answer(w, plan, &outcome.answer));
    w.list("replications", outcome.edges.iter().enumerate(), |w, (replication, edge)| {
        let (held, broken) = match *edge {
            Edge::Nothing { broken } => (None, Some(broken)),
            Edge::Everything { held } => (Some(held), None),
            Edge::Between { held, broken } => (Some(held), Some(broken)),
        };
        w.count("replication", replication as u64);
        place(w, plan, "held", held);
        place(w, plan, "broken", broken);
    });
    let Breaking { replications, missed, undecided, binding } = outcome.breaking();
    w.object("breaks", |w| {
        w.count("replications", replications.into());
        for (key, counted) in [("missed", missed), ("undecided", undecided), ("binding", binding)] {
            w.list(key, &counted, |w, (what, count)| {
                w.string("what", what);
                w.count("replications", u64::from(*count));
            });
        }
    });
    w.list("islands", &outcome.islands, |w, island| {
        place(w, plan, "value", Some(island.place));
        w.count("replications", island.replications.into());
    });
    let point = outcome.point();
    w.list("head_room", point.map(Point::head_room).unwrap_or_default(), |w, room| {
        let HeadRoom { path, limit, mean, worst, left, kept, .. } = room;
        w.string("path", &path);
        w.string("limit", &limit);
        w.float("mean", mean);
        w.float("worst", worst);
        w.float("left", left);
        w.count("kept", kept.into());
    });
    let bill = point.map(|point| point.bill());
    w.object("cost_usd", |w| {
        w.money("per_hour", bill.map(|bill| bill.hour));
        w.money("per_day", bill.map(|bill| bill.day));
        w.money("per_30_days", bill.map(|bill| bill.month));
    });
}

fn answer(w: &mut Writer, plan: &Plan<'_>, answer: &Answer) {
    let (kind, found) = match answer {
        Answer::Nothing => ("nothing", None),
        Answer::Everything { .. } => ("everything", None),
        Answer::Found(found) => ("found", Some(found)),
    };
    w.string("kind", kind);
    place(w, plan, "value", answer.place());
    w.boolean("at_axis_end", !matches!(found, Some(Found { at_least: false, .. })));
    let method = found.map(|found| match found.method {
        Method::Single => "single",
        Method::Mean => "mean",
        Method::Median => "median",
    });
    w.optional("method", method.map(|method| format!("\"{method}\"")));
    let spread = found.and_then(|found| found.spread);
    place(w, plan, "easier", spread.and_then(|spread| spread.easier));
    place(w, plan, "harder", spread.map(|spread| spread.harder));
    w.float("level", spread.map(|spread| spread.level));
    place(w, plan, "every_replication", found.and_then(|found| found.safe));
}

fn curve(w: &mut Writer, plan: &Plan<'_>, point: &Point) {
    let Curve { held, runs, figures, per_hour, .. } = point.curve();
    place(w, plan, "value", Some(point.place));
    w.count("runs", runs.into());
    w.count("held", held.into());
    for (path, figure) in Curve::PATHS.iter().zip(figures) {
        w.float(path, figure);
    }
    w.money("cost_usd.per_hour", Some(per_hour));
}

fn place(w: &mut Writer, plan: &Plan<'_>, key: &str, place: Option<u64>) {
    match place {
        Some(place) => w.string(key, &(plan.label)(place)),
        None => w.optional(key, None::<u64>),
    }
}
