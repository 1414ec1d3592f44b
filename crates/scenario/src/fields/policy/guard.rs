//! What one task of an agent may come to.

use crate::fields::Default::{Is, Without};
use crate::fields::*;

pub(super) static GUARD: Table = Table {
    path: "policy.guard",
    meaning: "What one task of an agent may come to before it is ended. The agent goes on with its next task. It sees what is \
              asked, not whether it helps: a task that is merely long is ended too.",
    fields: &[
        field(
            "repeats",
            Kind::Either(&[Kind::Count { least: 1, most: 1_000_000 }, Kind::Word(&[NO_BOUND])]),
            Is("5"),
            "5",
            "How often in a row a task may ask the same.",
        ),
        field(
            "steps",
            Kind::Either(&[Kind::Count { least: 1, most: 1_000_000 }, Kind::Word(&[NO_BOUND])]),
            Is("100"),
            "100",
            "How many requests a task may make.",
        ),
        field(
            "dollars",
            Kind::Money { some: true },
            Without("no bound"),
            "\"$5\"",
            "How much a task may have cost when it asks again. It may end above it by what its last request cost.",
        ),
    ],
};

const NO_BOUND: Choice = choice("none", "any number");
