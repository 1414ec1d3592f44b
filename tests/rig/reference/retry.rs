//! What retries add to the load, what bounds it, how jitter spreads them, and what a chain of fallbacks comes to.

mod cascade;

use crate::reference::case::{Answer, unknown};
use crate::reference::ground::{Ground, SEED};
use crate::reference::judge::{Judge, Tolerance, short};
use crate::reference::plant::{self, Listening, policy_of};
use rushhour_base::message::{CallError, ErrorKind};
use rushhour_base::{Event, LaneId, Purpose, Ratio, Span};
use rushhour_core::retry::{Next, RetryBudget};
use rushhour_core::router::weighted::choose;
use rushhour_core::settings::{Jitter, RetryBudgetPolicy, RetryPolicy, WeightedLane};

const REQUESTS: u64 = 3_200_000;
const DRAWS: u64 = 200_000;

const FATE: Purpose = Purpose::named("retry: fates");
const JITTER: Purpose = Purpose::named("retry: jitter");
const PICK: Purpose = Purpose::named("retry: picks");

pub fn run(judge: &mut Judge, ground: &Ground) -> Answer<()> {
    let params = &judge.case.params;
    if params.has("layers") {
        layers(judge)
    } else if params.has("budget_ratio") {
        budget(judge)
    } else if params.has("max_attempts") {
        amplification(judge, ground)
    } else if params.has("unavailability") || params.has("beta") {
        cascade::run(judge)
    } else if params.has("weights") {
        weighted(judge)
    } else if params.has("clients") {
        herd(judge, ground)
    } else if params.has("attempts") {
        moments(judge, ground)
    } else {
        decorrelated(judge, ground)
    }
}

/// A policy without a word on `Retry-After`, in nanoseconds.
pub fn policy(max_attempts: u32, base: Span, cap: Span, jitter: Jitter) -> RetryPolicy {
    RetryPolicy { max_attempts, base, cap, jitter, budget: None, ..RetryPolicy::OPENAI_PYTHON }
}

const BROKEN: CallError = CallError { kind: ErrorKind::ServerError, retry_after: None };

/// Makes requests that fail with probability `p` at each attempt: attempts made, and requests that succeeded.
fn requests(p: f64, policy: &RetryPolicy, requests: u64, mut budget: Option<RetryBudget>) -> (u64, u64) {
    let (mut made, mut succeeded) = (0, 0);
    for request in 0..requests {
        if let Some(budget) = &mut budget {
            budget.deposit();
        }
        for attempt in 1.. {
            made += 1;
            let words = SEED.draw(FATE, request, u64::from(attempt - 1) / 8);
            if words.unit((attempt as usize - 1) % 8) >= p {
                succeeded += 1;
                break;
            }
            if matches!(policy.next(attempt, Span::ZERO, BROKEN, 0), Next::Fall(_)) {
                break;
            }
            if budget.as_mut().is_some_and(|budget| !budget.withdraw()) {
                break;
            }
        }
    }
    (made, succeeded)
}

fn amplification(judge: &mut Judge, ground: &Ground) -> Answer<()> {
    let params = &judge.case.params;
    let (p, attempts) = (params.number("p_fail")?, params.whole("max_attempts")?);
    let policy = policy(attempts as u32, Span::millis(500), Span::secs(8), Jitter::Full);
    let asked = ground.scaled(REQUESTS);
    let (made, succeeded) = requests(p, &policy, asked, None);
    for key in judge.case.expected_keys() {
        match key.as_str() {
            "attempts_per_request" => judge.number(&key, made as f64 / asked as f64)?,
            "success" => judge.number(&key, succeeded as f64 / asked as f64)?,
            other => return unknown(format!("no runner of retries knows the figure `{other}`")),
        }
    }
    Ok(())
}

fn budget(judge: &mut Judge) -> Answer<()> {
    let params = &judge.case.params;
    let (p, attempts, asked) =
        (params.number("p_fail")?, params.whole("max_attempts")?, params.whole("requests")?);
    let policy = policy(attempts as u32, Span::millis(500), Span::secs(8), Jitter::Full);
    let millionths = (params.number("budget_ratio")? * 1e6 + 0.5) as u64;
    let Some(per_request) = Ratio::new(millionths, 1_000_000) else {
        return unknown("`budget_ratio` is above one");
    };
    let budget = RetryBudgetPolicy { per_request, burst: params.whole("bucket_cap")? as u32 };
    let (made, succeeded) = requests(p, &policy, asked, Some(RetryBudget::full(budget)));
    let each = made as f64 / asked as f64;
    for key in judge.case.expected_keys() {
        match key.as_str() {
            "upper_bound" => {
                let bound = judge.case.expected_number(&key)?;
                judge.say(&key, &format!("{} at most", short(each)), each <= bound * (1.0 + 1e-12))?;
            }
            "fluid" | "attempts_per_request" => judge.number(&key, each)?,
            "success" => judge.number(&key, succeeded as f64 / asked as f64)?,
            other => return unknown(format!("no runner of retry budgets knows the figure `{other}`")),
        }
    }
    Ok(())
}

