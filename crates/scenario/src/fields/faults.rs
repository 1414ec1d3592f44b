//! What goes wrong at a provider.

use super::Default::{Is, Required, Without};
use super::outages::{EVERY, LASTS};
use super::*;

/// Faults that strike some calls and pass others by.
const LOUD: &[&str] = &[
    "overloaded",
    "server_error",
    "rate_limit_storm",
    "hang",
    "slow_first_token",
    "slow_drip",
    "reset",
    "truncated",
    "stream_error",
    "malformed",
    "wrong_usage",
    "revoked_key",
    "exhausted_credit",
];

const KIND: Kind = Kind::Word(&[
    choice("overloaded", "529 or 503, without Retry-After"),
    choice("server_error", "500"),
    choice("rate_limit_storm", "429 whatever the quota says"),
    choice("hang", "no answer ever comes"),
    choice("brownout", "less of the models' `capacity` is left, so that calls are slower the more there are"),
    choice(
        "slow_first_token",
        "the first token comes later, by a `factor` or by what is `added`, and the rest as much",
    ),
    choice("slow_drip", "tokens after the first come more slowly, by a `factor`"),
    choice("reset", "the connection is lost at a random point of the reply; what came is paid for"),
    choice(
        "truncated",
        "the reply ends in good order at a random point, without its last part; what came is paid for",
    ),
    choice(
        "stream_error",
        "an error comes at a random point of a reply whose status was 200; what came is paid for",
    ),
    choice("malformed", "the whole reply comes and is paid for, and nobody can read it"),
    choice("wrong_usage", "the reply states a usage that is off by a `factor`; the invoice is right"),
    choice("revoked_key", "401 or 403"),
    choice("exhausted_credit", "429 `insufficient_quota` or 402, without Retry-After"),
]);

pub(super) static FAULT: Table = Table {
    path: "provider.NAME.fault.NAME",
    meaning: "Something that goes wrong at the provider, at a set time (`at`, `for`) or at random (`every`, `lasts`), for a \
              share of the calls. Of several that would strike a call, the one that is written first does.",
    fields: &[
        field("kind", KIND, Required, "\"overloaded\"", "What a call that it strikes meets."),
        field(
            "at",
            ANY_SPAN,
            Without("`every` and `lasts` say when"),
            "\"22m\"",
            "When it begins, from the start of the run. Before its end.",
        ),
        field("for", SOME_SPAN, Without("`every` and `lasts` say when"), "\"3m\"", "How long it lasts."),
        field(
            "every",
            Kind::Either(&[SOME_SPAN, Kind::Table(&EVERY)]),
            Without("it comes once, at `at`"),
            "{ mean = \"85h\" }",
            "It comes at random: the time from the end of one spell to the beginning of the next.",
        ),
        field(
            "lasts",
            Kind::Either(&[SOME_SPAN, Kind::Table(&LASTS)]),
            Without("it comes once, for `for`"),
            "{ p50 = \"77m\", p95 = \"475m\" }",
            "How long a spell of a random fault lasts.",
        ),
        field(
            "cause",
            Kind::Text,
            Without("it has no cause that others have too"),
            "\"cloud\"",
            "The name of a cause that random faults of several providers share: what comes from it strikes all of them \
             at once.",
        ),
        field(
            "beta",
            Kind::Share { some: true },
            Without("no spell comes from a shared cause"),
            "\"10%\"",
            "The share of spells that come from `cause`. Two providers that are down for a share q of the time are down \
             together for q(β + (1 − β)q).",
        ),
        field(
            "share",
            Kind::Share { some: true },
            Is("\"100%\""),
            "\"60%\"",
            "The share of calls that it strikes.",
        )
        .with(LOUD),
        field(
            "ramp",
            SOME_SPAN,
            Without("it strikes its whole share from the beginning"),
            "\"2m\"",
            "Over how long the share grows from nothing to `share`, in a straight line, from the beginning of each spell. At \
             most `for`.",
        )
        .with(LOUD),
        field(
            "attempts",
            Kind::Count { least: 1, most: 1_000 },
            Without("it strikes any attempt"),
            "2",
            "It strikes the first so many attempts of a request, over all lanes, and no later one: fail twice, then succeed.",
        )
        .with(LOUD),
        field(
            "model",
            Kind::Text,
            Without("all models of the provider"),
            "\"sonnet\"",
            "The one model that it strikes.",
        ),
        field("retry_after", SHORT_SPAN, Is("\"5s\""), "\"5s\"", "What the Retry-After header says.")
            .with(&["rate_limit_storm"]),
        field(
            "capacity",
            Kind::Share { some: true },
            Required,
            "\"25%\"",
            "The share of the models' capacity that is left.",
        )
        .with(&["brownout"]),
        field(
            "factor",
            Kind::Number { least: 0.001, above: false, most: 1_000.0 },
            Without("`slow_drip` and `wrong_usage` need one; `slow_first_token` needs one or `added`"),
            "10.0",
            "By how much time is longer, or the stated usage off: in thousandths. Above 1 for what is slow; any but 1 for a \
             usage.",
        )
        .with(&["slow_first_token", "slow_drip", "wrong_usage"]),
        field(
            "added",
            Kind::Span { least: Span(1), most: Span(HOUR) },
            Without("nothing is added"),
            "\"20s\"",
            "How much later the first token comes.",
        )
        .with(&["slow_first_token"]),
    ],
};
