//! Goodput over time, in bins of ten seconds, and what became of it after each fault.

use super::slice::share;
use crate::report::{Back, Recovery};
use rushhour_base::time::SECOND;
use rushhour_base::{Instant, RunHeader, Span};

/// What was asked and what was answered well, by when it was meant to be asked. Empty for a run without faults.
pub(super) struct RecoveryTally {
    bins: Vec<Bin>,
}

#[derive(Clone, Copy, Default)]
struct Bin {
    asked: u32,
    good: u32,
}

impl RecoveryTally {
    pub(super) fn new(header: &RunHeader) -> RecoveryTally {
        let bins = if header.faults.is_empty() { 0 } else { header.horizon.0.div_ceil(BIN) };
        RecoveryTally { bins: vec![Bin::default(); bins as usize] }
    }

    #[inline]
    pub(super) fn asked(&mut self, intended: Instant) {
        if let Some(bin) = self.bins.get_mut((intended.0 / BIN) as usize) {
            bin.asked += 1;
        }
    }

    #[inline]
    pub(super) fn answered_well(&mut self, intended: Instant) {
        if let Some(bin) = self.bins.get_mut((intended.0 / BIN) as usize) {
            bin.good += 1;
        }
    }

    /// How goodput fared around a fault in force `from` … `until`.
    pub(super) fn around(&self, from: Instant, until: Instant, header: &RunHeader) -> Recovery {
        let (warm, began, ended) = (header.warmup.0.div_ceil(BIN), from.0 / BIN, until.0.div_ceil(BIN));
        let before = self.share(began.saturating_sub(BEFORE).max(warm), began);
        let during = self.share(from.0.div_ceil(BIN), (until.0 / BIN).max(from.0.div_ceil(BIN)));
        // The last window is one that the run saw whole.
        let last = (header.horizon.0 / BIN).checked_sub(WINDOW).filter(|last| *last >= ended);
        let at_last = last.and_then(|last| self.share(last, last + WINDOW));
        let back = match (before.filter(|before| *before > 0.0), last) {
            (Some(before), Some(last)) => self.back(before, (from, until), ended..=last),
            _ => Back::Unknown,
        };
        Recovery { before, during, at_last, back }
    }

    /// The first whole minute that is as good as before, among those that begin in `starts`.
    fn back(
        &self,
        before: f64,
        (from, until): (Instant, Instant),
        starts: std::ops::RangeInclusive<u64>,
    ) -> Back {
        let at_least = Instant(starts.end() * BIN).since(until);
        if starts.clone().all(|start| self.share(start, start + WINDOW).is_none()) {
            return Back::Unknown;
        }
        let good = |start: &u64| self.share(*start, start + WINDOW).is_some_and(|now| now >= ENOUGH * before);
        match starts.clone().find(good) {
            Some(start) => Back::After(Instant(start * BIN).since(until)),
            None => Back::Not { at_least, metastable: at_least >= until.since(from).max(Span(WINDOW * BIN)) },
        }
    }

    /// The share of what was asked in the bins `from..until` that was answered well.
    fn share(&self, from: u64, until: u64) -> Option<f64> {
        let until = (until as usize).min(self.bins.len());
        let bins = self.bins.get(from as usize..until)?;
        let sum = |of: fn(&Bin) -> u32| bins.iter().map(|bin| u64::from(of(bin))).sum();
        share(sum(|bin| bin.good), sum(|bin| bin.asked))
    }
}

const BIN: u64 = 10 * SECOND;
/// A minute, in bins.
const WINDOW: u64 = 6;
/// Five minutes, in bins.
const BEFORE: u64 = 30;
/// How much of what it was goodput must reach to count as back.
const ENOUGH: f64 = 0.95;

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten requests in each bin, of which `good(bin)` are answered well; a fault in the bins 30..60 of 200.
    fn check(good: impl Fn(u64) -> u32, expected: Back) {
        let header = RunHeader { horizon: Span(200 * BIN), warmup: Span::ZERO, ..crate::script::header() };
        let bins = (0..200).map(|bin| Bin { asked: 10, good: good(bin) }).collect();
        let tally = RecoveryTally { bins };
        let got = tally.around(Instant(30 * BIN), Instant(60 * BIN), &header).back;
        assert_eq!(got, expected);
    }

    #[test]
    fn goodput_comes_back_or_it_does_not() {
        check(|_| 10, Back::After(Span::ZERO));
        check(|bin| if (30..60).contains(&bin) { 0 } else { 10 }, Back::After(Span::ZERO));
        check(|bin| if (30..75).contains(&bin) { 2 } else { 10 }, Back::After(Span(15 * BIN)));
        // A lucky ten seconds are not a minute.
        check(|bin| if (30..99).contains(&bin) && bin != 70 { 2 } else { 10 }, Back::After(Span(39 * BIN)));
        let for_good = Back::Not { at_least: Span(134 * BIN), metastable: true };
        check(|bin| if bin >= 30 { 9 } else { 10 }, for_good);
        check(|bin| if bin >= 30 { 0 } else { 10 }, for_good);
        check(|_| 0, Back::Unknown);
        // Nobody asked any more.
        let header = RunHeader { horizon: Span(200 * BIN), warmup: Span::ZERO, ..crate::script::header() };
        let bins =
            (0..200).map(|bin| Bin { asked: u32::from(bin < 45), good: u32::from(bin < 30) }).collect();
        let around = RecoveryTally { bins }.around(Instant(30 * BIN), Instant(60 * BIN), &header);
        assert_eq!((around.before, around.during, around.back), (Some(1.0), Some(0.0), Back::Unknown));
    }
}
