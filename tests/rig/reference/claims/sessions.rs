//! Claims about coding agents, on recorded sessions: how fast they are, what an hour of them costs, and when five of them
//! run into a limit.

use super::money::per_million;
use crate::reference::case::{Answer, unknown};
use crate::reference::ground::{Ground, SEED, SessionCall};
use crate::reference::judge::Judge;
use crate::reference::queueing::share;
use rushhour_base::draw::below;
use rushhour_base::time::MILLISECOND;
use rushhour_base::{Instant, Prices, Purpose, Ratio, Span, Usage};
use rushhour_core::limiter::{Charge, Limiter};
use rushhour_core::settings::{Kinds, LimiterKind, LimiterPolicy, PoolLimits, RateLimit};
use rushhour_report::sample::Sample;
use rushhour_report::traffic::{Request, Traffic};

/// The recorded sessions, each in the order of time.
fn by_session(calls: &[SessionCall]) -> Vec<Vec<SessionCall>> {
    let mut sessions: Vec<Vec<SessionCall>> =
        calls.chunk_by(|a, b| a.session == b.session).map(<[SessionCall]>::to_vec).collect();
    sessions.iter_mut().for_each(|session| session.sort_by_key(|call| call.at_ms));
    sessions
}

/// The share of calls that their provider answered within a target, and the percentiles of the time it took.
pub fn within_target(judge: &mut Judge, ground: &Ground) -> Answer<()> {
    let target = judge.case.params.number("target_s")?;
    let calls = ground.sessions()?;
    let times = Sample::new(calls.iter().filter_map(|call| call.api_ms).collect());
    for key in judge.case.expected_keys() {
        let got = if key.starts_with("share_api_time_le_") {
            times.at_most((target * 1e3 + 0.5) as u64) as f64 / times.count() as f64
        } else {
            match key.strip_prefix('p').and_then(share) {
                Some(share) => times.percentile(share).map_or(f64::NAN, |ms| ms as f64 / 1e3),
                None => return unknown(format!("no runner of targets knows the figure `{key}`")),
            }
        };
        judge.number(&key, got)?;
    }
    Ok(())
}

/// What an agent costs for an hour in which it works. Gaps are counted up to a limit: beyond it the person was away.
pub fn cost_of_an_hour(judge: &mut Judge, ground: &Ground) -> Answer<()> {
    let params = &judge.case.params;
    let prices = prices(judge)?;
    let idle = params.whole("idle_gap_cap_s")? * 1_000;
    let hit = params.number("cache_hit")?;
    let Some(hit) = Ratio::new((hit * 1e6 + 0.5) as u64, 1_000_000) else {
        return unknown("`cache_hit` is above one");
    };
    let calls = ground.sessions()?;
    let active_ms: u64 = by_session(&calls)
        .iter()
        .map(|session| session.windows(2).map(|two| (two[1].at_ms - two[0].at_ms).min(idle)).sum::<u64>())
        .sum();
    let hours = active_ms as f64 / 3.6e6;
    let spent = |usage: &dyn Fn(&SessionCall) -> Usage| {
        calls.iter().map(|call| prices.cost(usage(call))).sum::<rushhour_base::Money>().as_usd_f64()
    };
    let uncached = spent(&|call| Usage {
        input_tokens: call.input_tokens,
        output_tokens: call.output_tokens,
        ..Usage::default()
    });
    // What the cache does not know is written to it.
    let cached = spent(&|call| Usage {
        input_tokens: 0,
        cached_tokens: hit.of(call.input_tokens),
        cache_write_tokens: call.input_tokens - hit.of(call.input_tokens),
        output_tokens: call.output_tokens,
        ..Usage::default()
    });
    let count = calls.len() as f64;
    for key in judge.case.expected_keys() {
        let dollars = match key.rsplit_once('_') {
            Some((_, "uncached")) => uncached,
            _ => cached,
        };
        let got = match key.as_str() {
            "requests_per_active_hour" => count / hours,
            "usd_per_hour_uncached" | "usd_per_hour_cached" => dollars / hours,
            "usd_per_request_uncached" | "usd_per_request_cached" => dollars / count,
            other => match agent_hours(other) {
                Some(agent_hours) => dollars / hours * agent_hours,
                None => return unknown(format!("no runner of agent hours knows the figure `{other}`")),
            },
        };
        judge.number(&key, got)?;
    }
    Ok(())
}

fn prices(judge: &Judge) -> Answer<Prices> {
    let stated = judge.case.params.value("price_per_mtok_assumed")?;
    let known = ["inp", "out", "write", "read"];
    let keys = stated.as_object().into_iter().flat_map(|prices| prices.keys());
    if let Some(other) = keys.into_iter().find(|key| !known.contains(&key.as_str())) {
        return unknown(format!("there is no price `{other}`"));
    }
    let price = |kind: &str| match stated[kind].as_f64() {
        Some(usd) => Ok(per_million(usd)),
        None => unknown(format!("the price `{kind}` is not stated")),
    };
    Ok(Prices {
        input: price("inp")?,
        cached_read: price("read")?,
        cache_write: price("write")?,
        output: price("out")?,
        ..Prices::default()
    })
}

/// `five_agents_4h_cached` is twenty agent hours.
fn agent_hours(key: &str) -> Option<f64> {
    let words: Vec<&str> = key.split('_').collect();
    let [agents, "agents" | "agent", hours, "cached" | "uncached"] = words[..] else { return None };
    let number = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
        .iter()
        .position(|word| *word == agents)
        .map(|number| number as f64)
        .or_else(|| agents.parse().ok())?;
    Some(number * hours.strip_suffix('h')?.parse::<f64>().ok()?)
}

