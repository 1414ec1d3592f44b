//! One quota: what was charged, what was left unused while requests waited, and what they waited for.

use crate::report::{Binding, Evidence, FeltLimit, LimitReport, PoolReport};
use rushhour_base::event::Blocker;
use rushhour_base::header::{LimitHeader, QuotaHeader};
use rushhour_base::time::MINUTE;
use rushhour_base::{Dimension, Instant, Span};

/// Folds one quota's truths and waits, minute by minute: only the current minute is in memory.
pub(super) struct PoolTally {
    limits: Vec<LimitTally>,
    /// Where in `limits` each dimension stands.
    place: [Option<usize>; DIMENSIONS],
    overruns: [u64; DIMENSIONS],
    first_429: Option<Instant>,
    counted_failed: u64,
    felt: Option<FeltLimit>,
    corrections: u64,
    waits_ns: [u128; BLOCKERS],
    last_blocker: Blocker,
    waiting: u64,
    in_flight: u64,
    /// Until when `waiting` and `in_flight` have been accounted.
    as_of: Instant,
    minute_start: u64,
    minute_waited_ns: u64,
    contended_ns: u128,
    unused: f64,
}

struct LimitTally {
    limit: LimitHeader,
    charged: u64,
    /// In the current minute; for concurrency, calls × ns.
    minute_charged: u128,
    /// For concurrency only: calls × ns over the run, and the most at once.
    area: u128,
    peak: u64,
}

impl PoolTally {
    pub(super) fn new(quota: &QuotaHeader) -> PoolTally {
        let tally = |limit: &LimitHeader| LimitTally {
            limit: *limit,
            charged: 0,
            minute_charged: 0,
            area: 0,
            peak: 0,
        };
        let place = std::array::from_fn(|d| quota.limits.iter().position(|l| l.dimension as usize == d));
        PoolTally {
            limits: quota.limits.iter().map(tally).collect(),
            place,
            overruns: [0; DIMENSIONS],
            first_429: None,
            counted_failed: 0,
            felt: None,
            corrections: 0,
            waits_ns: [0; BLOCKERS],
            last_blocker: Blocker::Nothing,
            waiting: 0,
            in_flight: 0,
            as_of: Instant::START,
            minute_start: 0,
            minute_waited_ns: 0,
            contended_ns: 0,
            unused: 0.0,
        }
    }

    pub(super) fn joins(&mut self, at: Instant) {
        self.advance(at);
        self.waiting += 1;
    }

    pub(super) fn leaves(&mut self, at: Instant) {
        self.advance(at);
        self.waiting = self.waiting.saturating_sub(1);
    }

    /// Somebody was granted a call after waiting for `blocker`.
    #[inline]
    pub(super) fn waited(&mut self, span: Span, blocker: Blocker) {
        if blocker != Blocker::Nothing {
            self.waits_ns[blocker as usize] += u128::from(span.0);
            self.last_blocker = blocker;
        }
    }

    /// Somebody gave up waiting: booked to a budget if that was the reason, else to what held the last one up who was
    /// granted a call, for nobody learns what they themselves would have waited for.
    pub(super) fn waited_in_vain(&mut self, span: Span, budget: bool) {
        let blocker = if budget { Blocker::Budget } else { self.last_blocker };
        if blocker != Blocker::Nothing {
            self.waits_ns[blocker as usize] += u128::from(span.0);
        }
    }

    #[inline]
    pub(super) fn admitted(&mut self, at: Instant, input: u64, output: u64) {
        self.advance(at);
        self.in_flight += 1;
        self.charge(Dimension::Requests, 1);
        self.charge(Dimension::InputTokens, input);
        self.charge(Dimension::OutputTokens, output);
        self.charge(Dimension::Tokens, input + output);
        self.charge(Dimension::RequestsPerDay, 1);
        self.charge(Dimension::TokensPerDay, input + output);
        if let Some(place) = self.place[Dimension::Concurrency as usize] {
            let limit = &mut self.limits[place];
            limit.peak = limit.peak.max(self.in_flight);
        }
    }

    pub(super) fn charged(&mut self, at: Instant, output: u64) {
        self.advance(at);
        self.charge(Dimension::OutputTokens, output);
        self.charge(Dimension::Tokens, output);
        self.charge(Dimension::TokensPerDay, output);
    }

    pub(super) fn refunded(&mut self, at: Instant, output: u64) {
        self.advance(at);
        for dimension in [Dimension::OutputTokens, Dimension::Tokens, Dimension::TokensPerDay] {
            if let Some(place) = self.place[dimension as usize] {
                let limit = &mut self.limits[place];
                limit.charged = limit.charged.saturating_sub(output);
                limit.minute_charged = limit.minute_charged.saturating_sub(u128::from(output));
            }
        }
    }

    pub(super) fn corrected(&mut self) {
        self.corrections += 1;
    }

    pub(super) fn counted_failed(&mut self) {
        self.counted_failed += 1;
    }

    pub(super) fn released(&mut self, at: Instant) {
        self.advance(at);
        self.in_flight = self.in_flight.saturating_sub(1);
    }

    pub(super) fn overrun(&mut self, at: Instant, dimension: Dimension) {
        self.first_429.get_or_insert(at);
        self.overruns[dimension as usize] += 1;
    }

