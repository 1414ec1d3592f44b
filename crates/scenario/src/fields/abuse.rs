//! Who abuses a workload.

use super::Default::{Is, Required, Without};
use super::*;

const IN_EPISODES: &[&str] = &["hammering", "repeats", "many_accounts"];

pub(super) static ABUSE: Table = Table {
    path: "workload.NAME.abuse.NAME",
    meaning: "Abusers of one kind. They come as further agents and users of the workload, which nobody can tell from the \
              honest ones; which requests are theirs is known to the report alone. They make exactly so many requests, \
              spread over their time in episodes, by a script that no policy moves. All defaults are assumptions.",
    fields: &[
        field(
            "kind",
            Kind::Word(&[
                choice("hammering", "bursts far above any human rate"),
                choice("prompt_bombs", "huge prompts"),
                choice("repeats", "the same message throughout an episode"),
                choice("slow_creep", "one request after the other at an even pace, day and night"),
                choice("many_accounts", "an account for each episode, all from one source"),
            ]),
            Required,
            "\"hammering\"",
            "What they do.",
        ),
        field(
            "requests",
            Kind::Count { least: 1, most: 100_000_000 },
            Required,
            "1000",
            "Requests of all of them together. Met exactly.",
        ),
        field("abusers", Kind::Count { least: 1, most: 100_000 }, Is("1"), "3", "How many there are."),
        field("at", ANY_SPAN, Is("\"0s\""), "\"2h\"", "When they begin, from the start of the run."),
        field("for", SOME_SPAN, Without("until the run ends"), "\"6h\"", "For how long."),
        field(
            "burst",
            Kind::Count { least: 1, most: 1_000_000 },
            Without("120 for `hammering`, 20 for `repeats`, 5 for `many_accounts`"),
            "120",
            "Requests of one episode.",
        )
        .with(IN_EPISODES),
        field(
            "gap",
            ANY_SPAN,
            Without("500ms for `hammering`, 5s for `repeats`, 20s for `many_accounts`"),
            "\"500ms\"",
            "Between two requests of an episode. Recorded agents make 24 requests in their busiest minute.",
        )
        .with(IN_EPISODES),
        field(
            "tokens",
            SOME_TOKENS,
            Is("32000"),
            "32000",
            "Tokens of a bomb. The default is the large request of source 002 (VALIDATION.md, claim 25).",
        )
        .with(&["prompt_bombs"]),
        field(
            "accounts",
            Kind::Count { least: 1, most: 10_000 },
            Is("50"),
            "50",
            "Accounts of one abuser, used in turn.",
        )
        .with(&["many_accounts"]),
    ],
};
