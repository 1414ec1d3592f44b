//! Runs the cases of a file of reference values through the real parts: alone, or in the simulator where the case is a
//! system. One line a case: id · expected · got · held or missed.
//!
//! | variable | meaning |
//! |---|---|
//! | `RUSHHOUR_CASES` | the file; default: the copy beside this one |
//! | `RUSHHOUR_TRACES` | the folder of traces; default: `../shared/traces` beside the workspace |
//! | `RUSHHOUR_REQUIRE_TRACES` | `1`: a case whose trace is absent fails instead of being named |
//! | `RUSHHOUR_ABSENT_TRACES` | names of traces, with commas, that are known to be absent, and so do not fail |
//! | `RUSHHOUR_RUN_LENGTH` | multiplies the length of statistical runs; default 1 |
//!
//! An argument is a filter: only cases whose group or id contains it are run. Cases run side by side on all cores, each
//! from seeds of its own, so their number and order move no result.

use rushhour_tests::reference::{Case, Finding, Ground, Judged, Trouble, judge, line};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What became of a case.
struct Verdict {
    text: String,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Held,
    Missed,
    NotRun,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let filters: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    let ground = Ground::from_env();
    let cases = match ground.cases() {
        Ok(cases) => cases,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    let all = cases.len();
    let chosen: Vec<Case> = cases
        .into_iter()
        .filter(|case| {
            filters.is_empty()
                || filters.iter().any(|part| case.id.contains(*part) || case.group.contains(*part))
        })
        .collect();
    if arguments.iter().any(|argument| argument == "--list") {
        chosen.iter().for_each(|case| println!("{}/{}: test", case.group, case.id));
        return ExitCode::SUCCESS;
    }
    println!("running {} of {all} reference cases of {}", chosen.len(), ground.file().display());
    let verdicts = judge_all(&chosen, &ground);
    let count = |kind| verdicts.iter().filter(|verdict| verdict.kind == kind).count();
    let (held, missed, not_run) = (count(Kind::Held), count(Kind::Missed), count(Kind::NotRun));
    let result = if missed == 0 { "ok" } else { "FAILED" };
    println!("\ntest result: {result}. {held} passed; {missed} failed; {not_run} skipped");
    if missed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Judges the cases side by side, the dearest group first, and prints them in the order of the file.
fn judge_all(cases: &[Case], ground: &Ground) -> Vec<Verdict> {
    let mut order: Vec<usize> = (0..cases.len()).collect();
    order.sort_by_key(|&i| std::cmp::Reverse(weight(&cases[i])));
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Progress { verdicts: Vec::new(), printed: 0 }));
    done.lock().expect("nobody panicked").verdicts.resize_with(cases.len(), || None);
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(cases.len().max(1));
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(&index) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let verdict = verdict(&cases[index], ground);
                    done.lock().expect("nobody panicked").add(index, verdict);
                }
            });
        }
    });
    let progress = done.into_inner().expect("nobody panicked");
    progress.verdicts.into_iter().map(|verdict| verdict.expect("every case was judged")).collect()
}

struct Progress {
    verdicts: Vec<Option<Verdict>>,
    printed: usize,
}

impl Progress {
    fn add(&mut self, index: usize, verdict: Verdict) {
        self.verdicts[index] = Some(verdict);
        while let Some(Some(verdict)) = self.verdicts.get(self.printed) {
            println!("{}", verdict.text);
            self.printed += 1;
        }
    }
}

/// A guess at how long a case takes, so that no long one is left to the end.
fn weight(case: &Case) -> u32 {
    match case.group.as_str() {
        "measurement" if case.params.has("trials") || case.params.has("reps") => 4,
        "queueing" => 3,
        "breaker" | "backoff_occ" => 2,
        "token_bucket" | "windows" => 1,
        _ => 0,
    }
}

fn verdict(case: &Case, ground: &Ground) -> Verdict {
    let Judged { findings, not_run, problem } = judge(case, ground);
    let problem = match problem {
        Some(Trouble::Absent(trace)) => return absent(case, &trace, ground),
        Some(Trouble::Said(problem)) => Some(problem),
        None => None,
    };
    let mut held = problem.is_none() && findings.iter().all(|finding| finding.held);
    let mut text = format!(
        "{} · {} · {}",
        case.id,
        line(&findings, |finding: &Finding| &finding.expected),
        line(&findings, |finding: &Finding| &finding.got)
    );
    for part in &not_run {
        held &= ground.may_lack(part.rsplit(": ").next().unwrap_or(part));
        text.push_str(&format!(" · not run: {part}"));
    }
    if let Some(problem) = problem {
        text.push_str(&format!(" · {problem}"));
    }
    text.push_str(if held { " · held" } else { " · missed" });
    Verdict { text, kind: if held { Kind::Held } else { Kind::Missed } }
}

fn absent(case: &Case, trace: &str, ground: &Ground) -> Verdict {
    let kind = if ground.may_lack(trace) { Kind::NotRun } else { Kind::Missed };
    let end = if kind == Kind::Missed { " · missed" } else { "" };
    Verdict { text: format!("{} · not run: {trace} is absent{end}", case.id), kind }
}
