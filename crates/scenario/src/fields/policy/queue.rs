//! Who goes first.

use crate::fields::Default::{Is, Without};
use crate::fields::rungs::WAITING;
use crate::fields::*;

pub(super) static QUEUE: Table = Table {
    path: "policy.queue",
    meaning: "Requests that the limiter holds back wait in a queue, one for each quota.",
    fields: &[
        field(
            "discipline",
            Kind::Word(&[
                choice(
                    "fair",
                    "agents share tokens fairly; a less urgent class yields, but gains with waiting",
                ),
                choice("fifo", "first come, first served"),
                choice("priority", "the more urgent class first, always"),
                choice(
                    "earliest_deadline",
                    "whose `deadline` comes first, whatever its class; those without one come last, in the order of \
                     arrival",
                ),
            ]),
            Is("\"fair\""),
            "\"fair\"",
            "The order in which it is served.",
        ),
        field(
            "ageing",
            SOME_SPAN,
            Is("\"20s\""),
            "\"20s\"",
            "Under `fair`: how long a request waits to make up for one class of priority.",
        ),
        field(
            "deadlines",
            Kind::Word(&[choice(
                "ignored",
                "the fleet knows nothing of them: only the report tells who was late",
            )]),
            Without("what would come too late leaves, and begins nothing more"),
            "\"ignored\"",
            "What the fleet makes of the `deadline` of workloads, in queues and everywhere else.",
        ),
        field(
            "max_waiting",
            WAITING,
            Is("10000"),
            "10000",
            "How many requests may wait for a quota at once.",
        ),
        field(
            "max_wait",
            ANY_SPAN,
            Is("\"30s\""),
            "\"30s\"",
            "How long a request waits for a quota before it tries the next rung.",
        ),
    ],
};
