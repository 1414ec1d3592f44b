//! A comparison for programs.

use super::relative;
use crate::compare::{Compared, Comparison, Method, Side};
use crate::render::writer::Writer;
use crate::replication::{LEVEL, Spread};

/// Name and version of the document.
pub const COMPARE_FORMAT: &str = "rushhour/compare/1";

/// The document of a comparison: every figure of either side, what became of it, and whether the verdict hangs on it.
/// Figures are in the units of their paths, exact to the last bit.
pub fn compare_json(comparison: &Comparison) -> String {
    Writer::document(|w| {
        w.string("format", COMPARE_FORMAT);
        w.string("verdict", comparison.verdict().name());
        w.object("before", |w| side(w, &comparison.before));
        w.object("after", |w| side(w, &comparison.after));
        let (method, pairs) = match comparison.method {
            Method::Paired(pairs) => ("paired", Some(pairs)),
            Method::Unpaired(..) => ("unpaired", None),
        };
        w.string("method", method);
        w.optional("pairs", pairs);
        w.optional("level", Some(LEVEL));
        w.optional("noise", Some(comparison.noise));
        w.strings("differ_in", &comparison.differ_in);
        w.list("figures", &comparison.figures, figure);
    })
}

fn side(w: &mut Writer, side: &Side) {
    w.string("label", &side.label);
    w.string("scenario", &side.scenario);
    w.string("variant", &side.variant);
    w.string("world", &side.world);
    w.string("version", &side.version);
    w.strings("seeds", &side.seeds.iter().map(u64::to_string).collect::<Vec<_>>());
}

fn figure(w: &mut Writer, figure: &Compared) {
    w.string("path", &figure.path);
    w.string("verdict", figure.shift.name());
    w.boolean("decides", figure.decides);
    spread(w, "before", figure.before.as_ref());
    spread(w, "after", figure.after.as_ref());
    match &figure.difference {
        None => w.optional("difference", None::<u64>),
        Some(difference) => w.object("difference", |w| {
            w.optional("mean", Some(difference.mean));
            w.optional("sd", difference.sd);
            w.optional("half_width", difference.half_width);
            w.optional("relative", relative(figure));
        }),
    }
}

/// What several runs of a figure came to, or null.
pub(in crate::render) fn spread(w: &mut Writer, key: &str, spread: Option<&Spread>) {
    match spread {
        None => w.optional(key, None::<u64>),
        Some(spread) => w.object(key, |w| members(w, spread)),
    }
}

pub(in crate::render) fn members(w: &mut Writer, spread: &Spread) {
    w.count("count", spread.count as u64);
    w.optional("mean", Some(spread.mean));
    w.optional("sd", spread.sd);
    w.optional("half_width", spread.half_width);
    w.optional("least", Some(spread.least));
    w.optional("most", Some(spread.most));
    w.boolean("lower_bound", spread.lower_bound);
}
