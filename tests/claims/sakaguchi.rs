//! Claims 13 to 23: the summary of a support chat of 50,000 messages a month.

use crate::Maker;
use crate::evidence::{Absent, Evidence, figure, small};
use crate::row::Source::Sakaguchi;
use crate::row::{Band, Row, form};
use rushhour_base::event::Standing;
use rushhour_base::time::{HOUR, SECOND};
use rushhour_base::{Instant, SourceId, UserId};
use rushhour_core::risk::{Incoming, Risk};
use rushhour_tests::shipped;

pub const ROWS: &[Maker] = &[
    tenfold_bill,
    messages,
    cost_stack,
    two_forties,
    abuse,
    multipliers,
    wrong_bill,
    fallbacks,
    five_rungs,
    targets,
    uptime,
];

/// Messages of three months.
const QUARTER: f64 = 150_000.0;

fn tenfold_bill(evidence: &Evidence) -> Result<Row, Absent> {
    let total = |name: &str, variant: &str, path: &str| figure(&evidence.shipped(name, variant, &[]), path);
    let of_abuse =
        total("abuse_burst", "open", "cost_usd.total") / total("abuse_burst", "base", "cost_usd.total");
    let slow = "cost_usd.total{workload=slow}";
    let of_retries = total("retry_bill", "naive", slow) / total("retry_bill", "base", slow);
    let row = Row::of(
        Sakaguchi,
        "I",
        "the bill rose from $50 to $500 in a week",
        "10 ×",
        "abuse_burst, retry_bill",
    );
    Ok(row
        .beside(form("abuse let in ", 2, " ×"), of_abuse)
        .beside(form("retries without a bound ", 1, " ×"), of_retries)
        .beside(form("both ", 1, " ×"), of_abuse * of_retries)
        .assumed("it names no cause; retries without a bound can do all of it alone"))
}

fn messages(evidence: &Evidence) -> Result<Row, Absent> {
    let minutes = 30.0 * 24.0 * 60.0;
    let arrived = figure(&evidence.shipped("cost_stack", "base", &[]), "counts.arrived");
    let row = Row::of(
        Sakaguchi,
        "I",
        "50,000 messages a month",
        "1.157 a minute",
        "cost_stack: day curve, peak 3 × mean",
    );
    Ok(row
        .input("50,000")
        .exact(form("", 3, " a minute by division"), (50_000.0 / minutes * 1e3_f64).round() / 1e3, 1.157)
        .derived(form("", 3, " a minute of a run"), arrived / minutes, Band::around(1.1574, 0.02))
        .assumed(""))
}

fn cost_stack(evidence: &Evidence) -> Result<Row, Absent> {
    let case = |figure: &str| evidence.case("sakaguchi_cost_stack", figure);
    let run = evidence.shipped("cost_stack", "base", &[]);
    let row = Row::of(
        Sakaguchi,
        "A",
        "1,700 + 200 + 400 + 150 + 100 = $2,550, half as much again as the model alone",
        "$2,550; +50 %",
        "sum in picodollars; cost_stack",
    );
    Ok(row
        .exact(form("$", 0, ""), case("total")?, 2_550.0)
        .exact(form("+", 0, " %"), 100.0 * case("premium")?, 50.0)
        .exact(form("$", 3, " a message"), case("total_per_message")?, 0.051)
        .derived(form("a month's run $", 0, ""), figure(&run, "cost_usd.total"), Band::around(2_550.0, 0.03))
        .arithmetic("it adds up"))
}

fn two_forties(evidence: &Evidence) -> Result<Row, Absent> {
    let case = |figure: &str| evidence.case("pruning_40_vs_40", figure);
    let cut = 100.0 * case("reduction_if_costs_ran_40pct_higher")?;
    let more = 100.0 * case("increase_if_reduced_by_40pct")?;
    let row = Row::of(
        Sakaguchi,
        "A",
        "without pruning costs ran 40 % higher; pruning cut them by 40 %",
        "40 % twice",
        "shares of whole numbers; long_conversations",
    );
    let bill = |variant: &str| {
        let report = evidence.shipped("long_conversations", variant, &[]);
        figure(&report, "cost_usd.total{workload=support}")
    };
    let saved = |with: &str, without: &str| 100.0 * (1.0 - bill(with) / bill(without));
    Ok(row
        .derived(form("40 % higher means a cut of ", 2, " %"), cut, Band::within(28.57, 0.005))
        .derived(form("a cut of 40 % means ", 2, " % higher"), more, Band::within(66.67, 0.005))
        .beside(form("a run saves ", 0, " % by pruning"), saved("prune", "whole"))
        .beside(form("", 0, " % beside a prompt cache"), saved("prune_cached", "whole_cached"))
        .does_not_hold("only one of the two can be true"))
}

