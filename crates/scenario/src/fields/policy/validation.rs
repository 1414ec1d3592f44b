//! How replies are checked before they go out.

use crate::fields::Default::{Is, Without};
use crate::fields::*;

const WAITING: Kind = Kind::Count { least: 0, most: 1_000_000_000 };

pub(super) static VALIDATION: Table = Table {
    path: "policy.validation",
    meaning: "How whole replies of models are checked against the facts that their request carries, before they go out. Only \
              workloads with `words` have replies that can be read.",
    fields: &[
        field(
            "on_invalid",
            Kind::Word(&[
                choice("none", "nothing is checked"),
                choice("accept", "it goes out all the same, and is counted"),
                choice("regenerate", "the model is asked again, under a stricter prompt"),
                choice("fall", "the request falls to the next rung"),
                choice("review", "a person looks at it before it goes out"),
            ]),
            Is("\"none\""),
            "\"regenerate\"",
            "What follows from a reply that does not agree with the facts.",
        ),
        field(
            "regenerations",
            Kind::Count { least: 1, most: 10 },
            Is("1"),
            "1",
            "Under `regenerate`: how often a model is asked again for one request. Each is a call like any other: it needs a \
             grant, and what fails is retried or falls. Models are wrong about the same question again and again, so the \
             stricter prompt is what helps; where `guarded` prompts are as strict from the start, nothing does.",
        ),
        field(
            "then",
            Kind::Word(&[
                choice("accept", "it goes out all the same, and is counted"),
                choice("fall", "the request falls to the next rung"),
                choice("review", "a person looks at it before it goes out"),
            ]),
            Is("\"fall\""),
            "\"review\"",
            "Under `regenerate`: what follows from a reply that is wrong after the last regeneration.",
        ),
        field(
            "confidence",
            Kind::Share { some: false },
            Is("\"0%\""),
            "\"50%\"",
            "A reply of which the check is less sure than this is treated like one that is wrong.",
        ),
        field(
            "schema",
            Kind::Text,
            Without(
                "an object with the texts `topic` and `subject`, and `value`, which is `null` where nobody knows",
            ),
            "\"reply.schema.json\"",
            "A file with the JSON Schema of replies for machines (`words.structured`), relative to the scenario's folder. A reply \
             that does not meet it is wrong, whatever it says.",
        ),
        field(
            "review",
            Kind::Table(&REVIEW),
            Without("nobody reviews"),
            "{ capacity = 2 }",
            "The people who look at replies. Needed by `review`.",
        ),
    ],
};

static REVIEW: Table = Table {
    path: "policy.validation.review",
    meaning: "The people who look at replies before they go out. A reply that they cannot look at in time does not go out: the \
              request falls to the next rung.",
    fields: &[
        field(
            "capacity",
            Kind::Count { least: 1, most: 1_000_000 },
            Is("2"),
            "2",
            "How many people there are.",
        ),
        field("cost", Kind::Money { some: false }, Is("\"$0.50\""), "\"$0.50\"", "What one review costs."),
        field(
            "service",
            Kind::Either(&[ANY_SPAN, Kind::List { of: &ANY_SPAN, each: "\"2m\"", least: 2, most: 2 }]),
            Is("[\"30s\", \"2m\"]"),
            "[\"30s\", \"2m\"]",
            "How long a review takes: one length, or the shortest and longest.",
        ),
        field("max_waiting", WAITING, Is("100"), "100", "How many replies may wait for them."),
        field("max_wait", ANY_SPAN, Is("\"15m\""), "\"15m\"", "How long a reply waits for them."),
        field(
            "finds",
            Kind::Share { some: false },
            Is("\"95%\""),
            "\"95%\"",
            "The share of reviews that look closely enough to see what is wrong, and put it right. An assumption of the \
             scenario, which nothing here tests.",
        ),
    ],
};
