//! The committed baseline of a scenario: its figures, and the facts that explain a change of them.

use super::causes::Facts;
use crate::digest::hex;
use crate::figures::{Range, metrics};
use crate::render::writer::Writer;
use crate::report::Report;
use crate::spot::{Misfit, Spot};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// Name and version of the document.
pub const BASELINE_FORMAT: &str = "rushhour/baseline/1";

/// What a scenario came to when its baseline was taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Baseline {
    /// The scenario.
    pub scenario: String,
    /// The hash that names it.
    pub hash: String,
    /// The seed.
    pub seed: u64,
    /// The version that ran it.
    pub version: String,
    /// Its variants, in their order.
    pub variants: Vec<VariantBaseline>,
}

/// What a variant came to.
#[derive(Clone, Debug, PartialEq)]
pub struct VariantBaseline {
    /// Its name.
    pub name: String,
    /// The hash over all its records.
    pub digest: u128,
    /// Its figures by path.
    pub figures: BTreeMap<String, Range>,
    /// What explains a change.
    pub facts: Facts,
}

/// Why a file is no baseline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaselineProblem(String);

impl fmt::Display for BaselineProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "it is no baseline of this version: {}; `rushhour gate --update` writes a new one", self.0)
    }
}

impl std::error::Error for BaselineProblem {}

impl From<Misfit> for BaselineProblem {
    fn from(misfit: Misfit) -> BaselineProblem {
        BaselineProblem(misfit.0)
    }
}

impl Baseline {
    /// The baseline that these reports make; `hash` names the scenario. `None` without reports.
    pub fn of(reports: &[Report], hash: &str) -> Option<Baseline> {
        let header = &reports.first()?.header;
        Some(Baseline {
            scenario: header.scenario.clone(),
            hash: hash.to_owned(),
            seed: header.seed,
            version: header.version.clone(),
            variants: reports.iter().map(VariantBaseline::of).collect(),
        })
    }

    /// What is known of a variant.
    pub fn variant(&self, name: &str) -> Option<&VariantBaseline> {
        self.variants.iter().find(|variant| variant.name == name)
    }

    /// The document; `command` is what rebuilds it.
    pub fn json(&self, command: &str) -> String {
        Writer::document(|w| {
            w.string("format", BASELINE_FORMAT);
            w.string("rebuilt_by", command);
            w.object("scenario", |w| {
                w.string("name", &self.scenario);
                w.string("hash", &self.hash);
                w.count("seed", self.seed);
                w.string("version", &self.version);
            });
            w.list("variants", &self.variants, |w, variant| variant.write(w));
        })
    }

    /// Reads a document that [`json`](Baseline::json) wrote.
    ///
    /// # Errors
    /// What is missing or of another kind, by its path.
    pub fn parse(text: &str) -> Result<Baseline, BaselineProblem> {
        let root: Value =
            serde_json::from_str(text).map_err(|error| BaselineProblem(format!("it is no JSON: {error}")))?;
        let at = Spot::root(&root);
        let format = at.get("format")?.text()?;
        if format != BASELINE_FORMAT {
            return Err(BaselineProblem(format!("its format is `{format}`, not `{BASELINE_FORMAT}`")));
        }
        let scenario = at.get("scenario")?;
        Ok(Baseline {
            scenario: scenario.get("name")?.text()?.to_owned(),
            hash: scenario.get("hash")?.text()?.to_owned(),
            seed: scenario.get("seed")?.count()?,
            version: scenario.get("version")?.text()?.to_owned(),
            variants: at
                .get("variants")?
                .items()?
                .map(|spot| VariantBaseline::parse(&spot))
                .collect::<Result<_, _>>()?,
        })
    }
}

impl VariantBaseline {
    fn of(report: &Report) -> VariantBaseline {
        let figure = |metric: crate::figures::Metric| {
            let figure = metric.read(report, None)?;
            Some((metric.path, figure.into()))
        };
        VariantBaseline {
            name: report.header.variant.clone(),
            digest: report.digest,
            figures: metrics().into_iter().filter_map(figure).collect(),
            facts: Facts::of(report),
        }
    }

    /// The figure at a path; `None` if the baseline does not know the path.
    pub(crate) fn figure(&self, path: &str) -> Option<Range> {
        self.figures.get(path).copied()
    }

    fn write(&self, w: &mut Writer) {
        w.string("name", &self.name);
        w.string("digest", &hex(self.digest));
        w.object("figures", |w| self.figures.iter().for_each(|(path, range)| range.write(w, path)));
        self.facts.write(w);
    }

    fn parse(at: &Spot<'_>) -> Result<VariantBaseline, Misfit> {
        let digest = at.get("digest")?;
        let figure = |(path, spot): (&str, Spot<'_>)| Ok((path.to_owned(), spot.range()?));
        Ok(VariantBaseline {
            name: at.get("name")?.text()?.to_owned(),
            digest: u128::from_str_radix(digest.text()?, 16).map_err(|_| digest.wrong("32 hex digits"))?,
            figures: at.get("figures")?.members()?.map(figure).collect::<Result<_, _>>()?,
            facts: Facts::parse(at)?,
        })
    }
}
