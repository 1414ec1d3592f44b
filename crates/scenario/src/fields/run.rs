//! The outermost table, the trace, the variants and the SLOs.

use super::Default::{Is, Required, Without};
use super::business::BUSINESS;
use super::provider::PROVIDER;
use super::workload::WORKLOAD;
use super::*;

pub(crate) static SCENARIO: Table = Table {
    path: "",
    meaning: "The outermost keys stand before the first table. The first comment line of the file is the question \
              that the scenario answers.",
    fields: &[
        field(
            "name",
            Kind::Text,
            Without("the file's name without its ending"),
            "\"peak_hour\"",
            "Name of the scenario.",
        ),
        field(
            "seed",
            Kind::Count { least: 0, most: i64::MAX as u64 },
            Is("1"),
            "20260311",
            "The number from which all chance in the run grows. The same seed gives the same run.",
        ),
        field(
            "starts",
            Kind::Moment,
            Is("\"2026-01-05T09:00:00Z\""),
            "\"2026-03-11T17:30:00+02:00\"",
            "When the run starts, in RFC 3339. Day curves and daily caps read the local time of day from it.",
        ),
        field(
            "duration",
            SOME_SPAN,
            Without("one hour; where a trace is replayed, until a minute after the second of its last row"),
            "\"1h\"",
            "How long the run lasts. Nobody arrives after its end.",
        ),
        field(
            "warmup",
            ANY_SPAN,
            Is("\"0s\""),
            "\"5m\"",
            "How much of the start is left out of latencies. Shorter than `duration`. Counts cover the whole run.",
        ),
        field(
            "provider",
            Kind::Map { of: &Kind::Table(&PROVIDER), each: "{}", names: Names::Free("provider"), least: 1 },
            Required,
            "{ anthropic = { model.sonnet.preset = \"claude-sonnet-4-5\" } }",
            "The providers, by name.",
        ),
        field(
            "trace",
            Kind::Table(&TRACE),
            Without("no trace"),
            "{ path = \"trace.csv\" }",
            "The trace to replay.",
        ),
        field(
            "sessions",
            Kind::Table(&SESSIONS),
            Without("no recorded sessions"),
            "{ path = \"sessions.csv\" }",
            "The recorded sessions to replay.",
        ),
        field(
            "workload",
            Kind::Map { of: &Kind::Table(&WORKLOAD), each: "{}", names: Names::Free("workload"), least: 1 },
            Required,
            "{ leads = { agents = 100, arrivals = { kind = \"poisson\", per_agent_per_hour = 40 } } }",
            "Agents of one kind, by name. The name is also that of the workflow to which money is attributed.",
        ),
        field(
            "policy",
            Kind::Table(&POLICY),
            Is("{}"),
            "{ timeout = \"60s\" }",
            "What the fleet does. An empty one is sound.",
        ),
        field(
            "variant",
            Kind::Map { of: &Kind::Table(&VARIANT), each: "{}", names: Names::Free("variant"), least: 0 },
            Without("only `base`, the scenario itself"),
            "{ naive.policy.limiter.kind = \"none\" }",
            "The same world under another policy, by name.",
        ),
        field(
            "slo",
            Kind::Map {
                of: &Kind::Either(&[Kind::Limit, Kind::Table(&LIMIT)]),
                each: "\"< 1\"",
                names: Names::Paths,
                least: 0,
            },
            Without("nothing is required of the run"),
            "{ \"latency.response.p95\" = \"< 30s\" }",
            "Limits on figures of the report, by path. A limit without samples is inconclusive, never held. It may be \
             relative: `\"< 110% of base\"` holds every other variant against `base` (or another variant), \
             `\"<= 105% of baseline\"` the run against the committed baseline of the scenario; use `<=` where the \
             figure may be zero.",
        ),
        field(
            "business",
            Kind::Map { of: &Kind::Table(&BUSINESS), each: "{}", names: Names::Free("workload"), least: 1 },
            Without("the report says nothing of leads, apologies and satisfaction"),
            "{ leads = { capture = \"30%\" } }",
            "What answers are worth to those who ask, by workload: a model, not a finding.",
        ),
        field(
            "gate",
            Kind::Table(&GATE),
            Is("{}"),
            "{ bands = { \"latency.response.p99\" = \"2%\" } }",
            "What `rushhour gate` lets pass.",
        ),
    ],
};

