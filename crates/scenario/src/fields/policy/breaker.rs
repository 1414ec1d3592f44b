//! When a lane is shut.

use crate::fields::Default::Is;
use crate::fields::*;

pub(super) static BREAKER: Table = Table {
    path: "policy.breaker",
    meaning: "When a lane is shut. Each lane has a breaker; the caller's own errors never count.",
    fields: &[
        field(
            "kind",
            Kind::Word(&[
                choice("consecutive", "so many failures in a row open it"),
                choice("none", "no breaker"),
            ]),
            Is("\"consecutive\""),
            "\"consecutive\"",
            "What opens it.",
        ),
        field(
            "failures",
            Kind::Count { least: 1, most: 1_000_000 },
            Is("5"),
            "5",
            "Failures in a row that open it.",
        ),
        field("cooldown", SOME_SPAN, Is("\"30s\""), "\"30s\"", "How long it stays open before a probe."),
        field(
            "probe_lease",
            SOME_SPAN,
            Is("\"60s\""),
            "\"60s\"",
            "After which time a silent probe is presumed lost.",
        ),
        field("count_rate_limited", Kind::Flag, Is("false"), "false", "Whether a 429 counts as a failure."),
    ],
};
