use super::*;
use crate::divergence::Entry;
use crate::script::{Script, Try, clean_run, header, replay};
use rushhour_base::event::{Cause, Reason};
use rushhour_base::header::QuotaHeader;
use rushhour_base::message::AttemptResult;
use rushhour_base::*;

pub(super) fn judge(entries: &[Entry]) -> Vec<Violation> {
    let mut checkers = Checkers::new(&header());
    replay(entries, &mut checkers);
    checkers.finish()
}

/// Tampers with a clean run in one place and expects one checker, and its words, to notice.
fn tampered(checker: &str, words: &str, tamper: impl FnOnce(&mut Vec<Entry>)) {
    let mut entries = clean_run();
    tamper(&mut entries);
    let found = judge(&entries);
    let noticed = found.iter().any(|v| v.checker == checker && v.sentence.contains(words));
    assert!(noticed, "nobody said '{checker}: … {words} …' but {found:#?}");
}

fn event_at(entries: &[Entry], wanted: impl Fn(&Event) -> bool) -> usize {
    let is = |entry: &Entry| matches!(entry, Entry::Event { event, .. } if wanted(event));
    entries.iter().position(is).expect("the clean run has such an event")
}

fn truth_at(entries: &[Entry], wanted: impl Fn(&Truth) -> bool) -> usize {
    let is = |entry: &Entry| matches!(entry, Entry::Truth { truth, .. } if wanted(truth));
    entries.iter().position(is).expect("the clean run has such a truth")
}

fn posted(entries: &mut [Entry], change: impl FnOnce(&mut CallId, &mut Money, &mut bool)) {
    let place = event_at(entries, |e| matches!(e, Event::Posted { .. }));
    if let Entry::Event { event: Event::Posted { call, amount, estimated, .. }, .. } = &mut entries[place] {
        change(call, amount, estimated);
    }
}

fn closed(entries: &mut [Entry], change: impl FnOnce(&mut u64, &mut u64, &mut u64, &mut Money)) {
    let place = event_at(entries, |e| matches!(e, Event::Closed { .. }));
    if let Entry::Event { event: Event::Closed { waiting, in_flight, tickets, booked_usd, .. }, .. } =
        &mut entries[place]
    {
        change(waiting, in_flight, tickets, booked_usd);
    }
}

#[test]
fn a_clean_run_is_clean() {
    assert_eq!(judge(&clean_run()), []);
}

#[test]
fn time_that_runs_backwards() {
    tampered("order", "comes after one of", |run| run.swap(20, 40));
}

#[test]
fn an_arrival_before_its_time() {
    tampered("order", "before it was meant to", |run| {
        if let Entry::Event { event: Event::Arrived { intended, .. }, .. } = &mut run[0] {
            *intended = Instant(1);
        }
    });
}

#[test]
fn a_request_that_never_ends() {
    tampered("requests", "request 0/0 never ended", |run| {
        let place = event_at(run, |e| matches!(e, Event::Ended { .. }));
        run.remove(place);
    });
}

#[test]
fn a_request_that_ends_twice() {
    tampered("requests", "was not open", |run| {
        let place = event_at(run, |e| matches!(e, Event::Ended { .. }));
        run.insert(place, run[place]);
    });
}

#[test]
fn a_request_that_arrives_twice() {
    tampered("requests", "arrived a second time", |run| {
        let ended = event_at(run, |e| matches!(e, Event::Ended { .. }));
        let (again, end) = (run[0], run[ended]);
        if let (Entry::Event { event: first, fleet, .. }, Entry::Event { at, event: last, .. }) = (again, end)
        {
            let Event::Arrived { request, agent, user, workflow, priority, input_tokens, max_tokens, .. } =
                first
            else {
                panic!("a run begins with an arrival");
            };
            let event = Event::Arrived {
                request,
                agent,
                user,
                workflow,
                priority,
                intended: at,
                input_tokens,
                max_tokens,
            };
            run.insert(ended + 1, Entry::Event { at, fleet, event });
            run.insert(ended + 2, Entry::Event { at, fleet, event: last });
        }
    });
}

#[test]
fn a_call_that_never_ends() {
    tampered("requests", "attempt 0 of request 0/0 never ended", |run| {
        let place = event_at(run, |e| matches!(e, Event::AttemptEnded { .. }));
        run.remove(place);
    });
}

#[test]
fn a_call_that_was_never_sent() {
    tampered("requests", "was not under way", |run| {
        let place = event_at(run, |e| matches!(e, Event::Sent { .. }));
        run.remove(place);
    });
}

