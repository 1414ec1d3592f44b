//! Recorded traffic through the limiter's algorithms, decision by decision. A bucket begins full, ties go by the order of
//! the file.

use crate::reference::case::{Answer, unknown};
use crate::reference::ground::Ground;
use crate::reference::judge::{Judge, Tolerance};
use crate::reference::plant::{self, FOR_EVER, policy_of};
use rushhour_base::time::MINUTE;
use rushhour_base::{Instant, Span};
use rushhour_core::limiter::{Charge, Limiter};
use rushhour_core::settings::{Kinds, LimiterKind, LimiterPolicy, PoolLimits, RateLimit};
use rushhour_report::traffic::{Request, Traffic};
use rushhour_world::settings::{Arrivals, TraceRow};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// A limit on requests and one on tokens, per window, under one algorithm.
struct Limits {
    kind: LimiterKind,
    window: Span,
    requests: Option<(u64, u64)>,
    tokens: Option<u64>,
}

/// What a limiter let pass of a trace.
struct Passed {
    decisions: String,
    rows: Vec<Request>,
}

pub fn run(judge: &mut Judge, ground: &Ground) -> Answer<()> {
    let params = &judge.case.params;
    let rows = ground.rows(params.text("trace")?)?;
    let window = Span(params.whole_or("window_us", MINUTE / 1_000)? * 1_000);
    if judge.case.expects("total_wait_us") {
        return in_line(judge, &rows, window);
    }
    let rpm = if params.has("rpm") { Some(params.whole("rpm")?) } else { None };
    let rpm = if params.has("limit") { Some(params.whole("limit")?) } else { rpm };
    let tpm = if params.has("tpm") { Some(params.whole("tpm")?) } else { None };
    for key in judge.case.expected_keys() {
        if let Some(limits) = limits(&key, window, rpm, tpm) {
            told(judge, &key, &rows, &passed(&rows, &limits))?;
        } else if key != PEAK_TOKENS && !key.starts_with(OVERSHOOT) {
            return unknown(format!("no runner of goldens knows the algorithm `{key}`"));
        }
    }
    overshoot(judge, &rows, window, rpm, tpm)
}

const PEAK_TOKENS: &str = "rpm_only_peak_tokens_60s";
const OVERSHOOT: &str = "overshoot_factor_vs_";

/// The algorithm that a key names, under the limits that the case states.
fn limits(key: &str, window: Span, rpm: Option<u64>, tpm: Option<u64>) -> Option<Limits> {
    let both = key.ends_with("_both");
    let rpm_only = key.starts_with("rpm_only");
    let name = key.trim_end_matches("_both");
    let (kind, burst) = match name {
        "fixed_window" => (LimiterKind::FixedWindow, rpm),
        "sliding_log" | "rpm_only_as_in_seed" => (LimiterKind::SlidingLog, rpm),
        "sliding_counter" => (LimiterKind::SlidingCounter, rpm),
        "token_bucket" | "bucket" | "token_bucket_BN" => (LimiterKind::TokenBucket, rpm),
        other => (LimiterKind::TokenBucket, Some(other.strip_prefix("token_bucket_B")?.parse().ok()?)),
    };
    let requests = rpm.zip(burst);
    // One limit alone is what the case states; two are counted together unless the key says otherwise.
    let tokens = if rpm_only || (rpm.is_some() && !both) { None } else { tpm };
    Some(Limits { kind, window, requests, tokens })
}

fn passed(rows: &[TraceRow], limits: &Limits) -> Passed {
    let rate = |(amount, burst)| RateLimit { amount, period: limits.window, burst };
    let pool = PoolLimits {
        requests: limits.requests.map(rate),
        tokens: limits.tokens.map(|amount| rate((amount, amount))),
        ..PoolLimits::default()
    };
    let policy = LimiterPolicy { kinds: Kinds::all(limits.kind), ..LimiterPolicy::default() };
    let mut limiter = Limiter::with_policy(&pool, &policy, Instant::START);
    let mut passed = Passed { decisions: String::with_capacity(rows.len()), rows: Vec::new() };
    for row in rows {
        let (now, TraceRow { at, input_tokens, output_tokens }) = (Instant::START + row.at, *row);
        let charge = Charge { input_tokens, output_tokens };
        let goes = limiter.ask(charge, now).is_ok();
        if goes {
            drop(limiter.take(charge, now));
            passed.rows.push(Request { at, input_tokens, output_tokens });
        }
        passed.decisions.push(if goes { '1' } else { '0' });
    }
    passed
}

