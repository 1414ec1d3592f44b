//! All that a report needs besides events and truths: names, limits, prices, the warm-up and the SLOs.

use crate::event::AgentMode;
use crate::ids::QuotaId;
use crate::message::{Dimension, Enforcement, Rung};
use crate::money::{Money, Prices};
use crate::ratio::Ratio;
use crate::time::{Instant, Span};

/// What one run is, told before its first event.
#[derive(Clone, Debug, PartialEq)]
pub struct RunHeader {
    /// Name of the scenario.
    pub scenario: String,
    /// The question that the scenario answers: its first comment line.
    pub question: String,
    /// Hash of the scenario as it was run, overrides included; 32 hex digits.
    pub scenario_hash: String,
    /// Hash of what every policy meets: the scenario without policies, limits and its name; 32 hex digits. Runs of one
    /// world under one seed are paired, whatever their policies.
    pub world_hash: String,
    /// Name of the variant; `base` if the scenario has none.
    pub variant: String,
    /// `simulated` or `live`.
    pub mode: String,
    /// The version of this tool.
    pub version: String,
    /// The seed.
    pub seed: u64,
    /// When the run starts on the wall, in seconds since 1970-01-01T00:00:00Z.
    pub starts_unix_s: i64,
    /// The scenario's offset from UTC in seconds.
    pub utc_offset_s: i32,
    /// When the run ends.
    pub horizon: Span,
    /// How much of the start is left out of latencies.
    pub warmup: Span,
    /// The workloads, in the order of their workflow ids. Their agents are numbered one after the other.
    pub workloads: Vec<WorkloadHeader>,
    /// The providers' quotas, in the order of their ids.
    pub quotas: Vec<QuotaHeader>,
    /// The lanes, in the order of their ids.
    pub lanes: Vec<LaneHeader>,
    /// The fallback chain.
    pub chain: Vec<Rung>,
    /// The modes of the fleet's ladder, from full mode down; none if it has no ladder.
    pub modes: Vec<AgentMode>,
    /// The caps on spending, in the order of their ids.
    pub caps: Vec<CapHeader>,
    /// The costs that are no tokens.
    pub costs: Vec<CostHeader>,
    /// Whether the client counts the tokens of its prompts as the provider does. If it only estimates them, a reservation
    /// may be too small.
    pub exact_tokens: bool,
    /// What answers are worth to those who ask, of the workloads of which the scenario says it.
    pub business: Vec<BusinessHeader>,
    /// The faults of the script, in the order of their ids.
    pub faults: Vec<FaultHeader>,
    /// The limits on figures of the report.
    pub slos: Vec<Slo>,
}

/// A workload: agents of one workflow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkloadHeader {
    /// Its name, which is the workflow's.
    pub name: String,
    /// The number of its first agent.
    pub first_agent: u32,
    /// How many agents it has.
    pub agents: u32,
    /// The number of its first end user.
    pub first_user: u32,
    /// How many end users it has; an agent without users of its own is one itself.
    pub users: u32,
    /// How many tokens the prompts of all its agents begin with alike.
    pub shared_tokens: u64,
}

/// A provider's quota.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotaHeader {
    /// Its name: provider and model class.
    pub name: String,
    /// What it grants, one line for each dimension that it limits.
    pub limits: Vec<LimitHeader>,
    /// Whether the longest reply asked for is charged when a call is admitted; else its output is charged as it is
    /// produced, and may run over.
    pub output_up_front: bool,
    /// How fast usage may grow, if that is limited too.
    pub growth: Option<GrowthHeader>,
    /// The quota that it is a part of: a project's stands within the organisation's.
    pub within: Option<QuotaId>,
}

/// How fast input tokens per minute may grow. Minutes and spans turn at whole multiples of their length, counted from
/// the start of the run; a minute belongs to the span in which it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GrowthHeader {
    /// What always passes in a minute.
    pub floor: u64,
    /// How much more than the busiest minute of one span a minute of the next may hold.
    pub share: Ratio,
    /// How long a span is.
    pub per: Span,
}

