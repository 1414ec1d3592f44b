//! One step as a sentence.

use crate::explain::{Step, What};
use crate::render::number::{count, dollars, duration, fine_dollars, plural};
use rushhour_base::event::{AttemptKind, Blocker, BreakerState, Event, Reason, Tone, ValidationAction};
use rushhour_base::message::AttemptResult;
use rushhour_base::{
    Fields, Instant, LaneId, Money, Outcome, QuotaId, Record, RequestId, RunHeader, Span, Truth,
};

/// Tells steps by the names of a run.
pub(super) struct Teller<'a> {
    header: &'a RunHeader,
}

impl Teller<'_> {
    pub(super) fn new(header: &RunHeader) -> Teller<'_> {
        Teller { header }
    }

    /// The step as a sentence; `None` where another step says the same.
    pub(super) fn sentence(&self, step: &Step) -> Option<String> {
        Some(match step.what {
            What::Waits { lane, waiting: 0 } => format!("stands in line for {}, first", self.place(lane)),
            What::Waits { lane, waiting } => {
                format!("stands in line for {}; {} already wait there", self.place(lane), count(waiting))
            }
            What::Pauses(span) => format!("pauses for {} before it tries again", duration(span.0)),
            What::Event(event) => return self.event(step.at, &event),
            What::Truth(truth) => return self.truth(&truth),
        })
    }

    fn event(&self, now: Instant, event: &Event) -> Option<String> {
        Some(match *event {
            Event::Arrived { intended, input_tokens, max_tokens, priority, .. } => {
                let (prompt, most) = (plural(input_tokens, "token"), count(max_tokens));
                let late = match now.since(intended) {
                    Span::ZERO => String::new(),
                    late => format!(", {} after it was meant to", duration(late.0)),
                };
                format!("arrives{late}: a prompt of {prompt}, at most {most} back, priority {priority}")
            }
            Event::Left { lane, reason, .. } => {
                format!("leaves the line for {}: {}", self.lane(lane), worded(reason.name()))
            }
            Event::Sent { .. } => self.sent(event),
            Event::AttemptEnded { .. } => self.attempt_ended(event),
            Event::Posted { cause, amount, estimated, .. } => {
                let why =
                    if estimated { ", the reservation, because its usage was never learned" } else { "" };
                format!("{} booked as {}{why}", fine_dollars(amount), worded(cause.name()))
            }
            Event::Expensed { line, amount, .. } => {
                let name =
                    self.header.costs.get(usize::from(line)).map_or("a cost", |cost| cost.name.as_str());
                format!("{} booked for {name}", fine_dollars(amount))
            }
            Event::Fell { from, to, reason, .. } => {
                format!("falls from {from} to {to}: {}", worded(reason.name()))
            }
            Event::Began { lane, waited, .. } => match waited {
                Span::ZERO => format!("{} takes it up at once", self.lane(lane)),
                waited => format!("{} takes it up after {}", self.lane(lane), duration(waited.0)),
            },
            Event::Served { lane, service, .. } => {
                format!("{} answers after {} of work", self.lane(lane), duration(service.0))
            }
            Event::Ended { outcome, rung, reason, .. } => ended(outcome, rung.name(), reason),
            Event::BackedOff { lane, until } => {
                format!("all who wait for {} hold back for {}", self.place(lane), left(now, until))
            }
            Event::BreakerMoved { lane, state, until } => {
                let until = match state {
                    BreakerState::Open => format!(" for {}", left(now, until)),
                    BreakerState::Closed | BreakerState::HalfOpen => String::new(),
                };
                format!("the breaker of {} is {} now{until}", self.lane(lane), worded(state.name()))
            }
            Event::Throttled { rule, standing, until, .. } => {
                let (rule, again) = (worded(rule.name()), left(now, until));
                format!("is turned away: {rule}; the user's standing is {standing}; it would pass in {again}")
            }
            Event::LoopStopped { rule, steps, spent_usd, .. } => format!(
                "the loop guard ends its task: {}, after {} and {}",
                worded(rule.name()),
                plural(u64::from(steps), "request"),
                dollars(spent_usd)
            ),
            Event::Parked { reason, attempts, .. } => format!(
                "is set aside for later: {}; taken up in vain {} so far",
                worded(reason.name()),
                plural(u64::from(attempts), "time")
            ),
            Event::Compressed { .. } => self.compressed(event),
            Event::Validated { .. } => validated(event),
            Event::Reviewed { lane, closely, .. } => match closely {
                true => {
                    format!("{} looks at it closely; what was wrong with it is put right", self.lane(lane))
                }
                false => format!("{} looks at it, not closely; it goes out as it is", self.lane(lane)),
            },
            Event::Unparked { waited, .. } => {
                format!("is taken up again after {} aside", duration(waited.0))
            }
            Event::DeadLettered { reason, age, .. } => format!(
                "is given up for good: {}, {} after it was first set aside",
                worded(reason.name()),
                duration(age.0)
            ),
            ref other => plain(other),
        })
    }

    fn sent(&self, event: &Event) -> String {
        let Event::Sent { attempt, lane, kind, waited, blocked_on, .. } = *event else { return plain(event) };
        let Event::Sent { held_input_tokens, held_output_tokens, held_usd, .. } = *event else {
            return plain(event);
        };
        let attempt = u32::from(attempt) + 1;
        let kind = match kind {
            AttemptKind::First => format!("attempt {attempt}"),
            AttemptKind::Summary => "for a summary of what is older".to_owned(),
            kind => format!("attempt {attempt}, a {}", worded(kind.name())),
        };
        let waited = match (waited, blocked_on) {
            (Span::ZERO, _) => String::new(),
            (waited, Blocker::Nothing) => format!(" waited {};", duration(waited.0)),
            (waited, blocker) => {
                let (waited, place) = (duration(waited.0), self.place(lane));
                format!(" waited {waited}: {} of {place};", worded(blocker.name()))
            }
        };
        format!(
            "sent to {}, {kind};{waited} holds {} + {} tokens and {}",
            self.lane(lane),
            count(held_input_tokens),
            count(held_output_tokens),
            fine_dollars(held_usd)
        )
    }

    fn compressed(&self, event: &Event) -> String {
        let Event::Compressed { lane, method, messages, kept, met, .. } = *event else { return plain(event) };
        let Event::Compressed { whole_tokens, sent_tokens, summary_tokens, .. } = *event else {
            return plain(event);
        };
        let summary = match summary_tokens {
            0 => String::new(),
            tokens => format!(" and a summary of {}", count(tokens)),
        };
        let missed = if met { "" } else { "; no less can be sent, although it should be" };
        format!(
            "the history is cut for {} ({}): {} of {} stay{summary}, {} of {} tokens{missed}",
            self.lane(lane),
            worded(method.name()),
            count(u64::from(kept)),
            plural(u64::from(messages), "message"),
            count(sent_tokens),
            count(whole_tokens)
        )
    }

    fn attempt_ended(&self, event: &Event) -> String {
        let Event::AttemptEnded { lane, result, ttft, service, .. } = *event else { return plain(event) };
        let Event::AttemptEnded { input_tokens, cached_tokens, output_tokens, .. } = *event else {
            return plain(event);
        };
        let (lane, service) = (self.lane(lane), duration(service.0));
        if result != AttemptResult::Completed {
            return format!("{lane} ends the attempt after {service}: {}", worded(result.name()));
        }
        let cached = match cached_tokens {
            0 => String::new(),
            cached => format!(" ({} more from the prompt cache)", count(cached)),
        };
        let (first, tokens) = (duration(ttft.0), count(input_tokens));
        let reply = plural(output_tokens, "token");
        format!(
            "{lane} replies after {service}, first token after {first}: {tokens}{cached} in, {reply} back"
        )
    }

    fn truth(&self, truth: &Truth) -> Option<String> {
        Some(match *truth {
            Truth::Admitted { quota, input_tokens, output_tokens, .. } => format!(
                "the provider admits it and charges {} + {} tokens to {}",
                count(input_tokens),
                count(output_tokens),
                self.quota(quota)
            ),
            Truth::Charged { quota, output_tokens, .. } => {
                format!("{} charged to {} as produced", plural(output_tokens, "token"), self.quota(quota))
            }
            Truth::Refunded { quota, output_tokens, .. } => {
                format!("{} given back to {}", plural(output_tokens, "token"), self.quota(quota))
            }
            Truth::Overrun { quota, dimension, .. } => {
                format!("the provider has no room in {}: {}", self.quota(quota), worded(dimension.name()))
            }
            Truth::Struck { fault, .. } => {
                let name = self.header.faults.get(fault.index()).map_or("a fault", |f| f.name.as_str());
                format!("struck by the fault {name}")
            }
            Truth::Invoiced {
                input_tokens,
                cached_tokens,
                cache_write_tokens,
                output_tokens,
                amount,
                ..
            } => {
                let input = input_tokens + cached_tokens + cache_write_tokens;
                let (input, output) = (count(input), count(output_tokens));
                format!("the provider invoices {}: {input} in, {output} out", fine_dollars(amount))
            }
            Truth::CutByLength { .. } => "the reply is cut off at the longest asked for".to_owned(),
            Truth::Abuse { kind, .. } => format!("is abuse: {}", worded(kind.name())),
            Truth::Released { .. } | Truth::Counted { .. } => return None,
            ref other => plain(other),
        })
    }

    fn lane(&self, lane: LaneId) -> &str {
        self.header.lanes.get(lane.index()).map_or("a lane", |lane| lane.name.as_str())
    }

    fn quota(&self, quota: QuotaId) -> &str {
        self.header.quotas.get(quota.index()).map_or("a quota", |quota| quota.name.as_str())
    }

    /// Where requests for a lane stand in line: at its pool, or at the lane itself.
    fn place(&self, lane: LaneId) -> String {
        match self.header.lanes.get(lane.index()).and_then(|lane| lane.quota) {
            Some(quota) => format!("pool {}", self.quota(quota)),
            None => self.lane(lane).to_owned(),
        }
    }
}

