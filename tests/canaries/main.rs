//! Canaries: deliberately broken decisions, each of which the gate must catch.
//!
//! A gate that lets a broken limiter pass is worse than none. So each canary of [`CANARIES`] changes one line of the
//! decision core in a copy of the tree, builds the program from it, and has it judged by the limits, baselines and
//! checkers that are committed. The unchanged copy must pass, a hundred times out of a hundred.
//!
//! `cargo test -p rushhour-tests --test canaries -- breaker` tries those whose name has `breaker` in it. The copy and
//! what is built of it stay in `target/canaries`, so a second time is quicker.

mod canary;
mod tree;

use canary::{CANARIES, Canary};
use std::process::ExitCode;
use tree::{Gate, Tree};

/// How often the unchanged tree must pass.
const TIMES: usize = 100;
/// What it must pass a hundred times: a scenario with caps, faults and retries that is over in no time.
const OFTEN: &str = "peak_hour";

fn main() -> ExitCode {
    let wanted: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let chosen: Vec<&Canary> = CANARIES
        .iter()
        .filter(|canary| wanted.is_empty() || wanted.iter().any(|part| canary.name.contains(part.as_str())))
        .collect();
    let tree = Tree::copied();
    let mut faults = unchanged(&tree, &chosen);
    for canary in chosen {
        match caught(&tree, canary) {
            Ok(said) => println!("canary {} ... caught: {said}", canary.name),
            Err(fault) => {
                println!("canary {} ... FAILED: {fault}", canary.name);
                faults += 1;
            }
        }
    }
    if faults == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The tree as it is passes: every scenario that a canary is tried on, and one of them again and again.
fn unchanged(tree: &Tree, chosen: &[&Canary]) -> usize {
    tree.build().unwrap_or_else(|fault| panic!("the copy does not build: {fault}"));
    let mut scenarios: Vec<&str> = chosen.iter().map(|canary| canary.scenario).collect();
    scenarios.sort_unstable();
    scenarios.dedup();
    let first = tree.gate(&scenarios);
    if first.code != 0 {
        println!("the unchanged tree ... FAILED:\n{}", first.said);
        return 1;
    }
    let often = tree.gate(&[OFTEN]);
    let passed = (0..TIMES).filter(|_| tree.gate(&[OFTEN]) == often && often.code == 0).count();
    println!(
        "the unchanged tree ... passes {} scenarios, and {passed} times out of {TIMES}",
        scenarios.len()
    );
    usize::from(passed != TIMES)
}

/// Breaks the tree, has it judged, and mends it again. What the gate said, if it caught the canary by what it is known by.
fn caught(tree: &Tree, canary: &Canary) -> Result<String, String> {
    let sound = tree.break_line(canary.file, canary.line, canary.broken)?;
    let judged = tree.build().map(|()| tree.gate(&[canary.scenario]));
    tree.write(canary.file, &sound);
    let Gate { code, said } = judged?;
    let line = said.lines().find(|line| line.contains(canary.known_by)).map(str::trim);
    match (code, line) {
        (1 | 3, Some(line)) => Ok(line.to_owned()),
        (1 | 3, None) => Err(format!("the gate says nothing of `{}`:\n{said}", canary.known_by)),
        (code, _) => Err(format!("the gate of {} ended with {code}:\n{said}", canary.scenario)),
    }
}
