use crate::report::{Deadlines, Returns};
use crate::script::{Script, Try, header, report_of};
use rushhour_base::event::Reason;
use rushhour_base::time::MILLISECOND;
use rushhour_base::*;

/// Four requests with a second each: one is answered at its deadline, one a millisecond later, one is given up, and one is
/// turned away for another reason before its time.
#[test]
fn who_was_late_and_who_was_given_up() {
    let mut script = Script::default();
    let begin = |script: &mut Script, turn: u32, at_ms: u64| {
        let request = RequestId::new(AgentId(0), turn);
        script.at(at_ms).arrive(request);
        let deadline = Instant(at_ms * MILLISECOND) + Span::secs(1);
        script.event(Event::DeadlineSet { request, deadline, obeyed: true });
        request
    };
    let in_time = begin(&mut script, 0, 60_000);
    script.call(in_time, Try { service_ms: 1_000, ..Try::default() }).answered(in_time);
    let late = begin(&mut script, 1, 80_000);
    script.call(late, Try { service_ms: 1_001, ..Try::default() }).answered(late);
    let given_up = begin(&mut script, 2, 100_000);
    script.at(101_000).end(given_up, Outcome::Refused, Rung::Primary, Reason::Deadline);
    let turned_away = begin(&mut script, 3, 120_000);
    script.end(turned_away, Outcome::Refused, Rung::Primary, Reason::QueueFull);
    let plain = RequestId::new(AgentId(0), 4);
    script.at(130_000).arrive(plain);
    script.call(plain, Try::default()).answered(plain).at(600_000).close();
    let report = report_of(&header(), &script.entries);
    assert_eq!(report.total.deadlines, Some(Deadlines { set: 4, missed: 2, late: 1 }));
    assert_eq!(report.total.counts.good, 2, "an answer that came too late is no good one");
    assert_eq!(report.workloads[1].deadlines, None, "nobody there had one");
}

/// One gives up and comes back twice, one comes back in vain: two questions, five requests, one answered in the end.
#[test]
fn questions_are_told_from_requests() {
    let mut script = Script::default();
    let ask =
        |script: &mut Script, request: RequestId, of: Option<RequestId>, at_ms: u64, outcome: Outcome| {
            script.at(at_ms);
            if let Some(of) = of {
                script.truth(Truth::CameBack { request, of });
            }
            script.arrive(request);
            match outcome {
                Outcome::Answered => script.call(request, Try::default()).answered(request),
                outcome => script.end(request, outcome, Rung::Primary, Reason::Patience),
            };
        };
    let [one, other] = [0, 1].map(|turn| RequestId::new(AgentId(0), turn));
    let (second, third) = (one.again().unwrap(), one.again().unwrap().again().unwrap());
    ask(&mut script, one, None, 60_000, Outcome::Abandoned);
    ask(&mut script, other, None, 61_000, Outcome::Abandoned);
    ask(&mut script, second, Some(one), 90_000, Outcome::Abandoned);
    ask(&mut script, other.again().unwrap(), Some(other), 95_000, Outcome::Abandoned);
    ask(&mut script, third, Some(second), 120_000, Outcome::Answered);
    script.at(600_000).close();
    let report = report_of(&header(), &script.entries);
    let returns = report.returns.expect("somebody came back");
    assert_eq!(returns, Returns { came_back: 3, answered: 1, questions: 2, questions_answered: 1 });
    assert_eq!((returns.amplification(), returns.success()), (Some(2.5), Some(0.5)));
    assert_eq!(crate::script::report().returns, None);
}
