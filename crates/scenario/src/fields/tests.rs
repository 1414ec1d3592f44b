use super::*;
use crate::{Scenario, reference};
use rushhour_core::settings::{
    BreakerPolicy, Discipline, Jitter, Kinds, LimiterKind, LimiterScope, OutputHold, RetryBudgetPolicy,
};
use rushhour_world::settings::{Length, PromptPlan};
use std::path::Path;

/// The least that a file must say.
const LEAST: &str = "[provider.p.model.m]\nprices = { input = \"$3\", output = \"$15\" }\n\
                     [workload.w]\nagents = 1\narrivals = { kind = \"poisson\", per_agent_per_hour = 1 }\n";

fn tables(table: &'static Table, found: &mut Vec<&'static Table>) {
    fn within(kind: &'static Kind, found: &mut Vec<&'static Table>) {
        match kind {
            Kind::Table(table) if !found.iter().any(|known| known.path == table.path) => tables(table, found),
            Kind::Map { of, .. } | Kind::List { of, .. } => within(of, found),
            Kind::Either(kinds) => kinds.iter().for_each(|kind| within(kind, found)),
            _ => {}
        }
    }
    found.push(table);
    table.fields.iter().for_each(|field| within(&field.kind, found));
}

fn all_tables() -> Vec<&'static Table> {
    let mut found = Vec::new();
    tables(&SCENARIO, &mut found);
    found
}

/// The place in a file where the table of a path stands, with names filled in.
fn place(path: &str) -> String {
    path.replace("provider.NAME", "provider.p")
        .replace("model.NAME", "model.m")
        .replace("fault.NAME", "fault.f")
        .replace("project.NAME", "project.j")
        .replace("workload.NAME", "workload.w")
        .replace("abuse.NAME", "abuse.a")
        .replace("budget.NAME", "budget.fleet")
        .replace("costs.NAME", "costs.retrieval")
        .replace("variant.NAME", "variant.v")
        .replace("slo.PATH", "slo.\"counts.failed\"")
}

/// Every example of the table is one that the reader takes; so is every default, as the next test shows.
#[test]
fn every_example_is_read() {
    for table in all_tables() {
        for field in table.fields {
            let key = format!("{}.{}", place(table.path), field.key);
            let stated = stated(table, field, field.example);
            let read = Scenario::parse(LEAST, "least.toml", Path::new(""), &[stated]);
            let Err(errors) = read else { continue };
            // Alone an example may lack its neighbours or name what is not there, but it is never of the wrong kind.
            let of_wrong_kind =
                |e: &crate::Error| e.message.contains("cannot be ") && !e.message.contains(": ");
            let wrong: Vec<_> =
                errors.iter().filter(|e| of_wrong_kind(e) || e.message.contains("unknown key")).collect();
            assert!(wrong.is_empty(), "{key}: {wrong:?}");
        }
    }
}

/// One field of a table; a table that stands in a list is its only entry.
fn stated(table: &Table, field: &Field, value: &str) -> crate::Override {
    let (path, key) = (place(table.path), field.key);
    match path.strip_suffix("[]") {
        Some(list) => set(list, &format!("[{{ {key} = {value} }}]")),
        None => set(&format!("{path}.{key}"), value),
    }
}

fn set(key: &str, value: &str) -> crate::Override {
    crate::Override::new(format!("{}={value}", key.trim_start_matches('.')))
}

