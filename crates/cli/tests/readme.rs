//! The README shows what the tool prints, not what somebody remembers.

use std::fs;
use std::path::Path;
use std::process::Command;

const MARKER: &str = "<!-- output of: rushhour ";

/// The scenario in the README is one.
#[test]
fn the_scenario_in_the_readme_is_sound() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let written = fs::read_to_string(root.join("README.md")).unwrap();
    let (_, from) = written.split_once("```toml\n").expect("the README shows a scenario");
    let (text, _) = from.split_once("```\n").expect("a block has an end");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.toml");
    fs::write(&path, text).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_rushhour")).arg("check").arg(&path).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Every block under a marker is what the marker's command prints. `RUSHHOUR_BLESS=1` writes what it prints now.
#[test]
fn the_output_in_the_readme_is_what_the_commands_print() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let written = fs::read_to_string(root.join("README.md")).unwrap();
    let mut parts = written.split(MARKER);
    let mut current = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (command, rest) = part.split_once(" -->\n```text\n").expect("a block follows its marker");
        let (_, after) = rest.split_once("```\n").expect("a block has an end");
        let output = Command::new(env!("CARGO_BIN_EXE_rushhour"))
            .args(command.split(' '))
            .current_dir(&root)
            .output()
            .unwrap();
        let stream = if output.stdout.is_empty() { output.stderr } else { output.stdout };
        let printed = String::from_utf8(stream).unwrap();
        current.push_str(&format!("{MARKER}{command} -->\n```text\n{printed}```\n{after}"));
    }
    if std::env::var_os("RUSHHOUR_BLESS").is_some() {
        fs::write(root.join("README.md"), &current).unwrap();
        return;
    }
    assert!(written == current, "README.md is stale: RUSHHOUR_BLESS=1 tests/run -p rushhour --test readme");
}
