//! Queues whose figures theory knows, run through the whole simulator: agents, limiter, queue and provider.
//!
//! Customers are requests, servers are the limiter's places for calls at once, a service time is the length of the reply.

mod closed;
mod loss;
mod priority;
mod watch;

use crate::reference::case::{Answer, unknown};
use crate::reference::ground::Ground;
use crate::reference::judge::Judge;
use crate::reference::plant::{self, Service, seconds};
use rushhour_base::Ratio;
use rushhour_report::sample::Sample;
use rushhour_scenario::Scenario;
use rushhour_world::settings::{Arrivals, GapLaw};
use watch::{Watch, Watched};

/// How many customers a run of one queue has, over all replications.
const CUSTOMERS: u64 = 6_000_000;
const REPLICATIONS: u32 = 10;

pub fn run(judge: &mut Judge, ground: &Ground) -> Answer<()> {
    let params = &judge.case.params;
    if params.has("agents") {
        closed::run(judge, ground)
    } else if params.has("servers") {
        loss::run(judge, ground)
    } else if params.has("lam_hi") {
        priority::run(judge, ground)
    } else {
        one_queue(judge, ground)
    }
}

/// G/G/c: `lam`, perhaps `arrival_cv`; `mu`, `D` or `service`; perhaps `c`.
fn one_queue(judge: &mut Judge, ground: &Ground) -> Answer<()> {
    let params = &judge.case.params;
    let (lam, service, servers) = (params.number("lam")?, service(judge)?, params.whole_or("c", 1)?);
    let mut plant = plant::plant();
    plant::servers(&mut plant, servers as u32);
    plant.world.workloads[0].output = service.length();
    plant::poisson(&mut plant, 0, lam);
    if params.has("arrival_cv") {
        plant.world.workloads[0].arrivals = Arrivals::Renewal {
            per_agent_per_hour: lam * 3_600.0,
            law: GapLaw::Gamma,
            cv: params.number("arrival_cv")?,
        };
    }
    let all = observe(&plant, ground.scaled(CUSTOMERS), lam);
    for key in judge.case.expected_keys() {
        let got = match key.as_str() {
            "Wq" => all.mean_wait(),
            "W" => all.mean_sojourn(),
            "Lq" => all.waiting_on_average(),
            "L" => all.present_on_average(),
            // An arrival waits if it finds all servers busy; in GI/M/1 that is sigma.
            "P_wait" | "sigma" => all.share_that_waits(),
            "rho" | "utilisation" => (all.present_on_average() - all.waiting_on_average()) / servers as f64,
            other => match percentile(other) {
                Some((share, "wait")) => figure(&all.waits, share),
                Some((share, "sojourn")) => figure(&all.sojourns, share),
                _ => return unknown(format!("no runner of queues knows the figure `{other}`")),
            },
        };
        judge.number(&key, got)?;
    }
    Ok(())
}

/// The law of the service times.
fn service(judge: &Judge) -> Answer<Service> {
    let params = &judge.case.params;
    if params.has("D") {
        return Ok(Service::Constant(params.number("D")?));
    }
    if params.has("mu") {
        return Ok(Service::exponential(1.0 / params.number("mu")?));
    }
    let text = params.text("service")?;
    let words: Vec<&str> = text.split_whitespace().collect();
    let number = |text: &str| text.parse::<f64>().ok();
    let law = match words[..] {
        ["lognormal", "mean", mean, "cv", cv] => {
            number(mean).zip(number(cv)).map(|(mean, cv)| Service::Lognormal { mean, cv })
        }
        ["gamma", "mean", mean, "cv", cv] => {
            number(mean).zip(number(cv)).map(|(mean, cv)| Service::Gamma { mean, cv })
        }
        ["exponential" | "exp", "mean", mean] => number(mean).map(Service::exponential),
        ["constant" | "deterministic", mean] | ["constant" | "deterministic", "mean", mean] => {
            number(mean).map(Service::Constant)
        }
        _ => None,
    };
    match law {
        Some(law) => Ok(law),
        None => unknown(format!(
            "`service` says \"{text}\"; understood is \"lognormal|gamma mean M cv C\", \"exponential mean M\", \"constant M\""
        )),
    }
}

/// Runs the replications of a plant with arrivals at rate `lam` and puts their steady states together.
fn observe(plant: &Scenario, customers: u64, lam: f64) -> Watched {
    let each = customers as f64 / f64::from(REPLICATIONS);
    let mut all = Watched::default();
    for replication in 0..REPLICATIONS {
        let mut watch = Watch::new(plant, (each / 10.0) as u64);
        plant::run(plant, replication, seconds(each / lam), &mut watch);
        let (mut seen, time) = watch.finish();
        all.add(seen.remove(0), time);
    }
    all.sort();
    all
}

/// `p95_wait` as a share and what it is of.
fn percentile(key: &str) -> Option<(Ratio, &str)> {
    let (digits, of) = key.strip_prefix('p')?.split_once('_')?;
    Some((share(digits)?, of))
}

/// `99.9` per cent as a fraction.
pub fn share(percent: &str) -> Option<Ratio> {
    let (whole, decimals) = percent.split_once('.').unwrap_or((percent, ""));
    let scale = 10u64.checked_pow(u32::try_from(decimals.len()).ok()?)?;
    Ratio::new(format!("{whole}{decimals}").parse().ok()?, scale * 100)
}

fn figure(sample: &Sample, share: Ratio) -> f64 {
    sample.percentile(share).map_or(f64::NAN, |ns| ns as f64 / 1e9)
}
