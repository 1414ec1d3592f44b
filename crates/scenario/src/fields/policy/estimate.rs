//! How the client counts the tokens of its prompts.

use super::super::Default::Is;
use super::super::*;

pub(super) const TOKEN_ESTIMATE: Kind = Kind::Either(&[
    Kind::Word(&[
        choice("exact", "with the provider's own tokenizer"),
        choice("characters", "a quarter of its characters, as most samples do"),
    ]),
    Kind::Table(&BIASED),
]);

static BIASED: Table = Table {
    path: "policy.token_estimate",
    meaning: "A client that is wrong about the tokens of its prompts: on the average by `bias`, and from prompt to prompt, \
              uniformly, by up to `spread` more or less. How wrong it is about a prompt goes by the prompt's name.",
    fields: &[
        field(
            "bias",
            Kind::Number { least: -0.9, above: false, most: 10.0 },
            Is("0.0"),
            "-0.2",
            "By which part it is wrong on the average: -0.2 for a fifth too little. To a thousandth.",
        ),
        field(
            "spread",
            Kind::Number { least: 0.0, above: false, most: 1.0 },
            Is("0.0"),
            "0.1",
            "By which part more or less. To a thousandth.",
        ),
    ],
};
