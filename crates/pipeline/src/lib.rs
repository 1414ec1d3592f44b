//! The way of one request, in order: ask for a grant, call, settle, retry or fall, reply.
//!
//! [`request`] is the story, top to bottom, as one straight-line async function. It is generic over [`Env`], the only
//! door to the outside: virtual time and the provider model in a simulation, real time and HTTP when live. What
//! decides is [`rushhour_core`]; what it decides is told as [`Event`](rushhour_base::Event)s, which carry all results.
//!
//! Nothing is held while a request waits, and what it does hold (a place in a queue, a grant) sits in a guard that gives
//! it back when the request is cancelled at any await.

mod attempt;
mod costs;
mod end;
pub mod env;
mod fit;
pub mod fleet;
mod gate;
mod grant;
mod journey;
mod mode;
mod parking;
pub mod race;
pub mod request;
mod route;
mod sends;
mod staff;
mod validate;

pub use env::{Env, HungUp, Waits};
pub use fleet::Fleet;