    /// The client's idea of a limit that nobody states has moved.
    pub(super) fn limit_moved(&mut self, dimension: Dimension, limit: u64, cut: bool) {
        let felt = self.felt.get_or_insert(FeltLimit { dimension, moves: 0, cuts: 0, last: limit });
        felt.moves += 1;
        felt.cuts += u64::from(cut);
        felt.last = limit;
    }

    pub(super) fn finish(mut self, name: &str, horizon: Span) -> PoolReport {
        self.advance(Instant(horizon.0));
        if self.minute_start < horizon.0 {
            self.close_minute(horizon.0 - self.minute_start);
        }
        let undershoot = (self.contended_ns > 0).then(|| self.unused / self.contended_ns as f64);
        let overruns =
            Dimension::ALL.iter().map(|d| (*d, self.overruns[*d as usize])).filter(|(_, n)| *n > 0);
        PoolReport {
            name: name.to_string(),
            limits: self.limits.iter().map(|l| l.finish(horizon)).collect(),
            overruns: overruns.collect(),
            first_429: self.first_429,
            counted_failed: self.counted_failed,
            felt: self.felt,
            corrections: self.corrections,
            undershoot,
            waited: Span(u64::try_from(self.waits_ns.iter().sum::<u128>()).unwrap_or(u64::MAX)),
            binding: self.binding(),
        }
    }

    #[inline]
    fn charge(&mut self, dimension: Dimension, amount: u64) {
        if let Some(place) = self.place[dimension as usize] {
            self.limits[place].charged += amount;
            self.limits[place].minute_charged += u128::from(amount);
        }
    }

    /// Accounts waiting and calls under way up to `at`, closing the minutes that end before it.
    #[inline]
    fn advance(&mut self, at: Instant) {
        while at.0 >= self.minute_start + MINUTE {
            self.account(self.minute_start + MINUTE);
            self.close_minute(MINUTE);
            self.minute_start += MINUTE;
        }
        self.account(at.0);
    }

    #[inline]
    fn account(&mut self, until: u64) {
        let span = until.saturating_sub(self.as_of.0);
        self.as_of = Instant(self.as_of.0.max(until));
        if self.waiting > 0 {
            self.minute_waited_ns += span;
        }
        if let Some(place) = self.place[Dimension::Concurrency as usize] {
            let area = u128::from(self.in_flight) * u128::from(span);
            self.limits[place].minute_charged += area;
            self.limits[place].area += area;
        }
    }

    fn close_minute(&mut self, length: u64) {
        // A day's amount may well be used within an hour: what it grants a minute says nothing of whether that is full.
        let by_the_minute = self.limits.iter().filter(|l| l.limit.period.0 <= MINUTE);
        let busiest = by_the_minute.map(|l| l.minute_use(length)).fold(0.0, f64::max);
        self.unused += self.minute_waited_ns as f64 * (1.0 - busiest);
        self.contended_ns += u128::from(self.minute_waited_ns);
        self.minute_waited_ns = 0;
        self.limits.iter_mut().for_each(|l| l.minute_charged = 0);
    }

    fn binding(&self) -> Option<Binding> {
        let waits = Blocker::ALL.iter().map(|b| (b.name(), self.waits_ns[*b as usize]));
        if let Some((constraint, ns, share)) = largest(waits) {
            let waited = Span(u64::try_from(ns).unwrap_or(u64::MAX));
            return Some(Binding { constraint, evidence: Evidence::Waited(waited), share });
        }
        let refusals = Dimension::ALL.iter().map(|d| (d.name(), u128::from(self.overruns[*d as usize])));
        let (constraint, calls, share) = largest(refusals)?;
        Some(Binding { constraint, evidence: Evidence::Refused(calls as u64), share })
    }
}

impl LimitTally {
    /// What was used of what `length` nanoseconds grant, at most 1.
    fn minute_use(&self, length: u64) -> f64 {
        (self.minute_charged as f64 / self.granted(length)).min(1.0)
    }

    fn finish(&self, horizon: Span) -> LimitReport {
        let concurrency = self.limit.dimension == Dimension::Concurrency;
        let used = if concurrency { self.area as f64 } else { self.charged as f64 };
        LimitReport {
            limit: self.limit,
            charged: if concurrency { self.peak } else { self.charged },
            utilisation: used / self.granted(horizon.0.max(self.limit.period.0)),
        }
    }

    fn granted(&self, length: u64) -> f64 {
        let period =
            if self.limit.dimension == Dimension::Concurrency { 1 } else { self.limit.period.0.max(1) };
        (self.limit.amount.max(1) as f64 * length.max(1) as f64) / period as f64
    }
}

/// The largest amount, the first of equals, and its share of all; `None` if all are zero.
fn largest(amounts: impl Iterator<Item = (&'static str, u128)> + Clone) -> Option<(&'static str, u128, f64)> {
    let all: u128 = amounts.clone().map(|(_, amount)| amount).sum();
    let (name, amount) = amounts.reduce(|best, next| if next.1 > best.1 { next } else { best })?;
    (amount > 0).then(|| (name, amount, amount as f64 / all as f64))
}

const DIMENSIONS: usize = Dimension::ALL.len();
const BLOCKERS: usize = Blocker::ALL.len();
