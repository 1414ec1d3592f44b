//! The life of single requests, step by step: found in one run, and followed in another that is the same.
//!
//! A run is a pure function of scenario, seed and version. So nothing has to be kept to explain a request afterwards: a
//! [`Ranking`] listens to a run and names the requests worth a look, and [`Lives`] listens to the same run again and
//! follows those. What either remembers is bounded by what is open, and by what was asked for.

mod lives;
mod ranking;
#[cfg(test)]
mod tests;

pub use lives::{Life, Lives, Step, What};
pub use ranking::{Ranked, Ranking};
