//! How failed attempts are repeated.

use crate::reader::Reader;
use crate::record::{Record, Typed};
use rushhour_base::Span;
use rushhour_core::settings::{Beyond, Jitter, RetryAfterUse, RetryBudgetPolicy, RetryPolicy};

pub(super) fn retry(reader: &mut Reader, record: &Record) -> RetryPolicy {
    let read = stated(record);
    let Some(preset) = record.maybe("preset").and_then(|_| preset(record.word("preset"))) else {
        check(reader, record, &read);
        return read;
    };
    let written = |key: &str| record.get(key).written;
    let over = RetryPolicy {
        max_attempts: if written("max_attempts") { read.max_attempts } else { preset.max_attempts },
        base: if written("base") { read.base } else { preset.base },
        cap: if written("cap") { read.cap } else { preset.cap },
        jitter: if written("jitter") { read.jitter } else { preset.jitter },
        retry_after: if written("retry_after") { read.retry_after } else { preset.retry_after },
        retry_after_min: if written("retry_after_min") {
            read.retry_after_min
        } else {
            preset.retry_after_min
        },
        retry_after_max: if written("retry_after_max") {
            read.retry_after_max
        } else {
            preset.retry_after_max
        },
        retry_after_beyond: if written("retry_after_beyond") {
            read.retry_after_beyond
        } else {
            preset.retry_after_beyond
        },
        exhausted_credit: if written("exhausted_credit") {
            read.exhausted_credit
        } else {
            preset.exhausted_credit
        },
        budget: if written("budget") { read.budget } else { preset.budget },
    };
    check(reader, record, &over);
    over
}

/// The layers of retries around the chain, from the inside out.
pub(super) fn layers(reader: &mut Reader, record: &Record) -> Vec<RetryPolicy> {
    let Typed::List(layers) = &record.get("layers").typed else { return Vec::new() };
    layers.iter().map(|layer| one_layer(reader, layer.table())).collect()
}

fn one_layer(reader: &mut Reader, record: &Record) -> RetryPolicy {
    let layer = RetryPolicy {
        max_attempts: record.small("max_attempts"),
        base: record.span("base"),
        cap: record.span("cap"),
        jitter: jitter(record),
        ..RetryPolicy::OPENAI_PYTHON
    };
    check_waits(reader, record, &layer);
    layer
}

fn jitter(record: &Record) -> Jitter {
    match record.word("jitter") {
        "none" => Jitter::None,
        "equal" => Jitter::Equal,
        "decorrelated" => Jitter::Decorrelated,
        "sdk" => Jitter::Sdk,
        _ => Jitter::Full,
    }
}

/// What the keys say, by default or because they are written.
fn stated(record: &Record) -> RetryPolicy {
    RetryPolicy {
        max_attempts: record.small("max_attempts"),
        base: record.span("base"),
        cap: record.span("cap"),
        jitter: jitter(record),
        retry_after: match record.word("retry_after") {
            "exact" => RetryAfterUse::Exact,
            _ => RetryAfterUse::Floor,
        },
        retry_after_min: record.span("retry_after_min"),
        retry_after_max: record.span("retry_after_max"),
        retry_after_beyond: match record.word("retry_after_beyond") {
            "backoff" => Beyond::BackOff,
            _ => Beyond::Fall,
        },
        exhausted_credit: record.flag("exhausted_credit"),
        budget: match &record.get("budget").typed {
            Typed::Table(budget) => Some(RetryBudgetPolicy {
                per_request: budget.share("per_request"),
                burst: budget.small("burst"),
            }),
            _ => None,
        },
    }
}

fn preset(name: &str) -> Option<RetryPolicy> {
    match name {
        "openai-python" => Some(RetryPolicy::OPENAI_PYTHON),
        "openai-python-2.51" => Some(RetryPolicy::OPENAI_PYTHON_2_51),
        "anthropic-python" => Some(RetryPolicy::ANTHROPIC_PYTHON),
        "openai-node" => Some(RetryPolicy::OPENAI_NODE),
        "anthropic-node" => Some(RetryPolicy::ANTHROPIC_NODE),
        _ => None,
    }
}

/// What takes two keys to tell.
fn check(reader: &mut Reader, record: &Record, policy: &RetryPolicy) {
    check_waits(reader, record, policy);
    let (least, most) = (record.get("retry_after_min"), record.get("retry_after_max"));
    let ignored = policy.retry_after_max == Span::ZERO;
    if least.sound && most.sound && !ignored && policy.retry_after_max < policy.retry_after_min {
        let at_fault = if least.written { least } else { most };
        let why = format!(
            "retry_after_min = {} and retry_after_max = {}",
            policy.retry_after_min, policy.retry_after_max
        );
        reader.reject(&at_fault.spot, &why, "a `retry_after_max` of at least `retry_after_min`", None);
    }
}

fn check_waits(reader: &mut Reader, record: &Record, policy: &RetryPolicy) {
    let (base, cap) = (record.get("base"), record.get("cap"));
    if base.sound && cap.sound && policy.cap < policy.base {
        let at_fault = if cap.written { cap } else { base };
        let why = format!("base = {} and cap = {}", policy.base, policy.cap);
        reader.reject(&at_fault.spot, &why, "a `cap` of at least `base`", None);
    }
}
