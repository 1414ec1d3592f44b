//! What the fleet falls back to as a whole.

use crate::fields::Default::{Is, Without};
use crate::fields::*;

const OUTCOMES: Kind = Kind::Count { least: 1, most: 1_000_000 };
const GROWTH: Kind = Kind::Count { least: 100, most: 10_000 };

pub(super) static LADDER: Table = Table {
    path: "policy.ladder",
    meaning: "What the fleet falls back to as a whole: full mode uses the whole chain; economy mode leaves out the dearer \
              models; rules mode uses no model; human mode leaves people alone. It goes down when the first rung of its \
              mode fails too often, and climbs when the mode above is seen to work again. Modes that would allow what \
              another allows are left out.",
    fields: &[
        field(
            "kind",
            Kind::Word(&[choice("none", "full mode always"), choice("failures", "by the share of failures")]),
            Is("\"none\""),
            "\"failures\"",
            "Whether there is a ladder.",
        ),
        field(
            "economy",
            Kind::List {
                of: &Kind::Word(&[
                    choice("primary", "the model one wants"),
                    choice("secondary", "the first fallback"),
                    choice("tertiary", "the second fallback"),
                ]),
                each: "\"secondary\"",
                least: 0,
                most: 3,
            },
            Is("[\"secondary\", \"tertiary\"]"),
            "[\"tertiary\"]",
            "The rungs of models that economy mode allows, beside rules and people.",
        ),
        field("window", OUTCOMES, Is("100"), "100", "How many outcomes it looks at: the latest."),
        field("window_span", SOME_SPAN, Is("\"5m\""), "\"5m\"", "How old an outcome may be to be looked at."),
        field(
            "min_samples",
            OUTCOMES,
            Is("20"),
            "20",
            "How many outcomes it takes to go down. At most `window`.",
        ),
        field(
            "down_at",
            Kind::Share { some: true },
            Is("\"50%\""),
            "\"50%\"",
            "The share of failures from which on it goes down. A request fails its mode when the mode's first rung gave \
             it up: open breakers, all attempts in vain, an empty retry budget.",
        ),
        field(
            "climb",
            Kind::Word(&[
                choice("probe", "a share of requests is handled as the mode above would, and decides"),
                choice("trial", "it tries the mode above when it has been down for long enough"),
            ]),
            Is("\"probe\""),
            "\"probe\"",
            "How it learns that the mode above works again.",
        ),
        field(
            "probe_share",
            Kind::Share { some: true },
            Is("\"5%\""),
            "\"5%\"",
            "With `probe`: the share of requests that are handled as the mode above would.",
        ),
        field(
            "probe_samples",
            OUTCOMES,
            Is("5"),
            "5",
            "With `probe`: how many of their outcomes it takes to climb.",
        ),
        field(
            "up_at",
            Kind::Share { some: false },
            Is("\"10%\""),
            "\"10%\"",
            "With `probe`: the share of failures among them up to which it climbs. Below `down_at`.",
        ),
        field("dwell", SOME_SPAN, Is("\"1m\""), "\"1m\"", "The least time between two moves."),
        field(
            "dwell_growth",
            GROWTH,
            Is("200"),
            "200",
            "In per cent: how much longer than the last time it waits before it climbs, when it fell back within twice \
             that time after a climb. 100 for no longer.",
        ),
        field(
            "dwell_max",
            SOME_SPAN,
            Is("\"15m\""),
            "\"15m\"",
            "That time grows no further. At least `dwell`.",
        ),
        field(
            "count_queue",
            Kind::Flag,
            Is("false"),
            "false",
            "Whether a request that its first rung's queue turned away counts as a failure.",
        ),
        field(
            "budget_at",
            Kind::Share { some: true },
            Without("money does not move it"),
            "\"80%\"",
            "The share of the fleet's cap, or of any of its caps, from which on it leaves full mode until the window \
             turns.",
        ),
        field(
            "queue_wait",
            SOME_SPAN,
            Without("queues do not move it"),
            "\"20s\"",
            "It leaves full mode while the oldest request waits for longer than this for a quota of the first rung.",
        ),
    ],
};