static LIMIT: Table = Table {
    path: "slo.PATH",
    meaning: "A limit that says more than a comparison.",
    fields: &[
        field(
            "limit",
            Kind::Limit,
            Required,
            "\"< 5\"",
            "The comparison and its value, as it would stand alone.",
        ),
        field(
            "abort",
            Kind::Flag,
            Is("false"),
            "true",
            "Whether the run ends as soon as the limit is missed. The report says so and when, its figures are those until \
             then, and no other limit is decided. For upper limits (`<`, `<=`, `==`) on figures that only grow: counts \
             but `in_flight` and `parked`, and `cost_usd.total`, narrowed to a workload or cause if need be.",
        ),
    ],
};

static GATE: Table = Table {
    path: "gate",
    meaning: "The gate holds a run against the committed baseline of its scenario. A run is exact, so any figure that got \
              worse fails it, unless a band is declared here.",
    fields: &[field(
        "bands",
        Kind::Map { of: &Kind::Share { some: true }, each: "\"2%\"", names: Names::Paths, least: 0 },
        Without("no figure may get worse"),
        "{ \"latency.response.p99\" = \"2%\" }",
        "How far figures may move, as shares of the baseline's, by path.",
    )],
};

static SESSIONS: Table = Table {
    path: "sessions",
    meaning: "Recorded sessions of agents, which the agents of workloads with arrivals of kind `sessions` replay in a closed \
              loop: each waits for its answer, pauses as recorded, and asks again.",
    fields: &[field(
        "path",
        Kind::Text,
        Required,
        "\"traces/coding_sessions.csv\"",
        "A CSV file with the columns session, t_s, in_tokens, out_tokens, api_time_s and think_time_s; relative to the \
         scenario's file, in an override to the current directory.",
    )],
};

pub(crate) static TRACE: Table = Table {
    path: "trace",
    meaning: "A recording of real traffic. Every workload whose arrivals are of kind `trace` replays all of it, dealt \
              to its agents in turn.",
    fields: &[
        field(
            "path",
            Kind::Text,
            Required,
            "\"traces/azure_excerpt.csv\"",
            "The file, relative to the scenario's; in an override, relative to the current directory.",
        ),
        field(
            "format",
            Kind::Word(&[
                choice("auto", "told from its first line"),
                choice("azure", "CSV with the columns TIMESTAMP, ContextTokens and GeneratedTokens"),
                choice(
                    "mooncake",
                    "a JSON object a line with timestamp (ms), input_length and output_length",
                ),
                choice("burstgpt", "CSV with the columns Timestamp (s), Request tokens and Response tokens"),
            ]),
            Is("\"auto\""),
            "\"mooncake\"",
            "How the file is written.",
        ),
        field(
            "speed",
            Kind::Number { least: 0.0, above: true, most: 1_000_000.0 },
            Is("1"),
            "2",
            "How many times as fast its clock runs: 2 halves every gap.",
        ),
        field(
            "rate",
            Kind::Number { least: 0.0, above: true, most: 1_000.0 },
            Is("1"),
            "1.5",
            "How many times as many requests there are in the same time: 1.5 lays the trace over itself, turned round by \
             half its span, and keeps half of the second copy's rows.",
        ),
    ],
};

static VARIANT: Table = Table {
    path: "variant.NAME",
    meaning: "A variant is laid over `[policy]` key by key: tables are merged, everything else is replaced. `base` is \
              the scenario itself and always comes first.",
    fields: &[field(
        "policy",
        Kind::Table(&POLICY),
        Required,
        "{ limiter.kind = \"none\" }",
        "What the variant does otherwise. Nothing but the policy can differ.",
    )],
};
