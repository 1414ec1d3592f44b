//! What a fleet does: all that a variant may change.

mod breaker;
mod budget;
mod compression;
mod costs;
mod errors;
mod estimate;
mod guard;
mod ladder;
mod limiter;
mod parking;
mod queue;
mod retry;
mod risk;
mod validation;

use super::Default::{Is, Without};
use super::prompts::PROMPT_CACHE;
use super::rungs::{CLASS, HUMAN, PRIMARY, RULES, RUNGS, SECONDARY, TERTIARY};
use super::*;
use breaker::BREAKER;
use budget::CAP;
use compression::COMPRESSION;
use costs::COST_LINE;
use errors::ON_ERROR;
use estimate::TOKEN_ESTIMATE;
use guard::GUARD;
use ladder::LADDER;
use limiter::LIMITER;
use parking::PARKING;
use queue::QUEUE;
use retry::RETRY;
use risk::RISK;
use validation::VALIDATION;

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
            "first_token_timeout",
            SOME_SPAN,
            Without("it waits for the first token as long as for the whole reply"),
            "\"10s\"",
            "How long a call may take to its first token before the client stops waiting. Less than `timeout`. To watch \
             tokens, the client streams its replies.",
        ),
        field(
            "idle_timeout",
            SOME_SPAN,
            Without("it waits for the next token as long as for the whole reply"),
            "\"5s\"",
            "How long it may take from one token to the next before the client stops waiting. Less than `timeout`. It looks at \
             tokens and not at bytes, so pings keep nothing alive.",
        ),
        field(
            "prompt_cache",
            Kind::Word(PROMPT_CACHE),
            Is("\"none\""),
            "\"5m\"",
            "For how long providers of the `anthropic` dialect are asked to keep prompts. What is read again is cheaper, what is \
             written dearer: it saves where a conversation goes on within the lifetime, and costs where it does not. \
             Prompts that no later one repeats are kept as far as they are `shared`.",
        ),
        field(
            "fit",
            Kind::Either(&[
                Kind::Word(&[
                    choice(
                        "known",
                        "the models' context windows are known, and what is longer goes to the next rung",
                    ),
                    choice("unknown", "everything is sent, and what is too long is refused by the provider"),
                ]),
                Kind::Map { of: &SOME_TOKENS, each: "200000", names: Names::Lanes, least: 1 },
            ]),
            Is("\"known\""),
            "{ \"anthropic/sonnet\" = 1000000 }",
            "What the fleet believes of the models' context windows: it may be wrong, lane by lane.",
        ),
        field(
            "shared_backoff",
            Kind::Flag,
            Is("true"),
            "true",
            "Whether one agent's 429 slows all agents of the quota.",
        ),
        field(
            "token_estimate",
            TOKEN_ESTIMATE,
            Is("\"exact\""),
            "\"characters\"",
            "How the client counts the tokens of its prompts before it sends them: what limiter, budget, routes and context \
             checks go by. What the provider counts replaces it afterwards; an estimate that was too small leaves a debt at \
             the limiter, and may pass a cap by the difference.",
        ),
        field(
            "guarded",
            Kind::Flag,
            Is("false"),
            "true",
            "Whether prompts tell the model to say nothing that it cannot know from them: the workloads' `guarded` rates hold \
             then. Such a prompt is longer by `guard_tokens`.",
        ),
        field(
            "guard_tokens",
            ANY_TOKENS,
            Is("0"),
            "60",
            "By how many tokens a `guarded` prompt is longer, and that of a regeneration. They stand with the system's \
             instructions in the one, and at the end in the other, where a prompt cache still knows what comes before.",
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
            "risk",
            Kind::Either(&[Kind::Word(&[choice("none", "no limit per end user")]), Kind::Table(&RISK)]),
            Is("\"none\""),
            "{ requests_per_minute = 10 }",
            "What one end user may ask for.",
        ),
        field(
            "guard",
            Kind::Either(&[Kind::Word(&[choice("none", "a task may go on for ever")]), Kind::Table(&GUARD)]),
            Is("\"none\""),
            "{ repeats = 5, steps = 100, dollars = \"$5\" }",
            "When an agent's task is taken for a loop and ended.",
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
            "compression",
            Kind::Table(&COMPRESSION),
            Is("{}"),
            "{ method = \"prune\", above = 8000, to = 2000 }",
            "When and how histories are made shorter.",
        ),
        field(
            "validation",
            Kind::Table(&VALIDATION),
            Is("{}"),
            "{ on_invalid = \"regenerate\" }",
            "How replies are checked before they go out.",
        ),
        field(
            "on_error",
            Kind::Table(&ON_ERROR),
            Is("{}"),
            "{ rate_limited = \"reroute\" }",
            "What follows from each kind of error.",
        ),
        field(
            "correlated",
            Kind::Word(&[
                choice("none", "each lane stands for itself"),
                choice("provider", "lanes of one provider, or of one `fate`, are left out together"),
            ]),
            Is("\"none\""),
            "\"provider\"",
            "Whether lanes share their fate: a request that met any error but a 429 or a fault of its own on one of them \
             leaves out the others, and all do while `correlated_trips` of them are shut. Or a fallback to the second \
             model of a dead provider is tried first, and in vain.",
        ),
        field(
            "correlated_trips",
            Kind::Count { least: 1, most: 1_000 },
            Is("1"),
            "2",
            "Under `correlated`: how many lanes of a provider must be shut before the others are left out.",
        ),
        field(
            "classes",
            Kind::Map { of: &Kind::Table(&CLASS), each: "{}", names: Names::Free("class"), least: 0 },
            Without("every request begins with the lanes of the first rung"),
            "{ easy = { up_to = 40, lanes = { \"anthropic/haiku\" = 1 } } }",
            "Classes of requests by difficulty.",
        ),
        field(
            "budget",
            Kind::Map { of: &Kind::Table(&CAP), each: "{}", names: Names::Free("budget"), least: 0 },
            Without("no cap on spending"),
            "{ fleet = { cap = \"$400\" } }",
            "Caps on spending, by name: `fleet` for all of it, the name of a workload, or any name with a `scope`.",
        ),
        field(
            "costs",
            Kind::Map { of: &Kind::Table(&COST_LINE), each: "{}", names: Names::Free("cost"), least: 0 },
            Without("no cost but that of calls, rules and people"),
            "{ retrieval = { per = \"message\", amount = \"$0.004\" } }",
            "Costs that are no tokens, by name.",
        ),
    ],
};
