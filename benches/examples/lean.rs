//! One run of the lean path, to look at with a profiler or to weigh its memory:
//! `cargo run --release --example lean -p rushhour-benches -- 1000000 100 75 judged`.
//! Arguments: requests (default 1,000,000), agents (default 100), load of the quotas in per cent (default 75), `judged` to fold a report and a digest, and
//! `report` to print it.

use rushhour_base::Sink;
use rushhour_benches::lean::Lean;
use rushhour_report::digest::{Digest, hex};
use rushhour_report::render::{Style, text};
use rushhour_report::tally::Tally;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |index: usize, default| arguments.get(index).and_then(|a| a.parse().ok()).unwrap_or(default);
    let lean = Lean::new(number(0, 1_000_000), number(1, 100) as u32, number(2, 75));
    if arguments.iter().any(|argument| argument == "judged") {
        let mut sinks = (Digest::default(), Tally::new(&lean.header()));
        time(&lean, &mut sinks);
        let (digest, tally) = sinks;
        let report = tally.finish(digest.finish());
        println!("digest {}", hex(report.digest));
        if arguments.iter().any(|word| word == "report") {
            print!("{}", text(&[report], "", Style::default()));
        }
    } else {
        time(&lean, ());
    }
}

fn time(lean: &Lean, sink: impl Sink) {
    let begun = std::time::Instant::now();
    match rushhour_sim::run(lean.setup(), sink, |_| {}) {
        Ok(finished) => {
            let ns = begun.elapsed().as_nanos() as f64 / finished.arrived as f64;
            println!("{} requests, {ns:.0} ns each, {:.2} M/s", finished.arrived, 1e3 / ns);
        }
        Err(stuck) => println!("{stuck}"),
    }
}
