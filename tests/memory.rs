//! A long run takes no more memory than a short one: what is kept follows what is open, whom there is and the script of
//! faults, never what has passed. Counted to the byte at the allocator, in a program with nothing else in it.

use peak_alloc::PeakAlloc;
use rushhour_report::checkers::Checkers;
use rushhour_report::digest::Digest;
use rushhour_report::tally::Tally;
use rushhour_scenario::{Override, Scenario};
use rushhour_tests::{play, root};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// A day curve is one table, however long the run. A week's is laid out beforehand as part of the scenario, with 9 kB a day;
/// that is no memory of what has passed, and would hide it here. A table is laid over a table key by key, so the week
/// goes first.
const TRAFFIC: [&str; 2] = [
    "workload.chat.arrivals=none",
    "workload.chat.arrivals={ kind = \"day_curve\", per_agent_per_hour = 6.5, peak = \"15:00\", peak_to_mean = 2.4 }",
];

/// Bytes at the most, beyond those that were there before, while so many days of the month run with digest, tally and
/// all checkers.
fn peak(days: u32) -> usize {
    let path = root().join("scenarios/month_50k.toml");
    let sets = [format!("duration={days}d").as_str(), TRAFFIC[0], TRAFFIC[1]].map(Override::new);
    let scenario = Scenario::load(&path, &sets).unwrap_or_else(|errors| panic!("{errors}"));
    let variant = &scenario.variants[0];
    let header = scenario.header(variant, scenario.seed, "test");
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    let mut sinks = (Digest::default(), (Tally::new(&header), Checkers::new(&header)));
    play(&scenario, variant, &mut sinks);
    let (digest, (tally, checkers)) = sinks;
    assert_eq!(checkers.finish(), []);
    let report = tally.finish(digest.finish());
    assert!(report.total.counts.answered > 1_000);
    ALLOCATOR.peak_usage() - before
}

/// A month and a year of the same traffic: twelve times the messages, outages and abuse of the same number of people.
#[test]
fn a_year_takes_no_more_memory_than_a_month() {
    let (month, year) = (peak(30), peak(360));
    println!("a month takes {month} bytes, a year {year}");
    assert!(year <= month + SLACK, "a month takes {month} bytes, a year {year}");
}

/// Room for chance: a busier moment in twelve months than in one, a longer longest wait, a few more spells to name.
const SLACK: usize = 64 * 1_024;
