//! What providers remember of prompts.

use super::Default::{Is, Without};
use super::*;

pub(super) static CACHE: Table = Table {
    path: "provider.NAME.model.NAME.cache",
    meaning: "Its prompt cache. Each prompt of a conversation begins with the one before it, and that beginning is cheaper \
              if it is used again in time. The `anthropic` dialect keeps a prompt when `policy.prompt_cache` asks for it, \
              `openai` of its own accord if `automatic` says so. Each lane has a cache of its own. What a request writes can be read from the \
              first token of its reply on, and is forgotten a lifetime after its last use (the providers' pages on prompt \
              caching, 2026).",
    fields: &[
        field(
            "automatic",
            Kind::Either(&[Kind::Word(&[choice("none", "it keeps nothing")]), SOME_SPAN]),
            Is("\"none\""),
            "\"5m\"",
            "For how long the `openai` dialect keeps prompts of its own accord: five to ten minutes from their last use, by \
             its documentation. Written tokens cost `prices.cache_write`.",
        ),
        field(
            "least",
            SOME_TOKENS,
            Is("1024"),
            "4096",
            "The least tokens of a prompt that are kept. Some models of Anthropic begin at 2,048 or 4,096.",
        ),
        field(
            "step",
            Kind::Count { least: 1, most: 100_000 },
            Without("1 for `anthropic`, 128 for `openai`"),
            "128",
            "What is kept is a multiple of this many tokens.",
        ),
    ],
};

pub(super) static PROMPT_CACHE: &[Choice] = &[
    choice("none", "they are not asked to keep anything"),
    choice("5m", "five minutes from the last use; what is written costs `prices.cache_write`"),
    choice("1h", "an hour from the last use; what is written costs `prices.cache_write_1h`"),
];
