//! What becomes of requests that can wait.

use crate::fields::Default::{Is, Without};
use crate::fields::*;

const SOME: Kind = Kind::Count { least: 1, most: 1_000_000 };

pub(super) static PARKING: Table = Table {
    path: "policy.parking",
    meaning: "Requests that can wait are set aside while there is no quota, money or healthy lane. They hold nothing \
              meanwhile, and are taken up again by class and age when there is room. They never go to rules or people for \
              want of room.",
    fields: &[
        field(
            "kind",
            Kind::Word(&[choice("none", "nothing can wait"), choice("park", "what can wait is parked")]),
            Is("\"none\""),
            "\"park\"",
            "Whether anything is parked.",
        ),
        field(
            "workloads",
            Kind::List { of: &Kind::Text, each: "\"documents\"", least: 0, most: 1_000 },
            Is("[]"),
            "[\"documents\"]",
            "Workloads whose requests can wait.",
        ),
        field(
            "from_priority",
            Kind::Count { least: 0, most: 255 },
            Without("the class of urgency does not matter"),
            "2",
            "Requests of this class of urgency and of less urgent ones can wait, whatever their workload.",
        ),
        field(
            "instead_of",
            Kind::Word(&[
                choice("trying", "they are parked before they try anything"),
                choice("falling", "they are parked where others would fall to another rung"),
                choice("failing", "they are parked where no rung of a model had an answer"),
            ]),
            Is("\"falling\""),
            "\"falling\"",
            "When they are parked. What time cannot mend, such as a prompt too long for the model, falls all the same.",
        ),
        field(
            "max_parked",
            Kind::Count { least: 1, most: 100_000_000 },
            Is("100000"),
            "100000",
            "How many may be parked at once. Those beyond are refused.",
        ),
        field(
            "max_attempts",
            SOME,
            Is("5"),
            "5",
            "How often one is taken up and called for in vain before it becomes a dead letter.",
        ),
        field(
            "max_age",
            SOME_SPAN,
            Is("\"24h\""),
            "\"24h\"",
            "One that has been parked for longer, since the first time, becomes a dead letter.",
        ),
        field(
            "lease",
            SOME_SPAN,
            Is("\"10m\""),
            "\"10m\"",
            "How long one that was taken up may take before it is taken back and parked again. Longer than `timeout`.",
        ),
        field(
            "backoff",
            SOME_SPAN,
            Is("\"30s\""),
            "\"30s\"",
            "How long one that came back is left alone; twice as long after each attempt made in vain.",
        ),
        field("drain", Kind::Table(&DRAIN), Is("{}"), "{ at_once = 20 }", "How fast they are taken up."),
    ],
};

static DRAIN: Table = Table {
    path: "policy.parking.drain",
    meaning: "How fast parked requests are taken up.",
    fields: &[
        field("at_once", SOME, Is("10"), "10", "How many may be under way at once."),
        field("amount", SOME, Is("60"), "60", "How many are taken up within any `period`."),
        field("period", SOME_SPAN, Is("\"1m\""), "\"1m\"", "The period."),
        field(
            "queue_below",
            SOME,
            Is("1"),
            "1",
            "They are taken up only while fewer requests than this wait for a quota of the first rung of models.",
        ),
        field(
            "from",
            Kind::TimeOfDay,
            Without("they are taken up at any time"),
            "\"22:00\"",
            "The local time of day from which on they are taken up. Together with `until`.",
        ),
        field(
            "until",
            Kind::TimeOfDay,
            Without("they are taken up at any time"),
            "\"06:00\"",
            "The local time of day until which they are taken up; before `from` if it is on the next day.",
        ),
    ],
};
