//! The hash by which a report names the scenario that it is about.
//!
//! It covers what decides a run and nothing else: every key as it was read, defaults included, in one notation; the
//! order of names, since it numbers lanes and workloads; the rows of the trace, the turns of recorded sessions and the text of
//! files of phrases and of schemas in place of their paths. It leaves out
//! the seed, which reports state beside it, comments, and the way in which a value was written.

use crate::record::{Got, Record, Typed};
use rushhour_world::settings::{SessionTurn, TraceRow};
use std::fmt::Write;
use xxhash_rust::xxh3::xxh3_128;

/// What a scenario reads from other files.
pub(crate) struct Files<'a> {
    /// The rows of its trace.
    pub(crate) rows: &'a [TraceRow],
    /// The turns of its recorded sessions.
    pub(crate) turns: &'a [SessionTurn],
    /// The texts of its files of phrases.
    pub(crate) phrases: &'a [String],
    /// The texts of the schemas that replies are held against, one for each policy that has one.
    pub(crate) schemas: &'a [&'a str],
}

/// The hash of a scenario, its variants' policies and what it reads from other files, as 32 hex digits.
pub(crate) fn hash(root: &Record, variants: &[(String, Record)], files: &Files<'_>) -> String {
    let mut text = String::new();
    keys_but(&mut text, root, &["seed", "trace", "sessions"]);
    for (name, policy) in variants {
        table(&mut text, &format!("variant.{name:?}"), policy);
    }
    recorded(&mut text, files);
    for schema in files.schemas {
        put(&mut text, "schema", format_args!("{schema:?}"));
    }
    format!("{:032x}", xxh3_128(text.as_bytes()))
}

/// The hash of what every policy meets: the scenario without policies, limits, what answers are worth, and its name.
pub(crate) fn world_hash(root: &Record, files: &Files<'_>) -> String {
    let mut text = String::new();
    keys_but(&mut text, root, &["name", "seed", "trace", "sessions", "policy", "slo", "gate", "business"]);
    recorded(&mut text, files);
    format!("{:032x}", xxh3_128(text.as_bytes()))
}

fn keys_but(text: &mut String, root: &Record, left_out: &[&str]) {
    for (key, got) in root.fields().iter().filter(|(key, _)| !left_out.contains(key)) {
        line(text, key, got);
    }
}

fn recorded(text: &mut String, files: &Files<'_>) {
    for row in files.rows {
        put(text, "row", format_args!("{} {} {}", row.at.0, row.input_tokens, row.output_tokens));
    }
    for SessionTurn { pause, input_tokens, output_tokens, .. } in files.turns {
        put(text, "turn", format_args!("{} {input_tokens} {output_tokens}", pause.0));
    }
    for phrases in files.phrases {
        put(text, "phrases", format_args!("{phrases:?}"));
    }
}

fn table(text: &mut String, path: &str, record: &Record) {
    for (key, got) in record.fields() {
        line(text, &format!("{path}.{key}"), got);
    }
}

fn line(text: &mut String, path: &str, got: &Got) {
    match &got.typed {
        Typed::Absent => {}
        Typed::Table(record) => table(text, path, record),
        Typed::Map(entries) => {
            for entry in entries {
                line(text, &format!("{path}.{:?}", entry.name), &entry.got);
            }
        }
        Typed::List(values) => {
            for (index, value) in values.iter().enumerate() {
                line(text, &format!("{path}[{index}]"), value);
            }
        }
        // In its place stands what the file says.
        Typed::Text(_) if path.ends_with(".words.phrases") || path.ends_with(".validation.schema") => {}
        Typed::Text(value) => put(text, path, format_args!("{value:?}")),
        Typed::Flag(value) => put(text, path, format_args!("{value}")),
        Typed::Count(value) => put(text, path, format_args!("{value}")),
        Typed::Number(value) => put(text, path, format_args!("{value:?}")),
        Typed::Span(value) | Typed::TimeOfDay(value) => put(text, path, format_args!("{}ns", value.0)),
        Typed::Share(value) => put(text, path, format_args!("{value}")),
        Typed::Money(value) => put(text, path, format_args!("${}e-12", value.0)),
        Typed::Moment(value) => put(text, path, format_args!("{} {}", value.unix_s, value.utc_offset_s)),
        Typed::Word(value) => put(text, path, format_args!("{value}")),
    }
}

fn put(text: &mut String, path: &str, value: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{path}={value}");
}
