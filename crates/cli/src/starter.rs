//! `new`: a commented scenario to start from.

use crate::args::NewArguments;
use crate::exit::{Exit, Failure};
use crate::say::{print, tell};
use std::fs::OpenOptions;
use std::io::Write;

/// Writes the starter, never over a file that is there.
pub(crate) fn new(arguments: &NewArguments) -> Result<Exit, Failure> {
    let Some(path) = &arguments.path else {
        print(rushhour_scenario::starter())?;
        return Ok(Exit::Held);
    };
    let name = path.display();
    let cannot = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => {
            Failure::new(Exit::Usage, format!("error: {name} exists already; choose another name"))
        }
        _ => Failure::new(Exit::Usage, format!("error: cannot write {name}: {error}")),
    };
    let mut file = OpenOptions::new().write(true).create_new(true).open(path).map_err(cannot)?;
    file.write_all(rushhour_scenario::starter().as_bytes()).map_err(cannot)?;
    tell(&format!("wrote {name}; now: rushhour run {name}"));
    Ok(Exit::Held)
}
