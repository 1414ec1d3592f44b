//! Reading `report.json` again: what is needed to hold one report against another, and nothing else.
//!
//! Within a format keys are only added, so a reader looks at what it knows and ignores the rest (docs/report.md is the
//! promise). What is no report, or one of another format, or not whole, is refused with what was found and a way out.

use crate::compare::Side;
use crate::figures::Range;
use crate::render::FORMAT;
use crate::spot::{Misfit, Spot};
use rushhour_base::Span;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// A report that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Its runs: one, or every variant in the order of the file's names.
    pub runs: Vec<Side>,
}

/// Why a text is no report that this version reads: what was found, and the way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable(String);

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unreadable {}

impl Document {
    /// Reads a document that [`json`](crate::render::json) wrote, in this version or another one of the same format.
    ///
    /// # Errors
    /// [`Unreadable`] if it is no report, is not whole, or is of an older or newer format.
    ///
    /// ```
    /// use rushhour_report::document::Document;
    /// let refused = Document::parse(r#"{ "format": "rushhour/report/2" }"#).unwrap_err();
    /// assert!(refused.to_string().contains("a newer rushhour wrote it"));
    /// ```
    pub fn parse(text: &str) -> Result<Document, Unreadable> {
        let root: Value = serde_json::from_str(text).map_err(|error| unparsed(text, &error))?;
        known_format(&root)?;
        let root = Spot::root(&root);
        let misfit = |Misfit(what)| {
            Unreadable(format!(
                "it is no whole report of format {FORMAT}: {what}; run the scenario again to write it anew"
            ))
        };
        let runs = match root.known("variants") {
            Some(variants) => {
                let all = variants.members().map_err(misfit)?.map(|(_, spot)| side(&spot));
                all.collect::<Result<Vec<_>, _>>().map_err(misfit)?
            }
            None => vec![side(&root).map_err(misfit)?],
        };
        if runs.is_empty() {
            return Err(Unreadable("it holds no run".into()));
        }
        Ok(Document { runs })
    }

    /// The run of a variant.
    pub fn variant(&self, name: &str) -> Option<&Side> {
        self.runs.iter().find(|side| side.variant == name)
    }

    /// The names of its variants.
    pub fn names(&self) -> Vec<&str> {
        self.runs.iter().map(|side| side.variant.as_str()).collect()
    }
}

fn unparsed(text: &str, error: &serde_json::Error) -> Unreadable {
    if text.trim().is_empty() {
        return Unreadable("it is empty; run the scenario again to write it anew".into());
    }
    if error.is_eof() {
        let line = error.line();
        return Unreadable(format!(
            "it breaks off in line {line}: it was not written or copied to its end; run the scenario again to write it anew"
        ));
    }
    Unreadable(format!(
        "it is no JSON ({error}); a report is the report.json that `rushhour run --out` writes"
    ))
}

/// Tells apart what is foreign, what is ours and no report, and what is older or newer.
fn known_format(root: &Value) -> Result<(), Unreadable> {
    let Some(format) = root.get("format").and_then(Value::as_str) else {
        let text = "it is no report of rushhour: it has no `format`; a report is the report.json that `rushhour run --out` writes";
        return Err(Unreadable(text.into()));
    };
    if format == FORMAT {
        return Ok(());
    }
    let known = FORMAT.rsplit_once('/');
    let number = |text: &str| text.parse::<u32>().ok();
    let (kind, version) = format.rsplit_once('/').unwrap_or((format, ""));
    let same_kind = known.is_some_and(|(known, _)| known == kind);
    let order = number(version).zip(known.and_then(|(_, known)| number(known)));
    let text = match order {
        Some((version, known)) if same_kind && version > known => {
            format!(
                "its format is {format} and this version reads {FORMAT}: a newer rushhour wrote it; use that one, or a newer one still"
            )
        }
        Some(_) if same_kind => {
            format!(
                "its format is {format} and this version reads {FORMAT}: an older rushhour wrote it; run the scenario again with this one"
            )
        }
        _ => format!(
            "it is no report: its format is `{format}`, not `{FORMAT}`; a report is the report.json that `rushhour run --out` writes"
        ),
    };
    Err(Unreadable(text))
}

