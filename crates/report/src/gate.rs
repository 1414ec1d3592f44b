//! Whether behaviour got worse: a run held against its limits and against a committed baseline.
//!
//! A run is exact, so the band is zero unless a scenario declares one: the same scenario, seed and version give the same
//! figures on any machine, and a gate that fails does so for a reason that is in the change. Where the digest is the
//! baseline's nothing else is looked at. Where it is not, every figure is compared, better and worse are told apart, and
//! what happened to breakers, falls and quotas is told beside it.
//!
//! | finding | fails the gate |
//! |---|---|
//! | a limit was missed | yes |
//! | a figure got worse beyond its band | yes |
//! | a checker found a contradiction | yes |
//! | a limit has no samples; there is no baseline, or it is of another scenario, seed or variant | inconclusive |
//! | a figure got better, or changed in a way that is neither | no; `--update` accepts it |
//!
//! No samples are never a success: a figure that the baseline has and the run has not is worse.

mod baseline;
mod causes;

pub use baseline::{BASELINE_FORMAT, Baseline, BaselineProblem, VariantBaseline};

use crate::checkers::Violation;
use crate::compare::{Change, change};
use crate::figures::{Better, Figure, Range, metrics};
use crate::report::Report;
use crate::slo::{SloResult, Unit, Verdict};
use rushhour_base::Ratio;
use rushhour_base::header::Reference;

/// A scenario's runs and what is asked of them.
#[derive(Clone, Copy, Debug)]
pub struct Trial<'a> {
    /// The report of every variant, the scenario's own policy first.
    pub reports: &'a [Report],
    /// What the checkers found in each of them.
    pub violations: &'a [Vec<Violation>],
    /// The hash that names the scenario.
    pub hash: &'a str,
    /// The committed baseline; `None` if there is none.
    pub baseline: Option<&'a Baseline>,
    /// How far a figure may move, by its path, as a share of its baseline value.
    pub bands: &'a [(String, Ratio)],
}

/// What the gate says of a scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// The scenario.
    pub scenario: String,
    /// The limits of the first variant and how they fared.
    pub slos: Vec<SloResult>,
    /// The variants that were run and judged.
    pub judged: Vec<String>,
    /// Limits that hold the other variants against one another, with the variant's name.
    pub relative: Vec<(String, SloResult)>,
    /// What the checkers found, with the variant's name.
    pub violations: Vec<(String, Violation)>,
    /// Why no baseline could be used, in a sentence with a way out.
    pub no_baseline: Option<String>,
    /// How each variant compares with its baseline.
    pub variants: Vec<VariantJudgement>,
}

/// How a variant compares with its baseline.
#[derive(Clone, Debug, PartialEq)]
pub struct VariantJudgement {
    /// The variant.
    pub variant: String,
    /// Every record is the baseline's.
    pub identical: bool,
    /// The paths of the figures that were compared.
    pub compared: Vec<String>,
    /// Figures that moved, in the order of the report.
    pub moved: Vec<Moved>,
    /// What else happened, in sentences.
    pub causes: Vec<String>,
}

/// A figure that is not the baseline's.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    /// Its path.
    pub path: String,
    /// Its unit.
    pub unit: Unit,
    /// In the baseline.
    pub before: Figure,
    /// Now.
    pub after: Figure,
    /// What that means.
    pub change: Change,
    /// Whether it stayed within the band that the scenario declares for it.
    pub within_band: bool,
}

impl Judgement {
    /// The verdict on the scenario: missed if anything fails the gate, inconclusive if something could not be decided.
    pub fn verdict(&self) -> Verdict {
        let limits = || self.slos.iter().chain(self.relative.iter().map(|(_, slo)| slo));
        let slo = |wanted| limits().any(|slo| slo.verdict == wanted);
        let worse = self.variants.iter().any(|variant| variant.worse().next().is_some());
        if slo(Verdict::Missed) || worse || !self.violations.is_empty() {
            Verdict::Missed
        } else if slo(Verdict::Inconclusive) || self.no_baseline.is_some() {
            Verdict::Inconclusive
        } else {
            Verdict::Held
        }
    }

    /// Whether an update of the baseline would change it.
    pub fn differs(&self) -> bool {
        self.no_baseline.is_some() || self.variants.iter().any(|variant| !variant.identical)
    }
}

impl VariantJudgement {
    /// Figures that got worse beyond their band.
    pub fn worse(&self) -> impl Iterator<Item = &Moved> {
        self.moved.iter().filter(|moved| moved.change == Change::Worse && !moved.within_band)
    }

    /// Figures that got better.
    pub fn better(&self) -> impl Iterator<Item = &Moved> {
        self.moved.iter().filter(|moved| moved.change == Change::Better)
    }
}

