//! What a model remembers of prompts, and how long it reasons about them.

use crate::build::spreads::length;
use crate::reader::Reader;
use crate::record::{Got, Record, Typed};
use rushhour_world::settings::{CachePlan, Dialect, Keeps, Length};

/// The prompt cache of a model.
pub(super) fn cache(reader: &mut Reader, record: &Record, dialect: Dialect) -> CachePlan {
    let automatic = record.get("automatic");
    let plain = match dialect {
        Dialect::Anthropic => CachePlan::AS_ASKED,
        Dialect::OpenAi => CachePlan::NEVER,
    };
    let keeps = match (&automatic.typed, dialect) {
        (Typed::Span(_), Dialect::Anthropic) if automatic.sound => {
            let hint = Some("write policy.prompt_cache = \"5m\"".to_owned());
            reader.reject(
                &automatic.spot,
                "the `anthropic` dialect keeps what it is asked to",
                "\"none\"",
                hint,
            );
            plain.keeps
        }
        (Typed::Span(lifetime), _) => Keeps::Always(*lifetime),
        _ => plain.keeps,
    };
    for key in ["least", "step"] {
        if keeps == Keeps::Never && record.get(key).written && automatic.sound {
            let why = "it is without effect: nothing is kept, since `automatic` is \"none\"";
            reader.notice(&record.get(key).spot.path, why.to_owned());
        }
    }
    let step_tokens = record.maybe("step").map_or(plain.step_tokens, Got::count);
    CachePlan { keeps, least_tokens: record.count("least"), step_tokens }
}

/// How long a model reasons before it answers.
pub(super) fn reasoning(reader: &mut Reader, got: &Got) -> Length {
    let longest = match &got.typed {
        Typed::Table(spread) => spread.count("max"),
        _ => 0,
    };
    length(reader, got, longest, "max")
}
