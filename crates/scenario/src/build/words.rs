//! What the agents of a workload talk about.

use crate::errors::Problem;
use crate::phrases;
use crate::reader::Reader;
use crate::record::{Got, Record, Typed};
use crate::suggest;
use rushhour_base::Label;
use rushhour_world::settings::{Arrivals, HallucinationPlan, WordsPlan, WorkloadPlan};
use std::path::Path;
use std::sync::Arc;

/// The words of a workload, and the text of its own file of phrases, if it has one.
pub(super) fn words(
    reader: &mut Reader,
    record: &Record,
    workload: &WorkloadPlan,
    base_dir: &Path,
) -> Option<(WordsPlan, Option<String>)> {
    let got = record.maybe("words")?;
    let record = got.table();
    if matches!(workload.arrivals, Arrivals::Trace { .. } | Arrivals::Sessions(_)) {
        let message =
            format!("`{}` does not go with a recording, which has its own token counts", got.spot.path);
        let problem = Problem::new(&got.spot.path, message);
        reader.tell(got.spot.place, problem.expected("arrivals of another kind, or no `words`"));
        return None;
    }
    if !record.is_sound() {
        return None;
    }
    let (own, text) = match record.maybe("phrases") {
        Some(path) => {
            let dir = if reader.sources.of(path.spot.place).is_override { Path::new("") } else { base_dir };
            let (own, text) = phrases::own(reader, path, dir)?;
            (Some(own), Some(text))
        }
        None => (None, None),
    };
    let mut base = phrases::knowledge(reader, own, record.get("knowledge"))?;
    let languages = languages(reader, record.get("languages"), &base.languages, &base.name)?;
    base.languages.retain(|language| languages.iter().any(|(name, _)| *name == language.name));
    let weight =
        |name: &str| languages.iter().find(|(known, _)| known == name).map_or(0, |(_, weight)| *weight);
    let weights = base.languages.iter().map(|language| weight(&language.name)).collect();
    check_shares(reader, record);
    let recall = record.get("recall");
    if record.share("recall").as_f64() > 0.0 && workload.prompt.turns == 1 {
        let why =
            "it is without effect: each conversation has one turn, so say more of them in `prompt.turns`";
        reader.notice(&recall.spot.path, why.to_owned());
    }
    let plan = WordsPlan {
        languages: weights,
        knowledge: Arc::new(base),
        missing: record.share("missing"),
        stale: record.share("stale"),
        structured: record.share("structured"),
        typos: record.share("typos"),
        chat: record.share("chat"),
        recall: record.share("recall"),
        summary_keeps: record.share("summary_keeps"),
        questions: record.maybe("questions").map(|got| u32::try_from(got.count()).unwrap_or(u32::MAX)),
        hallucination: hallucination(reader, record.table("hallucination")),
    };
    Some((plan, text))
}

/// The languages that are spoken, each with its weight. `None` if one of them is unknown or none has any weight, which
/// is told.
fn languages(
    reader: &mut Reader,
    got: &Got,
    known: &[rushhour_world::words::Language],
    base: &str,
) -> Option<Vec<(String, u32)>> {
    let Typed::Map(entries) = &got.typed else { return None };
    let names: Vec<&str> = known.iter().map(|language| language.name.as_str()).collect();
    let mut sound = true;
    for entry in entries {
        if !names.contains(&entry.name.as_str()) {
            let message = format!("`{base}` cannot be asked in `{}`", entry.name);
            let problem = Problem::new(&entry.got.spot.path, message).expected(suggest::one_of(&names));
            reader.tell(entry.name_place, problem);
            sound = false;
        }
    }
    let weights = entries.iter().map(|entry| (entry.name.clone(), entry.got.count() as u32));
    let spoken: Vec<_> = weights.filter(|(_, weight)| *weight > 0).collect();
    if sound && spoken.is_empty() {
        reader.reject(&got.spot, "nobody speaks", "at least one weight above 0", None);
    }
    (sound && !spoken.is_empty()).then_some(spoken)
}

fn check_shares(reader: &mut Reader, record: &Record) {
    let (missing, stale) = (record.share("missing"), record.share("stale"));
    if missing.as_f64() + stale.as_f64() > 1.0 + 1e-9 {
        let why = format!("`missing` is {missing} already");
        reader.reject(&record.get("stale").spot, &why, "together with `missing` at most 100%", None);
    }
}

fn hallucination(reader: &mut Reader, record: &Record) -> HallucinationPlan {
    let (rate, guarded) = (record.share("rate"), record.share("guarded"));
    if guarded.as_f64() > rate.as_f64() {
        let why = format!("`rate` is {rate}, and a guard never makes it worse");
        reader.reject(&record.get("guarded").spot, &why, "at most `rate`", None);
    }
    let stated = record.table("weights");
    let weight = |label: &Label| if *label == Label::None { 0 } else { stated.small(label.name()) };
    let mut weights = [0; Label::ALL.len()];
    Label::ALL.iter().zip(&mut weights).for_each(|(label, slot)| *slot = weight(label));
    HallucinationPlan {
        rate,
        guarded_rate: guarded,
        leaning: [1.0, record.number("missing_factor"), record.number("stale_factor")],
        weights,
    }
}

/// How often a model is wrong, in thousandths of what a workload's words say.
pub(super) fn permille(record: &Record) -> u32 {
    (record.number("hallucination") * 1_000.0).round() as u32
}

/// Tells of models whose hallucinations nobody will see.
pub(crate) fn tell_unused(reader: &mut Reader, root: &Record) {
    for provider in root.map("provider") {
        for model in provider.got.table().map("model") {
            let got = model.got.table().get("hallucination");
            if got.written {
                reader.notice(&got.spot.path, "it is without effect: no workload has words".to_owned());
            }
        }
    }
}
