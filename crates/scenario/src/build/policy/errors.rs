//! What follows from an error.

use crate::record::Record;
use rushhour_base::message::ErrorKind;
use rushhour_core::settings::{ErrorRules, OnError};

pub(super) fn on_error(record: &Record) -> ErrorRules {
    [
        ("rate_limited", ErrorKind::RateLimited),
        ("overloaded", ErrorKind::Overloaded),
        ("server_error", ErrorKind::ServerError),
        ("timed_out", ErrorKind::TimedOut),
        ("invalid_request", ErrorKind::InvalidRequest),
    ]
    .into_iter()
    .fold(ErrorRules::default(), |rules, (key, kind)| rules.with(kind, rule(record.word(key))))
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
