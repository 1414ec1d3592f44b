//! How failed attempts are repeated.

use crate::fields::Default::Is;
use crate::fields::*;

pub(super) static RETRY: Table = Table {
    path: "policy.retry",
    meaning: "How failed attempts are repeated on the same rung.",
    fields: &[
        field(
            "max_attempts",
            Kind::Count { least: 1, most: 100 },
            Is("3"),
            "3",
            "Attempts on one rung, the first included.",
        ),
        field(
            "base",
            SOME_SPAN,
            Is("\"500ms\""),
            "\"500ms\"",
            "The ceiling of the first wait; it doubles with each retry.",
        ),
        field("cap", SOME_SPAN, Is("\"8s\""), "\"8s\"", "The ceiling of any wait. At least `base`."),
        field(
            "jitter",
            Kind::Word(&[
                choice("full", "uniform from zero to the ceiling"),
                choice("none", "the ceiling itself"),
            ]),
            Is("\"full\""),
            "\"full\"",
            "How a wait is drawn below its ceiling.",
        ),
        field(
            "retry_after_max",
            ANY_SPAN,
            Is("\"60s\""),
            "\"60s\"",
            "The longest Retry-After that is obeyed; a longer one falls to the next rung. 0s ignores the header.",
        ),
        field(
            "budget",
            Kind::Either(&[Kind::Word(&[choice("none", "no bound")]), Kind::Table(&RETRY_BUDGET)]),
            Is("{}"),
            "{ per_request = \"20%\", burst = 10 }",
            "Bounds retries to a share of the traffic.",
        ),
    ],
};

static RETRY_BUDGET: Table = Table {
    path: "policy.retry.budget",
    meaning: "Each request deposits, each retry withdraws one.",
    fields: &[
        field(
            "per_request",
            Kind::Share { some: false },
            Is("\"20%\""),
            "\"20%\"",
            "The share of a retry that one request earns.",
        ),
        field(
            "burst",
            Kind::Count { least: 0, most: 1_000_000 },
            Is("10"),
            "10",
            "The most that can be saved up; also the balance at the start.",
        ),
    ],
};
