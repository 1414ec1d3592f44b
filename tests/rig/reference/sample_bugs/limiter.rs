//! A limiter that polls, spins or never says never.

use crate::reference::case::{Answer, unknown};
use crate::reference::judge::{Judge, short};
use crate::reference::plant::seconds;
use rushhour_base::time::SECOND;
use rushhour_base::{Instant, Span};
use rushhour_core::bucket::Admission;
use rushhour_core::limiter::{Charge, Limiter, Meter};
use rushhour_core::settings::{AimdPolicy, Kinds, LimiterKind, LimiterPolicy, PoolLimits, RateLimit};

const WINDOW: Span = Span::secs(60);

fn log(amount: u64) -> Meter {
    let limit = RateLimit { amount, period: WINDOW, burst: amount };
    Meter::new(LimiterKind::SlidingLog, limit, AimdPolicy::default(), Instant::START).expect("a log limits")
}

fn in_seconds(at: Instant) -> f64 {
    at.0 as f64 / SECOND as f64
}

/// Waits as the pipeline does: asks, sleeps until the time that the answer names, asks again. When it was granted, and
/// how often it woke up; `None` if it never fits.
fn wait(meter: &mut Meter, cost: u64, now: Instant) -> Option<(Instant, u64)> {
    let (mut now, mut wakes) = (now, 0);
    loop {
        match meter.try_take(cost, now) {
            Admission::Granted => return Some((now, wakes)),
            Admission::NeverFits { .. } => return None,
            Admission::RetryAt(at) => {
                assert!(at > now, "a denial that names the present would spin for ever");
                (now, wakes) = (at, wakes + 1);
            }
        }
    }
}

/// Calls at one instant, one more than fit. The sample keeps an entry of just the window's age, waits for nothing, and recurses:
/// a livelock. Ours lets the last one go the moment the first is a window old.
pub fn exact_boundary(judge: &mut Judge) -> Answer<()> {
    let params = &judge.case.params;
    let (rpm, calls) = (params.whole("rpm")?, params.whole("calls")?);
    let mut meter = log(rpm);
    // The sample is over where it hangs.
    let told = judge.expected("returns")?.as_array().map_or(0, Vec::len) as u64;
    for call in 0..calls.min(told) {
        let path = format!("returns[{call}]");
        let defect = judge.expected(&path)?.clone();
        let Some((granted, wakes)) = wait(&mut meter, 1, Instant::START) else {
            return unknown("a call of one is larger than the limit");
        };
        let (waited, turn) = (in_seconds(granted), call / rpm);
        let right = granted == Instant(turn * 60 * SECOND) && wakes == turn;
        let stuck_at = defect.as_str().and_then(|text| text.rsplit_once("t=")?.1.parse::<f64>().ok());
        // Where the sample returned, it said 0; where it hung, ours is granted at that very time.
        let defect_is = match (defect.as_f64(), stuck_at) {
            (Some(zero), _) => call < rpm && zero.abs() < 1e-9,
            (_, Some(at)) => call >= rpm && (waited - at).abs() < 1e-9,
            _ => false,
        };
        judge.say(&path, &format!("granted after {} s", short(waited)), right && defect_is)?;
    }
    Ok(())
}

/// A full window of tokens, and one more call. The sample polls each half second; ours wakes once, at the right time.
pub fn polls(judge: &mut Judge) -> Answer<()> {
    let params = &judge.case.params;
    let (tpm, calls) = (params.whole("tpm")?, params.text("calls")?);
    let Some((count, cost, first, later)) = crowd_and_one(calls) else {
        return unknown(format!(
            "`calls` says \"{calls}\"; understood is \"8x5000 at t=0, one more at t=.25\""
        ));
    };
    let mut meter = log(tpm);
    for _ in 0..count {
        if meter.try_take(cost, Instant::START + first) != Admission::Granted {
            return unknown("the first calls do not fit the limit");
        }
    }
    let Some((granted, wakes)) = wait(&mut meter, cost, Instant::START + later) else {
        return unknown("a call is larger than the limit");
    };
    let waited = granted.since(Instant::START + later).as_secs_f64();
    let ideal = first.as_secs_f64() + 60.0 - later.as_secs_f64();
    let (polled, polls) = broken_polling(tpm, (count, cost), first, later);
    for (key, got, rebuilt, held) in [
        ("waited_s", waited, polled, (waited - ideal).abs() < 1e-9),
        ("wakeups", wakes as f64, polls as f64, wakes == u64::from(ideal > 0.0)),
    ] {
        if judge.case.expects(key) {
            let same = (judge.case.expected_number(key)? - rebuilt).abs() < 1e-6;
            judge.say(key, &format!("{} (rebuilt {})", short(got), short(rebuilt)), held && same)?;
        }
    }
    Ok(())
}