fn abuse(evidence: &Evidence) -> Result<Row, Absent> {
    let admitted = |variant: &str| {
        100.0 * figure(&evidence.shipped("abuse_burst", variant, &[]), "abuse.admitted_share")
    };
    let base = evidence.shipped("abuse_burst", "base", &[]);
    let share = 100.0 * evidence.case("sakaguchi_rates", "abuse_share_month1")?;
    let wronged = 100.0 * figure(&base, "abuse.honest_throttled_rate");
    let row = Row::of(
        Sakaguchi,
        "I + S",
        "2,847 attempts at abuse in the first month",
        "2,847",
        "abuse_burst: the same month under three policies",
    );
    Ok(row
        .input(format!("2,847, {share:.1} % of the messages"))
        .derived(form("let in: ", 1, " % by standing"), admitted("base"), Band(0.0, 15.0))
        .derived(form("", 1, " % by one limit for all"), admitted("flat"), Band(15.0, 100.0))
        .derived(form("honest messages kept out ", 2, " %"), wronged, Band(0.0, 0.5))
        .assumed("the count and the kinds of abuse are put in; what gets past the limits is derived"))
}

/// How many of a hundred requests within a minute pass.
fn in_a_minute(risk: &mut Risk, user: u32, from: Instant) -> u32 {
    let ask = |number: u64| Incoming { text: 1_000 + number, ..hello(user) };
    let at = |number: u64| Instant(from.0 + number * SECOND / 2);
    (0..100).filter(|number| risk.judge(ask(*number), at(*number)).is_allowed()).count() as u32
}

fn hello(user: u32) -> Incoming {
    Incoming { user: UserId(user), source: SourceId(user), text: u64::from(user), input_tokens: 100 }
}

fn multipliers(_: &Evidence) -> Result<Row, Absent> {
    let mut policy = shipped("abuse_burst").variants[0].policy.risk.expect("it judges its users");
    policy.requests_per_minute = Some(40);
    policy.requests_per_day = None;
    policy.prompt_tokens_per_day = None;
    policy.source_requests_per_minute = None;
    let rule = policy.standing.expect("limits follow standing");
    let percent = |standing| f64::from(rushhour_core::risk::multiplier_percent(&rule, standing)) / 100.0;
    // No pattern may stop those who are only to be counted.
    policy.patterns = None;
    let mut risk = Risk::new(policy);
    let newcomer = f64::from(in_a_minute(&mut risk, 1, Instant::START));
    let mut hours = 0..u64::from(rule.trusted_from) * 8;
    hours.by_ref().for_each(|hour| {
        let _ = risk.judge(hello(2), Instant(hour * HOUR));
    });
    let trusted = f64::from(in_a_minute(&mut risk, 2, Instant(hours.end * HOUR)));
    let row = Row::of(
        Sakaguchi,
        "S",
        "limits times 0.5 for the new, 0.25 for the suspicious, 2.0 for the trusted",
        "0.5 / 0.25 / 2.0",
        "core::risk, 40 requests a minute",
    );
    Ok(row
        .exact(form("new ", 0, " of 40 a minute"), newcomer, 40.0 * percent(Standing::New))
        .exact(form("trusted ", 0, ""), trusted, 40.0 * percent(Standing::Trusted))
        .exact(form("suspicious × ", 2, ""), percent(Standing::Suspicious), 0.25)
        .holds("as a rule; how they compose is not said: here the smallest counts"))
}

fn wrong_bill(evidence: &Evidence) -> Result<Row, Absent> {
    let share = 100.0 * evidence.case("sakaguchi_rates", "hallucination_rate")?;
    let row = Row::of(
        Sakaguchi,
        "I / A",
        "\"$127,549\" for $47.15; 38 hallucinations in three months, below 0.1 %",
        "38",
        "38 of 150,000 messages",
    );
    Ok(row
        .derived(form("", 4, " %"), share, Band(0.0253, 0.0254))
        .arithmetic("those that were noticed; below 0.1 %"))
}

fn fallbacks(evidence: &Evidence) -> Result<Row, Absent> {
    let recorded = figure(&evidence.shipped("fallback_year", "base", &[]), "counts.fallbacks");
    let steady = |seed: u64| {
        let seed = format!("seed={seed}");
        let sets = [
            seed.as_str(),
            "provider.first.fault.outage.every={ mean = '36000d' }",
            "provider.first.fault.steady={ kind = 'server_error', at = '0s', for = '2208h', share = '0.0827%' }",
            "policy.retry.max_attempts=1",
        ];
        figure(&evidence.shipped("fallback_year", "no_breaker", &sets), "counts.fallbacks")
    };
    let assumed = (1..=4).map(steady).sum::<f64>() / 4.0;
    let row = Row::of(
        Sakaguchi,
        "S",
        "124 fallbacks in three months",
        "124 of 150,000",
        "fallback_year: outages as recorded 2021 to 2024; and a primary that fails 0.0827 % of the calls",
    );
    Ok(row
        .derived(form("", 0, " from recorded outages"), recorded, Band(150.0, 3_000.0))
        .derived(form("", 0, " from q = 0.0827 %, mean of four"), assumed, Band(113.0, 135.0))
        .decided(
            recorded < 146.0,
            "outages as recorded give as few",
            "recorded outages give several times as many; it takes a primary five times as good",
        ))
}

