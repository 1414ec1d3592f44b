//! The command lines of `plan`, `sweep` and `merge`.

use clap::Args;
use std::path::PathBuf;

pub(super) const PLAN_EXAMPLES: &str = "Examples:
  rushhour plan scenarios/peak_hour.toml --vary workload.leads.agents=10..400
  rushhour plan scenarios/peak_hour.toml --vary provider.anthropic.tier=anthropic/tier-1..anthropic/tier-4 --smallest
  rushhour plan mine.toml --vary policy.queue.max_wait=1s..2m --step 5s --csv knee.csv --svg knee.svg

A value holds if every limit of [slo] is kept. Ranges are of whole or decimal numbers, times, shares or
dollars; their step, unless given, is one of the last place that an end is written to. A list a,b,c is
taken as ascending. With --smallest less is harder, as of a quota.

Exit codes: 0 an answer, or all hold (at least the last value); 3 nothing holds; 4 nothing could be
decided; others as of every verb.";

pub(super) const SWEEP_EXAMPLES: &str = "Examples:
  rushhour sweep mine.toml --vary workload.w.agents=10..100..10 --vary policy.timeout=30s,60s --out sweep
  rushhour sweep mine.toml --vary workload.w.agents=10..100..10 --seeds 20 --shard 3/8 --out shards

Rows stand in a fixed order: the last axis changes first, then variant, then replication. Called again,
it keeps the rows that are there and goes on; what was cut in mid-row is made anew.";

pub(super) const MERGE_EXAMPLES: &str = "Examples:
  rushhour merge shards --out sweep.csv
  rushhour merge shards/*.csv --out sweep.csv --table means.csv

The merged file is, byte for byte, what one sweep without shards would have written.";

#[derive(Debug, Args)]
pub(crate) struct PlanArguments {
    /// The scenario file
    pub(crate) scenario: PathBuf,
    /// The key to vary and its values: KEY=A..B, KEY=A..B..STEP or an ascending list KEY=a,b,c
    #[arg(long, value_name = "KEY=A..B")]
    pub(crate) vary: String,
    /// To how much the answer is exact, in the unit of the range
    #[arg(long, value_name = "STEP")]
    pub(crate) step: Option<String>,
    /// Seek the smallest value that holds instead of the largest
    #[arg(long)]
    pub(crate) smallest: bool,
    /// How many independent runs to make at each value, each under a seed of its own
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) replications: u32,
    /// How many values to try over the whole range before the search closes in
    #[arg(long, value_name = "N", default_value_t = 9, value_parser = clap::value_parser!(u64).range(2..=1000))]
    pub(crate) grid: u64,
    /// Derive the seeds from this one instead of the scenario's
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Plan with the policy of this variant; `base` is the scenario's own
    #[arg(long, value_name = "NAME", default_value = "base")]
    pub(crate) variant: String,
    /// Override a key of the scenario (repeatable)
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) overrides: Vec<String>,
    /// Do not try the next published tier
    #[arg(long)]
    pub(crate) no_what_if: bool,
    /// Also write the curve as CSV
    #[arg(long, value_name = "FILE")]
    pub(crate) csv: Option<PathBuf>,
    /// Also draw the curve as SVG
    #[arg(long, value_name = "FILE")]
    pub(crate) svg: Option<PathBuf>,
    /// Print one JSON document on standard output; what is for people goes to standard error
    #[arg(long)]
    pub(crate) json: bool,
    /// Show no progress
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SweepArguments {
    /// The scenario file
    pub(crate) scenario: PathBuf,
    /// A key to vary and its values (repeatable): KEY=A..B, KEY=A..B..STEP or KEY=a,b,c
    #[arg(long, value_name = "KEY=A..B", required = true)]
    pub(crate) vary: Vec<String>,
    /// How many independent runs to make at each point, each under a seed of its own
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) seeds: u32,
    /// Derive the seeds from this one instead of the scenario's
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Run only this variant (repeatable); `base` is the scenario's own policy
    #[arg(long = "variant", value_name = "NAME")]
    pub(crate) variants: Vec<String>,
    /// Override a key of the scenario (repeatable)
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) overrides: Vec<String>,
    /// Make only part K of N parts of the rows
    #[arg(long, value_name = "K/N", default_value = "1/1")]
    pub(crate) shard: String,
    /// The folder for sweep.csv, or sweep-K-of-N.csv of a part
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Use so many threads instead of all cores; the result is the same
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=4096))]
    pub(crate) threads: Option<u16>,
    /// Show no progress
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Args)]
pub(crate) struct MergeArguments {
    /// Files of a sweep, or folders of them
    #[arg(required = true)]
    pub(crate) parts: Vec<PathBuf>,
    /// The file for all rows
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Also write means with 95 % half widths, a row for each point and variant
    #[arg(long, value_name = "FILE")]
    pub(crate) table: Option<PathBuf>,
}
