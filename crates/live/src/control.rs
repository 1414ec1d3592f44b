//! `/_rushhour/…` and `/metrics`: for whoever runs a test against the server. None of it counts as a request.
//!
//! | path | does |
//! |---|---|
//! | `POST /_rushhour/start` | starts the clock of the run, which else starts with the first request |
//! | `POST /_rushhour/reset` | begins anew: quotas full, counters at zero, the clock at the start and standing |
//! | `GET /_rushhour/stats` | what was seen so far |
//! | `GET /_rushhour/truths` | of replies in the world's own words, which were wrong and how, by the request id of their header |
//! | `GET /metrics` | the same for Prometheus |

use crate::desk::Desk;
use crate::metrics;
use crate::reply::ReplyBody;
use crate::report::ServerReport;
use crate::tally::Labelled;
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use hyper::{Method, Response, StatusCode};
use rushhour_base::time::SECOND;
use serde_json::{Value, json};
use std::rc::Rc;

/// Answers a request of control; `None` if it is none.
pub(crate) fn respond(desk: &Rc<Desk>, method: &Method, path: &str) -> Option<Response<ReplyBody>> {
    let verb = match path {
        "/metrics" => {
            return Some(match *method {
                Method::GET => sent(StatusCode::OK, metrics::TYPE, metrics::page(desk)),
                _ => not_allowed("GET"),
            });
        }
        _ => path.strip_prefix("/_rushhour/")?,
    };
    let allowed = match verb {
        "start" | "reset" => Method::POST,
        "stats" | "truths" => Method::GET,
        _ => {
            let error = "there are /_rushhour/start, reset, stats and truths";
            return Some(document(StatusCode::NOT_FOUND, &json!({ "error": error })));
        }
    };
    if *method != allowed {
        return Some(not_allowed(if allowed == Method::GET { "GET" } else { "POST" }));
    }
    match verb {
        "start" => desk.clock.start(),
        "reset" => desk.reset(),
        "truths" => return Some(document(StatusCode::OK, &truths(desk))),
        _ => {}
    }
    Some(document(StatusCode::OK, &stats(desk)))
}

fn stats(desk: &Desk) -> Value {
    let mut stats = ServerReport::of(desk).json();
    stats["running"] = json!(desk.clock.is_running());
    stats["calls_under_way"] = json!(desk.calls_under_way());
    stats
}

fn truths(desk: &Desk) -> Value {
    let tally = desk.tally();
    let row = |row: &Labelled| {
        json!({
            "request_id": row.request_id,
            "request": format!("{}/{}", desk.header.agent_name(row.request.agent().0), turn(row)),
            "at_s": row.at.0 as f64 / SECOND as f64,
            "fact": row.fact.name(),
            "label": row.label.name(),
        })
    };
    let dropped = tally.labels_by_kind.values().sum::<u64>() - tally.labels.len() as u64;
    json!({
        "format": "rushhour/truths/1",
        "replies": tally.labels.iter().map(row).collect::<Vec<_>>(),
        "dropped": dropped,
    })
}

fn turn(row: &Labelled) -> String {
    match row.request.times_before() {
        0 => row.request.turn().to_string(),
        times => format!("{}+{times}", row.request.first().turn()),
    }
}

fn document(status: StatusCode, document: &Value) -> Response<ReplyBody> {
    sent(status, "application/json", format!("{document:#}\n"))
}

fn not_allowed(allow: &'static str) -> Response<ReplyBody> {
    let error = json!({ "error": format!("this path takes {allow}") });
    let mut response = document(StatusCode::METHOD_NOT_ALLOWED, &error);
    response.headers_mut().insert(ALLOW, HeaderValue::from_static(allow));
    response
}

fn sent(status: StatusCode, kind: &'static str, body: String) -> Response<ReplyBody> {
    let mut response = Response::new(ReplyBody::whole(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}