/// Three models that fail for shares of the calls, rules that answer half, and people.
const FIVE: &str = r#"
seed = 20260311
duration = "2h"
[provider.a.model.m]
prices = { input = "$1", output = "$1" }
quota = { requests_per_minute = 1000000 }
latency = { base = "100ms", spread = "0%" }
[provider.a.fault.f]
kind = "server_error"
at = "0s"
for = "3h"
share = "10%"
[provider.b.model.m]
prices = { input = "$1", output = "$1" }
quota = { requests_per_minute = 1000000 }
latency = { base = "100ms", spread = "0%" }
[provider.b.fault.f]
kind = "server_error"
at = "0s"
for = "3h"
share = "20%"
[provider.c.model.m]
prices = { input = "$1", output = "$1" }
quota = { requests_per_minute = 1000000 }
latency = { base = "100ms", spread = "0%" }
[provider.c.fault.f]
kind = "server_error"
at = "0s"
for = "3h"
share = "50%"
[workload.w]
agents = 100
arrivals = { kind = "poisson", per_agent_per_hour = 500 }
prompt = { first = 10, growth = 0, turns = 1 }
output = 10
[policy]
chain = ["primary", "secondary", "tertiary", "rules", "human"]
retry.max_attempts = 1
breaker.kind = "none"
primary.lanes = { "a/m" = 1 }
secondary.lanes = { "b/m" = 1 }
tertiary.lanes = { "c/m" = 1 }
rules.answers = "50%"
human.capacity = 1000
"#;

fn five_rungs(_: &Evidence) -> Result<Row, Absent> {
    let report = small(FIVE);
    let reach = |rung: &str| 100.0 * figure(&report, &format!("rungs.{rung}.reach"));
    let row = Row::of(
        Sakaguchi,
        "S",
        "a chain of five: three models, rules, people",
        "5 rungs",
        "rungs that fail 10, 20 and 50 % of the calls, rules that answer half",
    );
    let lost = figure(&report, "counts.failed") + figure(&report, "counts.refused");
    Ok(row
        .derived(form("reached: ", 2, " %"), reach("secondary"), Band::around(10.0, 0.04))
        .derived(form("", 2, " %"), reach("tertiary"), Band::around(2.0, 0.08))
        .derived(form("", 2, " %"), reach("rules"), Band::around(1.0, 0.12))
        .derived(form("", 2, " %"), reach("human"), Band::around(0.5, 0.17))
        .exact(form("lost ", 0, ""), lost, 0.0)
        .holds("a rung is reached by the product of the shares above it; the last catches all"))
}

fn targets(evidence: &Evidence) -> Result<Row, Absent> {
    let agents = 100.0 * evidence.case("p95_under_3s", "share_api_time_le_3s")?;
    let p95 = evidence.case("p95_under_3s", "p95")?;
    let chat = evidence.shipped("fallback_year", "base", &[]);
    let fallback = 100.0 * figure(&chat, "rates.fallback");
    let row = Row::of(
        Sakaguchi,
        "S / N",
        "targets: 95 % within 3 s, hallucinations < 0.1 %, fallbacks < 1 %, satisfaction > 4.5",
        "3 s; 1 %",
        "40,387 recorded calls of coding agents; fallback_year",
    );
    Ok(row
        .derived(form("", 1, " % of agents' calls within 3 s"), agents, Band(5.8, 6.0))
        .derived(form("their p95 ", 1, " s"), p95, Band(27.7, 27.9))
        .beside(form("a chat's p95 ", 1, " s"), figure(&chat, "latency.response.p95") / 1e3)
        .derived(form("fallbacks ", 2, " %"), fallback, Band(0.0, 1.0))
        .does_not_hold(
            "3 s is a target for short answers; fallbacks keep theirs; satisfaction cannot be checked",
        ))
}

fn uptime(evidence: &Evidence) -> Result<Row, Absent> {
    let two = 100.0 * evidence.case("cascade_openai_anthropic_2024", "availability")?;
    let one = 100.0 * (1.0 - evidence.case("cascade_openai_anthropic_2024", "fallback_rate")?);
    let run = evidence.shipped("fallback_year", "base", &[]);
    let success = 100.0 * figure(&run, "rates.success");
    let down = evidence.case("sakaguchi_rates", "downtime_min_per_30d")?;
    let allowed = 0.0003 * QUARTER;
    let row = Row::of(
        Sakaguchi,
        "S, beta I",
        "99.97 % uptime, 4.6 of 5",
        "99.97 %",
        "availability of two APIs as recorded, independent; fallback_year with 5 % of outages shared",
    );
    Ok(row
        .derived(form("allows ", 2, " min in 30 days"), down, Band(12.95, 12.97))
        .derived(form("or ", 0, " of 150,000"), allowed, Band::exactly(45.0))
        .derived(form("one provider ", 3, " %"), one, Band(99.57, 99.58))
        .derived(form("two ", 4, " %"), two, Band(99.998, 99.999))
        .derived(form("a quarter's run ", 2, " %"), success, Band(99.97, 100.0))
        .decided(
            one < 99.97 && two > 99.97,
            "with a fallback only; one provider misses it",
            "one provider is enough",
        ))
}
