//! How faults come and go at random.

use super::Default::Without;
use super::spreads::{CV, CV_MEANING};
use super::*;

pub(super) static EVERY: Table = Table {
    path: "provider.NAME.fault.NAME.every",
    meaning: "A random length of time: lognormal by `p50` and `p95`, or gamma by `mean` and `cv` (exponential \
              where `cv` is left out).",
    fields: &SPREAD,
};

pub(super) static LASTS: Table = Table {
    path: "provider.NAME.fault.NAME.lasts",
    meaning: "A random length of time: lognormal by `p50` and `p95`, or gamma by `mean` and `cv` (exponential \
              where `cv` is left out). Recorded incidents of APIs \
              of models last 77 and 55 minutes in the middle, and 475 and 1,112 in one of twenty.",
    fields: &SPREAD,
};

static SPREAD: [Field; 4] = [
    field("p50", SPELL, Without("`mean` is given"), "\"77m\"", "Half of all are shorter."),
    field("p95", SPELL, Without("`mean` is given"), "\"475m\"", "95 of 100 are shorter. At least `p50`."),
    field("mean", SPELL, Without("`p50` and `p95` are given"), "\"85h\"", "The mean of a gamma spread."),
    field("cv", CV, Without("the spread is exponential, which is 1"), "2.5", CV_MEANING),
];

/// Long enough that a run does not drown in spells.
const SPELL: Kind = Kind::Span { least: Span::secs(1), most: Span(100 * LONGEST.0) };
