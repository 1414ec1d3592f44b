//! What the benchmarks run: the lean path of a request, and the same pipeline on tokio's paused clock beside it.

pub mod lean;
pub mod paused;