/// Judges a scenario.
pub fn judge(trial: &Trial<'_>) -> Judgement {
    let header = trial.reports.first().map(|report| &report.header);
    let usable = usable(trial);
    let names = trial.reports.iter().map(|report| &report.header.variant);
    let violations =
        names.zip(trial.violations).flat_map(|(name, found)| found.iter().map(|v| (name.clone(), v.clone())));
    Judgement {
        scenario: header.map(|header| header.scenario.clone()).unwrap_or_default(),
        slos: trial.reports.first().map(|report| report.slo.clone()).unwrap_or_default(),
        judged: trial.reports.iter().map(|report| report.header.variant.clone()).collect(),
        relative: trial.reports.iter().skip(1).flat_map(relative).collect(),
        violations: violations.collect(),
        no_baseline: usable.clone().err(),
        variants: match (usable, trial.baseline) {
            (Ok(()), Some(baseline)) => {
                let pairs =
                    trial.reports.iter().filter_map(|r| Some((baseline.variant(&r.header.variant)?, r)));
                pairs.map(|(before, report)| compare(before, report, trial.bands)).collect()
            }
            _ => Vec::new(),
        },
    }
}

/// The limits that hold a variant against another one.
fn relative(report: &Report) -> impl Iterator<Item = (String, SloResult)> {
    let of_variant = |slo: &&SloResult| matches!(slo.slo.of, Some(Reference::Variant(_)));
    report.slo.iter().filter(of_variant).map(|slo| (report.header.variant.clone(), slo.clone()))
}

/// Whether the baseline is one of the same question.
fn usable(trial: &Trial<'_>) -> Result<(), String> {
    const WAY_OUT: &str = "`--update` writes a new one";
    let (Some(first), Some(baseline)) = (trial.reports.first(), trial.baseline) else {
        return Err(format!("there is no baseline; {WAY_OUT}"));
    };
    let variants: Vec<&str> = trial.reports.iter().map(|report| report.header.variant.as_str()).collect();
    let known: Vec<&str> = baseline.variants.iter().map(|variant| variant.name.as_str()).collect();
    if baseline.seed != first.header.seed {
        return Err(format!(
            "the baseline is of seed {}, this run of {}; {WAY_OUT}",
            baseline.seed, first.header.seed
        ));
    }
    if variants != known {
        let (here, there) = (variants.join(", "), known.join(", "));
        return Err(format!("the baseline has the variants {there}, the scenario {here}; {WAY_OUT}"));
    }
    if baseline.hash != trial.hash {
        return Err(format!("the scenario has changed since its baseline was taken; {WAY_OUT}"));
    }
    Ok(())
}

fn compare(before: &VariantBaseline, report: &Report, bands: &[(String, Ratio)]) -> VariantJudgement {
    let variant = report.header.variant.clone();
    if before.digest == report.digest {
        let compared = before.figures.keys().cloned().collect();
        return VariantJudgement {
            variant,
            identical: true,
            compared,
            moved: Vec::new(),
            causes: Vec::new(),
        };
    }
    let (mut compared, mut moved) = (Vec::new(), Vec::new());
    for metric in metrics() {
        let Some(after) = metric.read(report, None) else { continue };
        let Some(Range { value, at_most }) = before.figure(&metric.path) else { continue };
        compared.push(metric.path.clone());
        let before = Figure { value, at_most, ..after };
        let change = meaning(&before, &after);
        if change != Change::Same && same_range(&before, &after).is_none() {
            let band = bands.iter().find(|(path, _)| *path == metric.path).map(|(_, band)| *band);
            let within_band = band.is_some_and(|band| within(&before, &after, band));
            moved.push(Moved { path: metric.path, unit: metric.unit, before, after, change, within_band });
        }
    }
    VariantJudgement { variant, identical: false, compared, moved, causes: causes::causes(before, report) }
}

/// What a change means to the gate: samples that vanish are worse, whatever they were samples of.
fn meaning(before: &Figure, after: &Figure) -> Change {
    match (before.value, after.value) {
        (Some(_), None) if before.better != Better::Neither => Change::Worse,
        (None, Some(_)) => Change::Different,
        _ => change(before, after),
    }
}

fn same_range(before: &Figure, after: &Figure) -> Option<()> {
    let equal = |a: Option<f64>, b: Option<f64>| a.map(f64::to_bits) == b.map(f64::to_bits);
    (equal(before.value, after.value) && equal(before.at_most, after.at_most)).then_some(())
}

fn within(before: &Figure, after: &Figure, band: Ratio) -> bool {
    let (Some(before), Some(after)) = (before.value, after.value) else { return false };
    (after - before).abs() <= before.abs() * band.as_f64()
}

#[cfg(test)]
mod tests;
