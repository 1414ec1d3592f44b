//! Goodput over time, in bins of ten seconds, and what became of it after each fault.
//!
//! Bins are kept where they are looked at: before a fault, after it for as long as it lasted and a day at least, and at
//! the end of the run. So what is kept follows the script of faults, never the length of the run.

use super::slice::share;
use crate::report::{Back, Recovery};
use rushhour_base::time::{DAY, SECOND};
use rushhour_base::{Instant, RunHeader, Span};
use std::ops::{Range, RangeInclusive};

/// What was asked and what was answered well, by when it was meant to be asked. Empty for a run without faults.
pub(super) struct RecoveryTally {
    /// Bins that are looked at, in the order of time and apart from each other.
    stretches: Vec<Stretch>,
    /// While each fault was in force, by its script: the bins that lie in it whole, and what they hold.
    during: Vec<(Range<u64>, [u64; 2])>,
}

struct Stretch {
    first: u64,
    bins: Vec<Bin>,
}

#[derive(Clone, Copy, Default)]
struct Bin {
    asked: u32,
    good: u32,
}

impl RecoveryTally {
    pub(super) fn new(header: &RunHeader) -> RecoveryTally {
        let horizon = header.horizon.0.div_ceil(BIN);
        let mut looked_at: Vec<Range<u64>> = Vec::new();
        let mut during = Vec::new();
        for fault in &header.faults {
            let (from, until) = (fault.from, fault.until);
            let (began, ended) = (from.0 / BIN, until.0.div_ceil(BIN));
            looked_at.push(began.saturating_sub(BEFORE)..began);
            looked_at.push(ended..ended.saturating_add(look(from, until)));
            looked_at.push((header.horizon.0 / BIN).saturating_sub(WINDOW)..horizon);
            let whole = from.0.div_ceil(BIN);
            during.push((whole..(until.0 / BIN).max(whole), [0; 2]));
        }
        looked_at.sort_unstable_by_key(|range| range.start);
        let mut stretches: Vec<Range<u64>> = Vec::new();
        for range in looked_at.into_iter().map(|range| range.start..range.end.min(horizon)) {
            match stretches.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ if range.is_empty() => {}
                _ => stretches.push(range),
            }
        }
        let bins = |range: &Range<u64>| vec![Bin::default(); (range.end - range.start) as usize];
        let stretch = |range: Range<u64>| Stretch { first: range.start, bins: bins(&range) };
        RecoveryTally { stretches: stretches.into_iter().map(stretch).collect(), during }
    }

    #[inline]
    pub(super) fn asked(&mut self, intended: Instant) {
        self.count(intended, 0);
        if let Some(bin) = self.bin(intended) {
            bin.asked += 1;
        }
    }

    #[inline]
    pub(super) fn answered_well(&mut self, intended: Instant) {
        self.count(intended, 1);
        if let Some(bin) = self.bin(intended) {
            bin.good += 1;
        }
    }

    /// How goodput fared around fault number `fault` of the script.
    pub(super) fn around(&self, fault: usize, header: &RunHeader) -> Recovery {
        let (from, until) = (header.faults[fault].from, header.faults[fault].until);
        let (warm, began, ended) = (header.warmup.0.div_ceil(BIN), from.0 / BIN, until.0.div_ceil(BIN));
        let before = self.share(began.saturating_sub(BEFORE).max(warm)..began);
        let [asked, good] = self.during[fault].1;
        // The last window is one that the run saw whole.
        let last = (header.horizon.0 / BIN).checked_sub(WINDOW).filter(|last| *last >= ended);
        let at_last = last.and_then(|last| self.share(last..last + WINDOW));
        let back = match (before.filter(|before| *before > 0.0), last) {
            (Some(before), Some(last)) => {
                let last = last.min(ended + look(from, until) - WINDOW);
                self.back(before, (from, until), ended..=last)
            }
            _ => Back::Unknown,
        };
        Recovery { before, during: share(good, asked), at_last, back }
    }

    /// The first whole minute that is as good as before, among those that begin in `starts`.
    fn back(&self, before: f64, (from, until): (Instant, Instant), starts: RangeInclusive<u64>) -> Back {
        let at_least = Instant(starts.end() * BIN).since(until);
        let minute = |start: u64| self.share(start..start + WINDOW);
        if starts.clone().all(|start| minute(start).is_none()) {
            return Back::Unknown;
        }
        let good = |start: &u64| minute(*start).is_some_and(|now| now >= ENOUGH * before);
        match starts.clone().find(good) {
            Some(start) => Back::After(Instant(start * BIN).since(until)),
            None => Back::Not { at_least, metastable: at_least >= until.since(from).max(Span(WINDOW * BIN)) },
        }
    }

    /// The share of what was asked in these bins, which are among those kept, that was answered well.
    fn share(&self, range: Range<u64>) -> Option<f64> {
        let stretch = self.stretches.iter().rfind(|stretch| stretch.first <= range.start)?;
        let place = |bin: u64| (bin.saturating_sub(stretch.first) as usize).min(stretch.bins.len());
        let bins = stretch.bins.get(place(range.start)..place(range.end))?;
        let sum = |of: fn(&Bin) -> u32| bins.iter().map(|bin| u64::from(of(bin))).sum();
        share(sum(|bin| bin.good), sum(|bin| bin.asked))
    }

    #[inline]
    fn bin(&mut self, at: Instant) -> Option<&mut Bin> {
        let bin = at.0 / BIN;
        let stretch = self.stretches.iter_mut().rfind(|stretch| stretch.first <= bin)?;
        stretch.bins.get_mut((bin - stretch.first) as usize)
    }

    #[inline]
    fn count(&mut self, at: Instant, which: usize) {
        for (range, counts) in &mut self.during {
            counts[which] += u64::from(range.contains(&(at.0 / BIN)));
        }
    }
}

