//! The server over real sockets, byte by byte, in paused time: what a client of either API meets.

mod choices;
mod control;
mod errors;
mod faults;
mod limits;
mod raw;
mod rig;
mod safety;
mod streams;
mod words;
