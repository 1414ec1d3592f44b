//! Fixed windows, sliding logs, weighted counters and buckets side by side: their worst windows, their decisions on one
//! sequence, and what they refuse or delay of Poisson traffic.

use crate::reference::case::{Answer, unknown};
use crate::reference::ground::{Ground, SEED};
use crate::reference::judge::{Judge, short};
use crate::reference::plant::{self, FOR_EVER, poisson, policy_of};
use crate::reference::token_bucket::{most_in, share_refused, waits};
use rushhour_base::time::{MILLISECOND, SECOND};
use rushhour_base::{AgentId, Instant, Span};
use rushhour_core::bucket::Admission;
use rushhour_core::limiter::Meter;
use rushhour_core::settings::{AimdPolicy, LimiterKind, RateLimit};
use rushhour_report::interval::Interval;
use rushhour_world::Traffic;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

const ARRIVALS: u64 = 3_000_000;
const FIRST_REFUSALS: u64 = 30_000;

pub fn run(judge: &mut Judge, ground: &Ground) -> Answer<()> {
    let params = &judge.case.params;
    if params.has("arrivals_ms") {
        sequence(judge)
    } else if params.has("N") {
        worst_windows(judge)
    } else if params.has("agents") {
        first_refusal(judge, ground)
    } else if judge.case.expects("mean_wait_s") {
        blocked(judge, ground)
    } else {
        dropped(judge, ground)
    }
}

fn meter(kind: LimiterKind, limit: RateLimit) -> Meter {
    Meter::new(kind, limit, AimdPolicy::default(), Instant::START).expect("a kind that limits")
}

/// The meter that a key names, for `n` per `window`. `gcra_B5` and `gcra_N5_B3` are buckets: the generic cell rate
/// algorithm is another way to keep one.
fn named(key: &str, n: u64, window: Span) -> Answer<Meter> {
    let limit = RateLimit { amount: n, period: window, burst: n };
    let kind = match key {
        "fixed" | "fixed_window" => LimiterKind::FixedWindow,
        "sliding_log" | "sliding_log_halfopen" => LimiterKind::SlidingLog,
        "sliding_counter" => LimiterKind::SlidingCounter,
        "token_bucket" | "bucket" => LimiterKind::TokenBucket,
        // An entry of just the window's age still counts: a window longer by the shortest time there is.
        "sliding_log_closed" => {
            return Ok(meter(LimiterKind::SlidingLog, RateLimit { period: Span(window.0 + 1), ..limit }));
        }
        other => {
            let parts = other.strip_prefix("gcra_").or_else(|| other.strip_prefix("token_bucket_"));
            let Some(limit) = parts.and_then(|parts| bucket(parts, limit)) else {
                return unknown(format!("no runner of windows knows the algorithm `{other}`"));
            };
            return Ok(meter(LimiterKind::TokenBucket, limit));
        }
    };
    Ok(meter(kind, limit))
}

/// `N5_B3`, `B5` or `BN`, where what is not said is as in `otherwise`.
fn bucket(parts: &str, otherwise: RateLimit) -> Option<RateLimit> {
    let mut limit = otherwise;
    for part in parts.split('_') {
        match (part.strip_prefix('N'), part.strip_prefix('B')) {
            (Some(amount), _) => limit.amount = amount.parse().ok()?,
            (_, Some("N")) => limit.burst = limit.amount,
            (_, Some(burst)) => limit.burst = burst.parse().ok()?,
            _ => return None,
        }
    }
    Some(limit)
}

fn sequence(judge: &mut Judge) -> Answer<()> {
    let params = &judge.case.params;
    let (n, window) = (params.whole("N")?, Span(params.whole("W_ms")? * MILLISECOND));
    let arrivals = params.wholes("arrivals_ms")?;
    for key in judge.case.expected_keys() {
        let mut meter = named(&key, n, window)?;
        let decisions: String = arrivals
            .iter()
            .map(|ms| match meter.try_take(1, Instant(ms * MILLISECOND)) {
                Admission::Granted => '1',
                _ => '0',
            })
            .collect();
        judge.text(&key, &decisions)?;
    }
    Ok(())
}

/// An adversary that idles, then takes whatever it can get on the grid of times: where it begins is what it chooses.
fn worst_windows(judge: &mut Judge) -> Answer<()> {
    let params = &judge.case.params;
    params.says("window", &["half-open (t-W,t]"])?;
    let (n, window) = (params.whole("N")?, Span(params.whole("W_ms")? * MILLISECOND));
    let step = params.whole("time_step_ms")? * MILLISECOND;
    for key in judge.case.expected_keys() {
        let mut most = 0;
        for begin in (0..2 * window.0).step_by(step as usize) {
            let mut meter = named(&key, n, window)?;
            let mut admitted = Vec::new();
            for now in (begin..begin + 3 * window.0).step_by(step as usize).map(Instant) {
                while meter.try_take(1, now) == Admission::Granted {
                    admitted.push(now);
                }
            }
            most = most.max(most_in(&admitted, window, |age, window| age < window));
        }
        judge.count(&key, most)?;
    }
    Ok(())
}

