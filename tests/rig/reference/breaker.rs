//! The circuit breaker against a provider that goes down and comes back, against one that fails at random, and against
//! one outage to the millisecond. Calls take no time, so only one probe is ever under way.

use crate::reference::case::{Answer, unknown};
use crate::reference::ground::{Ground, SEED};
use crate::reference::judge::{Judge, Tolerance};
use crate::reference::plant::seconds;
use rushhour_base::time::MILLISECOND;
use rushhour_base::{Instant, Purpose, Ratio, Span, Words};
use rushhour_core::breaker::{Breaker, Ticket};
use rushhour_core::settings::{BreakerPolicy, BreakerWindow, SharePolicy, Trip};

const CALLS: u64 = 24_000_000;
const REPLICATIONS: u64 = 8;

pub fn run(judge: &mut Judge, ground: &Ground) -> Answer<()> {
    let params = &judge.case.params;
    if params.has("call_every_ms") {
        one_outage(judge)
    } else if params.has("window_calls") {
        share_over_window(judge, ground)
    } else if params.has("mean_up_s") {
        alternating(judge, ground)
    } else {
        independent(judge, ground)
    }
}

/// Trips on so many failures in a row, and stays open for so long.
pub fn consecutive(failures: u64, cooldown: Span) -> BreakerPolicy {
    BreakerPolicy::consecutive(failures as u32, cooldown, Span::secs(1))
}

/// A call of no duration that succeeded. Whether the breaker moved.
pub fn succeeded(breaker: &mut Breaker, ticket: Ticket, now: Instant) -> bool {
    breaker.on_success(ticket, Span::ZERO, now, 0)
}

/// A call of no duration that failed. Whether the breaker opened.
pub fn failed(breaker: &mut Breaker, ticket: Ticket, now: Instant) -> bool {
    breaker.on_failure(ticket, Span::ZERO, now, 0)
}

/// What a stream of calls met.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    calls: u64,
    ok: u64,
    failed: u64,
    short: u64,
    short_while_up: u64,
    opens: u64,
}

impl Count {
    fn share(self, of: u64) -> f64 {
        of as f64 / self.calls as f64
    }
}

/// One call of no duration.
fn call(breaker: &mut Breaker, now: Instant, up: bool, count: &mut Count) {
    count.calls += 1;
    if !breaker.passes(now) {
        count.short += 1;
        count.short_while_up += u64::from(up);
        return;
    }
    let ticket = breaker.enter(now);
    if up {
        succeeded(breaker, ticket, now);
        count.ok += 1;
    } else {
        count.opens += u64::from(failed(breaker, ticket, now));
        count.failed += 1;
    }
}

/// Exponential gaps from named draws.
struct Gaps {
    purpose: Purpose,
    subject: u64,
    mean_ns: f64,
    drawn: u64,
    words: Words,
}

impl Gaps {
    fn new(purpose: Purpose, subject: u64, mean_s: f64) -> Gaps {
        Gaps { purpose, subject, mean_ns: mean_s * 1e9, drawn: 0, words: SEED.draw(purpose, subject, 0) }
    }

    fn next(&mut self) -> Span {
        if self.drawn.is_multiple_of(8) {
            self.words = SEED.draw(self.purpose, self.subject, self.drawn / 8);
        }
        let unit = self.words.unit((self.drawn % 8) as usize);
        self.drawn += 1;
        Span((-self.mean_ns * libm::log1p(-unit) + 0.5) as u64)
    }
}

/// Whether each call of a stream fails, independently of all others.
struct Fates {
    subject: u64,
    p: f64,
    drawn: u64,
    words: Words,
}

impl Fates {
    fn next(&mut self) -> bool {
        if self.drawn.is_multiple_of(8) {
            self.words = SEED.draw(FATE, self.subject, self.drawn / 8);
        }
        let unit = self.words.unit((self.drawn % 8) as usize);
        self.drawn += 1;
        unit < self.p
    }
}

const CALL: Purpose = Purpose::named("breaker: calls");
const UP: Purpose = Purpose::named("breaker: up");
const DOWN: Purpose = Purpose::named("breaker: down");
const FATE: Purpose = Purpose::named("breaker: fates");

