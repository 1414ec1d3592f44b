//! The mock provider over HTTP: the world's provider model behind a socket, for official SDKs, gateways and a person's own
//! agents.
//!
//! There is no second model. [`Providers`](rushhour_world::Providers) decides what becomes of a call and when, and
//! [`wire`](rushhour_world::wire) says how that is written; this crate reads requests, keeps the one real clock, and sends.
//!
//! | module | what it is |
//! |---|---|
//! | [`server`] | [`Server`]: sockets, connections, and the graceful end |
//! | [`settings`] | [`ServerSettings`]: address, speed and the bounds on what a client may do |
//! | [`report`] | what the server saw, as text and as JSON |
//! | `routes` | which provider, model, project and lane a request means |
//! | `asked` | the bodies of both dialects, read into one shape |
//! | `answer` | what is answered: the world's own words, or filler, tool calls and JSON for a stranger |
//! | `desk` | the state behind all connections: providers, clock, tally |
//! | `exchange` | the way of one request from its body to its reply |
//! | `control` | `/_rushhour/…` and `/metrics`, for whoever runs a test against the server |
//! | `reply` | bodies as they go out: whole, streamed, or broken by a fault |
//!
//! # One thread
//! All connections and the provider model live on one thread: a call is decided in a microsecond, and most of what is left is
//! the kernel's, so locks between threads would cost more than a second core brings.
//!
//! # What it does not do
//! It runs no model, keeps no prompt and no key, and writes no log. The real clock is read here and nowhere below: the model is
//! told the time.

mod answer;
mod asked;
mod clock;
mod control;
mod desk;
mod exchange;
mod filler;
mod metrics;
mod occurrences;
mod own;
mod reply;
pub mod report;
mod routes;
pub mod server;
pub mod settings;
mod strangers;
mod tally;

pub use report::ServerReport;
pub use server::{Server, Stopped};
pub use settings::{ServerSettings, SettingsError, Speed};
