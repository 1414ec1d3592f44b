//! Providers, their models and faults.

use super::Default::{Is, Required, Without};
use super::faults::FAULT;
use super::prices::PRICES;
use super::prompts::CACHE;
use super::quota::{PROJECT, QUOTA};
use super::spreads::REASONING;
use super::*;
use crate::presets;

pub(crate) static PROVIDER: Table = Table {
    path: "provider.NAME",
    meaning: "A provider as one organisation sees it: what it grants, what it charges, how fast it is, and what goes \
              wrong. Limits hold for the organisation, so keys add no capacity.",
    fields: &[
        field(
            "dialect",
            Kind::Word(&[
                choice(
                    "anthropic",
                    "requests, input and output tokens are limited apart, output as it is produced; overload is a 529",
                ),
                choice(
                    "openai",
                    "requests and tokens are limited, by the minute and by the day, and the longest reply asked for is \
                     charged when a call is admitted; overload is a 503",
                ),
            ]),
            Is("\"anthropic\""),
            "\"openai\"",
            "Whose rules of accounting and errors it follows.",
        ),
        field(
            "output_counts",
            Kind::Word(&[
                choice("as_produced", "what a reply has, and `max_tokens` plays no part"),
                choice("at_admission", "the longest reply asked for, when a call is admitted"),
            ]),
            Without("`at_admission` for `openai`, `as_produced` for `anthropic`"),
            "\"at_admission\"",
            "What of a reply counts against a quota. Anthropic documented until 2025 that output is reserved from \
             `max_tokens` at the start and settled at the end: `at_admission` with `refunds_unused`.",
        ),
        field(
            "estimate",
            Kind::Word(&[
                choice("sum", "prompt and `max_tokens` together, which recorded headers fit"),
                choice("larger", "the larger of the two, which OpenAI documents"),
            ]),
            Is("\"sum\""),
            "\"larger\"",
            "What is charged to the tokens of a quota where output counts at admission.",
        ),
        field(
            "refunds_unused",
            Kind::Flag,
            Is("false"),
            "true",
            "Whether what a reply did not use of `max_tokens` is given back, where output counts at admission. No source \
             says that OpenAI does.",
        ),
        field(
            "output_charged_every",
            SHORT_SPAN,
            Without(
                "`1s` for `anthropic` where output is limited; `openai` charges it when a call is admitted",
            ),
            "\"1s\"",
            "In which steps of time the `anthropic` dialect counts the output of a reply that is under way: who calls meanwhile \
             meets what it has used by then. `0s` counts it whole when the reply ends. The provider counts it live; shorter \
             steps are closer to that and cost time.",
        ),
        field(
            "counts_failed",
            Kind::Flag,
            Without("`true` for `openai`, which documents it, and `false` for `anthropic`"),
            "true",
            "Whether calls that are refused or fail count as requests all the same, as far as there is room for one.",
        ),
        field(
            "tier",
            Kind::Preset { what: "tier", names: presets::tier_names },
            Without("no tier: only what `quota` states is limited"),
            "\"anthropic/tier-2\"",
            "What the organisation is granted for each model family, by the name that the provider gives it.",
        ),
        field(
            "model",
            Kind::Map { of: &Kind::Table(&MODEL), each: "{}", names: Names::Free("model"), least: 1 },
            Required,
            "{ sonnet = { preset = \"claude-sonnet-4-5\" } }",
            "Its models, by a name of your choice. The lane of a model is called `provider/model`.",
        ),
        field(
            "project",
            Kind::Map { of: &Kind::Table(&PROJECT), each: "{}", names: Names::Free("project"), least: 0 },
            Without("all calls are the organisation's own"),
            "{ nightly = { quota = { tokens_per_minute = 100000 } } }",
            "Its projects, by name: parts of the organisation with lanes and limits of their own. Anthropic calls them \
             workspaces.",
        ),
        field(
            "fate",
            Kind::Text,
            Without("the provider's name"),
            "\"aws-eu\"",
            "With what it stands and falls: providers of one fate fail together as far as `policy.correlated` goes.",
        ),
        field(
            "fault",
            Kind::Map { of: &Kind::Table(&FAULT), each: "{}", names: Names::Free("fault"), least: 0 },
            Without("nothing goes wrong"),
            "{ lunch_dip = { kind = \"overloaded\", at = \"22m\", for = \"3m\" } }",
            "What goes wrong, and when, by name.",
        ),
    ],
};