fn alternating(judge: &mut Judge, ground: &Ground) -> Answer<()> {
    let params = &judge.case.params;
    let (lam, up, down) =
        (params.number("lam_per_s")?, params.number("mean_up_s")?, params.number("mean_down_s")?);
    let policy = consecutive(params.whole("threshold")?, seconds(params.number("cooldown_s")?));
    let (with, without, time) = up_and_down(policy, lam, up, down, ground.scaled(CALLS));
    for key in judge.case.expected_keys() {
        match key.as_str() {
            "short_circuited" => judge.number(&key, with.share(with.short))?,
            "failed" => judge.number(&key, with.share(with.failed))?,
            "ok" => judge.number(&key, with.share(with.ok))?,
            "rejected_while_provider_up" => judge.number(&key, with.share(with.short_while_up))?,
            "opens_per_hour" => judge.number(&key, with.opens as f64 / time * 3_600.0)?,
            // It has no tolerance of its own: the same ups and downs set its noise as that of the good calls.
            "no_breaker_failed" => match judge.stated_tolerance("ok") {
                Some(tol) => judge.within(&key, without.share(without.failed), Tolerance::Abs(tol))?,
                None => return unknown("there is no tolerance for `no_breaker_failed`"),
            },
            other => return unknown(format!("no runner of outages knows the figure `{other}`")),
        }
    }
    Ok(())
}

/// Poisson calls to a provider with exponential ups and downs: what they met with a breaker and without one, and how many
/// seconds it took.
fn up_and_down(policy: BreakerPolicy, lam: f64, up: f64, down: f64, calls: u64) -> (Count, Count, f64) {
    let (mut with, mut without, mut time) = (Count::default(), Count::default(), 0.0);
    for replication in 0..REPLICATIONS {
        let (mut breaker, mut none) = (Breaker::new(Some(policy)), Breaker::new(None));
        let mut gaps = Gaps::new(CALL, replication, 1.0 / lam);
        let (mut ups, mut downs) = (Gaps::new(UP, replication, up), Gaps::new(DOWN, replication, down));
        let (mut now, mut is_up, mut turns) = (Instant::START, true, Instant::START + ups.next());
        for _ in 0..calls / REPLICATIONS {
            now = now + gaps.next();
            while turns <= now {
                is_up = !is_up;
                turns = turns + if is_up { ups.next() } else { downs.next() };
            }
            call(&mut breaker, now, is_up, &mut with);
            call(&mut none, now, is_up, &mut without);
        }
        time += now.0 as f64 / 1e9;
    }
    (with, without, time)
}

fn independent(judge: &mut Judge, ground: &Ground) -> Answer<()> {
    let params = &judge.case.params;
    let (p, lam) = (params.number("p")?, params.number("lam_per_s")?);
    let policy = consecutive(params.whole("threshold")?, seconds(params.number("cooldown_s")?));
    let calls = ground.scaled(CALLS) / 3;
    let mut fates = Fates { subject: 0, p, drawn: 0, words: SEED.draw(FATE, 0, 0) };
    let mut count = Count::default();
    for replication in 0..REPLICATIONS {
        let mut breaker = Breaker::new(Some(policy));
        let mut gaps = Gaps::new(CALL, replication, 1.0 / lam);
        let mut now = Instant::START;
        for _ in 0..calls / REPLICATIONS {
            now = now + gaps.next();
            call(&mut breaker, now, !fates.next(), &mut count);
        }
    }
    let fallback = judge.stated_tolerance("short_circuited_frac");
    for key in judge.case.expected_keys() {
        match key.as_str() {
            "mean_calls_to_trip" => judge.number(&key, mean_calls_to_trip(policy, 2 * calls, &mut fates))?,
            "short_circuited_frac" => judge.number(&key, count.share(count.short))?,
            // What is not short-circuited passes, so the tolerance is the same.
            "passed_frac" => match fallback {
                Some(tol) => judge.within(&key, count.share(count.ok + count.failed), Tolerance::Abs(tol))?,
                None => return unknown("there is no tolerance for `passed_frac`"),
            },
            other => return unknown(format!("no runner of random failures knows the figure `{other}`")),
        }
    }
    Ok(())
}

