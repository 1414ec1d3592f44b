//! One run of the lean path, to look at with a profiler: `cargo run --release --example lean -p rushhour-benches`.
//! Arguments: requests (default 1,000,000), agents (default 100).

use rushhour_benches::lean::Lean;

fn main() {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<u64>().unwrap_or(0));
    let requests = arguments.next().unwrap_or(1_000_000);
    let agents = arguments.next().unwrap_or(100) as u32;
    let lean = Lean::new(requests, agents);
    let begun = std::time::Instant::now();
    match rushhour_sim::run(lean.setup(), (), |_| {}) {
        Ok(finished) => {
            let ns = begun.elapsed().as_nanos() as f64 / finished.arrived as f64;
            println!("{} requests, {ns:.0} ns each, {:.2} M/s", finished.arrived, 1e3 / ns);
        }
        Err(stuck) => println!("{stuck}"),
    }
}
