//! Holds what the parts came to against what a case expects.

use crate::reference::case::{Answer, Case, unknown};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write;

/// One figure of a case, judged.
pub struct Finding {
    /// Where it stands in what is expected.
    pub path: String,
    /// What is expected.
    pub expected: String,
    /// What came out.
    pub got: String,
    /// What came out as a number, if it is one.
    pub number: Option<f64>,
    /// Whether that is close enough.
    pub held: bool,
}

/// Collects the findings of one case.
pub struct Judge<'a> {
    pub case: &'a Case,
    pub findings: Vec<Finding>,
    judged: BTreeSet<String>,
    /// Parts of the case that were not run because a trace is absent.
    pub not_run: Vec<String>,
}

/// How close is close enough.
#[derive(Clone, Copy, Debug)]
pub enum Tolerance {
    /// To the last digit that the file shows.
    Exact,
    /// So much.
    Abs(f64),
    /// This share of what is expected.
    Rel(f64),
}

impl<'a> Judge<'a> {
    pub fn new(case: &'a Case) -> Judge<'a> {
        Judge { case, findings: Vec::new(), judged: BTreeSet::new(), not_run: Vec::new() }
    }

    /// A number, by the tolerance that the case states for it.
    pub fn number(&mut self, path: &str, got: f64) -> Answer<()> {
        let tolerance = self.tolerance(path)?;
        self.within(path, got, tolerance)
    }

    /// A count.
    pub fn count(&mut self, path: &str, got: u64) -> Answer<()> {
        self.number(path, got as f64)
    }

    /// A number, by a tolerance that follows from the case but is not stated as one.
    pub fn within(&mut self, path: &str, got: f64, tolerance: Tolerance) -> Answer<()> {
        let expected = self.expected(path)?.clone();
        let Some(want) = expected.as_f64() else {
            return unknown(format!("`expected.{path}` is no number: {expected}"));
        };
        let allowed = match tolerance {
            Tolerance::Exact => last_digit(&expected).max(want.abs() * 1e-12),
            Tolerance::Abs(tol) => tol.max(want.abs() * 1e-12),
            Tolerance::Rel(tol) => want.abs() * tol.max(1e-12),
        };
        let held = (got - want).abs() <= allowed;
        self.judged.insert(path.to_owned());
        let (expected, shown) = (expected.to_string(), short(got));
        self.findings.push(Finding { path: path.to_owned(), expected, got: shown, number: Some(got), held });
        Ok(())
    }

    /// A list of numbers.
    pub fn numbers(&mut self, path: &str, got: &[f64]) -> Answer<()> {
        let expected = self.expected(path)?;
        let Some(length) = expected.as_array().map(Vec::len) else {
            return unknown(format!("`expected.{path}` is no list: {expected}"));
        };
        if length != got.len() {
            let (expected, got) = (expected.to_string(), format!("{} values", got.len()));
            self.judged.extend((0..length).map(|i| format!("{path}[{i}]")));
            self.told(path, &expected, &got, false);
            return Ok(());
        }
        (0..length).try_for_each(|i| self.number(&format!("{path}[{i}]"), got[i]))
    }

    /// A text, which must be the same.
    pub fn text(&mut self, path: &str, got: &str) -> Answer<()> {
        let expected = self.expected(path)?.clone();
        let held = expected.as_str() == Some(got);
        self.told(path, &brief(&expected), &brief(&Value::from(got)), held);
        Ok(())
    }

    /// Any figure, judged by the caller, who says what it means that it held.
    pub fn say(&mut self, path: &str, got: &str, held: bool) -> Answer<()> {
        let expected = brief(self.expected(path)?);
        self.mark_below(path);
        self.told(path, &expected, got, held);
        Ok(())
    }

    /// Something that must hold in the case without standing in the file: an identity, a bound.
    pub fn also(&mut self, what: &str, expected: &str, got: &str, held: bool) {
        self.findings.push(Finding {
            path: what.to_owned(),
            expected: expected.to_owned(),
            got: got.to_owned(),
            number: None,
            held,
        });
    }

    /// The tolerance that the case states for a figure.
    pub fn tolerance(&self, path: &str) -> Answer<Tolerance> {
        let tol = match &self.case.tol {
            Value::Object(by_key) => match by_key.get(path) {
                Some(value) => value.as_f64(),
                None => return unknown(format!("there is no tolerance for `{path}`")),
            },
            value => value.as_f64(),
        };
        let Some(tol) = tol else { return unknown(format!("the tolerance of `{path}` is no number")) };
        Ok(match self.case.tol_kind.as_str() {
            "exact" => Tolerance::Exact,
            "abs" if tol == 0.0 => Tolerance::Exact,
            "abs" => Tolerance::Abs(tol),
            "rel" => Tolerance::Rel(tol),
            other => return unknown(format!("tol_kind \"{other}\" is not understood for `{path}`")),
        })
    }

    /// A stated tolerance by its key, for figures without one of their own.
    pub fn stated_tolerance(&self, key: &str) -> Option<f64> {
        self.case.tol.get(key).unwrap_or(&self.case.tol).as_f64()
    }

    /// A part of the case that was not run, and why. Nothing below it is missed for that.
    pub fn leave_out(&mut self, path: &str, trace: &str) {
        self.mark_below(path);
        self.not_run.push(format!("{path}: {trace} is absent"));
    }

    /// The figures of `expected` that nobody judged.
    pub fn unjudged(&self) -> Vec<String> {
        let mut leaves = Vec::new();
        leaves_below("", &self.case.expected, &mut leaves);
        leaves.retain(|leaf| !self.judged.contains(leaf));
        leaves
    }

    /// What stands in `expected` at a path such as `naive.p99.9` or `alloc[2]`.
    pub fn expected(&self, path: &str) -> Answer<&Value> {
        match at(&self.case.expected, path) {
            Some(value) => Ok(value),
            None => unknown(format!("nothing is expected at `{path}`")),
        }
    }

    fn mark_below(&mut self, path: &str) {
        let mut leaves = Vec::new();
        if let Some(value) = at(&self.case.expected, path) {
            leaves_below(path, value, &mut leaves);
        }
        self.judged.extend(leaves);
    }

    fn told(&mut self, path: &str, expected: &str, got: &str, held: bool) {
        self.judged.insert(path.to_owned());
        self.also(path, expected, got, held);
    }
}

/// Walks a path. Keys may hold dots, so the longest key that fits goes first.
fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    if path.is_empty() {
        return Some(value);
    }
    if let Value::Object(map) = value {
        let fits = |key: &&String| {
            path == key.as_str()
                || path.strip_prefix(key.as_str()).is_some_and(|rest| rest.starts_with(['.', '[']))
        };
        let key = map.keys().filter(fits).max_by_key(|key| key.len())?;
        let rest = &path[key.len()..];
        return at(&map[key], rest.strip_prefix('.').unwrap_or(rest));
    }
    let (index, rest) = path.strip_prefix('[')?.split_once(']')?;
    at(value.get(index.parse::<usize>().ok()?)?, rest.strip_prefix('.').unwrap_or(rest))
}

