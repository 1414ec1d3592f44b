//! Limits on figures of the report.

use crate::errors::Problem;
use crate::notation;
use crate::reader::Reader;
use crate::record::{Got, Named, Record, Typed};
use rushhour_base::Ratio;
use rushhour_base::header::{Comparison, Reference, Slo};
use rushhour_report::slo::{self, Names, Unit};
use rushhour_report::tally::{can_abort, growing};

/// Comparisons as files write them, the longer first where one begins another.
const COMPARISONS: [(&str, Comparison); 5] = [
    ("<=", Comparison::AtMost),
    ("<", Comparison::Below),
    (">=", Comparison::AtLeast),
    (">", Comparison::Above),
    ("==", Comparison::Exactly),
];

/// Reads all limits. A path that the report does not have is an error: a limit on nothing would always hold.
pub(crate) fn slos(reader: &mut Reader, root: &Record, names: &Names, variants: &[&str]) -> Vec<Slo> {
    root.map("slo").iter().filter_map(|limit| one_limit(reader, limit, names, variants)).collect()
}

/// Reads how far figures may move at the gate. A path that the report does not have is an error here too.
pub(crate) fn bands(reader: &mut Reader, root: &Record, names: &Names) -> Vec<(String, Ratio)> {
    let known = |band: &&Named| known_path(reader, band, names).is_some();
    let bands: Vec<&Named> = root.table("gate").map("bands").iter().filter(known).collect();
    bands.into_iter().map(|band| (band.name.clone(), share(&band.got))).collect()
}

fn share(got: &Got) -> Ratio {
    match got.typed {
        Typed::Share(share) => share,
        _ => Ratio::ZERO,
    }
}

/// What a path is measured in; one that the report does not have is told.
fn known_path(reader: &mut Reader, limit: &Named, names: &Names) -> Option<Unit> {
    let path = &limit.name;
    let unit = slo::unit_of(path, names);
    if unit.is_none() {
        let problem = Problem::new(&limit.got.spot.path, format!("the report has no figure `{path}`"));
        let hint = slo::nearest(path, names).map(|path| format!("did you mean `{path}`?"));
        let expected = "the path of a figure, such as latency.response.p95 or rates.fallback{workload=NAME}";
        reader.tell(limit.name_place, problem.expected(expected).hint(hint));
    }
    unit
}

fn one_limit(reader: &mut Reader, limit: &Named, names: &Names, variants: &[&str]) -> Option<Slo> {
    let path = &limit.name;
    let unit = known_path(reader, limit, names)?;
    if !limit.got.is_sound() {
        return None;
    }
    let (got, abort) = match &limit.got.typed {
        Typed::Table(record) => (record.get("limit"), record.flag("abort")),
        _ => (&limit.got, false),
    };
    let text = got.text().trim();
    let Some((comparison, value)) = split(text) else {
        reader.reject(
            &got.spot,
            "it begins with no comparison",
            format!("<, <=, >, >= or == and {}", worded(unit)),
            None,
        );
        return None;
    };
    let slo = Slo { path: path.clone(), comparison, limit: 0.0, of: None, abort, text: text.to_owned() };
    let slo = match value.split_once(" of ") {
        Some((share, of)) => relative(reader, got, slo, (share.trim(), of.trim()), variants)?,
        None => match in_unit(value, unit) {
            Some(limit) => Slo { limit, ..slo },
            None => {
                let expected = format!("a comparison and {}", worded(unit));
                reader.reject(&got.spot, &format!("`{path}` is not measured in that"), expected, None);
                return None;
            }
        },
    };
    may_abort(reader, got, &slo).then_some(slo)
}

/// A limit that is a multiple of the same figure elsewhere.
fn relative(
    reader: &mut Reader,
    got: &Got,
    slo: Slo,
    (share, of): (&str, &str),
    variants: &[&str],
) -> Option<Slo> {
    let mut refuse = |why: &str, expected: &str| {
        reader.reject(&got.spot, why, expected, None);
        None
    };
    let Some(limit) = share.strip_suffix('%').and_then(|number| plain(number.trim())) else {
        return refuse("a relative limit is a share of something", "a share, such as \"< 110% of base\"");
    };
    let reference = match of {
        "baseline" if variants.contains(&"baseline") => {
            return refuse(
                "it could mean the committed baseline or the variant of that name",
                "another variant's name",
            );
        }
        "baseline" if slo.path.contains('{') => {
            return refuse("a baseline holds no figures with tags", "a path without a tag");
        }
        "baseline" => Reference::Baseline,
        of if !variants.contains(&of) => {
            let known = format!("baseline, or a variant: {}", variants.join(", "));
            return refuse(&format!("there is no variant `{of}`"), &known);
        }
        _ if variants.len() == 1 => {
            return refuse(
                "no other variant is there to be held against it",
                "a second variant, or `of baseline`",
            );
        }
        of => Reference::Variant(of.to_owned()),
    };
    Some(Slo { limit: limit / 100.0, of: Some(reference), ..slo })
}

/// Refuses to end a run by a limit that is known to be missed only at the end.
fn may_abort(reader: &mut Reader, got: &Got, slo: &Slo) -> bool {
    if !slo.abort {
        return true;
    }
    let why = if slo.of.is_some() {
        "what it is relative to is known only at the end"
    } else if can_abort(&slo.path, slo.comparison) {
        return true;
    } else if growing().any(|path| slo.path.split('{').next() == Some(path)) {
        "whether it is missed is known only at the end"
    } else {
        "the figure may fall again, or is known only at the end"
    };
    let known = growing().collect::<Vec<_>>().join(", ");
    reader.reject(
        &got.spot,
        &format!("it cannot abort: {why}"),
        format!("<, <= or == on one of {known}"),
        None,
    );
    false
}

fn split(text: &str) -> Option<(Comparison, &str)> {
    COMPARISONS.into_iter().find_map(|(sign, comparison)| Some((comparison, text.strip_prefix(sign)?.trim())))
}

fn in_unit(value: &str, unit: Unit) -> Option<f64> {
    match unit {
        Unit::Milliseconds => notation::span(value).map(|span| span.as_millis_f64()),
        Unit::Seconds => notation::span(value).map(|span| span.as_secs_f64()),
        Unit::Ratio if value.ends_with('%') => notation::share(value).map(|share| share.as_f64()),
        Unit::Ratio => plain(value).filter(|ratio| *ratio <= 1.0),
        Unit::Dollars => notation::money(value).map(|money| money.as_usd_f64()),
        Unit::Number => plain(value),
    }
}

/// A plain number without sign or exponent.
fn plain(value: &str) -> Option<f64> {
    notation::decimal(value, 1_000_000_000_000)?;
    value.parse().ok()
}

fn worded(unit: Unit) -> &'static str {
    match unit {
        Unit::Milliseconds | Unit::Seconds => "a length of time, such as \"< 30s\"",
        Unit::Ratio => "a share, such as \"< 1%\" or \"> 0.99\"",
        Unit::Dollars => "US dollars, such as \"< $0.05\"",
        Unit::Number => "a number, such as \"== 0\"",
    }
}
