//! A chain of models, of which some are down. Statistics could never show an availability to nine digits; so the pipeline
//! is run once in each world there can be (every set of rungs that are down), and the worlds are weighed by their
//! probabilities.

use crate::reference::case::{Answer, unknown};
use crate::reference::judge::Judge;
use crate::reference::plant::{self, Listening};
use rushhour_base::{Event, LaneId, Outcome, Rung, Span};
use rushhour_core::settings::{Answerer, Route, RungPolicy, WeightedLane};
use std::fmt::Write;

/// What one request met in one world, and how likely that world is.
struct World {
    weight: f64,
    answered: bool,
    /// Calls on each rung.
    calls: Vec<u64>,
}

pub fn run(judge: &mut Judge) -> Answer<()> {
    let params = &judge.case.params;
    let worlds = if params.has("beta") {
        let (q, beta) = (params.number("q")?, params.number("beta")?);
        common_cause(q, beta)?
    } else {
        independent(&params.numbers("unavailability")?)?
    };
    let expect =
        |of: &dyn Fn(&World) -> f64| worlds.iter().map(|world| world.weight * of(world)).sum::<f64>();
    // Summed on the side on which few worlds lie, where it does not round.
    let unavailable = expect(&|world| f64::from(u8::from(!world.answered)));
    let rungs = worlds.first().map_or(0, |world| world.calls.len());
    let reach: Vec<f64> =
        (0..rungs).map(|rung| expect(&|world| f64::from(u8::from(world.calls[rung] > 0)))).collect();
    for key in judge.case.expected_keys() {
        match key.as_str() {
            "availability" => judge.number(&key, 1.0 - unavailable)?,
            "unavailability" => judge.number(&key, unavailable)?,
            "reach_prob" => judge.numbers(&key, &reach)?,
            "calls_per_request" => {
                judge.number(&key, expect(&|world| world.calls.iter().sum::<u64>() as f64))?;
            }
            "fallback_rate" => judge.number(&key, reach.get(1).copied().unwrap_or(0.0))?,
            "downtime_min_per_30d" => judge.number(&key, unavailable * 30.0 * 24.0 * 60.0)?,
            other => return unknown(format!("no runner of cascades knows the figure `{other}`")),
        }
    }
    Ok(())
}

/// Rungs that fail independently of each other.
fn independent(unavailable: &[f64]) -> Answer<Vec<World>> {
    let rungs = unavailable.len();
    if !(1..=MOST_RUNGS).contains(&rungs) {
        return unknown(format!("a chain has one to {MOST_RUNGS} models here"));
    }
    let weight = |down: u32| -> f64 {
        let one = |(rung, q): (usize, &f64)| if down >> rung & 1 == 1 { *q } else { 1.0 - q };
        unavailable.iter().enumerate().map(one).product()
    };
    Ok((0..1 << rungs).map(|down| world(rungs, down, weight(down))).collect())
}

/// Two rungs that are each down for a share `q` of the time; of the first one's outages the share `beta` has a cause that takes
/// the second down too.
fn common_cause(q: f64, beta: f64) -> Answer<Vec<World>> {
    let alone = q * (1.0 - beta);
    Ok(vec![
        world(2, 0b00, (1.0 - q) * (1.0 - alone)),
        world(2, 0b10, (1.0 - q) * alone),
        world(2, 0b01, alone * (1.0 - q)),
        world(2, 0b11, q * beta + alone * q),
    ])
}

/// So many rungs make 256 worlds.
const MOST_RUNGS: usize = 8;

/// Runs requests through a chain of so many models, of which those whose bit is set are down.
fn world(rungs: usize, down: u32, weight: f64) -> World {
    let mut world = String::new();
    for rung in 0..rungs {
        let model =
            "prices = { input = \"$0\", output = \"$0\" }\nlatency = { base = \"0s\", spread = \"0%\" }";
        let _ = writeln!(world, "[provider.rung{rung}.model.m]\n{model}");
        if down >> rung & 1 == 1 {
            let fault = "kind = \"server_error\"\nat = \"0s\"\nfor = \"24h\"";
            let _ = writeln!(world, "[provider.rung{rung}.fault.down]\n{fault}");
        }
    }
    let mut plant = plant::with(&world, "primary.lanes = { \"rung0/m\" = 1 }");
    let lanes = plant.header(&plant.variants[0], plant.seed, "").lanes;
    let lane_of = |rung: usize| {
        let place = lanes.iter().position(|lane| lane.name == format!("rung{rung}/m"));
        LaneId(place.expect("a lane for each rung") as u16)
    };
    let lane_of: Vec<LaneId> = (0..rungs).map(lane_of).collect();
    // More rungs than a scenario names are all called tertiary; the pipeline walks them in order.
    let name = |rung: usize| [Rung::Primary, Rung::Secondary, Rung::Tertiary][rung.min(2)];
    let one = |rung: usize| Answerer::Models(vec![WeightedLane { lane: lane_of[rung], weight: 1 }]);
    plant::policy_of(&mut plant).chain = (0..rungs)
        .map(|rung| RungPolicy { rung: name(rung), answered_by: one(rung), route: Route::Weighted })
        .collect();
    let rung_of = |lane: LaneId| lane_of.iter().position(|of| *of == lane).expect("a lane of a rung");
    let (mut calls, mut answered, mut asked) = (vec![0u64; rungs], 0u64, 0u64);
    let mut listen = Listening(|_, event: &Event| match *event {
        Event::Sent { lane, .. } => calls[rung_of(lane)] += 1,
        Event::Ended { outcome, .. } => {
            asked += 1;
            answered += u64::from(outcome == Outcome::Answered);
        }
        _ => {}
    });
    plant::poisson(&mut plant, 0, 1.0);
    plant::run(&plant, 0, Span::secs(30), &mut listen);
    assert!(asked > 0 && (answered == 0 || answered == asked), "every request meets the same world");
    calls.iter_mut().for_each(|calls| *calls /= asked);
    World { weight, answered: answered > 0, calls }
}
