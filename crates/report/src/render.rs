//! Reports as people and programs read them.
//!
//! | function | gives |
//! |---|---|
//! | [`text()`] | the page on the terminal, one run or several variants side by side |
//! | [`json()`] | the document `report.json`, checked against the committed schema |
//! | [`markdown()`] | `summary.md`, short enough for a pull request |
//! | [`hgrm()`] | the distributions in HdrHistogram's own text format |
//! | [`figure()`] | one figure in its unit |
//! | [`compare_text()`] and its kin | two sides beside each other |
//! | [`gate_text()`] and its kin | what the gate found: for the terminal, pull requests, CI servers and programs |
//! | [`explain_text()`], [`explain_json()`] | the life of single requests |
//! | [`plan_text()`] and its kin | what a search for the largest load found, and its curve |
//! | [`traffic_text()`], [`traffic_json()`] | what a trace holds |
//!
//! Everything printed comes from integers or is rounded to a fixed number of decimals, so that the same run gives the
//! same bytes on any machine.

mod compare;
mod explain;
mod gate;
mod hgrm;
mod json;
mod markdown;
pub(crate) mod number;
mod plan;
mod text;
mod trial;
pub(crate) mod writer;

pub use compare::{COMPARE_FORMAT, compare_json, compare_markdown, compare_text};
pub use explain::{explain_json, explain_text};
pub use gate::{gate_annotations, gate_json, gate_junit, gate_markdown, gate_text};
pub use hgrm::hgrm;
pub use json::traffic_json;
pub use json::{FORMAT, json};
pub use markdown::markdown;
pub use number::figure;
pub use plan::{plan_csv, plan_json, plan_text};
pub use text::traffic_text;
pub use text::what_binds;
pub use text::{Style, text};
