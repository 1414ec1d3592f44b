//! Random lengths of time and numbers of tokens, told by two of their figures.

use super::Default::{Is, Without};
use super::*;

const NO_P50: Default = Without("`mean` is given");
const NO_MEAN: Default = Without("`p50` and `p95` are given");
const NO_CV: Default = Without("the spread is exponential, which is 1");
/// A variation that the inverse of the distribution can be found for at every draw.
pub(super) const CV: Kind = Kind::Number { least: 0.1, above: false, most: 10.0 };
pub(super) const CV_MEANING: &str =
    "Standard deviation over mean of a gamma spread; 1 is exponential. Goes with `mean`.";

const P50: Field = field("p50", SOME_TOKENS, NO_P50, "1200", "Half of all have no more.");
const P95: Field = field("p95", SOME_TOKENS, NO_P50, "4000", "95 of 100 have no more. At least `p50`.");
const MEAN: Field = field("mean", SOME_TOKENS, NO_MEAN, "900", "The mean, before anything is cut off.");
const VARIATION: Field = field("cv", CV, NO_CV, "1.5", CV_MEANING);

const fn longest(default: &'static str, example: &'static str) -> Field {
    field("max", SOME_TOKENS, Is(default), example, "None has more. At least `p50` or `mean`.")
}

pub(super) static FIRST: Table = Table {
    path: "workload.NAME.prompt.first",
    meaning: "A spread of tokens: lognormal by `p50` and `p95`, or gamma by `mean` and `cv`.",
    fields: &[P50, P95, MEAN, VARIATION],
};

pub(super) static OUTPUT: Table = Table {
    path: "workload.NAME.output",
    meaning: "A spread of tokens, cut off at `max`: lognormal by `p50` and `p95`, or gamma by `mean` and `cv`.",
    fields: &[P50, P95, MEAN, VARIATION, longest("100000", "4000")],
};

pub(super) static REASONING: Table = Table {
    path: "provider.NAME.model.NAME.reasoning",
    meaning: "A spread of tokens, cut off at `max`: lognormal by `p50` and `p95`, or gamma by `mean` and `cv`.",
    fields: &[P50, P95, MEAN, VARIATION, longest("100000", "32000")],
};

pub(super) static STEPS: Table = Table {
    path: "workload.NAME.task.steps",
    meaning: "A spread of steps, cut off at `max`: lognormal by `p50` and `p95`, or gamma by `mean` and `cv`.",
    fields: &[P50, P95, MEAN, VARIATION, longest("1000", "1000")],
};

pub(super) static THINK: Table =
    Table { path: "workload.NAME.arrivals.think", meaning: SPREAD_OF_TIME, fields: &TIMES };

pub(super) static AWAY: Table =
    Table { path: "workload.NAME.comes_back.after", meaning: SPREAD_OF_TIME, fields: &TIMES };

const SPREAD_OF_TIME: &str = "A random length of time: lognormal by `p50` and `p95`, or gamma by `mean` and `cv`, which is \
                              exponential where `cv` is left out.";

static TIMES: [Field; 4] = [
    field("p50", SOME_SPAN, NO_P50, "\"10s\"", "Half of all are shorter."),
    field("p95", SOME_SPAN, NO_P50, "\"2m\"", "95 of 100 are shorter. At least `p50`."),
    field("mean", SOME_SPAN, NO_MEAN, "\"10s\"", "The mean of a gamma spread."),
    VARIATION,
];
