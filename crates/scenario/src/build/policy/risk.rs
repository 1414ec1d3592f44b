//! What one end user may ask for.

use crate::reader::Reader;
use crate::record::{Record, Typed};
use rushhour_core::settings::{PatternPolicy, RiskPolicy, StandingPolicy};

pub(super) fn risk(reader: &mut Reader, policy: &Record) -> Option<RiskPolicy> {
    let Typed::Table(record) = &policy.get("risk").typed else { return None };
    let limit = |key: &str| match record.get(key).typed {
        Typed::Count(count) => Some(count),
        _ => None,
    };
    let small = |key: &str| limit(key).map(|count| u32::try_from(count).unwrap_or(u32::MAX));
    let standing = match &record.get("standing").typed {
        Typed::Table(rule) => Some(standing(reader, rule)),
        _ => None,
    };
    Some(RiskPolicy {
        requests_per_minute: small("requests_per_minute"),
        requests_per_day: small("requests_per_day"),
        prompt_tokens_per_day: limit("prompt_tokens_per_day"),
        source_requests_per_minute: small("source_requests_per_minute"),
        standing,
        patterns: match &record.get("patterns").typed {
            Typed::Table(record) => Some(patterns(record)),
            _ => None,
        },
    })
}

fn standing(reader: &mut Reader, record: &Record) -> StandingPolicy {
    let (known, trusted) = (record.get("known_after"), record.get("trusted_after"));
    if known.sound && trusted.sound && trusted.count() < known.count() {
        let at_fault = if trusted.written { trusted } else { known };
        let why = format!("known_after = {} and trusted_after = {}", known.count(), trusted.count());
        reader.reject(&at_fault.spot, &why, "a `trusted_after` of at least `known_after`", None);
    }
    StandingPolicy {
        new_percent: percent(reader, record, "new"),
        trusted_percent: percent(reader, record, "trusted"),
        suspicious_percent: percent(reader, record, "suspicious"),
        known_from: record.small("known_after"),
        trusted_from: record.small("trusted_after"),
        merit_half_life: record.span("merit_half_life"),
        suspicious_from: record.small("suspicious_from"),
        suspicion_half_life: record.span("suspicion_half_life"),
    }
}

/// A multiplier as a whole number of per cent: core decides by integers.
fn percent(reader: &mut Reader, record: &Record, key: &str) -> u32 {
    let exact = record.number(key) * 100.0;
    let percent = (exact + 0.5) as u32;
    let got = record.get(key);
    if got.sound && (exact - f64::from(percent)).abs() > 1e-9 {
        reader.reject(&got.spot, "it has more than two decimals", "a multiplier such as 0.25", None);
    }
    percent
}

fn patterns(record: &Record) -> PatternPolicy {
    PatternPolicy {
        burst: record.small("burst"),
        burst_within: record.span("burst_within"),
        repeats: record.small("repeats"),
        repeats_within: record.span("repeats_within"),
        prompt_factor: record.count("prompt_factor"),
        prompt_floor: record.count("prompt_floor"),
        accounts: record.small("accounts"),
        accounts_within: record.span("accounts_within"),
        awake_hours: record.small("awake_hours"),
    }
}