/// Writing every default out changes nothing: what is documented is what is used.
#[test]
fn every_documented_default_is_the_one_in_use() {
    let with = |overrides: &[crate::Override]| {
        Scenario::parse(LEAST, "least.toml", Path::new(""), overrides).expect("the least scenario is sound")
    };
    let mut seen = 0;
    for table in all_tables() {
        for field in table.fields {
            let Default::Is(text) = field.default else { continue };
            let only_with_neighbours = [
                "trace",
                "business.WORKLOAD",
                "workload.NAME.arrivals.shape.days",
                "workload.NAME.comes_back",
                "workload.NAME.output",
                "workload.NAME.task",
                "workload.NAME.task.steps",
                "workload.NAME.users",
                "workload.NAME.abuse.NAME",
                "workload.NAME.words",
                "workload.NAME.words.hallucination",
                "workload.NAME.words.hallucination.weights",
                "policy.token_estimate",
                "policy.risk",
                "policy.risk.standing",
                "policy.risk.patterns",
                "provider.NAME.fault.NAME",
                "provider.NAME.model.NAME.reasoning",
                "policy.budget.NAME",
                "policy.compression.summary",
                "policy.validation.review",
                "policy.classes.NAME",
                "provider.NAME.model.NAME.quota.growth",
                "provider.NAME.project.NAME",
                "slo.PATH",
                "policy.secondary",
                "policy.tertiary",
            ];
            if only_with_neighbours.contains(&table.path)
                || !field.with.is_empty()
                || ["policy.rules", "policy.human", "policy.guard"].contains(&table.path)
            {
                continue;
            }
            let key = format!("{}.{}", place(table.path), field.key);
            let spelt = Scenario::parse(LEAST, "least.toml", Path::new(""), &[stated(table, field, text)]);
            let spelt = spelt.unwrap_or_else(|errors| panic!("{key}: {errors}"));
            let entry = table.path.strip_suffix("[]").map(|list| set(list, "[{}]"));
            let plain = with(entry.as_slice());
            assert_eq!(spelt.hash, plain.hash, "{key} = {text}");
            assert_eq!((&spelt.variants, &spelt.world), (&plain.variants, &plain.world), "{key} = {text}");
            seen += 1;
        }
    }
    assert!(seen >= 40, "only {seen} defaults were tried");
}

/// The defaults themselves, once more in numbers: a slip in the table must not pass.
#[test]
fn the_default_policy_is_this_one() {
    let scenario =
        Scenario::parse(LEAST, "least.toml", Path::new(""), &[]).expect("the least scenario is sound");
    let policy = &scenario.variants[0].policy;
    assert_eq!((policy.timeout, policy.shared_backoff, policy.processes), (Span::secs(60), true, 1));
    assert_eq!(policy.limiter.kinds, Kinds::all(LimiterKind::TokenBucket));
    assert_eq!(
        (policy.limiter.scope, policy.limiter.output_hold),
        (LimiterScope::Account, OutputHold::MaxTokens)
    );
    assert_eq!(policy.queue.discipline, Discipline::Fair { ageing: Span::secs(20) });
    assert_eq!((policy.queue.max_waiting, policy.queue.max_wait), (10_000, Span::secs(30)));
    let breaker = policy.breaker.expect("a breaker");
    assert_eq!(breaker, BreakerPolicy::consecutive(5, Span::secs(30), Span::secs(60)));
    let retry = policy.retry;
    assert_eq!((retry.max_attempts, retry.base, retry.cap), (3, Span::millis(500), Span::secs(8)));
    assert_eq!((retry.jitter, retry.retry_after_max), (Jitter::Full, Span::secs(60)));
    let fifth = rushhour_base::Ratio::new(1, 5).expect("a fifth");
    assert_eq!(retry.budget, Some(RetryBudgetPolicy { per_request: fifth, burst: 10 }));
    assert_eq!((policy.chain.len(), policy.caps.len()), (1, 0));
    let workload = &scenario.world.workloads[0];
    let first = Length::Lognormal { p50: 1_200, p95: 4_000, max: 32_000 };
    assert_eq!(workload.prompt, PromptPlan { first, growth: 651, turns: 8, max: 32_000, shared: 0 });
    assert_eq!((workload.max_tokens, workload.patience, workload.priority), (1_024, Span::MAX, 0));
    let latency = scenario.world.lanes[0].latency;
    assert_eq!(
        (latency.base.0, latency.per_output_token.0, latency.per_input_token.0),
        (1_200_000_000, 14_670_000, 16_300)
    );
    assert_eq!((latency.spread, latency.refusal), (0.25, Span::millis(150)));
}

#[test]
fn the_reference_names_every_key_with_its_default() {
    let page = reference();
    for table in all_tables() {
        assert!(page.contains(&format!("`[{}]`", table.path)) || table.path.is_empty(), "{}", table.path);
        for field in table.fields {
            assert!(page.contains(&format!("| `{}` | ", field.key)), "{}.{}", table.path, field.key);
            assert!(field.meaning.ends_with('.'), "{}.{}: {}", table.path, field.key, field.meaning);
            if let Default::Is(text) = field.default {
                assert!(page.contains(&format!("| `{text}` |")), "{}.{}", table.path, field.key);
            }
        }
    }
}
