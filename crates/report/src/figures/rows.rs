//! Rows of the table of figures: open requests, and what only some runs have, abuse and tasks.

use super::{Better, Of};
use crate::report::Report;
use crate::slo::Unit;

pub(super) const OPEN_REQUESTS: [(&str, Of<Report>); 2] = [
    ("open_requests.mean", |r| r.open_requests.mean),
    ("open_requests.max", |r| Some(r.open_requests.max as f64)),
];

pub(super) const ABUSE: [(&str, Unit, Better, Of<Report>); 11] = [
    ("abuse.attempts", Unit::Number, Better::Neither, |r| Some(r.abuse.known.as_ref()?.attempts as f64)),
    ("abuse.admitted", Unit::Number, Better::Lower, |r| Some(r.abuse.known.as_ref()?.admitted as f64)),
    ("abuse.admitted_share", Unit::Ratio, Better::Lower, |r| r.abuse.admitted_share()),
    ("abuse.cost_usd", Unit::Dollars, Better::Lower, |r| Some(r.abuse.known.as_ref()?.cost.as_usd_f64())),
    ("abuse.throttled", Unit::Number, Better::Neither, |r| Some(r.abuse.throttled as f64)),
    ("abuse.honest", Unit::Number, Better::Neither, |r| Some(r.abuse.known.as_ref()?.honest as f64)),
    ("abuse.honest_throttled", Unit::Number, Better::Lower, |r| {
        Some(r.abuse.known.as_ref()?.honest_throttled as f64)
    }),
    ("abuse.honest_throttled_rate", Unit::Ratio, Better::Lower, |r| r.abuse.honest_throttled_rate()),
    ("abuse.honest_users", Unit::Number, Better::Neither, |r| {
        Some(r.abuse.known.as_ref()?.honest_users as f64)
    }),
    ("abuse.honest_users_throttled", Unit::Number, Better::Lower, |r| {
        Some(r.abuse.known.as_ref()?.honest_users_throttled as f64)
    }),
    ("abuse.honest_users_throttled_rate", Unit::Ratio, Better::Lower, |r| {
        r.abuse.honest_users_throttled_rate()
    }),
];

pub(super) const TASKS: &[(&str, Unit, Better, Of<Report>)] = &[
    ("tasks.done", Unit::Number, Better::Higher, |r| r.tasks.known.map(|k| k.done as f64)),
    ("tasks.stopped", Unit::Number, Better::Neither, |r| r.tasks.if_any(r.tasks.stopped()).map(|n| n as f64)),
    ("tasks.stuck_requests", Unit::Number, Better::Lower, |r| r.tasks.known.map(|k| k.stuck_requests as f64)),
    ("tasks.stuck_usd", Unit::Dollars, Better::Lower, |r| r.tasks.known.map(|k| k.stuck_usd.as_usd_f64())),
    ("tasks.stopped_stuck", Unit::Number, Better::Neither, |r| r.tasks.known.map(|k| k.stopped_stuck as f64)),
];
