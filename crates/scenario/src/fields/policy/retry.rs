//! How failed attempts are repeated.

use crate::fields::Default::{Is, Without};
use crate::fields::*;

pub(super) static RETRY: Table = Table {
    path: "policy.retry",
    meaning: "How failed attempts are repeated on the same rung.",
    fields: &[
        field(
            "preset",
            Kind::Word(&[
                choice(
                    "openai-python",
                    "`openai` for Python from 2.52.0 on: a Retry-After above 120 s ends it",
                ),
                choice(
                    "openai-python-2.51",
                    "`openai` for Python up to 2.51, `anthropic` for Python up to 1.3: above 60 s it is passed over",
                ),
                choice(
                    "anthropic-python",
                    "`anthropic` for Python 2.x: sleeps as long as it is told, an hour too",
                ),
                choice("openai-node", "`openai` for Node 7.57: up to 60 s; zero means at once"),
                choice("anthropic-node", "`@anthropic-ai/sdk` for Node from 0.126.0 on: up to 2^31 - 1 ms"),
            ]),
            Without("the defaults below"),
            "\"openai-python\"",
            "Retries as an official SDK makes them: two, after waits of 0.5 s and 1 s shortened by up to a quarter, \
             without a budget. It replaces the defaults of the other keys; what is stated beside it holds.",
        ),
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
            JITTER,
            Is("\"full\""),
            "\"full\"",
            "How a wait is drawn below its ceiling (M. Brooker, \"Exponential Backoff And Jitter\", 2015).",
        ),
        field(
            "retry_after",
            Kind::Word(&[
                choice("floor", "the drawn wait comes on top of it, so that not all come back at once"),
                choice("exact", "it is slept as it stands, as the official SDKs do"),
            ]),
            Is("\"floor\""),
            "\"floor\"",
            "What a Retry-After does to the wait.",
        ),
        field(
            "retry_after_min",
            ANY_SPAN,
            Is("\"0s\""),
            "\"0s\"",
            "The shortest Retry-After that is obeyed; a shorter one counts as none. At most `retry_after_max`.",
        ),
        field(
            "retry_after_max",
            ANY_SPAN,
            Is("\"60s\""),
            "\"60s\"",
            "The longest Retry-After that is obeyed. 0s ignores the header.",
        ),
        field(
            "retry_after_beyond",
            Kind::Word(&[
                choice("fall", "the request goes to the next rung"),
                choice("backoff", "the header counts as none, and the drawn wait holds"),
            ]),
            Is("\"fall\""),
            "\"fall\"",
            "What a longer Retry-After leads to.",
        ),
        field(
            "exhausted_credit",
            Kind::Flag,
            Is("false"),
            "true",
            "Whether exhausted credit is retried like another 429. The SDKs of OpenAI do so, since they look at the status \
             and not at the code; Anthropic says it with a 402, which no SDK retries.",
        ),
        field(
            "budget",
            Kind::Either(&[Kind::Word(&[choice("none", "no bound")]), Kind::Table(&RETRY_BUDGET)]),
            Is("{}"),
            "{ per_request = \"20%\", burst = 10 }",
            "Bounds retries to a share of the traffic.",
        ),
        field(
            "layers",
            Kind::List { of: &Kind::Table(&LAYER), each: "{}", least: 1, most: 2 },
            Without("nobody else retries"),
            "[{ max_attempts = 3 }]",
            "Who else retries, from the inside out: each layer repeats the whole chain when it failed, and knows \
             nothing of the others. An agent's SDK around a gateway that retries too is one layer. Attempts multiply: \
             3 here and a layer of 3 make 9.",
        ),
    ],
};

const JITTER: Kind = Kind::Word(&[
    choice("full", "uniform from zero to the ceiling"),
    choice("none", "the ceiling itself"),
    choice("equal", "uniform from half the ceiling to the ceiling"),
    choice("decorrelated", "uniform from `base` to three times the previous wait, at most `cap`"),
    choice("sdk", "the ceiling, shortened by up to a quarter, as the official SDKs do"),
]);

static LAYER: Table = Table {
    path: "policy.retry.layers[]",
    meaning: "One more layer of retries, around the chain. The defaults are those of the official SDKs. It sees no \
              Retry-After, and the retry budget does not bind it.",
    fields: &[
        field(
            "max_attempts",
            Kind::Count { least: 1, most: 10 },
            Is("3"),
            "3",
            "How often it asks, the first time included.",
        ),
        field("base", SOME_SPAN, Is("\"500ms\""), "\"500ms\"", "The ceiling of its first wait, as above."),
        field("cap", SOME_SPAN, Is("\"8s\""), "\"8s\"", "The ceiling of any of its waits. At least `base`."),
        field("jitter", JITTER, Is("\"sdk\""), "\"sdk\"", "How a wait is drawn below its ceiling."),
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
