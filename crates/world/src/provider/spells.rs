//! Faults that come at random: when they are in force is generated before any policy acts, from the fault's name.
//!
//! Up and down times take turns (an alternating renewal process), so a fault is in force for `down / (up + down)` of the
//! time in the long run, by their means.
//!
//! # Common causes
//! With a factor β a share of a fault's spells comes from a cause that other faults have too: every fault of that cause
//! is in force then. The fault's own up times are longer by `1/(1 − β)`, those of the cause by `1/β`, so its own
//! unavailability q stays about the same, and two faults are in force at once for about `q(β + (1 − β)q)` of the time
//! (the beta-factor model: K. N. Fleming, "A reliability model for common mode failures", 1975; up to q² when spells
//! overlap).

use crate::law::Law;
use crate::settings::{FaultPlan, Recurrence};
use rushhour_base::{Instant, Purpose, Seed, Span};

/// When a fault comes and how long it lasts.
const SPELL: Purpose = Purpose::named("world.fault spell");
/// No up or down time is shorter, so that a run has an end.
const SHORTEST: u64 = 1_000_000;

/// From when until when a fault is in force, in the order of time and apart from each other. For a fault of the script
/// that is once. Each spell is drawn when it is asked for, so a long run keeps no more of them than a short one.
#[derive(Clone, Debug)]
pub(super) struct Spells {
    script: Option<(Instant, Instant)>,
    /// What comes of the fault's own, and of a cause that others have too.
    processes: [Option<Process>; 2],
}

/// Up times stretched by a factor, then down times, in turn.
#[derive(Clone, Debug)]
struct Process {
    up: Law,
    down: Law,
    stretch: f64,
    luck: u64,
    seed: Seed,
    until: Instant,
    /// The end of the spell before, and its number.
    now: Instant,
    ordinal: u64,
}

impl Spells {
    pub(super) fn new(plan: &FaultPlan, seed: Seed) -> Spells {
        let Some(recurrence) = plan.recurrence else {
            let script = (plan.from < plan.until).then_some((plan.from, plan.until));
            return Spells { script, processes: [None, None] };
        };
        let process = |(luck, share): (u64, f64)| {
            (share > 0.0).then(|| Process::new(plan, &recurrence, (luck, 1.0 / share), seed))
        };
        let beta = recurrence.common.map_or(0.0, |common| common.beta.as_f64());
        let common = recurrence.common.map_or(0, |common| common.luck);
        Spells { script: None, processes: [(recurrence.luck, 1.0 - beta), (common, beta)].map(process) }
    }
}

impl Iterator for Spells {
    type Item = (Instant, Instant);

    /// The next time in which any of the processes has it in force, without overlaps.
    fn next(&mut self) -> Option<(Instant, Instant)> {
        if let Some(once) = self.script.take() {
            return Some(once);
        }
        let starts = |process: &Process| process.peek().map(|(from, _)| from);
        let first = self.processes.iter().flatten().filter_map(starts).min()?;
        let mut until = first;
        while let Some(process) = self
            .processes
            .iter_mut()
            .flatten()
            .find(|process| starts(process).is_some_and(|from| from <= until))
        {
            until = until.max(process.pass()?.1);
        }
        Some((first, until))
    }
}

impl Process {
    fn new(plan: &FaultPlan, recurrence: &Recurrence, (luck, stretch): (u64, f64), seed: Seed) -> Process {
        let (up, down) = (Law::of_duration(recurrence.up), Law::of_duration(recurrence.down));
        Process { up, down, stretch, luck, seed, until: plan.until, now: plan.from, ordinal: 0 }
    }

    /// Its next spell; `None` if that would begin after the end.
    fn peek(&self) -> Option<(Instant, Instant)> {
        let draw = self.seed.draw(SPELL, self.luck, self.ordinal);
        let gap = (self.up.value(|| draw.unit(0)) as f64 * self.stretch) as u64;
        let begins = self.now + Span(gap.max(SHORTEST));
        let ends = begins + Span(self.down.value(|| draw.unit(1)).max(SHORTEST));
        (begins < self.until).then_some((begins, ends.min(self.until)))
    }

