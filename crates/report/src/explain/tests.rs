use super::*;
use crate::script::{Script, Try, header};
use rushhour_base::event::{
    AttemptKind, Blocker, CompressionMethod, Event, IssueKind, Reason, Tone, ValidationAction,
};
use rushhour_base::message::AttemptResult;
use rushhour_base::{AgentId, CallId, Instant, LaneId, Outcome, QuotaId, RequestId, Rung, Sink, Truth};

fn request(agent: u32) -> RequestId {
    RequestId::new(AgentId(agent), 0)
}

/// Agent 0 is refused once, pauses, waits behind agent 1 and is answered; agent 1 is turned away.
fn run() -> Script {
    let mut script = Script::default();
    let refused = Try { service_ms: 100, result: AttemptResult::RateLimited, ..Try::default() };
    script.at(0).arrive(request(0)).call(request(0), refused);
    script.at(200).arrive(request(1)).event(Event::Queued { request: request(1), lane: LaneId(0) });
    let waits = Try { attempt: 1, waited_ms: 700, blocked_on: Blocker::InputTokens, ..Try::default() };
    script.at(600).call(request(0), waits);
    let reason = Reason::QueueTimeout;
    script.event(Event::Left { request: request(1), lane: LaneId(0), reason });
    for (agent, outcome, reason) in [(0, Outcome::Answered, Reason::None), (1, Outcome::Refused, reason)] {
        script.event(Event::Ended { request: request(agent), outcome, rung: Rung::Primary, reason });
    }
    script
}

fn play(script: &Script, mut sink: impl Sink) {
    crate::script::replay(&script.entries, &mut sink);
}

#[test]
fn rankings_find_what_is_worth_a_look() {
    for (by, most, want) in [
        (Ranked::Slowest, 5, vec![request(0), request(1)]),
        (Ranked::Slowest, 1, vec![request(0)]),
        (Ranked::Failed, 5, vec![request(1)]),
        (Ranked::Costliest, 1, vec![request(0)]),
        (Ranked::Costliest, 0, vec![]),
    ] {
        let mut ranking = Ranking::new(by, most);
        play(&run(), &mut ranking);
        assert_eq!(ranking.finish(), want, "{by:?}, {most}");
    }
}

#[test]
fn a_life_reads_from_top_to_bottom() {
    let header = header();
    let mut lives = Lives::new(&header, &[request(0), request(1), request(3)]);
    play(&run(), &mut lives);
    let lives = lives.finish();
    assert!(lives[2].steps.is_empty(), "agent 3 never asked");
    let style = crate::render::Style { colour: false };
    insta::assert_snapshot!(crate::render::explain_text(&header, &lives, style));
    let document: serde_json::Value =
        serde_json::from_str(&crate::render::explain_json(&header, &lives)).expect("it is JSON");
    assert_eq!(document["requests"][0]["outcome"], "answered");
    assert_eq!(document["requests"][1]["steps"][1]["kind"], "queued");
}

/// A reply of half a minute is charged thirty times; the page says it once.
#[test]
fn charges_in_a_row_are_told_as_one() {
    let charged = |s: u64, call, output_tokens| Step {
        at: Instant(s * 1_000_000_000),
        what: What::Truth(Truth::Charged { call: CallId(call), quota: QuotaId(0), output_tokens }),
    };
    let steps = vec![charged(1, 7, 34), charged(2, 7, 33), charged(3, 7, 9), charged(4, 8, 5)];
    let life = Life { request: request(0), intended: Instant::START, steps };
    let text = crate::render::explain_text(&header(), &[life], crate::render::Style { colour: false });
    let told: Vec<&str> = text.lines().filter(|line| line.contains("charged to")).collect();
    assert_eq!(told.len(), 2, "{text}");
    assert!(told[0].contains("3.00 s · 76 tokens charged") && told[1].contains("5 tokens"), "{text}");
}

/// What a check and a cut did is told in words, each on a line of its own.
#[test]
fn cuts_checks_and_reviews_are_told() {
    let (header, asks, call) = (header(), request(0), CallId(1));
    let mut script = Script::default();
    script.at(0).arrive(asks);
    script.call(asks, Try { attempt: 1 << 15, kind: AttemptKind::Summary, ..Try::default() });
    script.event(Event::Compressed {
        request: asks,
        lane: LaneId(0),
        method: CompressionMethod::Summarize,
        messages: 12,
        kept: 5,
        whole_tokens: 9_000,
        sent_tokens: 1_900,
        summary_tokens: 390,
        met: false,
    });
    for (valid, issue, issues, action) in [
        (false, IssueKind::Contradicts, 2, ValidationAction::Regenerate),
        (false, IssueKind::Stale, 1, ValidationAction::Review),
        (true, IssueKind::None, 0, ValidationAction::Accept),
    ] {
        let (confidence, claims, tone) =
            if valid { (1_000, 0, Tone::Unknown) } else { (125, 3, Tone::Plain) };
        script.event(Event::Validated {
            request: asks,
            attempt: 0,
            call,
            valid,
            confidence,
            issue,
            issues,
            claims,
            tone,
            action,
        });
    }
    for closely in [true, false] {
        script.event(Event::Reviewed { request: asks, lane: LaneId(0), call, closely });
    }
    let mut lives = Lives::new(&header, &[asks]);
    play(&script, &mut lives);
    let style = crate::render::Style { colour: false };
    insta::assert_snapshot!(crate::render::explain_text(&header, &lives.finish(), style));
}
