//! The parts of the document, one function each.

use crate::figures::{FAMILIES, Figure};
use crate::latency::{Bounds, Latency, Statistic};
use crate::render::text::sentence;
use crate::render::writer::Writer;
use crate::report::{
    Back, Bounded, Counted, Evidence, LaneReport, PoolReport, Recovery, Report, Returns, RungReport, Slice,
    TaskReport,
};
use crate::slo::SloResult;
use rushhour_base::{Enforcement, Span};

/// Counts, rates and latencies of the run or of a workload.
pub(super) fn slice(w: &mut Writer, slice: &Slice) {
    let (counts, rates) = (slice.counts, slice.rates);
    w.object("counts", |w| {
        w.count("arrived", counts.arrived);
        w.count("answered", counts.answered);
        w.count("refused", counts.refused);
        w.count("abandoned", counts.abandoned);
        w.count("failed", counts.failed);
        w.count("parked", counts.parked);
        w.count("in_flight", counts.in_flight);
        w.count("attempts", counts.attempts);
        w.count("retries", counts.retries);
        w.count("regenerations", counts.regenerations);
        w.count("summaries", counts.summaries);
        w.count("rejected_429", counts.rejected_429);
        w.count("provider_errors", counts.provider_errors);
        w.count("timeouts", counts.timeouts);
        w.count("fallbacks", counts.fallbacks);
        w.count("cut_by_length", counts.cut_by_length);
        w.count("good", counts.good);
        w.count("disconnected", counts.disconnected);
        w.count("truncated", counts.truncated);
        w.count("stream_errors", counts.stream_errors);
        w.count("malformed", counts.malformed);
        w.count("unauthorized", counts.unauthorized);
        w.count("credit_exhausted", counts.credit_exhausted);
        w.count("stalled", counts.stalled);
        w.optional("deadline_missed", slice.deadlines.map(|deadlines| deadlines.missed));
    });
    w.object("rates", |w| {
        w.float("success", rates.success);
        w.float("fallback", rates.fallback);
        w.float("rejected_429", rates.rejected_429);
        w.float("availability", rates.availability);
        w.float("goodput_per_s", rates.goodput_per_s);
        w.float("retry_amplification", rates.retry_amplification);
        w.float("deadline_missed", slice.deadlines.map(|deadlines| deadlines.missed_share()));
        w.float("waited", rates.waited);
    });
    w.object("latency", |w| FAMILIES.iter().for_each(|(name, of)| latency(w, name, of(&slice.latency))));
}

pub(super) fn latency(w: &mut Writer, name: &str, latency: &Latency) {
    let at_least = |bounds: Option<Bounds>| bounds.map(|b| b.at_least);
    w.object(name, |w| {
        w.count("count", latency.count);
        for statistic in &Statistic::ALL[1..] {
            w.millis(statistic.name(), at_least(latency.get(*statistic)));
        }
        w.count("open", latency.open);
        w.boolean("lower_bound", latency.open > 0);
    });
}

pub(super) fn cost(w: &mut Writer, report: &Report) {
    let header = &report.header;
    w.money("total", Some(report.total.cost));
    w.money("per_success", report.total.cost_per_success);
    w.list("by_workflow", header.workloads.iter().zip(&report.workloads), |w, (workload, slice)| {
        w.string("name", &workload.name);
        w.money("usd", Some(slice.cost));
    });
    w.list("by_agent", &report.cost.by_agent, |w, (agent, amount)| {
        w.string("name", &header.agent_name(*agent));
        w.money("usd", Some(*amount));
    });
    w.list("by_model", &report.cost.by_model, |w, (model, amount)| {
        w.string("name", model);
        w.money("usd", Some(*amount));
    });
    w.list("by_cause", &report.cost.by_cause, |w, (cause, amount)| {
        w.string("name", cause.name());
        w.money("usd", Some(*amount));
    });
    w.money("invoiced", report.cost.invoiced);
    w.money("estimated", Some(report.cost.estimated));
    let cut = report.compression.filter(|compression| compression.cut_any());
    w.money("saved_by_compression", cut.map(|compression| compression.saved()));
    w.money("saved_by_prompt_cache", report.tokens.map(|tokens| tokens.saved_by_cache));
    w.list("lines", header.costs.iter().zip(&report.cost.lines), |w, (line, counted)| {
        w.string("name", &line.name);
        w.string("per", &line.per);
        counted_usd(w, counted);
    });
    w.object("reconciliation", |w| reconciliation(w, report));
}

fn counted_usd(w: &mut Writer, counted: &Counted) {
    w.count("count", counted.count);
    w.money("usd", Some(counted.amount));
}

