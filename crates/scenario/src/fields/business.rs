//! What answers are worth to those who ask.

use super::Default::Is;
use super::*;

pub(crate) static BUSINESS: Table = Table {
    path: "business.WORKLOAD",
    meaning: "What the answers of a workload are worth to those who ask: a model with stated weights, not a finding; the report labels \
              what follows from it as modelled. A right answer of a model that comes at once is worth all. The worth of an answer is \
              that of who answers, times that of how fast, times that of what it says; no answer is worth nothing. Satisfaction is the mean \
              worth over requests that came to an end. Each of them is a lead by the share `leads`, and a lead is captured by the \
              share `capture` times the worth of its answer. All defaults are assumptions.",
    fields: &[
        field(
            "leads",
            SHARE,
            Is("\"20%\""),
            "\"20%\"",
            "The share of requests that are a lead: somebody who may become a customer.",
        ),
        field(
            "capture",
            SHARE,
            Is("\"30%\""),
            "\"30%\"",
            "The share of leads that are captured where the answer is worth all.",
        ),
        field("prompt", ANY_SPAN, Is("\"5s\""), "\"5s\"", "An answer within this is as good as one at once."),
        field(
            "late",
            SOME_SPAN,
            Is("\"60s\""),
            "\"60s\"",
            "An answer after this is worth `late_worth`; between `prompt` and this, in proportion. Longer than `prompt`.",
        ),
        field("late_worth", SHARE, Is("\"50%\""), "\"50%\"", "What a late answer is worth."),
        field("rules", SHARE, Is("\"60%\""), "\"60%\"", "What an answer by rules is worth."),
        field("human", SHARE, Is("\"100%\""), "\"100%\"", "What an answer by a person is worth."),
        field(
            "unknown",
            SHARE,
            Is("\"50%\""),
            "\"50%\"",
            "What it is worth to be told that nobody knows, where that is so.",
        ),
        field(
            "apology",
            SHARE,
            Is("\"30%\""),
            "\"30%\"",
            "What an apology, a refusal or an answer that says nothing is worth.",
        ),
        field("wrong", SHARE, Is("\"10%\""), "\"10%\"", "What an answer is worth that is not so."),
    ],
};

const SHARE: Kind = Kind::Share { some: false };
