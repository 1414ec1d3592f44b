//! What agents and models say, and how often models are wrong.

use super::Default::{Is, Required, Without};
use super::*;

pub(crate) static WORDS: Table = Table {
    path: "workload.NAME.words",
    meaning: "What the agents talk about. With words, prompts and replies are texts about a small knowledge base, made only \
              where somebody reads them, and their tokens are counted from the text: `prompt` and `output` say how long they \
              are meant to be, to within a sentence. A prompt is never shorter than what has been said, and a session grows by \
              `growth` or by the last reply, whichever is longer.",
    fields: &[
        field(
            "knowledge",
            Kind::Text,
            Required,
            "\"shop\"",
            "What is known: `shop`, `bank`, `clinic`, or a knowledge base of the file `phrases`.",
        ),
        field(
            "phrases",
            Kind::Text,
            Without("the phrases that come with the program"),
            "\"phrases/ours.toml\"",
            "A file of phrases, relative to the scenario's folder. A knowledge base of a known name adds to its lists, or with \
             `replaces = true` takes its place; any other is a new one. The phrases of the program, in \
             `crates/scenario/src/phrases`, show how one is written.",
        ),
        field(
            "languages",
            Kind::Map { of: &WEIGHT, each: "1", names: Names::Free("language"), least: 1 },
            Is("{ en = 1 }"),
            "{ en = 6, de = 3, es = 1 }",
            "In which proportion agents speak which languages; each agent keeps to one.",
        ),
        field(
            "missing",
            SHARE,
            Is("\"15%\""),
            "\"15%\"",
            "The share of facts that nobody gives to the model: the right answer is that it does not know. An assumption.",
        ),
        field(
            "stale",
            SHARE,
            Is("\"5%\""),
            "\"5%\"",
            "The share of facts of which the model is given an old value, marked as such. An assumption.",
        ),
        field(
            "structured",
            SHARE,
            Is("\"10%\""),
            "\"10%\"",
            "The share of questions that want a reply in JSON. Such a reply has its own length, whatever `output` says.",
        ),
        field("typos", SHARE, Is("\"5%\""), "\"5%\"", "The share of questions with a typing error."),
        field("chat", SHARE, Is("\"25%\""), "\"25%\"", "The share of turns that begin with small talk."),
        field(
            "recall",
            SHARE,
            Is("\"0%\""),
            "\"20%\"",
            "The share of turns, the first of each conversation apart, that ask about a fact which an earlier turn had looked \
             up, any of those turns as likely as another. Nothing is looked up for it again, so only the history tells it.",
        ),
        field(
            "summary_keeps",
            SHARE,
            Is("\"90%\""),
            "\"90%\"",
            "The share of messages whose facts one pass of summarising keeps; passes compound. An assumption.",
        ),
        field(
            "questions",
            Kind::Count { least: 1, most: 1_000_000_000 },
            Without("every request asks a question of its own"),
            "500",
            "How many different questions there are. What is hard is hard for all who ask it.",
        ),
        field(
            "hallucination",
            Kind::Table(&HALLUCINATION),
            Is("{}"),
            "{ rate = \"8%\", guarded = \"2%\" }",
            "How often, and in which way, models are wrong.",
        ),
    ],
};

static HALLUCINATION: Table = Table {
    path: "workload.NAME.words.hallucination",
    meaning: "How often models are wrong: inputs, not findings. Each question has one draw, which is compared with the rate, so \
              asking again, or elsewhere, does not roll the dice again; and what is wrong under a guarded prompt is wrong without \
              one.",
    fields: &[
        field(
            "rate",
            SHARE,
            Is("\"8%\""),
            "\"8%\"",
            "The share of questions that a model answers wrongly; of a model with a `hallucination` of its own, so many times \
             that. The default is what an operator of a support fleet reported before guarding its prompts.",
        ),
        field(
            "guarded",
            SHARE,
            Is("\"2%\""),
            "\"2%\"",
            "The same where `policy.guarded` is set. At most `rate`. The default is what that operator reported afterwards.",
        ),
        field(
            "missing_factor",
            LEANING,
            Is("10.0"),
            "10.0",
            "How many times likelier a question is to go wrong if the fact is missing, rather than present. An assumption; \
             `rate` stays the rate over all questions.",
        ),
        field(
            "stale_factor",
            LEANING,
            Is("5.0"),
            "5.0",
            "The same for a question of whose fact the model has an old value. An assumption.",
        ),
        field(
            "weights",
            Kind::Table(&WEIGHTS),
            Is("{}"),
            "{ omission = 0 }",
            "In which proportion a wrong reply is wrong in which way, among the ways that fit the question.",
        ),
    ],
};

static WEIGHTS: Table = Table {
    path: "workload.NAME.words.hallucination.weights",
    meaning: "How much of what goes wrong goes wrong in which way. Questions whose only ways have the weight 0 do not go wrong. \
              Assumptions all.",
    fields: &[
        field(
            "wrong_amount",
            WEIGHT,
            Is("40"),
            "40",
            "Another figure, date or name than the one that is given.",
        ),
        field("invented_fact", WEIGHT, Is("40"), "40", "A statement of what is not given at all."),
        field("contradiction", WEIGHT, Is("10"), "10", "What is given, and something else besides."),
        field("stale_fact", WEIGHT, Is("40"), "40", "An old value as if it were today's."),
        field("wrong_availability", WEIGHT, Is("40"), "40", "There for what is not, or the other way round."),
        field(
            "omission",
            WEIGHT,
            Is("15"),
            "15",
            "What was asked for is given, and the reply does not say it.",
        ),
        field("malformed", WEIGHT, Is("10"), "10", "JSON that cannot be read, where JSON was asked for."),
    ],
};

const SHARE: Kind = Kind::Share { some: false };
const WEIGHT: Kind = Kind::Count { least: 0, most: 1_000_000 };
const LEANING: Kind = Kind::Number { least: 0.0, above: false, most: 1e6 };