/// The ledger beside the invoices. Without truths there are no invoices to compare with.
fn reconciliation(w: &mut Writer, report: &Report) {
    let both = &report.cost.reconciliation;
    let known = report.cost.invoiced.is_some();
    w.money("ledger", Some(both.ledger()));
    for (key, counted) in [
        ("rules_and_people", &both.staff),
        ("cost_lines", &both.lines),
        ("usage_learned", &both.learned),
        ("usage_misstated", &both.misstated),
        ("usage_never_learned", &both.unlearned),
        ("invoices", &both.invoices),
    ] {
        w.object(key, |w| counted_usd(w, counted));
    }
    w.money("misstated_by", known.then(|| both.misstated_by()));
    w.money("difference", known.then(|| both.difference()));
    w.optional("never_invoiced", known.then(|| both.never_invoiced()));
}

pub(super) fn pool(w: &mut Writer, pool: &PoolReport) {
    w.string("name", &pool.name);
    w.list("limit", &pool.limits, |w, limit| {
        w.string("dimension", limit.limit.dimension.name());
        w.count("amount", limit.limit.amount);
        w.seconds("period_s", (limit.limit.period > Span::ZERO).then_some(limit.limit.period));
        w.count("burst", limit.limit.burst);
        w.string("enforced", enforced(limit.limit.enforced));
        w.count("charged", limit.charged);
        w.float("utilisation", Some(limit.utilisation));
    });
    w.float("utilisation", pool.utilisation());
    w.count("overshoot", pool.overshoot());
    w.list("overruns", &pool.overruns, |w, (dimension, count)| {
        w.string("dimension", dimension.name());
        w.count("count", *count);
    });
    w.seconds("first_429_s", pool.first_429.map(|at| Span(at.0)));
    w.count("counted_failed", pool.counted_failed);
    match pool.felt {
        Some(felt) => w.object("felt", |w| {
            w.string("dimension", felt.dimension.name());
            w.count("last", felt.last);
            w.count("moves", felt.moves);
            w.count("cuts", felt.cuts);
        }),
        None => w.optional("felt", None::<u64>),
    }
    w.count("corrections", pool.corrections);
    w.float("undershoot", pool.undershoot);
    w.seconds("waited_s", Some(pool.waited));
    let Some(binding) = &pool.binding else { return w.optional("binding", None::<u64>) };
    let (waited, refused) = match binding.evidence {
        Evidence::Waited(span) => (Some(span), None),
        Evidence::Refused(calls) => (None, Some(calls)),
    };
    w.object("binding", |w| {
        w.string("constraint", binding.constraint);
        w.seconds("waited_s", waited);
        w.optional("refused", refused);
        w.float("share", Some(binding.share));
        w.string("sentence", &sentence(pool, binding));
    });
}

/// How a limit is counted, in the words of scenario files.
fn enforced(how: Enforcement) -> &'static str {
    match how {
        Enforcement::Continuous => "continuous",
        Enforcement::FixedWindow => "fixed_window",
        Enforcement::Slices(_) => "slices",
        Enforcement::SlidingWindow => "sliding_window",
    }
}

pub(super) fn lane(w: &mut Writer, lane: &LaneReport) {
    w.string("name", &lane.name);
    w.count("attempts", lane.attempts);
    w.count("completed", lane.completed);
    w.count("rejected", lane.rejected);
    w.seconds("first_429_s", lane.first_429.map(|at| Span(at.0)));
    w.count("errors", lane.errors);
    w.count("timeouts", lane.timeouts);
    w.count("served", lane.served);
    w.count("locked_out", lane.locked_out);
    w.count("backoffs", lane.backoffs);
    w.money("cost_usd", Some(lane.cost));
    let breaker = &lane.breaker;
    w.object("breaker", |w| {
        w.count("opens", breaker.opens);
        w.count("half_opens", breaker.half_opens);
        w.seconds("open_s", Some(breaker.open));
        bounded(w, "moves", &breaker.moves, |w, one| {
            w.seconds("at_s", Some(Span(one.at.0)));
            w.count("fleet", u64::from(one.fleet.0));
            w.string("state", one.state.name());
        });
    });
}

pub(super) fn rung(w: &mut Writer, rung: &RungReport) {
    w.object(rung.rung.name(), |w| {
        w.count("answers", rung.answers);
        w.float("share", rung.share);
        w.count("reached", rung.reached);
        w.float("reach", rung.reach);
        latency(w, "response", &rung.response);
    });
}

