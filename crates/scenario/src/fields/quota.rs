//! What a provider grants: to an organisation for a family of models, and to its projects.

use super::Default::{Is, Without};
use super::*;
use rushhour_base::time::{MILLISECOND, MINUTE};

pub(super) static PROJECT: Table = Table {
    path: "provider.NAME.project.NAME",
    meaning: "A project of the organisation (Anthropic: a workspace). Each model answers on a lane of the project too, which is \
              called `provider/model@project`. Its calls count against the project's quota and against the organisation's, \
              and pass only if both have room.",
    fields: &[
        field(
            "quota",
            Kind::Table(&QUOTA),
            Is("{}"),
            "{ tokens_per_minute = 100000 }",
            "What the project may use of the organisation's quota, for each model family apart.",
        ),
        field(
            "family",
            Kind::Map { of: &Kind::Table(&QUOTA), each: "{}", names: Names::Free("family"), least: 0 },
            Without("`quota` holds for all families"),
            "{ gpt-4o = { tokens_per_minute = 50000 } }",
            "What it may use for one model family, in place of `quota`.",
        ),
    ],
};

const PER_MINUTE: Default = Without("the tier's; without a tier, and for a project, there is no such limit");

pub(super) static QUOTA: Table = Table {
    path: "provider.NAME.model.NAME.quota",
    meaning: "What the organisation is granted for the model's family, and how it is counted. What is stated replaces \
              the tier's figure. Models of one family may not state different ones. A project has no tier: it is limited by \
             what is stated, and by the organisation's quota in any case.",
    fields: &[
        field("requests_per_minute", SOME_TOKENS, PER_MINUTE, "1000", "Requests."),
        field("tokens_per_minute", SOME_TOKENS, PER_MINUTE, "450000", "Input and output tokens together."),
        field("input_tokens_per_minute", SOME_TOKENS, PER_MINUTE, "450000", "Input tokens."),
        field("output_tokens_per_minute", SOME_TOKENS, PER_MINUTE, "90000", "Output tokens."),
        field("requests_per_day", SOME_TOKENS, PER_MINUTE, "10000", "Requests of a day."),
        field(
            "tokens_per_day",
            SOME_TOKENS,
            PER_MINUTE,
            "2000000",
            "Input and output tokens of a day together.",
        ),
        field(
            "enforced",
            Kind::Word(&[
                choice("continuous", "a level that refills continuously: what most providers do"),
                choice(
                    "fixed_window",
                    "a counter that starts anew every minute, and every day for what is granted by the day",
                ),
                choice(
                    "slices",
                    "such a counter, and within it requests in slices: 60 a minute as one a second; what Azure does",
                ),
                choice("sliding_window", "never more than the amount in any minute, wherever it begins"),
            ]),
            Without("`slices` for the tiers of `azure`, else `continuous`"),
            "\"fixed_window\"",
            "How the provider counts. Windows turn at whole minutes, days or slices from the start of the run.",
        ),
        field(
            "slice",
            Kind::Span { least: Span(MILLISECOND), most: Span(MINUTE) },
            Is("\"1s\""),
            "\"10s\"",
            "How long a slice is. In each pass its share of a minute's requests, rounded up, and in the minute no more \
             than the amount.",
        ),
        field(
            "concurrency",
            Kind::Count { least: 1, most: 1_000_000 },
            Without("no such limit"),
            "50",
            "Calls under way at once.",
        ),
        field(
            "burst",
            Kind::Share { some: true },
            Is("\"100%\""),
            "\"100%\"",
            "The share of a minute's amount that can pass at once after idling, where it refills continuously. Providers \
             do not publish theirs: try several.",
        ),
        field(
            "counts_cached",
            Kind::Flag,
            Without("`true` for `openai` and for Claude Haiku 3.5, else `false`"),
            "true",
            "Whether tokens of a prompt that the prompt cache knows count like others. A project counts as its \
             organisation does.",
        ),
        field(
            "growth",
            Kind::Table(&GROWTH),
            Without("usage may grow at any pace"),
            "{ floor = 1000000, share = \"50%\" }",
            "How fast usage may grow, whatever the amounts granted.",
        ),
    ],
};

static GROWTH: Table = Table {
    path: "provider.NAME.model.NAME.quota.growth",
    meaning: "An acceleration limit: a minute may hold no more input tokens than the busiest minute of the span before and \
              `share` more; time is cut into spans of length `per`. What exceeds it is a 429 (OpenAI: `slow_down`, \
              Anthropic: `ramp_limit_exceeded`) although the amounts granted are not used up. No client can count it. \
              The defaults are OpenAI's guidance as of 2026-10; Anthropic publishes no figures.",
    fields: &[
        field("floor", SOME_TOKENS, Is("1000000"), "1000000", "Input tokens per minute that always pass."),
        field(
            "share",
            Kind::Share { some: false },
            Is("\"50%\""),
            "\"50%\"",
            "By how much usage may grow from one span to the next.",
        ),
        field(
            "per",
            Kind::Span { least: Span(MINUTE), most: Span(DAY) },
            Is("\"15m\""),
            "\"15m\"",
            "How long a span is.",
        ),
    ],
};