fn leaves_below(path: &str, value: &Value, leaves: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let below = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                leaves_below(&below, value, leaves);
            }
        }
        Value::Array(list) => {
            for (i, value) in list.iter().enumerate() {
                leaves_below(&format!("{path}[{i}]"), value, leaves);
            }
        }
        _ => leaves.push(path.to_owned()),
    }
}

/// Half a unit of the last decimal that the file shows; a number with all its digits has next to none.
fn last_digit(value: &Value) -> f64 {
    let text = value.to_string();
    match text.split_once('.') {
        Some((_, decimals)) if !decimals.contains('e') => 0.5 * libm::pow(10.0, -(decimals.len() as f64)),
        _ => 0.0,
    }
}

/// A number as people read it.
pub fn short(x: f64) -> String {
    if x.fract() == 0.0 && x.abs() < 1e15 {
        return format!("{x}");
    }
    if x.abs() >= 1e-3 && x.abs() < 1e7 {
        let text = format!("{x:.6}");
        return text.trim_end_matches('0').to_owned();
    }
    format!("{x:.4e}")
}

/// A value cut to a length that fits a line.
fn brief(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match text.char_indices().nth(40) {
        Some((cut, _)) => format!("{}…", &text[..cut.min(24)]),
        None => text,
    }
}

/// The findings of a case on one line: all of few, the first of many, and whatever missed.
pub fn line(findings: &[Finding], side: impl Fn(&Finding) -> &str) -> String {
    const SHOWN: usize = 6;
    let missed = findings.iter().filter(|finding| !finding.held);
    let shown: Vec<&Finding> = if findings.iter().all(|finding| finding.held) {
        findings.iter().take(SHOWN).collect()
    } else {
        missed.take(2 * SHOWN).collect()
    };
    let mut text = String::new();
    for finding in &shown {
        let separator = if text.is_empty() { "" } else { ", " };
        let _ = write!(text, "{separator}{} {}", finding.path, side(finding));
    }
    let rest = findings.len() - shown.len();
    if rest > 0 {
        let _ = write!(text, ", and {rest} more");
    }
    text
}
