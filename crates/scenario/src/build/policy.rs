//! The policy of a variant.

mod breaker;
mod budget;
mod compression;
mod costs;
mod errors;
mod estimate;
mod guard;
mod ladder;
mod limiter;
mod parking;
mod prompts;
mod queue;
mod retry;
mod risk;
mod validation;

pub(crate) use validation::has_reviewers;

use crate::build::chain::{StaffLanes, chain, classes};
use crate::build::providers::Models;
use crate::reader::Reader;
use crate::record::{Got, Record};
use rushhour_base::header::WorkloadHeader;
use rushhour_base::{LaneId, Span};
use rushhour_core::settings::{Policy, StallPolicy};
use std::path::Path;

/// What a policy is read against.
pub(crate) struct Around<'a> {
    /// The scenario's folder.
    pub(crate) folder: &'a Path,
    pub(crate) models: &'a Models,
    pub(crate) workloads: &'a [WorkloadHeader],
    pub(crate) agents: u32,
    /// Whether any workload has deadlines.
    pub(crate) deadlines: bool,
    /// Local time of day at the start of the run.
    pub(crate) time_of_day: Span,
    /// What a local clock shows at the start of the run, in seconds since 1970.
    pub(crate) starts_local_s: i64,
    /// Whether any workload has words.
    pub(crate) has_words: bool,
    /// Whether a workload replays a recording that says what prompt caches know.
    pub(crate) recorded_hits: bool,
    /// Whether any workload has conversations, whose prompts grow.
    pub(crate) has_conversations: bool,
    /// Whether any variant has rules, people, and people who review.
    pub(crate) has_rules: bool,
    pub(crate) has_human: bool,
    pub(crate) has_reviewers: bool,
}

impl Around<'_> {
    /// The lanes of rules and people come after those of the models.
    pub(crate) fn staff_lanes(&self) -> StaffLanes {
        let lane = |index: usize| LaneId(u16::try_from(index).unwrap_or(u16::MAX));
        let models = self.models.lanes.len();
        StaffLanes {
            rules: self.has_rules.then(|| lane(models)),
            human: self.has_human.then(|| lane(models + usize::from(self.has_rules))),
            reviewers: self
                .has_reviewers
                .then(|| lane(models + usize::from(self.has_rules) + usize::from(self.has_human))),
        }
    }
}

/// Reads a policy.
pub(crate) fn policy(reader: &mut Reader, record: &Record, around: &Around<'_>) -> Policy {
    let processes = record.get("processes");
    if processes.sound && processes.written && processes.count() > u64::from(around.agents) {
        let why = format!("there are only {} agents to share", around.agents);
        reader.reject(&processes.spot, &why, "no more processes than agents", None);
    }
    let chain = chain(reader, record, around.models, around.staff_lanes());
    Policy {
        ladder: ladder::ladder(reader, record.table("ladder"), &chain),
        parking: parking::parking(reader, record.table("parking"), record.get("timeout"), around),
        limiter: limiter::limiter(reader, record.table("limiter")),
        queue: queue::queue(reader, record.table("queue"), around.deadlines),
        shared_backoff: record.flag("shared_backoff"),
        breaker: breaker::breaker(reader, record.table("breaker")),
        retry: retry::retry(reader, record.table("retry")),
        guard: guard::guard(record.get("guard")),
        layers: retry::layers(reader, record.table("retry")),
        chain,
        on_error: errors::on_error(record.table("on_error")),
        correlated: (record.word("correlated") == "provider").then(|| record.small("correlated_trips")),
        classes: classes(reader, record, around.models),
        risk: risk::risk(reader, record),
        caps: budget::caps(reader, record, around),
        costs: record.map("costs").iter().map(|line| costs::one_line(reader, line, around)).collect(),
        timeout: record.span("timeout"),
        stall: stall(reader, record),
        token_estimate: estimate::token_estimate(reader, record, around),
        guarded: estimate::guarded(reader, record, around),
        guard_tokens: estimate::guard_tokens(reader, record),
        compression: compression::compression(reader, record.table("compression"), around),
        validation: validation::validation(reader, record, around),
        prompt_cache: prompts::prompt_cache(reader, record, around),
        windows: prompts::windows(reader, record.get("fit"), around),
        processes: u16::try_from(processes.count()).unwrap_or(u16::MAX),
    }
}

/// Whether two keys were written in one place: both in the scenario, or both in one variant.
fn written_together(one: &Got, other: &Got) -> bool {
    let writer = |got: &Got| got.spot.path.split("policy.").next().map(str::to_owned);
    one.written && other.written && writer(one) == writer(other)
}

/// How long the client waits for tokens. A limit that the whole call's comes before is none.
fn stall(reader: &mut Reader, record: &Record) -> Option<StallPolicy> {
    let timeout = record.get("timeout");
    let [first_token, idle] = ["first_token_timeout", "idle_timeout"].map(|key| {
        let limit = record.maybe(key)?;
        if limit.sound && timeout.sound && limit.span() >= timeout.span() {
            let why = format!("the client stops waiting after timeout = {}", timeout.span());
            reader.reject(&limit.spot, &why, "less than `timeout`", None);
        }
        Some(limit.span())
    });
    let or_never = |limit: Option<Span>| limit.unwrap_or(Span::MAX);
    (first_token.is_some() || idle.is_some())
        .then(|| StallPolicy { first_token: or_never(first_token), idle: or_never(idle) })
}
