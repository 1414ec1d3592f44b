//! Where figures come from: scenarios of the catalogue, small ones written here, and reference cases.

use rushhour_report::Report;
use rushhour_scenario::{Override, Scenario};
use rushhour_tests::reference::{Case, Ground, Judged, Trouble, judge};
use rushhour_tests::{root, run, scenario};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

/// A trace that a row needs is not there.
#[derive(Debug)]
pub struct Absent(pub String);

/// Statistical runs of reference cases are a tenth as long as in the target `reference`, which holds them to tight bands.
const RUN_LENGTH: f64 = 0.1;

type Once<T> = Mutex<BTreeMap<String, Arc<OnceLock<Arc<T>>>>>;

/// Every source of figures. What several rows look at is run once.
pub struct Evidence {
    ground: Ground,
    cases: Vec<Case>,
    judged: Once<Judged>,
    reports: Once<Report>,
}

impl Evidence {
    pub fn new() -> Evidence {
        let ground = Ground::from_env().with_run_length(RUN_LENGTH);
        let cases = ground.cases().unwrap_or_else(|error| panic!("{error}"));
        Evidence { ground, cases, judged: Once::default(), reports: Once::default() }
    }

    /// Whether rows may be left as they stand when this trace is absent.
    pub fn may_lack(&self, trace: &str) -> bool {
        self.ground.may_lack(trace)
    }

    /// The report of a variant of a committed scenario, with values laid over the file.
    pub fn shipped(&self, name: &str, variant: &str, sets: &[&str]) -> Arc<Report> {
        let key = format!("{name}/{variant}/{}", sets.join(" "));
        once(&self.reports, &key, || {
            let sets: Vec<Override> = sets.iter().map(|set| Override::new(*set)).collect();
            let path = root().join("scenarios").join(format!("{name}.toml"));
            let scenario = Scenario::load(&path, &sets).unwrap_or_else(|errors| panic!("{errors}"));
            report(&scenario, variant)
        })
    }

    /// A number that a reference case came to.
    pub fn case(&self, id: &str, figure: &str) -> Result<f64, Absent> {
        let judged = self.judged(id)?;
        let finding = judged.findings.iter().find(|finding| finding.path == figure);
        let Some(number) = finding.and_then(|finding| finding.number) else {
            let absent = judged
                .not_run
                .iter()
                .find(|part| part.split(": ").next().is_some_and(|path| figure.starts_with(path)));
            return match absent.and_then(|part| part.rsplit(": ").next()) {
                Some(trace) => Err(Absent(trace.trim_end_matches(" is absent").to_owned())),
                None => panic!("the case {id} has no number `{figure}`"),
            };
        };
        Ok(number)
    }

    /// What a reference case said of a figure that its runner judged itself: what ours came to, and the same of the sample code
    /// rebuilt.
    pub fn ours_and_rebuilt(&self, id: &str, figure: &str) -> Result<(f64, f64), Absent> {
        let judged = self.judged(id)?;
        let finding = judged.findings.iter().find(|finding| finding.path == figure);
        let text = finding.map_or("", |finding| finding.got.as_str()).to_owned();
        let pair = text.strip_suffix(')').and_then(|text| text.split_once(" (rebuilt "));
        let pair = pair.and_then(|(ours, rebuilt)| Some((ours.parse().ok()?, rebuilt.parse().ok()?)));
        Ok(pair.unwrap_or_else(|| panic!("the case {id} says no pair of numbers at `{figure}`: {text}")))
    }

    fn judged(&self, id: &str) -> Result<Arc<Judged>, Absent> {
        let judged = once(&self.judged, id, || {
            let case = self.cases.iter().find(|case| case.id == id);
            judge(case.unwrap_or_else(|| panic!("there is no case {id}")), &self.ground)
        });
        match &judged.problem {
            Some(Trouble::Absent(trace)) => Err(Absent(trace.clone())),
            Some(Trouble::Said(problem)) => panic!("the case {id}: {problem}"),
            None => Ok(judged),
        }
    }
}

/// The report of a scenario's own policy, from its text.
pub fn small(text: &str) -> Report {
    report(&scenario(text), "base")
}

fn report(scenario: &Scenario, variant: &str) -> Report {
    let found = scenario.variants.iter().find(|known| known.name == variant);
    let run = run(scenario, found.unwrap_or_else(|| panic!("{} has no variant {variant}", scenario.name)));
    assert_eq!(run.violations, [], "{} {variant}", scenario.name);
    run.report
}

/// A figure of a report that has samples.
pub fn figure(report: &Report, path: &str) -> f64 {
    let figure = report.figure(path).unwrap_or_else(|| panic!("there is no path {path}"));
    figure.value.unwrap_or_else(|| panic!("there are no samples of {path}"))
}

fn once<T>(memory: &Once<T>, key: &str, make: impl FnOnce() -> T) -> Arc<T> {
    let mut known = memory.lock().expect("nobody panicked");
    let slot = known.entry(key.to_owned()).or_default().clone();
    drop(known);
    slot.get_or_init(|| Arc::new(make())).clone()
}
