//! Defects of published sample code. The expected values describe what that code does; what has to hold is that ours, on
//! the same workload, does not do it. Where it is small, the defect is rebuilt by a policy that is broken on purpose, so that
//! the figures of the file are checked as well.

mod budget;
mod crowd;
mod limiter;

use crate::reference::case::{Answer, unknown};
use crate::reference::ground::Ground;
use crate::reference::judge::Judge;

pub fn run(judge: &mut Judge, _: &Ground) -> Answer<()> {
    let params = &judge.case.params;
    if params.are(&["rpm", "calls"]) {
        limiter::exact_boundary(judge)
    } else if params.are(&["tpm", "calls"]) {
        limiter::polls(judge)
    } else if params.are(&["tpm", "estimate"]) {
        limiter::never_fits(judge)
    } else if params.has("tokens_each") {
        limiter::tokens_unchecked(judge)
    } else if params.has("failures_a") {
        crowd::open_for_ever(judge)
    } else if params.has("call_cost_usd") {
        budget::overshoot(judge)
    } else if params.has("spent_usd") {
        budget::zero(judge)
    } else if params.has("crash") {
        crowd::crash(judge)
    } else if params.has("batch") {
        crowd::batches(judge)
    } else {
        unknown("no runner of sample bugs knows these parameters")
    }
}