/// Layers around layers, through the whole pipeline: the innermost is the rung's, the others stand around the chain.
fn layers(judge: &mut Judge) -> Answer<()> {
    let params = &judge.case.params;
    let (layers, attempts) = (params.whole("layers")?, params.whole("attempts_per_layer")? as u32);
    let p = params.number("p_fail")?;
    let share = format!("{}%", p * 100.0);
    let fault = format!(
        "[provider.p.fault.broken]\nkind = \"server_error\"\nat = \"0s\"\nfor = \"8000h\"\nshare = \"{share}\""
    );
    let mut plant = plant::with(&fault, "");
    let layer = policy(attempts, Span::millis(1), Span::millis(1), Jitter::Full);
    let policy = policy_of(&mut plant);
    policy.retry = layer;
    policy.layers = vec![layer; layers.saturating_sub(1) as usize];
    let (mut calls, mut asked) = (0u64, 0u64);
    let horizon = Span::secs(if p >= 1.0 { 600 } else { 20_000_000 });
    let mut listen = Listening(|_, event: &Event| match event {
        Event::Sent { .. } => calls += 1,
        Event::Arrived { .. } => asked += 1,
        _ => {}
    });
    plant::run(&plant, 0, horizon, &mut listen);
    judge.number("backend_calls_per_user_request", calls as f64 / asked as f64)
}

/// How a policy spreads its waits.
fn jitter(judge: &Judge) -> Answer<Jitter> {
    let params = &judge.case.params;
    Ok(match if params.has("jitter") { params.text("jitter")? } else { "full" } {
        "full" => Jitter::Full,
        "equal" => Jitter::Equal,
        "none" => Jitter::None,
        "sdk" => Jitter::Sdk,
        other => return unknown(format!("there is no jitter `{other}`")),
    })
}

fn word(attempt: u64, number: u64) -> u64 {
    SEED.draw(JITTER, attempt, number / 8).word((number % 8) as usize)
}

fn moments(judge: &mut Judge, ground: &Ground) -> Answer<()> {
    let params = &judge.case.params;
    let attempts = params.whole("attempts")?;
    let span = |key| params.number(key).map(plant::seconds);
    let policy = policy(u32::MAX, span("base")?, span("cap")?, jitter(judge)?);
    let draws = ground.scaled(DRAWS);
    let (mut means, mut sds, mut highest) = (Vec::new(), Vec::new(), Vec::new());
    for attempt in 1..=attempts {
        let waits = |number| policy.backoff(attempt as u32, Span::ZERO, word(attempt, number)).as_secs_f64();
        let (sum, squares) = (0..draws).map(waits).fold((0.0, 0.0), |(s, q), x| (s + x, q + x * x));
        let mean = sum / draws as f64;
        means.push(mean);
        sds.push(libm::sqrt((squares / draws as f64 - mean * mean).max(0.0)));
        highest.push(policy.backoff(attempt as u32, Span::ZERO, u64::MAX).as_secs_f64());
    }
    for key in judge.case.expected_keys() {
        let total = |of: &[f64], digits: &str| -> Option<f64> {
            let first: usize = digits.parse().ok()?;
            Some(of.get(..first)?.iter().sum())
        };
        let got = match key.as_str() {
            "mean_by_attempt" => {
                judge.numbers(&key, &means)?;
                continue;
            }
            "sd_by_attempt" => {
                judge.numbers(&key, &sds)?;
                continue;
            }
            other => match (other.strip_prefix("mean_total_"), other.strip_prefix("max_total_")) {
                (Some(digits), _) => total(&means, digits),
                (_, Some(digits)) => total(&highest, digits),
                _ => None,
            },
        };
        match got {
            Some(got) => judge.number(&key, got)?,
            None => return unknown(format!("no runner of jitter knows the figure `{key}`")),
        }
    }
    Ok(())
}

