//! The life of a few requests as lines that a person can read: one line for each event, in the order of the run.

use crate::{play, root};
use rushhour_base::event::{BreakerState, Reason};
use rushhour_base::{CapId, Event, FleetId, Instant, LaneId, RequestId, RunHeader, Sink, Span, Truth};
use rushhour_report::checkers::{Checkers, Violation};
use rushhour_scenario::{Override, Scenario};

/// An agent that thinks for ten seconds and asks; `one/m` answers in a second, `two/m` in two, and both refuse in a tenth.
/// A prompt has 1,000 tokens and a reply 100: an answer costs $0.0045, its reservation is $0.006.
pub const PLAIN: &str = r#"
name = "story"
starts = "2026-03-11T09:00:00Z"
duration = "20s"

[provider.one.model.m]
prices = { input = "$3", output = "$15" }
latency = { base = "1s", per_output_token = "0s", per_input_token = "0s", spread = "0%", refusal = "100ms" }

[provider.two.model.m]
prices = { input = "$3", output = "$15" }
latency = { base = "2s", per_output_token = "0s", per_input_token = "0s", spread = "0%", refusal = "100ms" }

[workload.w]
agents = 1
arrivals = { kind = "closed_loop", think = "10s" }
prompt = { first = 1000, growth = 0, turns = 1 }
output = 100
max_tokens = 200

[policy]
timeout = "5s"
retry = { base = "500ms", jitter = "none" }
primary.lanes = { "one/m" = 1 }
secondary.lanes = { "two/m" = 1 }
"#;

/// Runs the scenario of `text` with the overrides `sets` laid over it, and tells what its first variant did, one line
/// for each event; and what the checkers found.
///
/// A line is the time of the run, the request (`agent/turn`) if the event is about one, the kind of the event, and the
/// few fields that matter to a story.
///
/// # Panics
/// If the scenario is not sound, or the run gets stuck.
pub fn story(text: &str, sets: &[&str]) -> (Vec<String>, Vec<Violation>) {
    let overrides: Vec<Override> = sets.iter().map(|set| Override::new(*set)).collect();
    let scenario =
        Scenario::parse(text, "story.toml", &root(), &overrides).unwrap_or_else(|errors| panic!("{errors}"));
    let variant = &scenario.variants[0];
    let header = scenario.header(variant, scenario.seed, "test");
    let mut sinks = (Teller { header: header.clone(), lines: Vec::new() }, Checkers::new(&header));
    play(&scenario, variant, &mut sinks);
    (sinks.0.lines, sinks.1.finish())
}

struct Teller {
    header: RunHeader,
    lines: Vec<String>,
}

impl Teller {
    fn lane(&self, lane: LaneId) -> &str {
        &self.header.lanes[lane.index()].name
    }

    fn cap(&self, cap: CapId) -> &str {
        &self.header.caps[cap.index()].name
    }

