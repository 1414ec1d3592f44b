//! A copy of the tree that can be broken, built and asked.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The copy.
pub(crate) struct Tree {
    root: PathBuf,
    target: PathBuf,
}

/// What the gate came to.
#[derive(PartialEq, Eq)]
pub(crate) struct Gate {
    /// The exit code; negative if there was none.
    pub(crate) code: i32,
    /// What it printed.
    pub(crate) said: String,
}

/// What the program is built and judged from.
const PARTS: &[&str] =
    &["Cargo.toml", "Cargo.lock", "clippy.toml", "crates", "benches", "tests", "scenarios", "reports"];

impl Tree {
    /// The tree as it is, copied. A file that is the same already is not touched, so that nothing is built in vain.
    pub(crate) fn copied() -> Tree {
        let origin = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let target = match std::env::var_os("CARGO_TARGET_DIR") {
            Some(target) => PathBuf::from(target),
            None => origin.join("target"),
        };
        let target = target.join("canaries");
        let root = target.join("tree");
        for part in PARTS {
            copy(&origin.join(part), &root.join(part));
        }
        Tree { root, target: target.join("built") }
    }

    /// Replaces what must be there exactly once, and gives back the file as it was.
    pub(crate) fn break_line(&self, file: &str, line: &str, broken: &str) -> Result<String, String> {
        let path = self.root.join(file);
        let text = fs::read_to_string(&path).map_err(|error| format!("{file}: {error}"))?;
        let count = text.matches(line).count();
        if count != 1 {
            return Err(format!(
                "{file} has {count} times what should be there once; move the canary:\n{line}"
            ));
        }
        self.write(file, &text.replace(line, broken));
        Ok(text)
    }

    /// Makes a file say this.
    pub(crate) fn write(&self, file: &str, text: &str) {
        fs::write(self.root.join(file), text).expect("the target folder is ours");
    }

    /// Builds the program.
    pub(crate) fn build(&self) -> Result<(), String> {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--quiet", "--locked", "-p", "rushhour"]).current_dir(&self.root);
        cargo.env("CARGO_TARGET_DIR", &self.target).env("CARGO_PROFILE_DEV_OPT_LEVEL", "1");
        cargo.env("CARGO_PROFILE_DEV_DEBUG", "0").env("RUSTFLAGS", "-Awarnings");
        let built = cargo.output().map_err(|error| format!("cargo: {error}"))?;
        if built.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&built.stderr).into_owned()) }
    }

    /// Has the committed scenarios of these names judged.
    pub(crate) fn gate(&self, scenarios: &[&str]) -> Gate {
        let mut program = Command::new(self.target.join("debug/rushhour"));
        program.args(["gate", "--quiet"]).current_dir(&self.root);
        program.args(scenarios.iter().map(|name| format!("scenarios/{name}.toml")));
        program.env("RUST_BACKTRACE", "0").env_remove("GITHUB_ACTIONS").env_remove("GITHUB_STEP_SUMMARY");
        let done = program.output().expect("the program was built");
        let said = [done.stdout, done.stderr].concat();
        Gate { code: done.status.code().unwrap_or(-1), said: String::from_utf8_lossy(&said).into_owned() }
    }
}

/// Makes `to` the same as `from`, file by file; what is not in `from` goes.
fn copy(from: &Path, to: &Path) {
    if !from.is_dir() {
        let content = fs::read(from).unwrap_or_else(|error| panic!("{}: {error}", from.display()));
        if fs::read(to).is_ok_and(|there| there == content) {
            return;
        }
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder).expect("the target folder is ours");
        }
        return fs::write(to, content).expect("the target folder is ours");
    }
    let names = |folder: &Path| -> Vec<std::ffi::OsString> {
        let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
        entries.filter_map(|entry| Some(entry.ok()?.file_name())).collect()
    };
    for gone in names(to).into_iter().filter(|name| !from.join(name).exists()) {
        let gone = to.join(gone);
        let removed = if gone.is_dir() { fs::remove_dir_all(&gone) } else { fs::remove_file(&gone) };
        removed.expect("the target folder is ours");
    }
    names(from).iter().for_each(|name| copy(&from.join(name), &to.join(name)));
}
