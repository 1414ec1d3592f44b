//! Who reads what the program writes may go at any time, as `head` does.

use crate::desk::{Desk, done};
use std::io::{BufRead, BufReader, pipe};
use std::process::Stdio;

const TALKATIVE: [&[&str]; 6] = [
    &["run", "tiny.toml"],
    &["run", "tiny.toml", "--json", "--check", "--check-determinism"],
    &["check", "tiny.toml", "--json"],
    &["schema"],
    &["reference"],
    &["new"],
];

#[test]
fn a_reader_that_was_never_there_is_no_error() {
    for arguments in TALKATIVE {
        let (reader, writer) = pipe().expect("a pipe");
        drop(reader);
        let desk = Desk::new();
        let done = done(desk.command(arguments).stdout(writer).output().expect("the program starts"));
        assert_eq!(done.code, 0, "{arguments:?}\n{}", done.err);
    }
}

#[test]
fn a_reader_that_goes_after_the_first_line_is_no_error() {
    for arguments in TALKATIVE {
        let desk = Desk::new();
        let mut command = desk.command(arguments);
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let mut line = String::new();
        let out = child.stdout.take().expect("it is piped");
        BufReader::with_capacity(16, out).read_line(&mut line).expect("the first line is text");
        assert!(!line.trim().is_empty(), "{arguments:?}");
        let done = done(child.wait_with_output().expect("the program ends"));
        assert_eq!(done.code, 0, "{arguments:?}\n{}", done.err);
    }
}

/// A closed standard error was once a panic.
#[test]
fn nobody_to_tell_is_no_error() {
    for arguments in
        [&["run", "tiny.toml", "--json", "--check"][..], &["check", "tiny.toml"], &["new", "mine.toml"]]
    {
        let (reader, writer) = pipe().expect("a pipe");
        drop(reader);
        let desk = Desk::new();
        let done = done(desk.command(arguments).stderr(writer).output().expect("the program starts"));
        assert_eq!(done.code, 0, "{arguments:?}");
    }
}

/// The verdict outlives the reader: a script that looks at the exit code alone is not fooled.
#[test]
fn a_verdict_does_not_depend_on_a_reader() {
    let (reader, writer) = pipe().expect("a pipe");
    drop(reader);
    let desk = Desk::new();
    let mut command = desk.command(&["run", "tiny.toml", "--set", "slo={'counts.arrived'='== 0'}"]);
    assert_eq!(done(command.stdout(writer).output().expect("the program starts")).code, 3);
}

/// A full disk is not a reader that has gone.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    for arguments in TALKATIVE {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("there is one");
        let desk = Desk::new();
        let done = done(desk.command(arguments).stdout(full).output().expect("the program starts"));
        assert_eq!(done.code, 2, "{arguments:?}\n{}", done.err);
        assert!(done.err.contains("cannot print"), "{}", done.err);
    }
}

#[test]
fn what_is_not_for_a_terminal_has_no_colour_and_no_progress() {
    let done = Desk::new().rushhour(&["run", "tiny.toml"]);
    assert!(!done.out.contains('\u{1b}') && !done.err.contains('\u{1b}'));
    assert_eq!(done.err, "");
}

/// A profile is of this machine and this moment: it goes to standard error, and into no document.
#[test]
fn a_profile_is_for_people_and_changes_no_document() {
    let desk = Desk::new();
    let run = ["run", "tiny.toml", "--variant", "base", "--json", "--quiet"];
    let (plain, profiled) = (desk.rushhour(&run), desk.rushhour(&[&run[..], &["--profile"]].concat()));
    assert_eq!((profiled.code, &profiled.out), (plain.code, &plain.out));
    let (_, table) = profiled.err.split_once("PROFILE of base: ").expect("there is a profile");
    let parts: Vec<&str> = table.lines().skip(1).filter_map(|line| line.split_whitespace().next()).collect();
    for part in ["traffic", "providers", "pipeline", "control", "report"] {
        assert!(parts.contains(&part), "{part} is missing: {table}");
    }
}