/// How far after a fault recovery is looked for, in bins: as long as it lasted and one minute more, and a day at least.
fn look(from: Instant, until: Instant) -> u64 {
    until.since(from).0.max(DAY).div_ceil(BIN) + WINDOW
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
    use rushhour_base::header::FaultHeader;

    /// A run of so many bins with faults in these.
    fn header(bins: u64, faults: &[(u64, u64)]) -> RunHeader {
        let header = crate::script::header();
        let fault = |(from, until): &(u64, u64)| FaultHeader {
            from: Instant(from * BIN),
            until: Instant(until * BIN),
            ..header.faults[0].clone()
        };
        let faults = faults.iter().map(fault).collect();
        RunHeader { horizon: Span(bins * BIN), warmup: Span::ZERO, faults, ..header }
    }

    /// What is said of the first fault where so much is asked and answered well in each bin.
    fn seen(header: &RunHeader, fill: impl Fn(u64) -> (u32, u32)) -> Recovery {
        let mut tally = RecoveryTally::new(header);
        for bin in 0..header.horizon.0 / BIN {
            let (asked, good) = fill(bin);
            (0..asked).for_each(|_| tally.asked(Instant(bin * BIN)));
            (0..good).for_each(|_| tally.answered_well(Instant(bin * BIN)));
        }
        tally.around(0, header)
    }

    /// Ten requests in each bin, of which `good(bin)` are answered well; a fault in the bins 30..60 of 200.
    fn check(good: impl Fn(u64) -> u32, expected: Back) {
        assert_eq!(seen(&header(200, &[(30, 60)]), |bin| (10, good(bin))).back, expected);
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
        let around = seen(&header(200, &[(30, 60)]), |bin| (u32::from(bin < 45), u32::from(bin < 30)));
        assert_eq!((around.before, around.during, around.back), (Some(1.0), Some(0.0), Back::Unknown));
    }

    #[test]
    fn it_is_looked_for_as_long_as_the_fault_lasted_and_a_day_at_least() {
        let day = DAY / BIN;
        for (lasted, looked) in [(6, day), (2 * day, 2 * day)] {
            let header = header(40 + 5 * day, &[(30, 30 + lasted)]);
            let good_again =
                |after: u64| seen(&header, |bin| (1, u32::from(bin < 30 || bin >= 30 + lasted + after)));
            assert_eq!(good_again(looked).back, Back::After(Span(looked * BIN)));
            let late = good_again(looked + 1);
            assert_eq!(late.back, Back::Not { at_least: Span(looked * BIN), metastable: true });
            assert_eq!(late.at_last, Some(1.0), "the end of the run is always seen");
        }
    }

    /// A fault at random has the whole run for its time, and one of the script its hour; a month or a year keep the same.
    #[test]
    fn what_is_kept_follows_the_faults_and_not_the_run() {
        let kept = |days: u64| {
            let bins = days * DAY / BIN;
            let tally = RecoveryTally::new(&header(bins, &[(0, bins), (3_000, 3_360), (3_400, 3_500)]));
            tally.stretches.iter().map(|stretch| stretch.bins.len()).sum::<usize>()
        };
        assert_eq!(kept(30), kept(360));
    }
}