#[test]
fn a_call_after_the_end() {
    tampered("requests", "sent a call at 0s outside its life", |run| {
        let place = event_at(run, |e| matches!(e, Event::Arrived { .. }));
        run.remove(place);
    });
}

#[test]
fn a_place_left_that_was_never_taken() {
    tampered("requests", "left a queue", |run| {
        let place = event_at(run, |e| matches!(e, Event::Queued { .. }));
        if let Entry::Event { event, .. } = &mut run[place] {
            let Event::Queued { request, lane } = *event else { panic!("it was found as one") };
            *event = Event::Left { request, lane, reason: Reason::QueueTimeout };
        }
    });
}

#[test]
fn a_wait_that_nobody_had() {
    tampered("spans", "waited for 0s until 0s, and 1ns is said", |run| {
        let place = event_at(run, |e| matches!(e, Event::Sent { .. }));
        if let Entry::Event { event: Event::Sent { waited, .. }, .. } = &mut run[place] {
            *waited = Span(1);
        }
    });
}

#[test]
fn a_call_longer_than_it_was_under_way() {
    tampered("spans", "had a call under way for", |run| {
        let place = event_at(run, |e| matches!(e, Event::AttemptEnded { .. }));
        if let Entry::Event { event: Event::AttemptEnded { service, .. }, .. } = &mut run[place] {
            *service += Span(1);
        }
    });
}

#[test]
fn work_shorter_than_it_took() {
    tampered("spans", "was worked on for", |run| {
        let place = event_at(run, |e| matches!(e, Event::Served { .. }));
        if let Entry::Event { event: Event::Served { service, .. }, .. } = &mut run[place] {
            *service = Span(1);
        }
    });
}

#[test]
fn a_picodollar_too_much() {
    tampered("ledger", "1 picodollars apart", |run| posted(run, |_, amount, _| amount.0 += 1));
}

#[test]
fn an_estimate_below_the_invoice() {
    tampered("ledger", "at most", |run| {
        posted(run, |_, amount, estimated| {
            *estimated = true;
            amount.0 -= 1;
        });
    });
}

#[test]
fn a_booking_without_a_call() {
    tampered("ledger", "for no call", |run| posted(run, |call, _, _| *call = CallId(0)));
}

#[test]
fn a_booking_that_no_invoice_mentions() {
    tampered("ledger", "never invoiced", |run| {
        let place = truth_at(run, |t| matches!(t, Truth::Invoiced { .. }));
        run.remove(place);
    });
}

#[test]
fn an_invoice_that_was_never_booked() {
    tampered("ledger", "1 calls for $0.006000 were invoiced and not booked", |run| {
        let place = event_at(run, |e| matches!(e, Event::Posted { .. }));
        run.remove(place);
    });
}

#[test]
fn a_call_booked_twice() {
    tampered("ledger", "never invoiced", |run| {
        let place = event_at(run, |e| matches!(e, Event::Posted { .. }));
        run.insert(place, run[place]);
    });
}

#[test]
fn a_persons_work_booked_to_a_model() {
    tampered("ledger", "as human on lane 0", |run| {
        let place = event_at(run, |e| matches!(e, Event::Posted { .. }));
        if let Entry::Event { event: Event::Posted { cause, .. }, .. } = &mut run[place] {
            *cause = Cause::Human;
        }
    });
}

#[test]
fn more_input_than_the_quota_grants() {
    tampered("quota", "input_tokens at 60001 of 60000", |run| {
        let place = truth_at(run, |t| matches!(t, Truth::Admitted { .. }));
        if let Entry::Truth { truth: Truth::Admitted { input_tokens, .. }, .. } = &mut run[place] {
            *input_tokens = 60_001;
        }
    });
}

#[test]
fn a_call_let_in_while_output_ran_over() {
    tampered("quota", "output_tokens at", |run| {
        let place = truth_at(run, |t| matches!(t, Truth::Charged { .. }));
        if let Entry::Truth { truth: Truth::Charged { output_tokens, .. }, .. } = &mut run[place] {
            *output_tokens = 20_000;
        }
    });
}

#[test]
fn too_many_calls_at_once() {
    tampered("quota", "concurrency at 5 of 4", |run| {
        for _ in 0..4 {
            let place = truth_at(run, |t| matches!(t, Truth::Released { .. }));
            run.remove(place);
        }
    });
}