fn side(at: &Spot<'_>) -> Result<Side, Misfit> {
    let scenario = at.get("scenario")?;
    let text = |key: &str| Ok(scenario.get(key)?.text()?.to_owned());
    let variant: String = text("variant")?;
    let (seeds, figures) = match at.known("replications") {
        Some(replications) => replicated(&replications, at)?,
        None => {
            let plain = |(path, spot): (&str, Spot<'_>)| Ok((path.to_owned(), vec![spot.range()?]));
            (
                vec![seed(&scenario.get("seed")?)?],
                at.get("figures")?.members()?.map(plain).collect::<Result<_, _>>()?,
            )
        }
    };
    let limits = at.get("slo")?.items()?.map(|limit| Ok(limit.get("path")?.text()?.to_owned()));
    Ok(Side {
        label: variant.clone(),
        scenario: text("name")?,
        variant,
        world: text("world")?,
        mode: text("mode")?,
        digest: at.get("digest")?.text()?.to_owned(),
        version: text("version")?,
        horizon: span(&at.get("horizon_s")?)?,
        stopped: at.known("stopped").is_some(),
        seeds,
        figures,
        limits: limits.collect::<Result<_, _>>()?,
    })
}

type Runs = (Vec<u64>, BTreeMap<String, Vec<Range>>);

/// Every figure in every replication. What had no samples in any of them stands as null.
fn replicated(at: &Spot<'_>, run: &Spot<'_>) -> Result<Runs, Misfit> {
    let seeds: Vec<u64> = at.get("seeds")?.items()?.map(|spot| seed(&spot)).collect::<Result<_, _>>()?;
    let mut figures = BTreeMap::new();
    for (path, spot) in at.get("figures")?.members()? {
        let values = if spot.is_null() { vec![Range::default(); seeds.len()] } else { series(&spot)? };
        if values.len() != seeds.len() {
            return Err(spot.wrong(&format!("of {} values, one for each seed", seeds.len())));
        }
        figures.insert(path.to_owned(), values);
    }
    run.get("figures")?;
    Ok((seeds, figures))
}

fn series(at: &Spot<'_>) -> Result<Vec<Range>, Misfit> {
    let numbers = |spot: Spot<'_>| -> Result<Vec<Option<f64>>, Misfit> {
        spot.items()?.map(|one| if one.is_null() { Ok(None) } else { one.number().map(Some) }).collect()
    };
    let values = numbers(at.get("values")?)?;
    let most = match at.known("at_most") {
        Some(most) => numbers(most)?,
        None => values.clone(),
    };
    Ok(values.into_iter().zip(most).map(|(value, at_most)| Range { value, at_most }).collect())
}

/// A seed stands as text, since half of them are beyond what a JSON number keeps.
fn seed(at: &Spot<'_>) -> Result<u64, Misfit> {
    at.text()?.parse().map_err(|_| at.wrong("a seed"))
}