fn validated(event: &Event) -> String {
    let Event::Validated { valid, confidence, issue, issues, claims, tone, action, .. } = *event else {
        return plain(event);
    };
    let found = match valid {
        true => "agrees with the facts".to_owned(),
        false => format!("does not agree with the facts: {}", worded(issue.name())),
    };
    let more = if issues > 1 { format!(" and {} more", issues - 1) } else { String::new() };
    let tone = if tone == Tone::Plain { String::new() } else { format!(", tone {}", worded(tone.name())) };
    let (claims, sure) =
        (plural(u64::from(claims), "claim"), format!("{}.{} %", confidence / 10, confidence % 10));
    let follows = match action {
        ValidationAction::Accept => "it goes out",
        ValidationAction::Regenerate => "the model is asked again, more strictly",
        ValidationAction::Fall => "it does not go out",
        ValidationAction::Review => "a person is to look at it",
    };
    format!("the reply {found}{more} ({claims}{tone}, {sure} sure); {follows}")
}

fn ended(outcome: Outcome, rung: &str, reason: Reason) -> String {
    match (outcome, reason) {
        (Outcome::Answered, _) => format!("answered, by {rung}"),
        (Outcome::InFlight, _) => "still under way when the run ends".to_owned(),
        (Outcome::Parked, Reason::Horizon) => "still set aside when the run ends".to_owned(),
        (outcome, reason) => {
            format!("{}, on the rung {rung}: {}", worded(outcome.name()), worded(reason.name()))
        }
    }
}

fn left(now: Instant, until: Instant) -> String {
    if until == Instant::NEVER { "ever".to_owned() } else { duration(until.since(now).0) }
}

fn worded(name: &str) -> String {
    name.replace('_', " ")
}

/// A record that has no sentence of its own: its kind and its fields.
fn plain(record: &impl Record) -> String {
    let mut words = Plain(worded(record.kind()));
    record.visit(&mut words);
    words.0
}

struct Plain(String);

impl Plain {
    fn add(&mut self, name: &str, value: &str) {
        self.0.push_str(&format!(", {} {value}", worded(name)));
    }
}

impl Fields for Plain {
    fn integer(&mut self, name: &'static str, value: u64) {
        self.add(name, &count(value));
    }
    fn nanoseconds(&mut self, name: &'static str, value: u64) {
        self.add(name, &duration(value));
    }
    fn request(&mut self, _: &'static str, _: RequestId) {}
    fn money(&mut self, name: &'static str, value: Money) {
        self.add(name, &fine_dollars(value));
    }
    fn word(&mut self, name: &'static str, _: u64, word: &'static str) {
        self.add(name, &worded(word));
    }
}
