//! Who asks, when, and for how much.

use super::Default::{Is, Required, Without};
use super::*;

pub(crate) static WORKLOAD: Table = Table {
    path: "workload.NAME",
    meaning: "Agents of one kind.",
    fields: &[
        field(
            "agents",
            Kind::Count { least: 1, most: 1_000_000 },
            Required,
            "100",
            "How many agents there are.",
        ),
        field(
            "users",
            Kind::Either(&[USER_COUNT, Kind::Table(&USERS)]),
            Without("each agent is its own end user"),
            "{ count = 2000, skew = 1.0 }",
            "The end users for whom the agents ask: how many, or a table. Each request is for one of them, whichever \
             agent makes it.",
        ),
        field(
            "arrivals",
            Kind::Table(&ARRIVALS),
            Required,
            "{ kind = \"poisson\", per_agent_per_hour = 40 }",
            "When they ask.",
        ),
        field(
            "prompt",
            Kind::Table(&PROMPT),
            Is("{}"),
            "{ growth = 651, turns = 8 }",
            "How long their prompts are.",
        ),
        field(
            "output",
            Kind::Either(&[SOME_TOKENS, Kind::Table(&OUTPUT)]),
            Is("{ p50 = 217, p95 = 1507 }"),
            "{ p50 = 217, p95 = 1507 }",
            "How long the replies are, in tokens, before `max_tokens` cuts them: a number, or a lognormal spread.",
        ),
        field(
            "max_tokens",
            SOME_TOKENS,
            Is("1024"),
            "1024",
            "The longest reply that they ask for. Longer ones are cut there.",
        ),
        field(
            "patience",
            SOME_SPAN,
            Without("they wait for ever"),
            "\"2m\"",
            "How long an agent waits for an answer before it gives up.",
        ),
        field(
            "priority",
            Kind::Count { least: 0, most: 255 },
            Is("0"),
            "1",
            "The class of urgency; 0 goes first.",
        ),
    ],
};

const USER_COUNT: Kind = Kind::Count { least: 1, most: 10_000_000 };

static USERS: Table = Table {
    path: "workload.NAME.users",
    meaning: "A population of end users. Who asks is drawn by the request's name, so no policy moves it.",
    fields: &[
        field("count", USER_COUNT, Required, "2000", "How many end users there are."),
        field(
            "skew",
            Kind::Number { least: 0.0, above: false, most: 4.0 },
            Is("0.0"),
            "1.0",
            "How unevenly they ask: the user of rank r asks in proportion to r^-skew (Zipf's law). 0 for all alike.",
        ),
        field(
            "per_source",
            Kind::Count { least: 1, most: 1_000_000 },
            Is("1"),
            "4",
            "How many of them share one source, as people behind the address of an office do.",
        ),
    ],
};

const OPEN: &[&str] = &["poisson", "day_curve", "gamma", "weibull"];

static ARRIVALS: Table = Table {
    path: "workload.NAME.arrivals",
    meaning: "When the agents ask. All kinds but `closed_loop` are open loop: they ask whether or not they were answered.",
    fields: &[
        field(
            "kind",
            Kind::Word(&[
                choice("poisson", "a Poisson process for each agent"),
                choice("day_curve", "the same, with a rate that follows the time of day"),
                choice("gamma", "gaps of a gamma distribution: burstier than Poisson where `cv` is above 1, steadier below"),
                choice("weibull", "the same with a Weibull distribution, whose long gaps are longer"),
                choice("closed_loop", "think, ask, wait for the outcome, think again"),
                choice("trace", "the rows of `[trace]`, with their token counts"),
            ]),
            Required,
            "\"day_curve\"",
            "The kind of traffic.",
        ),
        field(
            "per_agent_per_hour",
            Kind::Number { least: 0.0, above: true, most: 1e6 },
            Required,
            "40",
            "Requests of one agent per hour; of a day curve, on the average of a day.",
        )
        .with(OPEN),
        field(
            "cv",
            Kind::Number { least: 0.1, above: false, most: 10.0 },
            Required,
            "2.0",
            "Standard deviation over mean of an agent's gaps: 1 is a Poisson process; single tenants of a large provider have \
             1.1 to 9.",
        )
        .with(&["gamma", "weibull"]),
        field("peak", Kind::TimeOfDay, Required, "\"18:00\"", "The local time of day of the peak.")
            .with(&["day_curve"]),
        field(
            "peak_to_mean",
            Kind::Number { least: 1.0, above: false, most: 20.0 },
            Required,
            "3.0",
            "The rate at the peak over the average of a day.",
        )
        .with(&["day_curve"]),
        field(
            "think",
            Kind::Either(&[SOME_SPAN, Kind::Table(&THINK)]),
            Required,
            "{ p50 = \"10s\", p95 = \"2m\" }",
            "How long an agent thinks between an outcome and its next request: always the same, or a spread.",
        )
        .with(&["closed_loop"]),
    ],
};

static THINK: Table = Table {
    path: "workload.NAME.arrivals.think",
    meaning: "A random length of time: lognormal by `p50` and `p95`, or exponential by `mean`.",
    fields: &[
        field("p50", SOME_SPAN, Without("`mean` is given"), "\"10s\"", "Half of all are shorter."),
        field(
            "p95",
            SOME_SPAN,
            Without("`mean` is given"),
            "\"2m\"",
            "95 of 100 are shorter. At least `p50`.",
        ),
        field(
            "mean",
            SOME_SPAN,
            Without("`p50` and `p95` are given"),
            "\"10s\"",
            "The mean of an exponential spread.",
        ),
    ],
};

static PROMPT: Table = Table {
    path: "workload.NAME.prompt",
    meaning: "A session begins with a prompt of `first` tokens; each later turn adds `growth`; after `turns` turns, or at \
              `max` tokens, the next session begins.",
    fields: &[
        field(
            "first",
            Kind::Either(&[SOME_TOKENS, Kind::Table(&FIRST)]),
            Is("{ p50 = 1200, p95 = 4000 }"),
            "{ p50 = 1200, p95 = 4000 }",
            "Tokens of a session's first prompt: a number, or a lognormal spread, cut off at `max`.",
        ),
        field("growth", ANY_TOKENS, Is("651"), "651", "Tokens that each turn adds."),
        field("turns", Kind::Count { least: 1, most: 1_000_000 }, Is("8"), "8", "Turns of a session."),
        field("max", SOME_TOKENS, Is("32000"), "32000", "No prompt is longer."),
    ],
};

static FIRST: Table = Table {
    path: "workload.NAME.prompt.first",
    meaning: "A lognormal spread of tokens.",
    fields: &[
        field("p50", SOME_TOKENS, Required, "1200", "Half of all are shorter."),
        field("p95", SOME_TOKENS, Required, "4000", "95 of 100 are shorter. At least `p50`."),
    ],
};

static OUTPUT: Table = Table {
    path: "workload.NAME.output",
    meaning: "A lognormal spread of tokens, cut off at `max`.",
    fields: &[
        field("p50", SOME_TOKENS, Required, "217", "Half of all are shorter."),
        field("p95", SOME_TOKENS, Required, "1507", "95 of 100 are shorter. At least `p50`."),
        field("max", SOME_TOKENS, Is("100000"), "4000", "None is longer. At least `p50`."),
    ],
};
