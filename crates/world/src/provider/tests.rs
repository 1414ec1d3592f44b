mod faults;
mod load;
mod refusals;
mod replies;
mod spoilt;
mod streams;

use super::*;
use crate::settings::{FaultPlan, Length, QuotaPlan, WorkloadPlan};
use crate::world_for_tests::{Truths, workload, world};
use rushhour_base::message::ErrorKind;
use rushhour_base::time::SECOND;
use rushhour_base::{CallError, Completion, LimitHeaders, Truth, Usage};

/// A world in which every reply has 200 tokens: with a prompt of 1,000 it takes 1.01 s to the first token and 3.01 s
/// to the last, and costs $0.006.
fn plain_world(quota: QuotaPlan, faults: Vec<FaultPlan>) -> WorldPlan {
    let steady = WorkloadPlan { output: Length::Constant(200), ..workload("leads", 2) };
    WorldPlan { quotas: vec![quota], faults, ..world(vec![steady]) }
}

/// Sends a call and polls it to its end.
fn exchange(providers: &mut Providers, call: Call, now: Instant, truths: &mut Truths) -> (Instant, Reply) {
    let ticket = providers.on_request(call, now, truths);
    let Progress::Pending { wake } = providers.poll(&ticket, now, truths) else { panic!("it ended at once") };
    assert_ne!(wake, Instant::NEVER, "the call hangs");
    if wake > now {
        let early = providers.poll(&ticket, Instant(wake.0 - 1), truths);
        assert_eq!(early, Progress::Pending { wake }, "a nanosecond early");
    }
    match providers.poll(&ticket, wake, truths) {
        Progress::Ended(reply) => (wake, reply),
        _ => panic!("it has not ended at its wake"),
    }
}

fn seconds(whole: u64) -> Instant {
    Instant(whole * SECOND)
}