fn span(at: &Spot<'_>) -> Result<Span, Misfit> {
    let seconds = at.number()?;
    if (0.0..1e9).contains(&seconds) {
        Ok(Span((seconds * 1e9 + 0.5) as u64))
    } else {
        Err(at.wrong("a time in seconds"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::json;
    use crate::replication::{Fold, Replications};
    use crate::script::report;

    #[track_caller]
    fn refused(text: &str, because: &[&str]) {
        let told = Document::parse(text).expect_err("it is no report that can be read").to_string();
        for part in because {
            assert!(told.contains(part), "nothing of {part:?} in: {told}");
        }
    }

    #[test]
    fn a_report_reads_back_as_the_side_it_is() {
        let one = report();
        assert_eq!(
            Document::parse(&json(std::slice::from_ref(&one))).map(|d| d.runs),
            Ok(vec![Side::of(&one, "base")])
        );
        let mut other = report();
        other.header.variant = "naive".into();
        let both = Document::parse(&json(&[one, other.clone()])).expect("it is a report");
        assert_eq!(both.variant("naive"), Some(&Side::of(&other, "naive")));
    }

    #[test]
    fn replications_read_back_to_the_last_bit() {
        let mut one = report();
        let folds: Vec<Fold> = (0..3)
            .map(|number| {
                let mut run = report();
                run.header.seed = u64::MAX - number;
                run.total.rates.success = Some(1.0 / (3.0 + number as f64));
                Fold::of(&run)
            })
            .collect();
        one.replications = Some(Replications::of(&one, &folds, 0.01));
        let read = Document::parse(&json(std::slice::from_ref(&one))).expect("it is a report");
        assert_eq!(read.runs, [Side::of(&one, "base")]);
    }

    /// Within a format keys are only added: whatever a newer version of it adds is not looked at.
    #[test]
    fn unknown_keys_are_ignored() {
        let text = json(&[report()]);
        let mut newer: Value = serde_json::from_str(&text).expect("it is JSON");
        newer["weather"] = "fair".into();
        newer["scenario"]["weather"] = 1.into();
        newer["figures"]["weather.rain"] = 0.5.into();
        let read = Document::parse(&newer.to_string()).expect("it is a report");
        assert_eq!(read.runs[0].seeds, [7]);
        assert!(read.runs[0].figures.contains_key("weather.rain"));
    }

    #[test]
    fn what_is_no_report_is_refused_with_a_way_out() {
        let text = json(&[report()]);
        refused("", &["it is empty", "run the scenario again"]);
        refused(&text[..text.len() / 2], &["breaks off in line", "run the scenario again"]);
        refused("GIF89a", &["it is no JSON", "rushhour run --out"]);
        refused("[1, 2]", &["no `format`", "rushhour run --out"]);
        refused("{}", &["no `format`"]);
        refused(r#"{ "format": 1 }"#, &["no `format`"]);
        refused(r#"{ "format": "rushhour/baseline/1" }"#, &["it is no report", "rushhour/baseline/1"]);
        refused(r#"{ "format": "k6/summary/1" }"#, &["it is no report", "k6/summary/1"]);
        refused(
            r#"{ "format": "rushhour/report/0" }"#,
            &["rushhour/report/0", "an older rushhour", "run the scenario again"],
        );
        refused(
            r#"{ "format": "rushhour/report/2" }"#,
            &["rushhour/report/2", "a newer rushhour", "use that one"],
        );
        refused(r#"{ "format": "rushhour/report/1" }"#, &["it has no `scenario`", "run the scenario again"]);
        refused(r#"{ "format": "rushhour/report/1", "variants": {} }"#, &["it holds no run"]);
    }

    #[test]
    fn what_is_of_another_kind_is_named_by_its_path() {
        let whole: Value = serde_json::from_str(&json(&[report()])).expect("it is JSON");
        for (pointer, wrong, told) in [
            ("/scenario/seed", Value::from(7), "`scenario.seed` is not a text"),
            ("/scenario/seed", Value::from("x"), "`scenario.seed` is not a seed"),
            ("/horizon_s", Value::from(-1), "`horizon_s` is not a time in seconds"),
            ("/figures", Value::Null, "`figures` is not an object"),
            ("/figures/rates.success", Value::from("x"), "`figures.rates.success` is not a number"),
            ("/slo", Value::from(1), "`slo` is not a list"),
        ] {
            let mut document = whole.clone();
            *document.pointer_mut(pointer).expect(pointer) = wrong;
            refused(&document.to_string(), &[told]);
        }
    }
}