    /// Takes its next spell.
    fn pass(&mut self) -> Option<(Instant, Instant)> {
        let spell = self.peek()?;
        self.now = spell.1;
        self.ordinal += 1;
        Some(spell)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{CommonCause, Duration, FaultKind};
    use crate::world_for_tests::fault;
    use rushhour_base::Ratio;
    use rushhour_base::time::{HOUR, MINUTE};

    const YEARS: u64 = 400;

    /// Up 88 h, down 21 min 13 s on the average: q = 0.4 %.
    fn plan(luck: u64, beta: Option<u64>) -> FaultPlan {
        let common = beta.map(|percent| CommonCause { luck: 99, beta: Ratio::new(percent, 100).unwrap() });
        let (up, down) =
            (Duration::Exponential(Span(88 * HOUR)), Duration::Exponential(Span(21_205_000_000 * 60)));
        let mut plan = fault(FaultKind::ServerError, 0, 0, 100);
        plan.until = Instant(YEARS * 8_766 * HOUR);
        plan.recurrence = Some(Recurrence { up, down, luck, common });
        plan
    }

    fn time_in(spells: &[(Instant, Instant)]) -> f64 {
        spells.iter().map(|(from, until)| until.since(*from).0 as f64).sum()
    }

    fn both(one: &[(Instant, Instant)], other: &[(Instant, Instant)]) -> f64 {
        let mut at_once = Vec::new();
        let mut first = 0;
        for &(from, until) in one {
            first += other[first..].iter().take_while(|spell| spell.1 <= from).count();
            let overlapping = other[first..].iter().take_while(|spell| spell.0 < until);
            at_once.extend(overlapping.map(|spell| (from.max(spell.0), until.min(spell.1))));
        }
        time_in(&at_once)
    }

    /// Unavailability of one provider q, and of two together q(β + (1 − β)q), over 400 years.
    #[test]
    fn common_causes_strike_together_as_the_beta_factor_says() {
        let whole = (YEARS * 8_766 * HOUR) as f64;
        for (beta, expected, band) in
            [(None, 1.6e-5, 0.8e-5), (Some(10), 4.144e-4, 0.5e-4), (Some(50), 2.008e-3, 1.2e-4)]
        {
            let [one, other] = [1, 2].map(|luck| Spells::new(&plan(luck, beta), Seed(7)).collect::<Vec<_>>());
            let q = time_in(&one) / whole;
            assert!((q - 0.004).abs() < 1.5e-4, "beta {beta:?}: q = {q}");
            let together = both(&one, &other) / whole;
            assert!((together - expected).abs() < band, "beta {beta:?}: {together}, expected {expected}");
        }
    }

    #[test]
    fn spells_are_apart_in_order_and_within_the_run() {
        for beta in [None, Some(30), Some(100)] {
            let plan = plan(5, beta);
            let spells: Vec<_> = Spells::new(&plan, Seed(3)).collect();
            assert!(spells.len() > 1_000);
            assert!(spells.iter().all(|(from, until)| from < until && *until <= plan.until));
            assert!(spells.windows(2).all(|pair| pair[0].1 < pair[1].0));
        }
    }

    /// The shape of the recorded incidents: half last 77 minutes or less, one in twenty 475 or more.
    #[test]
    fn lengths_follow_their_percentiles() {
        let mut plan = plan(5, None);
        let down = Duration::Lognormal { p50: Span(77 * MINUTE), p95: Span(475 * MINUTE) };
        plan.recurrence = plan.recurrence.map(|recurrence| Recurrence { down, ..recurrence });
        let mut lengths: Vec<u64> =
            Spells::new(&plan, Seed(3)).map(|(from, until)| until.since(from).0).collect();
        lengths.sort_unstable();
        let at = |share: usize| lengths[lengths.len() * share / 100] as f64 / MINUTE as f64;
        assert!((at(50) - 77.0).abs() < 3.0 && (at(95) - 475.0).abs() < 25.0, "{} {}", at(50), at(95));
    }
}