/// How many calls a fresh breaker takes to open, on the average.
fn mean_calls_to_trip(policy: BreakerPolicy, calls: u64, fates: &mut Fates) -> f64 {
    let (mut trips, mut made, mut since) = (0u64, 0u64, 0u64);
    let mut breaker = Breaker::new(Some(policy));
    for _ in 0..calls {
        since += 1;
        let ticket = breaker.enter(Instant::START);
        if !fates.next() {
            succeeded(&mut breaker, ticket, Instant::START);
        } else if failed(&mut breaker, ticket, Instant::START) {
            (trips, made, since) = (trips + 1, made + since, 0);
            breaker = Breaker::new(Some(policy));
        }
    }
    made as f64 / trips as f64
}

/// Windows of so many calls, each judged when it is full: how often the share of failures opens the breaker.
fn share_over_window(judge: &mut Judge, ground: &Ground) -> Answer<()> {
    let params = &judge.case.params;
    let (window, p) = (params.whole("window_calls")? as u32, params.number("p")?);
    let Some(share) = Ratio::new((params.number("threshold")? * 1e6 + 0.5) as u64, 1_000_000) else {
        return unknown("`threshold` is above one");
    };
    let trip = Trip::Share(SharePolicy {
        window: BreakerWindow::Tumbling(window),
        share,
        min_calls: window,
        slow: None,
    });
    let policy = BreakerPolicy { trip, ..consecutive(1, Span::secs(60)) };
    let windows = ground.scaled(1_000_000);
    let mut opened = 0u64;
    let mut fates = Fates { subject: 1, p, drawn: 0, words: SEED.draw(FATE, 1, 0) };
    for _ in 0..windows {
        let mut breaker = Breaker::new(Some(policy));
        let mut opens = false;
        for _ in 0..window {
            let ticket = breaker.enter(Instant::START);
            opens = match fates.next() {
                true => failed(&mut breaker, ticket, Instant::START),
                false => succeeded(&mut breaker, ticket, Instant::START),
            };
        }
        opened += u64::from(opens);
    }
    judge.number("P_window_at_or_over", opened as f64 / windows as f64)
}

fn one_outage(judge: &mut Judge) -> Answer<()> {
    let params = &judge.case.params;
    let (every, run) = (params.whole("call_every_ms")?, params.whole("run_ms")?);
    let (start, length) = (params.whole("outage_start_ms")?, params.whole("outage_ms")?);
    let policy = consecutive(params.whole("threshold")?, Span::millis(params.whole("cooldown_ms")?));
    let mut breaker = Breaker::new(Some(policy));
    let (mut count, mut opened, mut closed) = (Count::default(), Vec::new(), None);
    for ms in (0..run).step_by(every as usize) {
        let now = Instant(ms * MILLISECOND);
        let (before, ok) = (count.opens, count.ok);
        let was_shut = breaker.state().0 != rushhour_base::event::BreakerState::Closed;
        call(&mut breaker, now, !(start..start + length).contains(&ms), &mut count);
        if count.opens > before {
            opened.push(ms as f64);
        }
        if was_shut && count.ok > ok {
            closed = Some(ms);
        }
    }
    for key in judge.case.expected_keys() {
        match key.as_str() {
            "ok" => judge.count(&key, count.ok)?,
            "failed" => judge.count(&key, count.failed)?,
            "short_circuited" => judge.count(&key, count.short)?,
            "opened_at_ms" => judge.numbers(&key, &opened)?,
            "closed_again_at_ms" | "extra_unavailable_ms" => {
                let got = if key == "closed_again_at_ms" {
                    closed
                } else {
                    closed.map(|at| at.saturating_sub(start + length))
                };
                match (got, judge.expected(&key)?.is_null()) {
                    (Some(got), false) => judge.count(&key, got)?,
                    (got, is_null) => judge.say(&key, &format!("{got:?}"), got.is_none() && is_null)?,
                }
            }
            other => return unknown(format!("no runner of one outage knows the figure `{other}`")),
        }
    }
    Ok(())
}
