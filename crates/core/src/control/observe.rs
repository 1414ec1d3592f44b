//! What a client makes of the headers of a reply.
//!
//! A client believes limits that somebody once wrote into a file; the provider states the true ones with every reply. So
//! headers win: a changed limit is taken over, and a level is lowered to what is left. It is never raised: what the client
//! has reserved for calls under way is not yet in what the provider says.
//!
//! # Old news
//! What a reply says was true when the provider read it, and a long reply brings it late. Since then the limit has
//! refilled, and calls sent meanwhile have taken from it. The client knows of its own calls, so it compares its level with
//! the most that can be left: what was left, what rounding may hide, and what has come in since. Whatever lies above that
//! is surely too much. A 429 proves that rounding hides nothing worth having: half a thousand tokens believed in vain would
//! be asked for, refused and given back for ever.
//!
//! # By the minute or by the day?
//! OpenAI shows requests per day as plain `requests` where a day's limit is in force, and a client that takes 10,000 a day for
//! 10,000 a minute is worse off than without headers. The time of its reset tells: `used / limit × period`, so one of
//! 10,000 used is back in 8.64 s of a day, and in 6 ms of a minute.
//!
//! # A project's, or its organisation's?
//! Where a pool stands within another, a reply shows the tighter of both and does not say which. The limit that it names
//! tells: each of the two believes only what names its own. So a limit that changes is not learned there.
//!
//! # What it does not do
//! It does not divide a quota. Where several processes draw on one without knowing of each other, each learns that little is
//! left, and each goes on at the full rate: they need leases, or each a share of the limit. And a limit that is felt for
//! stays felt for: that policy is for providers that state none.
//!
//! # How often
//! At a thousand replies a second each says what the last one said. A pool looks at headers ten times a second, and at
//! every 429, since that one proves that something believed is wrong.

use super::Control;
use crate::limiter::Limiter;
use crate::settings::LimiterKind;
use rushhour_base::event::Event;
use rushhour_base::time::{DAY, MILLISECOND, MINUTE};
use rushhour_base::{Dimension, Instant, LaneId, LimitHeaders, LimitState, Span};

impl Control {
    /// Believes what the headers of a reply say, once its call is settled and before others go. `refused` says that it was
    /// a 429.
    #[inline]
    pub(super) fn observe(
        &mut self,
        pool: u32,
        lane: LaneId,
        headers: &LimitHeaders,
        refused: bool,
        now: Instant,
    ) {
        let state = &mut self.pools[pool as usize];
        if !self.policy.limiter.headers || (now < state.look_at && !refused) {
            return;
        }
        state.look_at = now + LOOK_EVERY;
        let outer = state.outer;
        self.believe(pool, outer.is_some(), lane, headers, refused, now);
        if let Some(outer) = outer {
            self.believe(outer, true, lane, headers, refused, now);
        }
    }

    /// Has one pool believe what headers say; if they may be about another one too, only what names its own limit.
    fn believe(
        &mut self,
        pool: u32,
        or_another: bool,
        lane: LaneId,
        headers: &LimitHeaders,
        refused: bool,
        now: Instant,
    ) {
        let pool = &mut self.pools[pool as usize];
        let felt_for = self.policy.limiter.kinds.requests == LimiterKind::Aimd;
        for (dimension, state, rounded) in lines(&pool.limiter, headers).into_iter().flatten() {
            let of_another = or_another && !pool.limiter.was_told(dimension, state.limit.get());
            if of_another || (felt_for && dimension == Dimension::Requests) {
                continue;
            }
            let hidden = if refused { 0 } else { rounded };
            let left = most_left(headers.as_of, state, period(dimension), hidden, now);
            // Of what calls under way have reserved, part has come in anew since they were sent: nothing is taken off for it.
            let left = left.saturating_add(pool.limiter.pending(dimension));
            if let Some(correction) = correct(&mut pool.limiter, dimension, state.limit.get(), left, now) {
                let Correction { limit_before, limit, lowered } = correction;
                self.news.push(Event::Corrected { lane, dimension, limit_before, limit, lowered });
            }
        }
    }
}

