//! What the tokens of a model cost.

use super::Default::{Is, Required, Without};
use super::*;

pub(super) static PRICES: Table = Table {
    path: "provider.NAME.model.NAME.prices",
    meaning: "US dollars per million tokens. What is stated replaces the preset's price.",
    fields: &[
        field("input", MONEY, Without("the preset's"), "\"$3\"", "Input that no cache knew."),
        field(
            "cached_read",
            MONEY,
            Without("the preset's, else the price of input"),
            "\"$0.30\"",
            "Input read from the cache.",
        ),
        field(
            "cache_write",
            MONEY,
            Without("the preset's, else the price of input"),
            "\"$3.75\"",
            "Input written to the cache.",
        ),
        field(
            "cache_write_1h",
            MONEY,
            Without("twice the price of input"),
            "\"$6\"",
            "Input written to the cache for an hour, which `policy.prompt_cache` may ask for.",
        ),
        field("output", MONEY, Without("the preset's"), "\"$15\"", "Output, reasoning included."),
        field(
            "cache_ttl",
            Kind::Word(&[
                choice("5m", "five minutes, at the price `cache_write`"),
                choice("1h", "an hour, which costs twice the price of input unless `cache_write` is stated"),
            ]),
            Is("\"5m\""),
            "\"1h\"",
            "For how long the prompts of recorded sessions are written to the cache (`cache_hit`).",
        ),
        field(
            "long",
            Kind::Table(&LONG),
            Without("the preset's; without a preset, long prompts cost what short ones do"),
            "{ above = 272000, input = \"$6\", output = \"$22.50\" }",
            "The prices of calls with long prompts.",
        ),
    ],
};

static LONG: Table = Table {
    path: "provider.NAME.model.NAME.prices.long",
    meaning: "Prices of a call whose prompt is long, cached tokens included: they hold for all its tokens, the first ones too.",
    fields: &[
        field("above", SOME_TOKENS, Required, "272000", "A prompt of more tokens than this is long."),
        field("input", MONEY, Required, "\"$6\"", "Input that no cache knew."),
        field(
            "cached_read",
            MONEY,
            Without("the short price, dearer as input is"),
            "\"$0.60\"",
            "Input read from the cache.",
        ),
        field(
            "cache_write",
            MONEY,
            Without("the short price, dearer as input is"),
            "\"$7.50\"",
            "Input written to the cache.",
        ),
        field(
            "cache_write_1h",
            MONEY,
            Without("twice the price of input"),
            "\"$12\"",
            "Input written to the cache for an hour.",
        ),
        field("output", MONEY, Required, "\"$22.50\"", "Output."),
    ],
};

const MONEY: Kind = Kind::Money { some: false };
