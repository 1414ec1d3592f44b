//! What the benchmarks run: the lean path of a request, and beside it the same pipeline on tokio's paused clock and a bare
//! event loop.

pub mod bare;
pub mod lean;
pub mod paused;
