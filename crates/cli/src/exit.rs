//! What a run of the program comes to: one documented exit code for each kind of no.

use crate::say::tell;
use std::fmt::Display;
use std::process::ExitCode;

/// The exit codes, as `--help` and the README list them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Everything held.
    Held = 0,
    /// A bug: a checker found a contradiction, a run got stuck, or two equal runs differed.
    Internal = 1,
    /// The command line is wrong, or a file could not be written.
    Usage = 2,
    /// An SLO was missed.
    Missed = 3,
    /// An SLO could not be decided.
    Inconclusive = 4,
    /// The scenario or its data is bad.
    BadScenario = 65,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}

/// Why a verb could not be carried out.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    message: String,
}

impl Failure {
    /// A failure with its exit code and what to tell.
    pub(crate) fn new(exit: Exit, message: impl Display) -> Failure {
        Failure { exit, message: message.to_string() }
    }

    /// What there is to tell.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// Tells it on standard error.
    pub(crate) fn tell(&self) -> Exit {
        if !self.message.is_empty() {
            tell(&self.message);
        }
        self.exit
    }
}
