//! Replications in the document: what every figure came to over all of them, and each single value, so that another
//! report's can be held against it seed by seed.

use crate::digest::hex;
use crate::figures::Range;
use crate::render::compare::json::members;
use crate::render::writer::Writer;
use crate::replication::{LEVEL, Replications, Series, Spread};
use crate::report::{Report, Stopped};
use crate::slo::SloResult;
use rushhour_base::Span;
use rushhour_base::header::Reference;

/// Every figure by its path, exact to the last bit.
pub(super) fn figures(w: &mut Writer, report: &Report) {
    w.object("figures", |w| {
        report.figures().into_iter().for_each(|(path, figure)| Range::from(figure).write(w, &path));
    });
}

pub(super) fn stopped(w: &mut Writer, stopped: Option<&Stopped>) {
    let Some(stopped) = stopped else { return w.optional("stopped", None::<u64>) };
    w.object("stopped", |w| {
        w.seconds("at_s", Some(Span(stopped.at.0)));
        w.seconds("planned_s", Some(stopped.planned));
        w.string("path", &stopped.path);
        w.string("limit", &stopped.limit);
    });
}

pub(super) fn replications(w: &mut Writer, replications: Option<&Replications>) {
    let Some(all) = replications else { return w.optional("replications", None::<u64>) };
    w.object("replications", |w| {
        w.count("count", all.count() as u64);
        w.optional("level", Some(LEVEL));
        w.optional("noise", Some(all.noise));
        w.count("stopped", all.stopped() as u64);
        w.strings("seeds", &all.seeds.iter().map(u64::to_string).collect::<Vec<_>>());
        w.strings("digests", &all.digests.iter().map(|digest| hex(*digest)).collect::<Vec<_>>());
        w.object("figures", |w| all.series.iter().for_each(|one| series(w, one)));
    });
}

fn series(w: &mut Writer, series: &Series) {
    let Some(spread) = Spread::over(&series.values) else { return w.optional(&series.path, None::<u64>) };
    w.object(&series.path, |w| {
        members(w, &spread);
        w.floats("values", series.values.iter().map(|range| range.value));
        if spread.lower_bound {
            w.floats("at_most", series.values.iter().map(|range| range.at_most));
        }
    });
}

/// What a limit is relative to, and how it fared over all replications.
pub(super) fn of_limit(w: &mut Writer, result: &SloResult) {
    let relative = result.slo.of.as_ref().map(|of| match of {
        Reference::Variant(name) => name.as_str(),
        Reference::Baseline => "baseline",
    });
    match relative {
        None => w.optional("relative_to", None::<u64>),
        Some(name) => w.object("relative_to", |w| {
            w.string("name", name);
            w.float("value", result.against.and_then(|figure| figure.value));
        }),
    }
    w.boolean("aborts", result.slo.abort);
    let Some(over) = &result.over else { return w.optional("replications", None::<u64>) };
    w.object("replications", |w| {
        w.count("of", over.of as u64);
        w.count("held", over.held as u64);
        w.count("missed", over.missed as u64);
        w.float("mean", over.spread.map(|spread| spread.mean));
        w.float("half_width", over.spread.and_then(|spread| spread.half_width));
        w.string("verdict", over.verdict.name());
    });
}
