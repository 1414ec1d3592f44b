//! Usage never grew faster than allowed, counted anew from every minute of this span and the last.

use rushhour_base::Instant;
use rushhour_base::header::GrowthHeader;
use rushhour_base::time::MINUTE;
use std::collections::VecDeque;

/// What was used in each minute that still matters.
pub(super) struct GrowthCount {
    limit: GrowthHeader,
    /// Minutes by their number, oldest first.
    minutes: VecDeque<(u64, u64)>,
}

impl GrowthCount {
    pub(super) fn new(limit: GrowthHeader) -> GrowthCount {
        GrowthCount { limit, minutes: VecDeque::new() }
    }

    /// Adds what was admitted; what its minute then holds and the most that it may hold, if that is less.
    pub(super) fn admitted(&mut self, at: Instant, tokens: u64) -> Option<(u128, u128)> {
        let (minute, span) = (at.0 / MINUTE, self.span_of(at.0 / MINUTE));
        match self.minutes.back_mut() {
            Some((last, used)) if *last >= minute => *used += tokens,
            _ => self.minutes.push_back((minute, tokens)),
        }
        while self.minutes.front().is_some_and(|(first, _)| self.span_of(*first) + 1 < span) {
            self.minutes.pop_front();
        }
        let of_last_span = self.minutes.iter().filter(|(minute, _)| self.span_of(*minute) + 1 == span);
        let before = of_last_span.map(|(_, used)| *used).max().unwrap_or(0);
        let most = u128::from(self.limit.floor.max(before + self.limit.share.of(before)));
        let stands = self.minutes.back().map_or(0, |(_, used)| u128::from(*used));
        (stands > most).then_some((stands, most))
    }

    fn span_of(&self, minute: u64) -> u64 {
        minute * MINUTE / self.limit.per.0.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rushhour_base::{Ratio, Span};

    #[test]
    fn a_minute_that_outgrows_the_last_span_is_told() {
        let share = Ratio::new(1, 2).expect("a half");
        let limit = GrowthHeader { floor: 100, share, per: Span(5 * MINUTE) };
        let mut count = GrowthCount::new(limit);
        let script = [
            (0, 100, None),
            (4, 80, None),
            (4, 21, Some((101, 100))),
            (5, 151, None),
            (5, 1, Some((152, 151))),
            (20, 101, Some((101, 100))),
        ];
        for (minute, tokens, expected) in script {
            let found = count.admitted(Instant(minute * MINUTE), tokens);
            assert_eq!(found, expected, "{tokens} in minute {minute}");
        }
    }
}