#[test]
fn something_still_held() {
    tampered("leaks", "2 in queues", |run| closed(run, |waiting, _, _, _| *waiting = 2));
    tampered("leaks", "3 calls", |run| closed(run, |_, in_flight, _, _| *in_flight = 3));
    tampered("leaks", "4 breaker tickets", |run| closed(run, |_, _, tickets, _| *tickets = 4));
    tampered("leaks", "postings sum to", |run| closed(run, |_, _, _, booked| booked.0 += 1));
}

#[test]
fn a_fleet_that_was_never_closed() {
    tampered("leaks", "closed 0 times", |run| run.truncate(run.len() - 1));
}

/// The client stops waiting, never learns the call's name, and books its reservation; the provider bills what it made.
#[test]
fn a_nameless_estimate_covers_a_nameless_invoice() {
    let run = |estimate: i64| {
        let mut script = Script::default();
        let request = RequestId::new(AgentId(0), 0);
        let timed_out = Try { result: AttemptResult::TimedOut, ..Try::default() };
        script.at(0).arrive(request).call(request, timed_out);
        script.truth(Truth::Invoiced {
            call: CallId(1),
            lane: LaneId(0),
            input_tokens: 1_000,
            cached_tokens: 0,
            cache_write_tokens: 0,
            output_tokens: 100,
            amount: Money::from_micros(4_500),
        });
        script.post(request, LaneId(0), CallId(0), Cause::Wasted, Money::from_micros(estimate));
        if let Some(Entry::Event { event: Event::Posted { estimated, .. }, .. }) = script.entries.last_mut() {
            *estimated = true;
        }
        script.end(request, Outcome::Failed, Rung::Primary, Reason::RetriesExhausted).close();
        judge(&script.entries)
    };
    assert_eq!(run(10_500), []);
    assert_eq!(run(4_499).len(), 1, "a cent too little is noticed");
}

#[test]
fn many_violations_are_counted_and_not_kept() {
    let mut run = clean_run();
    run.retain(|entry| !matches!(entry, Entry::Event { event: Event::Arrived { .. }, .. }));
    let found = judge(&run);
    assert_eq!(found.len(), KEPT + 1);
    assert!(found[KEPT].sentence.contains("more violations"), "{:?}", found[KEPT]);
}

/// A project's quota stands within the organisation's: whatever the one admits the other admits next, to the last call.
#[test]
fn what_a_project_admits_the_organisation_admits() {
    let mut header = header();
    let project =
        QuotaHeader { name: "project".into(), within: Some(QuotaId(0)), ..header.quotas[0].clone() };
    header.quotas.push(project);
    let judged = |quotas: &[(u64, u16)]| {
        let mut checkers = Checkers::new(&header);
        for &(call, quota) in quotas {
            let (call, quota) = (CallId(call), QuotaId(quota));
            checkers.truth(Instant(1), &Truth::Admitted { call, quota, input_tokens: 0, output_tokens: 0 });
        }
        let found = checkers.finish();
        found.into_iter().map(|violation| violation.sentence).collect::<Vec<_>>()
    };
    let owed =
        |call: u64| vec![format!("call {call} was admitted within anthropic/sonnet and not by it, at 1ns")];
    assert_eq!(judged(&[(1, 1), (1, 0), (2, 0)]), [""; 0]);
    assert_eq!(judged(&[(1, 1), (2, 0)]), owed(1));
    assert_eq!(judged(&[(1, 1), (2, 1), (2, 0)]), owed(1));
    assert_eq!(judged(&[(1, 1), (1, 0), (2, 1)]), owed(2));
}

/// A quota of 60 a minute with a burst of 60: a call each second can go on for ever, a nanosecond faster cannot.
#[test]
fn the_refill_is_known_to_the_nanosecond() {
    let run = |spacing_ns: u64| {
        let mut checkers = Checkers::new(&header());
        for n in 0..500u64 {
            let at = Instant(n.saturating_sub(59) * spacing_ns);
            let (call, quota) = (CallId(n + 1), QuotaId(0));
            checkers.truth(at, &Truth::Admitted { call, quota, input_tokens: 0, output_tokens: 0 });
            checkers.truth(at, &Truth::Released { call, quota });
        }
        checkers.finish()
    };
    assert_eq!(run(1_000_000_000), []);
    let found = run(999_999_999);
    assert!(
        found[0].sentence.contains("call 61 was admitted at 999.999999ms with requests at 61 of 60"),
        "{found:?}"
    );
}
