//! Rushhour in your own code: a gate on the behaviour of a fleet of agents as a plain `#[test]`.
//!
//! ```no_run
//! use rushhour::Scenario;
//!
//! #[test]
//! fn the_peak_hour_is_carried() {
//!     Scenario::load("scenarios/peak_hour.toml").run().assert_slos();
//! }
//! ```
//!
//! A run is a pure function of scenario, seed and version, so such a test cannot flake: it fails when the scenario, the
//! policy in it or Rushhour itself has changed for the worse, and says where. What a scenario file may say is told by
//! `rushhour reference`.
//!
//! The same crate carries the program `rushhour`.

mod args;
mod check;
mod compare;
mod exit;
mod experiment;
mod explain;
mod gate;
mod merge;
mod output;
mod parallel;
mod plan;
mod profile;
mod progress;
mod recording;
mod replicate;
mod run;
mod same;
mod say;
mod serve;
mod starter;
mod sweep;
mod trace;
mod words;

pub use experiment::{Failed, Run, Scenario};
pub use rushhour_report::Report;
pub use rushhour_report::figures::Figure;
pub use rushhour_report::slo::{SloResult, Verdict};

use args::{Arguments, Verb};
use clap::Parser;
use std::process::ExitCode;

/// The program: reads the command line, does what its verb says, and gives back the exit code that `--help` lists.
pub fn main() -> ExitCode {
    let outcome = match Arguments::parse().verb {
        Verb::Run(arguments) => run::run(&arguments),
        Verb::Check(arguments) => check::check(&arguments),
        Verb::Compare(arguments) => compare::compare(&arguments),
        Verb::Gate(arguments) => gate::gate(&arguments),
        Verb::Plan(arguments) => plan::plan(&arguments),
        Verb::Sweep(arguments) => sweep::sweep(&arguments),
        Verb::Merge(arguments) => merge::merge(&arguments),
        Verb::Explain(arguments) => explain::explain(&arguments),
        Verb::Trace(arguments) => trace::trace(&arguments),
        Verb::Words(arguments) => words::words(&arguments),
        Verb::Serve(arguments) => serve::serve(&arguments),
        Verb::New(arguments) => starter::new(&arguments),
        Verb::Schema => check::schema(),
        Verb::Reference => check::reference(),
    };
    outcome.unwrap_or_else(|failure| failure.tell()).into()
}
