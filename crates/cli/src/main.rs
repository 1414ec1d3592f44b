//! `rushhour`: what happens to a fleet of LLM agents when the rush hour, the outage or the abuser comes?

use std::process::ExitCode;

fn main() -> ExitCode {
    rushhour::main()
}
