//! What the benchmarks run: the lean path of a request, and peers beside it.

pub mod lean;
