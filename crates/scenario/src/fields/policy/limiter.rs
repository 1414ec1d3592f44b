//! How calls are held back.

use crate::fields::Default::Is;
use crate::fields::*;

pub(super) static LIMITER: Table = Table {
    path: "policy.limiter",
    meaning: "How calls are held back before the provider refuses them. The limits are those of the provider's quotas.",
    fields: &[
        field(
            "kind",
            Kind::Word(&[
                choice("token_bucket", "a token bucket for each limit of the quota"),
                choice("none", "every call goes out at once"),
            ]),
            Is("\"token_bucket\""),
            "\"token_bucket\"",
            "The algorithm.",
        ),
        field(
            "scope",
            Kind::Word(&[
                choice("account", "what a quota belongs to"),
                choice("key", "each agent's key, as if keys had quotas of their own; wrong, and widespread"),
            ]),
            Is("\"account\""),
            "\"account\"",
            "What one set of buckets stands for.",
        ),
        field(
            "output_hold",
            Kind::Either(&[
                Kind::Word(&[choice("max_tokens", "the longest reply asked for: never too little")]),
                ANY_TOKENS,
            ]),
            Is("\"max_tokens\""),
            "300",
            "How many output tokens a call reserves before its reply is known. Too few become a debt at its end.",
        ),
        field(
            "share",
            Kind::Share { some: true },
            Is("\"100%\""),
            "\"90%\"",
            "The share of each limit that the client allows itself.",
        ),
    ],
};
