//! The command line.

mod experiments;
mod serving;

pub(crate) use experiments::{MergeArguments, PlanArguments, SweepArguments};
pub(crate) use serving::ServeArguments;

use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

const EXIT_CODES: &str = "Exit codes:
  0   every SLO held
  1   a bug: a checker found a contradiction, or two equal runs differed
  2   the command line is wrong, or a file could not be written
  3   an SLO was missed
  4   an SLO could not be decided: it has no samples
  65  the scenario or its data is bad";

const RUN_EXAMPLES: &str = "Examples:
  rushhour run scenarios/peak_hour.toml
  rushhour run scenarios/peak_hour.toml --set workload.leads.agents=120 --variant base
  rushhour run scenarios/trace_azure.toml --set trace.path=hour.csv --out reports/today
  rushhour run scenarios/peak_hour.toml --json | jq '.variants.base.rates'
  rushhour run scenarios/peak_hour.toml --check --check-determinism
  rushhour run scenarios/wrong_figures.toml --profile --variant base";

const COMPARE_EXAMPLES: &str = "Examples:
  rushhour compare reports/before reports/after
  rushhour compare reports/today --variants base naive
  rushhour compare before.toml after.toml --replications 30 --noise 2%
  rushhour compare mine.toml --variants base naive --on latency.response.p95 --markdown difference.md
  rushhour compare small.toml large.toml --different-worlds --json | jq .verdict

The verdict hangs on the figures that --on names, or else on those that the scenarios limit.";

const COMPARE_EXIT_CODES: &str = "Exit codes:
  0   no figure that decides got worse
  1   a bug: a run got stuck
  2   the command line is wrong, or a file could not be written
  3   a figure that decides got worse, by more than the noise band
  4   nobody can tell of a figure that decides
  65  a report or scenario is bad, or they cannot be compared";

const GATE_EXAMPLES: &str = "Examples:
  rushhour gate scenarios/
  rushhour gate scenarios/ --update        # accept what changed, and say it for the commit message
  rushhour gate scenarios/peak_hour.toml --baselines reports/baselines --junit gate.xml --markdown gate.md

In GitHub Actions it also annotates the scenarios and writes the step summary.";

const EXPLAIN_EXAMPLES: &str = "Examples:
  rushhour explain scenarios/peak_hour.toml                       # the slowest request
  rushhour explain scenarios/peak_hour.toml --request leads-7/20
  rushhour explain scenarios/peak_hour.toml --variant naive --failed 3 --costliest 2
  rushhour explain reports/today --slowest 3                       # of a report that was kept
  rushhour explain scenarios/peak_hour.toml --slowest --json | jq '.requests[0].steps'

Nothing has to be kept for it: the run is a pure function of scenario, seed and version, so it is run again.";

const TRACE_EXAMPLES: &str = "Examples:
  rushhour trace hour.csv
  rushhour trace mooncake.jsonl --json | jq .dispersion
  rushhour trace scenarios/peak_hour.toml --workload leads   # the generator's own output, measured alike
  rushhour trace scenarios/peak_hour.toml --azure peak.csv   # and written down as a trace";

/// What happens to a fleet of LLM agents when the rush hour, the outage or the abuser comes?
///
/// Rushhour drives the real limiter, queue, breaker, fallback and ledger through a seeded scenario against a mock
/// provider, in virtual time, and reports what it cost, who waited and what broke.
#[derive(Debug, Parser)]
#[command(version, after_help = EXIT_CODES, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Simulate a scenario, all its variants side by side
    #[command(after_help = format!("{RUN_EXAMPLES}\n\n{EXIT_CODES}"))]
    Run(RunArguments),
    /// Read scenarios and tell everything that is wrong with them, without running them
    #[command(
        after_help = "Examples:\n  rushhour check scenarios/*.toml\n  rushhour check mine.toml --set seed=7 --json"
    )]
    Check(CheckArguments),
    /// Hold two reports, two variants or two scenarios against each other, in words
    #[command(after_help = format!("{COMPARE_EXAMPLES}\n\n{COMPARE_EXIT_CODES}"))]
    Compare(CompareArguments),
    /// Hold scenarios against their SLOs and committed baselines; fails exactly when behaviour got worse
    #[command(after_help = format!("{GATE_EXAMPLES}\n\n{EXIT_CODES}"))]
    Gate(GateArguments),
    /// Find the largest (or smallest) value of a key that keeps the limits, and its bill
    #[command(after_help = experiments::PLAN_EXAMPLES)]
    Plan(PlanArguments),
    /// Run a grid of values and seeds over all cores, or part of it, into CSV
    #[command(after_help = experiments::SWEEP_EXAMPLES)]
    Sweep(SweepArguments),
    /// Put the parts of a sweep together, once they prove complete and disjoint
    #[command(after_help = experiments::MERGE_EXAMPLES)]
    Merge(MergeArguments),
    /// Tell the life of single requests step by step: what they waited for, what they met, what they cost
    #[command(after_help = EXPLAIN_EXAMPLES)]
    Explain(ExplainArguments),
    /// Tell what a trace of real traffic holds, or what a scenario makes: rate, burstiness, token counts
    #[command(after_help = TRACE_EXAMPLES)]
    Trace(TraceArguments),
    /// Print what agents and models say to each other, and which replies are wrong
    #[command(
        after_help = "Examples:\n  rushhour words scenarios/wrong_figures.toml --sample 3\n  rushhour words mine.toml --request shop-4/2"
    )]
    Words(WordsArguments),
    /// Serve the scenario's providers over HTTP: a mock of OpenAI and Anthropic for your own agents and SDKs
    #[command(after_help = serving::SERVE_HELP)]
    Serve(ServeArguments),
    /// Write a commented scenario to start from
    #[command(after_help = "Examples:\n  rushhour new mine.toml && rushhour run mine.toml")]
    New(NewArguments),
    /// Print the JSON Schema of scenario files
    #[command(after_help = "Examples:\n  rushhour schema > scenario.schema.json")]
    Schema,
    /// Print the reference of all keys of a scenario file, as Markdown
    Reference,
}