fn dropped(judge: &mut Judge, ground: &Ground) -> Answer<()> {
    let params = &judge.case.params;
    let (n, window) = (params.whole("limit")?, plant::seconds(params.number("window_s")?));
    let lam = params.number("offered_rpm")? / 60.0;
    for key in judge.case.expected_keys() {
        let algorithm = key.strip_suffix("_reject").unwrap_or(&key);
        drop(named(algorithm, n, window)?);
        let refused = share_refused(lam, ground.scaled(ARRIVALS), || {
            let mut meter =
                named(algorithm, n, window).unwrap_or_else(|_| unreachable!("it was made before"));
            move |now| meter.try_take(1, now) == Admission::Granted
        });
        judge.number(&key, refused)?;
    }
    Ok(())
}

fn blocked(judge: &mut Judge, ground: &Ground) -> Answer<()> {
    let params = &judge.case.params;
    params.says("discipline", &["FIFO wait until a slot frees"])?;
    let limit = params.whole("limit")?;
    let window = plant::seconds(params.number("window_s")?);
    let mut plant = plant::plant();
    let limiter = &mut policy_of(&mut plant).limiter;
    limiter.kinds.requests = LimiterKind::SlidingLog;
    limiter.own.requests = Some(RateLimit { amount: limit, period: window, burst: limit });
    let (mean, share) = waits(&mut plant, params.number("offered_rpm")? / 60.0, ground.scaled(ARRIVALS));
    for key in judge.case.expected_keys() {
        match key.as_str() {
            "mean_wait_s" => judge.number(&key, mean)?,
            "P_wait" => judge.number(&key, share)?,
            other => return unknown(format!("no runner of blocking limits knows the figure `{other}`")),
        }
    }
    Ok(())
}

/// Agents that each keep a limit which they share: when the first of them is refused, and how many are in the long run.
fn first_refusal(judge: &mut Judge, ground: &Ground) -> Answer<()> {
    let params = &judge.case.params;
    let (agents, limit) = (params.whole("agents")?, params.whole("limit")?);
    let rpm_each = params.number("rpm_each")?;
    let window = plant::seconds(params.number_or("window_s", 60.0)?);
    let limit = RateLimit { amount: limit, period: window, burst: limit };
    let mut plant = plant::plant();
    plant.world.workloads[0].agents = agents as u32;
    plant.world.horizon = FOR_EVER;
    poisson(&mut plant, 0, rpm_each / 60.0);
    let mut firsts = Vec::new();
    for replication in 0..ground.scaled(FIRST_REFUSALS) {
        plant.world.seed = SEED.replication(replication as u32);
        let mut meter = meter(LimiterKind::SlidingLog, limit);
        let mut fleet = Fleet::new(&plant.world);
        let first =
            std::iter::from_fn(|| fleet.next()).find(|now| meter.try_take(1, *now) != Admission::Granted);
        firsts.extend(first.map(|at| at.0 as f64 / SECOND as f64));
    }
    let interval =
        Interval::over(&firsts, 0.99).ok_or(()).or_else(|()| unknown("nobody was ever refused"))?;
    for key in judge.case.expected_keys() {
        match key.as_str() {
            "mean_s_poisson" => judge.number(&key, interval.mean)?,
            "sd_s_poisson" => judge.number(&key, interval.sd)?,
            "long_run_reject" => {
                let lam = agents as f64 * rpm_each / 60.0;
                let refused = share_refused(lam, ground.scaled(ARRIVALS) / 2, || {
                    let mut meter = meter(LimiterKind::SlidingLog, limit);
                    move |now| meter.try_take(1, now) == Admission::Granted
                });
                judge.number(&key, refused)?;
            }
            other => return unknown(format!("no runner of first refusals knows the figure `{other}`")),
        }
    }
    judge.also("99 % half width", "some", &short(interval.half_width), interval.half_width.is_finite());
    Ok(())
}

/// The agents of a world in the order in which they ask.
struct Fleet {
    traffic: Traffic,
    next: BinaryHeap<Reverse<(Instant, u32)>>,
}

impl Fleet {
    fn new(world: &rushhour_world::WorldPlan) -> Fleet {
        let mut traffic = Traffic::new(world);
        let agents = traffic.agents();
        let first = |agent| Some(Reverse((traffic.first(AgentId(agent))?, agent)));
        let next = (0..agents).filter_map(first).collect();
        Fleet { traffic, next }
    }

    fn next(&mut self) -> Option<Instant> {
        let Reverse((now, agent)) = self.next.pop()?;
        if let (_, Some(then)) = self.traffic.ask(AgentId(agent), now) {
            self.next.push(Reverse((then, agent)));
        }
        Some(now)
    }
}