fn decorrelated(judge: &mut Judge, ground: &Ground) -> Answer<()> {
    let params = &judge.case.params;
    let (base, cap) = (plant::seconds(params.number("base")?), plant::seconds(params.number("cap")?));
    for key in judge.case.expected_keys() {
        let cap = match key.as_str() {
            "mean_by_attempt_uncapped" => Span::secs(1_000_000_000),
            "sim_mean_by_attempt" | "mean_by_attempt" => cap,
            other => return unknown(format!("no runner of decorrelated jitter knows the figure `{other}`")),
        };
        let attempts = judge.expected(&key)?.as_array().map_or(0, Vec::len);
        let policy = policy(u32::MAX, base, cap, Jitter::Decorrelated);
        let draws = ground.scaled(DRAWS);
        let mut sums = vec![0.0; attempts];
        for number in 0..draws {
            let mut previous = Span::ZERO;
            for (attempt, sum) in sums.iter_mut().enumerate() {
                previous = policy.backoff(attempt as u32 + 1, previous, word(attempt as u64, number));
                *sum += previous.as_secs_f64();
            }
        }
        let means: Vec<f64> = sums.iter().map(|sum| sum / draws as f64).collect();
        judge.numbers(&key, &means)?;
    }
    Ok(())
}

/// Clients that failed together and come back within a window: under full jitter all over it, without any all at once.
fn herd(judge: &mut Judge, ground: &Ground) -> Answer<()> {
    let params = &judge.case.params;
    let (clients, window) = (params.whole("clients")?, plant::seconds(params.number("window_s")?));
    let back = |jitter, trial| -> Vec<f64> {
        let policy = policy(u32::MAX, window, window, jitter);
        let wait = |client| policy.backoff(1, Span::ZERO, word(trial, client)).as_secs_f64();
        (0..clients).map(wait).collect()
    };
    let busiest = |times: &[f64]| {
        let mut buckets = std::collections::BTreeMap::<u64, u64>::new();
        times.iter().for_each(|at| *buckets.entry(*at as u64).or_default() += 1);
        buckets.values().copied().max().unwrap_or(0) as f64
    };
    let trials = ground.scaled(60_000);
    let (mut first, mut last, mut peak, mut rate) = (0.0, 0.0, 0.0, 0.0);
    for trial in 0..trials {
        let times = back(Jitter::Full, trial);
        first += times.iter().copied().fold(f64::INFINITY, f64::min);
        last += times.iter().copied().fold(0.0, f64::max);
        rate += times.iter().filter(|at| **at <= window.as_secs_f64()).count() as f64 / window.as_secs_f64();
        peak += busiest(&times);
    }
    let mean = |sum: f64| sum / trials as f64;
    for key in judge.case.expected_keys() {
        let got = match key.as_str() {
            "mean_first" => mean(first),
            "mean_last" => mean(last),
            "mean_rate" => mean(rate),
            "peak_1s_bucket_mean" => mean(peak),
            "no_jitter_peak" => busiest(&back(Jitter::None, 0)),
            other => return unknown(format!("no runner of herds knows the figure `{other}`")),
        };
        judge.number(&key, got)?;
    }
    Ok(())
}

fn weighted(judge: &mut Judge) -> Answer<()> {
    let params = &judge.case.params;
    let (weights, picks) = (params.numbers("weights")?, params.whole("picks")?);
    // Weights are whole numbers; shares are so in thousandths.
    let scale = if weights.iter().all(|weight| weight.fract().abs() < 1e-9) { 1.0 } else { 1_000.0 };
    let lane = |(number, weight): (usize, &f64)| WeightedLane {
        lane: LaneId(number as u16),
        weight: (*weight * scale + 0.5) as u32,
    };
    let lanes: Vec<WeightedLane> = weights.iter().enumerate().map(lane).collect();
    let mut counts = vec![0u64; lanes.len()];
    for pick in 0..picks {
        let place = choose(&lanes, |_| true, SEED.draw(PICK, 0, pick).word(0));
        counts[place.expect("every lane is healthy")] += 1;
    }
    for (place, count) in counts.iter().enumerate() {
        let bound = format!("four_sigma[{place}]");
        let Some(four_sigma) = judge.expected(&bound)?.as_f64() else {
            return unknown(format!("`expected.{bound}` is no number"));
        };
        judge.within(&format!("expected[{place}]"), *count as f64, Tolerance::Abs(four_sigma))?;
        judge.say(&bound, "is the band", true)?;
    }
    Ok(())
}
