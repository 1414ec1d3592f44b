//! Caps on spending.

use crate::fields::Default::{Is, Required};
use crate::fields::*;

pub(super) static CAP: Table = Table {
    path: "policy.budget.NAME",
    meaning: "A cap on spending. Spent and reserved money together never pass it.",
    fields: &[
        field("cap", Kind::Money { some: true }, Required, "\"$400\"", "The cap."),
        field(
            "per",
            Kind::Word(&[
                choice("day", "it starts anew at each local midnight"),
                choice("total", "for the whole run"),
            ]),
            Is("\"day\""),
            "\"day\"",
            "Over which window it counts.",
        ),
        field(
            "alerts",
            Kind::List { of: &Kind::Share { some: true }, each: "\"50%\"", least: 0, most: 100 },
            Is("[\"50%\", \"80%\", \"100%\"]"),
            "[\"50%\", \"80%\", \"100%\"]",
            "Levels at which an alert is raised, once per window: whole per cents, ascending.",
        ),
        field(
            "at_cap",
            Kind::Word(&[
                choice("pause", "requests wait until money comes back or the window turns"),
                choice("fall", "requests fall to the next rung at once"),
            ]),
            Is("\"pause\""),
            "\"pause\"",
            "What happens at the cap.",
        ),
    ],
};
