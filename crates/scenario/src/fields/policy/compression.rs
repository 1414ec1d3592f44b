//! When and how histories are made shorter.

use crate::fields::Default::{Is, Required, Without};
use crate::fields::*;

const METHODS: &[Choice] = &[
    choice("keep_last", "all but the system's messages and the last few is left out"),
    choice("prune", "what matters least is left out"),
    choice("summarize", "a model summarises what is older"),
];

pub(super) static COMPRESSION: Table = Table {
    path: "policy.compression",
    meaning: "When and how histories are made shorter before they are sent. A history is left alone until its prompt passes \
              `above`; then it is cut to `to`, and grows again from there, so that between two cuts a prompt cache still knows \
              how the prompts begin. A lane with a smaller context window gets a further cut of its own. The system's messages, \
              the last `keep_last` and the question always stay, and no tool's call is parted from its result.",
    fields: &[
        field(
            "method",
            Kind::Either(&[
                Kind::Word(&[
                    choice("none", "histories are sent whole"),
                    choice("keep_last", "all but the system's messages and the last few is left out"),
                    choice("prune", "what matters least is left out"),
                    choice("summarize", "a model summarises what is older"),
                ]),
                Kind::List { of: &Kind::Word(METHODS), each: "\"prune\"", least: 1, most: 2 },
            ]),
            Is("\"none\""),
            "[\"summarize\", \"prune\"]",
            "How: one method, or `summarize` and what is done if that is not enough, or fails.",
        ),
        field("above", SOME_TOKENS, Is("8000"), "8000", "Prompts up to so many tokens are sent whole."),
        field(
            "to",
            SOME_TOKENS,
            Without("half of `above`"),
            "2000",
            "The target: at most so many tokens. At most `above`. What always stays may be longer; then the cut is as short as \
             it can be, and the report counts it as `unmet`.",
        ),
        field(
            "keep_last",
            Kind::Count { least: 0, most: 1_000_000 },
            Is("6"),
            "6",
            "How many messages at the end always stay. With a tool's result its call stays too.",
        ),
        field(
            "summary",
            Kind::Table(&SUMMARY),
            Without("nobody summarises"),
            "{ model = \"anthropic/haiku\" }",
            "Who summarises. Needed by `summarize`.",
        ),
    ],
};

static SUMMARY: Table = Table {
    path: "policy.compression.summary",
    meaning: "Who summarises. A summary is a call of its own, with the request's priority, deadline and account: it waits for its \
              lane's quota, counts against budgets, and is tried once. Where it fails, the next method cuts. The next summary \
              of a conversation extends the last one.",
    fields: &[
        field(
            "model",
            Kind::Text,
            Required,
            "\"anthropic/haiku\"",
            "The lane that summarises, as `provider/model`.",
        ),
        field("max_tokens", SOME_TOKENS, Is("400"), "400", "The longest summary. Less than the target `to`."),
        field(
            "instructions",
            ANY_TOKENS,
            Is("60"),
            "60",
            "How many tokens the instructions to summarise have.",
        ),
        field(
            "timeout",
            SOME_SPAN,
            Is("\"20s\""),
            "\"20s\"",
            "How long the request waits for a summary, its time in the queue included, before it goes on without.",
        ),
    ],
};
