//! Token buckets against Poisson and greedy traffic: as a shaper (whoever does not fit waits, in the simulator), as a
//! policer (whoever does not fit is dropped) and at their envelope.

use crate::reference::case::{Answer, unknown};
use crate::reference::ground::{Ground, SEED};
use crate::reference::judge::{Judge, short};
use crate::reference::plant::{self, Listening, Service, policy_of, seconds};
use rushhour_base::time::{MILLISECOND, SECOND};
use rushhour_base::{AgentId, Event, Instant, Purpose, Span};
use rushhour_core::bucket::{Admission, TokenBucket};
use rushhour_core::settings::{LimiterKind, RateLimit};
use rushhour_scenario::Scenario;
use rushhour_world::Traffic;
use std::collections::VecDeque;

const ARRIVALS: u64 = 4_000_000;
const REPLICATIONS: u32 = 10;

pub fn run(judge: &mut Judge, ground: &Ground) -> Answer<()> {
    let params = &judge.case.params;
    if params.has("rpm") {
        envelope(judge)
    } else if params.has("trials") {
        random_costs(judge)
    } else if judge.case.expects("loss") || judge.case.expects("passed_rate") {
        policer(judge, ground)
    } else {
        shaper(judge, ground)
    }
}

/// `r` a second, and `burst` at once.
fn rate(r: f64, burst: u64) -> RateLimit {
    RateLimit { amount: 1, period: seconds(1.0 / r), burst }
}

fn shaper(judge: &mut Judge, ground: &Ground) -> Answer<()> {
    let params = &judge.case.params;
    let (lam, limit) = (params.number("lam")?, rate(params.number("r")?, params.whole("B")?));
    let mut plant = plant::plant();
    let limiter = &mut policy_of(&mut plant).limiter;
    limiter.kinds.requests = LimiterKind::TokenBucket;
    limiter.own.requests = Some(limit);
    let (mean, waits) = waits(&mut plant, lam, ground.scaled(ARRIVALS));
    for key in judge.case.expected_keys() {
        match key.as_str() {
            "mean_wait_s" => judge.number(&key, mean)?,
            "P_wait" => judge.number(&key, waits)?,
            other => return unknown(format!("no runner of shapers knows the figure `{other}`")),
        }
    }
    Ok(())
}

/// The mean wait in seconds, and the share that waits, of Poisson arrivals at rate `lam` whose calls take no time.
pub fn waits(plant: &mut Scenario, lam: f64, arrivals: u64) -> (f64, f64) {
    plant.world.lanes[0].latency.per_output_token = Span::ZERO;
    plant.world.workloads[0].output = Service::Constant(1.0).length();
    plant::poisson(plant, 0, lam);
    let each = arrivals as f64 / f64::from(REPLICATIONS);
    let (mut total, mut waiting, mut sent) = (0u128, 0u64, 0u64);
    for replication in 0..REPLICATIONS {
        let warm_up = (each / 20.0) as u32;
        let mut listen = Listening(|_, event: &Event| match *event {
            Event::Sent { request, waited, .. } if request.turn() >= warm_up => {
                total += u128::from(waited.0);
                waiting += u64::from(waited > Span::ZERO);
                sent += 1;
            }
            _ => {}
        });
        plant::run(plant, replication, seconds(each / lam), &mut listen);
    }
    (total as f64 / 1e9 / sent as f64, waiting as f64 / sent as f64)
}

fn policer(judge: &mut Judge, ground: &Ground) -> Answer<()> {
    let params = &judge.case.params;
    let (lam, limit) = (params.number("lam")?, rate(params.number("r")?, params.whole("B")?));
    let loss = share_refused(lam, ground.scaled(ARRIVALS), || {
        let mut bucket = TokenBucket::full(limit, Instant::START);
        move |now| bucket.try_take(1, now) == Admission::Granted
    });
    for key in judge.case.expected_keys() {
        match key.as_str() {
            "loss" => judge.number(&key, loss)?,
            "passed_rate" => judge.number(&key, lam * (1.0 - loss))?,
            other => return unknown(format!("no runner of policers knows the figure `{other}`")),
        }
    }
    Ok(())
}

/// The share of Poisson arrivals at rate `lam` that a limiter refuses; `limiter` makes a fresh one for each replication.
pub fn share_refused<L: FnMut(Instant) -> bool>(
    lam: f64,
    arrivals: u64,
    mut limiter: impl FnMut() -> L,
) -> f64 {
    let mut plant = plant::plant();
    plant::poisson(&mut plant, 0, lam);
    plant.world.horizon = plant::FOR_EVER;
    let each = arrivals / u64::from(REPLICATIONS);
    let (warm_up, mut refused, mut counted) = (each / 20, 0u64, 0u64);
    for replication in 0..REPLICATIONS {
        plant.world.seed = SEED.replication(replication);
        let mut traffic = Traffic::new(&plant.world);
        let mut passes = limiter();
        let mut at = traffic.first(AgentId(0));
        for number in 0..each {
            let Some(now) = at else { break };
            let passed = passes(now);
            if number >= warm_up {
                counted += 1;
                refused += u64::from(!passed);
            }
            (_, at) = traffic.ask(AgentId(0), now);
        }
    }
    refused as f64 / counted as f64
}

