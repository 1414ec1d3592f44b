//! What the program says, and what happens when nobody listens any more.

use crate::exit::{Exit, Failure};
use std::io::Write;

/// Prints to standard output. A reader that has gone, as `head` does, is no error.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::new(Exit::Usage, format!("error: cannot print: {error}")))
        }
        _ => Ok(()),
    }
}

/// Tells people something on standard error, line by line. If it is closed there is nobody to tell.
pub(crate) fn tell(text: &str) {
    let mut err = std::io::stderr().lock();
    drop(writeln!(err, "{}", text.trim_end()));
}