/// Sessions of so many calls at least are in the pool: shorter ones are over before they could meet anybody.
const CALLS_OF_A_SESSION: usize = 20;
/// How long agents are watched.
const WATCHED_MS: u64 = 30 * 60_000;
/// How often all trials are made.
const BATCHES: u64 = 10;
const DRAWN: Purpose = Purpose::named("claims: sessions");

/// Recorded sessions begun at the same instant: what their busiest minute asks for.
pub fn unthrottled(judge: &mut Judge, ground: &Ground) -> Answer<()> {
    let params = &judge.case.params;
    let (agents, trials) = (params.whole("agents")?, ground.scaled(params.whole("trials")?));
    let (rpm, tpm) = (params.whole("limit_rpm")?, params.whole("limit_tpm")?);
    let calls = ground.sessions()?;
    let mut pool = by_session(&calls);
    pool.retain(|session| session.len() >= CALLS_OF_A_SESSION);
    let stated = params.whole("sessions_pool")?;
    judge.also("sessions_pool", &stated.to_string(), &pool.len().to_string(), stated == pool.len() as u64);
    let (mut requests, mut tokens, mut firsts) = (Vec::new(), Vec::new(), Vec::new());
    for trial in 0..BATCHES * trials {
        let overlaid = overlaid(&pool, agents, trial);
        let measured = Traffic::of(&overlaid);
        requests.push(measured.peak_per_minute);
        tokens.push(measured.peak_tokens_per_minute);
        firsts.extend(first_over(&overlaid, tpm));
    }
    let above = |peaks: &[u64], limit: u64| {
        peaks.iter().filter(|peak| **peak > limit).count() as f64 / (BATCHES * trials) as f64
    };
    let highest = [&requests, &tokens].map(|peaks| mean_of_largest(peaks, trials as usize));
    let (over_rpm, over_tpm) = (above(&requests, rpm), above(&tokens, tpm));
    let (requests, tokens, firsts) = (Sample::new(requests), Sample::new(tokens), Sample::new(firsts));
    let rank = |sample: &Sample, rank: &str| -> Answer<f64> {
        let value = rank.strip_prefix('p').and_then(share).and_then(|share| sample.percentile(share));
        value.map(|value| value as f64).ok_or(()).or_else(|()| unknown(format!("`{rank}` is no rank")))
    };
    for key in judge.case.expected_keys() {
        let got = if key == "peak_rpm_max" {
            highest[0]
        } else if key == "peak_tpm_max" {
            highest[1]
        } else if let Some(of) = key.strip_prefix("peak_rpm_") {
            rank(&requests, of)?
        } else if let Some(of) = key.strip_prefix("peak_tpm_") {
            rank(&tokens, of)?
        } else if let Some(of) = key.strip_prefix("first_tpm_violation_s_") {
            rank(&firsts, of)? / 1e3
        } else if key.starts_with("P_exceed_") && key.ends_with("rpm") {
            over_rpm
        } else if key.starts_with("P_exceed_") && key.ends_with("tpm") {
            over_tpm
        } else {
            return unknown(format!("no runner of overlaid sessions knows the figure `{key}`"));
        };
        judge.number(&key, got)?;
    }
    Ok(())
}

/// The largest of so many draws is a matter of luck (40 to 57 of 2,000 draws); its mean over several batches is less so.
fn mean_of_largest(peaks: &[u64], batch: usize) -> f64 {
    let largest = peaks.chunks_exact(batch).map(|batch| batch.iter().copied().max().unwrap_or(0) as f64);
    largest.sum::<f64>() / (peaks.len() / batch) as f64
}

/// The calls of so many sessions of the pool, drawn without putting back, as far as they are watched.
fn overlaid(pool: &[Vec<SessionCall>], agents: u64, trial: u64) -> Vec<Request> {
    let mut left: Vec<usize> = (0..pool.len()).collect();
    let mut calls = Vec::new();
    for agent in 0..agents {
        let word = SEED.draw(DRAWN, trial, agent).word(0);
        let session = &pool[left.swap_remove(below(word, left.len() as u64) as usize)];
        let begin = session[0].at_ms;
        let watched = session.iter().filter(|call| call.at_ms - begin < WATCHED_MS);
        calls.extend(watched.map(|call| Request {
            at: Span((call.at_ms - begin) * MILLISECOND),
            input_tokens: call.input_tokens,
            output_tokens: call.output_tokens,
        }));
    }
    calls.sort_by_key(|call| call.at);
    calls
}

/// When a log of tokens first has no room, in milliseconds.
fn first_over(calls: &[Request], tpm: u64) -> Option<u64> {
    let limit = RateLimit { amount: tpm, period: Span::secs(60), burst: tpm };
    let policy = LimiterPolicy { kinds: Kinds::all(LimiterKind::SlidingLog), ..LimiterPolicy::default() };
    let pool = PoolLimits { tokens: Some(limit), ..PoolLimits::default() };
    let mut limiter = Limiter::with_policy(&pool, &policy, Instant::START);
    calls.iter().find_map(|call| {
        let now = Instant::START + call.at;
        let charge = Charge { input_tokens: call.input_tokens, output_tokens: call.output_tokens };
        match limiter.ask(charge, now) {
            Ok(()) => {
                drop(limiter.take(charge, now));
                None
            }
            Err(_) => Some(call.at.0 / MILLISECOND),
        }
    })
}
