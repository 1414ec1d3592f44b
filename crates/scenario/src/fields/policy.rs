//! What a fleet does: all that a variant may change.

mod breaker;
mod budget;
mod ladder;
mod limiter;
mod parking;
mod queue;
mod retry;

use super::Default::{Is, Without};
use super::rungs::{HUMAN, PRIMARY, RULES, RUNGS, SECONDARY, TERTIARY};
use super::*;
use breaker::BREAKER;
use budget::CAP;
use ladder::LADDER;
use limiter::LIMITER;
use parking::PARKING;
use queue::QUEUE;
use retry::RETRY;

pub(crate) static POLICY: Table = Table {
    path: "policy",
    meaning: "What the fleet does. Every key has a default, so an empty `[policy]` is a sound one.",
    fields: &[
        field(
            "timeout",
            SOME_SPAN,
            Is("\"60s\""),
            "\"60s\"",
            "How long a call may take before the client stops waiting.",
        ),
        field(
            "shared_backoff",
            Kind::Flag,
            Is("true"),
            "true",
            "Whether one agent's 429 slows all agents of the quota.",
        ),
        field(
            "processes",
            Kind::Count { least: 1, most: 1_000 },
            Is("1"),
            "4",
            "How many processes share the agents, each with a limiter, queue, breakers and ledger of its own. None knows \
             of the others: together they allow themselves so many times each limit and cap, unless `limiter.share` \
             and the caps divide them.",
        ),
        field(
            "chain",
            Kind::List { of: &Kind::Word(RUNGS), each: "\"primary\"", least: 1, most: 6 },
            Without(
                "`primary`, then whatever is configured, then `fail` unless the last rung answers everything",
            ),
            "[\"primary\", \"secondary\", \"rules\", \"human\"]",
            "Who answers, in order. It ends with `rules` or `human` that answer 100 %, or with `fail`, which says that \
             requests may go without an answer.",
        ),
        field(
            "primary",
            Kind::Table(&PRIMARY),
            Is("{}"),
            "{ lanes = { \"anthropic/sonnet\" = 1 } }",
            "The model one wants.",
        ),
        field(
            "secondary",
            Kind::Table(&SECONDARY),
            Without("no such rung"),
            "{ lanes = { \"backup/sonnet\" = 1 } }",
            "The first fallback.",
        ),
        field(
            "tertiary",
            Kind::Table(&TERTIARY),
            Without("no such rung"),
            "{ lanes = { \"backup/haiku\" = 1 } }",
            "The second fallback.",
        ),
        field(
            "rules",
            Kind::Table(&RULES),
            Without("no such rung"),
            "{ answers = \"70%\" }",
            "Answers without a model.",
        ),
        field("human", Kind::Table(&HUMAN), Without("no such rung"), "{ capacity = 10 }", "People."),
        field(
            "limiter",
            Kind::Table(&LIMITER),
            Is("{}"),
            "{ kind = \"token_bucket\" }",
            "How calls are held back.",
        ),
        field(
            "queue",
            Kind::Table(&QUEUE),
            Is("{}"),
            "{ discipline = \"fair\" }",
            "Who goes first and who must not wait.",
        ),
        field("breaker", Kind::Table(&BREAKER), Is("{}"), "{ failures = 5 }", "When a lane is shut."),
        field(
            "retry",
            Kind::Table(&RETRY),
            Is("{}"),
            "{ max_attempts = 3 }",
            "How failed attempts are repeated.",
        ),
        field(
            "ladder",
            Kind::Table(&LADDER),
            Is("{}"),
            "{ kind = \"failures\" }",
            "What the fleet falls back to as a whole, and when.",
        ),
        field(
            "parking",
            Kind::Table(&PARKING),
            Is("{}"),
            "{ kind = \"park\", from_priority = 2 }",
            "What becomes of requests that can wait.",
        ),
        field(
            "budget",
            Kind::Map { of: &Kind::Table(&CAP), each: "{}", names: Names::Free("budget"), least: 0 },
            Without("no cap on spending"),
            "{ fleet = { cap = \"$400\" } }",
            "Caps on spending, by name: `fleet` for all of it, the name of a workload, or any name with a `scope`.",
        ),
    ],
};
