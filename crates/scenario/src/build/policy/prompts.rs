//! What a fleet asks of prompt caches, and what it believes of context windows.

use super::Around;
use crate::errors::Problem;
use crate::reader::Reader;
use crate::record::{Got, Record, Typed};
use crate::suggest;
use rushhour_base::Keep;
use rushhour_core::settings::Windows;
use rushhour_world::settings::Keeps;

/// For how long providers are asked to keep prompts. Where that moves nothing, it is said.
pub(super) fn prompt_cache(reader: &mut Reader, record: &Record, around: &Around<'_>) -> Keep {
    let got = record.get("prompt_cache");
    let word = record.word("prompt_cache");
    let keep = Keep::ALL.iter().copied().find(|keep| keep.name() == word).unwrap_or_default();
    if keep == Keep::No || !got.sound {
        return keep;
    }
    if around.models.states_cache_ttl {
        let why = "`prices.cache_ttl` says for how long too";
        reader.reject(&got.spot, why, "one of the two: `prices.cache_ttl` is for recordings", None);
    }
    if !around.models.lanes.iter().any(|lane| lane.cache.keeps == Keeps::AsAsked) {
        let text = "it is without effect: no provider of the `anthropic` dialect is there to be asked";
        reader.notice(&got.spot.path, text.to_owned());
    }
    if around.recorded_hits {
        let text = "it is without effect on recorded sessions whose `cache_hit` says what the cache knows";
        reader.notice(&got.spot.path, text.to_owned());
    }
    keep
}

/// What is believed of the models' context windows.
pub(super) fn windows(reader: &mut Reader, got: &Got, around: &Around<'_>) -> Windows {
    let Typed::Map(entries) = &got.typed else {
        return match got.typed {
            Typed::Word("unknown") => Windows::Unknown,
            _ => Windows::Known,
        };
    };
    let mut stated = Vec::new();
    for entry in entries {
        match around.models.lane(&entry.name) {
            Some(lane) => stated.push((lane, entry.got.count())),
            None if !got.sound => {}
            None => {
                let known: Vec<&str> = around.models.lane_names.iter().map(String::as_str).collect();
                let problem =
                    Problem::new(&entry.got.spot.path, format!("there is no lane `{}`", entry.name));
                let hint = suggest::nearest(&entry.name, &known);
                reader.tell(entry.name_place, problem.expected(suggest::one_of_quoted(&known)).hint(hint));
            }
        }
    }
    Windows::Stated(stated)
}
