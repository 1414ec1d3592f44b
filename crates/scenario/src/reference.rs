//! The reference page of the scenario language, generated from the table of fields.

use crate::fields::{Choice, Default, Field, Kind, SCENARIO, Table};
use crate::presets::{PRICES_SOURCE, models, tiers};
use crate::scalar;
use rushhour_base::{Money, Price};
use std::fmt::Write;

/// The reference page in Markdown: every table, every key with its type, default, meaning and an example, then all
/// presets with their sources.
pub fn reference() -> String {
    let mut page = String::from(
        "# Scenario files\n\nA scenario is one TOML file: a world, a policy, variants of the policy, and limits on the \
         report. Times carry their unit (`90s`, `1h30m`, `250ms`), shares are in per cent (`60%`), money is in US \
         dollars (`$2.50`). A key that is not on this page is an error.\n",
    );
    let mut seen = Vec::new();
    table(&mut page, &SCENARIO, &mut seen);
    presets(&mut page);
    page
}

/// A table, then the tables within it, each once.
fn table(page: &mut String, table: &'static Table, seen: &mut Vec<&'static str>) {
    if seen.contains(&table.path) {
        return;
    }
    seen.push(table.path);
    let title =
        if table.path.is_empty() { "Outermost keys".to_owned() } else { format!("`[{}]`", table.path) };
    put(page, format_args!("\n## {title}\n\n{}\n", table.meaning));
    put(page, format_args!("| key | value | default | meaning | example |\n|---|---|---|---|---|"));
    for field in table.fields {
        row(page, field);
    }
    for field in table.fields {
        inner(page, &field.kind, seen);
    }
}

fn inner(page: &mut String, kind: &'static Kind, seen: &mut Vec<&'static str>) {
    match kind {
        Kind::Table(within) => table(page, within, seen),
        Kind::Map { of, .. } | Kind::List { of, .. } => inner(page, of, seen),
        Kind::Either(kinds) => kinds.iter().for_each(|kind| inner(page, kind, seen)),
        _ => {}
    }
}

fn row(page: &mut String, field: &Field) {
    let default = match field.default {
        Default::Required => "**required**".to_owned(),
        Default::Is(text) => format!("`{text}`"),
        Default::Without(words) => words.to_owned(),
    };
    let mut meaning = field.meaning.to_owned();
    if !field.with.is_empty() {
        let _ = write!(meaning, " Goes with `kind` = {}.", field.with.join(" or "));
    }
    let (key, example) = (field.key, field.example);
    put(
        page,
        format_args!("| `{key}` | {} | {default} | {meaning} | `{example}` |", escaped(&value(&field.kind))),
    );
}

fn value(kind: &Kind) -> String {
    match kind {
        Kind::Word(choices) => choices.iter().map(choice).collect::<Vec<_>>().join("; "),
        Kind::Preset { what, .. } => format!("a {what} of the list below"),
        Kind::Table(table) => format!("a table, see `[{}]`", table.path),
        Kind::Either(kinds) => kinds.iter().map(value).collect::<Vec<_>>().join("; or "),
        Kind::List { of, .. } if matches!(of, Kind::Word(_)) => format!("a list of: {}", value(of)),
        _ => scalar::expected(kind),
    }
}

fn choice(choice: &Choice) -> String {
    format!("`\"{}\"`: {}", choice.word, choice.meaning)
}

fn escaped(text: &str) -> String {
    text.replace('|', "\\|")
}

fn presets(page: &mut String) {
    put(page, format_args!("\n## Models\n\nUS dollars per million tokens. Source: {PRICES_SOURCE}.\n"));
    put(
        page,
        format_args!(
            "| preset | family | context | input | cached read | cache write | output |\n|---|---|---|---|---|---|---|"
        ),
    );
    for model in models() {
        let p = model.prices();
        let [input, read, write, output] = [p.input, p.cached_read, p.cache_write, p.output].map(per_million);
        put(
            page,
            format_args!(
                "| `{}` | {} | {} | {input} | {read} | {write} | {output} |",
                model.name, model.family, model.context_tokens
            ),
        );
    }
    put(
        page,
        format_args!(
            "\n## Tiers\n\nPer minute, but for requests a day, for one organisation; how much of it can pass at once is `quota.burst`.\n"
        ),
    );
    put(
        page,
        format_args!(
            "| tier | family | requests | tokens | input tokens | output tokens | requests a day | source |\n\
             |---|---|---|---|---|---|---|---|"
        ),
    );
    for tier in tiers() {
        if let Some([requests, tokens]) = tier.proportion() {
            let (name, source) = (tier.name, tier.source);
            let row = format!("{requests} for each {tokens} tokens | — | — | — | — | {source}");
            put(page, format_args!("| `{name}` | any | {row} |"));
        }
        for family in tier.families() {
            let g = tier.grant(family).unwrap_or_default();
            let figures = [g.requests, g.tokens, g.input_tokens, g.output_tokens, g.requests_per_day];
            let [requests, tokens, input, output, by_the_day] =
                figures.map(|figure| figure.map_or("—".to_owned(), |figure| figure.to_string()));
            let (name, source) = (tier.name, tier.source);
            let row = format!("{requests} | {tokens} | {input} | {output} | {by_the_day} | {source}");
            put(page, format_args!("| `{name}` | {family} | {row} |"));
        }
    }
}

fn per_million(price: Price) -> Money {
    price.times(1_000_000)
}

fn put(page: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = writeln!(page, "{text}");
}