struct Correction {
    limit_before: u64,
    limit: u64,
    lowered: u64,
}

/// Has the limiter believe a limit and what is left of it at most; tells what that changed, if it is worth telling: the
/// limit, or the level by a fiftieth of the limit.
fn correct(
    limiter: &mut Limiter,
    dimension: Dimension,
    stated: u64,
    left: u64,
    now: Instant,
) -> Option<Correction> {
    let (limit_before, level_before) = (limiter.limit(dimension)?, limiter.level(dimension, now)?);
    limiter.observe(dimension, Some(stated), Some(left), now);
    let (limit, level) = (limiter.limit(dimension)?, limiter.level(dimension, now)?);
    let lowered = u64::try_from(level_before - level).unwrap_or(0);
    let worth_telling = limit != limit_before || lowered > limit / FIFTIETH;
    worth_telling.then_some(Correction { limit_before, limit, lowered })
}

/// The families of a reply, each with the limit that it is about and how far off what is left may be; none that the
/// limiter does not count.
fn lines(limiter: &Limiter, headers: &LimitHeaders) -> [Option<(Dimension, LimitState, u64)>; 4] {
    let LimitHeaders { as_of, rounded_to, requests, tokens, input_tokens, output_tokens } = *headers;
    let off = rounded_to / 2;
    let either = |state: Option<LimitState>, by_minute, by_day, off| {
        let state = state?;
        Some((which(limiter, as_of, state, by_minute, by_day)?, state, off))
    };
    // Where no joint limit is in force, Anthropic shows both limits added.
    let sum = input_tokens.zip(output_tokens).and_then(|(i, o)| i.limit.checked_add(o.limit.get()));
    let joint = tokens.filter(|tokens| sum.is_none_or(|sum| sum != tokens.limit));
    [
        either(requests, Dimension::Requests, Dimension::RequestsPerDay, 0),
        either(joint, Dimension::Tokens, Dimension::TokensPerDay, off),
        input_tokens.map(|state| (Dimension::InputTokens, state, off)),
        output_tokens.map(|state| (Dimension::OutputTokens, state, off)),
    ]
}

/// Whether a family speaks of the limit per minute or of that per day; `None` if it cannot be told, or is of one that
/// the client does not count.
fn which(
    limiter: &Limiter,
    as_of: Instant,
    state: LimitState,
    by_minute: Dimension,
    by_day: Dimension,
) -> Option<Dimension> {
    let used = state.limit.get().saturating_sub(state.remaining);
    let wait = state.full_at.since(as_of).0;
    let back_in = |period: u64| {
        let wait = u128::from(used) * u128::from(period) / u128::from(state.limit.get());
        u64::try_from(wait).unwrap_or(u64::MAX)
    };
    // Resets are cut off to the millisecond, and what is left to the whole one.
    let fits = |period: u64| wait.abs_diff(back_in(period)) <= 2 * MILLISECOND;
    let (minute, day) = (limiter.limit(by_minute), limiter.limit(by_day));
    let of_day = match used {
        0 => minute.is_none() || (day == Some(state.limit.get()) && day != minute),
        _ => fits(DAY) && !fits(MINUTE),
    };
    let dimension = if of_day { by_day } else { by_minute };
    limiter.limit(dimension).map(|_| dimension)
}

/// The most that can be left now of what was left when the provider read its state.
fn most_left(as_of: Instant, state: LimitState, period: u64, off: u64, now: Instant) -> u64 {
    let limit = state.limit.get();
    if state.full_at > as_of && now >= state.full_at {
        return limit;
    }
    let came_in = u128::from(now.since(as_of).0) * u128::from(limit) / u128::from(period);
    let came_in = u64::try_from(came_in).unwrap_or(u64::MAX);
    state.remaining.saturating_add(off).saturating_add(came_in).min(limit)
}

fn period(dimension: Dimension) -> u64 {
    match dimension {
        Dimension::RequestsPerDay | Dimension::TokensPerDay => DAY,
        _ => MINUTE,
    }
}

