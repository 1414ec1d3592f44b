//! The arguments of `serve`.

use clap::Args;
use std::net::SocketAddr;
use std::path::PathBuf;

pub(super) const SERVE_HELP: &str = "Examples:
  rushhour serve scenarios/provider_outage.toml
  rushhour serve mine.toml --listen 127.0.0.1:0 --json      # the system chooses a port, and it is told in one line
  rushhour serve mine.toml --speed 3 --out reports/served

Then give your client a base URL from the first lines, and any key:
  OPENAI_BASE_URL=http://127.0.0.1:8080/v1 OPENAI_API_KEY=any python agent.py
  curl -s http://127.0.0.1:8080/_rushhour/stats

The run's clock starts at the first request, or at POST /_rushhour/start. Ctrl-C ends it and prints what was seen.

Exit codes:
  0   it was stopped
  2   the command line is wrong, the address cannot be bound, or a file could not be written
  65  the scenario is bad";

#[derive(Debug, Args)]
pub(crate) struct ServeArguments {
    /// The scenario file: its providers are served, its agents and policies stay away
    pub(crate) scenario: PathBuf,
    /// Where to listen; port 0 lets the system choose
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
    /// How many times as fast as the wall's the run's time passes
    #[arg(long, value_name = "K", default_value = "1")]
    pub(crate) speed: String,
    /// Serve the world of this seed instead of the scenario's
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Override a key of the scenario (repeatable)
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) overrides: Vec<String>,
    /// Write what was seen into this folder at the end, as report.json
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Print one JSON document on the first line, with the base URLs, and one at the end; text goes to standard error
    #[arg(long)]
    pub(crate) json: bool,
}