/// What became of requests on their way: falls, endings, fairness, amplification.
pub(super) fn journeys(w: &mut Writer, report: &Report) {
    w.list("falls", &report.falls, |w, fall| {
        w.string("from", fall.from.name());
        w.string("to", fall.to.name());
        w.string("reason", fall.reason.name());
        w.count("count", fall.count);
    });
    w.list("endings", &report.endings, |w, ending| {
        w.string("outcome", ending.outcome.name());
        w.string("reason", ending.reason.name());
        w.count("count", ending.count);
    });
    let longest = report.fairness.longest_wait;
    w.object("fairness", |w| {
        w.float("jain", report.fairness.jain);
        w.millis("longest_wait_ms", longest.map(|l| l.waited));
        w.optional("longest_wait_request", longest.map(|l| format!("\"{}\"", l.request)));
        match longest {
            Some(longest) => {
                w.string("longest_wait_agent", &report.header.agent_name(longest.request.agent().0));
            }
            None => w.optional("longest_wait_agent", None::<u64>),
        }
    });
    let made = report.amplification;
    w.object("amplification", |w| {
        w.count("requests", made.requests);
        w.float("mean", made.mean);
        w.optional("p99", made.p99);
        w.optional("max", made.max);
    });
    w.object("returns", |w| returns(w, report.returns));
    w.object("tasks", |w| tasks(w, &report.tasks));
    slowest_recovery(w, report);
}

fn returns(w: &mut Writer, returns: Option<Returns>) {
    w.optional("came_back", returns.map(|r| r.came_back));
    w.optional("answered", returns.map(|r| r.answered));
    w.optional("questions", returns.map(|r| r.questions));
    w.float("success", returns.and_then(|r| r.success()));
    w.float("amplification", returns.and_then(|r| r.amplification()));
}

fn tasks(w: &mut Writer, tasks: &TaskReport) {
    let known = tasks.known;
    w.optional("done", known.map(|k| k.done));
    w.optional("asked", known.map(|k| k.asked));
    w.optional("stopped", tasks.if_any(tasks.stopped()));
    w.object("stopped_by", |w| tasks.stopped_by.iter().for_each(|(rule, n)| w.count(rule.name(), *n)));
    w.optional("stopped_stuck", known.map(|k| k.stopped_stuck));
    w.optional("stuck_requests", known.map(|k| k.stuck_requests));
    w.money("stuck_usd", known.map(|k| k.stuck_usd));
}

/// The slowest recovery from a fault.
fn slowest_recovery(w: &mut Writer, report: &Report) {
    let figure = report.figure("recovery.back_after_s").unwrap_or(Figure::UNKNOWN);
    w.object("recovery", |w| {
        w.float("back_after_s", figure.value);
        w.boolean("lower_bound", figure.is_lower_bound());
    });
}

/// What befell the run: faults, alerts, caps.
pub(super) fn incidents(w: &mut Writer, report: &Report) {
    w.list("faults", &report.faults, |w, fault| {
        w.string("name", &fault.name);
        w.string("provider", &fault.provider);
        w.string("kind", &fault.kind);
        w.seconds("from_s", Some(Span(fault.from.0)));
        w.seconds("until_s", Some(Span(fault.until.0)));
        w.float("share", Some(fault.share.as_f64()));
        w.optional("struck", fault.struck);
        w.count("spells", fault.spells.count());
        w.seconds("in_force_s", Some(fault.in_force));
        w.object("recovery", |w| recovery(w, &fault.recovery));
    });
    bounded(w, "alerts", &report.alerts, |w, alert| {
        w.seconds("at_s", Some(Span(alert.at.0)));
        w.string("cap", &alert.cap);
        w.optional("of", alert.of.as_ref().map(|of| format!("\"{of}\"")));
        w.optional("percent", alert.percent);
        w.money("level_usd", Some(alert.level));
    });
    bounded(w, "caps_reached", &report.caps_reached, |w, reached| {
        w.seconds("at_s", Some(Span(reached.at.0)));
        w.string("cap", &reached.cap);
        w.optional("of", reached.of.as_ref().map(|of| format!("\"{of}\"")));
        w.seconds("until_s", reached.until.map(|until| Span(until.0)));
    });
}

fn recovery(w: &mut Writer, recovery: &Recovery) {
    w.float("before", recovery.before);
    w.float("during", recovery.during);
    w.float("at_last", recovery.at_last);
    w.string("verdict", recovery.back.name());
    let (after, at_least) = match recovery.back {
        Back::Unknown => (None, None),
        Back::After(span) => (Some(span), None),
        Back::Not { at_least, .. } => (None, Some(at_least)),
    };
    w.seconds("back_after_s", after);
    w.seconds("not_before_s", at_least);
}

pub(super) fn slo(w: &mut Writer, result: &SloResult) {
    w.string("path", &result.slo.path);
    w.string("limit", &result.slo.text);
    w.float("value", result.figure.value);
    w.boolean("lower_bound", result.figure.is_lower_bound());
    w.string("verdict", result.verdict.name());
    super::replications::of_limit(w, result);
}

pub(super) fn bounded<T>(w: &mut Writer, key: &str, list: &Bounded<T>, fill: impl FnMut(&mut Writer, &T)) {
    w.list(key, &list.first, fill);
    w.count(&format!("{key}_left_out"), list.left_out);
}
