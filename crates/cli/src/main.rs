//! `rushhour`: what happens to a fleet of LLM agents when the rush hour, the outage or the abuser comes?

mod args;
mod check;
mod exit;
mod explain;
mod gate;
mod output;
mod parallel;
mod progress;
mod recording;
mod run;
mod same;
mod say;
mod starter;
mod trace;

use args::{Arguments, Verb};
use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let outcome = match Arguments::parse().verb {
        Verb::Run(arguments) => run::run(&arguments),
        Verb::Check(arguments) => check::check(&arguments),
        Verb::Gate(arguments) => gate::gate(&arguments),
        Verb::Explain(arguments) => explain::explain(&arguments),
        Verb::Trace(arguments) => trace::trace(&arguments),
        Verb::New(arguments) => starter::new(&arguments),
        Verb::Schema => check::schema(),
        Verb::Reference => check::reference(),
    };
    outcome.unwrap_or_else(|failure| failure.tell()).into()
}
