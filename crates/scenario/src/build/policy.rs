//! The policy of a variant.

use crate::build::chain::{StaffLanes, chain};
use crate::build::providers::Models;
use crate::errors::Problem;
use crate::reader::Reader;
use crate::record::{Named, Record, Typed};
use crate::suggest;
use rushhour_base::header::WorkloadHeader;
use rushhour_base::time::DAY;
use rushhour_base::{LaneId, Money, Ratio, Span};
use rushhour_core::settings::{
    AtCap, BreakerPolicy, CapPolicy, CapScope, CapWindow, Discipline, Jitter, LimiterKind, LimiterPolicy,
    LimiterScope, OutputHold, Policy, QueuePolicy, RetryBudgetPolicy, RetryPolicy,
};

/// What a policy is read against.
pub(crate) struct Around<'a> {
    pub(crate) models: &'a Models,
    pub(crate) workloads: &'a [WorkloadHeader],
    pub(crate) agents: u32,
    /// Local time of day at the start of the run.
    pub(crate) time_of_day: Span,
    /// Whether any variant has rules, and people.
    pub(crate) has_rules: bool,
    pub(crate) has_human: bool,
}

impl Around<'_> {
    /// The lanes of rules and people come after those of the models.
    pub(crate) fn staff_lanes(&self) -> StaffLanes {
        let lane = |index: usize| LaneId(u16::try_from(index).unwrap_or(u16::MAX));
        let models = self.models.lanes.len();
        StaffLanes {
            rules: self.has_rules.then(|| lane(models)),
            human: self.has_human.then(|| lane(models + usize::from(self.has_rules))),
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
    Policy {
        limiter: limiter(record.table("limiter")),
        queue: queue(reader, record.table("queue")),
        shared_backoff: record.flag("shared_backoff"),
        breaker: breaker(record.table("breaker")),
        retry: retry(reader, record.table("retry")),
        chain: chain(reader, record, around.models, around.staff_lanes()),
        caps: record.map("budget").iter().map(|cap| one_cap(reader, cap, around)).collect(),
        timeout: record.span("timeout"),
        processes: u16::try_from(processes.count()).unwrap_or(u16::MAX),
    }
}

fn limiter(record: &Record) -> LimiterPolicy {
    LimiterPolicy {
        kind: match record.word("kind") {
            "none" => LimiterKind::None,
            _ => LimiterKind::TokenBucket,
        },
        scope: match record.word("scope") {
            "key" => LimiterScope::Key,
            _ => LimiterScope::Account,
        },
        output_hold: match record.get("output_hold").typed {
            Typed::Count(tokens) => OutputHold::Tokens(tokens),
            _ => OutputHold::MaxTokens,
        },
        share: record.share("share"),
    }
}

fn queue(reader: &mut Reader, record: &Record) -> QueuePolicy {
    let ageing = record.get("ageing");
    let discipline = match record.word("discipline") {
        "fifo" => Discipline::Fifo,
        "priority" => Discipline::Priority,
        _ => Discipline::Fair { ageing: ageing.span() },
    };
    if ageing.written && !matches!(discipline, Discipline::Fair { .. }) {
        reader.notice(
            &ageing.spot.path,
            "it is without effect: only the `fair` discipline knows ageing".to_owned(),
        );
    }
    QueuePolicy { discipline, max_waiting: record.small("max_waiting"), max_wait: record.span("max_wait") }
}

fn breaker(record: &Record) -> Option<BreakerPolicy> {
    (record.word("kind") != "none").then(|| BreakerPolicy {
        failures: record.small("failures"),
        cooldown: record.span("cooldown"),
        probe_lease: record.span("probe_lease"),
        count_rate_limited: record.flag("count_rate_limited"),
    })
}

fn retry(reader: &mut Reader, record: &Record) -> RetryPolicy {
    let (base, cap) = (record.get("base"), record.get("cap"));
    if base.sound && cap.sound && cap.span() < base.span() {
        let at_fault = if cap.written { cap } else { base };
        let why = format!("base = {} and cap = {}", base.span(), cap.span());
        reader.reject(&at_fault.spot, &why, "a `cap` of at least `base`", None);
    }
    RetryPolicy {
        max_attempts: record.small("max_attempts"),
        base: base.span(),
        cap: cap.span(),
        jitter: match record.word("jitter") {
            "none" => Jitter::None,
            _ => Jitter::Full,
        },
        retry_after_max: record.span("retry_after_max"),
        budget: match &record.get("budget").typed {
            Typed::Table(budget) => Some(RetryBudgetPolicy {
                per_request: budget.share("per_request"),
                burst: budget.small("burst"),
            }),
            _ => None,
        },
    }
}

fn one_cap(reader: &mut Reader, cap: &Named, around: &Around<'_>) -> CapPolicy {
    let record = cap.got.table();
    let first_turn = Span(DAY - around.time_of_day.0);
    CapPolicy {
        scope: scope(reader, cap, around),
        amount: if record.get("cap").sound { record.money("cap") } else { Money::ZERO },
        window: match record.word("per") {
            "total" => CapWindow::Total,
            _ => CapWindow::Day { first_turn },
        },
        alerts_percent: alerts(reader, record),
        at_cap: match record.word("at_cap") {
            "fall" => AtCap::Fall,
            _ => AtCap::Pause,
        },
    }
}

fn scope(reader: &mut Reader, cap: &Named, around: &Around<'_>) -> CapScope {
    let index = around.workloads.iter().position(|workload| workload.name == cap.name);
    if let Some(index) = index {
        return CapScope::Workflow(u16::try_from(index).unwrap_or(u16::MAX));
    }
    if cap.name != "fleet" {
        let names = around.workloads.iter().map(|workload| workload.name.as_str());
        let known: Vec<&str> = std::iter::once("fleet").chain(names).collect();
        let problem = Problem::new(&cap.got.spot.path, format!("there is no workload `{}` to cap", cap.name));
        let hint = suggest::nearest(&cap.name, &known);
        reader.tell(cap.name_place, problem.expected(suggest::one_of_quoted(&known)).hint(hint));
    }
    CapScope::Fleet
}

fn alerts(reader: &mut Reader, record: &Record) -> Vec<u32> {
    let Typed::List(levels) = &record.get("alerts").typed else { return Vec::new() };
    let mut percents: Vec<u32> = Vec::new();
    for level in levels {
        let Typed::Share(share) = level.typed else { continue };
        let percent = u32::try_from(share.of(100)).unwrap_or(100);
        if Some(share) != Ratio::new(u64::from(percent), 100).map(reduced) {
            reader.reject(
                &level.spot,
                "it is no whole number of per cent",
                "a whole number, such as \"80%\"",
                None,
            );
        } else if percents.last().is_some_and(|before| *before >= percent) {
            reader.reject(&level.spot, "it is not above the level before", "levels that ascend", None);
        }
        percents.push(percent);
    }
    percents
}

/// The same share in the form in which the reader makes shares.
fn reduced(share: Ratio) -> Ratio {
    crate::notation::share(&share.to_string()).unwrap_or(share)
}
