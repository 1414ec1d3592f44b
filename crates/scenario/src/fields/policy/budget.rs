//! Caps on spending.

use crate::fields::Default::{Is, Required, Without};
use crate::fields::*;

pub(super) static CAP: Table = Table {
    path: "policy.budget.NAME",
    meaning: "A cap on spending. Spent and reserved money together never pass it. Any number of caps hold side by side: \
              of several windows, of the fleet and of each agent.",
    fields: &[
        field("cap", Kind::Money { some: true }, Required, "\"$400\"", "The cap."),
        field(
            "scope",
            Kind::Word(&[
                choice("fleet", "the whole fleet's"),
                choice("workload", "that of one workload, which `of` names"),
                choice("agent", "each agent's: every one of them has a cap of this size"),
                choice("user", "each end user's: every one of them has a cap of this size"),
            ]),
            Without("as the cap's name says: `fleet`, or the workload of that name"),
            "\"agent\"",
            "Whose spending it bounds.",
        ),
        field(
            "of",
            Kind::Text,
            Without("with `workload` the one of the cap's name, else all"),
            "\"coders\"",
            "The workload whose agents or users are meant; or one agent, such as `coders-3`, which then has this cap \
             instead of the one that each agent has over the same window.",
        ),
        field(
            "per",
            Kind::Word(&[
                choice("day", "it starts anew at each midnight of the scenario's fixed offset from UTC"),
                choice("month", "it starts anew with each month of the calendar"),
                choice("total", "for the whole run"),
            ]),
            Is("\"day\""),
            "\"day\"",
            "Over which window it counts.",
        ),
        field(
            "alerts",
            Kind::List {
                of: &Kind::Either(&[Kind::Share { some: true }, Kind::Money { some: true }]),
                each: "\"50%\"",
                least: 0,
                most: 100,
            },
            Is("[\"50%\", \"80%\", \"100%\"]"),
            "[\"50%\", \"$300\"]",
            "Levels at which an alert is raised, once per window: whole per cents of the cap or dollars, each kind \
             ascending.",
        ),
        field(
            "at_cap",
            Kind::Word(&[
                choice(
                    "pause",
                    "requests wait, for what `resume` says, but no longer than the queue lets them",
                ),
                choice("degrade", "until the window turns, the models of the primary rung are not asked"),
                choice("rules", "until the window turns, rules alone answer"),
                choice("fall", "requests fall to the next rung at once"),
            ]),
            Is("\"pause\""),
            "\"pause\"",
            "What happens at the cap.",
        ),
        field(
            "resume",
            Kind::Either(&[
                Kind::Word(&[
                    choice("turn", "when a call settles for less than was reserved, or the window turns"),
                    choice("release", "only when a call settles for less than was reserved"),
                    choice(
                        "never",
                        "once spent it stays shut until a person opens it, so in a simulation for good",
                    ),
                ]),
                Kind::TimeOfDay,
            ]),
            Without("`turn`, with `pause`"),
            "\"08:00\"",
            "With `pause`: when money passes again. At a time of day, a cap that was spent stays shut until that hour comes \
             with a window that has turned.",
        ),
        field(
            "kept_back",
            Kind::Share { some: false },
            Without("20% with `degrade`, 0% with `rules`"),
            "\"20%\"",
            "With `degrade` and `rules`: the share of the cap that only what is left to ask may spend.",
        ),
    ],
};
