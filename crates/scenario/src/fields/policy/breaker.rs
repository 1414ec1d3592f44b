//! When a lane is shut.

use crate::fields::Default::{Is, Without};
use crate::fields::*;
use rushhour_base::time::DAY;

const FEW: Kind = Kind::Count { least: 1, most: 1_000 };
const WINDOW: Kind = Kind::Count { least: 1, most: 100_000 };
const SOME_SHARE: Kind = Kind::Share { some: true };

pub(super) static BREAKER: Table = Table {
    path: "policy.breaker",
    meaning: "When a lane is shut. Each lane has a breaker; the caller's own errors never count, nor do calls that were \
              sent before it last opened or closed.",
    fields: &[
        field(
            "kind",
            Kind::Word(&[
                choice("consecutive", "so many `failures` in a row open it"),
                choice("share", "a `share` of the last `calls` calls opens it"),
                choice(
                    "tumbling",
                    "a `share` of a block of `calls` calls opens it; then the next block begins",
                ),
                choice("time", "a `share` of the calls in the last `span` opens it"),
                choice("none", "no breaker"),
            ]),
            Is("\"consecutive\""),
            "\"share\"",
            "What opens it. Failures in a row are trigger-happy: at 30 % of failures, three in a row come every 51 calls.",
        ),
        field(
            "failures",
            Kind::Count { least: 1, most: 1_000_000 },
            Is("5"),
            "5",
            "Under `consecutive`: failures in a row that open it.",
        ),
        field("calls", WINDOW, Is("20"), "20", "Under `share` and `tumbling`: how many calls it looks at."),
        field(
            "span",
            Kind::Span { least: Span(1), most: Span(DAY) },
            Is("\"60s\""),
            "\"60s\"",
            "Under `time`: how far it looks back.",
        ),
        field(
            "buckets",
            FEW,
            Is("6"),
            "6",
            "Under `time`: into how many buckets the span is divided. The oldest is forgotten whole.",
        ),
        field(
            "share",
            SOME_SHARE,
            Is("\"50%\""),
            "\"50%\"",
            "Under `share`, `tumbling` and `time`: the share of failures at which it opens.",
        ),
        field(
            "min_calls",
            WINDOW,
            Is("10"),
            "10",
            "Under `share` and `time`: with fewer calls in the window it does not open. A tumbling block is judged when \
             it is full.",
        ),
        field(
            "slow_after",
            SOME_SPAN,
            Without("no call is slow"),
            "\"20s\"",
            "Under `share`, `tumbling` and `time`: a call that takes longer is slow, whether it succeeds or fails.",
        ),
        field(
            "slow_share",
            SOME_SHARE,
            Is("\"80%\""),
            "\"80%\"",
            "The share of slow calls at which it opens, where `slow_after` says which are.",
        ),
        field("cooldown", SOME_SPAN, Is("\"30s\""), "\"30s\"", "How long it stays open before a probe."),
        field(
            "growth",
            Kind::Number { least: 1.0, above: false, most: 100.0 },
            Is("1.0"),
            "2.0",
            "By which factor the cool-down grows whenever a probe opens the breaker again; in thousandths.",
        ),
        field(
            "cooldown_max",
            SOME_SPAN,
            Is("\"10m\""),
            "\"10m\"",
            "The ceiling of a cool-down that grows. At least `cooldown` where it does.",
        ),
        field(
            "jitter",
            Kind::Share { some: false },
            Is("\"0%\""),
            "\"20%\"",
            "The share by which each cool-down is shortened at most, at random, so that processes do not probe in step.",
        ),
        field("probes", FEW, Is("1"), "3", "How many probes may be under way at once when it is half-open."),
        field(
            "successes",
            FEW,
            Is("1"),
            "2",
            "How many probes must succeed before it closes. The first that fails opens it again.",
        ),
        field(
            "probe_lease",
            SOME_SPAN,
            Is("\"60s\""),
            "\"60s\"",
            "After which time a silent probe is presumed lost and another may go.",
        ),
        field("count_rate_limited", Kind::Flag, Is("false"), "false", "Whether a 429 counts as a failure."),
        field("count_overloaded", Kind::Flag, Is("true"), "true", "Whether a 529 or 503 does."),
        field("count_server_errors", Kind::Flag, Is("true"), "true", "Whether another 5xx does."),
        field(
            "count_timeouts",
            Kind::Flag,
            Is("true"),
            "true",
            "Whether a call that ran out of time does, or out of tokens.",
        ),
        field(
            "count_broken",
            Kind::Flag,
            Is("true"),
            "true",
            "Whether a reply that broke off does, or one that nobody can read.",
        ),
        field(
            "count_account",
            Kind::Flag,
            Is("true"),
            "true",
            "Whether a 401, a 403 or exhausted credit does: no call on the lane can succeed until somebody acts. A gateway              such as LiteLLM takes such a deployment out as well.",
        ),
    ],
};
