//! The README shows what the tool prints, not what somebody remembers.

use std::fs;
use std::path::Path;
use std::process::Command;

const MARKER: &str = "<!-- output of: rushhour ";

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
        let printed = String::from_utf8(output.stdout).unwrap();
        current.push_str(&format!("{MARKER}{command} -->\n```text\n{printed}```\n{after}"));
    }
    if std::env::var_os("RUSHHOUR_BLESS").is_some() {
        fs::write(root.join("README.md"), &current).unwrap();
    }
    assert!(written == current, "README.md is stale: RUSHHOUR_BLESS=1 tests/run -p rushhour --test readme");
}
