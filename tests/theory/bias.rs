//! A run begins with nobody there, so the first waits are too short; the warm-up leaves them out.

use super::{Row, near};
use rushhour_base::{Event, FleetId, Instant, Seed, Sink, Truth};
use rushhour_tests::play;

/// What the first so many customers waited in sum, in nanoseconds.
struct First {
    left: u32,
    sum: u64,
}

impl Sink for First {
    fn event(&mut self, _: Instant, _: FleetId, event: &Event) {
        if let Event::Sent { waited, .. } = event
            && self.left > 0
        {
            self.left -= 1;
            self.sum += waited.0;
        }
    }
    fn truth(&mut self, _: Instant, _: &Truth) {}
}

/// The mean wait of the first `customers`, over so many runs.
fn mean_of_first(customers: u32, runs: u64) -> f64 {
    // Twice the time in which they come on average, so that all of them have been served.
    let duration = format!("duration={}s", customers * 5 / 2 + 300);
    let scenario = Row::new("one_server", &[&duration, "warmup=0s"]).scenario;
    let of = |seed| {
        let scenario = scenario.clone().with_seed(Seed(seed));
        let mut first = First { left: customers, sum: 0 };
        play(&scenario, &scenario.variants[0], &mut first);
        assert_eq!(first.left, 0);
        first.sum as f64 / 1e9
    };
    (1..=runs).map(of).sum::<f64>() / (runs as f64 * f64::from(customers))
}

#[test]
fn the_first_waits_are_too_short() {
    for (customers, runs, want, band) in
        [(100, 1_000, 3.09, 0.06), (1_000, 200, 3.92, 0.06), (10_000, 40, 3.99, 0.06)]
    {
        near("wait", mean_of_first(customers, runs), want, band);
    }
}

/// The same in a report: in the first two minutes from an empty start fewer are present than theory's 4, in the two after
/// a warm-up of ten as many. Not told by waits, of which those still under way at the horizon would be missing.
#[test]
fn a_warm_up_leaves_them_out() {
    let present =
        |sets: &[&str]| Row::new("one_server", sets).replications(1_500).base().figure("open_requests.mean");
    let (cold, warm) = (present(&["duration=2m", "warmup=0s"]), present(&["duration=12m", "warmup=10m"]));
    near("present after a warm-up", warm, 4.0, 0.07);
    assert!(cold < 3.5, "present from the start: {cold:.3}");
}
