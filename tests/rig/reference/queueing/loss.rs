//! Erlang's loss system: whoever finds all places taken is turned away. Its loss does not depend on the law of the service times,
//! only on their mean; so it must hold for exponential and for constant ones.

use super::{REPLICATIONS, Watch, Watched};
use crate::reference::case::Answer;
use crate::reference::ground::Ground;
use crate::reference::judge::Judge;
use crate::reference::plant::{self, Service, policy_of, seconds};

const CUSTOMERS: u64 = 2_500_000;

pub fn run(judge: &mut Judge, ground: &Ground) -> Answer<()> {
    let params = &judge.case.params;
    let (servers, offered) = (params.whole("servers")?, params.number("offered")?);
    let [exponential, constant] = [Service::exponential(1.0), Service::Constant(1.0)]
        .map(|service| loss(service, servers as u32, offered, ground.scaled(CUSTOMERS)));
    judge.number("loss", exponential)?;
    let (want, tolerance) = (judge.case.expected_number("loss")?, judge.tolerance("loss")?);
    judge.within("loss", constant, tolerance)?;
    let both = judge.findings.iter().all(|finding| finding.held);
    judge.also("whatever the law", &format!("{want:.6}"), &format!("{exponential:.6} = {constant:.6}"), both);
    Ok(())
}

fn loss(service: Service, servers: u32, offered: f64, customers: u64) -> f64 {
    let mut plant = plant::plant();
    plant::servers(&mut plant, servers);
    plant.world.workloads[0].output = service.length();
    plant::poisson(&mut plant, 0, offered);
    policy_of(&mut plant).queue.max_waiting = 0;
    let each = customers as f64 / f64::from(REPLICATIONS);
    let mut all = Watched::default();
    for replication in 0..REPLICATIONS {
        let mut watch = Watch::new(&plant, (each / 10.0) as u64);
        plant::run(&plant, replication, seconds(each / offered), &mut watch);
        let (mut seen, time) = watch.finish();
        all.add(seen.remove(0), time);
    }
    all.share_lost()
}
