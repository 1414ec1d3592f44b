//! Costs that are no tokens.

use crate::fields::Default::{Required, Without};
use crate::fields::*;

pub(super) static COST_LINE: Table = Table {
    path: "policy.costs.NAME",
    meaning: "A cost beside those of calls, rules and people: retrieval, infrastructure, review. It falls due whatever anybody \
              decides, so it fills no cap; it is part of every total.",
    fields: &[
        field(
            "per",
            Kind::Word(&[
                choice("message", "for each request that arrives"),
                choice("review", "for each case that a person reviews: a `share` of the answers by models"),
                choice(
                    "month",
                    "for each month of the calendar, and its part of one that the run holds in part",
                ),
            ]),
            Required,
            "\"message\"",
            "For what it falls due.",
        ),
        field("amount", Kind::Money { some: true }, Required, "\"$0.004\"", "How much each time."),
        field(
            "share",
            Kind::Share { some: true },
            Without("none; `per` = \"review\" requires it"),
            "\"0.5%\"",
            "With `review`: the share of answers that are reviewed.",
        ),
        field(
            "of",
            Kind::Text,
            Without("all workloads"),
            "\"leads\"",
            "The one workload whose messages or answers are meant. A month is nobody's.",
        ),
    ],
};
