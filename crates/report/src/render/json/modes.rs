//! The fleet's modes and its parked requests in the document.

use super::parts::{bounded, latency};
use crate::render::writer::Writer;
use crate::report::Report;
use rushhour_base::Span;
use rushhour_base::event::AgentMode;

pub(super) fn ladder(w: &mut Writer, report: &Report) {
    let Some(ladder) = &report.ladder else { return w.optional("ladder", None::<u64>) };
    w.object("ladder", |w| {
        w.count("moves", ladder.timeline.count());
        for mode in AgentMode::ALL {
            w.float(&format!("share_{mode}"), Some(ladder.share(*mode)));
        }
        w.list("modes", &ladder.modes, |w, mode| {
            w.string("mode", mode.mode.name());
            w.seconds("time_s", Some(mode.time));
            w.count("answers", mode.answers);
        });
        bounded(w, "timeline", &ladder.timeline, |w, step| {
            w.seconds("at_s", Some(Span(step.at.0)));
            w.count("fleet", u64::from(step.fleet.0));
            w.string("from", step.from.name());
            w.string("to", step.to.name());
            w.string("why", step.why.name());
        });
    });
}

pub(super) fn parking(w: &mut Writer, report: &Report) {
    let Some(parking) = &report.parking else { return w.optional("parking", None::<u64>) };
    w.object("parking", |w| {
        w.count("requests", parking.requests);
        w.count("stays", parking.stays);
        w.count("drained", parking.drained);
        w.count("dead_letters", parking.dead_letters);
        w.float("dead_share", parking.dead_share());
        w.list("dead", &parking.dead, |w, (reason, count)| {
            w.string("reason", reason.name());
            w.count("count", *count);
        });
        w.count("given_up", parking.given_up);
        w.count("shed", parking.shed);
        w.count("waiting", parking.waiting);
        w.seconds("oldest_s", parking.oldest);
        latency(w, "stay", &parking.stay);
        w.count("busiest_hour", parking.busiest_hour());
        w.list("drained_per_hour", parking.drained_per_hour.iter().enumerate(), |w, (hour, drained)| {
            w.count("hour", hour as u64);
            w.count("drained", *drained);
        });
    });
}
