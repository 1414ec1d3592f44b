//! Reports as people and programs read them.
//!
//! | function | gives |
//! |---|---|
//! | [`text()`] | the page on the terminal, one run or several variants side by side |
//! | [`json()`] | the document `report.json`, checked against the committed schema |
//! | [`markdown()`] | `summary.md`, short enough for a pull request |
//! | [`hgrm()`] | the distributions in HdrHistogram's own text format |
//! | [`traffic_text()`], [`traffic_json()`] | what a trace holds |
//!
//! Everything printed comes from integers or is rounded to a fixed number of decimals, so that the same run gives the
//! same bytes on any machine.

mod hgrm;
mod json;
mod markdown;
mod number;
mod text;
mod writer;

pub use hgrm::hgrm;
pub use json::traffic_json;
pub use json::{FORMAT, json};
pub use markdown::markdown;
pub use text::traffic_text;
pub use text::{Style, text};
