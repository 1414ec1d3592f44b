//! What stands against one limit, counted anew.
//!
//! "At most burst + rate × t in any window t" looks like a question about all pairs of instants. It is one number: the
//! excess, which drains at the rate, never below zero, and grows by what is admitted; its largest value is the worst
//! window's. It is kept exactly, in units of one token × one nanosecond of the period. Windows that turn are told apart by
//! their number, and a window that slides remembers what came in within its length.

use rushhour_base::header::LimitHeader;
use rushhour_base::{Enforcement, Instant, Span};
use std::collections::VecDeque;

/// What stands against a limit, and the most that may.
pub(super) struct Count {
    most: u64,
    how: How,
}

enum How {
    Excess { rate: u64, period: u64, excess: u128, as_of: Instant },
    Turning { length: u64, number: u64, sum: u64 },
    Sliding { length: Span, came_in: VecDeque<(Instant, u64)>, sum: u64 },
}

impl Count {
    /// Nothing counted yet of any of the counts that a limit is enforced by.
    pub(super) fn of(limit: &LimitHeader) -> Vec<Count> {
        let LimitHeader { amount, period, burst, .. } = *limit;
        let turning = |most, length: Span| {
            let how = How::Turning { length: length.0.max(1), number: 0, sum: 0 };
            Count { most, how }
        };
        match limit.enforced {
            Enforcement::Continuous => {
                let how =
                    How::Excess { rate: amount, period: period.0.max(1), excess: 0, as_of: Instant::START };
                vec![Count { most: burst, how }]
            }
            Enforcement::FixedWindow => vec![turning(amount, period)],
            Enforcement::Slices(slice) => {
                let share = u128::from(amount) * u128::from(slice.0);
                let whole = share / u128::from(period.0.max(1));
                let rest = u128::from(share % u128::from(period.0.max(1)) > 0);
                let most = u64::try_from(whole + rest).unwrap_or(u64::MAX);
                vec![turning(most, slice), turning(amount, period)]
            }
            Enforcement::SlidingWindow => {
                let how = How::Sliding { length: period, came_in: VecDeque::new(), sum: 0 };
                vec![Count { most: amount, how }]
            }
        }
    }

    /// The most that may stand.
    pub(super) fn most(&self) -> u128 {
        u128::from(self.most)
    }

    /// The least that must be left for a call whose output is charged later: where the level refills, any part of a token.
    pub(super) fn least(&self) -> u128 {
        u128::from(!matches!(self.how, How::Excess { .. }))
    }

    /// What stands at `at`, a part of a token counted as a whole one.
    pub(super) fn stands(&mut self, at: Instant) -> u128 {
        self.pass(at);
        match &self.how {
            How::Excess { period, excess, .. } => excess.div_ceil(u128::from(*period)),
            How::Turning { sum, .. } | How::Sliding { sum, .. } => u128::from(*sum),
        }
    }

    pub(super) fn add(&mut self, at: Instant, tokens: u64) {
        self.pass(at);
        match &mut self.how {
            How::Excess { period, excess, .. } => *excess += u128::from(tokens) * u128::from(*period),
            How::Turning { sum, .. } => *sum += tokens,
            How::Sliding { came_in, sum, .. } => {
                came_in.push_back((at, tokens));
                *sum += tokens;
            }
        }
    }

    /// Adds one, or the part of it for which there is room.
    pub(super) fn add_if_room(&mut self, at: Instant) {
        self.pass(at);
        let most = u128::from(self.most);
        match &mut self.how {
            How::Excess { period, excess, .. } => {
                let period = u128::from(*period);
                *excess = (*excess + period).min(most * period).max(*excess);
            }
            How::Turning { sum, .. } | How::Sliding { sum, .. } if u128::from(*sum) >= most => {}
            _ => self.add(at, 1),
        }
    }

    /// Takes off `tokens` of what was added at `added_at`, as far as they still stand.
    pub(super) fn give_back(&mut self, at: Instant, tokens: u64, added_at: Instant) {
        self.pass(at);
        match &mut self.how {
            How::Excess { period, excess, .. } => {
                *excess = excess.saturating_sub(u128::from(tokens) * u128::from(*period));
            }
            How::Turning { length, number, sum } => {
                if added_at.0 / *length == *number {
                    *sum = sum.saturating_sub(tokens);
                }
            }
            How::Sliding { came_in, sum, .. } => {
                let mut left = tokens;
                for (_, tokens) in came_in.iter_mut().filter(|(at, _)| *at == added_at) {
                    let off = left.min(*tokens);
                    (*tokens, left, *sum) = (*tokens - off, left - off, *sum - off);
                }
            }
        }
    }

    /// Lets time pass.
    #[inline]
    fn pass(&mut self, at: Instant) {
        match &mut self.how {
            How::Excess { rate, excess, as_of, .. } => {
                let drained = u128::from(*rate) * u128::from(at.since(*as_of).0);
                *excess = excess.saturating_sub(drained);
                *as_of = (*as_of).max(at);
            }
            How::Turning { length, number, sum } => {
                let now = at.0 / *length;
                if now > *number {
                    (*number, *sum) = (now, 0);
                }
            }
            How::Sliding { length, came_in, sum } => {
                while let Some(&(first, tokens)) = came_in.front()
                    && at.since(first) >= *length
                {
                    came_in.pop_front();
                    *sum -= tokens;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rushhour_base::Dimension;
    use rushhour_base::time::SECOND;

    /// Ten a minute, at most four at once where it refills; what stands at each second after what happened then:
    /// `+3` is added, `-2@0` taken off what came in at second 0, `f` counted if there is room.
    fn check(enforced: Enforcement, script: &str, expected: &[&str]) {
        let limit = LimitHeader {
            dimension: Dimension::Requests,
            amount: 10,
            period: Span::secs(60),
            burst: 4,
            enforced,
        };
        let counts = Count::of(&limit);
        assert_eq!(counts.len(), expected.len());
        for (mut count, expected) in counts.into_iter().zip(expected) {
            let stood = script.split(' ').map(|step| {
                let (second, what) = step.split_once(':').expect("second:what");
                let at = |second: &str| Instant(second.parse::<u64>().expect("seconds") * SECOND);
                match what.split_at(1) {
                    ("+", tokens) => count.add(at(second), tokens.parse().expect("tokens")),
                    ("-", off) => {
                        let (tokens, since) = off.split_once('@').expect("tokens@second");
                        count.give_back(at(second), tokens.parse().expect("tokens"), at(since));
                    }
                    _ => count.add_if_room(at(second)),
                }
                count.stands(at(second)).to_string()
            });
            assert_eq!(stood.collect::<Vec<_>>().join(" "), *expected, "{enforced:?}");
        }
    }

    #[test]
    fn every_way_of_counting_is_counted() {
        check(Enforcement::Continuous, "0:+4 6:+1 9:+1 18:-1@0 18:-9@0", &["4 4 5 2 0"]);
        check(Enforcement::Continuous, "0:f 3:f 3:+2 3:f 3:f", &["1 2 4 4 4"]);
        check(Enforcement::FixedWindow, "0:+9 59:+1 59:f 60:+1 61:-1@59 61:-1@60", &["9 10 10 1 1 0"]);
        check(Enforcement::SlidingWindow, "0:+9 59:+1 59:f 60:+1 61:-1@59 61:-1@0", &["9 10 10 2 1 1"]);
        let slices = Enforcement::Slices(Span::secs(10));
        check(slices, "0:+2 9:f 10:+1 19:-1@9 19:-1@10", &["2 2 1 1 0", "2 3 4 3 2"]);
    }
}
