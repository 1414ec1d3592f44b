//! The mock provider over HTTP, beside a bare hyper server that parses the same body and a `wiremock` server, in one run.
//!
//! Every server has one thread; the client has another. What a server costs is told by the processor time of its thread, which
//! other work on the machine does not move much; requests per second are what came through beside it.
//!
//! `cargo bench -p rushhour-benches --bench server`; with `-- --test` everything is done once, for a moment.

mod bare;
mod client;
mod served;

use client::{Load, Told};
use std::net::SocketAddr;
use std::time::Duration;

/// How long, and with how many connections.
struct Plan {
    each: Duration,
    connections: usize,
    streams: usize,
    open: usize,
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(place) = arguments.iter().position(|argument| argument == "--hold") {
        let address = arguments[place + 1].parse().expect("an address");
        client::hold(address, arguments[place + 2].parse().expect("a number"));
        return;
    }
    let plan = match arguments.iter().any(|argument| argument == "--test") {
        true => Plan { each: Duration::from_millis(50), connections: 4, streams: 4, open: 20 },
        false => Plan { each: Duration::from_secs(4), connections: 64, streams: 1_000, open: 10_000 },
    };
    requests(&plan);
    streams(&plan);
    memory(&plan);
}

/// Requests per second with keep-alive.
fn requests(plan: &Plan) {
    let ours = served::Served::start(served::AT_ONCE);
    let sample = client::sample(ours.address);
    println!(
        "requests, {} connections kept alive; body {} B, reply {} B",
        plan.connections,
        client::BODY.len(),
        sample.len()
    );
    let bare = bare::start(sample);
    let wiremock = bare::wiremock();
    let mut rates: [Vec<(f64, f64)>; 2] = Default::default();
    // In turn, so that a busy moment of the machine strikes both.
    for _ in 0..3 {
        for (server, rates) in
            [(&ours.address, &ours.thread), (&bare.address, &bare.thread)].into_iter().zip(&mut rates)
        {
            let (address, thread) = server;
            let before = thread.busy();
            let told =
                client::load(Load { address: *address, connections: plan.connections, lasts: plan.each / 3 });
            let busy = thread.busy() - before;
            print(
                if *address == ours.address { "rushhour serve" } else { "bare hyper, same parse" },
                &told,
                Some(busy),
            );
            rates.push((told.per_second(), busy.as_secs_f64() * 1e6 / told.done.max(1) as f64));
        }
    }
    let told = client::load(Load {
        address: wiremock.address(),
        connections: plan.connections,
        lasts: plan.each / 3,
    });
    print("wiremock", &told, None);
    let [ours, bare] = rates.map(|mut rates| {
        rates.sort_by(|a, b| a.1.total_cmp(&b.1));
        rates[rates.len() / 2]
    });
    println!(
        "  of bare hyper: {:.2} by requests per second, {:.2} by processor time\n",
        ours.0 / bare.0,
        bare.1 / ours.1
    );
}

/// Streams at the paces of real models: how late their chunks are, and what they cost.
fn streams(plan: &Plan) {
    for (pace, scenario) in [(16, served::SIXTEEN), (50, served::FIFTY)] {
        let ours = served::Served::start(scenario);
        let before = ours.thread.busy();
        let told = client::streams(ours.address, plan.streams, plan.each);
        let busy = ours.thread.busy() - before;
        println!(
            "{} streams of {pace} chunks per second: {:.0} chunks/s, gap between chunks p50 {:.1} ms, p99 {:.1} ms; {:.1} µs of \
             processor time a chunk",
            plan.streams,
            told.per_second(),
            told.percentile(500),
            told.percentile(990),
            busy.as_secs_f64() * 1e6 / told.done.max(1) as f64,
        );
    }
}

/// Memory of many open streams.
fn memory(plan: &Plan) {
    let ours = served::Served::start(served::SLOW);
    let before = resident_kb();
    let held = client::hold_elsewhere(ours.address, plan.open);
    let after = resident_kb();
    println!(
        "{} open streams: {} MB resident, {:.1} kB a stream",
        held.open,
        after / 1_024,
        (after.saturating_sub(before)) as f64 / held.open.max(1) as f64
    );
}

fn print(name: &str, told: &Told, busy: Option<Duration>) {
    let each = busy.map_or(String::new(), |busy| {
        format!(", {:5.1} µs of processor time each", busy.as_secs_f64() * 1e6 / told.done.max(1) as f64)
    });
    println!(
        "  {name:<24}{:>8.0}/s  p50 {:.2} ms  p99 {:.2} ms{each}",
        told.per_second(),
        told.percentile(500),
        told.percentile(990)
    );
}

/// The resident set of this process.
fn resident_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0 kB");
    line.trim().trim_end_matches(" kB").parse().unwrap_or(0)
}

/// A thread whose processor time can be told.
#[derive(Clone, Debug)]
pub(crate) struct Thread {
    schedstat: std::path::PathBuf,
}

impl Thread {
    /// The thread that asks.
    pub(crate) fn of_this() -> Thread {
        let own = std::fs::read_link("/proc/thread-self").unwrap_or_default();
        Thread { schedstat: std::path::Path::new("/proc").join(own).join("schedstat") }
    }

    /// How long it has run so far; nothing where the system does not tell.
    pub(crate) fn busy(&self) -> Duration {
        let text = std::fs::read_to_string(&self.schedstat).unwrap_or_default();
        Duration::from_nanos(text.split(' ').next().and_then(|ns| ns.parse().ok()).unwrap_or(0))
    }
}

/// A server on a thread of its own.
#[derive(Debug)]
pub(crate) struct OnThread {
    pub(crate) address: SocketAddr,
    pub(crate) thread: Thread,
}
