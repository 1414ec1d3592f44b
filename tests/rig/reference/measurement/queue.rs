//! What one learns of an M/M/1 queue from runs of finite length: intervals that cover, a start that is not yet steady, and
//! what paired luck is worth.

use crate::reference::case::{Answer, Case, unknown};
use crate::reference::ground::{Ground, SEED};
use crate::reference::judge::{Judge, Tolerance, short};
use crate::reference::plant::{self, Listening, Service, seconds};
use rushhour_base::{Event, Purpose};
use rushhour_report::interval::{Interval, batch_means, t_quantile};
use rushhour_scenario::Scenario;

/// A queue with one server, in the simulator.
fn one_server(lam: f64, service_mean: f64) -> Scenario {
    let mut plant = plant::plant();
    plant::servers(&mut plant, 1);
    plant::poisson(&mut plant, 0, lam);
    plant.world.workloads[0].output = Service::exponential(service_mean).length();
    plant
}

/// The waits in seconds of the first `n` customers.
fn first_waits(plant: &Scenario, replication: u32, lam: f64, n: usize) -> Vec<f64> {
    let mut waits = Vec::with_capacity(n);
    // Half as long again as `n` customers take, or they might not all come.
    let horizon = seconds((n as f64 * 1.1 + 6.0 * libm::sqrt(n as f64) + 50.0) / lam);
    let mut listen = Listening(|_, event: &Event| {
        if let Event::Sent { waited, .. } = event
            && waits.len() < n
        {
            waits.push(waited.as_secs_f64());
        }
    });
    plant::run(plant, replication, horizon, &mut listen);
    assert_eq!(waits.len(), n, "fewer customers came than a run is long");
    waits
}

/// The means of the first n waits of an empty queue, which begin below the steady state.
pub fn initial_bias(judge: &mut Judge, ground: &Ground) -> Answer<()> {
    let params = &judge.case.params;
    params.says("start", &["empty"])?;
    let lengths = params.wholes("n")?;
    // Wq = rho / (mu - lam), in units of the service time, tells the load.
    let steady = params.number("true")?;
    let lam = steady / (1.0 + steady);
    let plant = one_server(lam, 1.0);
    let mut means = Vec::new();
    for n in lengths {
        let runs = ground.scaled(3_000_000) / n.max(1);
        let runs = runs.clamp(100, 20_000) as u32;
        let mean_of = |run| first_waits(&plant, run, lam, n as usize).iter().sum::<f64>() / n as f64;
        means.push((0..runs).map(mean_of).sum::<f64>() / f64::from(runs));
    }
    judge.numbers("mean_of_first_n", &means)
}

/// Two service times under the same luck and under different luck: the difference is the same, its variance is not.
pub fn common_random_numbers(judge: &mut Judge, ground: &Ground) -> Answer<()> {
    let params = &judge.case.params;
    let (lam, services) = (params.number("lam")?, params.numbers("service_means")?);
    let (n, stated) = (params.whole("n")? as usize, params.whole("reps")?);
    let [slow, fast] = services[..] else { return unknown("`service_means` must be two") };
    let runs = ground.scaled(stated.min(100)).max(20) as u32;
    let mean_of = |service| -> Vec<f64> {
        let plant = one_server(lam, service);
        let mean = |run| first_waits(&plant, run, lam, n).iter().sum::<f64>() / n as f64;
        (0..=runs).map(mean).collect()
    };
    let (slow, fast) = (mean_of(slow), mean_of(fast));
    let runs = runs as usize;
    let difference = |shift: usize| -> Answer<Interval> {
        let values: Vec<f64> = (0..runs).map(|run| slow[run] - fast[run + shift]).collect();
        Interval::over(&values, 0.99).ok_or(()).or_else(|()| unknown("too few replications"))
    };
    let (paired, apart) = (difference(0)?, difference(1)?);
    let (var_paired, var_apart) = (paired.sd * paired.sd, apart.sd * apart.sd);
    let standard_error = paired.sd / libm::sqrt(runs as f64);
    // Of both sides a variance is known to about sqrt(2 / (n - 1)); three of those.
    let of_variance = 3.0 * libm::sqrt(2.0 / (runs as f64 - 1.0) + 2.0 / (stated as f64 - 1.0));
    for key in judge.case.expected_keys() {
        match key.as_str() {
            "true_difference" => judge.within(&key, paired.mean, Tolerance::Abs(3.0 * standard_error))?,
            "mean_crn" => {
                let theirs = libm::sqrt(judge.case.expected_number("var_crn")? / stated as f64);
                let both = libm::sqrt(standard_error * standard_error + theirs * theirs);
                judge.within(&key, paired.mean, Tolerance::Abs(3.0 * both))?;
            }
            "var_crn" => judge.within(&key, var_paired, Tolerance::Rel(of_variance))?,
            "var_indep" => judge.within(&key, var_apart, Tolerance::Rel(of_variance))?,
            "variance_ratio" => {
                let ratio = var_apart / var_paired;
                judge.say(&key, &format!("{}, at least 5", short(ratio)), ratio >= 5.0)?;
            }
            other => return unknown(format!("no runner of paired luck knows the figure `{other}`")),
        }
    }
    Ok(())
}

