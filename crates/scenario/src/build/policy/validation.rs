//! How replies are checked before they go out.

use super::{Around, written_together};
use crate::build::chain::service;
use crate::reader::Reader;
use crate::record::{Got, Record};
use rushhour_base::event::ValidationAction;
use rushhour_base::{LaneId, Ratio};
use rushhour_core::settings::{ReplyStructure, ReviewPolicy, Staff, ValidationPolicy};
use rushhour_structure::Schema;

/// Whether a policy has people who review. Variants share their lanes, so one that has them gives them to all.
pub(crate) fn has_reviewers(policy: &Record) -> bool {
    policy.table("validation").maybe("review").is_some()
}

pub(super) fn validation(
    reader: &mut Reader,
    policy: &Record,
    around: &Around<'_>,
) -> Option<ValidationPolicy> {
    let record = policy.table("validation");
    let on_invalid = record.get("on_invalid");
    let Some(action) = action(record.word("on_invalid")) else {
        for (_, got) in record.fields().iter().filter(|(_, got)| got.written && !on_invalid.written) {
            let text = "it is without effect: without `on_invalid` nothing is checked".to_owned();
            reader.notice(&got.spot.path, text);
        }
        return None;
    };
    if on_invalid.sound && !around.has_words {
        let hint = "give a workload words, for example words = { knowledge = \"shop\" }".to_owned();
        let why = "no workload has words, so there is nothing to check";
        reader.reject(&on_invalid.spot, why, "a workload with `words`, or \"none\"", Some(hint));
    }
    let regenerates = action == ValidationAction::Regenerate;
    if regenerates && policy.flag("guarded") && on_invalid.sound {
        let text = "prompts are `guarded` already: a regeneration asks the same again, and is told the same"
            .to_owned();
        reader.notice(&on_invalid.spot.path, text);
    }
    for key in ["regenerations", "then"] {
        let got = record.get(key);
        if !regenerates && written_together(on_invalid, got) {
            let text = "it is without effect: nothing is regenerated".to_owned();
            reader.notice(&got.spot.path, text);
        }
    }
    let then = record.get("then");
    let asks_people = match regenerates {
        true => (record.word("then") == "review").then_some(then),
        false => (action == ValidationAction::Review).then_some(on_invalid),
    };
    Some(ValidationPolicy {
        on_invalid: action,
        regenerations: record.small("regenerations"),
        then: self::action(record.word("then")).unwrap_or(ValidationAction::Fall),
        confidence_min: thousandths(record.share("confidence")),
        structure: structure(reader, record.maybe("schema"), around),
        review: review(reader, record, asks_people, around.staff_lanes().reviewers),
    })
}

/// How replies for machines are read: by the schema of a file, or by that of the program's own workloads.
fn structure(reader: &mut Reader, schema: Option<&Got>, around: &Around<'_>) -> Option<ReplyStructure> {
    let Some(got) = schema else { return Some(ReplyStructure::new("", Schema::of_answers())) };
    let file = around.folder.join(got.text());
    let why = match std::fs::read_to_string(&file) {
        Ok(text) => match Schema::parse(&text) {
            Ok(schema) => return Some(ReplyStructure::new(&text, schema)),
            Err(error) => format!("{} is no schema to go by: {error}", file.display()),
        },
        Err(error) => format!("it cannot be read: {error}"),
    };
    let expected = "a file with a JSON Schema, relative to the scenario's folder, that refers to no other";
    reader.reject(&got.spot, &why, expected, None);
    None
}

fn action(word: &str) -> Option<ValidationAction> {
    ValidationAction::ALL.iter().copied().find(|action| action.name() == word)
}

fn thousandths(share: Ratio) -> u16 {
    u16::try_from(share.of(1_000)).unwrap_or(1_000)
}

/// Who reviews. `asked_by` is the key that sends replies to them, if one does.
fn review(
    reader: &mut Reader,
    record: &Record,
    asked_by: Option<&Got>,
    lane: Option<LaneId>,
) -> Option<ReviewPolicy> {
    let Some(got) = record.maybe("review") else {
        if let Some(asks) = asked_by.filter(|asks| asks.sound) {
            let hint = "for example review = { capacity = 2 }".to_owned();
            reader.reject(&asks.spot, "there is nobody who reviews", "a `review` beside it", Some(hint));
        }
        return None;
    };
    if asked_by.is_none() {
        if written_together(record.get("on_invalid"), got) {
            let text = "it is without effect: neither `on_invalid` nor `then` asks for a review".to_owned();
            reader.notice(&got.spot.path, text);
        }
        return None;
    }
    let people = got.table();
    let (service_min, service_max) = service(reader, people.get("service"));
    let staff = Staff {
        lane: lane?,
        cost: people.money("cost"),
        capacity: people.small("capacity"),
        service_min,
        service_max,
        answers: Ratio::ONE,
        max_waiting: people.small("max_waiting"),
        max_wait: people.span("max_wait"),
    };
    Some(ReviewPolicy { staff, finds: people.share("finds") })
}
