//! The gate for programs.

use crate::gate::{Judgement, Moved, VariantJudgement};
use crate::render::writer::Writer;
use crate::slo::SloResult;

/// Name and version of the document.
const FORMAT: &str = "rushhour/gate/1";

/// Everything that was found, every figure that moved included.
pub fn gate_json(judgements: &[Judgement]) -> String {
    Writer::document(|w| {
        w.string("format", FORMAT);
        w.list("scenarios", judgements, |w, judgement| {
            w.string("scenario", &judgement.scenario);
            w.string("verdict", judgement.verdict().name());
            w.list("slo", &judgement.slos, limit);
            w.list("relative", &judgement.relative, |w, (variant, slo)| {
                w.string("variant", variant);
                limit(w, slo);
            });
            w.list("violations", &judgement.violations, |w, (variant, violation)| {
                w.string("variant", variant);
                w.string("checker", violation.checker);
                w.string("sentence", &violation.sentence);
            });
            match &judgement.no_baseline {
                Some(reason) => w.string("no_baseline", reason),
                None => w.optional("no_baseline", None::<u64>),
            }
            w.list("variants", &judgement.variants, variant);
        });
    })
}

fn limit(w: &mut Writer, slo: &SloResult) {
    w.string("path", &slo.slo.path);
    w.string("limit", &slo.slo.text);
    w.float("value", slo.figure.value);
    w.string("verdict", slo.verdict.name());
}

fn variant(w: &mut Writer, variant: &VariantJudgement) {
    w.string("variant", &variant.variant);
    w.boolean("identical", variant.identical);
    w.count("compared", variant.compared.len() as u64);
    w.list("moved", &variant.moved, |w, moved: &Moved| {
        w.string("path", &moved.path);
        w.float("before", moved.before.value);
        w.float("after", moved.after.value);
        w.string("change", moved.change.name());
        w.boolean("within_band", moved.within_band);
    });
    w.list("causes", &variant.causes, |w, cause| w.string("cause", cause));
}