    /// What an event says; nothing of the closing, which the checkers judge.
    fn tell(&self, event: &Event) -> Option<(Option<RequestId>, String)> {
        let about = |request: RequestId, text: String| Some((Some(request), text));
        match *event {
            Event::Arrived { request, .. } => about(request, "arrived".to_owned()),
            Event::DeadlineSet { request, deadline, .. } => {
                about(request, format!("deadline {}", time(deadline)))
            }
            Event::Queued { request, lane } => about(request, format!("queued {}", self.lane(lane))),
            Event::Left { request, lane, reason } => {
                about(request, format!("left {} {reason}", self.lane(lane)))
            }
            Event::Sent { request, lane, kind, waited, blocked_on, .. } => {
                let waited = match waited {
                    Span::ZERO => String::new(),
                    waited => format!(" after {waited} for {blocked_on}"),
                };
                about(request, format!("sent {kind} {}{waited}", self.lane(lane)))
            }
            Event::AttemptEnded { request, result, .. } => about(request, format!("attempt_ended {result}")),
            Event::Posted { request, cause, amount, estimated, .. } => {
                let estimated = if estimated { " estimated" } else { "" };
                about(request, format!("posted {cause} {amount}{estimated}"))
            }
            Event::Fell { request, from, to, reason } => {
                about(request, format!("fell {from}->{to} {reason}"))
            }
            Event::Began { request, lane, waited } => {
                let waited = match waited {
                    Span::ZERO => String::new(),
                    waited => format!(" after {waited}"),
                };
                about(request, format!("began {}{waited}", self.lane(lane)))
            }
            Event::Served { request, lane, service } => {
                about(request, format!("served {} in {service}", self.lane(lane)))
            }
            Event::Ended { request, outcome, rung, reason } => {
                let reason = match reason {
                    Reason::None => String::new(),
                    reason => format!(" {reason}"),
                };
                about(request, format!("ended {outcome} {rung}{reason}"))
            }
            Event::BreakerMoved { lane, state: BreakerState::Closed, .. } => {
                Some((None, format!("breaker_moved {} closed", self.lane(lane))))
            }
            Event::BreakerMoved { lane, state, until } => {
                Some((None, format!("breaker_moved {} {state} until {}", self.lane(lane), time(until))))
            }
            Event::BackedOff { lane, until } => {
                Some((None, format!("backed_off {} until {}", self.lane(lane), time(until))))
            }
            Event::LimitMoved { lane, dimension, limit, cut } => {
                let verb = if cut { "cut" } else { "raised" };
                Some((None, format!("limit_moved {} {dimension} {verb} to {limit}", self.lane(lane))))
            }
            Event::Alerted { cap, percent: 0, level_usd, .. } => {
                Some((None, format!("alerted {} {level_usd}", self.cap(cap))))
            }
            Event::Alerted { cap, percent, .. } => {
                Some((None, format!("alerted {} {percent} %", self.cap(cap))))
            }
            Event::CapReached { cap, until: Instant::NEVER, .. } => {
                Some((None, format!("cap_reached {}", self.cap(cap))))
            }
            Event::CapReached { cap, until, .. } => {
                Some((None, format!("cap_reached {} until {}", self.cap(cap), time(until))))
            }
            Event::StandingChanged { user, from, to, rule } => {
                Some((None, format!("standing of {user} {from} to {to} by {rule}")))
            }
            Event::Throttled { request, standing, rule, until, .. } => {
                about(request, format!("throttled {standing} {rule} until {}", time(until)))
            }
            Event::Validated { request, issue, action, .. } => {
                about(request, format!("validated {issue}: {action}"))
            }
            Event::Reviewed { request, lane, closely, .. } => {
                let how = if closely { " closely" } else { "" };
                about(request, format!("reviewed {}{how}", self.lane(lane)))
            }
            Event::Compressed { request, method, messages, kept, whole_tokens, sent_tokens, .. } => {
                let cut = format!("{kept} of {messages} messages, {sent_tokens} of {whole_tokens} tokens");
                about(request, format!("compressed {method}: {cut}"))
            }
            Event::Expensed { request, cause, amount, .. } => {
                about(request, format!("expensed {cause} {amount}"))
            }
            Event::Accrued { until, amount, .. } => {
                Some((None, format!("accrued {amount} until {}", time(until))))
            }
            Event::LoopStopped { request, task, rule, steps, repeats, spent_usd } => about(
                request,
                format!("loop_stopped task {task} by {rule}: {steps} steps, {repeats} alike, {spent_usd}"),
            ),
            Event::ModeMoved { from, to, why } => Some((None, format!("mode_moved {from}->{to} {why}"))),
            Event::Parked { request, reason, attempts: 0 } => about(request, format!("parked {reason}")),
            Event::Parked { request, reason, attempts } => {
                about(request, format!("parked {reason} attempts {attempts}"))
            }
            Event::Unparked { request, waited } => about(request, format!("unparked after {waited}")),
            Event::DeadLettered { request, reason, attempts, age } => {
                about(request, format!("dead_lettered {reason} attempts {attempts} age {age}"))
            }
            Event::Corrected { lane, dimension, limit_before, limit, lowered } => {
                let learned = match limit == limit_before {
                    true => String::new(),
                    false => format!(" limit {limit_before}->{limit}"),
                };
                Some((
                    None,
                    format!("corrected {} {dimension}{learned} lowered by {lowered}", self.lane(lane)),
                ))
            }
            Event::Estimated { request, estimated_tokens, input_tokens } => {
                about(request, format!("estimated {estimated_tokens} of {input_tokens}"))
            }
            Event::Closed { .. } => None,
        }
    }
}

impl Sink for Teller {
    fn event(&mut self, at: Instant, _: FleetId, event: &Event) {
        let Some((request, text)) = self.tell(event) else { return };
        let request = request.map(|request| format!("{request} ")).unwrap_or_default();
        self.lines.push(format!("{} {request}{text}", time(at)));
    }
    fn truth(&mut self, _: Instant, _: &Truth) {}
}

fn time(at: Instant) -> String {
    at.since(Instant::START).to_string()
}
