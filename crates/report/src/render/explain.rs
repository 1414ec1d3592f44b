//! The life of a request, for the terminal and for programs.

mod sentence;

use super::number::{duration, fine_dollars};
use super::text::Style;
use super::text::page::{Page, width};
use super::writer::Writer;
use crate::explain::{Life, Step, What};
use crate::timestamp::clock;
use rushhour_base::event::Event;
use rushhour_base::{Instant, Money, Outcome, Record, RunHeader, Truth};
use sentence::Teller;

/// The lives, one below the other, as lines that can be read from top to bottom.
pub fn explain_text(header: &RunHeader, lives: &[Life], style: Style) -> String {
    let mut page = Page::new(style);
    let RunHeader { scenario, variant, seed, version, .. } = header;
    page.line(&format!("{scenario} · {variant} · seed {seed} · rushhour {version}"));
    for life in lives {
        page.line("");
        page.line(&page.strong(&title(header, life)));
        page.line(&page.faint("times are from the start that was meant, and as clocks show them there"));
        let teller = Teller::new(header);
        let told: Vec<(Step, String)> =
            merged(&life.steps).iter().filter_map(|step| Some((*step, teller.sentence(step)?))).collect();
        let stamps: Vec<String> = told.iter().map(|(step, _)| stamp(header, life, step.at)).collect();
        let widest = stamps.iter().map(|stamp| width(stamp)).max().unwrap_or(0);
        for ((step, sentence), stamp) in told.iter().zip(&stamps) {
            let gap = " ".repeat(widest - width(stamp));
            let mark = if matches!(step.what, What::Truth(_)) { "·" } else { " " };
            page.hanging(&format!("  {gap}{stamp} {mark} "), sentence);
        }
    }
    page.line("");
    page.line(&page.faint("· what only the world knows"));
    page.finish()
}

/// Charges of one reply in a row as one: a reply of half a minute is charged thirty times.
fn merged(steps: &[Step]) -> Vec<Step> {
    let mut all: Vec<Step> = Vec::with_capacity(steps.len());
    for step in steps {
        if let (What::Truth(Truth::Charged { call, quota, output_tokens }), Some(last)) =
            (step.what, all.last_mut())
            && let What::Truth(Truth::Charged { call: same, quota: of, output_tokens: before }) = last.what
            && (same, of) == (call, quota)
        {
            let output_tokens = before + output_tokens;
            *last = Step { at: step.at, what: What::Truth(Truth::Charged { call, quota, output_tokens }) };
        } else {
            all.push(*step);
        }
    }
    all
}

/// The same as one JSON document.
pub fn explain_json(header: &RunHeader, lives: &[Life]) -> String {
    Writer::document(|w| {
        w.string("format", "rushhour/explain/1");
        w.string("scenario", &header.scenario);
        w.string("variant", &header.variant);
        w.count("seed", header.seed);
        w.list("requests", lives, |w, life| {
            let end = End::of(life);
            w.string("request", &life.request.to_string());
            w.string("agent", &header.agent_name(life.request.agent().0));
            w.string("outcome", end.outcome.map_or("in_flight", Outcome::name));
            w.millis("response_ms", Some(end.at.since(life.intended)));
            w.money("cost_usd", Some(end.cost));
            let teller = Teller::new(header);
            w.list("steps", &life.steps, |w, step| {
                w.millis("at_ms", Some(step.at.since(life.intended)));
                w.string("kind", kind(&step.what));
                w.boolean("truth", matches!(step.what, What::Truth(_)));
                match teller.sentence(step) {
                    Some(sentence) => w.string("text", &sentence),
                    None => w.optional("text", None::<u64>),
                }
            });
        });
    })
}

fn kind(what: &What) -> &'static str {
    match what {
        What::Event(event) => event.kind(),
        What::Waits { .. } => "queued",
        What::Pauses(_) => "pauses",
        What::Truth(truth) => truth.kind(),
    }
}

/// How it ended, and what it had cost by then.
struct End {
    outcome: Option<Outcome>,
    rung: &'static str,
    at: Instant,
    cost: Money,
}

impl End {
    fn of(life: &Life) -> End {
        let mut end = End { outcome: None, rung: "", at: life.intended, cost: Money::ZERO };
        for step in &life.steps {
            end.at = end.at.max(step.at);
            match step.what {
                What::Event(Event::Posted { amount, .. } | Event::Expensed { amount, .. }) => {
                    end.cost += amount;
                }
                What::Event(Event::Ended { outcome, rung, .. }) => {
                    (end.outcome, end.rung) = (Some(outcome), rung.name());
                }
                _ => {}
            }
        }
        end
    }
}

fn title(header: &RunHeader, life: &Life) -> String {
    let end = End::of(life);
    let took = duration(end.at.since(life.intended).0);
    let outcome = match end.outcome {
        Some(Outcome::Answered) => format!("answered by {} after {took}", end.rung),
        Some(outcome) => format!("{} after {took}", outcome.name().replace('_', " ")),
        None => "never arrived".to_owned(),
    };
    let (agent, turn) = (header.agent_name(life.request.agent().0), life.request.turn());
    format!("{} · {agent}, turn {turn} · {outcome} · {}", life.request, fine_dollars(end.cost))
}

fn stamp(header: &RunHeader, life: &Life, at: Instant) -> String {
    let since = duration(at.since(life.intended).0);
    format!("{}  {since:>8}", clock(header.starts_unix_s, header.utc_offset_s, at))
}