fn told(judge: &mut Judge, key: &str, rows: &[TraceRow], passed: &Passed) -> Answer<()> {
    let hash = Sha256::digest(passed.decisions.as_bytes());
    let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let tokens: u64 = passed.rows.iter().map(|row| row.input_tokens + row.output_tokens).sum();
    let of = |name: &str| format!("{key}.{name}");
    let expected: Vec<String> =
        judge.expected(key)?.as_object().map(|all| all.keys().cloned().collect()).unwrap_or_default();
    for name in expected {
        match name.as_str() {
            "offered" => judge.count(&of(&name), rows.len() as u64)?,
            "admitted" => judge.count(&of(&name), passed.rows.len() as u64)?,
            "tokens_admitted" => judge.count(&of(&name), tokens)?,
            "peak_admitted_60s" => judge.count(&of(&name), Traffic::of(&passed.rows).peak_per_minute)?,
            "peak_tokens_60s" => judge.count(&of(&name), Traffic::of(&passed.rows).peak_tokens_per_minute)?,
            "sha256" => judge.text(&of(&name), &hash)?,
            other => return unknown(format!("no runner of goldens knows the figure `{other}`")),
        }
    }
    Ok(())
}

/// How far the tokens of what a limit on requests alone lets pass go beyond the limit on tokens.
fn overshoot(
    judge: &mut Judge,
    rows: &[TraceRow],
    window: Span,
    rpm: Option<u64>,
    tpm: Option<u64>,
) -> Answer<()> {
    let keys = judge.case.expected_keys();
    let asked = keys.iter().find(|key| key.starts_with(OVERSHOOT));
    if !judge.case.expects(PEAK_TOKENS) && asked.is_none() {
        return Ok(());
    }
    let Some(requests) = rpm else { return unknown("an overshoot needs a limit on requests") };
    let alone =
        Limits { kind: LimiterKind::SlidingLog, window, requests: Some((requests, requests)), tokens: None };
    let peak = Traffic::of(&passed(rows, &alone).rows).peak_tokens_per_minute;
    if judge.case.expects(PEAK_TOKENS) {
        judge.count(PEAK_TOKENS, peak)?;
    }
    if let (Some(key), Some(limit)) = (asked, tpm) {
        judge.within(key, peak as f64 / limit as f64, Tolerance::Exact)?;
    }
    Ok(())
}

/// Nobody is turned away: whoever does not fit waits in order of arrival. The whole pipeline, with calls of no duration.
fn in_line(judge: &mut Judge, rows: &Arc<[TraceRow]>, window: Span) -> Answer<()> {
    let limit = judge.case.params.whole("limit")?;
    let mut plant = plant::plant();
    plant.world.workloads[0].arrivals = Arrivals::Trace { rows: Arc::clone(rows) };
    plant.world.lanes[0].latency.per_output_token = Span::ZERO;
    let limiter = &mut policy_of(&mut plant).limiter;
    limiter.kinds.requests = LimiterKind::SlidingLog;
    limiter.own.requests = Some(RateLimit { amount: limit, period: window, burst: limit });
    let (mut delayed, mut total, mut longest, mut last) = (0u64, 0u128, Span::ZERO, Instant::START);
    plant::run(
        &plant,
        0,
        FOR_EVER,
        &mut plant::Listening(|at: Instant, event: &rushhour_base::Event| {
            if let rushhour_base::Event::Sent { waited, .. } = *event {
                delayed += u64::from(waited > Span::ZERO);
                total += u128::from(waited.0);
                (longest, last) = (longest.max(waited), at);
            }
        }),
    );
    judge.count("delayed", delayed)?;
    judge.count("total_wait_us", (total / 1_000) as u64)?;
    judge.count("max_wait_us", longest.0 / 1_000)?;
    judge.count("last_start_us", last.0 / 1_000)
}
