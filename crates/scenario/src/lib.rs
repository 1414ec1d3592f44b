//! Reads scenarios: TOML text into the plain settings of core and world. The only place that knows the file format.
//!
//! | module | does |
//! |---|---|
//! | `source`, `tree`, `overlay`, `overrides` | text into a tree whose every value knows where it was written; variants and `--set` are laid over it before anything is read |
//! | `fields` | the one table of the language: keys, units, defaults, meanings, from which the next four work |
//! | `reader`, `scalar`, `notation`, `record` | the tree into typed values, every error of a file at once |
//! | [`schema()`] | the JSON Schema |
//! | [`reference()`] | the reference page |
//! | `build` | typed values into settings, with the checks that look at more than one key |
//! | `phrases` | what agents and models say: the program's files and anybody's |
//! | `presets` | what providers publish: tiers and prices, dated |
//! | [`trace`] | recordings of real traffic |
//! | [`Axis`] | one key varied over several values |
//! | `header` | what a report must know of lanes, caps and costs |
//! | `canon` | the hash that names a scenario in a report |
//! | [`Scenario`] | what all of it comes to |
//!
//! # What it does not do
//! It runs nothing and draws nothing. A [`Scenario`] that exists is sound: no later part checks again whether weights
//! sum to zero or a window is empty. Nothing in a file is ignored in silence: what is unknown is an error, and what
//! is without effect is a [`Notice`].

mod axis;
mod build;
mod canon;
mod errors;
mod fields;
mod header;
mod notation;
mod overlay;
mod overrides;
mod phrases;
mod presets;
mod reader;
mod record;
mod reference;
mod scalar;
mod scenario;
mod schema;
mod source;
mod suggest;
pub mod trace;
mod tree;

pub use axis::{Axis, AxisError};
pub use errors::{Error, Errors, Notice};
pub use overrides::Override;
pub use presets::next_tier;
pub use reference::reference;
pub use scenario::{Scenario, Variant};
pub use schema::schema;

/// A commented scenario of one screen to begin with, which [`Scenario::parse`] accepts.
pub fn starter() -> &'static str {
    include_str!("starter.toml")
}
