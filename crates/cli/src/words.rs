//! `words`: what agents and models say to each other, for a person to read.

use crate::args::WordsArguments;
use crate::check;
use crate::exit::{Exit, Failure};
use crate::explain::{chosen, listen, named};
use crate::run::VERSION;
use crate::say::print;
use rushhour_base::conversation::ToolLink;
use rushhour_base::event::Reason;
use rushhour_base::message::AttemptResult;
use rushhour_base::{
    Ask, Call, CallId, CallPurpose, Conversation, Event, FleetId, Instant, Label, LaneId, Outcome, RequestId,
    RunHeader, Seed, Sink, Truth,
};
use rushhour_scenario::{Scenario, Variant};
use rushhour_world::words::{Claim, ReplyText};
use rushhour_world::{Traffic, Words};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Prints the conversations and the replies of the requests asked for, or of a sample.
pub(crate) fn words(arguments: &WordsArguments) -> Result<Exit, Failure> {
    let mut scenario = check::load(&arguments.scenario, &arguments.overrides, false)?;
    if let Some(seed) = arguments.seed {
        scenario = scenario.with_seed(Seed(seed));
    }
    let variant = chosen(&scenario, arguments.variant.as_deref())?;
    let header = scenario.header(variant, scenario.seed, VERSION);
    let Some(words) = Words::new(&scenario.world) else {
        let text =
            format!("error: no workload of {} has words: give one [workload.NAME.words]", scenario.name);
        return Err(Failure::new(Exit::Usage, text));
    };
    let mut replies = Replies::default();
    listen(&scenario, variant, &mut replies)?;
    let mut text = String::new();
    for request in requests(arguments, &header, &replies)? {
        let Some(Told { lane, .. }) = replies.told.get(&request) else {
            let text =
                format!("error: --request {request}: no model with words answered it in {}", header.variant);
            return Err(Failure::new(Exit::Usage, text));
        };
        let ask = ask(&scenario, request);
        let call = call(&ask, *lane, variant);
        if let (Some(conversation), Some(reply)) =
            (words.conversation(request, ask.began, ask.text), words.reply_text(&call))
        {
            tell(&mut text, &header, (&ask, *lane), &conversation, &reply);
        }
    }
    print(&text).map(|()| Exit::Held)
}

/// Which lane answered each request last, and in which way the reply was wrong.
#[derive(Default)]
struct Replies {
    told: BTreeMap<RequestId, Told>,
    labels: BTreeMap<CallId, Label>,
}

struct Told {
    lane: LaneId,
    label: Label,
}

impl Sink for Replies {
    fn event(&mut self, _: Instant, _: FleetId, event: &Event) {
        if let Event::AttemptEnded { request, lane, call, result: AttemptResult::Completed, .. } = *event
            && let Some(label) = self.labels.remove(&call)
        {
            self.told.insert(request, Told { lane, label });
        }
    }
    fn truth(&mut self, _: Instant, truth: &Truth) {
        if let Truth::Labelled { call, label, .. } = *truth {
            self.labels.insert(call, label);
        }
    }
}

/// The requests that are named, or so many of those that a model answered, evenly from the first to the last.
fn requests(
    arguments: &WordsArguments,
    header: &RunHeader,
    replies: &Replies,
) -> Result<Vec<RequestId>, Failure> {
    if !arguments.requests.is_empty() {
        return arguments.requests.iter().map(|name| named(header, name)).collect();
    }
    let wanted = |(_, told): &(&RequestId, &Told)| !arguments.wrong || told.label != Label::None;
    let all: Vec<RequestId> = replies.told.iter().filter(wanted).map(|(request, _)| *request).collect();
    let count = arguments.sample.min(all.len());
    Ok((0..count).map(|place| all[place * all.len() / count]).collect())
}

/// What an agent asked in a turn: its turns are made anew up to that one, each answered. Whoever comes back asks what they
/// asked first.
fn ask(scenario: &Scenario, request: RequestId) -> Ask {
    let mut traffic = Traffic::new(&scenario.world);
    let agent = request.agent();
    for _ in 0..request.first().turn() {
        traffic.ask(agent, Instant::START);
        traffic.ended(agent, Outcome::Answered, Reason::None);
    }
    Ask { request, ..traffic.ask(agent, Instant::START).0 }
}

fn call(ask: &Ask, lane: LaneId, variant: &Variant) -> Call {
    Call {
        request: ask.request,
        attempt: 0,
        lane,
        input_tokens: ask.sent_tokens,
        prefix: ask.prefix,
        keep: variant.policy.prompt_cache,
        max_tokens: ask.max_tokens,
        text: ask.text,
        began: ask.began,
        guarded: variant.policy.guarded,
        purpose: CallPurpose::Answer,
        lacks_fact: false,
    }
}

fn tell(
    text: &mut String,
    header: &RunHeader,
    (ask, lane): (&Ask, LaneId),
    told: &Conversation,
    reply: &ReplyText,
) {
    let (agent, turn) = (header.agent_name(ask.request.agent().0), ask.request.turn());
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "── {agent}/{turn} · a conversation since turn {} · {} tokens\n",
        ask.began,
        told.tokens()
    );
    for message in &told.messages {
        let tool = match message.tool {
            ToolLink::None => String::new(),
            ToolLink::Calls(link) => format!(", call {link}"),
            ToolLink::Answers(link) => format!(", result {link}"),
        };
        let _ = writeln!(text, "{} ({}{tool})", message.role, message.importance);
        wrapped(text, &message.text);
    }
    let _ = writeln!(text, "reply of {} ({} tokens)", header.lanes[lane.index()].name, reply.tokens);
    wrapped(text, &reply.text);
    let recalls = if reply.recalls { " · told earlier, not looked up again" } else { "" };
    let _ = writeln!(text, "fact {} · label {}{recalls}", reply.fact, reply.label);
    reply.claims.iter().for_each(|claim| {
        let _ = writeln!(text, "  {}", claimed(claim));
    });
    text.push('\n');
}

fn claimed(claim: &Claim) -> String {
    let right = match &claim.right {
        Some(right) if *right == claim.said => "which is so".to_owned(),
        Some(right) => format!("while it is {right}"),
        None => "which nobody knows".to_owned(),
    };
    let verdict = if claim.wrong { "WRONG" } else { "right" };
    format!("{verdict}: {} of {}: said {}, {right}", claim.topic, claim.subject, claim.said)
}

/// A text in lines of at most a hundred characters, set in.
fn wrapped(text: &mut String, message: &str) {
    const WIDTH: usize = 98;
    let mut width = WIDTH;
    for word in message.split_whitespace() {
        let length = word.chars().count() + 1;
        if width + length > WIDTH {
            text.push_str(if width == WIDTH { "   " } else { "\n   " });
            width = 2;
        }
        text.push(' ');
        text.push_str(word);
        width += length;
    }
    text.push('\n');
}
