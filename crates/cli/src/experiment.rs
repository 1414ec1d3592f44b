//! A scenario run from a program: loaded, changed, run, and held against its limits.

use crate::exit::Failure;
use crate::recording::{Recording, Wanted, record};
use crate::run::VERSION;
use rushhour_base::Seed;
use rushhour_base::header::Reference;
use rushhour_report::checkers::Violation;
use rushhour_report::figures::Figure;
use rushhour_report::slo::{SloResult, Verdict, settle};
use rushhour_report::{Report, render};
use rushhour_scenario::Override;
use std::fmt;
use std::path::{Path, PathBuf};

/// A scenario file and what to change in it. Nothing is read before it is run.
///
/// ```
/// use rushhour::Scenario;
/// # let folder = tempfile::tempdir().unwrap();
/// # let file = folder.path().join("mine.toml");
/// # std::fs::write(&file, rushhour_scenario::starter()).unwrap();
/// let run = Scenario::load(&file).set("workload.agents.agents=3").seed(7).run();
/// run.assert_slos();
/// let p95_ms = run.figure("latency.response.p95").value.expect("somebody was answered");
/// assert!(p95_ms < 30_000.0);
/// ```
#[derive(Clone, Debug)]
pub struct Scenario {
    path: PathBuf,
    overrides: Vec<Override>,
    seed: Option<u64>,
}

/// A scenario's run: every variant, judged.
#[derive(Clone, Debug)]
pub struct Run {
    /// The report of every variant, the scenario's own policy first.
    reports: Vec<Report>,
}

/// Why there is no run: the scenario is not sound, or the run contradicts itself. Printed, it says what, where, and the
/// way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed(String);

impl Scenario {
    /// The scenario in the file at `path`, relative to where the test runs: for `cargo test` the folder of its package.
    pub fn load(path: impl AsRef<Path>) -> Scenario {
        Scenario { path: path.as_ref().to_owned(), overrides: Vec::new(), seed: None }
    }

    /// Lays one value over the file, as `--set` does: `"policy.timeout=90s"`, `"slo.\"rates.success\"=\"> 99%\""`. Later
    /// ones go over earlier ones.
    #[must_use]
    pub fn set(mut self, key_value: &str) -> Scenario {
        self.overrides.push(Override::new(key_value));
        self
    }

    /// Runs with another seed than the file's.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Scenario {
        self.seed = Some(seed);
        self
    }

    /// Runs every variant and judges each run by every checker.
    ///
    /// # Panics
    /// If the scenario is not sound, with all that is wrong with it; or if a run contradicts itself, which is a bug.
    #[track_caller]
    pub fn run(self) -> Run {
        match self.try_run() {
            Ok(run) => run,
            Err(failed) => panic!("{failed}"),
        }
    }

    /// The same, for those who do not want to panic.
    ///
    /// # Errors
    /// All that is wrong with the scenario; or how a run contradicts itself.
    pub fn try_run(self) -> Result<Run, Failed> {
        let scenario = rushhour_scenario::Scenario::load(&self.path, &self.overrides)
            .map_err(|errors| Failed(errors.to_string()))?;
        let scenario = match self.seed {
            Some(seed) => scenario.with_seed(Seed(seed)),
            None => scenario,
        };
        let wanted = Wanted { check: true, folder: None, events: false };
        let one = |variant| {
            let header = scenario.header(variant, scenario.seed, VERSION);
            sound(record(&scenario, variant, &header, &wanted, |_| {}))
        };
        let mut reports = scenario.variants.iter().map(one).collect::<Result<Vec<_>, _>>()?;
        settle(&mut reports, None);
        Ok(Run { reports })
    }
}

fn sound(recorded: Result<Recording, Failure>) -> Result<Report, Failed> {
    let recording = recorded.map_err(|failure| Failed(failure.message().to_owned()))?;
    let found = recording.violations.unwrap_or_default();
    if found.is_empty() {
        return Ok(recording.report);
    }
    let told = |Violation { checker, sentence }: Violation| format!("bug: {checker}: {sentence}");
    Err(Failed(found.into_iter().map(told).collect::<Vec<_>>().join("\n")))
}

impl Run {
    /// Asserts that the scenario's own policy kept every limit of `[slo]`.
    ///
    /// # Panics
    /// If a limit was missed, or could not be decided: no samples are never a success. Also if there is no limit at all,
    /// since a test that cannot fail is none. The message names each limit with its figure.
    #[track_caller]
    pub fn assert_slos(&self) {
        let base = self.base();
        assert!(
            self.limits().next().is_some(),
            "{}: there is nothing to assert: it has no [slo]",
            base.header.scenario
        );
        let broken = self.limits().filter(|slo| slo.verdict != Verdict::Held);
        let lines: Vec<String> = broken.map(line).collect();
        assert!(lines.is_empty(), "{}\n{}", self.title(), lines.join("\n"));
    }

    /// The limits of `[slo]`, and how the scenario's own policy fared.
    pub fn slos(&self) -> &[SloResult] {
        &self.base().slo
    }

    /// A figure of the scenario's own policy by its path in the report, as in `latency.response.p95{workload=leads}`.
    ///
    /// # Panics
    /// If the report has no such path; the message names the nearest.
    #[track_caller]
    pub fn figure(&self, path: &str) -> Figure {
        figure(self.base(), path)
    }

    /// The report of the scenario's own policy.
    pub fn base(&self) -> &Report {
        self.reports.first().expect("a scenario has its own policy")
    }

    /// The report of a variant.
    ///
    /// # Panics
    /// If the scenario has no variant of this name.
    #[track_caller]
    pub fn variant(&self, name: &str) -> &Report {
        let known = || self.reports.iter().map(|report| report.header.variant.as_str()).collect::<Vec<_>>();
        let found = self.reports.iter().find(|report| report.header.variant == name);
        found.unwrap_or_else(|| panic!("there is no variant {name}; there are {}", known().join(", ")))
    }

    /// The reports as the document `report.json`.
    pub fn json(&self) -> String {
        render::json(&self.reports)
    }

    fn title(&self) -> String {
        let header = &self.base().header;
        let count = self.limits().filter(|slo| slo.verdict != Verdict::Held).count();
        format!(
            "{}: {count} of {} limits not kept (seed {})",
            header.scenario,
            self.limits().count(),
            header.seed
        )
    }

    /// The limits of the scenario's own policy, and those that hold another variant against one.
    fn limits(&self) -> impl Iterator<Item = &SloResult> {
        let of_variant = |slo: &&SloResult| matches!(slo.slo.of, Some(Reference::Variant(_)));
        let others = self.reports.iter().skip(1).flat_map(move |report| report.slo.iter().filter(of_variant));
        self.base().slo.iter().chain(others)
    }
}

#[track_caller]
fn figure(report: &Report, path: &str) -> Figure {
    report.figure(path).unwrap_or_else(|| {
        let names = rushhour_report::slo::Names::of(&report.header);
        let near = rushhour_report::slo::nearest(path, &names);
        let near = near.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
        panic!("the report has no {path}{near}")
    })
}

fn line(slo: &SloResult) -> String {
    let found = render::figure(&slo.figure);
    format!("  {} {}: {} ({})", slo.slo.path, slo.slo.text, found, slo.verdict.name())
}

impl fmt::Display for Run {
    /// The page that `rushhour run` prints.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&render::text(&self.reports, "cargo test", render::Style { colour: false }))
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failed {}
