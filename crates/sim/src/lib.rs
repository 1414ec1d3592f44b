//! Virtual time: a run as a pure function of world, policy and seed.
//!
//! | module | what it is |
//! |---|---|
//! | [`agenda`] | what is due, in a total order by (time, order of scheduling) |
//! | [`executor`] | tasks as futures in reused boxes, polled one at a time |
//! | [`mod@env`] | the pipeline's door to the virtual world |
//! | [`mod@run`] | arrivals, fleets, providers and the horizon put together |
//!
//! Time jumps from one due thing to the next, in nanoseconds. There is one thread, no wall clock and no waker: a task is
//! a number, and whoever wants it polled says its number. Foreign futures that need a waker do not work here.

pub mod agenda;
pub mod env;
pub mod executor;
pub mod run;

pub use run::{Setup, Stuck, run};
