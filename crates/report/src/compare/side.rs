//! Two sides of a comparison, and whether they can be compared at all.

use super::difference::{Difference, Shift, judge};
use crate::digest::hex;
use crate::figures::{Better, Range, metrics};
use crate::replication::Spread;
use crate::report::Report;
use crate::slo::{Unit, split};
use rushhour_base::Span;
use std::collections::BTreeMap;
use std::fmt;

/// One side: a variant of a run, under one seed or many.
#[derive(Clone, Debug, PartialEq)]
pub struct Side {
    /// What to call it.
    pub label: String,
    /// The scenario's name.
    pub scenario: String,
    /// The variant's name.
    pub variant: String,
    /// The hash of what every policy meets.
    pub world: String,
    /// `simulated` or `live`.
    pub mode: String,
    /// The digest of the run; of several the first's.
    pub digest: String,
    /// The version that ran it.
    pub version: String,
    /// Where the report ends.
    pub horizon: Span,
    /// Whether a limit stopped it.
    pub stopped: bool,
    /// The seed of each run.
    pub seeds: Vec<u64>,
    /// Each figure by its path, in each run.
    pub figures: BTreeMap<String, Vec<Range>>,
    /// The paths of the scenario's limits.
    pub limits: Vec<String>,
}

/// What is wanted of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// The change of a figure that is too small to matter, as a share of the mean that it is compared with.
    pub noise: f64,
    /// Whether sides that did not meet the same world may be compared.
    pub different_worlds: bool,
    /// The paths that decide; if empty those of the scenario's limits, or else the ones that most people look at.
    pub decide: Vec<String>,
}

/// Two sides beside each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// From here.
    pub before: Side,
    /// To here.
    pub after: Side,
    /// How the runs were held against each other.
    pub method: Method,
    /// The noise band, as a share.
    pub noise: f64,
    /// In what the two worlds differ, if that was the point.
    pub differ_in: Vec<String>,
    /// Every figure that one of them has.
    pub figures: Vec<Compared>,
}

/// How the runs were held against each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// So many runs of each under the same seeds. With one, the difference is exact and holds for that seed.
    Paired(usize),
    /// Runs without a seed in common, so many of each.
    Unpaired(usize, usize),
}

/// One figure of both sides.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// Its path.
    pub path: String,
    /// Its unit.
    pub unit: Unit,
    /// Which direction is better.
    pub better: Better,
    /// Here; `None` without samples.
    pub before: Option<Spread>,
    /// There.
    pub after: Option<Spread>,
    /// There less here; `None` if either has no samples.
    pub difference: Option<Difference>,
    /// What it means.
    pub shift: Shift,
    /// Whether the verdict hangs on it.
    pub decides: bool,
}

/// Why two sides cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incomparable(pub Vec<String>);

impl fmt::Display for Incomparable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("they cannot be compared:")?;
        self.0.iter().try_for_each(|reason| write!(f, "\n  {reason}"))
    }
}

impl std::error::Error for Incomparable {}

/// The figures that decide where neither the question nor the scenario names any.
pub const HEADLINES: [&str; 6] = [
    "rates.success",
    "rates.fallback",
    "rates.rejected_429",
    "rates.goodput_per_s",
    "latency.response.p95",
    "cost_usd.per_success",
];

impl Side {
    /// The side that a run makes, with all its replications.
    pub fn of(report: &Report, label: &str) -> Side {
        let header = &report.header;
        let (seeds, figures) = match &report.replications {
            Some(all) => {
                let figures = all.series.iter().map(|series| (series.path.clone(), series.values.clone()));
                (all.seeds.clone(), figures.collect())
            }
            None => {
                let figures = report.figures().into_iter().map(|(path, figure)| (path, vec![figure.into()]));
                (vec![header.seed], figures.collect())
            }
        };
        Side {
            label: label.to_owned(),
            scenario: header.scenario.clone(),
            variant: header.variant.clone(),
            world: header.world_hash.clone(),
            mode: header.mode.clone(),
            digest: hex(report.digest),
            version: header.version.clone(),
            horizon: header.horizon,
            stopped: report.stopped.is_some(),
            seeds,
            figures,
            limits: header.slos.iter().map(|slo| slo.path.clone()).collect(),
        }
    }

    fn at(&self, path: &str, runs: &[usize]) -> Vec<Range> {
        let values = self.figures.get(path).map_or(&[][..], Vec::as_slice);
        runs.iter().filter_map(|run| values.get(*run)).copied().collect()
    }
}

