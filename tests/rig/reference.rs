//! Runs cases of a file of reference values through the real parts: alone, or in the simulator where the case is a system.
//!
//! The target `reference` judges every case of a file; the target `claims` takes the figures of some.

#![expect(unreachable_pub, reason = "what is not named below stays in here")]

mod backoff;
mod breaker;
mod case;
mod claims;
mod goldens;
mod ground;
mod judge;
mod measurement;
mod plant;
mod queueing;
mod retry;
mod sample_bugs;
mod token_bucket;
mod windows;

pub use case::Case;
pub use ground::Ground;
pub use judge::{Finding, line};

use case::{Answer, Problem};
use judge::Judge;

/// What became of a case.
pub struct Judged {
    /// Its figures, each held against what is expected.
    pub findings: Vec<Finding>,
    /// Parts that were not run, each with the trace that is absent.
    pub not_run: Vec<String>,
    /// Why it could not be judged as a whole.
    pub problem: Option<Trouble>,
}

/// Why a case could not be judged.
pub enum Trouble {
    /// It says something that nobody here understands, or a part panicked.
    Said(String),
    /// This trace is absent.
    Absent(String),
}

/// Runs a case and holds what comes out against what it expects.
pub fn judge(case: &Case, ground: &Ground) -> Judged {
    let mut judge = Judge::new(case);
    // A bug in a part must not take the other cases' verdicts with it.
    let run = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run(&mut judge, ground)));
    let problem = match run {
        Ok(Ok(())) => leftovers(&judge).map(Trouble::Said),
        Ok(Err(Problem::Unknown(why))) => Some(Trouble::Said(why)),
        Ok(Err(Problem::Absent(trace))) => Some(Trouble::Absent(trace)),
        Err(panic) => Some(Trouble::Said(format!("panicked: {}", said(&*panic)))),
    };
    let Judge { findings, not_run, .. } = judge;
    Judged { findings, not_run, problem }
}

fn run(judge: &mut Judge, ground: &Ground) -> Answer<()> {
    match judge.case.group.as_str() {
        "backoff_occ" => backoff::run(judge, ground),
        "breaker" => breaker::run(judge, ground),
        "claims" => claims::run(judge, ground),
        "goldens" => goldens::run(judge, ground),
        "measurement" => measurement::run(judge, ground),
        "queueing" => queueing::run(judge, ground),
        "retry" => retry::run(judge, ground),
        "sample_bugs" => sample_bugs::run(judge, ground),
        "token_bucket" => token_bucket::run(judge, ground),
        "windows" => windows::run(judge, ground),
        other => case::unknown(format!("there is no group `{other}`")),
    }
}

/// What the case says and nobody looked at.
fn leftovers(judge: &Judge) -> Option<String> {
    let (unread, unjudged) = (judge.case.params.unread(), judge.unjudged());
    let names = |list: &[String]| format!("`{}`", list.join("`, `"));
    match (unread.is_empty(), unjudged.is_empty()) {
        (true, true) => None,
        (false, _) => Some(format!("no runner knows the parameter {}", names(&unread))),
        (true, false) => Some(format!("no runner knows the figure {}", names(&unjudged))),
    }
}

fn said(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or(panic.downcast_ref::<&str>().copied()).unwrap_or("no word").to_owned()
}
