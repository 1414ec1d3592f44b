//! What follows from an error.

use crate::fields::Default::Is;
use crate::fields::*;

const RULE: Kind = Kind::Word(&[
    choice("retry", "as `retry` allows, it waits and tries the rung again, on whichever lane is chosen then"),
    choice("same_lane", "the same, but on the same lane"),
    choice(
        "reroute",
        "another lane of the rung at once, after a 429 one of another quota; it counts as a retry. If there is none, \
         as `retry`",
    ),
    choice("fall", "the next rung"),
    choice("fail", "the request ends without an answer"),
]);
const ONE_OF_OWN: Kind =
    Kind::Word(&[choice("fall", "the next rung"), choice("fail", "the request ends without an answer")]);

const OF_THE_ACCOUNT: Kind = Kind::Word(&[
    choice(
        "reroute",
        "another lane of the rung at once; it counts as a retry. If there is none, the next rung",
    ),
    choice("fall", "the next rung"),
    choice("fail", "the request ends without an answer"),
]);

pub(super) static ON_ERROR: Table = Table {
    path: "policy.on_error",
    meaning: "What a request does after an error of a model.",
    fields: &[
        field("rate_limited", RULE, Is("\"retry\""), "\"reroute\"", "After a 429."),
        field("overloaded", RULE, Is("\"retry\""), "\"fall\"", "After a 529 or 503."),
        field("server_error", RULE, Is("\"retry\""), "\"reroute\"", "After another 5xx."),
        field("timed_out", RULE, Is("\"retry\""), "\"fall\"", "After a call that ran out of time."),
        field(
            "invalid_request",
            ONE_OF_OWN,
            Is("\"fall\""),
            "\"fail\"",
            "After a 400 or the like, the caller's own fault, which no retry mends. A prompt that does not fit a model's \
             context window is not sent at all: it tries the rung's other lanes, then falls.",
        ),
        field(
            "disconnected",
            RULE,
            Is("\"retry\""),
            "\"reroute\"",
            "After a reply whose connection was lost. An SDK retries that only before a reply began to stream.",
        ),
        field(
            "truncated",
            RULE,
            Is("\"retry\""),
            "\"reroute\"",
            "After a reply that ended in order before its end.",
        ),
        field("stream_error", RULE, Is("\"retry\""), "\"fall\"", "After an error in the middle of a reply."),
        field("malformed", RULE, Is("\"retry\""), "\"reroute\"", "After a body that nobody can read."),
        field(
            "unauthorized",
            OF_THE_ACCOUNT,
            Is("\"fall\""),
            "\"reroute\"",
            "After a 401 or 403, which no retry mends.",
        ),
        field(
            "credit_exhausted",
            RULE,
            Is("\"retry\""),
            "\"reroute\"",
            "After a 429 or 402 that says that the money at the provider is spent. As `retry` it falls to the next rung, \
             unless `retry.exhausted_credit` says that the client retries it. `reroute` goes to another quota.",
        ),
        field("stalled", RULE, Is("\"retry\""), "\"reroute\"", "After a call that ran out of tokens."),
    ],
};
