//! What follows from an error.

use crate::record::Record;
use rushhour_base::message::ErrorKind;
use rushhour_core::settings::{ErrorRules, OnError};

pub(super) fn on_error(record: &Record) -> ErrorRules {
    let with = |rules: ErrorRules, kind: &ErrorKind| rules.with(*kind, rule(record.word(kind.name())));
    ErrorKind::ALL.iter().fold(ErrorRules::default(), with)
}

fn rule(word: &str) -> OnError {
    match word {
        "same_lane" => OnError::SameLane,
        "reroute" => OnError::Reroute,
        "fall" => OnError::Fall,
        "fail" => OnError::Fail,
        _ => OnError::Retry,
    }
}
