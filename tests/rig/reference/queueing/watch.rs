//! Watches one run of a plant from outside: who waited how long, and who was there how long.

use rushhour_base::{Event, FleetId, Instant, Outcome, Sink, Span, Truth};
use rushhour_report::sample::Sample;
use rushhour_scenario::Scenario;

/// What is seen of one run. Agents are told apart by workload.
pub struct Watch {
    /// Customers of each workload that are left out at the start.
    warm_up: u64,
    workload_of: Vec<usize>,
    kinds: Vec<Seen>,
    began: Option<Instant>,
    now: Instant,
}

#[derive(Clone, Default)]
struct Seen {
    arrived: u64,
    /// When each customer arrived, and what it waited, by agent and turn; only of the workload's first agent.
    arrivals: Vec<(Instant, Span)>,
    waits: Vec<u64>,
    sojourns: Vec<u64>,
    lost: u64,
    lost_of: u64,
}

/// What was seen of the steady state of one workload, over several runs.
#[derive(Default)]
pub struct Watched {
    pub waits: Sample,
    pub sojourns: Sample,
    raw_waits: Vec<u64>,
    raw_sojourns: Vec<u64>,
    lost: u64,
    lost_of: u64,
    /// Nanoseconds watched.
    time: u128,
}

impl Watch {
    pub fn new(plant: &Scenario, warm_up: u64) -> Watch {
        let workloads = &plant.world.workloads;
        let workload_of = workloads
            .iter()
            .enumerate()
            .flat_map(|(i, w)| std::iter::repeat_n(i, w.agents as usize))
            .collect();
        Watch {
            warm_up,
            workload_of,
            kinds: vec![Seen::default(); workloads.len()],
            began: None,
            now: Instant::START,
        }
    }

    /// The runs's figures by workload, and how long was watched.
    pub fn finish(self) -> (Vec<Finished>, u128) {
        let time = self.began.map_or(0, |began| u128::from(self.now.since(began).0));
        let finished = |seen: Seen| Finished {
            waits: seen.waits,
            sojourns: seen.sojourns,
            lost: seen.lost,
            lost_of: seen.lost_of,
        };
        (self.kinds.into_iter().map(finished).collect(), time)
    }
}

/// What was seen of one workload in one run.
pub struct Finished {
    pub waits: Vec<u64>,
    pub sojourns: Vec<u64>,
    pub lost: u64,
    pub lost_of: u64,
}

impl Sink for Watch {
    fn event(&mut self, at: Instant, _: FleetId, event: &Event) {
        self.now = at;
        match *event {
            Event::Arrived { agent, .. } => {
                let seen = &mut self.kinds[self.workload_of[agent.index()]];
                seen.arrived += 1;
                seen.arrivals.push((at, Span::ZERO));
                if seen.arrived > self.warm_up {
                    self.began = self.began.or(Some(at));
                    seen.lost_of += 1;
                }
            }
            Event::Sent { request, waited, .. } => {
                let seen = &mut self.kinds[self.workload_of[request.agent().index()]];
                seen.arrivals[request.turn() as usize].1 = waited;
                if u64::from(request.turn()) >= self.warm_up {
                    seen.waits.push(waited.0);
                }
            }
            Event::Ended { request, outcome, .. } => {
                let seen = &mut self.kinds[self.workload_of[request.agent().index()]];
                if u64::from(request.turn()) < self.warm_up {
                    return;
                }
                match outcome {
                    Outcome::Answered => {
                        let (arrived, _) = seen.arrivals[request.turn() as usize];
                        seen.sojourns.push(at.since(arrived).0);
                    }
                    Outcome::InFlight => {}
                    _ => seen.lost += 1,
                }
            }
            _ => {}
        }
    }
    fn truth(&mut self, _: Instant, _: &Truth) {}
}

impl Watched {
    /// Adds what one run showed of a workload while it was watched for `time`.
    pub fn add(&mut self, seen: Finished, time: u128) {
        self.raw_waits.extend(seen.waits);
        self.raw_sojourns.extend(seen.sojourns);
        self.lost += seen.lost;
        self.lost_of += seen.lost_of;
        self.time += time;
    }

    /// Makes the percentiles ready.
    pub fn sort(&mut self) {
        self.waits = Sample::new(std::mem::take(&mut self.raw_waits));
        self.sojourns = Sample::new(std::mem::take(&mut self.raw_sojourns));
    }

    pub fn mean_wait(&self) -> f64 {
        self.waits.mean().map_or(f64::NAN, |ns| ns / 1e9)
    }

    pub fn mean_sojourn(&self) -> f64 {
        self.sojourns.mean().map_or(f64::NAN, |ns| ns / 1e9)
    }

    pub fn share_that_waits(&self) -> f64 {
        1.0 - self.waits.at_most(0) as f64 / self.waits.count() as f64
    }

    pub fn share_lost(&self) -> f64 {
        self.lost as f64 / self.lost_of as f64
    }

    /// Customers that wait, on the average over time: the time waited by all over the time watched.
    pub fn waiting_on_average(&self) -> f64 {
        self.mean_wait() * 1e9 * self.waits.count() as f64 / self.time as f64
    }

    /// Customers that are there, on the average over time.
    pub fn present_on_average(&self) -> f64 {
        self.mean_sojourn() * 1e9 * self.sojourns.count() as f64 / self.time as f64
    }
}