/// One limit of a quota: `amount` per `period`, and what passes at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitHeader {
    /// What it counts.
    pub dimension: Dimension,
    /// How much is granted per period; for concurrency, how many at once.
    pub amount: u64,
    /// The period; zero for concurrency.
    pub period: Span,
    /// How much can pass at once; the same as `amount` for concurrency and wherever the limit is not refilled
    /// continuously.
    pub burst: u64,
    /// How it is counted; for concurrency, of no meaning.
    pub enforced: Enforcement,
}

/// A lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaneHeader {
    /// Its name: `provider/model`, `rules` or `human`.
    pub name: String,
    /// The model that answers, as bills name it.
    pub model: String,
    /// The quota it draws on; none for rules and people.
    pub quota: Option<QuotaId>,
    /// The prices of its tokens; zero for rules and people.
    pub prices: Prices,
    /// The first rung of the chain that uses it, if one does.
    pub rung: Option<Rung>,
}

/// A cap on spending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapHeader {
    /// Its name.
    pub name: String,
    /// Whose it is: `fleet`, `workload`, `agent` or `user`; of the last two each has one of this size.
    pub scope: String,
    /// The cap.
    pub amount: Money,
    /// `day`, `month` or `total`.
    pub window: String,
}

/// A cost that is no tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostHeader {
    /// Its name.
    pub name: String,
    /// For what it falls due: `message`, `review` or `month`.
    pub per: String,
    /// How much each time.
    pub amount: Money,
    /// The index of the workload that it belongs to; none for all.
    pub of: Option<u16>,
}

/// What answers of one workload are worth: the weights of a model of what people make of them, not a finding. A worth is a share of
/// that of a right answer of a model that comes at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BusinessHeader {
    /// The index of the workload.
    pub of: u16,
    /// The share of requests that are a lead: somebody who may become a customer.
    pub leads: Ratio,
    /// The share of leads that are captured where the answer is worth all.
    pub capture: Ratio,
    /// An answer within this is as good as one at once.
    pub prompt: Span,
    /// From here on an answer is worth as little as `late_worth`, and in between so much less in proportion.
    pub late: Span,
    /// What a late answer is worth.
    pub late_worth: Ratio,
    /// What an answer by rules is worth.
    pub rules: Ratio,
    /// What an answer by a person is worth.
    pub human: Ratio,
    /// What it is worth to be told that nobody knows.
    pub unknown: Ratio,
    /// What an apology, a refusal or an answer that says nothing is worth.
    pub apology: Ratio,
    /// What an answer is worth that is not so.
    pub wrong: Ratio,
}

/// A fault of the script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultHeader {
    /// Its name.
    pub name: String,
    /// The provider that it strikes.
    pub provider: String,
    /// Its kind, as scenario files write it.
    pub kind: String,
    /// When it comes into force.
    pub from: Instant,
    /// When it is over.
    pub until: Instant,
    /// The share of calls that it strikes.
    pub share: Ratio,
}

/// A limit on a figure of the report.
#[derive(Clone, Debug, PartialEq)]
pub struct Slo {
    /// The path of the figure, such as `latency.response.p95`.
    pub path: String,
    /// How the figure must compare.
    pub comparison: Comparison,
    /// With which value, in the unit that the report uses for the path; or with which multiple of the figure in `of`.
    pub limit: f64,
    /// Against what, if the limit is relative.
    pub of: Option<Reference>,
    /// Whether the run ends as soon as it is missed.
    pub abort: bool,
    /// The limit as the scenario wrote it, such as `< 3s`.
    pub text: String,
}

/// What a relative limit is relative to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reference {
    /// The same figure in another variant of the same run.
    Variant(String),
    /// The same figure in the committed baseline of the scenario.
    Baseline,
}

/// How a figure is compared with its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `<`
    Below,
    /// `<=`
    AtMost,
    /// `>`
    Above,
    /// `>=`
    AtLeast,
    /// `==`
    Exactly,
}

impl RunHeader {
    /// The index of the workload to which an agent belongs.
    pub fn workload_of(&self, agent: u32) -> usize {
        self.workloads.partition_point(|w| w.first_agent <= agent).saturating_sub(1)
    }

    /// An agent's name: its workload and its number there, `leads-17`.
    pub fn agent_name(&self, agent: u32) -> String {
        match self.workloads.get(self.workload_of(agent)) {
            Some(workload) => format!("{}-{}", workload.name, agent - workload.first_agent),
            None => format!("agent-{agent}"),
        }
    }
}
