//! Claims about limits: what so many agents may ask for together, and what a provider must let pass at once for it.

use crate::reference::case::{Answer, unknown};
use crate::reference::judge::Judge;
use crate::reference::plant::seconds;
use rushhour_base::time::SECOND;
use rushhour_base::{AgentId, Instant, Span};
use rushhour_core::bucket::{Admission, TokenBucket};
use rushhour_core::limiter::pace::Pace;
use rushhour_core::settings::{AgentLimits, LimiterKind, RateLimit};

fn per_minute(amount: u64, burst: u64) -> RateLimit {
    RateLimit { amount, period: Span::secs(60), burst }
}

/// Greedy agents at their own pace: when each calls, in the order of time, over so many minutes.
fn paced(agents: u32, limits: AgentLimits, minutes: u64) -> Vec<Instant> {
    let mut pace = Pace::new(limits, agents as usize, Instant::START);
    let mut calls = Vec::new();
    for tenth in 0..minutes * 600 {
        let now = Instant(tenth * SECOND / 10);
        for agent in (0..agents).map(AgentId) {
            let Some(pace) = &mut pace else { return calls };
            if pace.ask(agent, now).is_ok() {
                pace.take(agent, now);
                calls.push(now);
            }
        }
    }
    calls
}

/// The facts of the source: five agents, 8 requests a minute each, 40 minutes of work side by side.
pub fn five_agents(judge: &mut Judge) -> Answer<()> {
    let (agents, each, minutes) = (5u32, 8u64, 40u64);
    let minute = |calls: &[Instant]| calls.iter().filter(|at| at.0 < 60 * SECOND).count() as f64;
    let limits = AgentLimits {
        requests: Some((LimiterKind::SlidingLog, per_minute(each, each))),
        spacing: Span::ZERO,
    };
    let together = minute(&paced(agents, limits, 1));
    for key in judge.case.expected_keys() {
        let under = key.strip_prefix("headroom_under_").and_then(|limit| limit.parse::<f64>().ok());
        let spacing = key.strip_prefix("max_rpm_from_").and_then(|rest| rest.strip_suffix("s_spacing"));
        let spacing = spacing.and_then(|seconds| seconds.replace('_', ".").parse::<f64>().ok());
        let got = match (key.as_str(), under, spacing) {
            ("ideal_serial_minutes", ..) => f64::from(agents) * minutes as f64,
            ("fazm_total_rpm", ..) => together,
            (_, Some(limit), _) => limit - together,
            (_, _, Some(spacing)) => {
                minute(&paced(1, AgentLimits { requests: None, spacing: seconds(spacing) }, 1))
            }
            (other, ..) => return unknown(format!("no runner of five agents knows the figure `{other}`")),
        };
        judge.number(&key, got)?;
    }
    Ok(())
}

/// The least burst with which a provider that refills continuously refuses none of the agents' calls.
pub fn least_burst(judge: &mut Judge) -> Answer<()> {
    let params = &judge.case.params;
    let (agents, each) = (params.whole("agents")?, params.whole("rpm_each")?);
    let (spacing, provider) = (seconds(params.number("spacing_s")?), params.whole("provider_rpm")?);
    for key in judge.case.expected_keys() {
        let calls = match Pattern::named(&key) {
            Some(Pattern::FrontLoaded) => front_loaded(agents, each, spacing),
            Some(Pattern::Even { staggered }) => even(agents, each, staggered),
            None => return unknown(format!("no runner of bursts knows the pattern `{key}`")),
        };
        let passes = |burst: &u64| {
            let mut bucket = TokenBucket::full(per_minute(provider, *burst), Instant::START);
            calls.iter().all(|at| bucket.try_take(1, *at) == Admission::Granted)
        };
        match (1..=agents * each * 10).find(passes) {
            Some(burst) => judge.count(&key, burst)?,
            None => judge.say(&key, "no burst is enough", false)?,
        }
    }
    Ok(())
}

enum Pattern {
    FrontLoaded,
    Even { staggered: bool },
}

impl Pattern {
    /// `front_loaded_8_at_2s`, `every_7_5s_in_phase`, `every_7_5s_staggered`; the figures are those of the parameters.
    fn named(key: &str) -> Option<Pattern> {
        match key {
            _ if key.starts_with("front_loaded") => Some(Pattern::FrontLoaded),
            _ if key.starts_with("every_") && key.ends_with("_in_phase") => {
                Some(Pattern::Even { staggered: false })
            }
            _ if key.starts_with("every_") && key.ends_with("_staggered") => {
                Some(Pattern::Even { staggered: true })
            }
            _ => None,
        }
    }
}

/// Each agent makes its calls of a minute as early as its spacing lets it, all agents in step.
fn front_loaded(agents: u64, each: u64, spacing: Span) -> Vec<Instant> {
    let requests = Some((LimiterKind::SlidingLog, per_minute(each, each)));
    paced(agents as u32, AgentLimits { requests, spacing }, 10)
}

/// Each agent calls evenly, all in step or each a part of the gap behind the one before.
fn even(agents: u64, each: u64, staggered: bool) -> Vec<Instant> {
    let gap = 60 * SECOND / each;
    let shift = if staggered { gap / agents } else { 0 };
    let mut calls: Vec<Instant> = (0..10 * each)
        .flat_map(|turn| (0..agents).map(move |agent| Instant(turn * gap + agent * shift)))
        .collect();
    calls.sort_unstable();
    calls
}

/// How many agents of a recorded rate a limit carries: what its refill makes up for each minute.
pub fn agents_until(judge: &mut Judge) -> Answer<()> {
    let params = &judge.case.params;
    let (limit, rate) = (params.whole("limit_rpm")?, params.number("rpm_per_agent")?);
    let bucket = TokenBucket::full(per_minute(limit, limit), Instant::START);
    // A million calls take so long to refill, and so long to make.
    let calls = 1_000_000;
    let refilled = bucket.refill_time(calls).as_secs_f64();
    let made = calls as f64 / rate * 60.0;
    judge.number("agents", made / refilled)
}