/// `8x5000 at t=0, one more at t=.25`.
fn crowd_and_one(text: &str) -> Option<(u64, u64, Span, Span)> {
    let (crowd, one) = text.split_once(", one more at t=")?;
    let (calls, at) = crowd.split_once(" at t=")?;
    let (count, cost) = calls.split_once('x')?;
    let time = |text: &str| text.parse().ok().map(seconds);
    Some((count.parse().ok()?, cost.parse().ok()?, time(at)?, time(one)?))
}

/// Broken on purpose: an entry of just the window's age is kept, and who has to wait asks again after half a second.
fn broken_polling(tpm: u64, crowd: (u64, u64), first: Span, later: Span) -> (f64, u64) {
    const POLL: Span = Span::millis(500);
    let (count, cost) = crowd;
    let (mut now, mut polls) = (later, 0);
    loop {
        let kept = if now.0 - first.0 <= WINDOW.0 { count * cost } else { 0 };
        if kept + cost <= tpm {
            return (now.as_secs_f64() - later.as_secs_f64(), polls);
        }
        (now, polls) = (now + POLL, polls + 1);
    }
}

/// Larger than the limit itself: the sample polls until its stack is full; ours says at once that it never fits.
pub fn never_fits(judge: &mut Judge) -> Answer<()> {
    let params = &judge.case.params;
    let (tpm, estimate) = (params.whole("tpm")?, params.whole("estimate")?);
    let answers = [
        LimiterKind::SlidingLog,
        LimiterKind::TokenBucket,
        LimiterKind::FixedWindow,
        LimiterKind::SlidingCounter,
    ]
    .map(|kind| {
        let limit = RateLimit { amount: tpm, period: WINDOW, burst: tpm };
        let mut meter = Meter::new(kind, limit, AimdPolicy::default(), Instant::START).expect("it limits");
        wait(&mut meter, estimate, Instant::START)
    });
    let at_once = answers.iter().all(Option::is_none);
    let got = if at_once { "never fits, said at once" } else { "waits" };
    let held = at_once && estimate > tpm;
    judge.say("result", got, held)?;
    if judge.case.expects("virtual_s") {
        judge.say("virtual_s", "0", held)?;
    }
    Ok(())
}

/// A limit on tokens that the sample declares and never reads.
pub fn tokens_unchecked(judge: &mut Judge) -> Answer<()> {
    let params = &judge.case.params;
    let (rpm, tpm) = (params.whole("rpm")?, params.whole("tpm")?);
    let (calls, each) = (params.whole("calls")?, params.whole("tokens_each")?);
    let admitted = |tokens: Option<u64>| {
        let rate = |amount| RateLimit { amount, period: WINDOW, burst: amount };
        let pool =
            PoolLimits { requests: Some(rate(rpm)), tokens: tokens.map(rate), ..PoolLimits::default() };
        let policy = LimiterPolicy { kinds: Kinds::all(LimiterKind::SlidingLog), ..LimiterPolicy::default() };
        let mut limiter = Limiter::with_policy(&pool, &policy, Instant::START);
        let charge = Charge { input_tokens: each, output_tokens: 0 };
        let passes = |_: &u64| {
            let goes = limiter.ask(charge, Instant::START).is_ok();
            if goes {
                drop(limiter.take(charge, Instant::START));
            }
            goes
        };
        (0..calls).filter(passes).count() as u64
    };
    // Without the limit on tokens it is the sample.
    let (ours, rebuilt) = (admitted(Some(tpm)), admitted(None));
    let held = ours * each <= tpm;
    for (key, ours, rebuilt) in [
        ("admitted", ours as f64, rebuilt as f64),
        ("tokens_let_through", (ours * each) as f64, (rebuilt * each) as f64),
        ("factor_over_tpm", (ours * each) as f64 / tpm as f64, (rebuilt * each) as f64 / tpm as f64),
    ] {
        if judge.case.expects(key) {
            let same = (judge.case.expected_number(key)? - rebuilt).abs() < 1e-6;
            judge.say(key, &format!("{} (rebuilt {})", short(ours), short(rebuilt)), held && same)?;
        }
    }
    Ok(())
}
