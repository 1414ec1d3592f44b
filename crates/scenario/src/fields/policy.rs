//! What a fleet does: all that a variant may change.

use super::Default::{Is, Required, Without};
use super::rungs::{HUMAN, PRIMARY, RULES, RUNGS, SECONDARY, TERTIARY, WAITING};
use super::*;

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
            "budget",
            Kind::Map { of: &Kind::Table(&CAP), each: "{}", names: Names::Free("budget"), least: 0 },
            Without("no cap on spending"),
            "{ fleet = { cap = \"$400\" } }",
            "Caps on spending: `fleet` for all of it, or the name of a workload.",
        ),
    ],
};

static LIMITER: Table = Table {
    path: "policy.limiter",
    meaning: "How calls are held back before the provider refuses them. The limits are those of the provider's quotas.",
    fields: &[
        field(
            "kind",
            Kind::Word(&[
                choice("token_bucket", "a token bucket for each limit of the quota"),
                choice("none", "every call goes out at once"),
            ]),
            Is("\"token_bucket\""),
            "\"token_bucket\"",
            "The algorithm.",
        ),
        field(
            "scope",
            Kind::Word(&[
                choice("account", "what a quota belongs to"),
                choice("key", "each agent's key, as if keys had quotas of their own; wrong, and widespread"),
            ]),
            Is("\"account\""),
            "\"account\"",
            "What one set of buckets stands for.",
        ),
        field(
            "output_hold",
            Kind::Either(&[
                Kind::Word(&[choice("max_tokens", "the longest reply asked for: never too little")]),
                ANY_TOKENS,
            ]),
            Is("\"max_tokens\""),
            "300",
            "How many output tokens a call reserves before its reply is known. Too few become a debt at its end.",
        ),
        field(
            "share",
            Kind::Share { some: true },
            Is("\"100%\""),
            "\"90%\"",
            "The share of each limit that the client allows itself.",
        ),
    ],
};

static QUEUE: Table = Table {
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

static BREAKER: Table = Table {
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

static RETRY: Table = Table {
    path: "policy.retry",
    meaning: "How failed attempts are repeated on the same rung.",
    fields: &[
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
            Kind::Word(&[
                choice("full", "uniform from zero to the ceiling"),
                choice("none", "the ceiling itself"),
            ]),
            Is("\"full\""),
            "\"full\"",
            "How a wait is drawn below its ceiling.",
        ),
        field(
            "retry_after_max",
            ANY_SPAN,
            Is("\"60s\""),
            "\"60s\"",
            "The longest Retry-After that is obeyed; a longer one falls to the next rung. 0s ignores the header.",
        ),
        field(
            "budget",
            Kind::Either(&[Kind::Word(&[choice("none", "no bound")]), Kind::Table(&RETRY_BUDGET)]),
            Is("{}"),
            "{ per_request = \"20%\", burst = 10 }",
            "Bounds retries to a share of the traffic.",
        ),
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

static CAP: Table = Table {
    path: "policy.budget.NAME",
    meaning: "A cap on spending. Spent and reserved money together never pass it.",
    fields: &[
        field("cap", Kind::Money { some: true }, Required, "\"$400\"", "The cap."),
        field(
            "per",
            Kind::Word(&[
                choice("day", "it starts anew at each local midnight"),
                choice("total", "for the whole run"),
            ]),
            Is("\"day\""),
            "\"day\"",
            "Over which window it counts.",
        ),
        field(
            "alerts",
            Kind::List { of: &Kind::Share { some: true }, each: "\"50%\"", least: 0, most: 100 },
            Is("[\"50%\", \"80%\", \"100%\"]"),
            "[\"50%\", \"80%\", \"100%\"]",
            "Levels at which an alert is raised, once per window: whole per cents, ascending.",
        ),
        field(
            "at_cap",
            Kind::Word(&[
                choice("pause", "requests wait until money comes back or the window turns"),
                choice("fall", "requests fall to the next rung at once"),
            ]),
            Is("\"pause\""),
            "\"pause\"",
            "What happens at the cap.",
        ),
    ],
};
