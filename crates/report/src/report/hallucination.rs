//! What models said that is not so, and how wrong clients were about the tokens of their prompts.

use crate::interval::wilson;
use rushhour_base::{FactState, Label};

/// What models said that is not so. Every wrong reply was caught, or leaked, or lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HallucinationReport {
    /// Requests of workloads with words that a model answered, also where a person reviewed the answer.
    pub asked: u64,
    /// Whole replies of models that were wrong, whatever became of them.
    pub injected: u64,
    /// Of them those that a check stopped, and those that a reviewer put right; `None` without any check.
    pub caught: Option<u64>,
    /// Answers that were wrong: they reached whoever asked.
    pub leaked: u64,
    /// Wrong replies that nobody stopped and nobody got: the request ended in another way.
    pub lost: u64,
    /// Right replies that a check stopped; `None` without any check.
    pub false_alarms: Option<u64>,
    /// By class, in the order of [`Label::ALL`]: how many replies and how many answers were wrong in this way.
    pub by_class: Vec<(Label, u64, u64)>,
    /// By whether the request carried the fact, in the order of [`FactState::ALL`]: answers, and wrong ones.
    pub by_fact: Vec<(FactState, u64, u64)>,
}

impl HallucinationReport {
    /// Wrong answers among answers; `None` without answers.
    pub fn leaked_rate(&self) -> Option<f64> {
        (self.asked > 0).then(|| self.leaked as f64 / self.asked as f64)
    }

    /// Within which bounds the rate behind it lies, at 95 %.
    pub fn leaked_rate_bounds(&self) -> Option<(f64, f64)> {
        wilson(self.leaked, self.asked)
    }
}

/// How wrong a client was about the tokens of its prompts: estimate over truth, less one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EstimateReport {
    /// Calls whose prompt was counted by the provider in the end.
    pub calls: u64,
    /// Of them those whose estimate was too small.
    pub too_small: u64,
    /// The mean error.
    pub mean: f64,
    /// The 5th percentile of the error, to a thousandth: how much too small bad ones were.
    pub p5: f64,
    /// The 95th percentile of the error, to a thousandth.
    pub p95: f64,
}