const LOOK_EVERY: Span = Span::millis(100);
/// A level lowered by less than this part of the limit is not worth an event.
const FIFTIETH: u64 = 50;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Accounting, PoolLimits, RateLimit};
    use rushhour_base::Ratio;
    use rushhour_base::time::SECOND;
    use std::num::NonZeroU64;

    fn limiter(by_minute: Option<u64>, by_day: Option<u64>) -> Limiter {
        let limit = |amount: Option<u64>, period| {
            amount.map(|amount| RateLimit { amount, period: Span(period), burst: amount })
        };
        let limits = PoolLimits {
            requests: limit(by_minute, MINUTE),
            requests_per_day: limit(by_day, DAY),
            accounting: Accounting::AT_ADMISSION,
            ..PoolLimits::default()
        };
        Limiter::new(&limits, Ratio::ONE, Instant::START)
    }

    fn state(limit: u64, remaining: u64, reset_ms: u64) -> LimitState {
        let limit = NonZeroU64::new(limit).expect("a limit");
        LimitState { limit, remaining, full_at: Instant(reset_ms * MILLISECOND) }
    }

    /// The limits per minute and per day that the client counts, and which of them a header is taken to speak of.
    #[track_caller]
    fn check(by_minute: Option<u64>, by_day: Option<u64>, header: LimitState, expected: Option<Dimension>) {
        let limiter = limiter(by_minute, by_day);
        let is = which(&limiter, Instant::START, header, Dimension::Requests, Dimension::RequestsPerDay);
        assert_eq!(is, expected, "{by_minute:?} {by_day:?} {header:?}");
    }

    #[test]
    fn the_reset_tells_minutes_from_days() {
        let (minute, day) = (Some(Dimension::Requests), Some(Dimension::RequestsPerDay));
        // Recorded: 500 a minute and 10,000 a day are in force, and the header shows the day.
        check(Some(500), Some(10_000), state(10_000, 9_999, 8_640), day);
        check(Some(500), None, state(10_000, 9_999, 8_640), None);
        check(Some(500), Some(10_000), state(500, 499, 120), minute);
        check(Some(500), Some(10_000), state(5_000, 4_999, 12), minute);
        check(None, Some(10_000), state(5_000, 4_999, 12), None);
        // Untouched, it says nothing but the limit.
        check(Some(500), Some(10_000), state(10_000, 10_000, 0), day);
        check(Some(500), Some(10_000), state(600, 600, 0), minute);
        check(None, Some(10_000), state(600, 600, 0), day);
        // Azure: the seconds until its window turns fit neither.
        check(Some(600), Some(10_000), state(600, 599, 50_000), minute);
    }

    #[test]
    fn old_news_is_believed_for_what_has_come_in_since() {
        let left =
            |state, off, now_s: u64| most_left(Instant::START, state, MINUTE, off, Instant(now_s * SECOND));
        assert_eq!(left(state(60, 10, 50_000), 0, 0), 10);
        assert_eq!(left(state(60, 10, 50_000), 0, 5), 15);
        assert_eq!(left(state(60, 10, 50_000), 0, 50), 60, "it said that by then all would be there");
        assert_eq!(left(state(60, 10, 0), 0, 50), 60);
        assert_eq!(left(state(60_000, 10_000, 50_000), 500, 1), 11_500);
        assert_eq!(left(state(60, 59, 1_000), 500, 0), 60, "never more than the limit");
    }

    #[test]
    fn a_level_is_lowered_and_never_raised_and_told_if_it_matters() {
        let mut limiter = limiter(Some(100), None);
        let mut correct = |stated, left| {
            let told = correct(&mut limiter, Dimension::Requests, stated, left, Instant::START);
            let level = limiter.level(Dimension::Requests, Instant::START);
            (told.map(|c| (c.limit_before, c.limit, c.lowered)), level.expect("it is counted"))
        };
        assert_eq!(correct(100, 100), (None, 100));
        assert_eq!(correct(100, 98), (None, 98), "a fiftieth is not worth telling");
        assert_eq!(correct(100, 40), (Some((100, 100, 58)), 40));
        assert_eq!(correct(100, 90), (None, 40));
        assert_eq!(correct(50, 50), (Some((100, 50, 0)), 40));
        assert_eq!(correct(200, 200), (Some((50, 200, 0)), 40));
    }
}
