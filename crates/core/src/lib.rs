//! The decisions of a fleet, without I/O: time is an argument, randomness is an argument, results are data.
//!
//! | module | decides |
//! |---|---|
//! | [`settings`] | nothing: the policy as plain data |
//! | [`bucket`] | how much of one dimension may pass, and when to ask again |
//! | [`limiter`] | whether a call fits all dimensions of its pool, all or nothing; each dimension by its own algorithm |
//! | [`queue`] | who goes next |
//! | [`breaker`] | whether a lane is healthy |
//! | [`headers`] | nothing: what a reply says of the limits, read from its text |
//! | [`ledger`] | whether there is money, and on whose account it goes |
//! | [`guard`] | whether an agent's task goes in a loop |
//! | [`retry`] | whether and when a failed attempt is made again |
//! | [`router`] | which of several lanes |
//! | [`risk`] | what one end user may ask for, by how the user behaved |
//! | [`ladder`] | what the fleet allows itself to answer with |
//! | [`compressor`] | what of a long conversation is sent |
//! | [`parking`] | what of that which can wait is taken up again, and when |
//! | [`validator`] | whether the facts of a request carry what a reply claims |
//! | [`control`] | all of the above for one call: ask all, then take all |
//!
//! [`Control`] is the type to read first: `enqueue`, `on_wake`, `next_wake`, `settle`. It cannot tell virtual time from
//! real time, never waits, and never learns what only the world knows.

pub mod breaker;
pub mod bucket;
pub mod compressor;
pub mod control;
pub mod guard;
pub mod headers;
pub mod ladder;
pub mod ledger;
pub mod limiter;
pub mod parking;
pub mod queue;
pub mod retry;
pub mod risk;
pub mod router;
pub mod settings;
pub mod validator;

pub use control::Control;
pub use settings::{Policy, Topology};
