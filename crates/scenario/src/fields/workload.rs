//! Who asks, when, and for how much.

use super::Default::{Is, Required, Without};
use super::abuse::ABUSE;
use super::shape::{BURST, SHAPE};
use super::spreads::{AWAY, FIRST, OUTPUT, STEPS, THINK};
use super::words::WORDS;
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
            "task",
            Kind::Table(&TASK),
            Without("each request stands alone"),
            "{ steps = 8, stuck = \"2%\" }",
            "Tasks that agents of a closed loop work on, one at a time.",
        ),
        field(
            "output",
            Kind::Either(&[SOME_TOKENS, Kind::Table(&OUTPUT)]),
            Is("{ p50 = 217, p95 = 1507 }"),
            "{ p50 = 217, p95 = 1507 }",
            "How long the replies are, in tokens, before `max_tokens` cuts them: a number, or a spread.",
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
            "deadline",
            SOME_SPAN,
            Without("answers are worth something however late they come"),
            "\"30s\"",
            "How long an answer is worth anything. The fleet knows it: a request whose time is up leaves its queue, is not \
             tried again, and falls to nobody; a call that is under way is not cut. Whoever asked waits on, for as long as \
             `patience` lasts.",
        ),
        field(
            "comes_back",
            Kind::Table(&COMES_BACK),
            Without("whoever got no answer is not heard of again"),
            "{ share = \"40%\", after = { mean = \"5m\" }, times = 3 }",
            "How people who got no answer come back and ask the same again. Of open loops only: an agent of a closed loop \
             goes on anyway.",
        ),
        field(
            "priority",
            Kind::Count { least: 0, most: 255 },
            Is("0"),
            "1",
            "The class of urgency; 0 goes first.",
        ),
        field(
            "abuse",
            Kind::Map { of: &Kind::Table(&ABUSE), each: "{}", names: Names::Free("abuse"), least: 0 },
            Without("nobody abuses it"),
            "{ hammer = { kind = \"hammering\", requests = 1000 } }",
            "Who abuses it.",
        ),
        field(
            "difficulty",
            Kind::Either(&[DIFFICULTY, Kind::List { of: &DIFFICULTY, each: "20", least: 2, most: 2 }]),
            Is("50"),
            "[0, 100]",
            "How difficult the requests are, from 0 to 100: one figure, or the least and the most, between which each \
             request draws its own. `policy.classes` goes by it.",
        ),
        field(
            "words",
            Kind::Table(&WORDS),
            Without("only lengths matter"),
            "{ knowledge = \"shop\" }",
            "What they talk about, and how often models are wrong about it.",
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

static COMES_BACK: Table = Table {
    path: "workload.NAME.comes_back",
    meaning: "People who got no answer and ask the same again, later: a request of its own, with new patience. Whether and \
              when they come is drawn by the request's name, so no policy moves the luck of anybody else.",
    fields: &[
        field(
            "share",
            Kind::Share { some: true },
            Required,
            "\"40%\"",
            "The share of those without an answer that comes back, each time. What it is for a service is an input: none of \
             the public traces says.",
        ),
        field(
            "after",
            Kind::Either(&[SOME_SPAN, Kind::Table(&AWAY)]),
            Required,
            "{ mean = \"5m\" }",
            "How long they stay away: always the same, or a spread.",
        ),
        field(
            "times",
            Kind::Count { least: 1, most: 7 },
            Is("3"),
            "3",
            "How many times at most one question is asked again.",
        ),
        field(
            "when",
            Kind::List { of: &UNANSWERED, each: "\"abandoned\"", least: 1, most: 3 },
            Is("[\"abandoned\"]"),
            "[\"abandoned\", \"failed\"]",
            "After which endings.",
        ),
    ],
};

const UNANSWERED: Kind = Kind::Word(&[
    choice("abandoned", "they ran out of `patience`"),
    choice("failed", "the fleet had no answer"),
    choice("refused", "they were turned away"),
]);

const DIFFICULTY: Kind = Kind::Count { least: 0, most: 100 };

/// Kinds whose rate may change with time by `shape` and `bursts`.
const SHAPED: &[&str] = &["poisson", "gamma", "weibull"];
const OPEN: &[&str] = &["poisson", "day_curve", "gamma", "weibull"];

static ARRIVALS: Table = Table {
    path: "workload.NAME.arrivals",
    meaning: "When the agents ask. `closed_loop` and `sessions` wait for the outcome of a request before the next; all others \
              are open loop: they ask whether or not they were answered.",
    fields: &[
        field(
            "kind",
            Kind::Word(&[
                choice("poisson", "a Poisson process for each agent"),
                choice("day_curve", "the same, with a rate that follows the time of day"),
                choice("batch", "each agent asks so often, evenly over a stretch of time, and then no more"),
                choice("gamma", "gaps of a gamma distribution: burstier than Poisson where `cv` is above 1, steadier below"),
                choice("weibull", "the same with a Weibull distribution, whose long gaps are longer"),
                choice("closed_loop", "think, ask, wait for the outcome, think again"),
                choice("trace", "the rows of `[trace]`, with their token counts"),
                choice("sessions", "the recorded sessions of `[sessions]`: ask, wait for the outcome, pause, ask again"),
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
            "Requests of one agent per hour; of a day curve, on the average of a day; under a `shape`, where its factor is 1.",
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
        field(
            "start",
            Kind::Word(&[choice("midway", "they are met in the middle of a gap, as in a stream that has run for long")]),
            Without("they all begin a gap with the run"),
            "\"midway\"",
            "How the run finds the agents. Where they all begin a gap, a bursty stream begins with a burst: of variation \
             cv, each agent asks (cv² − 1) / 2 times too often near the start, and then as often as stated.",
        )
        .with(&["gamma", "weibull"]),
        field(
            "shape",
            Kind::Table(&SHAPE),
            Without("the rate is the same at all times"),
            "{ kind = \"week\" }",
            "How the rate changes with time. The law of the gaps stays: they are drawn at the average rate and laid over \
             the shape by a change of time, so that bursts can be bursty.",
        )
        .with(SHAPED),
        field(
            "bursts",
            Kind::List {
                of: &Kind::Table(&BURST),
                each: "{ at = \"20m\", for = \"5m\", factor = 4 }",
                least: 1,
                most: 1_000,
            },
            Without("there are none"),
            "[{ at = \"20m\", for = \"5m\", factor = 4 }]",
            "Times in which they ask more often, or less: a flash crowd. Where two overlap their factors multiply.",
        )
        .with(SHAPED),
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
        field("at", ANY_SPAN, Required, "\"1h\"", "When the batch begins, from the start of the run.")
            .with(&["batch"]),
        field(
            "each",
            Kind::Count { least: 1, most: 1_000_000 },
            Required,
            "100",
            "How many requests each agent makes.",
        )
        .with(&["batch"]),
        field("over", ANY_SPAN, Without("they ask all at once"), "\"10m\"", "Over how long they are spread.")
            .with(&["batch"]),
        field(
            "think",
            Kind::Either(&[SOME_SPAN, Kind::Table(&THINK)]),
            Required,
            "{ p50 = \"10s\", p95 = \"2m\" }",
            "How long an agent thinks between an outcome and its next request: always the same, or a spread.",
        )
        .with(&["closed_loop"]),
        field(
            "pause_cap",
            ANY_SPAN,
            Is("\"10m\""),
            "\"10m\"",
            "No recorded pause between two requests is longer: what lies beyond is a person who has left the desk.",
        )
        .with(&["sessions"]),
        field(
            "speed",
            Kind::Number { least: 0.0, above: true, most: 1e3 },
            Without("they work as fast as they were recorded"),
            "2.0",
            "How many times as fast agents work as they were recorded: pauses, cut off at `pause_cap`, are divided by it. How \
             long answers take is up to the provider.",
        )
        .with(&["sessions"]),
        field(
            "begin",
            Kind::Word(&[
                choice("drawn", "each with a session drawn by the agent's name"),
                choice("in_order", "the first with the first of the file, the second with the second, and so on"),
            ]),
            Is("\"drawn\""),
            "\"drawn\"",
            "With which session an agent begins. It goes on with those that follow in the file, and after the last with the \
             first.",
        )
        .with(&["sessions"]),
        field(
            "start_within",
            ANY_SPAN,
            Is("\"0s\""),
            "\"1m\"",
            "Agents begin at random times within this span; `0s` lets all begin at once.",
        )
        .with(&["sessions"]),
        field(
            "cache_hit",
            Kind::Share { some: false },
            Is("\"93%\""),
            "\"93%\"",
            "The share of each prompt that the provider reads from its cache; the rest is written to it. An assumption, since \
             recordings do not say: `0%` for no cache at all.",
        )
        .with(&["sessions"]),
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
            "Tokens of a session's first prompt: a number, or a spread, cut off at `max`.",
        ),
        field("growth", ANY_TOKENS, Is("651"), "651", "Tokens that each turn adds."),
        field("turns", Kind::Count { least: 1, most: 1_000_000 }, Is("8"), "8", "Turns of a session."),
        field("max", SOME_TOKENS, Is("32000"), "32000", "No prompt is longer."),
        field(
            "shared",
            ANY_TOKENS,
            Is("0"),
            "3000",
            "The first so many tokens of every prompt are the same for all agents of the workload: system prompt and tools. \
             Only prompt caches care.",
        ),
    ],
};

static TASK: Table = Table {
    path: "workload.NAME.task",
    meaning: "A task of several steps, each one request. An agent whose step is not answered asks the same again; with each \
              task its prompts begin afresh.",
    fields: &[
        field(
            "steps",
            Kind::Either(&[SOME_TOKENS, Kind::Table(&STEPS)]),
            Required,
            "8",
            "How many steps: a number, or a spread.",
        ),
        field(
            "stuck",
            Kind::Share { some: false },
            Is("\"0%\""),
            "\"2%\"",
            "The share of steps that never succeed: each answer is paid for, the tool call that comes of it fails, and \
             the agent asks the same again, for ever.",
        ),
    ],
};
