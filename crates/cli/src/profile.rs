//! `run --profile`: where the time of a run goes, part by part.
//!
//! The variant is run once more under a clock, so the profile slows nothing that is reported. The clock is read whenever
//! another part of the program begins or ends, some twenty times a request. What a reading costs is measured first and taken
//! off, which leaves shares that can be trusted and totals that are good to about a tenth.

use crate::exit::{Exit, Failure};
use crate::recording::setup;
use rushhour_base::record::Part;
use rushhour_base::{Event, FleetId, Instant, RunHeader, Sink, Truth};
use rushhour_report::checkers::Checkers;
use rushhour_report::digest::Digest;
use rushhour_report::tally::Tally;
use rushhour_scenario::{Scenario, Variant};
use std::fmt::Write;
use std::time::{Duration, Instant as Clock};

/// The profile of one variant, as a table.
pub(crate) fn profile(
    scenario: &Scenario,
    variant: &Variant,
    header: &RunHeader,
    check: bool,
) -> Result<String, Failure> {
    let mut watch = Watch {
        digest: Digest::default(),
        report: Tally::new(header),
        judges: check.then(|| Checkers::new(header)),
        stopwatch: Stopwatch::new(),
    };
    let finished = rushhour_sim::run(setup(scenario, variant), &mut watch, |_| {})
        .map_err(|stuck| Failure::new(Exit::Internal, format!("bug: variant {}: {stuck}", variant.name)))?;
    watch.stopwatch.switch();
    Ok(table(&variant.name, finished.arrived, &watch.stopwatch.spent(a_reading())))
}

/// Everything that listens, each of them a part of its own, under a clock.
struct Watch {
    digest: Digest,
    report: Tally,
    judges: Option<Checkers>,
    stopwatch: Stopwatch,
}

/// Which part is at work, and since when.
struct Stopwatch {
    /// The innermost last. Never empty.
    at_work: Vec<Part>,
    since: Clock,
    spells: [Spell; Part::ALL.len()],
}

/// The time of one part, and of how many stretches it is the sum.
#[derive(Clone, Copy, Default)]
struct Spell {
    time: Duration,
    stretches: u32,
}

impl Stopwatch {
    fn new() -> Stopwatch {
        let spells = [Spell::default(); Part::ALL.len()];
        Stopwatch { at_work: vec![Part::Engine], since: Clock::now(), spells }
    }

    /// The stretch of the part that is at work ends here, and another begins.
    fn switch(&mut self) {
        let now = Clock::now();
        let part = self.at_work.last().copied().unwrap_or(Part::Engine);
        let spell = &mut self.spells[part as usize];
        spell.time += now - self.since;
        spell.stretches += 1;
        self.since = now;
    }

    fn enters(&mut self, part: Part) {
        self.switch();
        self.at_work.push(part);
    }

    fn leaves(&mut self) {
        self.switch();
        self.at_work.pop();
    }

    /// The time of each part that had any, without that of reading the clock, the longest first.
    fn spent(&self, reading: Duration) -> Vec<(Part, Duration)> {
        let net = |spell: Spell| spell.time.saturating_sub(reading * spell.stretches);
        let mut spent: Vec<_> =
            Part::ALL.iter().map(|part| (*part, net(self.spells[*part as usize]))).collect();
        spent.retain(|(_, time)| *time > Duration::ZERO);
        spent.sort_by_key(|(_, time)| std::cmp::Reverse(*time));
        spent
    }
}

impl Watch {
    fn within(&mut self, part: Part, work: impl FnOnce(&mut Self)) {
        self.stopwatch.enters(part);
        work(self);
        self.stopwatch.leaves();
    }
}

impl Sink for Watch {
    fn event(&mut self, at: Instant, fleet: FleetId, event: &Event) {
        self.within(Part::Digest, |watch| watch.digest.event(at, fleet, event));
        self.within(Part::Report, |watch| watch.report.event(at, fleet, event));
        if self.judges.is_some() {
            self.within(Part::Judges, |watch| watch.judges.event(at, fleet, event));
        }
    }

    fn truth(&mut self, at: Instant, truth: &Truth) {
        self.within(Part::Digest, |watch| watch.digest.truth(at, truth));
        self.within(Part::Report, |watch| watch.report.truth(at, truth));
        if self.judges.is_some() {
            self.within(Part::Judges, |watch| watch.judges.truth(at, truth));
        }
    }

    fn is_profile(&self) -> bool {
        true
    }

    fn enters(&mut self, part: Part) {
        self.stopwatch.enters(part);
    }

    fn leaves(&mut self) {
        self.stopwatch.leaves();
    }
}

/// What one reading of the clock takes: the least of several means.
fn a_reading() -> Duration {
    const READINGS: u32 = 20_000;
    let mean = || {
        let begun = Clock::now();
        for _ in 1..READINGS {
            std::hint::black_box(Clock::now());
        }
        begun.elapsed() / READINGS
    };
    (0..9).map(|_| mean()).min().unwrap_or_default()
}

fn table(variant: &str, requests: u64, spent: &[(Part, Duration)]) -> String {
    let all: Duration = spent.iter().map(|(_, time)| *time).sum();
    let each = |time: Duration| time.as_nanos() as f64 / requests.max(1) as f64;
    let mut text = format!(
        "PROFILE of {variant}: {requests} requests in {:.1} ms, {:.0} ns each\n",
        all.as_secs_f64() * 1e3,
        each(all)
    );
    for (part, time) in spent {
        let share = 100.0 * time.as_secs_f64() / all.as_secs_f64().max(f64::MIN_POSITIVE);
        let bar = "█".repeat((share / 2.5).round() as usize);
        let row = writeln!(text, "  {:<10} {share:>5.1} %  {:>8.0} ns  {bar}", part.to_string(), each(*time));
        row.expect("a String takes every row");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_within_parts_are_told_apart_and_readings_are_taken_off() {
        let ms = Duration::from_millis;
        let mut watch = Stopwatch::new();
        watch.spells[Part::Control as usize] = Spell { time: ms(12), stretches: 2 };
        watch.spells[Part::Traffic as usize] = Spell { time: ms(3), stretches: 3 };
        watch.spells[Part::Words as usize] = Spell { time: ms(1), stretches: 5 };
        assert_eq!(watch.spent(ms(1)), [(Part::Control, ms(10))]);
    }

    #[test]
    fn a_table_shows_shares_of_the_whole() {
        let text = table(
            "base",
            4,
            &[(Part::Control, Duration::from_micros(3)), (Part::Digest, Duration::from_micros(1))],
        );
        let want = "PROFILE of base: 4 requests in 0.0 ms, 1000 ns each\n";
        assert!(text.starts_with(want), "{text}");
        assert!(text.contains("control     75.0 %       750 ns  ██████████"), "{text}");
        assert!(text.contains("digest      25.0 %       250 ns  ██████████"), "{text}");
    }
}