static MODEL: Table = Table {
    path: "provider.NAME.model.NAME",
    meaning: "A model and its lane. Models of one family share one quota.",
    fields: &[
        field(
            "preset",
            Kind::Preset { what: "preset", names: presets::model_names },
            Without("`prices` must then be stated"),
            "\"claude-sonnet-4-5\"",
            "A known model: its list prices, and its family for the tier.",
        ),
        field(
            "family",
            Kind::Text,
            Without("the preset's, else the model's own"),
            "\"sonnet-4\"",
            "The class of models with which it shares a quota.",
        ),
        field(
            "context",
            Kind::Count { least: 1, most: MOST_TOKENS },
            Without("the preset's; without a preset no limit"),
            "200000",
            "Its context window in tokens. A request whose prompt and `max_tokens` together are longer goes to the next \
             rung; one that is sent all the same (`policy.fit`) is refused with a 400.",
        ),
        field(
            "prices",
            Kind::Table(&PRICES),
            Is("{}"),
            "{ input = \"$3\", output = \"$15\" }",
            "What its tokens cost.",
        ),
        field(
            "quota",
            Kind::Table(&QUOTA),
            Is("{}"),
            "{ requests_per_minute = 1000, output_tokens_per_minute = 90000 }",
            "What is granted, where it differs from the tier.",
        ),
        field(
            "latency",
            Kind::Table(&LATENCY),
            Is("{}"),
            "{ base = \"1.2s\" }",
            "How long its replies take.",
        ),
        field(
            "capacity",
            Kind::Table(&CAPACITY),
            Without("it serves any number of calls at full pace"),
            "{ concurrency = 40 }",
            "How many calls it serves at once before it slows down.",
        ),
        field(
            "hallucination",
            Kind::Number { least: 0.0, above: false, most: 1e3 },
            Is("1.0"),
            "2.5",
            "How often it is wrong, as a multiple of what a workload's `words` say; to a thousandth.",
        ),
        field("cache", Kind::Table(&CACHE), Is("{}"), "{ automatic = \"5m\" }", "Its prompt cache."),
        field(
            "reasoning",
            Kind::Either(&[SOME_TOKENS, Kind::Table(&REASONING)]),
            Without("it does not reason"),
            "{ p50 = 400, p95 = 4000 }",
            "Tokens that it reasons before an answer, which nobody sees: a number, or a lognormal spread. They are billed and \
             counted as output, take their time before the first token, and stand within `max_tokens`: a reply whose \
             reasoning uses up all of it is cut before its first word.",
        ),
    ],
};

static CAPACITY: Table = Table {
    path: "provider.NAME.model.NAME.capacity",
    meaning: "What a provider can serve, whatever it grants. With `n` calls under way, a call that comes in takes \
              `n / concurrency` times as long, if that is more than one; its pace is fixed then.",
    fields: &[
        field(
            "concurrency",
            Kind::Count { least: 1, most: 1_000_000 },
            Required,
            "40",
            "Calls under way that it serves at full pace.",
        ),
        field(
            "refuses_beyond",
            Kind::Count { least: 1, most: 1_000_000 },
            Without("it slows down for any number of calls"),
            "200",
            "Calls under way beyond which it refuses the next as overloaded. At least `concurrency`.",
        ),
    ],
};

static LATENCY: Table = Table {
    path: "provider.NAME.model.NAME.latency",
    meaning: "How long a reply takes: `base` and `per_input_token` to its first token, then `per_output_token` each, all \
              times one lognormal factor. The defaults are a least-squares fit over 40,387 recorded calls of coding \
              agents (R² 0.86).",
    fields: &[
        field("base", SHORT_SPAN, Is("\"1.2s\""), "\"1.2s\"", "To the first token of an empty prompt."),
        field("per_output_token", SHORT_SPAN, Is("\"14.67ms\""), "\"14.67ms\"", "For each output token."),
        field(
            "per_input_token",
            SHORT_SPAN,
            Is("\"16.3us\""),
            "\"16.3us\"",
            "For each input token, before the first token.",
        ),
        field(
            "per_cached_token",
            SHORT_SPAN,
            Without("the same as `per_input_token`"),
            "\"2us\"",
            "For each input token that is read from the prompt cache, before the first token.",
        ),
        field(
            "spread",
            Kind::Share { some: false },
            Is("\"25%\""),
            "\"25%\"",
            "The standard deviation of the logarithm of the factor.",
        ),
        field("refusal", SHORT_SPAN, Is("\"150ms\""), "\"150ms\"", "How long a refusal or an error takes."),
    ],
};
