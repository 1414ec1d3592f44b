//! Judges a run: folds its events and truths into numbers, pages and verdicts.
//!
//! | module | does |
//! |---|---|
//! | [`digest`] | one number for a whole run |
//! | [`tally`] | folds records into a report |
//! | [`report`] | what a run comes to, as plain data |
//! | [`latency`] | distributions of durations, honest about open requests |
//! | [`figures`] | the one table of figures behind the paths |
//! | [`slo`] | paths, units and verdicts of limits |
//! | [`compare`] | variants beside each other |
//! | [`replication`] | independent runs of one scenario, folded to their figures |
//! | [`document`] | reads `report.json` again |
//! | [`gate`] | whether behaviour got worse than a committed baseline |
//! | [`checkers`] | judges that share nothing with what they judge |
//! | [`divergence`] | where two runs first differ |
//! | [`explain`] | the life of single requests, step by step |
//! | [`render`] | pages for people, documents for programs |
//! | [`traffic`] | what a stream of requests is like: rate, burstiness, lengths |
//! | [`plan`] | how much a scenario bears before it breaks a limit |
//! | [`interval`] | how sure a mean is: replications and batches |
//! | [`sample`], [`fairness`] | exact percentiles, coordinated omission, Jain's index |
//! | [`calls`], [`log`] | every call as CSV, every record as JSON |
//!
//! Records come in through [`Sink`](rushhour_base::Sink), in their total order, and are never kept: what is remembered
//! follows what is open. There is no clock here, and nothing of the code that decided what is judged.

pub mod calls;
pub mod checkers;
pub mod compare;
pub mod digest;
pub mod divergence;
pub mod document;
pub mod explain;
pub mod fairness;
pub mod figures;
pub mod gate;
pub mod interval;
pub mod latency;
pub mod log;
mod open;
pub mod plan;
pub mod render;
pub mod replication;
pub mod report;
pub mod sample;
#[cfg(test)]
mod script;
pub mod slo;
mod spot;
pub mod tally;
mod timestamp;
pub mod traffic;

pub use checkers::Checkers;
pub use digest::Digest;
pub use report::Report;
pub use tally::Tally;
