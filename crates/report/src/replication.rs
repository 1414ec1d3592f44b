//! Replications: independent runs of one scenario, each under a seed of its own, folded to their figures at once.
//!
//! Only figures are kept, some 16 bytes for each of them and run, so a thousand replications take a few megabytes
//! however long the runs were. The seeds derive from the scenario's ([`Seed::replication`](rushhour_base::Seed)), and
//! number 0 is the run itself; all variants run under the same seeds, so their differences are paired.

use crate::figures::{Better, Figure, Range};
use crate::interval::Interval;
use crate::report::Report;
use crate::slo::Unit;

/// The level of every confidence interval in reports.
pub const LEVEL: f64 = 0.95;

/// The noise band where nobody states one: a change of 1 % of the mean is too small to matter. (The same default as
/// criterion's `noise_threshold`.)
pub const NOISE: f64 = 0.01;

/// One replication, folded.
#[derive(Clone, Debug, PartialEq)]
pub struct Fold {
    seed: u64,
    digest: u128,
    stopped: bool,
    values: Vec<Range>,
}

/// All replications of one variant, in the order of their numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Replications {
    /// The change of a figure that is too small to matter, as a share of the mean that it is compared with.
    pub noise: f64,
    /// Their seeds.
    pub seeds: Vec<u64>,
    /// The hashes over their records.
    pub digests: Vec<u128>,
    /// Which of them a limit stopped. Their figures are no samples, but for the one that stopped them.
    pub stopped: Vec<bool>,
    /// Every figure, in the order of the report.
    pub series: Vec<Series>,
}

/// One figure in all replications.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Its path.
    pub path: String,
    /// Its unit.
    pub unit: Unit,
    /// Which direction is better.
    pub better: Better,
    /// Its value in each replication.
    pub values: Vec<Range>,
}

/// What several runs of one figure come to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// How many runs had samples.
    pub count: usize,
    /// The mean over them.
    pub mean: f64,
    /// The standard deviation between runs; `None` for fewer than two.
    pub sd: Option<f64>,
    /// The confidence interval is `mean ± half_width`; `None` for fewer than two.
    pub half_width: Option<f64>,
    /// The least.
    pub least: f64,
    /// The most.
    pub most: f64,
    /// Whether open requests leave any of them a lower bound; the mean is one then.
    pub lower_bound: bool,
}

impl Fold {
    /// The figures of a run.
    pub fn of(report: &Report) -> Fold {
        let breach = report.stopped.as_ref().map(|stopped| stopped.path.as_str());
        let value = |(path, figure): (String, Figure)| match breach {
            None => figure.into(),
            // It would have grown further.
            Some(breach) if breach == path => Range { value: figure.value, at_most: None },
            Some(_) => Range::default(),
        };
        Fold {
            seed: report.header.seed,
            digest: report.digest,
            stopped: breach.is_some(),
            values: report.figures().into_iter().map(value).collect(),
        }
    }
}

impl Replications {
    /// The replications of the variant whose run number 0 is `report`.
    pub fn of(report: &Report, folds: &[Fold], noise: f64) -> Replications {
        let series = |(place, (path, figure)): (usize, (String, Figure))| Series {
            path,
            unit: figure.unit,
            better: figure.better,
            values: folds.iter().map(|fold| fold.values[place]).collect(),
        };
        Replications {
            noise,
            seeds: folds.iter().map(|fold| fold.seed).collect(),
            digests: folds.iter().map(|fold| fold.digest).collect(),
            stopped: folds.iter().map(|fold| fold.stopped).collect(),
            series: report.figures().into_iter().enumerate().map(series).collect(),
        }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.seeds.len()
    }

    /// How many a limit stopped.
    pub fn stopped(&self) -> usize {
        self.stopped.iter().filter(|stopped| **stopped).count()
    }

    /// The figure of a path.
    pub fn of_path(&self, path: &str) -> Option<&Series> {
        self.series.iter().find(|series| series.path == path)
    }
}

impl Spread {
    /// The spread of a figure over runs; `None` if none of them had samples.
    ///
    /// ```
    /// use rushhour_report::{figures::Range, replication::Spread};
    /// let runs = [4.0, 5.0, 6.0].map(Range::exact);
    /// let spread = Spread::over(&runs).unwrap();
    /// assert_eq!((spread.mean, spread.least, spread.most), (5.0, 4.0, 6.0));
    /// assert_eq!(format!("{:.3}", spread.half_width.unwrap()), "2.484"); // 4.303 × 1 / √3
    /// ```
    pub fn over(values: &[Range]) -> Option<Spread> {
        let known: Vec<f64> = values.iter().filter_map(|range| range.value).collect();
        let interval = Interval::over(&known, LEVEL);
        Some(Spread {
            count: known.len(),
            mean: interval.map_or(*known.first()?, |interval| interval.mean),
            sd: interval.map(|interval| interval.sd),
            half_width: interval.map(|interval| interval.half_width),
            least: known.iter().copied().fold(f64::INFINITY, f64::min),
            most: known.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            lower_bound: values.iter().any(|range| range.is_lower_bound()),
        })
    }
}