#[derive(Debug, Args)]
pub(crate) struct RunArguments {
    /// The scenario file
    pub(crate) scenario: PathBuf,
    /// Run with this seed instead of the scenario's
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Run only this variant (repeatable); `base` is the scenario's own policy
    #[arg(long = "variant", value_name = "NAME")]
    pub(crate) variants: Vec<String>,
    /// Override a key of the scenario (repeatable), as in `workload.leads.agents=120`
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) overrides: Vec<String>,
    /// Run every variant so many times, under seeds derived from the scenario's: means with 95 % intervals
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) replications: u32,
    /// With --replications, a change that is too small to matter, as a share of the mean [default: 1%]
    #[arg(long, value_name = "SHARE")]
    pub(crate) noise: Option<String>,
    /// On how many threads; as many as there are cores, or as RAYON_NUM_THREADS says, if left out
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1_024))]
    pub(crate) threads: Option<u16>,
    /// The folder of the committed baselines, for limits `of baseline`
    #[arg(long, value_name = "DIR", default_value = "reports/baselines")]
    pub(crate) baselines: PathBuf,
    /// Write report.json, summary.md, calls.csv and .hgrm histograms into this folder
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// With --out, also write every event and truth to events.jsonl
    #[arg(long, requires = "out")]
    pub(crate) events: bool,
    /// Print one JSON document on standard output; what is for people goes to standard error
    #[arg(long)]
    pub(crate) json: bool,
    /// Also judge the run itself: conservation, ledger against invoice, quotas, nothing leaked
    #[arg(long)]
    pub(crate) check: bool,
    /// Also run each variant under a clock and tell, on standard error, in which part of the program its time goes
    #[arg(long)]
    pub(crate) profile: bool,
    /// Run everything twice at once and name the first differing event, if there is one
    #[arg(long)]
    pub(crate) check_determinism: bool,
    /// Show no progress
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArguments {
    /// The scenario files
    #[arg(required = true)]
    pub(crate) scenarios: Vec<PathBuf>,
    /// Override a key of the scenarios (repeatable)
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) overrides: Vec<String>,
    /// Print one JSON document on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CompareArguments {
    /// From here: a report.json, the folder of one, or a scenario (a .toml file), which is run
    pub(crate) before: PathBuf,
    /// To here; left out if both are variants of the same
    pub(crate) after: Option<PathBuf>,
    /// Which variants: one of both sides, or one of each
    #[arg(long, value_name = "NAME", num_args = 1..=2)]
    pub(crate) variants: Vec<String>,
    /// The figures on which the verdict hangs (repeatable); those that the scenarios limit if left out
    #[arg(long, value_name = "PATH")]
    pub(crate) on: Vec<String>,
    /// A change that is too small to matter, as a share of the mean [default: 1%]
    #[arg(long, value_name = "SHARE")]
    pub(crate) noise: Option<String>,
    /// Compare what did not meet the same world: another traffic, provider, horizon, seed or version
    #[arg(long)]
    pub(crate) different_worlds: bool,
    /// Show every figure, not only those that most people look at
    #[arg(long)]
    pub(crate) all: bool,
    /// Run scenarios so many times, under seeds derived from theirs [default: 10]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) replications: Option<u32>,
    /// Run scenarios with this seed instead of their own
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Override a key of the scenarios (repeatable)
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) overrides: Vec<String>,
    /// On how many threads; as many as there are cores, or as RAYON_NUM_THREADS says, if left out
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1_024))]
    pub(crate) threads: Option<u16>,
    /// Also write the comparison in Markdown
    #[arg(long, value_name = "FILE")]
    pub(crate) markdown: Option<PathBuf>,
    /// Print one JSON document on standard output; what is for people goes to standard error
    #[arg(long)]
    pub(crate) json: bool,
    /// Show no progress
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Args)]
pub(crate) struct GateArguments {
    /// Scenario files, or folders of them
    #[arg(default_value = "scenarios")]
    pub(crate) paths: Vec<PathBuf>,
    /// The folder of the committed baselines, one file a scenario
    #[arg(long, value_name = "DIR", default_value = "reports/baselines")]
    pub(crate) baselines: PathBuf,
    /// Write the baselines anew, and tell what changed, for the commit message
    #[arg(long)]
    pub(crate) update: bool,
    /// Also write JUnit XML: a case for each limit, each checker, and each figure of a baseline
    #[arg(long, value_name = "FILE")]
    pub(crate) junit: Option<PathBuf>,
    /// Also write a summary in Markdown
    #[arg(long, value_name = "FILE")]
    pub(crate) markdown: Option<PathBuf>,
    /// Print one JSON document on standard output; what is for people goes to standard error
    #[arg(long)]
    pub(crate) json: bool,
    /// Show no progress
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArguments {
    /// The scenario file; or a report.json, or the folder of one, whose run is to be explained
    pub(crate) file: PathBuf,
    /// With a report: the scenario it was made from; else scenarios/NAME.toml by the name in the report
    #[arg(long, value_name = "FILE")]
    pub(crate) scenario: Option<PathBuf>,
    /// Explain this request (repeatable): AGENT/TURN, as in 17/42 or leads-17/42
    #[arg(long = "request", value_name = "ID")]
    pub(crate) requests: Vec<String>,
    /// Explain the slowest N
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "1")]
    pub(crate) slowest: Option<usize>,
    /// Explain the first N that got no answer
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "1")]
    pub(crate) failed: Option<usize>,
    /// Explain the N that cost most
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "1")]
    pub(crate) costliest: Option<usize>,
    /// In this variant; `base` is the scenario's own policy
    #[arg(long, value_name = "NAME")]
    pub(crate) variant: Option<String>,
    /// Run with this seed instead of the scenario's
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Override a key of the scenario (repeatable)
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) overrides: Vec<String>,
    /// Print one JSON document on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct TraceArguments {
    /// The trace: CSV of Azure or BurstGPT, or JSON lines of Mooncake; or a scenario, to measure what it makes
    #[arg(value_name = "FILE|SCENARIO.toml")]
    pub(crate) file: PathBuf,
    /// Of a scenario, only the traffic of this workload
    #[arg(long, value_name = "NAME")]
    pub(crate) workload: Option<String>,
    /// Of a scenario, the traffic under this seed instead of its own
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Override a key of the scenario (repeatable)
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) overrides: Vec<String>,
    /// Also write the requests into this file, as a trace in Azure's format
    #[arg(long, value_name = "FILE")]
    pub(crate) azure: Option<PathBuf>,
    /// How it is written: auto, azure, mooncake or burstgpt
    #[arg(long, value_name = "NAME", default_value = "auto", value_parser = ["auto", "azure", "mooncake", "burstgpt"])]
    pub(crate) format: String,
    /// Print one JSON document on standard output
    #[arg(long)]
    pub(crate) json: bool,
    /// Tell no notes
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Args)]
pub(crate) struct WordsArguments {
    /// The scenario file
    pub(crate) scenario: PathBuf,
    /// Print this request (repeatable): AGENT/TURN, as in 17/42 or shop-17/42
    #[arg(long = "request", value_name = "ID", conflicts_with_all = ["sample", "wrong"])]
    pub(crate) requests: Vec<String>,
    /// Print so many of the requests that a model answered
    #[arg(long, value_name = "N", default_value = "3")]
    pub(crate) sample: usize,
    /// Print only requests whose reply is wrong
    #[arg(long)]
    pub(crate) wrong: bool,
    /// In this variant; `base` is the scenario's own policy
    #[arg(long, value_name = "NAME")]
    pub(crate) variant: Option<String>,
    /// Run with this seed instead of the scenario's
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Override a key of the scenario (repeatable)
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) overrides: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct NewArguments {
    /// Where to write it; printed to standard output if left out. Never overwrites a file.
    pub(crate) path: Option<PathBuf>,
}
