//! Claims about reserving prompt and longest reply, on recorded traffic.

use crate::reference::case::{Answer, Problem, unknown};
use crate::reference::ground::{Ground, SESSIONS};
use crate::reference::judge::Judge;
use rushhour_base::time::SECOND;
use rushhour_base::{Instant, Span};
use rushhour_core::limiter::{Charge, Limiter, When};
use rushhour_core::settings::{LimiterPolicy, PoolLimits, RateLimit};

/// Prompt and reply of every call of a trace, the recorded sessions among them.
fn calls(ground: &Ground, trace: &str) -> Answer<Vec<(u64, u64)>> {
    if trace == SESSIONS {
        return Ok(ground.sessions()?.iter().map(|call| (call.input_tokens, call.output_tokens)).collect());
    }
    Ok(ground.rows(trace)?.iter().map(|row| (row.input_tokens, row.output_tokens)).collect())
}

fn limiter(tokens_per_minute: u64) -> Limiter {
    let limit = RateLimit { amount: tokens_per_minute, period: Span::secs(60), burst: tokens_per_minute };
    let pool = PoolLimits { tokens: Some(limit), ..PoolLimits::default() };
    Limiter::with_policy(&pool, &LimiterPolicy::default(), Instant::START)
}

/// Whether the case expects one share for each trace, and not several figures.
pub fn is_share(judge: &Judge) -> bool {
    judge.case.expected.as_object().is_some_and(|all| all.values().all(serde_json::Value::is_number))
}

/// The share of calls that a limit on tokens can never admit, because they reserve more than the limit itself.
pub fn never_admissible(judge: &mut Judge, ground: &Ground) -> Answer<()> {
    let params = &judge.case.params;
    let (max_tokens, limit) = (params.whole("max_tokens")?, params.whole("tpm")?);
    for trace in judge.case.expected_keys() {
        let calls = match calls(ground, &trace) {
            Err(Problem::Absent(name)) => {
                judge.leave_out(&trace, &name);
                continue;
            }
            calls => calls?,
        };
        let mut limiter = limiter(limit);
        let never = calls.iter().filter(|(input_tokens, _)| {
            let charge = Charge { input_tokens: *input_tokens, output_tokens: max_tokens };
            limiter.ask(charge, Instant::START).is_err_and(|denial| denial.when == When::NeverFits)
        });
        let share = never.count() as f64 / calls.len() as f64;
        judge.number(&trace, share)?;
    }
    Ok(())
}

/// What a limit on tokens lets pass each minute if every call keeps all that it reserved, and if it gave back what it did not
/// use.
pub fn by_trace(judge: &mut Judge, ground: &Ground) -> Answer<()> {
    let params = &judge.case.params;
    let (max_tokens, limit) = (params.whole("max_tokens")?, params.whole("tpm")?);
    for trace in judge.case.expected_keys() {
        let calls = match calls(ground, &trace) {
            Err(Problem::Absent(name)) => {
                judge.leave_out(&trace, &name);
                continue;
            }
            calls => calls?,
        };
        let limiter = limiter(limit);
        let sum = |of: fn(&(u64, u64)) -> u64| calls.iter().map(of).sum::<u64>();
        let (input_tokens, output) = (sum(|call| call.0), sum(|call| call.1));
        // How long the limit takes to make up for all of them.
        let minutes = |output_tokens| {
            limiter.refill_time(Charge { input_tokens, output_tokens }).0 as f64 / (60 * SECOND) as f64
        };
        let (reserved, used) = (minutes(max_tokens * calls.len() as u64), minutes(output));
        let figures: Vec<String> =
            judge.expected(&trace)?.as_object().map(|all| all.keys().cloned().collect()).unwrap_or_default();
        for figure in figures {
            let got = match figure.as_str() {
                "reserved_rpm" => calls.len() as f64 / reserved,
                "actual_rpm" => calls.len() as f64 / used,
                "utilisation" => used / reserved,
                other => return unknown(format!("no runner of reservations knows the figure `{other}`")),
            };
            judge.number(&format!("{trace}.{figure}"), got)?;
        }
    }
    Ok(())
}
