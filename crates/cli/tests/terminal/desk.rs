//! A desk to work at: an empty folder, a scenario that is over in no time, and the program.

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// Two agents, two variants, two minutes, and a provider that refuses some calls, so that attempts are not requests.
pub(crate) const TINY: &str = r#"# Do two agents get through two minutes?
name = "tiny"
seed = 7
starts = "2026-03-11T09:00:00Z"
duration = "2m"

[provider.one.model.m]
prices = { input = "$3", output = "$15" }
quota = { requests_per_minute = 100 }

[provider.one.fault.dip]
kind = "overloaded"
at = "10s"
for = "80s"
share = "40%"

[workload.w]
agents = 2
arrivals = { kind = "closed_loop", think = "5s" }

[policy]
chain = ["primary", "fail"]

[variant.hasty.policy]
retry.max_attempts = 1

[slo]
"counts.arrived" = ">= 0"
"#;

/// A folder of one's own with `tiny.toml` in it; every command runs there, so that messages name no machine's paths.
pub(crate) struct Desk(TempDir);

/// What a command came to.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Desk {
    pub(crate) fn new() -> Desk {
        let desk = Desk(TempDir::new().expect("a temporary folder"));
        desk.write("tiny.toml", TINY);
        desk
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).expect("the folder is ours");
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(crate) fn json(&self, name: &str) -> Value {
        serde_json::from_str(&self.read(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Every file below a folder of the desk, by its path in it, sorted.
    pub(crate) fn files(&self, folder: &str) -> Vec<String> {
        let mut found = Vec::new();
        files_below(&self.path(folder), "", &mut found);
        found.sort();
        found
    }

    /// The program, ready to run at the desk.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rushhour"));
        command.args(arguments).current_dir(self.0.path()).env_remove("NO_COLOR");
        command.env_remove("GITHUB_ACTIONS").env_remove("GITHUB_STEP_SUMMARY");
        command
    }

    pub(crate) fn rushhour(&self, arguments: &[&str]) -> Done {
        done(self.command(arguments).output().expect("the program starts"))
    }

    /// Runs with `--json` and reads the document, whatever the exit code.
    pub(crate) fn document(&self, arguments: &[&str]) -> Value {
        let done = self.rushhour(&[arguments, &["--json", "--quiet"]].concat());
        serde_json::from_str(&done.out).unwrap_or_else(|error| panic!("{arguments:?}: {error}\n{done:?}"))
    }
}

/// What an ended process said. A panic would be told on standard error and is never right.
#[track_caller]
pub(crate) fn done(output: Output) -> Done {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program speaks UTF-8");
    let code = output.status.code().expect("no signal ends the program");
    let done = Done { code, out: text(output.stdout), err: text(output.stderr) };
    assert!(!done.err.contains("panicked"), "{}", done.err);
    done
}

fn files_below(folder: &Path, prefix: &str, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let entry = entry.expect("the folder can be listed");
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            files_below(&entry.path(), &format!("{name}/"), found);
        } else {
            found.push(name);
        }
    }
}
