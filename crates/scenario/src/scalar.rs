//! Reads single values by their kind, and says what would have been right where one is wrong.

use crate::fields::{Kind, Names};
use crate::notation;
use crate::record::Typed;
use crate::suggest;
use crate::tree::Value;
use rushhour_base::{Money, Ratio, Span};

/// The typed value, or `None` if it is not of this kind.
pub(crate) fn read(kind: &'static Kind, value: &Value) -> Option<Typed> {
    Some(match (kind, value) {
        (Kind::Text, Value::Text(text)) if !text.trim().is_empty() => Typed::Text(text.clone()),
        (Kind::Flag, Value::Flag(flag)) => Typed::Flag(*flag),
        (Kind::Count { least, most }, Value::Integer(number)) => {
            Typed::Count(u64::try_from(*number).ok().filter(|n| (*least..=*most).contains(n))?)
        }
        (Kind::Number { least, above, most }, value) => Typed::Number(
            number(value).filter(|n| n.is_finite() && n <= most && (n > least || !*above && n >= least))?,
        ),
        (Kind::Span { least, most }, Value::Text(text)) => {
            Typed::Span(notation::span(text).filter(|span| (*least..=*most).contains(span))?)
        }
        (Kind::Share { some }, Value::Text(text)) => {
            Typed::Share(notation::share(text).filter(|share| !*some || *share != Ratio::ZERO)?)
        }
        (Kind::Money { some }, Value::Text(text)) => {
            Typed::Money(notation::money(text).filter(|money| !*some || *money > Money::ZERO)?)
        }
        (Kind::Moment, Value::Text(text) | Value::Moment(text)) => Typed::Moment(notation::moment(text)?),
        (Kind::TimeOfDay, Value::Text(text) | Value::Moment(text)) => {
            Typed::TimeOfDay(notation::time_of_day(text)?)
        }
        (Kind::Word(choices), Value::Text(text)) => {
            Typed::Word(choices.iter().find(|choice| choice.word == text)?.word)
        }
        (Kind::Preset { names, .. }, Value::Text(text)) => {
            Typed::Word(names().into_iter().find(|n| n == text)?)
        }
        (Kind::Limit, Value::Text(text)) => Typed::Text(text.clone()),
        _ => return None,
    })
}

/// Whether a value has the TOML type that the kind is written in, whatever it says.
pub(crate) fn has_shape(kind: &Kind, value: &Value) -> bool {
    match kind {
        Kind::Flag => matches!(value, Value::Flag(_)),
        Kind::Count { .. } => matches!(value, Value::Integer(_)),
        Kind::Number { .. } => matches!(value, Value::Integer(_) | Value::Float(_)),
        Kind::Moment | Kind::TimeOfDay => matches!(value, Value::Text(_) | Value::Moment(_)),
        Kind::List { .. } => matches!(value, Value::List(_)),
        Kind::Table(_) | Kind::Map { .. } => matches!(value, Value::Table(_)),
        Kind::Either(kinds) => kinds.iter().any(|kind| has_shape(kind, value)),
        Kind::Text | Kind::Span { .. } | Kind::Share { .. } | Kind::Money { .. } => {
            matches!(value, Value::Text(_))
        }
        Kind::Word(_) | Kind::Preset { .. } | Kind::Limit => matches!(value, Value::Text(_)),
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Integer(number) => Some(*number as f64),
        Value::Float(number) => Some(*number),
        _ => None,
    }
}

