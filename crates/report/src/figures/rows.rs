//! Rows of the table of figures: counts, open requests, and what only some runs have: abuse, tasks, questions asked
//! again.

use super::{Better, Of};
use crate::report::{Report, Slice};
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

pub(super) const COUNTS: &[(&str, Better, Of<Slice>)] = &[
    ("counts.arrived", Better::Neither, |s| Some(s.counts.arrived as f64)),
    ("counts.answered", Better::Higher, |s| Some(s.counts.answered as f64)),
    ("counts.refused", Better::Lower, |s| Some(s.counts.refused as f64)),
    ("counts.abandoned", Better::Lower, |s| Some(s.counts.abandoned as f64)),
    ("counts.failed", Better::Lower, |s| Some(s.counts.failed as f64)),
    ("counts.parked", Better::Lower, |s| Some(s.counts.parked as f64)),
    ("counts.in_flight", Better::Lower, |s| Some(s.counts.in_flight as f64)),
    ("counts.attempts", Better::Lower, |s| Some(s.counts.attempts as f64)),
    ("counts.retries", Better::Lower, |s| Some(s.counts.retries as f64)),
    ("counts.regenerations", Better::Lower, |s| Some(s.counts.regenerations as f64)),
    ("counts.summaries", Better::Neither, |s| Some(s.counts.summaries as f64)),
    ("counts.rejected_429", Better::Lower, |s| Some(s.counts.rejected_429 as f64)),
    ("counts.provider_errors", Better::Lower, |s| Some(s.counts.provider_errors as f64)),
    ("counts.timeouts", Better::Lower, |s| Some(s.counts.timeouts as f64)),
    ("counts.fallbacks", Better::Lower, |s| Some(s.counts.fallbacks as f64)),
    ("counts.cut_by_length", Better::Lower, |s| Some(s.counts.cut_by_length as f64)),
    ("counts.good", Better::Higher, |s| Some(s.counts.good as f64)),
    ("counts.disconnected", Better::Lower, |s| Some(s.counts.disconnected as f64)),
    ("counts.truncated", Better::Lower, |s| Some(s.counts.truncated as f64)),
    ("counts.stream_errors", Better::Lower, |s| Some(s.counts.stream_errors as f64)),
    ("counts.malformed", Better::Lower, |s| Some(s.counts.malformed as f64)),
    ("counts.unauthorized", Better::Lower, |s| Some(s.counts.unauthorized as f64)),
    ("counts.credit_exhausted", Better::Lower, |s| Some(s.counts.credit_exhausted as f64)),
    ("counts.stalled", Better::Lower, |s| Some(s.counts.stalled as f64)),
    ("counts.deadline_missed", Better::Lower, |s| Some(s.deadlines?.missed as f64)),
];

pub(super) const RETURNS: &[(&str, Unit, Better, Of<Report>)] = &[
    ("returns.came_back", Unit::Number, Better::Lower, |r| Some(r.returns?.came_back as f64)),
    ("returns.answered", Unit::Number, Better::Neither, |r| Some(r.returns?.answered as f64)),
    ("returns.questions", Unit::Number, Better::Neither, |r| Some(r.returns?.questions as f64)),
    ("returns.success", Unit::Ratio, Better::Higher, |r| r.returns?.success()),
    ("returns.amplification", Unit::Number, Better::Lower, |r| r.returns?.amplification()),
];

pub(super) const ESTIMATES: &[(&str, Unit, Better, Of<Report>)] = &[
    ("token_estimate.calls", Unit::Number, Better::Neither, |r| r.token_estimate.map(|e| e.calls as f64)),
    ("token_estimate.too_small", Unit::Number, Better::Lower, |r| {
        r.token_estimate.map(|e| e.too_small as f64)
    }),
    ("token_estimate.error_mean", Unit::Ratio, Better::Neither, |r| r.token_estimate.map(|e| e.mean)),
    ("token_estimate.error_p5", Unit::Ratio, Better::Higher, |r| r.token_estimate.map(|e| e.p5)),
    ("token_estimate.error_p95", Unit::Ratio, Better::Lower, |r| r.token_estimate.map(|e| e.p95)),
];
