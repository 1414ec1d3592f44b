//! `report.json`: everything, in the order of the design, with a version and a committed schema.

mod abuse;
mod hallucination;
mod modes;
mod parts;
mod quality;
mod replications;
#[cfg(test)]
mod tests;
mod tokens;
mod traffic;

pub use traffic::traffic_json;

use super::writer::Writer;
use crate::compare::{VariantDifferences, differences};
use crate::digest::hex;
use crate::report::Report;
use crate::timestamp::rfc3339;
use rushhour_base::Instant;

/// Name and version of the document.
pub const FORMAT: &str = "rushhour/report/1";

/// The document of one run, or of several variants side by side.
pub fn json(reports: &[Report]) -> String {
    Writer::document(|w| {
        w.string("format", FORMAT);
        match reports {
            [report] => members(w, report),
            reports => {
                w.object("variants", |w| {
                    for report in reports {
                        w.object(&report.header.variant, |w| members(w, report));
                    }
                });
                w.object("differences", |w| differences(reports).iter().for_each(|d| difference(w, d)));
            }
        }
    })
}

fn members(w: &mut Writer, report: &Report) {
    scenario(w, report);
    w.string("digest", &hex(report.digest));
    w.seconds("horizon_s", Some(report.header.horizon));
    replications::stopped(w, report.stopped.as_ref());
    parts::slice(w, &report.total);
    w.object("open_requests", |w| {
        w.float("mean", report.open_requests.mean);
        w.count("max", report.open_requests.max);
    });
    w.object("cost_usd", |w| parts::cost(w, report));
    hallucination::hallucination(w, report);
    quality::validation(w, report);
    quality::compression(w, report);
    hallucination::token_estimate(w, report);
    w.object("abuse", |w| abuse::abuse(w, &report.abuse));
    w.list("workloads", report.header.workloads.iter().zip(&report.workloads), |w, (header, slice)| {
        w.string("name", &header.name);
        w.count("agents", u64::from(header.agents));
        w.count("users", u64::from(header.users));
        parts::slice(w, slice);
        w.object("cost_usd", |w| {
            w.money("total", Some(slice.cost));
            w.money("per_success", slice.cost_per_success);
        });
    });
    w.list("pools", &report.pools, parts::pool);
    w.list("lanes", &report.lanes, parts::lane);
    w.object("rungs", |w| report.rungs.iter().for_each(|rung| parts::rung(w, rung)));
    parts::journeys(w, report);
    tokens::tokens(w, report);
    parts::incidents(w, report);
    modes::ladder(w, report);
    modes::parking(w, report);
    quality::business(w, report);
    w.list("slo", &report.slo, parts::slo);
    replications::figures(w, report);
    replications::replications(w, report.replications.as_ref());
}

fn scenario(w: &mut Writer, report: &Report) {
    let header = &report.header;
    w.object("scenario", |w| {
        w.string("name", &header.scenario);
        w.string("question", &header.question);
        w.string("hash", &header.scenario_hash);
        w.string("world", &header.world_hash);
        // As text: half of all 64-bit seeds are beyond what a JSON number keeps exactly.
        w.string("seed", &header.seed.to_string());
        w.string("variant", &header.variant);
        w.string("mode", &header.mode);
        w.string("version", &header.version);
        w.string("starts", &rfc3339(header.starts_unix_s, Instant::START));
        w.seconds("warmup_s", Some(header.warmup));
    });
}

fn difference(w: &mut Writer, variant: &VariantDifferences) {
    w.list(&variant.variant, &variant.figures, |w, figure| {
        w.string("path", &figure.path);
        w.float("base", figure.base.value);
        w.float("value", figure.value.value);
        w.float("difference", figure.difference);
        w.string("change", figure.change.name());
        match &figure.replicated {
            None => w.optional("replications", None::<u64>),
            Some((difference, shift)) => w.object("replications", |w| {
                w.count("pairs", difference.pairs as u64);
                w.optional("mean", Some(difference.mean));
                w.optional("sd", difference.sd);
                w.optional("half_width", difference.half_width);
                w.string("verdict", shift.name());
            }),
        }
    });
}
