//! Two classes of urgency before one server that finishes what it began (Cobham): the urgent wait less, the others more,
//! and what all wait together stays the same as without classes.

use super::{REPLICATIONS, Watch, Watched};
use crate::reference::case::{Answer, unknown};
use crate::reference::ground::Ground;
use crate::reference::judge::Judge;
use crate::reference::plant::{self, Service, seconds};
use rushhour_scenario::Scenario;

const CUSTOMERS: u64 = 6_000_000;

pub fn run(judge: &mut Judge, ground: &Ground) -> Answer<()> {
    let params = &judge.case.params;
    let (high, low, mu) = (params.number("lam_hi")?, params.number("lam_lo")?, params.number("mu")?);
    if params.has("non_preemptive") && params.value("non_preemptive")? != &serde_json::Value::Bool(true) {
        return unknown("a call that was sent cannot be taken back: only `non_preemptive` is understood");
    }
    let customers = ground.scaled(CUSTOMERS) as f64;
    let mut plant = two_classes(high, low, mu);
    let ([_, _], fifo) = if judge.case.expects("fifo_Wq") {
        observe(&plant, high, low, customers / 2.0)
    } else {
        ([0.0; 2], f64::NAN)
    };
    plant::by_priority(&mut plant);
    let ([wait_high, wait_low], together) = observe(&plant, high, low, customers);
    for (key, got) in [("Wq_hi", wait_high), ("Wq_lo", wait_low), ("fifo_Wq", fifo)] {
        if judge.case.expects(key) {
            judge.number(key, got)?;
        }
    }
    if judge.case.expects("fifo_Wq") {
        let want = judge.case.expected_number("fifo_Wq")?;
        let held = (together - want).abs() <= 0.05 * want;
        judge.also("all waits together", &format!("{want:.6}"), &format!("{together:.6}"), held);
    }
    Ok(())
}

fn two_classes(high: f64, low: f64, mu: f64) -> Scenario {
    let later = r#"
        [workload.later]
        agents = 1
        priority = 1
        arrivals = { kind = "poisson", per_agent_per_hour = 60 }
        prompt = { first = 1, growth = 0, turns = 1 }
        output = 1
    "#;
    let mut plant = plant::with(later, "");
    plant::servers(&mut plant, 1);
    for (index, rate) in [(0, high), (1, low)] {
        // The reader orders workloads as the file does; the second is the one of lower urgency.
        debug_assert_eq!(usize::from(plant.world.workloads[index].priority), index);
        plant::poisson(&mut plant, index, rate);
        plant.world.workloads[index].output = Service::exponential(1.0 / mu).length();
    }
    plant
}

/// The mean wait of each class, and of all.
fn observe(plant: &Scenario, high: f64, low: f64, customers: f64) -> ([f64; 2], f64) {
    let each = customers / f64::from(REPLICATIONS);
    let mut classes = [Watched::default(), Watched::default()];
    for replication in 0..REPLICATIONS {
        let warm_up = (each / 10.0 * high.min(low) / (high + low)) as u64;
        let mut watch = Watch::new(plant, warm_up);
        plant::run(plant, replication, seconds(each / (high + low)), &mut watch);
        let (seen, time) = watch.finish();
        classes.iter_mut().zip(seen).for_each(|(class, seen)| class.add(seen, time));
    }
    classes.iter_mut().for_each(Watched::sort);
    let waits = [classes[0].mean_wait(), classes[1].mean_wait()];
    let together = (high * waits[0] + low * waits[1]) / (high + low);
    (waits, together)
}
