//! How calls are held back.

use crate::fields::Default::{Is, Without};
use crate::fields::*;

pub(super) static LIMITER: Table = Table {
    path: "policy.limiter",
    meaning: "How calls are held back before the provider refuses them. The limits are those of the provider's quotas.",
    fields: &[
        field(
            "kind",
            Kind::Word(REQUESTS),
            Is("\"token_bucket\""),
            "\"token_bucket\"",
            "The algorithm, for every limit. The provider's own is the right one, where it is known. `aimd` believes none \
             of the quota's limits and feels for a number of requests per minute.",
        ),
        field(
            "kinds",
            Kind::Table(&KINDS),
            Is("{}"),
            "{ requests = \"fixed_window\", input_tokens = \"none\" }",
            "The algorithm of single limits, where it is another.",
        ),
        field(
            "limits",
            Kind::Table(&LIMITS),
            Is("{}"),
            "{ requests_per_minute = 50, tokens_per_minute = 40000 }",
            "Limits of the client's own, for each quota, in place of those that the quota states.",
        ),
        field(
            "per_agent",
            Kind::Table(&PER_AGENT),
            Is("{}"),
            "{ requests_per_minute = 8, spacing = \"2s\" }",
            "What each agent is held to, over all quotas. It holds up nobody else.",
        ),
        field(
            "refund",
            Kind::Word(&[
                choice("dialect", "what the provider's dialect is known to give back"),
                choice("unused", "all that a call did not use"),
                choice("never", "nothing"),
            ]),
            Is("\"dialect\""),
            "\"unused\"",
            "What is believed to come back when a call used less than it had reserved, or failed. What the provider keeps \
             and the client believes back ends in 429s; the other way round quota lies idle.",
        ),
        field(
            "headers",
            Kind::Flag,
            Is("true"),
            "false",
            "Whether the rate-limit headers of replies correct what the client believes: a limit is taken over, and what is \
             left of it is believed if it is less. Rounding and the age of a reply are allowed for. What `aimd` feels for stays \
             felt for.",
        ),
        field(
            "aimd",
            Kind::Table(&AIMD),
            Is("{}"),
            "{ start = 30, step = 5, every = \"10s\" }",
            "How an unknown limit is felt for.",
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

/// The algorithms that need a stated limit.
const METERS: &[Choice] = &[TOKEN_BUCKET, SLIDING_LOG, FIXED_WINDOW, SLIDING_COUNTER, NO_LIMIT];
const REQUESTS: &[Choice] = &[TOKEN_BUCKET, SLIDING_LOG, FIXED_WINDOW, SLIDING_COUNTER, FELT_FOR, NO_LIMIT];

const TOKEN_BUCKET: Choice =
    choice("token_bucket", "refills continuously, up to a burst: amount + burst − 1 in the worst window");
const SLIDING_LOG: Choice = choice(
    "sliding_log",
    "no window, wherever it begins, holds more than the amount; after a burst nothing for a window",
);
const FIXED_WINDOW: Choice =
    choice("fixed_window", "a count that begins anew with each window: twice the amount around an edge");
const SLIDING_COUNTER: Choice = choice(
    "sliding_counter",
    "a window's count and the last one's in proportion: up to twice the amount less one",
);
const FELT_FOR: Choice = choice("aimd", "the limit counts as unknown: up by a step, down by half at a 429");
const NO_LIMIT: Choice = choice("none", "not limited: every call goes out at once");

const AS_KIND: Default = Without("the limiter's `kind`");

static KINDS: Table = Table {
    path: "policy.limiter.kinds",
    meaning: "The algorithm of single limits. With `limiter.kind = \"none\"` only those named here are counted.",
    fields: &[
        field("requests", Kind::Word(REQUESTS), AS_KIND, "\"sliding_log\"", "Requests per minute."),
        field(
            "tokens",
            Kind::Word(METERS),
            AS_KIND,
            "\"sliding_log\"",
            "Input and output tokens per minute.",
        ),
        field("input_tokens", Kind::Word(METERS), AS_KIND, "\"fixed_window\"", "Input tokens per minute."),
        field("output_tokens", Kind::Word(METERS), AS_KIND, "\"fixed_window\"", "Output tokens per minute."),
        field("requests_per_day", Kind::Word(METERS), AS_KIND, "\"token_bucket\"", "Requests per day."),
        field(
            "tokens_per_day",
            Kind::Word(METERS),
            AS_KIND,
            "\"token_bucket\"",
            "Input and output tokens per day.",
        ),
        field(
            "concurrency",
            Kind::Word(&[choice("stated", "the limit as it is stated"), FELT_FOR, NO_LIMIT]),
            Without("as it is stated; not limited if the limiter's `kind` is `aimd` or `none`"),
            "\"stated\"",
            "Calls under way at once.",
        ),
    ],
};

const AS_QUOTA: Default = Without("the quota's");

static LIMITS: Table = Table {
    path: "policy.limiter.limits",
    meaning: "Limits of the client's own. Each holds for every quota, in place of the one that the quota states.",
    fields: &[
        field("requests_per_minute", SOME_TOKENS, AS_QUOTA, "50", "Requests per minute."),
        field("tokens_per_minute", SOME_TOKENS, AS_QUOTA, "40000", "Input and output tokens per minute."),
        field("input_tokens_per_minute", SOME_TOKENS, AS_QUOTA, "30000", "Input tokens per minute."),
        field("output_tokens_per_minute", SOME_TOKENS, AS_QUOTA, "8000", "Output tokens per minute."),
        field("requests_per_day", SOME_TOKENS, AS_QUOTA, "10000", "Requests per day."),
        field("tokens_per_day", SOME_TOKENS, AS_QUOTA, "1000000", "Input and output tokens per day."),
        field(
            "concurrency",
            Kind::Count { least: 1, most: 1_000_000 },
            AS_QUOTA,
            "10",
            "Calls under way at once.",
        ),
        field(
            "burst",
            Kind::Share { some: true },
            Is("\"100%\""),
            "\"10%\"",
            "The share of each of these amounts that a token bucket lets pass at once after idling.",
        ),
    ],
};

static PER_AGENT: Table = Table {
    path: "policy.limiter.per_agent",
    meaning: "What each agent is held to, over all quotas. Every attempt counts; rules and people do not.",
    fields: &[
        field(
            "requests_per_minute",
            Kind::Count { least: 1, most: 1_000_000 },
            Without("no such limit"),
            "8",
            "Requests per minute.",
        ),
        field(
            "kind",
            Kind::Word(METERS),
            Is("\"token_bucket\""),
            "\"sliding_log\"",
            "How they are counted. A token bucket lets a minute's requests pass at once after idling.",
        ),
        field("spacing", ANY_SPAN, Is("\"0s\""), "\"2s\"", "The least time from one call to the next."),
    ],
};

static AIMD: Table = Table {
    path: "policy.limiter.aimd",
    meaning: "How an unknown limit is felt for: up by a step in each interval in which it held somebody back and no 429 came; \
              down by half at a 429, once for each round trip. In requests per minute, or calls at once.",
    fields: &[
        field("start", SOME_TOKENS, Is("60"), "60", "Where it begins."),
        field("step", SOME_TOKENS, Is("6"), "6", "What is added for an interval."),
        field("every", SOME_SPAN, Is("\"10s\""), "\"10s\"", "The interval."),
        field("floor", SOME_TOKENS, Is("1"), "1", "It never falls below."),
        field("ceiling", SOME_TOKENS, Is("1000000"), "1000000", "It never rises above."),
    ],
};
