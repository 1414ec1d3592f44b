//! What one end user may ask for.

use crate::fields::Default::Is;
use crate::fields::*;

const NONE: Kind = Kind::Word(&[choice("none", "no such limit")]);

pub(super) static RISK: Table = Table {
    path: "policy.risk",
    meaning: "What one end user may ask for, judged before anything is spent. Each limit is that of a user of normal standing \
              and holds exactly in every window. An agent without users of its own is an end user itself. The figures are \
              assumptions but for the three multipliers.",
    fields: &[
        field(
            "requests_per_minute",
            Kind::Either(&[Kind::Count { least: 1, most: 1_000_000 }, NONE]),
            Is("10"),
            "10",
            "Requests of one user in any minute.",
        ),
        field(
            "requests_per_day",
            Kind::Either(&[Kind::Count { least: 1, most: 1_000_000 }, NONE]),
            Is("100"),
            "100",
            "Requests of one user in any 24 hours.",
        ),
        field(
            "prompt_tokens_per_day",
            Kind::Either(&[SOME_TOKENS, NONE]),
            Is("\"none\""),
            "200000",
            "Prompt tokens of one user in any 24 hours.",
        ),
        field(
            "source_requests_per_minute",
            Kind::Either(&[Kind::Count { least: 1, most: 1_000_000 }, NONE]),
            Is("30"),
            "30",
            "Requests of all users behind one source in any minute, whatever their standing.",
        ),
        field(
            "standing",
            Kind::Either(&[Kind::Word(&[choice("none", "all users stand alike")]), Kind::Table(&STANDING)]),
            Is("{}"),
            "{ suspicious = 0.1 }",
            "How limits follow standing, and standing follows behaviour.",
        ),
        field(
            "patterns",
            Kind::Either(&[
                Kind::Word(&[choice("none", "nothing is taken for abuse")]),
                Kind::Table(&PATTERNS),
            ]),
            Is("{}"),
            "{ burst = 10 }",
            "What is taken for abuse at sight: it ends the request, and makes its user suspicious.",
        ),
    ],
};

const MULTIPLIER: Kind = Kind::Number { least: 0.01, above: false, most: 100.0 };
const POINTS: Kind = Kind::Count { least: 1, most: 399 };

static STANDING: Table = Table {
    path: "policy.risk.standing",
    meaning: "A user is new, normal or trusted by merit, and may be suspicious besides; of the multipliers that apply the \
              least counts. Merit is a point for each hour in which the user asked and nothing was wrong. Patterns give 50 \
              or 100 points of suspicion, and 399 are the most.",
    fields: &[
        field("new", MULTIPLIER, Is("0.5"), "0.5", "Multiplies the limits of a new user."),
        field("trusted", MULTIPLIER, Is("2.0"), "2.0", "Multiplies the limits of a trusted user."),
        field("suspicious", MULTIPLIER, Is("0.25"), "0.25", "Multiplies the limits of a suspicious user."),
        field("known_after", POINTS, Is("3"), "3", "Points of merit from which a user is no longer new."),
        field(
            "trusted_after",
            POINTS,
            Is("20"),
            "20",
            "Points of merit from which a user is trusted. At least `known_after`.",
        ),
        field("merit_half_life", SOME_SPAN, Is("\"14d\""), "\"14d\"", "After which time merit is halved."),
        field(
            "suspicious_from",
            POINTS,
            Is("100"),
            "100",
            "Points of suspicion from which a user is suspicious.",
        ),
        field(
            "suspicion_half_life",
            SOME_SPAN,
            Is("\"6h\""),
            "\"6h\"",
            "After which time suspicion is halved.",
        ),
    ],
};

static PATTERNS: Table = Table {
    path: "policy.risk.patterns",
    meaning: "What is taken for abuse at sight. 0 switches a pattern off.",
    fields: &[
        field(
            "burst",
            Kind::Count { least: 0, most: 64 },
            Is("6"),
            "6",
            "So many requests of one user within `burst_within`, admitted or not, are a burst: 100 points.",
        ),
        field("burst_within", SOME_SPAN, Is("\"10s\""), "\"10s\"", "Within which time."),
        field(
            "repeats",
            Kind::Count { least: 0, most: 1_000_000 },
            Is("3"),
            "3",
            "The same text more often than this within `repeats_within` is a repetition: 50 points.",
        ),
        field("repeats_within", SOME_SPAN, Is("\"10m\""), "\"10m\"", "Within which time."),
        field(
            "prompt_factor",
            Kind::Count { least: 0, most: 1_000_000 },
            Is("8"),
            "8",
            "A prompt more than so many times as long as the user's usual one is a bomb, if it is also longer than \
             `prompt_floor`: 50 points.",
        ),
        field("prompt_floor", ANY_TOKENS, Is("8000"), "8000", "No prompt up to so many tokens is a bomb."),
        field(
            "accounts",
            Kind::Count { least: 0, most: 64 },
            Is("5"),
            "5",
            "More new users than this behind one source within `accounts_within` are one person: 100 points for those \
             too many.",
        ),
        field("accounts_within", SOME_SPAN, Is("\"24h\""), "\"24h\"", "Within which time."),
        field(
            "awake_hours",
            Kind::Count { least: 0, most: 24 },
            Is("18"),
            "18",
            "Whoever asks in so many of the last 24 hours never sleeps: 50 points a request, but the request may go on.",
        ),
    ],
};