/// What a value of this kind looks like, for messages, the schema and the reference.
pub(crate) fn expected(kind: &Kind) -> String {
    match kind {
        Kind::Text => "text in quotes".to_owned(),
        Kind::Flag => "true or false".to_owned(),
        Kind::Count { least, most } => {
            format!("a whole number from {} to {}", grouped(*least), grouped(*most))
        }
        Kind::Number { least, above, most } => {
            format!("a number {} {least} and at most {most}", if *above { "above" } else { "of at least" })
        }
        Kind::Span { least, most } => {
            let some = if *least > Span::ZERO { ", above 0s" } else { "" };
            format!(
                "a length of time with its unit, such as \"1m30s\" or \"250ms\"{some}, at most {}",
                days(*most)
            )
        }
        Kind::Share { some } => {
            format!(
                "a share in per cent, such as \"60%\", {} to 100%",
                if *some { "above 0%" } else { "from 0%" }
            )
        }
        Kind::Money { some } => {
            format!("US dollars, such as \"$2.50\"{}", if *some { ", above $0" } else { ", from $0" })
        }
        Kind::Moment => "a date and time with its offset, such as \"2026-03-11T17:30:00+02:00\"".to_owned(),
        Kind::TimeOfDay => "a time of day, such as \"18:00\"".to_owned(),
        Kind::Word(choices) => suggest::one_of_quoted(&words(choices)),
        Kind::Preset { names, .. } => suggest::one_of_quoted(&names()),
        Kind::Limit => {
            "a comparison and a value, such as \"< 3s\", \"<= 1%\", \"== 0\" or \"< 110% of base\"".to_owned()
        }
        Kind::List { of, least, most, .. } if least == most => {
            format!("a list of {least}, each {}", expected(of))
        }
        Kind::List { of, least, most, .. } => format!("a list of {least} to {most}, each {}", expected(of)),
        Kind::Table(table) => {
            let keys: Vec<_> = table.fields.iter().map(|field| field.key).collect();
            format!("a table with {}", keys.join(", "))
        }
        Kind::Map { names: Names::Lanes, .. } => {
            "a table of lanes and weights, such as { \"anthropic/sonnet\" = 1 }".to_owned()
        }
        Kind::Map { names: Names::Paths, .. } => {
            "a table of paths and limits, such as { \"rates.fallback\" = \"< 1%\" }".to_owned()
        }
        Kind::Map { names: Names::Free(what), .. } => format!("a table with an entry for each {what}"),
        Kind::Either(kinds) => kinds.iter().map(expected).collect::<Vec<_>>().join("; or "),
    }
}

/// A way out for the usual slips: a number without its unit, a number in quotes, a word misspelt.
pub(crate) fn hint(kind: &Kind, value: &Value) -> Option<String> {
    let plain = match value {
        Value::Integer(number) => Some(number.to_string()),
        Value::Float(number) => Some(number.to_string()),
        Value::Text(text) if text.parse::<f64>().is_ok() => Some(text.clone()),
        _ => None,
    };
    match (kind, value, plain) {
        (Kind::Span { .. }, _, Some(plain)) => Some(format!("write \"{plain}s\" if seconds are meant")),
        (Kind::Share { .. }, _, Some(plain)) => {
            Some(format!("write \"{}\" if that is meant", in_per_cent(&plain)))
        }
        (Kind::Money { .. }, _, Some(plain)) => Some(format!("write \"${plain}\" if dollars are meant")),
        (Kind::Count { .. } | Kind::Number { .. }, Value::Text(_), Some(plain)) => {
            Some(format!("write {plain} without quotes"))
        }
        (Kind::Flag, Value::Text(text), _) if text == "true" || text == "false" => {
            Some(format!("write {text} without quotes"))
        }
        (Kind::Word(choices), Value::Text(text), _) => suggest::nearest(text, &words(choices)),
        (Kind::Preset { names, .. }, Value::Text(text), _) => suggest::nearest(text, &names()),
        (Kind::Either(kinds), _, _) => kinds.iter().find_map(|kind| hint(kind, value)),
        _ => None,
    }
}

/// A plain number as a share: below 1 it was a fraction, from 1 on it was per cent without the sign.
fn in_per_cent(plain: &str) -> String {
    let fraction = notation::decimal(plain, 100_000_000).and_then(|parts| u64::try_from(parts).ok());
    match fraction.and_then(|parts| Ratio::new(parts, 100_000_000)).filter(|ratio| ratio.as_f64() < 1.0) {
        Some(ratio) => ratio.to_string(),
        None => format!("{plain}%"),
    }
}

fn words(choices: &[crate::fields::Choice]) -> Vec<&'static str> {
    choices.iter().map(|choice| choice.word).collect()
}

fn days(span: Span) -> String {
    let days = span.0 / rushhour_base::time::DAY;
    if days > 1 { format!("{days} days") } else { span.to_string() }
}

/// A number with a comma between groups of three digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|group| std::str::from_utf8(group).ok()).collect();
    groups.join(",")
}

/// A value of TOML as JSON; dates and times become text.
pub(crate) fn as_json(value: &toml_edit::Value) -> serde_json::Value {
    use serde_json::json;
    match value {
        toml_edit::Value::String(text) => json!(text.value()),
        toml_edit::Value::Integer(number) => json!(number.value()),
        toml_edit::Value::Float(number) => json!(number.value()),
        toml_edit::Value::Boolean(flag) => json!(flag.value()),
        toml_edit::Value::Datetime(moment) => json!(moment.value().to_string()),
        toml_edit::Value::Array(values) => values.iter().map(as_json).collect(),
        toml_edit::Value::InlineTable(table) => {
            table.iter().map(|(key, value)| (key.to_owned(), as_json(value))).collect()
        }
    }
}
