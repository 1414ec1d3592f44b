//! How evenly something is shared out, and how the fair queue shares it.

use crate::reference::case::{Answer, unknown};
use crate::reference::judge::Judge;
use rushhour_base::{AgentId, Instant, Span};
use rushhour_core::queue::{Newcomer, Queue, Standing};
use rushhour_core::settings::Discipline;
use rushhour_report::fairness::jain;

pub fn run(judge: &mut Judge) -> Answer<()> {
    let params = &judge.case.params;
    if params.has("x") {
        let index = jain(params.numbers("x")?).unwrap_or(f64::NAN);
        return judge.number("J", index);
    }
    let (capacity, demands) = (params.number("capacity")?, params.numbers("demands")?);
    let shares = shared_out(capacity, &demands)?;
    for key in judge.case.expected_keys() {
        match key.as_str() {
            "alloc" => judge.numbers(&key, &shares)?,
            "jain_of_alloc" => judge.number(&key, jain(shares.clone()).unwrap_or(f64::NAN))?,
            other => return unknown(format!("no runner of shares knows the figure `{other}`")),
        }
    }
    Ok(())
}

/// What each agent gets of a capacity from the fair queue, if all ask at once for all that they want. A unit is cut into
/// so many grants that whatever remains can be shared by any number of agents without a rest.
fn shared_out(capacity: f64, demands: &[f64]) -> Answer<Vec<f64>> {
    let common = (1..=demands.len() as u64).fold(1u64, |common, n| common / gcd(common, n) * n);
    let decimal = [1.0, 10.0, 100.0, 1_000.0]
        .into_iter()
        .find(|scale| demands.iter().chain([&capacity]).all(|x| (x * scale).fract().abs() < 1e-9));
    let Some(decimal) = decimal else { return unknown("demands with more than three decimals") };
    let scale = common as f64 * decimal;
    let grants = |x: f64| (x * scale + 0.5) as u64;
    if demands.iter().map(|demand| grants(*demand)).sum::<u64>() > MOST {
        return unknown("so many or so large demands would take too long to hand out one by one");
    }
    let mut queue = Queue::new(Discipline::Fair { ageing: Span::MAX }, demands.len());
    let mut standing: Vec<(AgentId, Standing)> = Vec::new();
    for (agent, demand) in demands.iter().enumerate() {
        for _ in 0..grants(*demand) {
            let agent = AgentId(agent as u32);
            let newcomer = Newcomer {
                agent,
                priority: 0,
                since: Instant::START,
                expires_at: Instant::NEVER,
                cost: Span::secs(1),
                deadline: Instant::NEVER,
            };
            standing.push((agent, queue.push(standing.len() as u32, newcomer)));
        }
    }
    let mut got = vec![0u64; demands.len()];
    for _ in 0..grants(capacity) {
        let Some(slot) = queue.first() else { break };
        let (agent, place) = standing[slot as usize];
        queue.grant(slot, place);
        got[agent.index()] += 1;
    }
    Ok(got.into_iter().map(|grants| grants as f64 / scale).collect())
}

const MOST: u64 = 20_000_000;

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}
