//! A breaker before a provider that fails: at random, where a chain says what comes of it, and once, to the call.

use super::formulas::breaker;
use super::{Row, Seen, near, within};
use rushhour_report::Report;

/// How long the provider was up and down on average, over all seeds.
fn ups_and_downs(seen: &Seen) -> (f64, f64) {
    let sum = |of: fn(&Report) -> f64| seen.0.iter().map(of).sum::<f64>();
    let spells = sum(|report| report.faults[0].spells.count() as f64);
    let down = sum(|report| report.faults[0].in_force.as_secs_f64());
    ((sum(|report| report.header.horizon.as_secs_f64()) - down) / spells, down / spells)
}

/// The noise is nearly all that of the ups and downs, of which there are a few hundred. So these are held to what they
/// should be within three standard deviations, and the breaker closely to what it should make of those that came.
#[test]
fn a_provider_that_goes_up_and_down() {
    let as_openai = [
        "workload.calls.arrivals.per_agent_per_hour=180",
        "provider.p.fault.outage.every.mean=88h",
        "provider.p.fault.outage.lasts.mean=83m",
        "duration=8700h",
    ];
    let patient = ["policy.breaker.failures=5", "policy.breaker.cooldown=30s", "duration=150h"];
    for (lam, up, down, n, cooldown, sets) in [
        (1.0, 3_600.0, 120.0, 3, 60.0, &["duration=150h"][..]),
        (1.0, 3_600.0, 120.0, 5, 30.0, &patient),
        (0.05, 88.0 * 3_600.0, 83.0 * 60.0, 3, 60.0, &as_openai),
    ] {
        let row = Row::new("ups_and_downs", sets);
        let (with, without) = (row.base(), row.variant("none"));
        let horizon = with.0[0].header.horizon.as_secs_f64();
        let (was_up, was_down) = ups_and_downs(&with);
        let sd = (was_up / (horizon * row.replications as f64)).sqrt();
        near("up", was_up, up, 3.0 * sd);
        near("down", was_down, down, 3.0 * sd);
        let theory = breaker(lam, was_up, was_down, n, cooldown);
        near("short-circuited", with.share("counts.refused"), theory.short, 0.05);
        near("failed", with.share("counts.failed"), theory.failed, 0.05);
        within("ok", with.figure("rates.success"), theory.ok, 0.05 * (1.0 - theory.ok));
        let opens = with.figure("lanes.breaker.opens") / horizon * 3_600.0;
        near("opens per hour", opens, theory.opens_per_hour, 0.05);
        // It stays open until the call that is its probe.
        let open = theory.short * (1.0 + 1.0 / (lam * cooldown));
        near("time open", with.figure("lanes.breaker.open_s") / horizon, open, 0.05);
        near("failed without", without.share("counts.failed"), was_down / (was_up + was_down), 0.05);
        // A breaker saves calls, not answers.
        assert!(with.figure("rates.success") < without.figure("rates.success"));
    }
}

#[test]
fn one_outage_to_the_call() {
    let short = [
        "provider.p.fault.outage.for=10s",
        "workload.calls.arrivals.each=1200",
        "policy.breaker.failures=5",
        "policy.breaker.cooldown=30s",
    ];
    for (sets, answered, failed, refused, opens) in [
        (&[][..], 478, 4, 118, 2),
        (&["provider.p.fault.outage.for=300s"], 298, 7, 295, 5),
        (&short, 1_136, 5, 59, 1),
    ] {
        let seen = Row::new("one_outage", sets).replications(1).base();
        let counts = seen.0[0].total.counts;
        assert_eq!((counts.answered, counts.failed, counts.refused), (answered, failed, refused));
        assert_eq!(seen.0[0].lanes[0].breaker.opens, opens);
    }
}
