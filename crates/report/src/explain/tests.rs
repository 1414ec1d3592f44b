use super::*;
use crate::script::{Script, Try, header};
use rushhour_base::event::{Blocker, Event, Reason};
use rushhour_base::message::AttemptResult;
use rushhour_base::{AgentId, LaneId, Outcome, RequestId, Rung, Sink};

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
