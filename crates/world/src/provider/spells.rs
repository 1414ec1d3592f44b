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

/// From when until when the fault is in force, in the order of time and apart from each other. For a fault of the
/// script that is once.
pub(super) fn spells(plan: &FaultPlan, seed: Seed) -> Vec<(Instant, Instant)> {
    let Some(recurrence) = plan.recurrence else {
        return if plan.from < plan.until { vec![(plan.from, plan.until)] } else { Vec::new() };
    };
    let bounds = (plan.from, plan.until);
    let Some(common) = recurrence.common else {
        return process(&recurrence, (recurrence.luck, 1.0), seed, bounds);
    };
    let beta = common.beta.as_f64();
    let mut all = Vec::new();
    for (luck, share) in [(recurrence.luck, 1.0 - beta), (common.luck, beta)] {
        if share > 0.0 {
            all.extend(process(&recurrence, (luck, 1.0 / share), seed, bounds));
        }
    }
    all.sort_unstable();
    merged(all)
}

/// One process: up times stretched by `stretch`, then down times, in turn.
fn process(
    recurrence: &Recurrence,
    (luck, stretch): (u64, f64),
    seed: Seed,
    (from, until): (Instant, Instant),
) -> Vec<(Instant, Instant)> {
    let (up, down) = (Law::of_duration(recurrence.up), Law::of_duration(recurrence.down));
    let mut spells = Vec::new();
    let mut now = from;
    for ordinal in 0.. {
        let draw = seed.draw(SPELL, luck, ordinal);
        let gap = (up.value(|| draw.unit(0)) as f64 * stretch) as u64;
        let begins = now + Span(gap.max(SHORTEST));
        if begins >= until {
            break;
        }
        now = begins + Span(down.value(|| draw.unit(1)).max(SHORTEST));
        spells.push((begins, now.min(until)));
    }
    spells
}

/// The same time, without overlaps.
fn merged(sorted: Vec<(Instant, Instant)>) -> Vec<(Instant, Instant)> {
    let mut apart: Vec<(Instant, Instant)> = Vec::with_capacity(sorted.len());
    for (from, until) in sorted {
        match apart.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(until),
            _ => apart.push((from, until)),
        }
    }
    apart
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
            let [one, other] = [1, 2].map(|luck| spells(&plan(luck, beta), Seed(7)));
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
            let spells = spells(&plan, Seed(3));
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
            spells(&plan, Seed(3)).iter().map(|(from, until)| until.since(*from).0).collect();
        lengths.sort_unstable();
        let at = |share: usize| lengths[lengths.len() * share / 100] as f64 / MINUTE as f64;
        assert!((at(50) - 77.0).abs() < 3.0 && (at(95) - 475.0).abs() < 25.0, "{} {}", at(50), at(95));
    }
}