/// A greedy source: one try each millisecond.
fn envelope(judge: &mut Judge) -> Answer<()> {
    let params = &judge.case.params;
    params.says("source", &["greedy, one try per ms"])?;
    let (rpm, burst) = (params.whole("rpm")?, params.whole("B")?);
    let window = Span(params.whole_or("window_s", 60)? * SECOND);
    let limit = RateLimit { amount: rpm, period: Span::secs(60), burst };
    let totals: Vec<(String, u64)> = judge
        .case
        .expected_keys()
        .into_iter()
        .filter_map(|key| Some((key.clone(), key.strip_prefix("total_")?.strip_suffix('s')?.parse().ok()?)))
        .collect();
    let longest = totals.iter().map(|(_, length)| *length).max().unwrap_or(600).max(4 * window.0 / SECOND);
    let admitted = greedy(limit, longest);
    for key in judge.case.expected_keys() {
        match key.as_str() {
            "max_in_any_halfopen_window" => {
                judge.count(&key, most_in(&admitted, window, |age, w| age < w))?;
            }
            "bound_closed_window" => {
                let most = most_in(&admitted, window, |age, w| age <= w) as f64;
                let bound = judge.case.expected_number(&key)?;
                // No window holds more than the bound, and some window holds all but a fraction of it.
                let held = most <= bound + 1e-9 && bound - most < 1.0;
                judge.say(&key, &format!("{} at most", short(most)), held)?;
            }
            other => match totals.iter().find(|(total, _)| total == other) {
                Some((key, length)) => {
                    let until = Instant(length * SECOND);
                    let all = admitted.partition_point(|at| *at <= until) as u64;
                    judge.count(key, all)?;
                }
                None => return unknown(format!("no runner of envelopes knows the figure `{other}`")),
            },
        }
    }
    Ok(())
}

fn greedy(limit: RateLimit, seconds: u64) -> Vec<Instant> {
    let mut bucket = TokenBucket::full(limit, Instant::START);
    let tries = (0..=seconds * 1_000).map(|ms| Instant(ms * MILLISECOND));
    tries.filter(|now| bucket.try_take(1, *now) == Admission::Granted).collect()
}

/// The most admissions in any window that ends with one; `inside` says whether an admission of some age still counts.
pub fn most_in(admitted: &[Instant], window: Span, inside: impl Fn(Span, Span) -> bool) -> u64 {
    let (mut recent, mut most) = (VecDeque::new(), 0);
    for &at in admitted {
        recent.push_back(at);
        while recent.front().is_some_and(|first| !inside(at.since(*first), window)) {
            recent.pop_front();
        }
        most = most.max(recent.len());
    }
    most as u64
}

/// Random limits, costs and gaps: no closed window ever holds more than burst + rate × length.
fn random_costs(judge: &mut Judge) -> Answer<()> {
    const COSTS: Purpose = Purpose::named("envelope of random costs");
    let params = &judge.case.params;
    let (trials, arrivals) = (params.whole("trials")?, params.whole("arrivals")?);
    let mut violations = 0u64;
    for trial in 0..trials {
        let below = |ordinal: u64, word: usize, bound: u64| {
            rushhour_base::draw::below(SEED.draw(COSTS, trial, ordinal).word(word), bound)
        };
        let limit = RateLimit {
            amount: 1 + below(0, 0, 100_000),
            period: Span(SECOND + below(0, 1, 120) * SECOND),
            burst: 1 + below(0, 2, 50_000),
        };
        let mut bucket = TokenBucket::full(limit, Instant::START);
        let (mut now, mut passed) = (Instant::START, Vec::<(Instant, u64)>::new());
        for arrival in 1..=arrivals {
            now = now + Span(below(arrival, 0, 2 * SECOND));
            let cost = 1 + below(arrival, 1, limit.burst + limit.burst / 8 + 1);
            if bucket.try_take(cost, now) != Admission::Granted {
                continue;
            }
            passed.push((now, cost));
            let mut sum = 0u128;
            for (at, cost) in passed.iter().rev() {
                sum += u128::from(*cost);
                let earned = u128::from(now.since(*at).0) * u128::from(limit.amount);
                let bound = u128::from(limit.burst) * u128::from(limit.period.0) + earned;
                violations += u64::from(sum * u128::from(limit.period.0) > bound);
            }
        }
    }
    judge.count("violations", violations)
}
