//! The rungs of the chain: models, rules and people.

use super::Default::{Is, Required, Without};
use super::*;

pub(super) const RUNGS: &[Choice] = &[
    choice("primary", "the model one wants"),
    choice("secondary", "the first fallback"),
    choice("tertiary", "the second fallback"),
    choice("rules", "answers without a model"),
    choice("human", "a person"),
    choice("fail", "the end of a chain that does not answer everything"),
];
const WEIGHTS: Kind =
    Kind::Map { of: &Kind::Count { least: 0, most: 1_000_000 }, each: "1", names: Names::Lanes, least: 1 };
pub(super) const ROUTE: Kind = Kind::Word(&[
    choice("weighted", "at random, by weight"),
    choice("least_in_flight", "the lane with the fewest calls of this process under way"),
    choice("cheapest", "the lane on which the request can cost least"),
    choice(
        "power_of_two",
        "of two lanes drawn at random, the one with fewer calls of this process under way",
    ),
]);
const ROUTE_MEANING: &str = "Which of the healthy lanes takes a call. At a tie it is the one that the file names first \
                             among the providers.";
const LANES_MEANING: &str = "Lanes and their weights. Among the healthy ones `route` chooses, by default at random by \
                             weight; a weight of 0 leaves a lane out. At least one weight is above 0.";

pub(super) static PRIMARY: Table = Table {
    path: "policy.primary",
    meaning: "The models that one wants.",
    fields: &[
        field(
            "lanes",
            WEIGHTS,
            Without("the first model of the only provider"),
            "{ \"anthropic/sonnet\" = 1 }",
            LANES_MEANING,
        ),
        field("route", ROUTE, Is("\"weighted\""), "\"least_in_flight\"", ROUTE_MEANING),
    ],
};
pub(super) static SECONDARY: Table = Table {
    path: "policy.secondary",
    meaning: "The models that answer when the primary ones cannot.",
    fields: &[
        field("lanes", WEIGHTS, Required, "{ \"anthropic/sonnet\" = 1 }", LANES_MEANING),
        field("route", ROUTE, Is("\"weighted\""), "\"least_in_flight\"", ROUTE_MEANING),
    ],
};
pub(super) static TERTIARY: Table = Table {
    path: "policy.tertiary",
    meaning: "The models that answer when the secondary ones cannot.",
    fields: &[
        field("lanes", WEIGHTS, Required, "{ \"anthropic/sonnet\" = 1 }", LANES_MEANING),
        field("route", ROUTE, Is("\"weighted\""), "\"least_in_flight\"", ROUTE_MEANING),
    ],
};

pub(super) static CLASS: Table = Table {
    path: "policy.classes.NAME",
    meaning: "Requests that try lanes of their own before those of the first rung, if that is one of models: easy ones a \
              cheap lane. An answer from there counts for the first rung. A cheap model's answers cost less; that they are \
              as good for easy requests is the scenario's assumption, which nothing here tests.",
    fields: &[
        field(
            "up_to",
            Kind::Count { least: 0, most: 100 },
            Required,
            "40",
            "The most difficult request of the class. A request belongs to the class with the lowest such figure that \
             takes it.",
        ),
        field("lanes", WEIGHTS, Required, "{ \"anthropic/haiku\" = 1 }", LANES_MEANING),
        field("route", ROUTE, Is("\"weighted\""), "\"least_in_flight\"", ROUTE_MEANING),
    ],
};

const SERVICE: Kind =
    Kind::Either(&[ANY_SPAN, Kind::List { of: &ANY_SPAN, each: "\"2m\"", least: 2, most: 2 }]);
const CAPACITY: Kind = Kind::Count { least: 1, most: 1_000_000 };
pub(super) const WAITING: Kind = Kind::Count { least: 0, most: 1_000_000_000 };
const COST: Kind = Kind::Money { some: false };
const ANSWERS: Kind = Kind::Share { some: false };

pub(super) static RULES: Table = Table {
    path: "policy.rules",
    meaning: "Answers without a model: a decision tree, a search, a canned reply. They too have a price and a pace.",
    fields: &[
        field(
            "answers",
            ANSWERS,
            Is("\"70%\""),
            "\"70%\"",
            "The share of requests that they can answer at all.",
        ),
        field("cost", COST, Is("\"$0\""), "\"$0.001\"", "What one answer costs."),
        field("capacity", CAPACITY, Is("1000"), "1000", "How many answers they work on at once."),
        field(
            "service",
            SERVICE,
            Is("\"20ms\""),
            "\"20ms\"",
            "How long an answer takes: one length, or the shortest and longest.",
        ),
        field("max_waiting", WAITING, Is("10000"), "10000", "How many requests may wait for them."),
        field("max_wait", ANY_SPAN, Is("\"10s\""), "\"10s\"", "How long a request waits for them."),
    ],
};

pub(super) static HUMAN: Table = Table {
    path: "policy.human",
    meaning: "People who answer. They cost, they are few, and they take their time.",
    fields: &[
        field(
            "answers",
            ANSWERS,
            Is("\"100%\""),
            "\"100%\"",
            "The share of requests that they can answer at all.",
        ),
        field("cost", COST, Is("\"$2.50\""), "\"$2.50\"", "What one answer costs."),
        field("capacity", CAPACITY, Is("10"), "10", "How many people there are."),
        field(
            "service",
            SERVICE,
            Is("[\"2m\", \"6m\"]"),
            "[\"2m\", \"6m\"]",
            "How long an answer takes: one length, or the shortest and longest.",
        ),
        field("max_waiting", WAITING, Is("100"), "100", "How many requests may wait for them."),
        field("max_wait", ANY_SPAN, Is("\"15m\""), "\"15m\"", "How long a request waits for them."),
    ],
};