/// How often intervals that claim to cover the truth do. What is tried here is the report's intervals; thousands of runs of
/// the simulator would take an hour, so the waits come from named draws and Lindley's recursion.
pub fn coverage(judge: &mut Judge, ground: &Ground) -> Answer<()> {
    let params = &judge.case.params;
    let (nominal, trials) = (params.number("nominal")?, ground.scaled(params.whole("trials")?));
    let rho = load(judge.case)?;
    let truth = rho / (1.0 - rho);
    let methods: Vec<Method> =
        judge.case.expected_keys().iter().map(|key| Method::named(key)).collect::<Answer<_>>()?;
    for method in &methods {
        let Some(t) = t_quantile(0.5 + nominal / 2.0, method.values() as u32 - 1) else {
            return unknown("an interval needs two values and a level below one");
        };
        // Cheap trials are made more often: a share of a thousand trials is known to one per cent only.
        let trials = trials * (MOST_WAITS / (method.runs * method.length)).clamp(1, 8) as u64;
        let covers = |trial: &u64| {
            Interval::with_quantile(&method.of(rho, *trial), t).is_some_and(|interval| interval.covers(truth))
        };
        let covered = (0..trials).filter(covers).count();
        judge.number(&method.key, covered as f64 / trials as f64)?;
    }
    Ok(())
}

/// Waits that a trial may take.
const MOST_WAITS: usize = 200_000;

/// The load: a parameter, or what the name of the case says; such a case states it nowhere else.
fn load(case: &Case) -> Answer<f64> {
    if case.params.has("rho") {
        return case.params.number("rho");
    }
    match case.id.rsplit_once("rho").and_then(|(_, load)| load.parse().ok()) {
        Some(load) => Ok(load),
        None => unknown("the case says no load: neither a parameter `rho` nor an id that ends in it"),
    }
}

/// A way to an interval: from the waits of one run, or from many runs.
struct Method {
    key: String,
    runs: usize,
    length: usize,
    warm_up: usize,
    /// Into how many batches one run is cut; 0 for none.
    batches: usize,
}

impl Method {
    /// `reps10_n20000_warm2000`, `naive_iid_one_run_20000`, `batch_means_10x18000_of_200k`.
    fn named(key: &str) -> Answer<Method> {
        let method =
            |runs, length, warm_up, batches| Method { key: key.to_owned(), runs, length, warm_up, batches };
        let found = if let Some(rest) = key.strip_prefix("reps") {
            let parts: Vec<&str> = rest.split('_').collect();
            match parts[..] {
                [runs, n, warm] => runs
                    .parse()
                    .ok()
                    .zip(n.strip_prefix('n').and_then(thousands))
                    .zip(warm.strip_prefix("warm").and_then(thousands))
                    .map(|((runs, n), warm)| method(runs, n, warm, 0)),
                _ => None,
            }
        } else if let Some(length) = key.strip_prefix("naive_iid_one_run_") {
            thousands(length).map(|length| method(1, length, length / 10, 0))
        } else if let Some((cut, length)) =
            key.strip_prefix("batch_means_").and_then(|rest| rest.split_once("_of_"))
        {
            let parts =
                cut.split_once('x').and_then(|(batches, size)| thousands(batches).zip(thousands(size)));
            parts
                .zip(thousands(length))
                .filter(|((batches, size), length)| batches * size <= *length)
                .map(|((batches, size), length)| method(1, length, length - batches * size, batches))
        } else {
            None
        };
        found.ok_or(()).or_else(|()| unknown(format!("no runner of coverage knows the method `{key}`")))
    }

    /// How many values its interval is made of.
    fn values(&self) -> usize {
        match (self.runs, self.batches) {
            (1, 0) => self.length - self.warm_up,
            (1, batches) => batches,
            (runs, _) => runs,
        }
    }

    /// The values of one trial.
    fn of(&self, rho: f64, trial: u64) -> Vec<f64> {
        let steady = |run: u64| waits(rho, trial, run, self.length).split_off(self.warm_up);
        match (self.runs, self.batches) {
            (1, 0) => steady(0),
            (1, batches) => batch_means(&steady(0), batches),
            (runs, _) => {
                let mean = |waits: Vec<f64>| waits.iter().sum::<f64>() / waits.len() as f64;
                (1..=runs as u64).map(|run| mean(steady(run))).collect()
            }
        }
    }
}

/// `200k` or `18000`.
fn thousands(text: &str) -> Option<usize> {
    match text.strip_suffix('k') {
        Some(thousands) => Some(thousands.parse::<usize>().ok()? * 1_000),
        None => text.parse().ok(),
    }
}

const WAITS: Purpose = Purpose::named("coverage: gaps and services");

/// The waits of the first `n` customers of an M/M/1 queue of service rate 1 that begins empty.
fn waits(rho: f64, trial: u64, run: u64, n: usize) -> Vec<f64> {
    let (mut waits, mut wait) = (Vec::with_capacity(n), 0.0f64);
    let exponential = |unit: f64| -libm::log(unit);
    for block in 0..n.div_ceil(4) as u64 {
        let words = SEED.draw(WAITS, trial << 16 | run, block);
        for customer in 0..4 {
            waits.push(wait);
            let (gap, service) =
                (exponential(words.unit(2 * customer)) / rho, exponential(words.unit(2 * customer + 1)));
            wait = (wait + service - gap).max(0.0);
        }
    }
    waits.truncate(n);
    waits
}
