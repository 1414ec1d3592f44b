//! The fallback cascade against arithmetic: with independent rungs that fail for shares q₁, q₂ … of the calls, a rung is
//! reached by the product of the shares above it, and a request makes 1 + q₁ + q₁q₂ + … calls.

use rushhour_base::Outcome;
use rushhour_tests::{run, scenario};

/// Three providers that fail `percents` of their calls all the time; no retry, no breaker, nobody behind them.
fn cascade(percents: [u32; 3]) -> String {
    let provider = |(name, percent): (&str, u32)| {
        format!(
            "[provider.{name}.model.m]\nprices = {{ input = \"$1\", output = \"$1\" }}\nquota = {{ requests_per_minute = 1000000 }}\n\
             latency = {{ base = \"100ms\", per_output_token = \"0s\", per_input_token = \"0s\", spread = \"0%\" }}\n\
             [provider.{name}.fault.f]\nkind = \"server_error\"\nat = \"0s\"\nfor = \"2h\"\nshare = \"{percent}%\"\n"
        )
    };
    let providers: String = ["a", "b", "c"].into_iter().zip(percents).map(provider).collect();
    format!(
        "seed = 20260311\nstarts = \"2026-03-11T09:00:00Z\"\nduration = \"1h\"\n{providers}\
         [workload.w]\nagents = 100\narrivals = {{ kind = \"poisson\", per_agent_per_hour = 1500 }}\n\
         prompt = {{ first = 10, growth = 0, turns = 1 }}\noutput = 10\n\
         [policy]\nchain = [\"primary\", \"secondary\", \"tertiary\", \"fail\"]\nretry.max_attempts = 1\n\
         breaker.kind = \"none\"\nprimary.lanes = {{ \"a/m\" = 1 }}\nsecondary.lanes = {{ \"b/m\" = 1 }}\n\
         tertiary.lanes = {{ \"c/m\" = 1 }}\n"
    )
}

#[test]
fn each_rung_is_reached_by_what_those_above_it_cannot_answer() {
    for percents in [[1, 2, 5], [10, 20, 50], [100, 50, 10]] {
        let scenario = scenario(&cascade(percents));
        let run = run(&scenario, &scenario.variants[0]);
        assert_eq!(run.violations, []);
        let report = &run.report;
        let [q1, q2, q3] = percents.map(|percent| f64::from(percent) / 100.0);
        let arrived = report.total.counts.arrived as f64;
        assert!(arrived > 100_000.0);
        // Four standard deviations of a share of so many requests.
        let near = |got: f64, expected: f64, what: &str| {
            let band = 4.0 * (expected * (1.0 - expected).max(1e-9) / arrived).sqrt() + 1e-3 * expected;
            assert!(
                (got - expected).abs() <= band,
                "{percents:?}: {what} {got}, expected {expected} ± {band}"
            );
        };
        let reach = |rung: usize| report.rungs[rung].reach.unwrap_or_default();
        near(reach(0), 1.0, "reach of the primary rung");
        near(reach(1), q1, "reach of the secondary rung");
        near(reach(2), q1 * q2, "reach of the tertiary rung");
        let counts = report.total.counts;
        let calls = counts.attempts as f64 / arrived - 1.0;
        let expected = q1 + q1 * q2;
        assert!(
            (calls - expected).abs() < 0.006 * expected.max(0.3),
            "{percents:?}: 1 + {calls} calls, expected {expected}"
        );
        near(counts.failed as f64 / arrived, q1 * q2 * q3, "unavailability");
        let failed: u64 =
            report.endings.iter().filter(|e| e.outcome == Outcome::Failed).map(|e| e.count).sum();
        assert_eq!(failed, counts.failed);
    }
}
