//! How the rate of an open loop changes with time.

use super::Default::{Is, Required, Without};
use super::*;

const FACTOR: Kind = Kind::Number { least: 0.0, above: false, most: 1e4 };
const WEIGHT: Kind = Kind::Number { least: 0.0, above: false, most: 100.0 };

pub(super) static SHAPE: Table = Table {
    path: "workload.NAME.arrivals.shape",
    meaning: "A factor of `per_agent_per_hour` over time. Times of day and weekdays are those of the place where the run \
              `starts`, at its offset from UTC throughout: daylight saving is not modelled.",
    fields: &[
        field(
            "kind",
            Kind::Word(&[
                choice("steps", "a staircase"),
                choice("ramp", "a straight line from one level to another"),
                choice("day", "the time of day, alike on all days; 1 on the average of a day"),
                choice("week", "the time of day and the weekday; 1 on the average of a week"),
            ]),
            Required,
            "\"week\"",
            "What it looks like.",
        ),
        field(
            "steps",
            Kind::List {
                of: &Kind::Table(&LEVEL),
                each: "{ from = \"10m\", factor = 3 }",
                least: 1,
                most: 10_000,
            },
            Required,
            "[{ from = \"0s\", factor = 1 }, { from = \"10m\", factor = 3 }]",
            "The levels, in the order of time. Before the first the factor is 1, and the last holds to the end.",
        )
        .with(&["steps"]),
        field("from", FACTOR, Is("1.0"), "0.5", "The factor until `at`.").with(&["ramp"]),
        field("to", FACTOR, Required, "4.0", "The factor from the end of the ramp on.").with(&["ramp"]),
        field("at", ANY_SPAN, Is("\"0s\""), "\"10m\"", "When it begins, from the start of the run.").with(&["ramp"]),
        field("over", ANY_SPAN, Required, "\"30m\"", "How long it takes; `0s` for a jump.").with(&["ramp"]),
        field(
            "peak",
            Kind::TimeOfDay,
            Is("\"15:00\""),
            "\"15:00\"",
            "The local time of day of the peak; twelve hours away is the quietest. The default is an assumption: it puts \
             that to 3 a.m.",
        )
        .with(DAYS),
        field(
            "peak_to_mean",
            Kind::Number { least: 1.0, above: false, most: 20.0 },
            Is("1.9"),
            "2.4",
            "The factor at the peak over that day's average. 1.9 makes the peak 4.9 times the quietest hour, the upper end \
             of the tenants of Alibaba in ServeGen (2025); 2.4 makes it 11.7 times, as BurstGPT (2024) has it; 1.17 makes it \
             1.4 times, ServeGen's lower end.",
        )
        .with(DAYS),
        field(
            "days",
            Kind::Table(&WEEKDAYS),
            Is("{}"),
            "{ saturday = 0.7, sunday = 0.5 }",
            "What the days of the week weigh against one another. The factor jumps at midnight.",
        )
        .with(&["week"]),
    ],
};

const DAYS: &[&str] = &["day", "week"];

static LEVEL: Table = Table {
    path: "workload.NAME.arrivals.shape.steps[]",
    meaning: "A level of a staircase.",
    fields: &[
        field(
            "from",
            ANY_SPAN,
            Required,
            "\"10m\"",
            "From when it holds, since the start of the run; later than the one before.",
        ),
        field("factor", FACTOR, Required, "3.0", "The factor of the rate; 0 for silence."),
    ],
};

static WEEKDAYS: Table = Table {
    path: "workload.NAME.arrivals.shape.days",
    meaning: "Weights of the days of the week, of which only the proportions count. That a weekend is quieter is known of \
              services for work; by how much is an assumption.",
    fields: &[
        field("monday", WEIGHT, Is("1.0"), "1.0", "Monday's weight."),
        field("tuesday", WEIGHT, Is("1.0"), "1.0", "Tuesday's weight."),
        field("wednesday", WEIGHT, Is("1.0"), "1.0", "Wednesday's weight."),
        field("thursday", WEIGHT, Is("1.0"), "1.0", "Thursday's weight."),
        field("friday", WEIGHT, Is("1.0"), "1.0", "Friday's weight."),
        field("saturday", WEIGHT, Is("0.7"), "0.7", "Saturday's weight."),
        field("sunday", WEIGHT, Is("0.5"), "0.5", "Sunday's weight."),
    ],
};

pub(super) static BURST: Table = Table {
    path: "workload.NAME.arrivals.bursts[]",
    meaning: "A time in which agents ask more often, or less.",
    fields: &[
        field("at", ANY_SPAN, Required, "\"20m\"", "When it begins, from the start of the run."),
        field("for", SOME_SPAN, Without("it lasts to the end of the run"), "\"5m\"", "How long it lasts."),
        field("factor", FACTOR, Required, "4.0", "By how much it multiplies the rate."),
    ],
};