/// Holds the second side against the first.
///
/// # Errors
/// [`Incomparable`] if they did not meet the same world and that is not the point, if one of them was stopped, or if a
/// path that is to decide is in neither.
pub fn compare(before: Side, after: Side, question: &Question) -> Result<Comparison, Incomparable> {
    let differ_in = differences_of_world(&before, &after);
    let mut reasons = if question.different_worlds { Vec::new() } else { differ_in.clone() };
    for side in [&before, &after].into_iter().filter(|side| side.stopped) {
        reasons.push(format!(
            "{} was stopped by a limit at {}: its figures are of a part",
            side.label, side.horizon
        ));
    }
    let unknown = |path: &&String| !before.figures.contains_key(*path) || !after.figures.contains_key(*path);
    reasons.extend(
        question.decide.iter().filter(unknown).map(|path| format!("they have no figure `{path}` in common")),
    );
    if !reasons.is_empty() {
        return Err(Incomparable(reasons));
    }
    let pairs = pairs(&before, &after);
    let (here, there): (Vec<usize>, Vec<usize>) = match pairs.as_slice() {
        [] => ((0..before.seeds.len()).collect(), (0..after.seeds.len()).collect()),
        pairs => pairs.iter().copied().unzip(),
    };
    let method = match pairs.len() {
        0 => Method::Unpaired(before.seeds.len(), after.seeds.len()),
        paired => Method::Paired(paired),
    };
    let decide = decisive(&before, &after, question);
    let one = |(path, unit, better): (String, Unit, Better)| {
        let (from, to): (Vec<Range>, Vec<Range>) = (before.at(&path, &here), after.at(&path, &there));
        let decides = decide.contains(&path);
        compared(path, (unit, better), (&from, &to), method, question.noise, decides)
    };
    let figures = known_paths(&before, &after).into_iter().filter_map(one).collect();
    Ok(Comparison { before, after, method, noise: question.noise, differ_in, figures })
}

/// In what the two differ besides their policies.
fn differences_of_world(before: &Side, after: &Side) -> Vec<String> {
    let mut found = Vec::new();
    let (a, b) = (&before.label, &after.label);
    let mut differs = |what: &str, one: &str, other: &str| {
        if one != other {
            found.push(format!("{what}: {a} has {one}, {b} has {other}"));
        }
    };
    differs("another world", short(&before.world), short(&after.world));
    differs("another mode", &before.mode, &after.mode);
    differs("another horizon", &before.horizon.to_string(), &after.horizon.to_string());
    differs("another version of rushhour", &before.version, &after.version);
    if pairs(before, after).is_empty() {
        let seeds = |side: &Side| side.seeds.first().map_or(String::new(), u64::to_string);
        differs("no seed in common", &seeds(before), &seeds(after));
    }
    found
}

/// As much of a hash as people compare.
fn short(hash: &str) -> &str {
    hash.get(..8).unwrap_or(hash)
}

/// Runs of both under the same seed, by their places.
fn pairs(before: &Side, after: &Side) -> Vec<(usize, usize)> {
    let places: BTreeMap<u64, usize> =
        after.seeds.iter().enumerate().map(|(place, seed)| (*seed, place)).collect();
    let pair = |(place, seed): (usize, &u64)| Some((place, *places.get(seed)?));
    before.seeds.iter().enumerate().filter_map(pair).collect()
}

fn decisive(before: &Side, after: &Side, question: &Question) -> Vec<String> {
    if !question.decide.is_empty() {
        return question.decide.clone();
    }
    let mut limits: Vec<String> = before.limits.iter().chain(&after.limits).cloned().collect();
    limits.sort();
    limits.dedup();
    if limits.is_empty() { HEADLINES.map(str::to_owned).to_vec() } else { limits }
}

/// Every path that either has and this version knows, in the order of the report, those with tags last.
fn known_paths(before: &Side, after: &Side) -> Vec<(String, Unit, Better)> {
    let all = metrics();
    let has = |path: &str| before.figures.contains_key(path) || after.figures.contains_key(path);
    let plain = all.iter().filter(|metric| has(&metric.path)).map(|m| (m.path.clone(), m.unit, m.better));
    let mut tagged: Vec<&String> = before.figures.keys().chain(after.figures.keys()).collect();
    tagged.retain(|path| path.contains('{'));
    tagged.sort();
    tagged.dedup();
    let of_tagged = tagged.into_iter().filter_map(|path| {
        let metric = all.iter().find(|metric| split(path).is_some_and(|(name, _)| name == metric.path))?;
        Some((path.clone(), metric.unit, metric.better))
    });
    plain.chain(of_tagged).collect()
}

fn compared(
    path: String,
    (unit, better): (Unit, Better),
    (from, to): (&[Range], &[Range]),
    method: Method,
    noise: f64,
    decides: bool,
) -> Option<Compared> {
    let (before, after) = (Spread::over(from), Spread::over(to));
    if before.is_none() && after.is_none() && !decides {
        return None;
    }
    let paired = matches!(method, Method::Paired(_));
    let (difference, shift) = judge(from, to, paired, better, noise);
    Some(Compared { path, unit, better, before, after, difference, shift, decides })
}

impl Comparison {
    /// The figures on which the verdict hangs.
    pub fn decisive(&self) -> impl Iterator<Item = &Compared> {
        self.figures.iter().filter(|figure| figure.decides)
    }

    /// The verdict: regressed if one of the deciding figures is, else inconclusive if one is, else improved if one is.
    pub fn verdict(&self) -> Shift {
        let any = |shift| self.decisive().any(|figure| figure.shift == shift);
        let first = [Shift::Regressed, Shift::Inconclusive, Shift::Improved, Shift::Moved]
            .into_iter()
            .find(|s| any(*s));
        first.unwrap_or(if self.decisive().next().is_some() { Shift::Unchanged } else { Shift::Inconclusive })
    }

    /// How many of all figures came to this.
    pub fn count(&self, shift: Shift) -> usize {
        self.figures.iter().filter(|figure| figure.shift == shift).count()
    }
}
